"""Renders pages in one browser, a few at a time, within bounds; starts a new browser where one has ended."""

from __future__ import annotations

import asyncio
import logging
import os
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from newscrawl.browser.chromium import BrowserGone, Chromium
from newscrawl.browser.proxy import CaptureProxy, ProxyLimits
from newscrawl.browser.rendering import render
from newscrawl.browser.tab import Tab
from newscrawl.errors import Missed

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

    from newscrawl.browser.authority import Authority
    from newscrawl.browser.proxy import Sender
    from newscrawl.browser.rendering import Rendering, Screenshot

logger = logging.getLogger(__name__)

#: Seconds between two looks at the memory of the browser.
_WATCH_INTERVAL = 0.5


@dataclass(frozen=True, slots=True)
class RenderBounds:
    """At most so many `tabs` at once, bytes of memory of all processes, pages of one browser; and of one page
    seconds, requests and bytes."""

    tabs: int = 2
    memory: int = 1536 << 20
    pages: int = 1_000
    seconds: float = 30.0
    of_page: ProxyLimits = field(default_factory=ProxyLimits)


class Renderer:
    """Renders pages with the browser `program`, which says that it is `user_agent`."""

    def __init__(
        self,
        program: str,
        authority: Authority,
        bounds: RenderBounds,
        *,
        user_agent: str,
        screenshot: Screenshot,
    ) -> None:
        self._program, self._authority, self._bounds = program, authority, bounds
        self._user_agent, self._screenshot = user_agent, screenshot
        self._tabs = asyncio.Semaphore(bounds.tabs)
        self._starting = asyncio.Lock()
        self._browser: Chromium | None = None
        self._pages = self._open = 0
        self._watch: asyncio.Task[None] | None = None
        self._is_closed = self._has_warned = False

    async def render(self, url: str, answer: bytes, sender: Sender) -> Rendering:
        """The page at `url`, whose captured answer is given to the browser, drawn.

        Raises Missed: `render-timeout`, or `render-failed` where the page or the browser has ended.
        """
        async with self._tabs:
            try:
                browser = await self._ready()
                async with asyncio.timeout(self._bounds.seconds):
                    return await self._render(browser, url, answer, sender)
            except TimeoutError:
                seconds = f"{self._bounds.seconds:g} s"
                raise Missed("render-timeout", f"not drawn in {seconds}") from None
            except BrowserGone as error:
                raise Missed("render-failed", str(error)) from error

    async def _render(
        self, browser: Chromium, url: str, answer: bytes, sender: Sender
    ) -> Rendering:
        proxy = CaptureProxy(self._authority, sender, self._bounds.of_page, {url: answer})
        await proxy.start()
        self._open += 1
        self._pages += 1
        try:
            async with self._tab(browser, proxy) as tab:
                return await render(tab, proxy, url, screenshot=self._screenshot)
        finally:
            self._open -= 1
            await proxy.close()

    @asynccontextmanager
    async def _tab(self, browser: Chromium, proxy: CaptureProxy) -> AsyncIterator[Tab]:
        tab = await Tab.open(
            browser, proxy=f"http://127.0.0.1:{proxy.port}", user_agent=self._user_agent
        )
        try:
            yield tab
        finally:
            try:
                # A page that does not let itself be closed costs its browser, and no other page's time.
                await asyncio.wait_for(asyncio.shield(tab.close()), 6)
            except TimeoutError:
                await self._end(browser)

    async def _ready(self) -> Chromium:
        """The browser; a new one where the old one has ended, or has had its pages."""
        async with self._starting:
            if self._is_closed:
                raise BrowserGone("the crawl ends")
            browser = self._browser
            is_used_up = self._pages >= self._bounds.pages and not self._open
            if browser is not None and browser.is_alive and not is_used_up:
                return browser
            if browser is not None:
                await browser.close()
            self._browser, self._pages = None, 0
            # Chromium's sandbox does not start as root.
            sandbox = os.geteuid() != 0
            if not sandbox and not self._has_warned:
                self._has_warned = True
                logger.warning("%s runs without its sandbox, as this is root", self._program)
            self._browser = await Chromium.start(
                self._program, spki=self._authority.fingerprint, sandbox=sandbox
            )
            if self._watch is None:
                self._watch = asyncio.ensure_future(self._watch_memory())
            return self._browser

    async def _end(self, browser: Chromium) -> None:
        if browser is self._browser:
            self._browser = None
        await browser.close()

    async def _watch_memory(self) -> None:
        """End the largest page while all processes have more than is allowed."""
        while True:
            await asyncio.sleep(_WATCH_INTERVAL)
            browser = self._browser
            if self._open and browser is not None and browser.is_alive:
                used = await asyncio.to_thread(browser.memory)
                if used > self._bounds.memory:
                    logger.warning("the browser takes %d MB: its largest page is ended", used >> 20)
                    browser.end_largest_page()

    async def close(self) -> None:
        """End the browser; on return none of its processes is left."""
        self._is_closed = True
        if self._watch is not None:
            self._watch.cancel()
            with suppress(asyncio.CancelledError):
                await self._watch
        async with self._starting:
            browser, self._browser = self._browser, None
            if browser is not None:
                await browser.close()
