"""What several rooms' tests share: the command in a process of its own, and one crawl of the sample paper."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import pytest

from newscrawl.newspaper import Newspaper

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from pathlib import Path

#: Loopback need not be spared; everything else is as a user has it.
FAST = ("-s", "DOWNLOAD_DELAY=0", "-s", "AUTOTHROTTLE_ENABLED=False")


@dataclass(frozen=True)
class Ran:
    """A command that has ended."""

    code: int
    out: str
    err: str

    @property
    def lines(self) -> list[dict[str, Any]]:
        """What it printed, as JSON lines."""
        return [json.loads(line) for line in self.out.splitlines()]


def newscrawl(
    *arguments: object, env: Mapping[str, str] | None = None, module: str = "newscrawl"
) -> Ran:
    """Run `newscrawl` with these arguments, as a user would."""
    done = subprocess.run(
        [sys.executable, "-m", module, *map(str, arguments)],
        capture_output=True,
        text=True,
        check=False,
        timeout=120,
        env={**os.environ, **(env or {})},
    )
    assert "Traceback" not in done.stderr, done.stderr
    return Ran(done.returncode, done.stdout, done.stderr)


def crawl(archive: Path, *arguments: object) -> Ran:
    """`newscrawl crawl` into this archive, without delays."""
    return newscrawl("crawl", "--archive", archive, *FAST, *arguments)


@dataclass(frozen=True)
class Crawled:
    """The sample newspaper after one crawl; the paper is still being served. For looking at only."""

    archive: Path
    paper: Newspaper
    ran: Ran

    @property
    def records(self) -> dict[str, dict[str, Any]]:
        return {r["url"]: r for r in newscrawl("export", "--archive", self.archive).lines}

    @property
    def misses(self) -> dict[str, dict[str, Any]]:
        return {m["url"]: m for m in newscrawl("export", "misses", "--archive", self.archive).lines}


@pytest.fixture(scope="session")
def crawled(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Crawled]:
    archive = tmp_path_factory.mktemp("crawled") / "news"
    with Newspaper() as paper:
        yield Crawled(archive, paper, crawl(archive, *paper.seeds))


@pytest.fixture
def paper() -> Iterator[Newspaper]:
    """A newspaper of the test's own, whose log holds its requests alone."""
    with Newspaper() as own:
        yield own
