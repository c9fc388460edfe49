"""What a crawl makes of a hostile web at full size, with the settings' own limits, and what it costs.

    python benchmarks/hostile.py [--small] [--keep FOLDER] [--workers N]

The web is the suite's (tests/support/hostile), with a feed of 200,000 entries, a robots.txt of a gigabyte
and indexes that fan out without end, beside healthy papers. Delay 0. Prints good pages and those that have
a record, misses by cause, faults that ended otherwise than they may, announced URLs without an end, requests
for lists, seconds, the load of the machine, and the peak memory of all processes. Each figure stands beside
its bound; exits with 1 if one is missed.
"""

from __future__ import annotations

import argparse
import json
import os
import re
import subprocess
import sys
import tempfile
from collections import Counter
from pathlib import Path
from typing import Any

from crawl import COMMAND, Figures
from process_tree import Use, run

SUPPORT = Path(__file__).parents[1] / "tests" / "support"
MEGABYTE = 1e6 / (1 << 20)
#: The limits of the suite lie lower: these faults do not reach those of the settings.
SMALL = {
    "page-too-large": "article",
    "page-large-once-decoded": "article|not-an-article|too-large|too-complex",
    "too-large.xml": "links",
    "gzip-small-bomb": "bomb|not-an-article|not-html",
}
HERE = {
    "DOWNLOAD_DELAY": 0,
    "AUTOTHROTTLE_ENABLED": False,
    "CONCURRENT_REQUESTS_PER_DOMAIN": 8,
    "CONCURRENT_REQUESTS": 64,
    "RETRY_TIMES": 0,
    "NEWSCRAWL_ALLOWED_NETWORKS": "127.0.0.77/32,127.0.0.44/32",
    "DNSCACHE_ENABLED": False,
}


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--keep", type=Path, help="folder for the archive and the log of requests")
    parser.add_argument("--workers", type=int, default=2)
    parser.add_argument("--small", action="store_true", help="lists as long as the suite's")
    given = parser.parse_args()
    size = [] if given.small else ["full"]
    if given.keep is not None:
        given.keep.mkdir(parents=True)
        return measure(given.keep, size, workers=given.workers)
    with tempfile.TemporaryDirectory() as folder:
        return measure(Path(folder), size, workers=given.workers)


def measure(folder: Path, size: list[str], *, workers: int) -> int:
    """Crawl the web once and print all figures; 1 if a bound is missed."""
    command = [sys.executable, str(SUPPORT / "hostile" / "server.py"), str(folder), *size]
    server = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE)
    assert server.stdin is not None
    assert server.stdout is not None
    try:
        web = json.loads(server.stdout.readline())
        print(f"load before: {os.getloadavg()[0]:.1f} on {os.cpu_count()} cores", flush=True)
        use = crawl(web, folder, workers=workers)
        print(f"load after: {os.getloadavg()[0]:.1f}")
    finally:
        server.stdin.close()
        server.terminate()
        server.wait()
    (folder / "out").write_text(use.output)
    return report(web, folder, use)


def crawl(web: dict[str, Any], folder: Path, *, workers: int) -> Use:
    settings = {**HERE, "NEWSCRAWL_WORKERS": workers}
    given = [part for name, value in settings.items() for part in ("-s", f"{name}={value}")]
    names = {
        "canary.paper.test": ["127.0.0.66"],
        "rebinding.paper.test": ["127.0.0.77", "127.0.0.66"],
        **web["names"],
    }
    env = {"PYTHONPATH": str(SUPPORT / "names"), "NAMES": json.dumps(names)}
    archive = ["--archive", str(folder / "news")]
    return run([*COMMAND, "crawl", *archive, *given, *web["named"]], memory=True, env=env)


def lines(folder: Path, *command: str) -> list[dict[str, Any]]:
    """What a command prints as JSON lines."""
    ran = subprocess.run(
        [*COMMAND, *command, "--archive", str(folder / "news")], capture_output=True, check=False
    )
    return [json.loads(line) for line in ran.stdout.splitlines()]


def report(web: dict[str, Any], folder: Path, use: Use) -> int:
    figures = Figures()
    records = Counter(record["url"] for record in lines(folder, "export"))
    misses = lines(folder, "export", "misses")
    audits = lines(folder, "audit", "--json")
    print("misses by cause:")
    for cause, number in Counter(miss["cause"] for miss in misses).most_common():
        print(f"  {number:8}  {cause}")
    left_out: Counter[str] = Counter()
    for facts in audits:
        left_out.update(facts["pages"]["missed"])
        left_out.update(facts["lists"]["missed"])
    print(f"  {left_out['list-quota']:8}  list-quota, with those that no line is kept of")
    ends = {miss["url"]: miss["cause"] for miss in misses} | dict.fromkeys(records, "article")
    wrong = {
        url: f"{ends.get(url)}, and not {allowed}"
        for url, allowed in web["expected"].items()
        if url in ends and ends[url] not in (SMALL.get(_name(url)) or allowed).split("|")
    }
    for url, how in wrong.items():
        print(f"  {url}: {how}")
    silent = sum(f[part]["unaccounted"] for f in audits for part in ("pages", "lists"))
    good = web["healthy"]
    lost = [url for url in good if records[url] != 1]
    for url in lost:
        print(f"  {url}: {records[url]} records, {ends.get(url)}")
    print(f"{len(web['expected'])} faults, {len(good)} good pages, {sum(records.values())} records")
    figures.say("good pages without a record, or with two", len(lost), 0)
    figures.say("faults that end otherwise than they may", len(wrong), 0)
    figures.say("announced URLs without an end", silent, 0)
    figures.say("exit code of the crawl", use.code, 0)
    figures.say("requests for lists of one source, the most", _most_lists(web, folder), 310)
    figures.say("seconds", use.seconds, 600)
    for kind, seconds in sorted(use.cpu.items()):
        print(f"{seconds:8.0f} s of CPU, {kind}")
    figures.say("MB of memory of all processes at their peak", use.peak / MEGABYTE, 900)
    return int(figures.missed > 0)


def _name(url: str) -> str:
    return url.rpartition("/")[2]


def _most_lists(web: dict[str, Any], folder: Path) -> int:
    requests = (folder / "requests").read_text("latin-1")
    found = Counter(
        base
        for base, path in re.findall(r"(http://\S+) GET /(\S*)", requests)
        if base in web["scaled"] and (path.endswith((".xml", "/")) or not path)
    )
    return max(found.values())


if __name__ == "__main__":
    sys.exit(main())
