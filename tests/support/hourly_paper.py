"""A newspaper that publishes by the clock: `python hourly_paper.py CLOCK LOG FIRST DAYS`.

CLOCK is a file with the time (seconds since the epoch), read at each request; FIRST is the time at which
the paper begins, long before its first reader, and DAYS how long it goes on. It publishes by its hours,
corrects every tenth article after three hours and withdraws every fiftieth after twenty. Each request
adds a line to LOG: time, status, path. The first line on stdout is the base URL. Ends when stdin does.
"""

from __future__ import annotations

import hashlib
import sys
import threading
from email.utils import formatdate
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import ClassVar

HOUR, DAY = 3600.0, 86_400.0

#: Articles in each hour of a day.
BY_HOUR = (0, 0, 0, 0, 0, 1, 1, 2, 1, 1, 1, 1, 2, 1, 1, 1, 1, 2, 1, 1, 1, 0, 1, 0)


def published(first: float, days: int, by_hour: tuple[int, ...] = BY_HOUR) -> list[float]:
    """When each article is published; article N is at `/news/N`."""
    times = []
    for day in range(days):
        for hour, number in enumerate(by_hour):
            begin = first + day * DAY + hour * HOUR
            times += [begin + (7 * day + 13 * hour + 29 * n) % 60 * 60 for n in range(number)]
    return sorted(times)


def corrected(number: int) -> bool:
    return number % 10 == 3


def withdrawn(number: int) -> bool:
    return number % 50 == 7


class Unavailable(Exception):
    """The server cannot answer now."""


class Paper(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    clock: ClassVar[Path]
    log: ClassVar[Path]
    times: ClassVar[list[float]]
    first: ClassVar[float]
    by_hour: ClassVar[tuple[int, ...]] = BY_HOUR
    #: Entries of the feed.
    listed: ClassVar[int] = 12
    lock = threading.Lock()

    def do_GET(self) -> None:
        now = float(self.clock.read_text())
        out = [number for number, time in enumerate(self.times) if time <= now]
        try:
            body, kind = self.answer(out, now)
            status = 404 if body is None else 200 if body else 410
        except Unavailable:
            body, kind, status = "", "text/html", 503
        data = (body or "not here").encode()
        tag = '"' + hashlib.sha256(data).hexdigest()[:16] + '"'
        if status == 200 and self.headers.get("If-None-Match") == tag:
            status, data = 304, b""
        with self.lock, self.log.open("a") as log:
            log.write(f"{now:.0f} {status} {self.path}\n")
        self.send_response(status)
        self.send_header("Content-Type", kind)
        self.send_header("ETag", tag)
        if status != 304:
            self.send_header("Content-Length", str(len(data)))
        self.end_headers()
        self.wfile.write(data)

    def answer(self, out: list[int], now: float) -> tuple[str | None, str]:
        """The body, None for what is not there, empty for what is there no more; and its type."""
        if self.path == "/":
            links = "".join(f"<li><a href=/news/{n}>{title(n)}</a></li>" for n in out[-12:][::-1])
            return f"<html><body><h1>The Hourly</h1><ul>{links}</ul></body></html>", "text/html"
        if self.path == "/feed.xml":
            items = "".join(
                f"<item><title>{title(n)}</title><link>/news/{n}</link>"
                f"<pubDate>{formatdate(self.times[n])}</pubDate></item>"
                for n in out[-self.listed :][::-1]
            )
            feed = f'<rss version="2.0"><channel><title>Hourly</title>{items}</channel></rss>'
            return feed, "application/rss+xml"
        number = int(self.path.removeprefix("/news/")) if "/news/" in self.path else -1
        if number not in out:
            return None, "text/html"
        if withdrawn(number) and now > self.times[number] + 20 * HOUR:
            return "", "text/html"
        is_corrected = corrected(number) and now > self.times[number] + 3 * HOUR
        return article(number, self.times[number], corrected=is_corrected), "text/html"

    def log_message(self, *args: object) -> None:
        """The log file says what was asked."""


def title(number: int) -> str:
    return f"The harbour council takes decision number {number} of this term"


def article(number: int, time: float, *, corrected: bool) -> str:
    said = "CORRECTED: it will cost the town nothing at all. " if corrected else ""
    paragraphs = "".join(
        f"<p>{said}Paragraph {n} of story {number} tells in some detail what the council decided on"
        " that day, who spoke for it and against it, and what it will cost the town in the end.</p>"
        for n in range(6)
    )
    return (
        f"<!doctype html><html lang=en><head><title>{title(number)}</title></head><body><article>"
        f"<h1>{title(number)}</h1><time datetime='{formatdate(time, usegmt=True)}'></time>"
        f"{paragraphs}</article></body></html>"
    )


def main(paper: type[Paper] = Paper) -> None:
    Paper.clock, Paper.log = Path(sys.argv[1]), Path(sys.argv[2])
    Paper.first = float(sys.argv[3])
    Paper.times = published(Paper.first, int(sys.argv[4]), paper.by_hour)
    server = ThreadingHTTPServer(("127.0.0.1", 0), paper)
    server.daemon_threads = True
    threading.Thread(target=server.serve_forever, daemon=True).start()
    print(f"http://127.0.0.1:{server.server_address[1]}", flush=True)
    sys.stdin.read()


if __name__ == "__main__":
    main()
