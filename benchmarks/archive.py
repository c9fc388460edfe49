"""How fast archives are read, proved and written, beside the tools that others use.

    python benchmarks/archive.py [reading] [writing] [capture] [memory]

Everything is measured in one run on the same files: the ratios say more than the seconds. Real pages
are taken from ../shared/gold/pages where they are, else pages are made up.
"""

from __future__ import annotations

import hashlib
import random
import sys
import tempfile
import time
import uuid
import zlib
from pathlib import Path
from typing import TYPE_CHECKING

import archive_writing
from bodies import pages
from fastwarc.warc import ArchiveIterator as FastIterator
from warcio.archiveiterator import ArchiveIterator as WarcioIterator

from newscrawl.archive import cdxj_file
from newscrawl.archive.captures import captures_in
from newscrawl.archive.layout import Layout
from newscrawl.archive.verify import Summary, verify
from newscrawl.items import Capture
from newscrawl.warc import cdxj
from newscrawl.warc.reader import iter_records, read_record

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

ROUNDS = 3


def write_warc(path: Path, bodies: Iterable[bytes]) -> None:
    """A WARC as our writer makes it, with a response and a request for each body."""
    with path.open("wb") as file:
        info = record("warcinfo", b"software: benchmark\r\n", "", WARC_Filename=path.name)
        file.write(info)
        for number, body in enumerate(bodies):
            url = f"https://paper.example/{number}"
            ids = [f"<urn:uuid:{uuid.uuid4()}>" for _ in "12"]
            head = b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nServer: x\r\nVary: y\r\n\r\n"
            file.write(record("response", head + body, url, ids, body=body))
            request = b"GET / HTTP/1.1\r\nHost: paper.example\r\n\r\n"
            file.write(record("request", request, url, ids[::-1]))


def record(
    kind: str,
    block: bytes,
    url: str,
    ids: list[str] | None = None,
    *,
    body: bytes | None = None,
    **more: str,
) -> bytes:
    own, other = ids or [f"<urn:uuid:{uuid.uuid4()}>", ""]
    fields = {
        "WARC-Type": kind,
        "WARC-Record-ID": own,
        "WARC-Date": "2026-03-05T14:22:33.123456Z",
        "WARC-Target-URI": url,
        "WARC-Concurrent-To": other,
        "WARC-IP-Address": "192.0.2.7" if url else "",
        "WARC-Protocol": "http/1.1" if url else "",
        "Content-Type": f"application/http;msgtype={kind}" if url else "application/warc-fields",
        "WARC-Block-Digest": "sha256:" + hashlib.sha256(block).hexdigest(),
        "WARC-Payload-Digest": "" if body is None else "sha256:" + hashlib.sha256(body).hexdigest(),
    } | {name.replace("_", "-"): value for name, value in more.items()}
    head = "".join(f"{name}: {value}\r\n" for name, value in fields.items() if value)
    state = zlib.compressobj(6, wbits=31)
    raw = f"WARC/1.1\r\n{head}Content-Length: {len(block)}\r\n\r\n".encode() + block + b"\r\n\r\n"
    return state.compress(raw) + state.flush()


def best(run: Callable[[], int]) -> tuple[int, float]:
    """What the run counted, and the seconds of its fastest round."""
    seconds = []
    for _ in range(ROUNDS):
        start = time.perf_counter()
        count = run()
        seconds.append(time.perf_counter() - start)
    return count, min(seconds)


def compare(title: str, unit: str, runs: dict[str, Callable[[], int]]) -> None:
    """Print the rates of all runs, and their ratios to the first."""
    print(f"\n{title}")
    base = None
    for name, run in runs.items():
        count, seconds = best(run)
        base = base or count / seconds
        rate = count / seconds
        print(f"  {name:<34} {rate:>12,.0f} {unit}/s {rate / base:>8.2f}x")


def fail(damage: Exception) -> None:
    raise damage


