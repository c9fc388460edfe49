"""A browser within its bounds: pages that would not end cost themselves alone, and the next page comes."""

from __future__ import annotations

import asyncio
import os
import shutil
import signal
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from newscrawl.browser.authority import Authority
from newscrawl.browser.proxy import ProxyLimits, SentAnswer
from newscrawl.browser.renderer import RenderBounds, Renderer
from newscrawl.errors import Missed

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Iterator

    from newscrawl.browser.proxy import ProxiedRequest
    from newscrawl.browser.rendering import Rendering

CHROMIUM = os.environ.get("NEWSCRAWL_TEST_CHROMIUM") or shutil.which("chromium") or ""
pytestmark = pytest.mark.skipif(
    not CHROMIUM, reason="there is no Chromium (NEWSCRAWL_TEST_CHROMIUM)"
)
URL = "https://paper.example/story"
#: Pages that are drawn to see whether memory grows: some seconds for each ten.
PAGES = int(os.environ.get("NEWSCRAWL_DRAWN_PAGES", "0"))
GOOD = "<title>Good</title><body><p id=p>before</p><script>p.textContent = 'after'</script></body>"


@dataclass
class Site:
    """Answers for any host, by path, and the URLs that were asked for."""

    answers: dict[str, str] = field(default_factory=dict)
    asked: list[str] = field(default_factory=list)

    async def send(self, request: ProxiedRequest) -> SentAnswer:
        self.asked.append(request.url)
        path = "/" + request.url.split("/", 3)[3]
        return SentAnswer(answer(self.answers[path])) if path in self.answers else SentAnswer()


def answer(body: str) -> bytes:
    data = body.encode()
    head = f"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nContent-Length: {len(data)}\r\n\r\n"
    return head.encode() + data


@dataclass
class Drawing:
    """A renderer that has drawn what the tests before had it draw, and the loop on which it runs."""

    renderer: Renderer
    loop: asyncio.Runner

    async def draw(self, body: str, site: Site | None = None) -> Rendering:
        return await self.renderer.render(URL, answer(body), site or Site())

    def do(self, doing: Callable[[Drawing], Awaitable[None]], **bounds: Any) -> None:
        """Have something done within these bounds."""
        usual = self.renderer._bounds
        self.renderer._bounds = replace(usual, **bounds)
        try:
            self.loop.run(doing(self))
        finally:
            self.renderer._bounds = usual


@contextmanager
def starting() -> Iterator[Drawing]:
    """A renderer of one's own; no process of its browsers is left."""
    with asyncio.Runner() as loop:
        renderer = Renderer(
            CHROMIUM,
            Authority.new(now=datetime.now(UTC)),
            RenderBounds(seconds=60.0),
            user_agent="newscrawl/test",
            screenshot="no",
        )
        processes: list[int] = []
        try:
            yield Drawing(renderer, loop)
            if renderer._browser is not None:
                processes = renderer._browser.processes()
        finally:
            loop.run(renderer.close())
    assert [each for each in processes if Path(f"/proc/{each}").exists()] == []


@pytest.fixture(scope="module")
def drawing() -> Iterator[Drawing]:
    """A browser takes two seconds to start: tests share one, in whatever order they come."""
    with starting() as shared:
        yield shared


def test_only_what_a_page_asks_for_is_asked_for(drawing: Drawing) -> None:
    site = Site(
        {"/a.js": "fetch('https://other.example/b.json'); new WebSocket('wss://paper.example/ws');"}
    )

    async def doing(on: Drawing) -> None:
        drawn = await on.draw(
            "<script src=/a.js></script><video src=/film.mp4></video><script>open('/popup');"
            "location.hash = 'x'; navigator.sendBeacon('/beacon', 'x')</script>",
            site,
        )
        assert drawn.settled

    drawing.do(doing)
    assert set(site.asked) - {"https://paper.example/favicon.ico"} == {
        "https://paper.example/a.js", "https://other.example/b.json", "https://paper.example/beacon",
    }  # fmt: skip


@pytest.mark.long
def test_a_page_that_does_not_end_costs_itself_alone() -> None:
    async def endless(on: Drawing) -> None:
        with pytest.raises(Missed, match="render-timeout"):
            await on.draw("<script>for (;;) {}</script>")

    async def good(on: Drawing) -> None:
        assert '<p id="p">after</p>' in (await on.draw(GOOD)).document

    with starting() as drawing:
        drawing.do(endless, seconds=3.0)
        drawing.do(good)


@pytest.mark.long
def test_a_page_that_eats_memory_is_ended_and_the_browser_is_not(drawing: Drawing) -> None:
    bomb = "<script>const a = []; for (;;) a.push(new Uint8Array(1 << 24).fill(1))</script>"

    async def doing(on: Drawing) -> None:
        await on.draw(GOOD)
        before = on.renderer._browser
        with pytest.raises(Missed, match="render-failed"):
            await on.draw(bomb)
        assert "after" in (await on.draw(GOOD)).document
        assert on.renderer._browser is before

    drawing.do(doing, memory=900 << 20)


def test_a_browser_that_was_killed_is_started_anew(drawing: Drawing) -> None:
    async def doing(on: Drawing) -> None:
        await on.draw(GOOD)
        assert on.renderer._browser is not None
        for process in on.renderer._browser.processes():
            with suppress(ProcessLookupError):  # some end with the first one
                os.kill(process, signal.SIGKILL)
        for _ in range(2):
            try:
                drawn = await on.draw(GOOD)
            except Missed:
                continue  # it was not known yet that it is gone
            assert "after" in drawn.document
            return
        pytest.fail("no browser was started")

    drawing.do(doing)


@pytest.mark.skipif(not PAGES, reason="on request: NEWSCRAWL_DRAWN_PAGES=100")
def test_memory_does_not_grow_with_the_number_of_pages() -> None:
    site = Site({"/a.js": "window.held = new Array(2_000_000).fill(1)"})
    taken: list[int] = []

    async def doing(on: Drawing) -> None:
        for _ in range(4):
            for _ in range(PAGES // 4):
                await on.draw(f"<script src=/a.js></script>{GOOD}", site)
            assert on.renderer._browser is not None
            taken.append(on.renderer._browser.memory())

    with starting() as drawing:
        drawing.do(doing)
    assert taken[3] < 1.2 * taken[1], taken


def test_requests_of_a_page_are_bounded(drawing: Drawing) -> None:
    site = Site({f"/{n}": "" for n in range(100)})

    async def doing(on: Drawing) -> None:
        drawn = await on.draw("<script>for (let n = 0; n < 50; n++) fetch('/' + n)</script>", site)
        assert any("more than 20 requests" in each.error for each in drawn.asked)

    drawing.do(doing, of_page=ProxyLimits(requests=20))
    assert len(site.asked) < 20
