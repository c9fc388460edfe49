"""What do the reader's pages cost? An archive is made, `newscrawl browse` serves it, and its pages are timed.

python benchmarks/reader.py --articles 20000 --sources 2000

`benchmarks/large_archive.py` makes the archive. Prints one line for each figure beside what it should
reach with a million articles; what is printed holds for the number that was asked for. The archive is
made in a temporary folder, or kept with `--keep DIR`, and taken from there the next time.
"""

from __future__ import annotations

import argparse
import http.client
import json
import os
import statistics
import subprocess
import sys
import tempfile
import threading
import time
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import quote

import large_archive

from newscrawl.archive.layout import Layout
from newscrawl.database.engine import open_database
from newscrawl.store import Store

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator


class Client:
    """Asks the reader over one connection; `pid` is its process."""

    def __init__(self, base: str, pid: int = 0) -> None:
        self.pid = pid
        self._connection = http.client.HTTPConnection(base.split("/")[2], timeout=120)

    def get(self, path: str) -> tuple[float, bytes]:
        """Seconds, and the answer."""
        # The reader closes a connection on which nothing is asked for some seconds.
        self._connection.close()
        begun = time.perf_counter()
        self._connection.request("GET", path)
        answer = self._connection.getresponse()
        body = answer.read()
        assert answer.status == 200, (path, answer.status, body[:300])
        return time.perf_counter() - begun, body

    def json(self, path: str) -> Any:
        return json.loads(self.get(path)[1])


@contextmanager
def browse(folder: Path) -> Iterator[tuple[str, int, float]]:
    """The reader: its address, its process, and the seconds until it answered with its first page."""
    begun = time.perf_counter()
    command = [sys.executable, "-m", "newscrawl", "browse", "--archive", str(folder)]
    process = subprocess.Popen(
        command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True
    )
    assert process.stdout is not None
    try:
        base = process.stdout.readline().split()[1]
        Client(base).get("/search?q=")
        yield base, process.pid, time.perf_counter() - begun
    finally:
        process.terminate()
        process.wait(30)


def p95(seconds: list[float]) -> float:
    return statistics.quantiles(seconds, n=20)[-1] if len(seconds) > 1 else seconds[0]


def timed(client: Client, paths: list[str]) -> str:
    """p95 by the clock, and the CPU time of the reader for a page: other programs hardly change that."""
    before = cpu_seconds(client.pid)
    times = [client.get(path)[0] for path in paths]
    return f"{_ms(p95(times))}, CPU {_ms((cpu_seconds(client.pid) - before) / len(paths))}"


def cpu_seconds(pid: int) -> float:
    fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def say(what: str, found: str, reach: str) -> None:
    print(f"{what:<58} {found:>22}   {reach}", flush=True)


def _ms(seconds: float) -> str:
    return f"{seconds * 1000:.0f} ms"


def search(client: Client, words: list[str], rounds: int) -> None:
    month = datetime.now(UTC).strftime("%Y-%m")
    paths = [
        f"/search?q={words[n * 7 % 900]}&source=paper-{n % 40:04}.example&since={month}"
        for n in range(rounds)
    ]
    say("search with source and month, first look: p95", timed(client, paths), "1 s")
    say("the same once more: p95", timed(client, paths), "150 ms")
    wide = [f"/search?q={words[n]}" for n in range(min(rounds, 30))]
    say("search for one of the 30 most frequent words: p95", timed(client, wide), "-")


def two_characters(client: Client, store: Store, rounds: int) -> None:
    paths: list[str] = []
    missing, wanted = 0, 0
    signs = large_archive.SCRIPTS["zh"]
    texts = {
        r["id"]: f"{r['title']} {r['body']}"
        for _, r in store.records()
        if r["language"] in ("zh", "ja")
    }
    for n in range(rounds):
        two = signs[n] + signs[n * 3 % 40]
        paths.append(f"/search?q={quote(two)}")
        there = {id_ for id_, text in texts.items() if two in text}
        found: set[str] = set()
        path: str | None = f"/search.json?q={quote(two)}&sort=seen&limit=500"
        while path:
            page = client.json(path)
            found |= {row["id"] for row in page["rows"]}
            after = page["next"]
            path = (
                f"/search.json?q={quote(two)}&sort=seen&limit=500&after={after}" if after else None
            )
        missing, wanted = missing + len(there - found), wanted + len(there)
    say("two Chinese characters: p95", timed(client, paths), "300 ms")
    say(f"of {wanted:,} articles that hold them, not found", str(missing), "0")


