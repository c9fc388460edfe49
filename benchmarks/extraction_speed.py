"""CPU of `extract_article` beside another checkout's, page by page in turns, and whether records are equal.

    python benchmarks/extraction_speed.py --against ../before              # 300 pages of gold and gold2
    python benchmarks/extraction_speed.py --against ../before --large      # those of 150 to 800 KB
    python benchmarks/extraction_speed.py --against ../before --damage 3   # 3 damaged copies of each, too

Each side is a process of its own that imports its checkout's package with the Python that runs this. Of each
page the least CPU time of `--rounds` counts, and the ratio is that of the sums, with the bounds that hold for
95 of 100 samples of the pages (bootstrap). Pages whose records differ are counted, and the first ones named
with their fields. Without the gold pages there is nothing to do.
"""

from __future__ import annotations

import argparse
import json
import os
import random
import subprocess
import sys
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[1]
SHARED = ROOT.parent / "shared"
#: Bytes of a page that counts as large.
LARGE = (150_000, 800_000)
SHOWN = 10
SAMPLES = 1000


def main() -> int:
    options = _options()
    pages = _pages(options)
    if not pages:
        print(f"no gold pages in {options.shared}: nothing to measure", file=sys.stderr)
        return 0
    sides = [_Side(options.against), _Side(ROOT)]
    times: list[tuple[float, float]] = []
    different = []
    try:
        for side in sides:
            side.ask(pages[0], rounds=1)
        for number, page in enumerate(pages):
            order = sides if number % 2 else sides[::-1]
            answers = {side: side.ask(page, rounds=options.rounds) for side in order}
            before, after = (answers[side] for side in sides)
            times.append((before["seconds"], after["seconds"]))
            if fields := _different(before["record"], after["record"]):
                different.append((page, fields))
    finally:
        for side in sides:
            side.close()
    _print(times, different, options.against)
    return 1 if different and options.equal else 0


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--against", type=Path, required=True, help="the other checkout")
    parser.add_argument("--shared", type=Path, default=SHARED, help="folder of gold and gold2")
    parser.add_argument("--pages", type=int, default=300)
    parser.add_argument("--rounds", type=int, default=2)
    parser.add_argument("--large", action="store_true", help="only pages of 150 to 800 KB")
    parser.add_argument("--damage", type=int, default=0, help="damaged copies of each page")
    parser.add_argument("--equal", action="store_true", help="exit with 1 if records differ")
    return parser.parse_args()


def _pages(options: argparse.Namespace) -> list[dict[str, Any]]:
    found = []
    for folder in (options.shared / "gold", options.shared / "gold2"):
        listed = folder / "gold.jsonl"
        lines = listed.read_text("utf-8").splitlines() if listed.is_file() else []
        for line in lines:
            page = json.loads(line)
            path = folder / page["html"]
            found.append({"path": str(path), "url": page.get("url"), "damage": None})
    if options.large:
        found = [p for p in found if LARGE[0] <= _size(p["path"]) <= LARGE[1]]
    step = max(1, len(found) // options.pages)
    found = found[::step][: options.pages]
    return [{**p, "damage": seed} for p in found for seed in (None, *range(options.damage))]


def _size(path: str) -> int:
    """Of the page before it was compressed: what gzip wrote in its last four bytes."""
    with Path(path).open("rb") as file:
        file.seek(-4, os.SEEK_END)
        return int.from_bytes(file.read(4), "little")


class _Side:
    """A process that reads pages with one checkout's package."""

    def __init__(self, checkout: Path) -> None:
        self._process = subprocess.Popen(
            [sys.executable, "-c", _READER],
            cwd=checkout,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )

    def ask(self, page: dict[str, Any], *, rounds: int) -> dict[str, Any]:
        assert self._process.stdin is not None and self._process.stdout is not None
        print(json.dumps({**page, "rounds": rounds}), file=self._process.stdin, flush=True)
        answer: dict[str, Any] = json.loads(self._process.stdout.readline())
        return answer

    def close(self) -> None:
        self._process.communicate()


_READER = '''
import dataclasses, gc, gzip, json, random, sys, time
from datetime import UTC, datetime
from newscrawl.extraction import extract_article

def damaged(html, seed):
    """A part cut out, a part doubled, tags and quotes exchanged."""
    chance, html = random.Random(seed), bytearray(html)
    for _ in range(4):
        at, size = chance.randrange(len(html)), chance.randrange(1, 2000)
        kind = chance.randrange(3)
        if kind == 0:
            del html[at : at + size]
        elif kind == 1:
            html[at:at] = html[at : at + size]
        else:
            html[at : at + size] = html[at : at + size].swapcase().replace(b'"', b"'")
        if not html:
            html = bytearray(b"<p>")
    return bytes(html)

NOW = datetime(2026, 1, 2, 3, 4, 5, tzinfo=UTC)
gc.freeze()
for line in sys.stdin:
    page = json.loads(line)
    with gzip.open(page["path"]) as file:
        html = file.read()
    if page["damage"] is not None:
        html = damaged(html, page["damage"])
    least = None
    for _ in range(page["rounds"]):
        began = time.process_time()
        article = extract_article(html, url=page["url"], captured_at=NOW)
        took = time.process_time() - began
        least = took if least is None else min(least, took)
    record = dataclasses.asdict(article)
    print(json.dumps({"seconds": least, "record": record}, default=str), flush=True)
'''


def _different(before: dict[str, Any], after: dict[str, Any]) -> list[str]:
    names = (before.keys() | after.keys()) - {"extractor"}
    return sorted(name for name in names if before.get(name) != after.get(name))


def _print(
    times: list[tuple[float, float]],
    different: list[tuple[dict[str, Any], list[str]]],
    against: Path,
) -> None:
    chance = random.Random(1)
    ratios = sorted(
        _ratio([chance.choice(times) for _ in times]) for _ in range(SAMPLES if times else 0)
    )
    low, high = ratios[SAMPLES // 40], ratios[-SAMPLES // 40]
    before, after = (1000 * sum(side) / len(times) for side in zip(*times, strict=True))
    print(f"pages            {len(times)}")
    print(f"CPU ms a page    {before:.2f} ({against}), {after:.2f}")
    print(f"ratio            {_ratio(times):.3f} ({low:.3f} to {high:.3f})")
    print(f"records differ   {len(different)}")
    for page, fields in different[:SHOWN]:
        print(f"  {Path(page['path']).name} damage={page['damage']}: {', '.join(fields)}")


def _ratio(times: list[tuple[float, float]]) -> float:
    return sum(after for _, after in times) / sum(before for before, _ in times)


if __name__ == "__main__":
    sys.exit(main())
