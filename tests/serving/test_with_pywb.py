"""pywb itself, where it is installed: what it serves is what was captured, and a browser shows it."""

from __future__ import annotations

import http.client
import socket
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

import pytest

from newscrawl.archive.captures import iter_captures
from newscrawl.warc import http as http_messages
from tests.serving.chromium import Page
from tests.serving.conftest import asked_by_others, index_entries, serve

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from tests.conftest import Crawled
    from tests.serving.chromium import Browser
    from tests.serving.conftest import Serving


@pytest.fixture(scope="module")
def wayback(
    pywb: Path, crawled: Crawled, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Serving]:
    """Through a path of signs that mean something to pywb."""
    folder = tmp_path_factory.mktemp("pywb")
    archive = folder / "an {archive} of $1, *and* more: ü"
    archive.symlink_to(crawled.archive)
    with serve(folder, "--pywb", pywb, "--archive", archive) as serving:
        yield serving


def test_every_capture_is_served_as_it_was(wayback: Serving, crawled: Crawled) -> None:
    """Status and body, before and after pywb, in its mode that rewrites nothing."""
    indexed = {(e["filename"], int(e["offset"])): e["ts"] for e in index_entries(crawled.archive)}
    served = 0
    for answer in iter_captures([crawled.archive], on_damage=_fail):
        stamp = indexed.pop((answer.capture.warc, answer.capture.offset))
        assert answer.original is not None
        head, blocks = http_messages.read_message(answer.original.blocks())
        payload = b"".join(http_messages.payload(head, blocks))
        assert raw(wayback, stamp, answer.uri) == (answer.status, payload), answer.uri
        served += 1
    assert served > 60
    assert indexed == {}


def test_the_example_is_a_capture(wayback: Serving, crawled: Crawled) -> None:
    assert wayback.example is not None
    stamp, _, url = wayback.example.removeprefix(wayback.base).partition("/")
    assert url in crawled.records
    assert raw(wayback, stamp, url)[0] == 200


def test_a_browser_shows_an_article(
    wayback: Serving, crawled: Crawled, ferry: dict[str, Any], browser: Browser
) -> None:
    asked = asked_by_others(crawled.paper)
    page = Page(browser)
    page.open(f"{wayback.base}2026/{ferry['url']}")
    assert ferry["title"] in page.text_with(ferry["body"].split("\n")[0])
    assert {urlsplit(url).netloc for url in browser.requested} == {f"127.0.0.1:{wayback.port}"}
    assert asked_by_others(crawled.paper) == asked  # the paper, which is there, was not asked


def test_on_one_address_alone(wayback: Serving) -> None:
    with pytest.raises(ConnectionRefusedError):
        socket.create_connection(("127.0.0.2", wayback.port), timeout=10)


def test_ends_when_told_and_leaves_nothing(pywb: Path, crawled: Crawled, tmp_path: Path) -> None:
    with serve(tmp_path, "--pywb", pywb / "bin", "--archive", crawled.archive) as serving:
        assert len(list(tmp_path.iterdir())) == 1
        assert serving.end() == 0
        assert list(tmp_path.iterdir()) == []
        with pytest.raises(ConnectionRefusedError):
            socket.create_connection(("127.0.0.1", serving.port), timeout=10)


def raw(wayback: Serving, stamp: str, url: str) -> tuple[int, bytes]:
    where = urlsplit(wayback.base)
    client = http.client.HTTPConnection(where.netloc, timeout=30)
    try:
        # What is not asked for in a coding, pywb decodes.
        client.request("GET", f"{where.path}{stamp}id_/{url}", headers={"Accept-Encoding": "gzip"})
        answer = client.getresponse()
        return answer.status, answer.read()
    finally:
        client.close()


def _fail(damage: Exception) -> None:
    raise damage
