"""What it costs to take more of a page than its HTML.

    python benchmarks/browser.py look [PAGE.html ...]
    python benchmarks/browser.py draw [PAGES [TABS [CHROMIUM]]]
    python benchmarks/browser.py finder GOLD.jsonl [PAGES [CHROMIUM]]
    python benchmarks/browser.py replay PYWB-OR-ASSETS [CHROMIUM]

`look` reads each page as a crawl does, for its record alone and for its record with what it needs to look as
it did, in one process, and prints the CPU of both. Without pages those of the sample newspaper are read.

`draw` has a browser draw a page with 36 pictures and scripts, which are answered in this process, and prints
pages a second, CPU a page and the memory of all processes of the browser; 500 pages say whether it grows.

`finder` has a browser open real pages (lines of JSON with `url` and `html`, a file beside it; every 13th is
taken), each host answered in this process, and prints which of its requests the finder of requisites knows.

`replay` crawls the sample newspaper with `look` and with a browser, shows three of its articles live and in a
replay tool (the folder of pywb's environment, or that of ReplayWeb.page's scripts), and prints the share of
pixels that differ.
"""

from __future__ import annotations

import asyncio
import gzip
import json
import os
import statistics
import sys
from contextlib import suppress
from datetime import UTC, datetime
from pathlib import Path
from time import monotonic, process_time
from urllib.parse import urlsplit

import browser_finder
import browser_replay

from newscrawl.browser.authority import Authority
from newscrawl.browser.proxy import ProxiedRequest, SentAnswer
from newscrawl.browser.renderer import RenderBounds, Renderer
from newscrawl.extraction import extract_article
from newscrawl.items import Capture, Page
from newscrawl.newspaper.pages import Press
from newscrawl.newspaper.stories import SITES, read_sites
from newscrawl.processing.requisites import with_requisites

NOW = datetime(2026, 5, 20, 15, 0, tzinfo=UTC)
CHROMIUM = "/usr/bin/chromium"
URL = "https://paper.example/news/story.html"
#: Times that each page is read; the fastest counts.
ROUNDS = 3


def sample_pages() -> list[bytes]:
    """All stories of the sample newspaper."""
    bases = {name: f"https://{name}.example" for name in SITES}
    presses = [Press(site, bases) for site in read_sites(1).values()]
    return [p.story(story).encode() for p in presses for story in p.site.stories.values()]


def _real_pages(path: Path, number: int) -> list[tuple[str, bytes]]:
    """URL and bytes of real pages, of different hosts."""
    found: dict[str, tuple[str, bytes]] = {}
    for line in path.read_text("utf-8").splitlines()[::13]:
        record = json.loads(line)
        url, file = record["url"], path.parent / record["html"]
        if len(found) < number and url and urlsplit(url).hostname not in found:
            found[urlsplit(url).hostname or ""] = (url, gzip.decompress(file.read_bytes()))
    return list(found.values())


def look(pages: list[bytes]) -> None:
    """Print milliseconds of CPU a page for the record, alone and with requisites, and what these add."""
    record, both, number, failed = [], [], [], 0
    for body in pages:
        try:
            alone, with_them = _timed_by_turns(lambda: _read(body), lambda: _read_with(body))  # noqa: B023
        except (
            Exception
        ) as error:  # a page that the extractor gives up has no record to compare with
            failed += 1
            print(f"not read: {error!r}", file=sys.stderr)
            continue
        record.append(alone)
        both.append(with_them)
        number.append(_read_with(body))
    added = sum(both) - sum(record)
    print(f"pages                      {len(record)} ({failed} not read)")
    print(f"record, ms of CPU a page   {1000 * sum(record) / len(record):.2f}")
    print(f"with requisites            {1000 * sum(both) / len(record):.2f}")
    print(f"added by requisites        {100 * added / sum(record):.1f} %")
    print(f"requisites a page          {statistics.mean(number):.1f}, at most {max(number)}")


def _read(body: bytes, **given):
    return extract_article(body, url=URL, captured_at=NOW, **given)


def _read_with(body: bytes) -> int:
    """Read a page as a worker of a crawl does; the number of its requisites."""
    page = Page(URL, Capture("", 0, 0, "", "", NOW.isoformat(), 200))
    _, needed = with_requisites(
        lambda _, __, **given: _read(body, **given), "", page, level="look", most=10_000
    )
    return len(needed or ())


