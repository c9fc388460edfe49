"""What it costs to enter articles into the tables, beside another version of newscrawl, in turns.

    git worktree add ../before 63b91e1
    python benchmarks/writing.py --against ../before [--articles 6000] [--rounds 3]

Each round is a process of its own for either version, one after the other. It enters the same articles as a
crawl does (URLs, records, captures, ends; 100 at a time) into a new database. Prints the ms of CPU for each
article, the bytes of the database, and the ratio of the medians; exits with 1 if that is over 1.1.
"""

from __future__ import annotations

import argparse
import json
import os
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

BATCH_SIZE = 100
MOST = 1.1


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.split("\n", 1)[0])
    parser.add_argument("--against", type=Path)
    parser.add_argument("--articles", type=int, default=6_000)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--enter", type=Path, help="a file of articles; what each round runs")
    wanted = parser.parse_args()
    if wanted.enter is not None:
        enter(wanted.enter)
        return 0
    if wanted.against is None:
        parser.error("--against names the checkout of the other version")
    with tempfile.TemporaryDirectory() as folder:
        given = Path(folder) / "articles.jsonl"
        make(given, wanted.articles)
        return compare(given, wanted.against.resolve(), wanted.rounds)


def make(path: Path, number: int) -> None:
    """Write articles, as of `monitoring.py`, a line each."""
    from monitoring import Writer

    writer, begin = Writer(100, 0.0), time.time() - number
    with path.open("w") as file:
        for n in range(number):
            _, article = writer.article(n, begin + n)
            file.write(json.dumps(article.to_dict()) + "\n")


def compare(given: Path, other: Path, rounds: int) -> int:
    checkouts = {"other": other, "this": Path(__file__).resolve().parents[1]}
    found: dict[str, list[float]] = {name: [] for name in checkouts}
    for _ in range(rounds):
        for name, checkout in checkouts.items():
            ran = subprocess.run(
                [sys.executable, __file__, "--enter", str(given)],
                env={**os.environ, "PYTHONPATH": str(checkout)},
                capture_output=True,
                text=True,
                check=False,
            )
            assert ran.returncode == 0, ran.stderr
            each, size = json.loads(ran.stdout)
            found[name].append(each)
            print(f"{each:8.3f} ms of CPU, {size:12,} bytes  {name}", flush=True)
    ratio = statistics.median(found["this"]) / statistics.median(found["other"])
    print(f"{ratio:8.2f} times the CPU of the other version, at most {MOST}")
    return int(ratio > MOST)


def enter(given: Path) -> None:
    """Enter the articles with the newscrawl that is imported; print ms of CPU for each, and bytes."""
    from newscrawl import frontier as names
    from newscrawl.database.engine import open_database
    from newscrawl.items import Article
    from newscrawl.store import Store

    new_url: Any = getattr(names, "DiscoveredUrl", None) or names.NewUrl
    records = [json.loads(line) for line in given.read_text().splitlines()]
    for record in records:
        record.pop("source", None)
    articles = [Article.from_dict(record) for record in records]
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "news.db"
        engine = open_database(path)
        store, frontier = Store(engine), names.SqlFrontier(engine)
        began = time.process_time()
        for at in range(0, len(articles), BATCH_SIZE):
            _enter(articles[at : at + BATCH_SIZE], store, frontier, names.Outcome, new_url)
        used = time.process_time() - began
        engine.dispose()
        print(json.dumps([1000 * used / len(articles), path.stat().st_size]))


def _enter(some: list[Any], store: Any, frontier: Any, outcome: Any, new_url: Any) -> None:
    from newscrawl.urls import key

    now, source = time.time(), "paper.example"
    frontier.add(
        [new_url(a.url, "article", source, via=f"https://{source}/") for a in some], now=now
    )
    store.add_articles([(source, article) for article in some])
    store.add_captures([(article.url, article.capture) for article in some])
    ends = [
        (
            key(a.url),
            outcome("article", status=200, seen_at=a.capture.captured_at, capture=a.capture),
        )
        for a in some
    ]
    frontier.settle(ends, now=now)


if __name__ == "__main__":
    sys.exit(main())
