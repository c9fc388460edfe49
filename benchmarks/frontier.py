"""How the frontier's cost grows with what it knows, and how fast several workers share one.

    python benchmarks/frontier.py sqlite                    with 10,000 and with 1,000,000 known URLs
    python benchmarks/frontier.py sqlite --known 10000 100000       smaller
    python benchmarks/frontier.py postgresql                four workers, 40,000 due URLs, a server of its own
    python benchmarks/frontier.py postgresql --database postgresql+psycopg://user@host/empty_database

Prints each figure beside its bound; exits with 1 if one is missed. One known URL in ten is due, over 2,000
hosts; a server of its own waits for the disk as any server does.
"""

from __future__ import annotations

import argparse
import json
import multiprocessing
import re
import statistics
import subprocess
import sys
import tempfile
import time
from collections import Counter
from contextlib import ExitStack
from pathlib import Path
from typing import TYPE_CHECKING, Any

from sqlalchemy import insert, text

from newscrawl.database.engine import open_database
from newscrawl.frontier import DiscoveredUrl, Outcome, SqlFrontier
from newscrawl.frontier.tables import hosts, urls
from newscrawl.urls import key

if TYPE_CHECKING:
    from collections.abc import Iterator

HOSTS = 2000
LINKS, NEW = 10_000, 1_000
LEASED = 100
ROUNDS, LEASES = 5, 50
WORKERS = 4
NOW = 1_800_000_000.0


def address(number: int) -> tuple[str, str]:
    host = f"paper{number % HOSTS}.example"
    return host, f"https://{host}/2026/05/story-{number}-of-the-harbour-council.html"


def row(number: int, *, due: bool) -> dict[str, Any]:
    host, url = address(number)
    return {
        "key": url.removeprefix("https://"), "url": url, "host": host, "source": host,
        "kind": "article", "depth": 1, "priority": 50, "rank": float(number % 97), "via": None,
        "modified_at": None, "state": "due" if due else "done", "due_at": 1.0, "attempts": 0,
        "outcome": None if due else "article", "settled_at": None if due else 1.0,
    }  # fmt: skip


