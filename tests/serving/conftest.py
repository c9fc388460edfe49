"""`newscrawl serve` in a process of its own, and the other people's tools it works with, where they are."""

from __future__ import annotations

import json
import os
import re
import shutil
import signal
import subprocess
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from tests.conftest import Crawled, newscrawl, start_newscrawl
from tests.serving.chromium import chromium

if TYPE_CHECKING:
    from collections.abc import Iterator

    from started_commands import StartedCommand

    from newscrawl.newspaper import Newspaper
    from tests.serving.chromium import Browser

ROOT = Path(__file__).parents[2]


@dataclass
class Serving:
    """A `newscrawl serve` that is up. `folder` is where it may put temporary files."""

    process: StartedCommand
    folder: Path
    base: str = ""
    example: str | None = None
    said: str = ""

    @property
    def port(self) -> int:
        return int(re.split("[:/]+", self.base)[2])

    def end(self, how: int = signal.SIGTERM) -> int:
        """Tell it to end; its exit code."""
        self.process.send_signal(how)
        self.said += self.process.communicate(timeout=30)[1]
        return self.process.returncode


def asked_by_others(paper: Newspaper) -> list[dict[str, Any]]:
    """What the paper was asked, but for the crawls, which tests beside this one may run."""
    return [each for each in paper.log if "newscrawl" not in (each["user_agent"] or "")]


@contextmanager
def serve(folder: Path, *arguments: object, **env: str) -> Iterator[Serving]:
    """Run it until the block ends; `folder` is its TMPDIR."""
    env = {"TMPDIR": str(folder), **env}
    process = start_newscrawl("serve", *arguments, stdout=subprocess.PIPE, env=env)
    serving = Serving(process, folder)
    assert process.stdout is not None and process.stderr is not None
    try:
        # The line on stderr comes when all addresses have been printed.
        serving.said = process.stderr.readline()
        assert serving.said == "Ctrl-C ends it.\n"
        serving.base = process.stdout.readline().split()[-1]
        if arguments and "--wacz" not in arguments:
            serving.example = process.stdout.readline().split()[-1]
        yield serving
    finally:
        if process.poll() is None:
            process.terminate()
        process.communicate(timeout=30)


def _tool(variable: str, folder: str, file: str, means: str) -> Path:
    place = Path(os.environ.get(variable) or ROOT / folder)
    if not (place / file).is_file():
        pytest.skip(f"{means} is not installed: neither {variable} nor {folder}/ has {file}")
    return place


@pytest.fixture(scope="session")
def pywb() -> Path:
    """pywb's virtual environment."""
    return _tool("NEWSCRAWL_TEST_PYWB", ".venv-pywb", "bin/wayback", "pywb")


@pytest.fixture(scope="session")
def replay_assets() -> Path:
    """The folder with the scripts of ReplayWeb.page."""
    return _tool("NEWSCRAWL_TEST_REPLAY_ASSETS", ".replay-assets", "ui.js", "ReplayWeb.page")


@pytest.fixture
def browser(tmp_path: Path) -> Iterator[Browser]:
    program = shutil.which("chromium")
    if program is None:
        pytest.skip("chromium is not installed")
    with chromium(program, tmp_path / "profile") as running:
        yield running


@pytest.fixture(scope="session")
def ferry(crawled: Crawled) -> dict[str, Any]:
    """The record of one article."""
    [record] = [r for url, r in crawled.records.items() if "/ferry-summer-timetable" in url]
    return record


@pytest.fixture(scope="session")
def wacz(crawled: Crawled, tmp_path_factory: pytest.TempPathFactory) -> Path:
    out = tmp_path_factory.mktemp("wacz") / "news.wacz"
    ran = newscrawl("export", "--archive", crawled.archive, "--format", "wacz", "-o", out)
    assert ran.code == 0, ran.err
    return out


@pytest.fixture(scope="session")
def scripts(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with two scripts of the names of ReplayWeb.page's, and a file that is nobody's business."""
    folder = tmp_path_factory.mktemp("scripts")
    (folder / "ui.js").write_text("// the interface")
    (folder / "sw.js").write_text("// the worker")
    (folder / "package.json").write_text("{}")
    return folder


def index_entries(archive: Path) -> list[dict[str, Any]]:
    lines = (archive / "index.cdxj").read_text("utf-8").splitlines()
    return [{"ts": line.split()[1], **json.loads(line.split(" ", 2)[2])} for line in lines]
