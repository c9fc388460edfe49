"""Does a replay look as the live page did? Run by `benchmarks/browser.py replay`."""

from __future__ import annotations

import base64
import json
import re
import subprocess
import sys
import tempfile
import time
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread
from typing import TYPE_CHECKING

from newscrawl.archive import cdxj_file
from newscrawl.archive.layout import Layout
from newscrawl.newspaper import Newspaper

sys.path.insert(0, str(Path(__file__).parents[1]))
from tests.serving.chromium import Page, chromium

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tests.serving.chromium import Browser

#: The window, and how far down a tool may show the page below a bar of its own.
WIDTH, HEIGHT, MAX_BAR = 1260, 1000, 130
#: Seconds without a change after which a page is at rest, and those that are waited for it.
REST, PATIENCE = 3.0, 60.0
#: How much a color may differ, of 255.
TOLERANCE = 16
PATHS = (
    "/pictures/may-regatta-2026-47080", "/news/tide-gauge-47125", "/living/sea-wall-walk-47121",
    "/news/harbour-diary-47118",
)  # fmt: skip
FAST = (
    "-s",
    "DOWNLOAD_DELAY=0",
    "-s",
    "AUTOTHROTTLE_ENABLED=False",
    "-s",
    "NEWSCRAWL_REQUISITE_DELAY=0",
)
_LOADED = (
    "documents(document).every(d => d.readyState === 'complete'"
    " && [...d.images].every(i => i.complete || i.loading === 'lazy'))"
)
_DIFFERENCE = """
(async () => {
  const pixels = async data => {
    const image = new Image(); image.src = 'data:image/png;base64,' + data; await image.decode();
    const canvas = new OffscreenCanvas(image.width, image.height), context = canvas.getContext('2d');
    context.drawImage(image, 0, 0);
    return context.getImageData(0, 0, image.width, image.height).data;
  };
  const [live, shown] = [await pixels(%s), await pixels(%s)];
  const width = %d, height = %d, tolerance = %d;
  let best = 1;
  for (let down = 0; down <= %d; down++) {
    let differing = 0, begin = down * width * 4;
    for (let at = 0; at < width * height * 4; at += 4)
      differing += Math.abs(live[at] - shown[begin + at]) > tolerance
        || Math.abs(live[at + 1] - shown[begin + at + 1]) > tolerance
        || Math.abs(live[at + 2] - shown[begin + at + 2]) > tolerance;
    best = Math.min(best, differing / (width * height));
  }
  return best;
})()
"""
_POSTED = """<!doctype html><html lang=en><meta charset=utf-8><title>Paper</title>
<main id=app>One moment</main><script>
const headers = {'Content-Type': 'application/json'};
fetch('/api', {method: 'POST', headers, body: '{"query": "story"}'}).then(r => r.json()).then(s => {
  const text = s.text.map(t => `<p>${t}</p>`).join('');
  app.innerHTML = `<article><h1>${s.title}</h1><p>By <a rel=author>${s.by}</a></p>${text}</article>`;
  document.title = s.title;
})</script></html>"""
_FEED = (
    "<rss version='2.0'><channel><title>F</title><item><title>S</title>"
    "<link>/story-of-ferries.html</link></item></channel></rss>"
)
_STORY = {
    "title": "The harbour board decides about the evening ferries", "by": "Nora Whitlock",
    "text": [f"Paragraph {n} says in some detail what the harbour board decided about the ferries, and who"
             " spoke for it and against it on that long evening." for n in range(8)],
}  # fmt: skip


class Posting(BaseHTTPRequestHandler):
    """A site with one page, whose text comes by a POST."""

    def do_GET(self) -> None:
        pages = {
            "/feed.xml": (_FEED, "application/rss+xml"),
            "/story-of-ferries.html": (_POSTED, "text/html"),
        }
        self._say(*pages.get(self.path, ("", "text/plain")))

    def do_POST(self) -> None:
        self.rfile.read(int(self.headers["Content-Length"]))
        self._say(json.dumps(_STORY), "application/json")

    def _say(self, text: str, media_type: str) -> None:
        self.send_response(200 if text else 404)
        self.send_header("Content-Type", media_type)
        self.send_header("Content-Length", str(len(text.encode())))
        self.end_headers()
        self.wfile.write(text.encode())

    def log_message(self, *_: object) -> None:
        pass


