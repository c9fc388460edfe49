"""What it costs to write and to look at a large archive: bytes of its database, seconds, memory.

    python benchmarks/monitoring.py                          100,000 articles of 100 sources
    python benchmarks/monitoring.py --articles 1000000
    python benchmarks/monitoring.py --postgresql             on a server of its own
    python benchmarks/monitoring.py --keep DIR               the archive stays, and is taken as it is then
    python benchmarks/monitoring.py --keep DIR --queries     searches with filters and counts alone

Articles have bodies of 3.5 KB, of words of a made-up language as frequent as those of real ones, in random
order: they compress worse than real articles do. They are written as a crawl writes them, without WARCs. An
archive that an older version has made with `--keep` is migrated first, and that is measured.
"""

from __future__ import annotations

import argparse
import hashlib
import random
import re
import subprocess
import sys
import tempfile
import time
import uuid
from contextlib import ExitStack, closing
from datetime import UTC, datetime
from functools import partial
from itertools import accumulate, islice
from pathlib import Path
from typing import TYPE_CHECKING

from sqlalchemy import inspect, text

from newscrawl.collection.results import Result, Revising
from newscrawl.database.engine import open_database, read_database
from newscrawl.frontier import DiscoveredUrl, Outcome, SqlFrontier
from newscrawl.items import Article, Capture, Provenance
from newscrawl.query import parse
from newscrawl.store import Store
from newscrawl.urls import key

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

DAYS, DAY, BATCH_SIZE = 70, 86_400.0, 100
#: Of a hundred URLs, beside the articles.
ENDS = [("not-an-article", 200)] * 8 + [("http-404", 404)] * 5 + [("http-403", 403)] * 2
ENDS += [("moved", 301)] * 3 + [("duplicate", 200)] * 2


class Writer:
    """Makes up words, sentences and articles, the same for the same seed."""

    def __init__(self, sources: int, begin: float) -> None:
        self._rng, self._sources, self._begin = random.Random(5), sources, begin
        ends = ("a", "e", "i", "o", "u", "ai", "ea", "ou", "an", "en", "in", "er", "or")
        syllables = [a + b for a in (*"bcdfghklmnprstvw", "st", "tr", "ch", "sh") for b in ends]
        made = (
            "".join(self._rng.choices(syllables, k=self._rng.choice((1, 1, 2, 2, 3, 3, 4))))
            for _ in range(40_000)
        )
        self.words = sorted(
            dict.fromkeys(made), key=lambda word: len(word) + self._rng.random() * 6
        )
        # As Zipf found it: the word of rank n comes once for n times that the first comes.
        self._weights = list(accumulate(1 / (n + 2.7) for n in range(len(self.words))))
        self._sentences = [self._sentence() for _ in range(30_000)]

    def article(self, number: int, at: float) -> tuple[str, Article]:
        """Source and article."""
        rng, source = self._rng, f"paper{number % self._sources}.example"
        title, *sentences = rng.choices(self._sentences, k=46)
        title = title[:70]
        paragraphs = [" ".join(sentences[n : n + 3]) for n in range(0, len(sentences), 3)]
        author = " ".join(word.title() for word in rng.choices(self.words[2000:9000], k=2))
        url = f"https://{source}/2026/05/{re.sub('[^a-z]+', '-', title.lower())[:50]}-{number}"
        stated = datetime.fromtimestamp(at, UTC)
        published = stated.isoformat(timespec="seconds")
        raw = {"authors": ("json-ld:author", author), "published_at": ("json-ld:datePublished", published),
               "title": ("json-ld:headline", title), "canonical_url": ("link:canonical", url)}  # fmt: skip
        return source, Article(
            url=url, canonical_url=url, title=title, authors=(author,), published_at=published,
            published_precision="second", language="en", publisher=f"Paper {number % self._sources}",
            section="News", tags=tuple(rng.choices(self.words[500:3000], k=3)),
            image=f"https://{source}/images/{number}.jpg", description=sentences[0], kind="NewsArticle",
            is_accessible=True, body="\n\n".join(paragraphs),
            body_markdown="\n\n".join([*paragraphs[:3], f"## {title[:30]}", *paragraphs[3:]]),
            provenance={name: Provenance(said, what) for name, (said, what) in raw.items()},
            capture=self.capture(number, at), extractor={"name": "newscrawl", "version": "1"},
        )  # fmt: skip

    def capture(self, number: int, at: float, status: int = 200) -> Capture:
        stated = datetime.fromtimestamp(at, UTC).strftime("%Y-%m-%dT%H:%M:%S.%fZ")
        name = f"NEWS-20260501120000123-ab12cd34-{number // 5000:05}.warc.gz"
        record_id = f"urn:uuid:{uuid.UUID(int=self._rng.getrandbits(128))}"
        digest = "sha256:" + hashlib.sha256(record_id.encode()).hexdigest()
        return Capture(name, 40_000 * (number % 5000), 39_000, record_id, digest, stated, status)

    def _sentence(self) -> str:
        words = self._rng.choices(self.words, cum_weights=self._weights, k=self._rng.randint(8, 20))
        return " ".join(words).capitalize() + "."


