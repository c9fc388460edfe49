"""Pages that lie in a WARC without the response that they came in: `resource` and `conversion` records."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from newscrawl.archive.captures import captures_in
from tests.archive_reading.conftest import record
from tests.conftest import newscrawl, story

if TYPE_CHECKING:
    from pathlib import Path

PAGE = story(1)["body"].encode()
URL = "https://paper.example/the-harbour-council-decides-1"


def stored(folder: Path, *records: bytes) -> Path:
    path = folder / "pages.warc"
    path.write_bytes(b"".join(records))
    return path


@pytest.mark.parametrize("kind", ["resource", "conversion"])
@pytest.mark.parametrize(
    "declared", ["text/html", "text/html; charset=utf-8", "application/xhtml+xml"]
)
def test_they_are_read_as_answers_are(tmp_path: Path, kind: str, declared: str) -> None:
    path = stored(tmp_path, record(kind, PAGE, uri=URL, Content_Type=declared))
    (found,) = captures_in(path)
    assert (found.uri, found.status, found.body()) == (URL, 200, PAGE)
    (line,) = newscrawl("replay", path).lines
    assert (line["url"], line["title"]) == (URL, "The harbour council decides, part 1")


@pytest.mark.parametrize(
    ("uri", "declared"),
    [(URL, "text/css"), ("urn:pageinfo:1", "text/html"), ("dns:paper.example", "text/dns")],
)
def test_what_is_no_page_of_the_web_is_passed_over(tmp_path: Path, uri: str, declared: str) -> None:
    path = stored(tmp_path, record("resource", PAGE, uri=uri, Content_Type=declared))
    assert list(captures_in(path)) == []


def test_they_are_in_an_archive_made_of_them(tmp_path: Path) -> None:
    path = stored(tmp_path, record("resource", PAGE, uri=URL, Content_Type="text/html"))
    assert newscrawl("replay", path, "--into", tmp_path / "news").code == 0
    assert [r["url"] for r in newscrawl("export", "--archive", tmp_path / "news").lines] == [URL]
    assert newscrawl("replay", tmp_path / "news", "--check").code == 0
