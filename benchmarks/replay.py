"""How fast records are made again: against extraction alone, on more processes, through an index, by others.

`python benchmarks/replay.py [rates] [choosing] [peers] [memory]`; all are ratios within one run, by the
clock and, since the machine may do something else, by CPU. Pages are the larger ones of ../shared/gold
if it is there, else those of the sample newspaper, repeated with other bytes until they are `--pages`.
`--news-please PYTHON` names the Python of an environment that has news-please.
"""

from __future__ import annotations

import argparse
import gzip
import os
import random
import shutil
import sys
import tempfile
import time
from datetime import UTC, datetime
from multiprocessing import get_context
from pathlib import Path
from typing import TYPE_CHECKING

import process_tree
import trafilatura
from archive_writing import exchange, writer
from warcio.archiveiterator import ArchiveIterator

from newscrawl import extract_article
from newscrawl.archive import cdxj_file
from newscrawl.archive.layout import Layout
from newscrawl.replay import select
from newscrawl.replay.shard_output import PAGE
from newscrawl.replay.shard_reader import ShardReader
from newscrawl.replay.split import Splitter
from newscrawl.warc import cdxj
from newscrawl.warc.reader import iter_records

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from process_tree import Use

GOLD = Path(__file__).parents[1] / ".." / "shared" / "gold" / "pages"
SAMPLE = Path(__file__).parents[1] / "newscrawl" / "newspaper"


def pages(number: int) -> Iterator[bytes]:
    """So many pages, no two of the same bytes, the larger ones if there is a choice."""
    files = sorted(p for p in GOLD.rglob("*") if p.is_file()) or sorted(SAMPLE.rglob("*.html"))
    given = [
        gzip.decompress(file.read_bytes()) if file.suffix == ".gz" else file.read_bytes()
        for file in files
    ]
    given = [page for page in given if 150_000 < len(page) < 800_000] or given
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
        cdxj_file.merge(layout.index, cdxj.index_lines_of(warc, iter_records(warc, on_damage=fail)))
    return layout


def fail(damage: object) -> None:
    sys.exit(str(damage))


def seconds(call: Callable[[], object]) -> float:
    start = time.perf_counter()
    call()
    return time.perf_counter() - start


def replay(layout: Layout, processes: int, how: str = "--into") -> Use:
    """A whole replay of an archive's files, by the command."""
    again = layout.root.with_name("again")
    command = [sys.executable, "-m", "newscrawl", "replay", *map(str, layout.finished())]
    use = process_tree.run([*command, how, str(again), "--workers", str(processes)])
    if use.code:
        sys.exit(use.output)
    shutil.rmtree(again)
    return use


def extract(body: bytes) -> None:
    extract_article(body, url="https://paper.example/x", captured_at=datetime.now(UTC))


def alone(folder: Path, processes: int) -> None:
    """Nothing but `extract_article`, on the pages of a folder, in processes that share nothing."""
    bodies = [path.read_bytes() for path in sorted(folder.iterdir())]
    if processes == 1:
        for body in bodies:
            extract(body)
        return
    with get_context("forkserver").Pool(processes) as pool:
        pool.map(extract, bodies, chunksize=8)


def apart(*arguments: object) -> Use:
    """This script, asked for one measure, in processes of its own."""
    use = process_tree.run([sys.executable, __file__, *map(str, arguments)])
    if use.code:
        sys.exit(use.output)
    return use


def net(use: Use, start: Use) -> tuple[float, float]:
    """Seconds and CPU seconds without those of the start."""
    return use.seconds - start.seconds, use.total_cpu - start.total_cpu


def rates(layout: Layout, bodies: list[bytes], folder: Path) -> None:
    for name, some in (("all", bodies), ("one", bodies[:1])):
        (folder / name).mkdir()
        for number, body in enumerate(some):
            (folder / name / f"{number:06d}").write_bytes(body)
    single = archive(folder / "single", iter(bodies[:1]))
    whole, plain = {}, {}
    for n in (1, 2):
        plain[n] = net(apart("--alone", n, folder / "all"), apart("--alone", n, folder / "one"))
        whole[n] = net(replay(layout, n), replay(single, n))
        (by_clock, by_cpu), (its_clock, its_cpu) = whole[n], plain[n]
        rate, share = len(bodies) / by_clock, its_clock / by_clock
        print(
            f"{n} processes, --into: {rate:.1f} pages/s, {share:.2f} of extract_article alone on {n}"
        )
        print(f"  by CPU {its_cpu / by_cpu:.2f}: {1000 * by_cpu / len(bodies):.1f} ms a page")
    print(f"two processes: {whole[1][0] / whole[2][0]:.2f} times one", end=", ")
    print(f"with {whole[2][1] / whole[1][1]:.2f} times the CPU")


