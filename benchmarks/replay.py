"""How fast records are made again: against extraction alone, on more processes, through an index, by others.

`python benchmarks/replay.py [rates] [choosing] [peers]`; all are ratios within one run. Pages are those of
../shared/gold if it is there, else of the sample newspaper, repeated with other words until they are
`--pages`. The figures are noise on a machine that does something else.
"""

from __future__ import annotations

import argparse
import gzip
import os
import sys
import tempfile
import time
from contextlib import closing
from datetime import UTC, datetime
from multiprocessing import get_context
from pathlib import Path
from typing import TYPE_CHECKING

import trafilatura
from archive_writing import exchange, writer
from warcio.archiveiterator import ArchiveIterator

from newscrawl import extract_article
from newscrawl.archive import cdxj
from newscrawl.archive.layout import Layout
from newscrawl.archive.reader import iter_records
from newscrawl.reading.workers import Workers
from newscrawl.replay.captured import captures_of
from newscrawl.replay.remade import Remaking, read_pages
from newscrawl.replay.selection import selection

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

GOLD = Path(__file__).parents[1] / ".." / "shared" / "gold" / "pages"
SAMPLE = Path(__file__).parents[1] / "newscrawl" / "newspaper"


def pages(number: int) -> Iterator[bytes]:
    """So many pages, no two of the same bytes."""
    files = sorted(p for p in GOLD.rglob("*") if p.is_file()) or sorted(SAMPLE.rglob("*.html"))
    given = [
        gzip.decompress(file.read_bytes()) if file.suffix == ".gz" else file.read_bytes()
        for file in files
    ]
    for n in range(number):
        yield given[n % len(given)] + b"<!-- %d -->" % n


def archive(folder: Path, bodies: Iterator[bytes]) -> Layout:
    written = writer(folder)
    for number, body in enumerate(bodies):
        each = exchange(number, body)
        written.write([each], None, each.url)
    written.close()
    layout = Layout(folder)
    for warc in layout.finished():
        cdxj.merge(layout.index, cdxj.lines_of(warc, iter_records(warc, on_damage=fail)))
    return layout


def fail(damage: object) -> None:
    sys.exit(str(damage))


def seconds(call: Callable[[], object]) -> float:
    start = time.perf_counter()
    call()
    return time.perf_counter() - start


def replay(layout: Layout, processes: int) -> int:
    workers = Workers(processes, seconds=60)
    try:
        captures = captures_of(layout.finished(), on_damage=fail)
        read = read_pages(captures.pages, workers)
        remaking = Remaking(read, answered=captures.answered.__contains__, complete=True)
        with closing(remaking):
            return sum(1 for _ in remaking.results())
    finally:
        workers.close()


def extract(body: bytes) -> None:
    extract_article(body, url="https://paper.example/x", captured_at=datetime.now(UTC))


def extract_all(bodies: list[bytes], processes: int) -> None:
    if processes == 1:
        for body in bodies:
            extract(body)
        return
    with get_context("forkserver").Pool(processes) as pool:
        pool.map(extract, bodies, chunksize=8)


def rates(layout: Layout, bodies: list[bytes]) -> None:
    alone = {n: seconds(lambda n=n: extract_all(bodies, n)) for n in (1, 2)}
    whole = {n: seconds(lambda n=n: replay(layout, n)) for n in (1, 2)}
    for n in (1, 2):
        print(f"{n} processes: {len(bodies) / whole[n]:.1f} pages/s", end=", ")
        print(f"{alone[n] / whole[n]:.2f} of the rate of extract_article alone on {n}")
    print(f"two processes: {whole[1] / whole[2]:.2f} times one")


def choosing(layout: Layout, number: int) -> None:
    # A prefix of all but the last digit stands for eleven captures.
    last = number // 10 - 1
    ends = range(last, last - max(1, number // 1100), -1)
    chosen = selection(prefixes=[f"https://paper.example/{end}" for end in ends])
    found: list[int] = []

    def choose() -> None:
        found.append(len(captures_of(layout.finished(), on_damage=fail, chosen=chosen).pages))

    through = seconds(choose)
    layout.index.rename(layout.root / "aside")
    read = seconds(choose)
    (layout.root / "aside").rename(layout.index)
    size = sum(path.stat().st_size for path in layout.finished())
    print(
        f"{found[0]} of {number} captures in {size / 2**20:.0f} MiB: {through:.2f} s through the index"
    )
    print(f"{read:.2f} s by reading all, {read / through:.1f} times as long")
    if found[0] != found[1]:
        sys.exit(f"the index chooses {found[0]}, reading {found[1]}")


def peers(layout: Layout, bodies: list[bytes]) -> None:
    def loop() -> None:
        for warc in layout.finished():
            with warc.open("rb") as file:
                for record in ArchiveIterator(file):
                    if record.rec_type == "response":
                        trafilatura.bare_extraction(
                            record.content_stream().read().decode("utf-8", "replace"),
                            with_metadata=True,
                        )

    mine = seconds(lambda: replay(layout, os.cpu_count() or 1))
    theirs = seconds(loop)
    print(f"warcio and trafilatura in a loop: {len(bodies) / theirs:.1f} pages/s", end=", ")
    print(f"newscrawl replay {theirs / mine:.2f} times that, with title, times, authors and body")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("sections", nargs="*", default=["rates", "choosing", "peers"])
    parser.add_argument("--pages", type=int, default=200)
    given = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        bodies = list(pages(given.pages))
        layout = archive(Path(folder) / "news", iter(bodies))
        mean = sum(map(len, bodies)) / len(bodies) / 1000
        print(f"{len(bodies)} pages of {mean:.0f} kB on {os.cpu_count()} cores")
        if "choosing" in given.sections:
            choosing(layout, len(bodies))
        if "rates" in given.sections:
            rates(layout, bodies)
        if "peers" in given.sections:
            peers(layout, bodies)


if __name__ == "__main__":
    main()
