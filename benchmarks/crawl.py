"""How fast a whole crawl is, beside what others and its own parts would take, and what it needs.

    python benchmarks/crawl.py [speed] [capture] [memory] [start] [profile] [account] [polls]
    python benchmarks/crawl.py speed --gold ../shared/gold --pages 1000 --rounds 3

Real pages of 8 loopback hosts, no delay, nginx where it is installed. All is measured in turns in one run:
the ratios say more than the seconds, and where others use the machine, too, those of CPU seconds say most.
Each figure stands beside its bound; exits with 1 if one is missed or, for `account`, a page vanished.
"""

from __future__ import annotations

import argparse
import collections
import json
import os
import pstats
import re
import statistics
import subprocess
import sys
import tempfile
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

from process_tree import Use, cpu_of, run

if TYPE_CHECKING:
    from collections.abc import Iterator

HERE = Path(__file__).parent
COMMAND = [sys.executable, "-m", "newscrawl"]
PLAIN = [sys.executable, str(HERE / "plain_spiders.py")]
SETTINGS = ["DOWNLOAD_DELAY=0", "AUTOTHROTTLE_ENABLED=False", "CONCURRENT_REQUESTS_PER_DOMAIN=8"]
#: Puts what a statement costs into a file: rooms of the main process, by cProfile.
PROFILED = """
import cProfile, sys, time
from newscrawl.commands import cli
profile = cProfile.Profile(time.thread_time)
try:
    profile.runcall(cli.main, sys.argv[2:], standalone_mode=False)
finally:
    profile.dump_stats(sys.argv[1])
"""


class Figures:
    """Prints figures beside their bounds."""

    missed = 0

    def say(self, name: str, value: float, bound: float, *, least: bool = False) -> None:
        fine = value >= bound if least else value <= bound
        self.missed += not fine
        word = "at least" if least else "at most"
        print(
            f"{'ok' if fine else 'MISSED':>6}  {value:10.3f}  {word} {bound:<8g}{name}", flush=True
        )


@contextmanager
def site(gold: Path, pages: int, *more: str) -> Iterator[tuple[dict[str, Any], Path]]:
    """A running site, and a file that describes it."""
    with tempfile.TemporaryDirectory() as folder:
        root = Path(folder) / "site"
        root.mkdir()
        root.chmod(0o755)
        Path(folder).chmod(0o755)  # nginx's worker is another user
        server = subprocess.Popen(
            [sys.executable, str(HERE / "pages_site.py"), str(gold), str(root), "--pages", str(pages), *more],
            stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True,
        )  # fmt: skip
        try:
            assert server.stdout is not None
            line = server.stdout.readline()
            described = Path(folder) / "site.json"
            described.write_text(line)
            yield json.loads(line), described
        finally:
            server.communicate()


def words(seeds: list[str], archive: str, *more: str) -> list[str]:
    overrides = [word for setting in SETTINGS for word in ("-s", setting)]
    return ["crawl", *seeds, "--archive", archive, *overrides, *more]


def crawl(seeds: list[str], *more: str, memory: bool = False) -> Use:
    with tempfile.TemporaryDirectory() as folder:
        use = run([*COMMAND, *words(seeds, f"{folder}/a", "--verbose", *more)], memory=memory)
    if use.code:
        sys.exit(f"the crawl failed:\n{use.output[-2000:]}")
    return use


def stat(use: Use, name: str) -> float:
    """A number among the stats that Scrapy logs at the end."""
    return float(re.search(rf"'{re.escape(name)}': ([\d.e-]+)", use.output)[1])


def plain(what: str, described: Path) -> Use:
    use = run([*PLAIN, what, str(described)])
    if use.code:
        sys.exit(f"{what} failed:\n{use.output[-2000:]}")
    return use


def medians(uses: list[Use]) -> tuple[float, float]:
    """Wall and CPU seconds."""
    return tuple(
        statistics.median(x) for x in zip(*((u.seconds, u.total_cpu) for u in uses), strict=True)
    )


