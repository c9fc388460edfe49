"""With an archive for a network, each request gets the response that it got when it was captured."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from processes import exchanges, fetch

from newscrawl.wire.recorded import as_sent

if TYPE_CHECKING:
    from pathlib import Path
    from typing import Any

    from tests.wire.conftest import Crawl

HANDLER = "newscrawl.wire.recorded.RecordedHandler"


@pytest.fixture
def again(
    odd: Crawl, tmp_path: Path
) -> list[tuple[dict[str, Any], dict[str, Any], dict[str, Any]]]:
    """What was asked, what came of it, and what came of it from the archive."""
    ended = fetch(
        odd.asked,
        tmp_path / "again",
        NEWSCRAWL_NETWORK=str(odd.archive),
        DOWNLOAD_HANDLERS={"http": HANDLER, "https": HANDLER},
        DOWNLOAD_TIMEOUT=10,
        DOWNLOAD_MAXSIZE=10_000_000,
    )
    return list(zip(odd.asked, odd.ended, ended, strict=True))


def test_every_odd_answer_is_the_same_response(
    odd: Crawl, again: list[tuple[dict[str, Any], dict[str, Any], dict[str, Any]]], tmp_path: Path
) -> None:
    differ, same = [], 0
    for asked, live, recorded in again:
        if asked.get("method", "GET") != "GET":
            assert (recorded.get("error"), recorded["capture"]) == ("Missed", None)
        elif "response" in live:
            same += live == recorded
            differ += [(asked["url"], live, recorded)] if live != recorded else []
        else:
            assert "error" in recorded, asked["url"]
    assert differ == []
    assert same > 20
    # The server was not asked, and nothing was captured anew.
    assert len(exchanges(odd.server["log"])) == len(odd.exchanges)
    assert [path.name for path in (tmp_path / "again" / "warc").iterdir()] == [
        path.name for path in odd.warcs
    ]


@pytest.mark.parametrize(
    ("stored", "sent"),
    [
        (b"HTTP/1.1 200 OK\r\n\r\nx", b"HTTP/1.1 200 OK\r\n\r\nx"),
        (b"HTTP/2 200\r\n\r\nx", b"HTTP/1.1 200\r\n\r\nx"),
        (
            b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n<p>undone",
            b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n9\r\n<p>undone\r\n0\r\n\r\n",
        ),
        (
            b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n0\r\n\r\n",
            b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n0\r\n\r\n",
        ),
    ],
)
def test_what_other_tools_left_is_sent_as_a_server_would(stored: bytes, sent: bytes) -> None:
    assert as_sent(stored) == sent