def fill(target: Path | str, known: int, *, due_in: int) -> None:
    """A frontier that knows so many URLs, of which one in `due_in` is due."""
    assert key(address(7)[1]) == row(7, due=True)["key"]
    engine = open_database(target)
    with engine.begin() as connection:
        values = [
            {"host": f"paper{n}.example", "gap": 0.0, "hold_until": 0.0, "next_due": 1.0}
            for n in range(HOSTS)
        ]
        connection.execute(insert(hosts), values)
        for start in range(0, known, 50_000):
            numbers = range(start, min(known, start + 50_000))
            rows = [row(n, due=(n // HOSTS) % due_in == 0) for n in numbers]
            connection.execute(insert(urls), rows)
    if engine.dialect.name == "postgresql":
        with engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
            connection.execute(text("VACUUM ANALYZE"))
    engine.dispose()


def measure(target: Path, known: int) -> dict[str, float]:
    """Seconds at the median, in this process."""
    engine = open_database(target)
    frontier = SqlFrontier(engine)
    took: dict[str, list[float]] = {"add": [], "lease": [], "settle": []}
    for n in range(ROUNDS):
        old = [n * 7919 + i * (known // (LINKS - NEW)) for i in range(LINKS - NEW)]
        fresh = [known + n * NEW + i for i in range(NEW)]
        links = [DiscoveredUrl(address(i % known)[1], "article", "s") for i in old]
        links += [DiscoveredUrl(address(i)[1], "article", "s") for i in fresh]
        key.cache_clear()
        with timed(took["add"]):
            assert frontier.add(links, now=NOW) == NEW
    for n in range(LEASES):
        with timed(took["lease"]):
            leases = frontier.lease(owner="one", now=NOW + n, count=LEASED, seconds=900)
        assert len(leases) == LEASED
        with timed(took["settle"]):
            frontier.settle([(each.key, Outcome("article")) for each in leases], now=NOW + n)
    engine.dispose()
    status = Path("/proc/self/status").read_text("ascii")
    # Not ru_maxrss: that is never less than what the parent had.
    megabytes = int(re.search(r"VmHWM:\s*(\d+) kB", status)[1]) / 1024
    return {**{name: statistics.median(each) for name, each in took.items()}, "rss": megabytes}


class timed:  # noqa: N801 -- read as a statement
    def __init__(self, into: list[float]) -> None:
        self._into = into

    def __enter__(self) -> None:
        self._began = time.perf_counter()

    def __exit__(self, *_: object) -> None:
        self._into.append(time.perf_counter() - self._began)


def sqlite(sizes: list[int]) -> Iterator[tuple[str, float, float]]:
    """Figures and their upper bounds."""
    found = []
    for known in sizes:
        with tempfile.TemporaryDirectory() as folder:
            target = Path(folder) / "news.db"
            fill(target, known, due_in=10 if known > 50_000 else 1)
            # A process of its own, so that its memory is the frontier's alone.
            command = [sys.executable, __file__, "measure", str(target), str(known)]
            done = subprocess.run(command, check=True, stdout=subprocess.PIPE, text=True)
            found.append(json.loads(done.stdout))
        one = found[-1]
        yield f"{known:,} known: add {LINKS:,} links of which {NEW:,} are new, s", one["add"], 1.0
        yield f"{known:,} known: lease {LEASED}, ms", 1000 * one["lease"], 20.0
        yield f"{known:,} known: settle {LEASED}, ms", 1000 * one["settle"], 50.0
        yield f"{known:,} known: memory of the process, MiB", one["rss"], 300.0
    for name in ("add", "lease", "settle"):
        yield (
            f"{name}: cost at {sizes[-1]:,} by cost at {sizes[0]:,}",
            found[-1][name] / found[0][name],
            2.0,
        )
    yield "memory grows by, MiB", found[-1]["rss"] - found[0]["rss"], 50.0


def work(target: str, owner: str, start: Any, said: Any) -> None:
    engine = open_database(target)
    frontier = SqlFrontier(engine)
    start.wait()
    keys: list[str] = []
    while leases := frontier.lease(owner=owner, now=time.time(), count=LEASED, seconds=900):
        outcomes = [(each.key, Outcome("article")) for each in leases]
        frontier.settle(outcomes, now=time.time())
        keys += [each.key for each in leases]
    said.put(keys)
    engine.dispose()


def postgresql(target: str, due: int) -> Iterator[tuple[str, float, float]]:
    fill(target, due, due_in=1)
    context = multiprocessing.get_context("spawn")
    start, said = context.Barrier(WORKERS + 1), context.Queue()
    workers = [
        context.Process(target=work, args=(target, f"w{n}", start, said)) for n in range(WORKERS)
    ]
    for worker in workers:
        worker.start()
    start.wait()
    began = time.perf_counter()
    leased: Counter[str] = Counter()
    shares = []
    for _ in workers:
        keys = said.get()
        shares.append(len(keys))
        leased.update(keys)
    seconds = time.perf_counter() - began
    for worker in workers:
        worker.join()
    print(f"{WORKERS} workers leased and settled {sum(shares):,} URLs in {seconds:.1f} s: {shares}")
    yield "seconds for 2,000 URLs", 2000 * seconds / sum(shares), 1.0
    yield "URLs leased twice", sum(number > 1 for number in leased.values()), 0
    yield "URLs that were left", due - len(leased), 0


def report(figures: Iterator[tuple[str, float, float]]) -> int:
    missed = 0
    for name, value, bound in figures:
        verdict = "ok" if value <= bound else "MISSED"
        missed += verdict != "ok"
        print(f"{verdict:>6}  {value:10.3f}  at most {bound:<8g}{name}", flush=True)
    return 1 if missed else 0


def main() -> int:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawTextHelpFormatter
    )
    commands = parser.add_subparsers(dest="command", required=True)
    of_sqlite = commands.add_parser("sqlite")
    of_sqlite.add_argument("--known", type=int, nargs=2, default=[10_000, 1_000_000])
    of_postgresql = commands.add_parser("postgresql")
    of_postgresql.add_argument(
        "--database", help="an empty database; without it, a server is started"
    )
    of_postgresql.add_argument("--due", type=int, default=40_000)
    of_one = commands.add_parser("measure", help="what `sqlite` starts")
    of_one.add_argument("file", type=Path)
    of_one.add_argument("known", type=int)
    given = parser.parse_args()
    if given.command == "measure":
        print(json.dumps(measure(given.file, given.known)))
        return 0
    if given.command == "sqlite":
        return report(sqlite(given.known))
    with ExitStack() as stack:
        target = given.database or _own_server(stack)
        return report(postgresql(target, given.due))


def _own_server(stack: ExitStack) -> str:
    sys.path.insert(0, str(Path(__file__).parents[1] / "tests" / "support"))
    import private_postgresql

    if reason := private_postgresql.missing():
        sys.exit(f"{reason}: give --database")
    return stack.enter_context(private_postgresql.running(fsync=True)).database()


if __name__ == "__main__":
    sys.exit(main())