def read_records(path: Path, title: str) -> None:
    """Iterating over the records of a gzip WARC."""

    def warcio() -> int:
        with path.open("rb") as file:
            return sum(1 for _ in WarcioIterator(file))

    def fastwarc() -> int:
        with path.open("rb") as file:
            return sum(1 for _ in FastIterator(file, parse_http=False))

    def ours() -> int:
        return sum(1 for _ in iter_records(path, on_damage=fail))

    def answers() -> int:
        return 2 * sum(1 for _ in captures_in(path)) + 1

    compare(
        f"reading {title}",
        "records",
        {
            "warcio": warcio,
            "fastwarc, HTTP not parsed": fastwarc,
            "iter_records": ours,
            "captures_in (HTTP, payload digest)": answers,
        },
    )


def random_access(path: Path) -> None:
    """Reading single records by their pointers."""
    pointers = [(r.offset, r.length) for r in iter_records(path, on_damage=fail)]
    random.Random(1).shuffle(pointers)

    def warcio() -> int:
        for offset, _ in pointers:
            with path.open("rb") as file:
                file.seek(offset)
                next(WarcioIterator(file)).raw_stream.read()
        return len(pointers)

    def ours() -> int:
        for offset, length in pointers:
            read_record(path, offset, length)
        return len(pointers)

    compare("reading by pointer", "records", {"warcio": warcio, "read_record": ours})


def index_lines(number: int, seed: int) -> list[str]:
    source = random.Random(seed)
    lines = []
    for _ in range(number):
        url = f"https://paper{source.randrange(500)}.example/news/{source.randrange(10**12)}"
        digest = f"sha256:{source.getrandbits(256):064x}"
        place = source.randrange(10**9)
        capture = Capture("a.warc.gz", place, 30_000, "", digest, "2026-03-05T14:22:33Z", 200)
        lines.append(cdxj.index_line(capture, url=url, mime="text/html"))
    return lines


def merge_index(folder: Path) -> None:
    """Merging the lines of one crawl into a large index, and looking up."""
    index = folder / "index.cdxj"
    start = time.perf_counter()
    cdxj_file.merge(index, index_lines(1_000_000, 1))
    print(f"\nindex of 1,000,000 lines, {index.stat().st_size / 1e6:.0f} MB")
    print(f"  made, lines and file               {time.perf_counter() - start:>12.2f} s")
    for number in (1_000, 100_000):
        lines = index_lines(number, number)
        start = time.perf_counter()
        cdxj_file.merge(index, lines)
        print(f"  merge of {number:>7,} lines            {time.perf_counter() - start:>12.2f} s")
    asked = [cdxj.parse(line).url for line in lines[:2_000]]
    start = time.perf_counter()
    found = sum(1 for url in asked for _ in cdxj_file.lookup(index, url))
    each = (time.perf_counter() - start) / len(asked)
    print(f"  lookup ({found:,} found)               {each * 1e6:>12.0f} us")


def prove(folder: Path, bodies: Iterable[bytes]) -> None:
    """Proving an archive, index included."""
    layout = Layout(folder / "archive")
    layout.create()
    warc = layout.warcs / "a.warc.gz"
    write_warc(warc, bodies)
    cdxj_file.merge(layout.index, cdxj.index_lines_of(warc, iter_records(warc, on_damage=fail)))

    def ours() -> int:
        summary = Summary()
        faults = list(verify(layout.root, summary=summary))
        if faults:
            raise SystemExit(f"the archive is not sound: {faults[0]}")
        return summary.records

    compare("proving the large pages", "records", {"verify": ours})


def reading() -> None:
    """All measurements of reading."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        large = list(pages(300))
        small = [page[at : at + 5_000] for page in large for at in range(0, 50_000, 5_000)]
        for title, bodies in (("large pages", large), ("small pages", small)):
            path = folder / f"{title}.warc.gz"
            write_warc(path, bodies)
            mean = sum(map(len, bodies)) / len(bodies) / 1000
            read_records(path, f"{len(bodies):,} {title} of {mean:,.1f} KB")
        random_access(folder / "small pages.warc.gz")
        prove(folder, large)
        merge_index(folder)


SECTIONS = {
    "reading": reading,
    "writing": archive_writing.writing,
    "capture": archive_writing.capture,
    "memory": archive_writing.memory,
}

if __name__ == "__main__":
    for section in sys.argv[1:] or SECTIONS:
        SECTIONS[section]()
