"""Measures what the comparison with other tools says: docs/explanation/comparison.md.

    python benchmarks/comparison.py [--wget wget] [--news-please PYTHON]

* Bytes: a server on loopback sends five answers; how many WARC records have exactly the bytes that were sent.
* Dates: pages of the sample newspaper that state a time with its offset; how many keep instant and offset.

newscrawl and wget write WARCs (ArchiveBox has wget write its own); news-please and trafilatura make records.
"""

from __future__ import annotations

import argparse
import gzip
import json
import shutil
import socketserver
import subprocess
import sys
import tempfile
import threading
import urllib.request
from datetime import datetime
from pathlib import Path

from warcio.archiveiterator import ArchiveIterator

import newscrawl
from newscrawl.newspaper import Newspaper, expected

_PARAGRAPHS = "".join(
    f"<p>Paragraph {n} of a story about the harbour, long enough for a text.</p>" for n in range(20)
)
_STORY = (
    "<!doctype html><html lang=en><head><title>{0}</title><meta property=og:type content=article>"
    "</head><body><article><h1>{0}</h1><time datetime=2026-05-20T06:45:12+01:00>20 May</time>"
    + _PARAGRAPHS
    + "</article></body></html>"
)
_LINKS = "".join(
    f"<h2><a href=/2026/05/20/story-number-{n}.html>Story number {n}</a></h2>" for n in range(1, 5)
)


def answers() -> dict[str, bytes]:
    """By path, the bytes that the server sends."""
    page = [_STORY.format(f"Story number {n}").encode() for n in range(5)]
    zipped = gzip.compress(page[2], mtime=0)
    html = b"Content-Type: text/html; charset=utf-8\r\nConnection: close\r\n"
    front = f"<!doctype html><html><body>{_LINKS}</body></html>".encode()
    parts = [page[1][at : at + 700] for at in range(0, len(page[1]), 700)]
    chunked = b"HTTP/1.1 200 OK\r\n" + html + b"Transfer-Encoding: chunked\r\n\r\n"
    plain = b"".join(b"%x\r\n%b\r\n" % (len(part), part) for part in parts)
    extended = b"".join(b"%X;part=%d\r\n%b\r\n" % (len(p), n, p) for n, p in enumerate(parts))
    return {
        "/": b"HTTP/1.1 200 OK\r\n" + html + b"Content-Length: %d\r\n\r\n" % len(front) + front,
        "/2026/05/20/story-number-1.html": chunked + plain + b"0\r\n\r\n",
        "/2026/05/20/story-number-4.html": chunked + extended + b"0\r\nX-Trailer: end\r\n\r\n",
        "/2026/05/20/story-number-2.html": b"HTTP/1.1 200 OK\r\n" + html
        + b"Content-Encoding: gzip\r\nContent-Length: %d\r\n\r\n" % len(zipped) + zipped,
        "/2026/05/20/story-number-3.html": b"HTTP/1.1 200 Fine\r\ncontent-TYPE: text/html\r\nX-Twice: a\r\n"
        b"x-twice:  b\r\nConnection: close\r\ncontent-length: %d\r\n\r\n" % len(page[3]) + page[3],
    }  # fmt: skip


class _Handler(socketserver.StreamRequestHandler):
    sent = answers()

    def handle(self) -> None:
        words = self.rfile.readline().split()
        while self.rfile.readline().strip():
            pass
        if len(words) > 1:
            self.wfile.write(
                self.sent.get(
                    words[1].decode(), b"HTTP/1.1 404 Not Found\r\nContent-Length: 0\r\n\r\n"
                )
            )


def same_bytes(folder: Path) -> dict[str, bool]:
    """By path, whether a response record in the WARCs below a folder has the bytes that were sent."""
    found = dict.fromkeys(_Handler.sent, False)
    for path in folder.rglob("*.warc.gz"):
        with path.open("rb") as stream:
            for record in ArchiveIterator(stream, no_record_parse=True):
                url = (record.rec_headers.get_header("WARC-Target-URI") or "").strip("<>")
                name = "/" + url.partition("//")[2].partition("/")[2]
                if record.rec_type == "response" and name in found:
                    found[name] |= record.raw_stream.read() == _Handler.sent[name]
    return found