def speed(given: argparse.Namespace, figures: Figures) -> None:
    """Capture, records, index and tables, against trafilatura in `parse`, and against extraction alone."""
    cores = os.cpu_count() or 1
    runs: dict[str, list[Use]] = {"crawl": [], "trafilatura": [], "extract": []}
    alone, lags = [], []
    with site(given.gold, given.pages) as (described, file):
        for _ in range(given.rounds):
            runs["crawl"].append(crawl(described["seeds"]))
            lags.append(1000 * stat(runs["crawl"][-1], "newscrawl/loop_lag/p95"))
            runs["trafilatura"].append(plain("trafilatura", file))
            runs["extract"].append(plain("extract", file))
            alone.append(json.loads(runs["extract"][-1].output.splitlines()[-1]))
        number = len(described["pages"])
    wall, cpu = medians(runs["crawl"])
    parts = runs["crawl"][-1].cpu
    print(f"\n{number:,} pages served by {described['server']}: pages/s, CPU ms a page")
    for name, (seconds, used) in {n: medians(u) for n, u in runs.items()}.items():
        print(f"  {name:<12} {number / seconds:8.1f}  {1000 * used / number:8.1f}")
    shares = ", ".join(f"{kind} {1000 * used / number:.1f}" for kind, used in parts.items())
    print(f"  of the crawl's CPU: {shares}")
    other, other_cpu = medians(runs["trafilatura"])
    only = statistics.median(each["seconds"] for each in alone)
    only_cpu = statistics.median(each["cpu"] for each in alone)
    figures.say("times the pages/s of Scrapy with trafilatura", other / wall, 2.5, least=True)
    figures.say(
        "  the same by CPU, if all cores were ours", cores * other_cpu / cpu, 2.5, least=True
    )
    figures.say("of the pages/s of extract_article on all cores", only / wall, 0.75, least=True)
    figures.say("  the same by CPU", only_cpu / cpu, 0.75, least=True)
    figures.say("event loop lag while extracting, p95, ms", statistics.median(lags), 20)


def capture(given: argparse.Namespace, figures: Figures) -> None:
    """Capture alone, against Scrapy that only counts bytes."""
    runs: dict[str, list[Use]] = {"--no-extract": [], "Scrapy": []}
    with site(given.gold, given.pages) as (described, file):
        for _ in range(given.rounds):
            runs["--no-extract"].append(crawl(described["seeds"], "--no-extract"))
            runs["Scrapy"].append(plain("count", file))
        number = len(described["pages"])
    print(f"\n{number:,} pages, capture alone: pages/s, CPU ms a page (both with their start)")
    (wall, cpu), (other, other_cpu) = (medians(uses) for uses in runs.values())
    for name, uses in runs.items():
        seconds, used = medians(uses)
        print(f"  {name:<12} {number / seconds:8.1f}  {1000 * used / number:8.1f}")
    figures.say("of the pages/s of Scrapy that counts bytes", other / wall, 0.7, least=True)
    figures.say("  the same by CPU", other_cpu / cpu, 0.7, least=True)


def memory(given: argparse.Namespace, figures: Figures) -> None:
    """Peak memory of all processes, and how it grows with the number of pages."""
    peaks = []
    for pages in (given.pages, given.more_pages):
        with site(given.gold, pages) as (described, _):
            use = crawl(described["seeds"], memory=True)
        peaks.append(use.peak)
        figures.say(f"{pages:,} pages: peak memory of all processes, MiB", use.peak, 700)
    figures.say("times the memory for more pages", peaks[1] / peaks[0], 1.1)


def start(given: argparse.Namespace, figures: Figures) -> None:
    """From the command to the first request, and to the help."""
    firsts, helps = [], []
    for _ in range(max(given.rounds, 5)):
        helps.append(run([*COMMAND, "--help"]))
        firsts.append(_first_request())
    walls, cpus = (sorted(each) for each in zip(*firsts, strict=True))
    figures.say("start to the first request, s", statistics.median(walls), 1.5)
    figures.say("  CPU until then, s", statistics.median(cpus), 1.5)
    figures.say("newscrawl --help, s", medians(helps)[0], 0.3)
    print(f"        the best of them: {walls[0]:.2f} and {min(u.seconds for u in helps):.2f}")


