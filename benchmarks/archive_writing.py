"""How fast archives are written, what capturing costs a crawl, and how much memory it takes.

Sections of benchmarks/archive.py: writing, capture, memory. NEWSCRAWL_CAPTURES is the number of small
captures that the memory section writes (20,000 unless told).
"""

from __future__ import annotations

import json
import os
import resource
import socket
import statistics
import subprocess
import sys
import tempfile
import threading
import time
import uuid
import zlib
from contextlib import contextmanager
from datetime import UTC, datetime
from io import BytesIO
from pathlib import Path
from typing import TYPE_CHECKING, Any

from bodies import pages

from newscrawl.archive.layout import Layout
from newscrawl.archive.writer import WarcWriter, WriterPolicy
from newscrawl.warc import compression
from newscrawl.warc.exchange import Exchange

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

ROUNDS = 3
#: Crawls with and without capturing, each.
CAPTURES = 3
HEAD = b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nServer: x\r\nVary: y\r\nContent-Length: %d\r\n\r\n"
REQUEST = b"GET /%d HTTP/1.1\r\nHost: paper.example\r\nUser-Agent: benchmark\r\n\r\n"


def exchange(number: int, body: bytes) -> Exchange:
    made = Exchange(f"https://paper.example/{number}", datetime.now(UTC), peer="192.0.2.7")
    made.tls = ("TLSv1.3", "TLS_AES_256_GCM_SHA384")
    made.add_sent(REQUEST % number)
    made.add_received(HEAD % len(body) + body)
    made.finish(0)
    made.seal()
    return made


def writer(folder: Path) -> WarcWriter:
    layout = Layout(folder)
    layout.create()
    return WarcWriter(
        layout,
        WriterPolicy(),
        writer_id=uuid.uuid4().hex[:8],
        now=lambda: datetime.now(UTC),
        new_id=lambda: uuid.uuid4().urn,
        find_original=lambda _url, _digest: None,
    )


def write_ours(folder: Path, exchanges: list[Exchange], library: Any) -> int:
    """Returns the bytes on disk."""
    before, compression._LIBRARY = compression._LIBRARY, library
    try:
        out = writer(folder)
        for each in exchanges:
            out.write([each], None, each.url)
        out.close()
    finally:
        compression._LIBRARY = before
    return sum(path.stat().st_size for path in (folder / "warc").iterdir())


def write_warcio(folder: Path, bodies: list[bytes]) -> int:
    from warcio.statusandheaders import StatusAndHeaders
    from warcio.warcwriter import WARCWriter

    fields = {"WARC-IP-Address": "192.0.2.7"}
    with (folder / "w.warc.gz").open("wb") as file:
        out = WARCWriter(file, gzip=True, warc_version="1.1")
        for number, body in enumerate(bodies):
            url = f"https://paper.example/{number}"
            lines = [("Content-Type", "text/html"), ("Server", "x"), ("Vary", "y")]
            head = StatusAndHeaders(
                "200 OK", [*lines, ("Content-Length", str(len(body)))], "HTTP/1.1"
            )
            response = out.create_warc_record(
                url, "response", BytesIO(body), http_headers=head, warc_headers_dict=dict(fields)
            )
            asked = StatusAndHeaders(
                f"GET /{number} HTTP/1.1",
                [("Host", "paper.example"), ("User-Agent", "benchmark")],
                is_http_request=True,
            )
            request = out.create_warc_record(
                url, "request", http_headers=asked, warc_headers_dict=dict(fields)
            )
            out.write_request_response_pair(request, response)
    return (folder / "w.warc.gz").stat().st_size


def timed(run: Callable[[Path], int]) -> tuple[float, int]:
    seconds, size = [], 0
    for _ in range(ROUNDS):
        with tempfile.TemporaryDirectory() as folder:
            start = time.perf_counter()
            size = run(Path(folder))
            seconds.append(time.perf_counter() - start)
    return min(seconds), size


def writing() -> None:
    """The same records with warcio's writer and ours."""
    from zlib_ng import zlib_ng

    large = list(pages(300))
    small = [page[at : at + 5_000] for page in large for at in range(0, 25_000, 5_000)]
    for title, bodies in (("large pages", large), ("small pages", small)):
        exchanges = [exchange(number, body) for number, body in enumerate(bodies)]
        runs: dict[str, Callable[[Path], int]] = {
            "warcio": lambda folder, b=bodies: write_warcio(folder, b),
            "ours, zlib": lambda folder, e=exchanges: write_ours(folder, e, zlib),
            "ours, zlib-ng": lambda folder, e=exchanges: write_ours(folder, e, zlib_ng),
        }
        print(f"\nwriting {len(bodies):,} {title}, a response and a request each")
        base = None
        for name, run in runs.items():
            seconds, size = timed(run)
            base = base or (seconds, size)
            rate, faster = len(bodies) / seconds, base[0] / seconds
            print(
                f"  {name:<34} {rate:>12,.0f} pages/s {faster:>6.2f}x   size {size / base[1]:.3f}"
            )
        for each in exchanges:
            each.close()


