"""How does this URL answer? For spiders that look at a few URLs and keep no frontier.

Every request is captured, obeys robots.txt and keeps its distance to the one before, as in a crawl.
"""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Any, TypeVar

from scrapy import Request, Spider
from scrapy.http.request import NO_CALLBACK

from newscrawl import urls
from newscrawl.addresses import AddressPolicy, address_policy
from newscrawl.assembly import limits_of, workers_of
from newscrawl.crawl.replies import Reply
from newscrawl.errors import Missed, StorageError, TooLarge
from newscrawl.items import Article, Page
from newscrawl.processing.feed_links import feed_links
from newscrawl.processing.pages import find_links, read_record_of, refusal
from newscrawl.settings import PASS_EXTENSIONS
from newscrawl.spiders.news import NewsSpider
from newscrawl.wire.extension import wire_of
from newscrawl.wire.failures import missed

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Callable
    from typing import Self

    from scrapy.crawler import Crawler
    from scrapy.http import Response
    from scrapy.settings import BaseSettings

    from newscrawl.processing.limits import Limits
    from newscrawl.processing.workers import Workers

T = TypeVar("T")

_PERMANENT = frozenset({301, 308})
_REDIRECTS = frozenset({*_PERMANENT, 302, 303, 307})
_LONGEST_CHAIN = 6


class AskingSpider(Spider):
    """Has no name of its own: it is run by a command, and `scrapy list` does not show it."""

    #: No pipelines and extensions: those of a crawl need its session.
    custom_settings = {  # noqa: RUF012 - Scrapy's own type
        "ITEM_PIPELINES": {},
        "ITEM_PIPELINES_BASE": {},
        "EXTENSIONS": dict.fromkeys(PASS_EXTENSIONS),
        "REFERER_ENABLED": False,
    }

    #: What it asks for is captured, and no crawl knows of it.
    has_session = False

    def __init__(self, name: str, **kwargs: Any) -> None:
        super().__init__(name, **kwargs)
        #: What kept the spider from its end.
        self.fault: StorageError | None = None
        #: Hosts that the user has named, so that they need not be public.
        self.named_hosts: set[str] = set()
        self._requests: tuple[Request, ...] = ()  # Scrapy wants a generator; all is asked by `ask`

    @classmethod
    def update_settings(cls, settings: BaseSettings) -> None:
        NewsSpider.update_settings(settings)
        super().update_settings(settings)

    @classmethod
    def from_crawler(cls, crawler: Crawler, *args: Any, **kwargs: Any) -> Self:
        spider = super().from_crawler(crawler, *args, **kwargs)
        settings = crawler.settings
        spider.addresses = address_policy(settings.getlist("NEWSCRAWL_ALLOWED_NETWORKS"))
        spider.limits = limits_of(settings)
        spider.workers = workers_of(settings)
        return spider

    addresses: AddressPolicy
    workers: Workers
    limits: Limits

    async def start(self) -> AsyncIterator[Any]:
        """Look, and yield nothing: what was seen stays with the spider."""
        try:
            await self.look()
        except StorageError as error:
            self.fault = error
        finally:
            self.workers.close()
        for request in self._requests:
            yield request

    async def look(self) -> None:
        """Ask for what this spider is about."""
        raise NotImplementedError

    async def ask(self, url: str) -> Reply:
        """Fetch a URL, follow its redirects and read what it announces."""
        asked, moved_to, for_good = url, None, True
        for _ in range(_LONGEST_CHAIN):
            response = await self._fetch(url)
            if isinstance(response, Missed):
                return Reply(asked, url, missed=response, moved_to=moved_to)
            target = _target(response)
            if target is None:
                return await self._read(asked, response, moved_to)
            for_good = for_good and response.status in _PERMANENT
            url = target
            moved_to = url if for_good and urls.key(url) != urls.key(asked) else moved_to
        return Reply(asked, url, missed=Missed("redirects", "redirects without end"))

    async def article(self, page: Page) -> Article | None:
        """The record of a captured page, or None if it is no article."""
        try:
            return await self.read(read_record_of, page)
        except Missed:
            return None

    async def lacks_article(self, page: Page) -> bool:
        """Whether a captured page was read and holds no article: a script may make it."""
        try:
            await self.read(read_record_of, page)
        except Missed as missed:
            return missed.cause == "not-an-article"
        return False

    async def feed_links(self, reply: Reply) -> list[str]:
        """The feeds that a captured page names, then those that it links to."""
        assert reply.page is not None and reply.found is not None
        named = [link.url for link in reply.found.links if link.kind == "feed"]
        try:
            return named + await self.workers.run(feed_links, self.warc(reply.page), reply.page)
        except (Missed, TooLarge):
            return named

    async def _fetch(self, url: str) -> Response | Missed:
        is_named = urls.host(url) in self.named_hosts
        if not (is_named or self.addresses.allows_url(url)):
            return Missed("private-address", urls.host(url))
        engine = self.crawler.engine
        assert engine is not None
        try:
            return await engine.download_async(
                Request(url, callback=NO_CALLBACK, meta={"public_only": not is_named})
            )
        except StorageError:
            raise
        except Exception as error:
            if (miss := missed(error)) is None:
                raise
            return miss

    async def _read(self, asked: str, response: Response, moved_to: str | None) -> Reply:
        assert response.request is not None
        page = Page(response.url, response.request.meta["capture"])
        try:
            if response.status != 200:
                raise await self.read(refusal, page)
            found = await self.read(find_links, page)
        except Missed as miss:
            return Reply(asked, response.url, page=page, missed=miss, moved_to=moved_to)
        return Reply(asked, response.url, page=page, found=found, moved_to=moved_to)

    async def read(self, call: Callable[..., T], page: Page) -> T:
        """What `call` makes of a captured page within the limits, in a worker. Raises Missed."""
        limited = partial(call, limits=self.limits)
        return await self.workers.run(limited, self.warc(page), page)

    def warc(self, page: Page) -> str:
        return str(wire_of(self.crawler).recorder.layout.warcs / page.capture.warc)


def _target(response: Response) -> str | None:
    location = response.headers.get("Location")
    if response.status not in _REDIRECTS or location is None:
        return None
    return urls.fetchable(urls.in_header(location), response.url)
