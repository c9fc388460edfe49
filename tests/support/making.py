"""Exchanges made by hand, and writers with a clock and ids that can be foretold."""

from __future__ import annotations

import itertools
from datetime import UTC, datetime, timedelta
from io import BytesIO
from typing import TYPE_CHECKING

from newscrawl.archive.layout import Layout
from newscrawl.archive.writer import WarcWriter, WriterPolicy
from newscrawl.warc.exchange import Exchange

if TYPE_CHECKING:
    from pathlib import Path

START = datetime(2026, 3, 5, 14, 22, 33, 123456, tzinfo=UTC)
HEAD = b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\n\r\n"


class Clock:
    def __init__(self) -> None:
        self.now = START

    def __call__(self) -> datetime:
        self.now += timedelta(milliseconds=1)
        return self.now


def exchange(
    url: str = "http://paper.example/1",
    answer: bytes | None = HEAD + b"<html>page</html>",
    *,
    request: bytes | None = None,
    complete: bool = True,
) -> Exchange:
    made = Exchange(url, START, BytesIO(), BytesIO(), peer="192.0.2.7")
    target = url.removeprefix("http://paper.example").encode()
    made.add_sent(request or b"GET %s HTTP/1.1\r\nHost: paper.example\r\n\r\n" % target)
    if answer is not None:
        made.add_received(answer)
    if complete and answer is not None:
        made.finish(0)
    made.seal()
    return made


def writer(
    root: Path, *, writer_id: str = "a1b2c3d4", original=None, **policy: object
) -> WarcWriter:
    layout = Layout(root)
    layout.create()
    numbers = itertools.count(1)
    part = int.from_bytes(writer_id.encode()) % (1 << 32)
    return WarcWriter(
        layout,
        WriterPolicy(**policy),
        writer_id=writer_id,
        now=Clock(),
        new_id=lambda: f"urn:uuid:{part:08x}-0000-4000-8000-{next(numbers):012x}",
        find_original=original or (lambda _url, _digest: None),
    )


def page(number: int, size: int = 300) -> Exchange:
    """A page of its own, which compresses little."""
    body = b"".join(b"%x " % (number * 7919 * n % 65521) for n in range(size))
    return exchange(f"http://paper.example/{number}", HEAD + body)