def _timed_by_turns(*calls) -> list[float]:
    """Seconds of CPU of each call, at best."""
    times = [[] for _ in calls]
    for _ in range(ROUNDS):
        for call, taken in zip(calls, times, strict=True):
            began = process_time()
            call()
            taken.append(process_time() - began)
    return [min(taken) for taken in times]


class Site:
    """Answers every request of a page with a script."""

    async def send(self, _: ProxiedRequest) -> SentAnswer:
        return SentAnswer(_answer(b"1", b"text/javascript"))


def _answer(body: bytes, kind: bytes) -> bytes:
    return b"HTTP/1.1 200 OK\r\nContent-Type: %b\r\nContent-Length: %d\r\n\r\n%b" % (
        kind, len(body), body,
    )  # fmt: skip


async def draw(pages: int, tabs: int, program: str) -> None:
    """Print pages a second, CPU a page, and megabytes: at most, and after each quarter of the pages."""
    parts = "".join(f"<img src=/{n}.png><script src=/{n}.js></script>" for n in range(18))
    page = _answer(
        f"<title>A page</title><body>{parts}<p id=p>text</p></body>".encode(), b"text/html"
    )
    renderer = Renderer(
        program,
        Authority.new(now=datetime.now(UTC)),
        RenderBounds(tabs=tabs, seconds=120),
        user_agent="benchmark",
        screenshot="view",
    )
    await renderer.render(URL, page, Site())
    browser = renderer._browser
    assert browser is not None
    used = [0]
    watch = asyncio.ensure_future(_watch(renderer, used))
    began, cpu = monotonic(), (process_time(), _cpu_of(browser.processes()))
    asked, left = [], []
    for part in range(4):
        some = range(pages * part // 4, pages * (part + 1) // 4)
        drawn = await asyncio.gather(*(renderer.render(URL, page, Site()) for _ in some))
        asked += [len(each.asked) for each in drawn]
        left.append(browser.memory() >> 20)
    took = monotonic() - began
    own, theirs = process_time() - cpu[0], _cpu_of(browser.processes()) - cpu[1]
    watch.cancel()
    number = statistics.mean(asked)
    print(f"pages a second        {pages / took:.2f} ({tabs} tabs, {number:.0f} requests each)")
    print(
        f"CPU a page, seconds   {theirs / pages:.2f} of the browser, {own / pages:.2f} of this process"
    )
    print(
        f"memory, MB            {max(used) >> 20} at most; after each quarter of {pages} pages {left}"
    )
    await renderer.close()


def _cpu_of(processes: list[int]) -> float:
    """Seconds of CPU of these processes and of those that they have waited for."""
    ticks = 0
    for each in processes:
        with suppress(OSError):
            stated = Path(f"/proc/{each}/stat").read_text("ascii").rpartition(")")[2].split()
            ticks += sum(map(int, stated[11:15]))
    return ticks / os.sysconf("SC_CLK_TCK")


async def _watch(renderer: Renderer, used: list[int]) -> None:
    while True:
        await asyncio.sleep(0.5)
        if renderer._browser is not None:
            used.append(await asyncio.to_thread(renderer._browser.memory))


def main() -> None:
    if sys.argv[1:2] == ["finder"]:
        path, number, program, *_ = [*sys.argv[2:], *("20", CHROMIUM)[len(sys.argv) - 3 :]]
        browser_finder.run(_real_pages(Path(path), int(number)), program)
        return
    if sys.argv[1:2] == ["replay"]:
        tool, program, *_ = [*sys.argv[2:], CHROMIUM]
        browser_replay.run(Path(tool), program)
        return
    if sys.argv[1:2] == ["draw"]:
        pages, tabs, program, *_ = [
            *sys.argv[2:],
            *("40", "2", CHROMIUM)[len(sys.argv) - 2 :],
        ]
        asyncio.run(draw(int(pages), int(tabs), program))
        return
    if sys.argv[1:2] != ["look"]:
        sys.exit(__doc__)
    paths = [Path(name) for name in sys.argv[2:]]
    look([path.read_bytes() for path in paths] or sample_pages())


if __name__ == "__main__":
    main()