def newscrawl(*arguments: object) -> None:
    subprocess.run(
        [sys.executable, "-m", "newscrawl", *map(str, arguments)], check=True, capture_output=True
    )


@contextmanager
def posting() -> Iterator[str]:
    with ThreadingHTTPServer(("127.0.0.1", 0), Posting) as server:
        Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{server.server_address[1]}"
        server.shutdown()


@contextmanager
def serving(archive: Path, tool: Path) -> Iterator[str]:
    """The address of a replay tool that shows the archive."""
    option = "--replay-assets" if (tool / "ui.js").exists() else "--pywb"
    command = [sys.executable, "-m", "newscrawl", "serve", "--archive", archive, option, tool]
    process = subprocess.Popen(list(map(str, command)), stdout=subprocess.PIPE, text=True)
    try:
        assert process.stdout is not None
        yield next(
            found[0] for line in process.stdout if (found := re.search(r"http://127\S+", line))
        )
    finally:
        process.terminate()
        process.wait()


def picture(browser: Browser, url: str) -> bytes:
    """What a window shows of a page."""
    page = Page(browser)
    page._call(
        "Emulation.setDeviceMetricsOverride",
        width=WIDTH, height=HEIGHT + MAX_BAR, deviceScaleFactor=1, mobile=False,
    )  # fmt: skip
    page.open(url)
    until, last = time.monotonic() + PATIENCE, ""
    while time.monotonic() < until:
        time.sleep(REST)
        page._eventually(_LOADED)
        found = page._call("Page.captureScreenshot", format="png")["data"]
        if found == last:
            break
        last = found
    page.close()
    return base64.b64decode(last)


def difference(browser: Browser, live: bytes, shown: bytes) -> float:
    """The share of pixels that differ, what a tool has above the page aligned away."""
    page = Page(browser)
    page.open("about:blank")
    both = (json.dumps(base64.b64encode(each).decode()) for each in (live, shown))
    share: float = page.evaluate(_DIFFERENCE % (*both, WIDTH, HEIGHT, TOLERANCE, MAX_BAR))
    page.close()
    return share


def replayed(base: str, archive: Path, url: str, tool: Path) -> str:
    """Where the tool shows the response of a page."""
    entry = next(iter(cdxj_file.lookup(Layout(archive).index, url)))
    if (tool / "ui.js").exists():
        return f"{base}#url={url}&ts={entry.timestamp}&view=replay"
    return f"{base}{entry.timestamp}mp_/{url}"


def run(tool: Path, program: str) -> None:
    """Print for each way of crawling, page by page, the share of pixels that differ from the live page."""
    drawn = (
        "-s",
        f"NEWSCRAWL_BROWSER={program}",
        "-s",
        "NEWSCRAWL_RENDER=always",
        "-s",
        "NEWSCRAWL_RENDER_SECONDS=120",
    )
    ways = {"html": (), "look": ("--requisites", "look"), "drawn": ("--requisites", "look", *drawn)}
    with tempfile.TemporaryDirectory() as name, chromium(program, Path(name, "profile")) as browser:
        with Newspaper() as paper, posting() as site:
            base = paper.sites["gazette"]
            urls = [*(base + path for path in PATHS), f"{site}/story-of-ferries.html"]
            live = {url: picture(browser, url) for url in urls}
            for way, options in ways.items():
                chosen = ("--include", f"{'|'.join(PATHS)}|story-of-ferries")
                lists = (f"{base}/sitemap-2026-05.xml.gz", f"{site}/feed.xml")
                newscrawl("crawl", "--archive", Path(name, way), *FAST, *chosen, *options, *lists)
        # The sites are gone: what is shown comes from the archive.
        for way in ways:
            with serving(Path(name, way), tool) as base:
                for url in urls:
                    shown = picture(browser, replayed(base, Path(name, way), url, tool))
                    share = difference(browser, live[url], shown)
                    print(
                        f"{way:6} {share:8.3%} of the pixels differ  {url.split('/', 3)[3]}",
                        flush=True,
                    )