def pages(
    writer: Writer, number: int, begin: float
) -> Iterator[tuple[DiscoveredUrl, Outcome, str, Article | None]]:
    """URLs in the order of time, each with its end, its source and its article."""
    rng = random.Random(1)
    for n in range(number):
        at = begin + DAYS * DAY * n / number
        source, article = writer.article(n, at)
        assert article.url is not None
        new = DiscoveredUrl(article.url, "article", source, 1, via=f"https://{source}/feed")
        yield (
            new,
            Outcome("article", status=200, seen_at=_seen(article), capture=article.capture),
            source,
            article,
        )
        if rng.random() < 0.25:
            cause, status = rng.choice(ENDS)
            capture = writer.capture(number + n, at, status)
            detail = article.url if cause in ("moved", "duplicate") else None
            miss = DiscoveredUrl(
                f"https://{source}/other/{n}", "article", source, 1, via=f"https://{source}/sitemap"
            )
            yield (
                miss,
                Outcome("miss", cause, None, status, capture.captured_at, capture, target=detail),
                source,
                None,
            )


def _seen(article: Article) -> str:
    assert article.capture is not None
    return article.capture.captured_at


def fill(target: Path | str, articles: int, sources: int) -> tuple[float, float]:
    """Write all as a crawl does; return articles by second, and by second of CPU; making them up left out."""
    engine, end = open_database(target), time.time()
    begin, spent, used = end - DAYS * DAY, 0.0, 0.0
    writer = Writer(sources, begin)
    store, frontier = Store(engine), SqlFrontier(engine)
    for n in range(sources):
        hubs = [
            DiscoveredUrl(f"https://paper{n}.example/{kind}", kind, f"paper{n}.example")
            for kind in ("seed", "feed", "sitemap")
        ]
        frontier.add(hubs, now=begin)
        ends = [(key(hub.url), Outcome("links", status=200)) for hub in hubs]
        frontier.settle(ends, now=end - random.Random(n).random() * 3600)
    source = pages(writer, articles, begin)
    while batch := list(islice(source, BATCH_SIZE)):
        now = _moment(batch[0][1])
        began, used_before = time.perf_counter(), time.process_time()
        frontier.add([new for new, *_ in batch], now=now)
        found = [(source, article) for *_, source, article in batch if article]
        new = [Result(a.url or "", s, Outcome("article", capture=a.capture), a) for s, a in found]
        revising = Revising(store.change_log, new)
        revised = [revising.revise(result).article for result in new]
        store.add_articles([(s, a) for (s, _), a in zip(found, revised, strict=True) if a])
        store.add_captures([(new.url, end.capture) for new, end, *_ in batch if end.capture])
        frontier.settle([(key(new.url), end) for new, end, *_ in batch], now=now)
        spent += time.perf_counter() - began
        used += time.process_time() - used_before
    if engine.dialect.name == "postgresql":
        with engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
            connection.execute(text("VACUUM ANALYZE"))
    engine.dispose()
    return articles / spent, articles / used


def _moment(outcome: Outcome) -> float:
    assert outcome.seen_at is not None
    return datetime.fromisoformat(outcome.seen_at).timestamp()


def commands(writer: Writer) -> list[list[str]]:
    common, rare = writer.words[0], writer.words[-1]
    return [
        ["--help"], ["status"], ["status", "--check"], ["audit"], ["audit", "--since", "7d"],
        ["export", "records"], ["export", "misses"], ["search", common], ["search", rare],
        ["search", common, writer.words[1]], ["search", f"{common} {writer.words[1]}"],
        ["search", writer.words[30]], ["search", writer.words[300]],
    ]  # fmt: skip


def measure(command: list[str], options: list[str]) -> tuple[float, float, float, float]:
    """Seconds to the first line (after which exports are cut off), to the end, of CPU; and MiB."""
    script = (
        "import os, sys; from newscrawl.commands import cli\n"
        "try: cli.main(sys.argv[1:], standalone_mode=False)\n"
        "except BrokenPipeError: pass\n"
        "finally:\n"
        "    hwm = [l.split()[1] for l in open('/proc/self/status') if l.startswith('VmHWM')]\n"
        "    print('peak', hwm[0], sum(os.times()[:2]), file=sys.stderr)"
    )
    is_export = command[0] == "export"
    began = time.perf_counter()
    with subprocess.Popen(
        [sys.executable, "-c", script, *command, *(options if command[0] != "--help" else [])],
        stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
    ) as ran:  # fmt: skip
        assert ran.stdout and ran.stderr
        ran.stdout.readline()
        first = time.perf_counter() - began
        if not is_export:
            ran.stdout.read()
        ran.stdout.close()
        said = ran.stderr.read()
    took = time.perf_counter() - began
    peak = re.search(r"peak (\d+) (\S+)", said)
    assert peak, said
    return first, first if is_export else took, float(peak[2]), int(peak[1]) / 1024


def sizes(database: Path) -> dict[str, int]:
    """Bytes of each table with its indexes, where SQLite can tell."""
    import sqlite3

    with closing(sqlite3.connect(database)) as connection:
        query = "SELECT name, sum(pgsize) FROM dbstat GROUP BY name ORDER BY 2 DESC LIMIT 25"
        try:
            return dict(connection.execute(query).fetchall())
        except sqlite3.OperationalError:
            return {}


