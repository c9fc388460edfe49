"""Crawl the real pages that serve_pages.py serves, and account for every one of them.

    python benchmarks/crawl_pages.py ../shared/gold [--archive DIR]

Prints how many pages were captured, became a record or a miss, and whether the replay is identical.
Exits with 1 if a page vanished.
"""

from __future__ import annotations

import argparse
import collections
import json
import subprocess
import sys
import tempfile
import time
from pathlib import Path

COMMAND = [sys.executable, "-m", "newscrawl"]
SETTINGS = ["DOWNLOAD_DELAY=0", "AUTOTHROTTLE_ENABLED=False", "CONCURRENT_REQUESTS_PER_DOMAIN=8"]


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("gold", type=Path)
    parser.add_argument("--archive", type=Path)
    arguments = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        return account_for(arguments.gold, arguments.archive or Path(folder) / "pages")


def account_for(gold: Path, archive: Path) -> int:
    server = subprocess.Popen(
        [sys.executable, str(Path(__file__).with_name("serve_pages.py")), str(gold)],
        stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True,
    )  # fmt: skip
    try:
        assert server.stdout is not None
        started = json.loads(server.stdout.readline())
        began = time.monotonic()
        crawl(started["seeds"], archive)
        seconds = time.monotonic() - began
    finally:
        server.communicate()
    return report(set(started["pages"].values()), archive, seconds)


def crawl(seeds: list[str], archive: Path) -> None:
    overrides = [word for setting in SETTINGS for word in ("-s", setting)]
    command = [*COMMAND, "crawl", *seeds, "--archive", str(archive), *overrides]
    subprocess.run(command, check=True, stdout=subprocess.DEVNULL)


def report(pages: set[str], archive: Path, seconds: float) -> int:
    records = lines("export", "records", "--archive", str(archive))
    misses = lines("export", "misses", "--archive", str(archive))
    recorded = {record["url"] for record in records}
    missed = {miss["url"]: miss["cause"] for miss in misses if miss["url"] in pages}
    lost = pages - recorded - missed.keys()
    print(f"{len(pages)} pages in {seconds:.1f} s, {len(pages) / seconds:.1f} pages/s")
    print(f"{len(recorded & pages)} records, {len(missed)} misses, {len(lost)} lost")
    for cause, number in collections.Counter(missed.values()).most_common():
        print(f"  {number:4} {cause}")
    for url in sorted(missed):
        print(f"  {missed[url]}: {url}")
    check = subprocess.run(
        [*COMMAND, "replay", str(archive), "--check"], capture_output=True, text=True, check=False
    )
    print(check.stdout.strip().splitlines()[-1])
    return 1 if lost or check.returncode else 0


def lines(*arguments: str) -> list[dict[str, object]]:
    result = subprocess.run([*COMMAND, *arguments], capture_output=True, text=True, check=True)
    return [json.loads(line) for line in result.stdout.splitlines()]


if __name__ == "__main__":
    sys.exit(main())
