"""What it costs to look at a large database: `newscrawl status`, `status --check` and `audit`.

    python benchmarks/monitoring.py                         1,000,000 URLs, 300,000 articles, 2,000 sources
    python benchmarks/monitoring.py --urls 100000 --articles 30000
    python benchmarks/monitoring.py --postgresql            on a server of its own

Makes the database (2 GB at full size, in a temporary folder) and prints each command's seconds and memory.
"""

from __future__ import annotations

import argparse
import json
import random
import subprocess
import sys
import tempfile
import time
from contextlib import ExitStack
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

from sqlalchemy import insert, text

from newscrawl.database.engine import open_database
from newscrawl.frontier.tables import urls
from newscrawl.store.tables import articles

if TYPE_CHECKING:
    from collections.abc import Iterator

SOURCES, DAYS, DAY = 2000, 70, 86_400.0
COMMANDS = (["status", "--check"], ["status"], ["audit", "--since", "7d"], ["audit"])
#: A capture and a body of the usual length, which a row carries along.
CAPTURE, RECORD = json.dumps({"warc": "w" * 400}), json.dumps({"body": "x" * 3000})
ENDS = [("article", None, 200)] * 80 + [("miss", "not-an-article", 200)] * 10
ENDS += [("miss", "http-404", 404)] * 7 + [("miss", "http-403", 403)] * 3


def url_rows(number: int, now: float) -> Iterator[dict[str, Any]]:
    rng = random.Random(1)
    for n in range(SOURCES):
        for kind in ("seed", "feed", "sitemap"):
            hub = url_row(f"paper{n}.example", kind, kind, now - rng.random() * 3600)
            yield {**hub, "outcome": "links", "status": 200, "via": None, "depth": 0}
    for n in range(number):
        source, at = f"paper{n % SOURCES}.example", now - rng.random() * DAYS * DAY
        row = url_row(source, f"2026/05/story-{n}-of-the-harbour-council.html", "article", at)
        outcome, cause, status = rng.choice(ENDS)
        yield {**row, "outcome": outcome, "cause": cause, "status": status}


def url_row(source: str, path: str, kind: str, at: float) -> dict[str, Any]:
    return {
        "key": f"{source}/{path}", "url": f"https://{source}/{path}", "host": source,
        "source": source, "kind": kind, "depth": 1, "priority": 20, "rank": 0.0,
        "via": f"https://{source}/feed", "state": "done", "attempts": 1, "cause": None,
        "settled_at": at, "added_at": at - 60, "capture": CAPTURE,
    }  # fmt: skip


def article_rows(number: int, now: float) -> Iterator[dict[str, Any]]:
    rng = random.Random(2)
    for n in range(number):
        source, at = f"paper{n % SOURCES}.example", now - rng.random() * DAYS * DAY
        stated = datetime.fromtimestamp(at, UTC).strftime("%Y-%m-%dT%H:%M:%S.%fZ")
        yield {
            "number": n + 1, "id": f"{n:016x}", "revision": 1, "url": f"https://{source}/{n}",
            "source": source, "fingerprint": "", "published_at": stated, "captured_at": stated,
            "record_id": str(n), "record": RECORD, "lacks": 0,
        }  # fmt: skip


def fill(target: Path | str, number_of_urls: int, number_of_articles: int) -> None:
    engine, now = open_database(target), time.time()
    both = (
        (urls, url_rows(number_of_urls, now)),
        (articles, article_rows(number_of_articles, now)),
    )
    with engine.begin() as connection:
        for table, rows in both:
            batch = []
            for row in rows:
                batch.append(row)
                if len(batch) == 20_000:
                    connection.execute(insert(table), batch)
                    batch = []
            if batch:
                connection.execute(insert(table), batch)
    if engine.dialect.name == "postgresql":
        with engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
            connection.execute(text("VACUUM ANALYZE"))
    engine.dispose()


def measure(command: list[str], options: list[str]) -> tuple[float, float, int]:
    """Seconds, MiB and lines of output."""
    script = (
        "import sys, resource; from newscrawl.commands import cli; code = 0\n"
        "try: cli.main(sys.argv[1:], standalone_mode=False)\n"
        "finally: print(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss, file=sys.stderr)"
    )
    began = time.perf_counter()
    ran = subprocess.run(
        [sys.executable, "-c", script, *command, *options],
        capture_output=True,
        text=True,
        check=True,
    )
    took = time.perf_counter() - began
    return took, int(ran.stderr.split()[-1]) / 1024, ran.stdout.count("\n")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.split("\n", 1)[0])
    parser.add_argument("--urls", type=int, default=1_000_000)
    parser.add_argument("--articles", type=int, default=300_000)
    parser.add_argument("--postgresql", action="store_true")
    wanted = parser.parse_args()
    with ExitStack() as stack:
        archive = Path(stack.enter_context(tempfile.TemporaryDirectory())) / "news"
        (archive / "warc").mkdir(parents=True)
        target: Path | str = archive / "news.db"
        options = ["--archive", str(archive)]
        if wanted.postgresql:
            sys.path.insert(0, str(Path(__file__).parents[1] / "tests" / "support"))
            import private_postgresql

            target = stack.enter_context(private_postgresql.running()).database()
            options += ["--db", target]
        fill(target, wanted.urls, wanted.articles)
        for command in COMMANDS:
            took, memory, lines = measure(command, options)
            print(
                f"{took:8.2f} s {memory:8.0f} MiB {lines:6} lines  {' '.join(command)}", flush=True
            )


if __name__ == "__main__":
    main()