def walk(client: Client, every: int) -> None:
    """All pages of the longest lists, by `next`; of most pages only JSON is asked for."""
    for name, path in (
        ("front page", "/index.json"), ("all by stated time", "/search.json?sort=published"),
        ("a frequent word, best first", "/search.json?q=the&sort=relevance"),
    ):  # fmt: skip
        times: list[float] = []
        after: str | None = ""
        pages = 0
        while after is not None and pages < 60:
            sign = "&" if "?" in path else "?"
            where = path + (f"{sign}limit=100" if pages % every else f"{sign}limit=30")
            seconds, body = client.get(where + (f"&after={quote(after)}" if after else ""))
            if pages % every == 0:
                times.append(seconds)
            after = json.loads(body)["next"]
            pages += 1
        say(f"any page of {name} ({pages} pages): slowest", _ms(max(times)), "100 ms")


def single_pages(client: Client, rows: list[dict[str, Any]]) -> None:
    for name, paths in (
        ("article", [f"/article/{row['id']}" for row in rows]),
        ("day", [f"/day/{row['first_seen_at'][:10]}" for row in rows[::5]]),
        ("front page", ["/"] * 20),
        ("health page", ["/health"] * 10),
    ):
        say(f"{name}: p95", timed(client, paths), "50 ms" if name in ("article", "day") else "-")
    article = [client.get(f"/article/{row['id']}") for row in rows[:20]]
    day = [client.get(f"/day/{row['first_seen_at'][:10]}") for row in rows[::5]]
    for name, some in (("article", article), ("day", day)):
        say(f"{name}: largest", f"{max(len(body) for _, body in some) / 1000:.0f} KB", "60 KB")
    say("source page", _ms(client.get(f"/source/{rows[0]['source']}")[0]), "100 ms")


def beside_a_crawl(base: str, store: Store, maker: large_archive.Maker, seconds: float) -> None:
    """20 readers, and a writer that commits as a crawl does: 20 articles at a time."""
    alone = _written(store, maker, store.last_number() + 10**6, seconds, lambda: None)
    times: list[float] = []
    words = maker.words
    over = threading.Event()

    def read(n: int) -> None:
        client = Client(base)
        while not over.is_set():
            path = ("/", f"/search?q={words[n * 31]}", "/changes", "/day/" + _today())[n % 4]
            times.append(client.get(path)[0])
            over.wait(1.0)

    readers = [threading.Thread(target=read, args=(n,)) for n in range(20)]

    def begin() -> None:
        for reader in readers:
            reader.start()

    beside = _written(store, maker, store.last_number() + 2 * 10**6, seconds, begin)
    over.set()
    for reader in readers:
        reader.join()
    say("20 readers, a page a second each, beside a writer: p95", _ms(p95(times)), "250 ms")
    say("the writer beside them", f"{beside / alone:.2f} of its speed", "0.95")


def _written(
    store: Store, maker: large_archive.Maker, first: int, seconds: float, begin: Callable[[], None]
) -> float:
    """Articles a second."""
    begin()
    begun, number = time.monotonic(), 0
    while time.monotonic() - begun < seconds:
        some = [maker.article(first + number + n)[0] for n in range(20)]
        store.add_articles((each.source or "", each) for each in some)
        number += 20
        time.sleep(0.05)
    return number / (time.monotonic() - begun)


def _today() -> str:
    return datetime.now(UTC).strftime("%Y-%m-%d")


def _memory(pid: int) -> float:
    lines = Path(f"/proc/{pid}/status").read_text().splitlines()
    return next(int(line.split()[1]) / 1000 for line in lines if line.startswith("VmHWM"))


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--articles", type=int, default=20_000)
    parser.add_argument("--sources", type=int, default=2_000)
    parser.add_argument("--rounds", type=int, default=100)
    parser.add_argument("--seconds", type=float, default=15.0)
    parser.add_argument("--keep", type=Path)
    given = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="newscrawl-reader-") as name:
        folder = given.keep or Path(name) / "news"
        large_archive.make(folder, given.articles, given.sources)
        maker = large_archive.Maker(given.articles, given.sources)
        store = Store(open_database(Layout(folder).database))
        print(
            f"\n{given.articles:,} articles, {given.sources:,} sources, {large_archive.DAYS} days\n"
        )
        with browse(folder) as (base, pid, started):
            client = Client(base, pid)
            used = f"{started:.2f} s, CPU {cpu_seconds(pid):.2f} s"
            say("start to first page", used, "1 s")
            say("health page with all sources judged", timed(client, ["/health"]), "1 s")
            search(client, maker.words, given.rounds)
            two_characters(client, store, min(given.rounds, 40))
            walk(client, every=5)
            single_pages(client, client.json("/index.json?limit=100")["rows"])
            beside_a_crawl(base, store, maker, given.seconds)
            say("memory at most", f"{_memory(pid):.0f} MB", "200 MB")
        store.close()


if __name__ == "__main__":
    main()
