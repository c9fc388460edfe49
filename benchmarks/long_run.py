"""How pages a second, memory and the lag of the event loop go on over a long crawl.

    python benchmarks/long_run.py [--pages 10000] [--csv FILE] [--chart FILE.png]

Real pages of 8 loopback hosts, as for crawl.py. Looks at the crawl's own metrics and at the memory of all
its processes once a second, and prints a row for each tenth of the time: what grows, shows. `--chart`
needs matplotlib, which is not among the project's dependencies.
"""

from __future__ import annotations

import argparse
import csv
import re
import socket
import statistics
import subprocess
import sys
import tempfile
import time
import urllib.request
from dataclasses import astuple, dataclass, fields
from pathlib import Path

from crawl import COMMAND, HERE, site, words
from process_tree import memory_of, processes

_EVERY = 1.0
_LAG = re.compile(r'^newscrawl_event_loop_lag_seconds_bucket\{.*le="([^"]+)".*\} ([\d.e+]+)', re.M)
_ENDED = re.compile(r"^newscrawl_(?:articles|missed)_total(?:\{.*\})? ([\d.e+]+)", re.M)


@dataclass(frozen=True, slots=True)
class Sample:
    """One look: since the last one, how many pages ended a second, and the lag that 95 % stayed below."""

    seconds: float
    pages: int
    rate: float
    mib: float
    lag_p95: float


def main() -> int:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawTextHelpFormatter
    )
    parser.add_argument("--gold", type=Path, default=HERE.parents[1] / "shared" / "gold")
    parser.add_argument("--pages", type=int, default=10_000)
    parser.add_argument("--csv", type=Path)
    parser.add_argument("--chart", type=Path)
    given = parser.parse_args()
    with site(given.gold, given.pages) as (described, _), tempfile.TemporaryDirectory() as folder:
        samples = _watched(described["seeds"], f"{folder}/a")
    print(f"{'s':>8} {'pages':>8} {'pages/s':>8} {'MiB':>8} {'lag p95, ms':>12}")
    for tenth in _tenths(samples):
        rate, mib, lag = (
            statistics.mean(getattr(each, name) for each in tenth)
            for name in ("rate", "mib", "lag_p95")
        )
        print(
            f"{tenth[-1].seconds:8.0f} {tenth[-1].pages:8} {rate:8.1f} {mib:8.0f} {1000 * lag:12.1f}"
        )
    if given.csv:
        with given.csv.open("w", newline="") as file:
            csv.writer(file).writerows([[f.name for f in fields(Sample)], *map(astuple, samples)])
    if given.chart:
        _chart(samples, given.chart)
    return 0


def _watched(seeds: list[str], archive: str) -> list[Sample]:
    port = _free_port()
    command = [*COMMAND, *words(seeds, archive, "-s", f"NEWSCRAWL_METRICS_PORT={port}")]
    began, samples = time.perf_counter(), []
    process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE)
    before: dict[str, float] = {}
    while process.poll() is None:
        time.sleep(_EVERY)
        mib = sum(map(memory_of, processes(process.pid)))
        try:
            with urllib.request.urlopen(f"http://127.0.0.1:{port}/metrics", timeout=5) as answer:
                text = answer.read().decode()
        except OSError:
            continue  # not begun yet, or ended
        buckets = {bound: float(number) for bound, number in _LAG.findall(text)}
        pages = int(sum(map(float, _ENDED.findall(text))))
        now = time.perf_counter() - began
        last = samples[-1] if samples else Sample(now - _EVERY, 0, 0.0, 0.0, 0.0)
        rate = (pages - last.pages) / (now - last.seconds)
        samples.append(Sample(now, pages, rate, mib, _p95(buckets, before)))
        before = buckets
    if process.returncode:
        assert process.stderr is not None
        sys.exit(f"the crawl failed:\n{process.stderr.read().decode()[-2000:]}")
    return samples


def _p95(buckets: dict[str, float], before: dict[str, float]) -> float:
    """The bound below which 95 % of the waits since the last look were, in seconds."""
    since = {float(bound): number - before.get(bound, 0) for bound, number in buckets.items()}
    number = since.get(float("inf"), 0)
    return next((bound for bound, below in sorted(since.items()) if below >= 0.95 * number), 0.0)


def _tenths(samples: list[Sample]) -> list[list[Sample]]:
    size = max(1, -(-len(samples) // 10))
    return [samples[start : start + size] for start in range(0, len(samples), size)]


def _free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        return int(listener.getsockname()[1])


def _chart(samples: list[Sample], target: Path) -> None:
    import matplotlib as mpl

    mpl.use("Agg")
    import matplotlib.pyplot as plt

    figure, axes = plt.subplots(3, 1, sharex=True, figsize=(9, 7))
    seconds = [each.seconds for each in samples]
    for axis, name, label in zip(
        axes, ("rate", "mib", "lag_p95"), ("pages/s", "memory, MiB", "lag p95, s"), strict=True
    ):
        axis.plot(seconds, [getattr(each, name) for each in samples])
        axis.set_ylabel(label)
        axis.set_ylim(bottom=0)
    axes[-1].set_xlabel("s")
    figure.tight_layout()
    figure.savefig(target)


if __name__ == "__main__":
    sys.exit(main())
