"""One page, from its captured answer to the document that its scripts have made of it."""

from __future__ import annotations

import asyncio
import json
from dataclasses import dataclass
from time import monotonic
from typing import TYPE_CHECKING, Literal

if TYPE_CHECKING:
    from newscrawl.browser.proxy import Asked, CaptureProxy
    from newscrawl.browser.tab import Tab

#: What is drawn: nothing, the window, or the page down to `tab.MAX_DRAWN_HEIGHT`.
Screenshot = Literal["no", "view", "page"]

#: Seconds without a request after which a page has settled, after each step of scrolling, and for all steps.
QUIET, _STEP_QUIET, _SCROLLING = 0.5, 0.15, 6.0
#: Seconds between two looks at whether something is in flight.
_TICK = 0.03

#: What another story would change: a reader who scrolled on would be in it.
_STORY = (
    "JSON.stringify([document.title, location.href, document.querySelectorAll('h1').length,"
    " document.querySelectorAll('article').length,"
    " (document.querySelector('link[rel=canonical]') || {}).href])"
)
_STEP = (
    "(async () => { scrollBy(0, innerHeight * 0.8);"
    " await new Promise(done => requestAnimationFrame(() => setTimeout(done, 60)));"
    " return scrollY + innerHeight >= document.documentElement.scrollHeight - 2 })()"
)


@dataclass(frozen=True, slots=True)
class Rendering:
    """A page as it was drawn. `scrolled` says where scrolling ended: at the `end`, before another `story`, or
    for want of `time`; `settled` whether nothing was on its way any more."""

    document: str
    screenshot: bytes | None
    asked: tuple[Asked, ...]
    settled: bool
    scrolled: str

    @property
    def refusals(self) -> list[Asked]:
        """The requests that got no answer."""
        return [each for each in self.asked if each.error and each.status is None]

    def page_info(self, url: str) -> bytes:
        """What was asked and what became of it, as JSON (the form of Browsertrix's `urn:pageinfo:`)."""
        urls = {
            each.url: {
                "status": each.status or 0,
                "mime": each.media_type,
                "type": each.kind or "document",
                **({"error": each.error} if each.error else {}),
            }
            for each in self.asked
        }
        said = {"url": url, "settled": self.settled, "scrolled": self.scrolled, "urls": urls}
        return json.dumps(said, sort_keys=True).encode()


async def render(tab: Tab, proxy: CaptureProxy, url: str, *, screenshot: Screenshot) -> Rendering:
    """Load a page, wait until it has settled, scroll through its story. Raises BrowserGone."""
    await tab.go(url)
    settled = await tab.until("load", _LOAD_SECONDS)
    settled = await tab.until("networkIdle", _IDLE_SECONDS) and settled
    settled = await _quiet(proxy, QUIET, _IDLE_SECONDS) and settled
    picture = None
    if screenshot != "no":
        picture = await tab.screenshot(whole=screenshot == "page")
    document, scrolled = await _scrolled(tab, proxy)
    return Rendering(document, picture, tuple(proxy.asked), settled, scrolled)


_LOAD_SECONDS, _IDLE_SECONDS = 20.0, 6.0


async def _scrolled(tab: Tab, proxy: CaptureProxy) -> tuple[str, str]:
    """The document after scrolling down, or the last one that was of this story; and why it ended there."""
    story, document = await tab.evaluate(_STORY), await tab.document()
    until = monotonic() + _SCROLLING
    while monotonic() < until:
        is_end = await tab.evaluate(_STEP)
        await _quiet(proxy, _STEP_QUIET, 1.5)
        if await tab.evaluate(_STORY) != story:
            return document, "story"
        document = await tab.document()
        if is_end and await tab.evaluate(_AT_END):
            return document, "end"
    return document, "time"


_AT_END = "scrollY + innerHeight >= document.documentElement.scrollHeight - 2"


async def _quiet(proxy: CaptureProxy, seconds: float, most: float) -> bool:
    """Wait until nothing was in flight for so long; False if that takes more than `most` seconds."""
    until = monotonic() + most
    while proxy.quiet_for() < seconds:
        if monotonic() > until:
            return False
        await asyncio.sleep(_TICK)
    return True