CRAWL = """
import json, resource, sys, time
import scrapy
from scrapy.crawler import AsyncCrawlerProcess
from scrapy.settings import Settings
from newscrawl.settings import PASS_EXTENSIONS

class Fetch(scrapy.Spider):
    name = "fetch"
    has_session = False
    async def start(self):
        self.began, self.bytes, self.spent = time.perf_counter(), 0, time.process_time()
        for n in range(asked["number"]):
            yield scrapy.Request(f"{asked['base']}/{asked['size']}?{n}", dont_filter=True)
    def parse(self, response):
        self.bytes += len(response.body)
        self.ended, self.used = time.perf_counter(), time.process_time()

asked = json.loads(sys.argv[1])
settings = Settings()
settings.setmodule("newscrawl.settings", priority="project")
plain = "scrapy.core.downloader.handlers.http11.HTTP11DownloadHandler"
settings.setdict({
    "EXTENSIONS": dict.fromkeys(PASS_EXTENSIONS), "ITEM_PIPELINES_BASE": {},
    "DOWNLOADER_MIDDLEWARES": {
        "newscrawl.middlewares.robots.RobotsMiddleware": None,
        "newscrawl.middlewares.pace.PaceMiddleware": None,
    },
    **({} if asked["capture"] else {"EXTENSIONS_BASE": {}}),
    "AUTOTHROTTLE_ENABLED": False, "DOWNLOAD_DELAY": 0, "DOWNLOAD_MAXSIZE": 0, "LOG_LEVEL": "ERROR",
    "CONCURRENT_REQUESTS_PER_DOMAIN": 16, "CONCURRENT_REQUESTS": 16,
    "NEWSCRAWL_ARCHIVE": asked["archive"],
    **({} if asked["capture"] else {"DOWNLOAD_HANDLERS": {"http": plain}}),
}, priority="cmdline")
process = AsyncCrawlerProcess(settings)
crawler = process.create_crawler(Fetch)
process.crawl(crawler)
process.start()
spider = crawler.spider
assert spider.bytes == asked["number"] * asked["size"], spider.bytes
print(json.dumps({
    "seconds": spider.ended - spider.began,
    "cpu": spider.used - spider.spent,
    "peak": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024,
}))
"""


def serve() -> None:
    """Answers GET /SIZE with a page of that size, until its input ends."""
    listener = socket.create_server(("127.0.0.1", 0), backlog=64)
    text = b"".join(pages(20))
    answers: dict[int, bytes] = {}

    def answer(connection: socket.socket) -> None:
        connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        data = b""
        while more := connection.recv(65536):
            data += more
            if data.endswith(b"\r\n\r\n"):
                size = int(data.split(b" ")[1].split(b"?")[0][1:])
                if size not in answers:
                    body = (text * (size // len(text) + 1))[:size]
                    answers[size] = HEAD % size + body
                connection.sendall(answers[size])
                data = b""

    def accept() -> None:
        while True:
            threading.Thread(target=answer, args=listener.accept()[:1], daemon=True).start()

    threading.Thread(target=accept, daemon=True).start()
    print(f"http://127.0.0.1:{listener.getsockname()[1]}", flush=True)
    sys.stdin.read()


@contextmanager
def server() -> Iterator[str]:
    process = subprocess.Popen(
        [sys.executable, __file__, "serve"],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )
    assert process.stdout is not None
    yield process.stdout.readline().strip()
    process.communicate()


def crawl(base: str, number: int, size: int, *, capture: bool) -> dict[str, float]:
    with tempfile.TemporaryDirectory() as archive:
        asked = {"base": base, "number": number, "size": size, "capture": capture}
        given = json.dumps({**asked, "archive": archive})
        command = [sys.executable, "-c", CRAWL, given]
        done = subprocess.run(command, capture_output=True, text=True, check=True)
    measured: dict[str, float] = json.loads(done.stdout)
    return measured


def capture() -> None:
    """A crawl with and without capturing, in turns: the medians of wall and of CPU time."""
    with server() as base:
        for number, size in ((2_000, 5 * 1024), (500, 300 * 1024)):
            runs: dict[bool, list[dict[str, float]]] = {False: [], True: []}
            for _ in range(CAPTURES):
                for on, measured in runs.items():
                    measured.append(crawl(base, number, size, capture=on))
            print(f"\n{number:,} pages of {size // 1024} KiB over loopback")
            for name in ("seconds", "cpu"):
                off, on = (statistics.median(run[name] for run in runs[on]) for on in runs)
                print(f"  {name:<8} capture off {off:6.2f}   on {on:6.2f}   {on / off - 1:+.0%}")


def memory() -> None:
    """What capturing adds to one large body, and whether many captures add up."""
    with server() as base:
        size = 200 * 1024 * 1024
        off = min(crawl(base, 1, size, capture=False)["peak"] for _ in range(2))
        on = min(crawl(base, 1, size, capture=True)["peak"] for _ in range(2))
    print("\na body of 200 MiB")
    print(f"  peak memory: capture off {off:,.0f} MiB   on {on:,.0f} MiB   {on - off:+.1f} MiB")
    number = int(os.environ.get("NEWSCRAWL_CAPTURES", "20000"))
    command = [sys.executable, __file__, "many", str(number)]
    done = subprocess.run(command, capture_output=True, text=True, check=True)
    print(f"\n{number:,} small captures\n  {done.stdout.strip()}")


def many(number: int) -> None:
    def resident() -> float:
        pages = int(Path("/proc/self/statm").read_text().split()[1])
        return pages * resource.getpagesize() / 2**20

    after = []
    with tempfile.TemporaryDirectory() as folder:
        out = writer(Path(folder))
        for n in range(number):
            made = exchange(n, b"<html>%d</html>" % n)
            out.write([made], None, made.url)
            made.close()
            if n % (number // 5) == 0:
                after.append(f"{resident():.1f}")
        out.close()
    print(f"memory in MiB after each fifth: {', '.join(after)}; at the end {resident():.1f}")


if __name__ == "__main__":
    serve() if sys.argv[1] == "serve" else many(int(sys.argv[2]))
