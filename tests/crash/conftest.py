"""A site whose pages are large, and crawls of it that are ended by force."""

from __future__ import annotations

import json
import random
import subprocess
import sys
from collections import Counter
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING

import pytest
from strict_warc import faults

from newscrawl.archive.verify.whole_archive import verify
from tests.conftest import FAST, feed, kill_group, newscrawl, python, start_newscrawl, story

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence
    from pathlib import Path

    from started_commands import StartedCommand

    from tests.conftest import SmallSite


@dataclass(frozen=True)
class Paper:
    """A site with `paths` to articles."""

    site: SmallSite
    paths: list[str]

    @property
    def seed(self) -> str:
        return f"{self.site.base}/feed.xml"

    @property
    def urls(self) -> list[str]:
        return sorted(self.site.base + path for path in self.paths)


@pytest.fixture
def large_pages(small_site: Callable[..., SmallSite]) -> Callable[..., Paper]:
    """Starts a paper of so many articles, each padded to so many bytes that compress to the half."""

    def start(number: int, size: int) -> Paper:
        rng = random.Random(number)
        answers = {}
        for n in range(number):
            answer = story(n)
            answer["body"] += f"<!-- {rng.randbytes(size // 2).hex()} -->"
            answers[f"/news/2026/story-{n}.html"] = answer
        paths = list(answers)
        return Paper(small_site({"/feed.xml": feed(*paths), **answers}), paths)

    return start


@contextmanager
def crawling(
    archive: Path, *arguments: str, before: Sequence[str] = ()
) -> Iterator[StartedCommand | subprocess.Popen[str]]:
    """A crawl in a process of its own, whose children end with it whatever happens; `before` runs it."""
    given = ["crawl", "--archive", str(archive), *FAST, *arguments]
    process = _started_by(before, given) if before else start_newscrawl(*given)
    try:
        yield process
    finally:
        kill_group(process)
        process.communicate()


def _started_by(before: Sequence[str], arguments: Sequence[str]) -> subprocess.Popen[str]:
    return subprocess.Popen(
        [*before, sys.executable, "-m", "newscrawl", *arguments],
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
        text=True,
        start_new_session=True,
    )


def records_beside(archive: Path) -> list[dict[str, object]]:
    lines = [
        line
        for path in sorted((archive / "records").glob("*.jsonl"))
        for line in path.read_text("utf-8").splitlines()
    ]
    return [json.loads(line) for line in lines]


def assert_whole(archive: Path, paper) -> None:
    assert list((archive / "warc").glob("*.open*")) == []
    assert [fault for path in finished(archive) for fault in faults(path)] == []
    assert python("-m", "warcio.cli", "check", *finished(archive)).code == 0
    assert list(verify(archive)) == []
    assert newscrawl("verify", "--archive", archive).code == 0
    beside = Counter(str(record["url"]) for record in records_beside(archive))
    assert beside == Counter(paper.urls)
    exported = Counter(record["url"] for record in newscrawl("export", "--archive", archive).lines)
    assert exported == beside
    replayed = newscrawl("replay", archive, "--check")
    assert replayed.code == 0, replayed.out
    assert f"{len(beside)} identical" in replayed.out + replayed.err


def finished(archive: Path) -> list[Path]:
    return sorted((archive / "warc").glob("*.warc.gz"))
