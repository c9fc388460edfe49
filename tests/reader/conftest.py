"""`newscrawl browse` over a crawled newspaper that has changed, and over an archive of hostile texts."""

from __future__ import annotations

import json
import re
import shutil
import signal
import subprocess
import urllib.error
import urllib.request
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any

import pytest
from made_once import copied

from newscrawl.newspaper import Newspaper
from tests.conftest import crawl, start_newscrawl
from tests.serving.chromium import Page, chromium

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from tests.serving.chromium import Browser


@dataclass(frozen=True)
class Answer:
    status: int
    headers: dict[str, str]
    body: bytes

    @property
    def text(self) -> str:
        return self.body.decode()

    @property
    def json(self) -> Any:
        return json.loads(self.body)


class _NoRedirect(urllib.request.HTTPRedirectHandler):
    def redirect_request(self, *_: Any) -> None:
        return None


@dataclass
class Reading:
    """A `newscrawl browse` that is up."""

    archive: Path
    base: str
    process: Any

    def get(self, path: str, *, method: str = "GET", **headers: str) -> Answer:
        url = path if path.startswith("http") else self.base + path.lstrip("/")
        named = {name.replace("_", "-"): value for name, value in headers.items()}
        request = urllib.request.Request(url, method=method, headers=named)
        opener = urllib.request.build_opener(_NoRedirect)
        try:
            with opener.open(request, timeout=30) as answer:
                return Answer(answer.status, dict(answer.headers), answer.read())
        except urllib.error.HTTPError as error:
            return Answer(error.code, dict(error.headers), error.read())

    def rows(self, path: str) -> list[dict[str, Any]]:
        answer = self.get(path)
        assert answer.status == 200, answer.text
        return answer.json["rows"]

    @cached_property
    def articles(self) -> list[dict[str, Any]]:
        return self.rows("/index.json?limit=500")

    @cached_property
    def changed(self) -> dict[str, Any]:
        """An article with two revisions."""
        return next(row for row in self.articles if row["latest_revision"] > 1)


@contextmanager
def browse(archive: Path, *arguments: object) -> Iterator[Reading]:
    """Run it until the block ends."""
    process = start_newscrawl("browse", "--archive", archive, *arguments, stdout=subprocess.PIPE)
    assert process.stdout is not None and process.stderr is not None
    try:
        line = process.stdout.readline()
        assert line.startswith("reader "), process.communicate(timeout=30)
        yield Reading(archive, re.sub(r"\?.*", "", line.split()[1]), process)
    finally:
        if process.poll() is None:
            process.send_signal(signal.SIGTERM)
        process.communicate(timeout=30)


@pytest.fixture(scope="session")
def changing_archive(shared: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The sample newspaper, crawled twice, with what it had changed in between."""
    folder = tmp_path_factory.mktemp("read") / "read"
    return copied(shared / "read", folder, _crawl_twice) / "news"


def _crawl_twice(folder: Path) -> None:
    with Newspaper() as first:
        ran = crawl(folder / "news", *first.seeds)
        assert ran.code == 0
        (folder / "said.txt").write_text(ran.err.replace(str(folder), "FOLDER"))
        port = first.own_port
    with Newspaper(edition=2, port=port) as second:
        assert crawl(folder / "news", "--now", *second.seeds).code == 0


@pytest.fixture(scope="session")
def reading(changing_archive: Path) -> Iterator[Reading]:
    with browse(changing_archive) as found:
        yield found


@pytest.fixture(scope="session")
def shared_browser(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Browser]:
    program = shutil.which("chromium")
    if program is None:
        pytest.skip("chromium is not installed")
    with chromium(program, tmp_path_factory.mktemp("profile")) as running:
        yield running


@pytest.fixture
def tab(shared_browser: Browser) -> Iterator[Page]:
    shared_browser.requested.clear()
    shared_browser.refused.clear()
    page = Page(shared_browser)
    yield page
    page.close()
