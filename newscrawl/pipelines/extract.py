"""First stage: a captured page, or an item of the user's own spider, becomes an Article."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from scrapy.exceptions import DropItem

from newscrawl.causes import UNREAD
from newscrawl.errors import Missed
from newscrawl.item_records import InvalidField, article_of, field_of, has_record_fields, is_item
from newscrawl.items import Article, Page
from newscrawl.pipelines.session_pipeline import SessionPipeline
from newscrawl.processing.pages import has_article

if TYPE_CHECKING:
    from newscrawl.frontier import Lease


class ExtractPipeline(SessionPipeline):
    """Reads a Page in a worker process, and takes items with the record's field names as they are.

    Pages that cannot be read, or are left to a later crawl, are dropped. Items of other shapes pass through.
    """

    async def process_item(self, item: Any) -> Any:
        if isinstance(item, Page):
            return await self._read(item)
        if isinstance(item, Article) or not is_item(item):
            return item
        return self._converted(item) if has_record_fields(item) else item

    async def _read(self, page: Page) -> Article:
        if not self._session.scope.reads:
            await self._drop(Missed(UNREAD), page.url, page.capture)
        async with self._dropping(page.url, page.capture):
            return await self._article(page)

    async def _article(self, page: Page) -> Article:
        """The record of a page: of the document that a browser makes of it, where that is wanted."""
        session = self._session
        known = session.outcomes.known(page.url)
        if session.renderings is None or known is None:
            return await self._captured(page)
        read: Article | Missed
        try:
            read = await self._captured(page)
        except Missed as missed:
            read = missed
        if await session.renderings.is_wanted(page, known, read):
            return await self._drawn(page, known, read)
        if isinstance(read, Missed):
            raise read
        return read

    async def _drawn(self, page: Page, known: Lease, read: Article | Missed) -> Article:
        session = self._session
        assert session.renderings is not None
        try:
            drawn = await session.renderings.draw(page, known)
        except Missed as missed:
            # A dead crawl had it drawn already; or there is an article without it.
            is_drawn = missed.cause == "unchanged"
            if isinstance(read, Missed):
                raise (read if is_drawn else missed) from None
            if is_drawn or has_article(read):
                return read
            raise
        article = await session.requisites.read_article(drawn.page, known)
        if drawn.refused is not None and not has_article(article):
            raise drawn.refused
        session.backlog.exchange(page, drawn.page)
        return article

    async def _captured(self, page: Page) -> Article:
        session, outcomes = self._session, self._session.outcomes
        known = outcomes.known(page.url)
        try:
            return await session.requisites.read_article(page, known)
        except Missed as missed:
            if missed.cause != "unchanged" or outcomes.is_open(page.url, page.capture):
                raise
            # No crawl asked for it: perhaps no record was made of the bytes that it stands for.
            if (first := await session.pages.last_answer(page.url)) is None:
                raise
            return await session.requisites.read_article(first, known)

    def _converted(self, item: Any) -> Article:
        url = str(field_of(item, "url"))
        capture = self._session.captures.of(url)
        if capture is None:
            raise DropItem(
                f"{url}: an item without a capture: its URL was not answered in this crawl"
            )
        assert self._crawler.spider is not None
        try:
            return article_of(item, capture=capture, spider=self._crawler.spider.name)
        except InvalidField as error:
            raise DropItem(f"{url}: {error}") from error
