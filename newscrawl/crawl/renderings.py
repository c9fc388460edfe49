"""Which pages are drawn by a browser, and what is kept of them?

A page is fetched first as ever; where no article is read in it, or its source says always, a browser draws
it. Its document is written to the WARC beside the response, and the record is made from there: so a replay
needs no browser.
"""

from __future__ import annotations

import logging
from dataclasses import dataclass
from typing import TYPE_CHECKING

from newscrawl.archive.drawn_pages import SCREENSHOT_PREFIX
from newscrawl.causes import CAUSES
from newscrawl.errors import Missed
from newscrawl.frontier import HUBS
from newscrawl.items import Page
from newscrawl.processing import page_hints
from newscrawl.processing.activity import has_activity
from newscrawl.processing.pages import answer_bytes, has_article, is_document
from newscrawl.warc.record_header import DOCUMENT_PREFIX
from newscrawl.warc.warc_fields import Resource

if TYPE_CHECKING:
    from collections.abc import Callable

    from newscrawl.browser.proxy import Asked, Sender
    from newscrawl.browser.renderer import Renderer
    from newscrawl.browser.rendering import Rendering
    from newscrawl.causes import RenderRule
    from newscrawl.crawl.ledger import Ledger
    from newscrawl.crawl.page_reader import PageReader
    from newscrawl.crawl.ports import Recorder
    from newscrawl.crawl.source_rules import SourceRules
    from newscrawl.frontier import Lease
    from newscrawl.items import Article

logger = logging.getLogger(__name__)

#: Of a request that got no answer, the causes that the page is a miss for where it has no article without it.
_DECIDING = ("robots", "private-address")


@dataclass(frozen=True, slots=True)
class DrawnPage:
    """The document that a browser has made of a page, and why a part of it may be missing."""

    page: Page
    refused: Missed | None


class Renderings:
    """Has pages of one pass drawn. `sender(lease, url)` sends what a page asks for; `count(name, number)`
    adds to a statistic."""

    def __init__(
        self,
        ledger: Ledger,
        pages: PageReader,
        recorder: Recorder,
        rules: SourceRules,
        renderer: Renderer,
        *,
        rule: RenderRule,
        sender: Callable[[Lease, str], Sender],
        count: Callable[[str, int], None],
    ) -> None:
        self._ledger, self._pages, self._recorder = ledger, pages, recorder
        self._rules, self._renderer, self._rule = rules, renderer, rule
        self._sender, self._count = sender, count
        #: Record ids of documents that are read as pages: they are drawn already.
        self._documents: set[str] = set()

    def _rule_of(self, lease: Lease) -> RenderRule:
        source = self._rules.source_of(lease)
        return source.render if source is not None and source.render is not None else self._rule

    def has_named(self, lease: Lease) -> bool:
        """Whether a front page, or another URL that a user named, is drawn."""
        return lease.kind == "seed" and self._rule_of(lease) == "always"

    async def is_wanted(self, page: Page, lease: Lease, read: Article | Missed) -> bool:
        """Whether a page that was read so is drawn."""
        rule = self._rule_of(lease)
        if page.capture.record_id in self._documents:
            self._documents.discard(page.capture.record_id)
            return False
        if rule == "never" or (lease.kind in HUBS and rule != "always"):
            return False
        if not isinstance(read, Missed):
            return rule == "always" or (not has_article(read) and await self._may_change(page))
        if read.cause == "unchanged":
            # The bytes of a page whose text a script fetches are the same, whatever the text is.
            last = await self._pages.last_answer(page.url)
            return last is not None and await self._pages.read(is_document, last)
        return read.cause == "not-an-article" and (rule == "always" or await self._may_change(page))

    async def _may_change(self, page: Page) -> bool:
        """Whether a browser can make more of a page than its bytes say; True where that is not known."""
        try:
            return await self._pages.read(has_activity, page)
        except Missed:
            return True

    async def draw_named(self, page: Page, lease: Lease) -> tuple[Page, Missed | None]:
        """The document of a front page, or the page itself where it cannot be drawn; and why all of it, or
        what a script requested, is missing. Raises StorageError."""
        try:
            drawn = await self.draw(page, lease)
        except Missed as missed:
            if missed.cause == "unchanged":  # a dead crawl had it drawn already
                return page, None
            logger.info("%s is read as it was captured: %s", page.url, missed)
            return page, missed
        self._documents.add(drawn.page.capture.record_id)
        return drawn.page, drawn.refused

    async def draw(self, page: Page, lease: Lease) -> DrawnPage:
        """Have a captured page drawn, and its document captured. Raises Missed, StorageError."""
        try:
            answer = await self._answer(page)
            drawn = await self._renderer.render(page.url, answer, self._sender(lease, page.url))
        except Missed as missed:
            self._count(f"newscrawl/rendered/{missed.cause}", 1)
            raise
        self._count("newscrawl/rendered", 1)
        captures = await self._recorder.write_resources(self._resources(page, lease, drawn))
        # Its own capture is named by no outcome.
        self._ledger.note(page.url, page.capture)
        return DrawnPage(Page(page.url, captures[0]), _refusal(drawn.refusals))

    async def _answer(self, page: Page) -> bytes:
        """The response; where it has the bytes of an earlier one, that one. Raises Missed."""
        try:
            return await self._pages.read(answer_bytes, page)
        except Missed as missed:
            if missed.cause != "unchanged":
                raise
            url, capture = page.url, page.capture
            first = await self._ledger.ask(
                lambda: self._pages.capture_here(url, capture.payload_digest)
            )
            if first is None or first.record_id == capture.record_id:
                raise
            return await self._pages.read(answer_bytes, Page(url, first))

    def _resources(self, page: Page, lease: Lease, drawn: Rendering) -> list[Resource]:
        said = page_hints.fields(
            lease.announcement,
            lease.source,
            self._rules.source_of(lease),
            kind=lease.kind,
            depth=lease.depth,
            via=lease.via,
        )
        beside, url = page.capture.record_id, page.url
        document = drawn.document.encode("utf-8", "replace")
        found = [
            Resource(DOCUMENT_PREFIX + url, "text/html; charset=utf-8", document, beside, said)
        ]
        if drawn.screenshot is not None:
            found.append(Resource(SCREENSHOT_PREFIX + url, "image/png", drawn.screenshot, beside))
        info = drawn.page_info(url)
        found.append(Resource(f"urn:pageinfo:{url}", "application/json", info, beside))
        return found

    async def close(self) -> None:
        """End the browser."""
        await self._renderer.close()


def _refusal(refusals: list[Asked]) -> Missed | None:
    """Why a script could not load what it asked for, if that decides; pictures and the like do not."""
    for each in refusals:
        cause = each.error.partition(":")[0]
        if cause in _DECIDING and each.kind in ("empty", "script", "iframe", ""):
            name = next(name for name in CAUSES if name == cause)
            return Missed(name, f"{each.url}, which a script of the page asks for")
    return None