def _first_request() -> tuple[float, float]:
    """Seconds, and CPU seconds, from the start of the command to its first request, as a server sees it."""
    import socket
    import time

    with (
        socket.create_server(("127.0.0.1", 0)) as listener,
        tempfile.TemporaryDirectory() as folder,
    ):
        url = f"http://127.0.0.1:{listener.getsockname()[1]}/"
        began = time.perf_counter()
        process = subprocess.Popen(
            [*COMMAND, *words([url], f"{folder}/a")],
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
        connection, _ = listener.accept()
        connection.recv(1)
        seconds, used = time.perf_counter() - began, cpu_of(process.pid) or 0.0
        connection.close()
        process.kill()
        process.wait()
    return seconds, used


def profile(given: argparse.Namespace, figures: Figures) -> None:  # noqa: ARG001 - all sections are alike
    """Where the main process spends its CPU time: by room, and the dearest functions."""
    with site(given.gold, given.pages) as (described, _), tempfile.TemporaryDirectory() as folder:
        target = f"{folder}/profile"
        command = [
            sys.executable,
            "-c",
            PROFILED,
            target,
            *words(described["seeds"], f"{folder}/a"),
        ]
        subprocess.run([*command, *given.crawl_option], check=True, capture_output=True)
        stats = pstats.Stats(target)
    rooms: collections.Counter[str] = collections.Counter()
    for (name, _, function), (_, _, own, _, _) in stats.stats.items():  # type: ignore[attr-defined]
        rooms[_room(name, function)] += own
    total = sum(rooms.values())
    print(f"\nCPU of the event loop's thread: {1000 * total / given.pages:.1f} ms a page, profiled")
    for room, own in rooms.most_common(22):
        print(f"  {own / total:6.1%}  {room}")
    stats.sort_stats("tottime").print_stats(given.functions)


def _room(name: str, function: str) -> str:
    if found := re.search(r"/newscrawl/(\w+)", name):
        return f"newscrawl/{found[1]}"
    if found := re.search(r"site-packages/(\w+)", name):
        return found[1]
    if "importlib" in name or "import" in function:
        return "imports"
    if found := re.search(r"lib/python[\d.]+/(\w+)", name):
        return f"python: {found[1]}"
    return f"python: {function[:50]}" if name == "~" else "other"


def account(given: argparse.Namespace, figures: Figures) -> None:
    """Crawl the pages and account for every one of them; the replay must be identical."""
    with tempfile.TemporaryDirectory() as folder, site(given.gold, given.pages) as (described, _):
        archive = str(given.archive or f"{folder}/a")
        run([*COMMAND, *words(described["seeds"], archive)])
        records, misses = (
            _lines("export", what, "--archive", archive) for what in ("records", "misses")
        )
        check = run([*COMMAND, "replay", archive, "--check"])
    pages = described["pages"].keys()
    recorded = {record["url"] for record in records} & pages
    missed = {miss["url"]: miss["cause"] for miss in misses if miss["url"] in pages}
    for cause, number in collections.Counter(missed.values()).most_common():
        print(f"  {number:4} {cause}")
    lost = len(pages - recorded - missed.keys())
    print(
        f"{len(pages)} pages: {len(recorded)} records, {len(missed)} misses; {check.output.splitlines()[-1]}"
    )
    figures.say("pages lost", lost, 0)
    figures.say("exit code of replay --check", check.code, 0)


def polls(given: argparse.Namespace, figures: Figures) -> None:
    """One poll of each of many sources, each on a host of its own, with the pace that is usual."""
    number = given.sources
    with (
        site(given.gold, 1, "--anywhere") as (described, _),
        tempfile.TemporaryDirectory() as folder,
    ):
        homes = [
            f"http://127.1.{n // 250}.{n % 250 + 1}:{described['port']}" for n in range(number)
        ]
        tables = (
            f'[[source]]\nname = "s{n}"\nhome = "{home}/"\nfeeds = ["{home}/feed.xml"]\n'
            'exclude = ["/news/*"]\n'
            for n, home in enumerate(homes)
        )
        file = Path(folder) / "sources.toml"
        file.write_text("\n".join(tables))
        command = ["crawl", "--sources", str(file), "--archive", f"{folder}/a", "--verbose"]
        use = run([*COMMAND, *command], memory=True)
    if use.code:
        sys.exit(f"the crawl failed:\n{use.output[-2000:]}")
    asked = stat(use, "downloader/request_count")
    lag = 1000 * stat(use, "newscrawl/loop_lag/p95")
    print(
        f"\n{number:,} sources polled once in {use.seconds:.1f} s, {asked / use.seconds:.0f} requests/s"
    )
    print(f"  CPU {use.total_cpu:.1f} s, {1000 * use.total_cpu / number:.1f} ms a source")
    figures.say("event loop lag while polling, p95, ms", lag, 20)
    figures.say("peak memory of all processes, MiB", use.peak, 700)


def _lines(*arguments: str) -> list[dict[str, str]]:
    result = subprocess.run([*COMMAND, *arguments], capture_output=True, text=True, check=True)
    return [json.loads(line) for line in result.stdout.splitlines()]


SECTIONS = {f.__name__: f for f in (speed, capture, memory, start, profile, account, polls)}


def main() -> int:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawTextHelpFormatter
    )
    parser.add_argument("sections", nargs="*", choices=[*SECTIONS, []])
    parser.add_argument("--gold", type=Path, default=HERE.parents[1] / "shared" / "gold")
    parser.add_argument("--pages", type=int, default=1000)
    parser.add_argument("--more-pages", type=int, default=10_000)
    parser.add_argument("--sources", type=int, default=2000, help="that `polls` polls")
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--functions", type=int, default=25, help="that a profile shows")
    parser.add_argument("--crawl-option", action="append", default=[], help="for a profile")
    parser.add_argument("--archive", type=Path, help="where `account` leaves its archive")
    given = parser.parse_args()
    figures = Figures()
    for name in given.sections or ["speed", "capture", "start"]:
        SECTIONS[name](given, figures)
    return 1 if figures.missed else 0


if __name__ == "__main__":
    sys.exit(main())