def captured(command: list[str], folder: Path) -> None:
    """Run a command in a folder that it fills."""
    folder.mkdir()
    ran = subprocess.run(command, cwd=folder, capture_output=True, text=True, check=False)
    if not list(folder.rglob("*.warc.gz")):
        sys.exit(f"{' '.join(command)}: wrote no WARC: {ran.stdout[-400:]}{ran.stderr[-400:]}")


def measure_bytes(options: argparse.Namespace, folder: Path) -> None:
    socketserver.ThreadingTCPServer.allow_reuse_address = True
    with socketserver.ThreadingTCPServer(("127.0.0.1", 0), _Handler) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        base = f"http://127.0.0.1:{server.server_address[1]}"
        urls = [base + path for path in _Handler.sent]
        commands = {"newscrawl": [sys.executable, "-m", "newscrawl", "crawl", *urls, "--json"]}
        if options.wget:
            commands["wget"] = [
                options.wget,
                "--quiet",
                "--warc-file=captured",
                "--compression=auto",
                *urls,
            ]
        for name, command in commands.items():
            captured(command, folder / name)
            same = same_bytes(folder / name)
            wrong = [path for path, is_same in same.items() if not is_same]
            print(
                f"{name}: {sum(same.values())} of {len(same)} answers byte for byte; not: {wrong}"
            )
        server.shutdown()


_NEWS_PLEASE = """
import json, sys
from newsplease import NewsPlease
for line in sys.stdin:
    url, html = json.loads(line)
    try:
        found = NewsPlease.from_html(html, url=url, fetch_images=False)
        print(json.dumps(found.date_publish.isoformat() if found.date_publish else None))
    except Exception as error:
        print(json.dumps(f"failed: {type(error).__name__}"))
"""


def measure_dates(options: argparse.Namespace) -> None:
    with Newspaper() as paper:
        stated = {
            url: record["published_at"]
            for url, record in expected(paper.sites).items()
            if record["published_at"]
            and len(record["published_at"]) > 19
            and not {"zone_evidence", "published_ago"} & record.keys()
        }
        pages = {url: urllib.request.urlopen(url).read().decode("utf-8") for url in stated}
    dates = {
        "newscrawl": [
            newscrawl.extract_article(
                pages[url].encode(), url=url, captured_at="2026-05-20T20:00:00Z"
            ).published_at
            for url in stated
        ]
    }
    from trafilatura import bare_extraction

    dates["trafilatura"] = [
        getattr(bare_extraction(page, url=url, with_metadata=True), "date", None)
        for url, page in pages.items()
    ]
    if options.news_please:
        lines = "".join(json.dumps([url, page]) + "\n" for url, page in pages.items())
        ran = subprocess.run(
            [options.news_please, "-c", _NEWS_PLEASE],
            input=lines,
            capture_output=True,
            text=True,
            check=True,
        )
        dates["news-please"] = [
            json.loads(line) for line in ran.stdout.splitlines() if line[:1] in '"n'
        ]
    for name, found in dates.items():
        told = [_told(date, want) for date, want in zip(found, stated.values(), strict=True)]
        print(
            f"{name}: of {len(stated)} times with an offset {told.count('offset')} kept with it,"
            f" {told.count('time')} as that time without offset, {told.count('day')} as that day,"
            f" {told.count('')} otherwise"
        )


def _told(date: str | None, wanted: str) -> str:
    if not date or date[:10] != wanted[:10]:
        return ""
    if len(date) == 10:
        return "day"
    found, want = datetime.fromisoformat(date), datetime.fromisoformat(wanted)
    if found.tzinfo:
        return "offset" if found == want and found.utcoffset() == want.utcoffset() else ""
    return "time" if found == want.replace(tzinfo=None) else "day"


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("--wget", default=shutil.which("wget"))
    parser.add_argument("--news-please", metavar="PYTHON")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as name:
        measure_bytes(options, Path(name))
    measure_dates(options)


if __name__ == "__main__":
    main()
