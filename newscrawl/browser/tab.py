"""One page in a context of its own: no cookie, cache or storage of another page."""

from __future__ import annotations

import asyncio
import base64
from contextlib import suppress
from typing import TYPE_CHECKING, Any

from newscrawl.browser.chromium import BrowserGone
from newscrawl.browser.document import as_html
from newscrawl.errors import TooLarge

if TYPE_CHECKING:
    from newscrawl.browser.chromium import Chromium

#: The window, and the longest part of a page that is drawn (CSS pixels): a page of 45,000 took 3.9 GB.
WIDTH, HEIGHT, MAX_DRAWN_HEIGHT = 1280, 1000, 6_000
_CLOSING_PATIENCE = 5.0


class Tab:
    """A tab of a browser; `Tab.open` makes one."""

    def __init__(self, browser: Chromium, context: str, target: str, session: str) -> None:
        self._browser, self._context = browser, context
        self._target, self._session = target, session
        self._frame = ""
        self._reached: set[str] = set()
        self._changed = asyncio.Event()
        self._has_crashed = False
        self._tasks: set[asyncio.Task[Any]] = set()

    @classmethod
    async def open(cls, browser: Chromium, *, proxy: str, user_agent: str) -> Tab:
        """An empty tab whose every request goes to this proxy. Raises BrowserGone."""
        made = await browser.call(
            "Target.createBrowserContext",
            disposeOnDetach=True,
            proxyServer=proxy,
            proxyBypassList="<-loopback>",
        )
        context = made["browserContextId"]
        await browser.call("Browser.setDownloadBehavior", behavior="deny", browserContextId=context)
        created = await browser.call(
            "Target.createTarget", url="about:blank", browserContextId=context
        )
        target = created["targetId"]
        attached = await browser.call("Target.attachToTarget", targetId=target, flatten=True)
        tab = cls(browser, context, target, attached["sessionId"])
        await tab._prepare(user_agent)
        return tab

    async def _prepare(self, user_agent: str) -> None:
        self._browser.listen(self._session, self._take)
        for domain in ("Page", "Runtime", "Inspector"):
            await self.call(f"{domain}.enable")
        await self.call("Page.setLifecycleEventsEnabled", enabled=True)
        await self.call("Emulation.setUserAgentOverride", userAgent=user_agent)
        await self.call(
            "Emulation.setDeviceMetricsOverride",
            width=WIDTH,
            height=HEIGHT,
            deviceScaleFactor=1,
            mobile=False,
        )
        tree = await self.call("Page.getFrameTree")
        self._frame = tree["frameTree"]["frame"]["id"]

    async def call(self, method: str, **params: Any) -> dict[str, Any]:
        return await self._browser.call(method, session=self._session, **params)

    async def go(self, url: str) -> None:
        """Begin to load a page. Raises BrowserGone, also where nothing could be loaded."""
        self._reached.clear()
        said = await self.call("Page.navigate", url=url)
        if error := said.get("errorText"):
            raise BrowserGone(f"the page was not loaded: {error}")

    async def until(self, event: str, seconds: float) -> bool:
        """Wait for an event of the page's life, `load` or `networkIdle`; False if it does not come in time.

        Raises BrowserGone where the page has crashed.
        """
        with suppress(TimeoutError):
            async with asyncio.timeout(seconds):
                while event not in self._reached:
                    self._require_alive()
                    self._changed.clear()
                    await self._changed.wait()
        self._require_alive()
        return event in self._reached

    def _require_alive(self) -> None:
        if self._has_crashed:
            raise BrowserGone("the page has crashed, or took more memory than allowed")

    def _take(self, method: str, params: dict[str, Any]) -> None:
        if method == "Page.lifecycleEvent" and params["frameId"] == self._frame:
            if params["name"] == "init":
                self._reached.clear()
            self._reached.add(params["name"])
        elif method == "Inspector.targetCrashed":
            self._has_crashed = True
        elif method == "Page.javascriptDialogOpening":
            task = asyncio.ensure_future(self._dismiss())
            self._tasks.add(task)
            task.add_done_callback(self._tasks.discard)
        self._changed.set()

    async def _dismiss(self) -> None:
        with suppress(BrowserGone):
            await self.call("Page.handleJavaScriptDialog", accept=False)

    async def evaluate(self, expression: str) -> Any:
        """The value of an expression in the page. Raises BrowserGone."""
        said = await self.call(
            "Runtime.evaluate", expression=expression, awaitPromise=True, returnByValue=True
        )
        self._require_alive()
        if "exceptionDetails" in said:
            raise BrowserGone(f"the page answers with {str(said['exceptionDetails'])[:200]}")
        return said["result"].get("value")

    async def document(self) -> str:
        """The document as it is now, as HTML. Raises BrowserGone."""
        said = await self.call("DOM.getDocument", depth=-1, pierce=True)
        try:
            return as_html(said["root"])
        except TooLarge as error:
            raise BrowserGone(f"the document is larger than {error}") from error

    async def screenshot(self, *, whole: bool) -> bytes:
        """A PNG of the window, or of the whole page down to MAX_DRAWN_HEIGHT. Raises BrowserGone."""
        clip: dict[str, Any] = {}
        if whole:
            size = (await self.call("Page.getLayoutMetrics"))["cssContentSize"]
            height = min(size["height"], MAX_DRAWN_HEIGHT)
            area = {"x": 0, "y": 0, "width": WIDTH, "height": height, "scale": 1}
            clip = {"clip": area, "captureBeyondViewport": True}
        said = await self.call("Page.captureScreenshot", format="png", **clip)
        return base64.b64decode(said["data"])

    async def close(self) -> None:
        self._browser.forget(self._session)
        for task in self._tasks:
            task.cancel()
        orders = (
            ("Target.closeTarget", {"targetId": self._target}),
            ("Target.disposeBrowserContext", {"browserContextId": self._context}),
        )
        for method, params in orders:
            with suppress(BrowserGone):
                await self._browser.call(method, patience=_CLOSING_PATIENCE, **params)