#: Words of a query by their rank: the first two are in nearly every article, as "the" is.
COMMON, USUAL = (0, 30), (300, 1000, 3000, 10_000, -1)


def filters(words: list[str]) -> list[str]:
    """For words of the writer's language: filters that many articles meet, and few."""
    return [
        "source:paper7.example", "-source:paper7.example", "after:7d", "before:7d", "lang:en", "section:news",
        f"tag:{words[1000]}", f"author:{words[3000]}", "is:latest", "source:paper7.example after:2d",
        f"lang:en -{words[500]}", f"title:{words[200]}",
    ]  # fmt: skip


def report_queries(words: list[str], target: Path | str) -> None:
    """Seconds of searches with filters, and of counts, with what a million articles would take at most."""
    now = datetime.now(UTC)
    store = Store(read_database(target))
    scale = 1_000_000 / max(1, store.last_number())
    filtered = [
        [f"{words[rank]} {each}" for rank in ranks for each in filters(words)]
        for ranks in (USUAL, COMMON)
    ]
    alone = ["source:paper7.example", "after:7d", f"tag:{words[1000]}", f"author:{words[3000]}"]
    print("queries: p50, p95, worst in ms of CPU and of time; p95 of CPU for 1,000,000, if linear")
    for name, queries in (
        ("a usual word and filters", filtered[0]),
        ("a word of nearly every article and filters", filtered[1]),
        ("filters alone", alone),
    ):
        took = sorted(_timed(partial(store.search, parse(each, now=now))) for each in queries)
        print(f"{_quantiles([cpu for cpu, _ in took], scale)}  {name}", flush=True)
        times = sorted(time for _, time in took)
        print(f"{_quantiles(times, scale)}    by the clock, with what else runs on this machine")
    for by in (["source", "day"], ["author"], ["section"]):
        cpu, clock = _timed(partial(store.group_counts, by, parse("", now=now)))
        print(f"{cpu:8.2f} s of CPU, {clock:.2f} s; {scale * cpu:.2f} s  counts by {', '.join(by)}")
    store.close()


def _timed(call: Callable[[], object]) -> tuple[float, float]:
    """Seconds of CPU and of time. On PostgreSQL the CPU of the server is not in it."""
    cpu, clock = time.process_time(), time.perf_counter()
    call()
    return time.process_time() - cpu, time.perf_counter() - clock


def _quantiles(seconds: list[float], scale: float) -> str:
    p50, p95 = (seconds[min(len(seconds) - 1, int(len(seconds) * q))] for q in (0.5, 0.95))
    figures = (p50, p95, seconds[-1], scale * p95)
    return " ".join(f"{1000 * each:7.0f}" for each in figures)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.split("\n", 1)[0])
    parser.add_argument("--articles", type=int, default=100_000)
    parser.add_argument("--sources", type=int, default=100)
    parser.add_argument("--postgresql", action="store_true")
    parser.add_argument("--keep", type=Path)
    parser.add_argument("--fill-only", action="store_true")
    parser.add_argument("--queries", action="store_true")
    wanted = parser.parse_args()
    with ExitStack() as stack:
        root = wanted.keep or Path(stack.enter_context(tempfile.TemporaryDirectory()))
        archive = root / "news"
        (archive / "warc").mkdir(parents=True, exist_ok=True)
        target: Path | str = archive / "news.db"
        options = ["--archive", str(archive)]
        if wanted.postgresql:
            sys.path.insert(0, str(Path(__file__).parents[1] / "tests" / "support"))
            import private_postgresql

            target = stack.enter_context(private_postgresql.running()).database()
            options += ["--db", target]
        if isinstance(target, str) or not target.exists():
            by_time, by_cpu = fill(target, wanted.articles, wanted.sources)
            print(f"{by_time:8.0f} articles/s written, {by_cpu:.0f} by CPU", flush=True)
        else:
            print(f"{migrate(target):8.1f} s to open it, migration included", flush=True)
        if isinstance(target, Path):
            print(f"{target.stat().st_size:14,} bytes of {target.name}", flush=True)
        writer = Writer(wanted.sources, 0.0)
        if not wanted.fill_only and not wanted.queries:
            report(writer, target, options)
        if not wanted.fill_only:
            report_queries(writer.words, target)


def migrate(target: Path) -> float:
    began = time.perf_counter()
    engine = open_database(target)
    assert inspect(engine).has_table("articles")
    engine.dispose()
    return time.perf_counter() - began


def report(writer: Writer, target: Path | str, options: list[str]) -> None:
    print("first line    end    CPU    memory")
    for command in commands(writer):
        first, took, cpu, memory = measure(command, options)
        print(
            f"{first:10.2f} {took:6.2f} {cpu:6.2f} s {memory:5.0f} MiB  {' '.join(command)}",
            flush=True,
        )
    if isinstance(target, Path):
        for name, size in sizes(target).items():
            print(f"{size:14,} {name}")


if __name__ == "__main__":
    main()
