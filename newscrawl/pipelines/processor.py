"""Hands items through the pipelines, and notes what those of the user's own change in an article."""

from __future__ import annotations

import asyncio
import functools
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from scrapy.exceptions import DropItem
from scrapy.pipelines import ItemPipelineManager
from scrapy.utils.defer import ensure_awaitable

from newscrawl.item_records import InvalidField, changed_article, is_item
from newscrawl.items import Article, Page
from newscrawl.pipelines.store import StorePipeline
from newscrawl.processing.record_rules import normalised

if TYPE_CHECKING:
    from collections.abc import Callable


class ItemProcessor(ItemPipelineManager):
    """Scrapy's own, which in front of StorePipeline looks at what other pipelines make of an item.

    What they change in an article is stated in its provenance. A page or article that they do not return, or
    not in `NEWSCRAWL_STALL_SECONDS`, is dropped: else its URL would never be settled.
    """

    def _add_middleware(self, mw: Any) -> None:
        super()._add_middleware(mw)
        ours = type(mw).__module__.startswith("newscrawl.pipelines.")
        if ours or not hasattr(mw, "process_item"):
            return
        method: Any = self.methods["process_item"].pop()
        assert self.crawler is not None
        seconds = self.crawler.settings.getfloat("NEWSCRAWL_STALL_SECONDS")
        observed = _Observed(method, _name(mw), seconds, is_stored=not self._is_stored_later(mw))
        if method in self._mw_methods_requiring_spider:
            self._mw_methods_requiring_spider.add(observed)
        self.methods["process_item"].append(observed)

    def _is_stored_later(self, mw: Any) -> bool:
        stores = [n for n, each in enumerate(self.middlewares) if isinstance(each, StorePipeline)]
        return bool(stores) and self.middlewares.index(mw) < stores[0]


class _Observed:
    """`process_item` of the pipeline of this name, with a look at what it returns.

    Of what is stored already a pipeline may make what it likes.
    """

    def __init__(
        self, method: Callable[..., Any], name: str, seconds: float, *, is_stored: bool
    ) -> None:
        functools.update_wrapper(self, method)  # Scrapy names it in its messages
        self._method, self._name, self._seconds = method, name, seconds
        self._is_stored = is_stored

    async def __call__(self, item: Any, *spider: Any) -> Any:
        if not isinstance(item, Page | Article):
            return await ensure_awaitable(self._method(item, *spider), _warn=self._name)
        # It may change what it is given in place.
        before = _copy(item) if isinstance(item, Article) else None
        after = await self._returned(item, *spider)
        if self._is_stored:
            return after
        if before is None:
            return _item(after, self._name)
        try:
            article = changed_article(before, after, pipeline=self._name)
        except InvalidField as error:
            raise DropItem(f"{self._name}: {error}", "ERROR") from error
        return article if article is before else _sound(normalised(article), self._name)

    async def _returned(self, item: Any, *spider: Any) -> Any:
        try:
            async with asyncio.timeout(self._seconds or None) as limit:
                return await ensure_awaitable(self._method(item, *spider), _warn=self._name)
        except TimeoutError as error:
            if not limit.expired():
                raise
            name, seconds = self._name, self._seconds
            raise DropItem(f"{name} did not return within {seconds:g} s", "ERROR") from error


def _item(after: Any, name: str) -> Any:
    if not is_item(after):
        raise DropItem(f"{name} returned {type(after).__name__}, and not an item", "ERROR")
    return after


def _sound(article: Article, name: str) -> Article:
    if not article.title:
        raise DropItem(f"{name} left no title", "ERROR")
    return article


def _copy(article: Article) -> Article:
    return replace(article, provenance=dict(article.provenance))


def _name(pipeline: Any) -> str:
    return f"{type(pipeline).__module__}.{type(pipeline).__qualname__}"