def choosing(layout: Layout, number: int) -> None:
    # A prefix of all but the last digit stands for eleven captures.
    last = number // 10 - 1
    ends = range(last, last - max(1, number // 1100), -1)
    chosen = select(prefixes=[f"https://paper.example/{end}" for end in ends])
    found: list[int] = []

    def choose() -> None:
        shards = Splitter(chosen, 1 << 40, fail).split(layout.finished()).shards
        readers = [ShardReader(shard, chosen, fail) for shard in shards]
        found.append(sum(answer.kind == PAGE for each in readers for answer, *_ in each.answers()))

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


def loop(folder: Path) -> None:
    """What one writes who has warcio and trafilatura."""
    for warc in Layout(folder).finished():
        with warc.open("rb") as file:
            for record in ArchiveIterator(file):
                if record.rec_type == "response":
                    trafilatura.bare_extraction(
                        record.content_stream().read().decode("utf-8", "replace"),
                        with_metadata=True,
                    )


NEWS_PLEASE = """
import sys
from newsplease import NewsPlease
from warcio.archiveiterator import ArchiveIterator
for path in sys.argv[1:]:
    with open(path, "rb") as file:
        for record in ArchiveIterator(file):
            if record.rec_type == "response":
                try:
                    NewsPlease.from_warc(record)
                except Exception as error:  # of languages for which something is not installed
                    print("news-please failed:", type(error).__name__, str(error)[:60])
"""


def peers(layout: Layout, number: int, news_please: str | None) -> None:
    mine = replay(layout, os.cpu_count() or 1)
    theirs = {"warcio and trafilatura": apart("--loop", layout.root)}
    if news_please:
        command = [news_please, "-c", NEWS_PLEASE, *map(str, layout.finished())]
        theirs["news-please"] = process_tree.run(command)
        if theirs["news-please"].code:
            sys.exit(theirs["news-please"].output)
        print(
            theirs["news-please"].output.count("news-please failed:"), "pages fail in news-please"
        )
    for name, use in theirs.items():
        print(f"{name} in a loop: {number / use.seconds:.1f} pages/s", end="; newscrawl replay ")
        times, by_cpu = use.seconds / mine.seconds, use.total_cpu / mine.total_cpu
        print(
            f"{times:.2f} times that on {os.cpu_count()} cores, {by_cpu:.2f} by CPU, starts included"
        )


def memory(folder: Path, captures: int, large: int) -> None:
    """Of the largest process, while a WARC of many small captures is replayed, and one of large ones."""
    small = (
        b"<title>Short news %d</title><h1>Short news %d</h1><p>Hardly anything has happened.</p>"
    )
    kinds: dict[str, Callable[[], Iterator[bytes]]] = {
        f"{captures // 10} small captures": lambda: (small % (n, n) for n in range(captures // 10)),
        f"{captures} small captures": lambda: (small % (n, n) for n in range(captures)),
        f"{large} MiB of large captures": lambda: large_ones(large),
    }
    for name, bodies in kinds.items():
        layout = archive(folder / name, bodies())
        size = sum(path.stat().st_size for path in layout.finished()) / 2**20
        replay_all = [sys.executable, "-m", "newscrawl", "replay", *map(str, layout.finished())]
        use = process_tree.run([*replay_all, "--parquet", str(folder / "again")], memory=True)
        if use.code:
            sys.exit(use.output)
        print(f"{name} ({size:.0f} MiB, {use.seconds:.0f} s):", end=" ")
        print(
            f"main process {use.largest['main']:.0f} MiB, a worker {use.largest['worker']:.0f} MiB"
        )
        shutil.rmtree(folder / "again")
        shutil.rmtree(layout.root)


def large_ones(mebibytes: int) -> Iterator[bytes]:
    """Pages of 300 kB, and between them answers of 9 MB that do not get smaller when they are compressed."""
    for number, page in enumerate(pages(mebibytes // 9)):
        yield page
        yield b"%PDF" + random.Random(number).randbytes(9 * 2**20)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("sections", nargs="*", default=["rates", "choosing", "peers", "memory"])
    parser.add_argument("--pages", type=int, default=1000)
    parser.add_argument("--captures", type=int, default=100_000, help="small ones, for memory")
    parser.add_argument("--mebibytes", type=int, default=1024, help="of large ones, for memory")
    parser.add_argument("--news-please", metavar="PYTHON")
    parser.add_argument("--alone", nargs=2, help=argparse.SUPPRESS)
    parser.add_argument("--loop", type=Path, help=argparse.SUPPRESS)
    given = parser.parse_args()
    if given.alone:
        alone(Path(given.alone[1]), int(given.alone[0]))
    elif given.loop:
        loop(given.loop)
    else:
        with tempfile.TemporaryDirectory() as folder:
            measure(Path(folder), given)


def measure(folder: Path, given: argparse.Namespace) -> None:
    bodies = list(pages(given.pages))
    layout = archive(folder / "news", iter(bodies))
    mean = sum(map(len, bodies)) / len(bodies) / 1000
    print(f"{len(bodies)} pages of {mean:.0f} kB on {os.cpu_count()} cores, load", *os.getloadavg())
    if "choosing" in given.sections:
        choosing(layout, len(bodies))
    if "rates" in given.sections:
        rates(layout, bodies, folder)
    if "peers" in given.sections:
        peers(layout, len(bodies), given.news_please)
    if "memory" in given.sections:
        memory(folder, given.captures, given.mebibytes)


if __name__ == "__main__":
    main()
