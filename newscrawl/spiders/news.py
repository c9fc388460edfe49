"""The one spider: leases URLs from the frontier, asks discovery for links, yields pages."""

from __future__ import annotations

import asyncio
import re
from pathlib import Path
from typing import TYPE_CHECKING, Any

from scrapy import Request, Spider, signals
from scrapy.exceptions import CloseSpider

from newscrawl import urls
from newscrawl.assembly import session_of, sources_changed
from newscrawl.causes import REDIRECTS
from newscrawl.crawl.list_quota import LISTS
from newscrawl.crawl.retry import fresh_for, retry_after
from newscrawl.crawl.source_rules import SourceRules
from newscrawl.crawl.sources_file import SourcesFile
from newscrawl.crawl.url_filter import UrlFilter
from newscrawl.crawl.url_list import named_urls
from newscrawl.discovery import Discovery
from newscrawl.discovery.robots import named_sitemaps
from newscrawl.errors import Missed, StorageError, UsageError
from newscrawl.frontier import HUBS
from newscrawl.items import Page, page_of
from newscrawl.processing import page_hints
from newscrawl.spiders import requisites
from newscrawl.version import __version__
from newscrawl.wire.extension import wire_of
from newscrawl.wire.failures import missed
from newscrawl.wire.in_flight import Stopped
from newscrawl.wire.offline import apply_offline_settings, is_offline

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Sequence
    from typing import Self

    from scrapy.crawler import Crawler
    from scrapy.http import Response
    from scrapy.settings import BaseSettings
    from twisted.python.failure import Failure

    from newscrawl.crawl.robots_rules import RobotsRules
    from newscrawl.crawl.session import CrawlSession
    from newscrawl.discovery.links import Discovery
    from newscrawl.frontier import Lease
    from newscrawl.wire.clock import Clock

#: Seconds for which the file and the register of sources are not looked at again.
_REREAD = 5.0
#: Every answer has its outcome, as it came: a redirect is captured, and its target is a URL like any other;
#: bodies are decoded where they are read, in workers. Spiders of the user's own have Scrapy's defaults.
_SETTINGS = {
    "REDIRECT_ENABLED": False,
    "COMPRESSION_ENABLED": False,
    "REFERER_ENABLED": False,
    "HTTPERROR_ALLOW_ALL": True,
}
#: Scrapy's priority of a request that may wait.
_BEHIND = -10


class NewsSpider(Spider):
    """`scrapy crawl news -a urls=https://paper.example/,https://other.example/feed.xml`

    Arguments: `urls`, separated by commas or spaces, where `@FILE` is a list of URLs; `sources`, a file of
    sources, and `source`, one of its names (without `urls` the setting NEWSCRAWL_SOURCES names the file; with
    none of these all that is known and due is fetched); `governed_by`, a file of sources that are not
    crawled, but whose rates, patterns and pauses hold (with `urls` the setting names it); `only_named`, any
    text, to fetch nothing but `urls`; `now`, any text, to poll sources that are not due, too; `since` and
    `until`, dates of announcements and articles; `include`, `exclude` and `section`, which leave out
    announced URLs; and `limit`, a number of articles after which to stop. With the setting `NEWSCRAWL_WATCH`
    it goes on until it is stopped.

    A caller in Python may give `urls` (fetchable ones), `source`, `include`, `exclude` and `section` as
    sequences.
    """

    name = "news"
    #: Each page of it has to end in a pipeline (see newscrawl.components).
    leases_urls = True
    watches: bool
    is_offline: bool

    def __init__(
        self,
        urls: str | Sequence[str] = "",
        limit: str = "0",
        sources: str = "",
        governed_by: str = "",
        only_named: str = "",
        source: str | Sequence[str] = (),
        now: str = "",
        **selection: Any,
    ) -> None:
        self.since, self.until = (selection.pop(name, "") for name in ("since", "until"))
        patterns = (_listed(selection.pop(name, ())) for name in ("include", "exclude", "section"))
        self.url_filter = UrlFilter.named(*patterns)
        # What is left are attributes, as of all of Scrapy's spiders.
        super().__init__(**selection)
        self.source_names = _listed(source)
        file = sources or governed_by
        self.file = SourcesFile(Path(file), self.source_names) if file else None
        self.crawls_file, self.only_named = bool(sources), bool(only_named)
        self.rules = SourceRules()
        self.poll_all = bool(now)
        if isinstance(urls, str):
            urls = named_urls(text for text in re.split(r"[,\s]+", urls) if text)
        self.named = list(urls)
        self.limit = int(limit)
        self._sources_read_at = 0.0
        #: What robots.txt announces, by host.
        self._sitemaps: dict[str, Discovery] = {}

    @classmethod
    def update_settings(cls, settings: BaseSettings) -> None:
        super().update_settings(settings)
        for name, value in _SETTINGS.items():
            settings.set(name, value, priority="spider")
        if operator := settings["NEWSCRAWL_OPERATOR"]:
            agent = f"newscrawl/{__version__} ({operator})"
            settings.set("USER_AGENT", agent, priority="spider")
        apply_offline_settings(settings)

    @classmethod
    def from_crawler(cls, crawler: Crawler, *args: Any, **kwargs: Any) -> Self:
        spider = super().from_crawler(crawler, *args, **kwargs)
        spider.limit = spider.limit or crawler.settings.getint("NEWSCRAWL_LIMIT")
        file = crawler.settings["NEWSCRAWL_SOURCES"]
        if file and spider.file is None:
            spider.file = SourcesFile(Path(file), spider.source_names)
            spider.crawls_file = not spider.named
        if spider.source_names and spider.file is None:
            raise UsageError("source: no file of sources is named that has it")
        spider.is_offline = is_offline(crawler.settings)
        spider.watches = crawler.settings.getbool("NEWSCRAWL_WATCH")
        crawler.signals.connect(spider.robots_parsed, signals.robots_parsed)
        return spider

    @property
    def summary(self) -> str:
        """What this pass was told to fetch, in one line."""
        words = list(self.named[:3])
        if len(self.named) > len(words):
            words.append(f"and {len(self.named) - len(words)} more URLs")
        if self.file is not None and self.crawls_file:
            words.insert(0, str(self.file.path))
            words += [f"--source {name}" for name in self.source_names]
        return " ".join(words)

    @property
    def session(self) -> CrawlSession:
        return session_of(self.crawler)

    @property
    def clock(self) -> Clock:
        return wire_of(self.crawler).clock

    async def start(self) -> AsyncIterator[Any]:
        """What is captured and not read; then what is due, batch by batch, until nothing is."""
        session, reading = self.session, None
        try:
            if session.fault is not None:
                raise session.fault
            await session.read_sources(self.file, crawls=self.crawls_file)
            await session.open(self.named)
            reading = asyncio.ensure_future(self._keep_reading_sources())
            while True:
                for page in await session.backlog.take():
                    yield page
                for lease in await session.lease(self._wanted()):
                    yield await self._first_request(lease)
                for needed in await session.requisites.take():
                    yield requisites.request_for(needed, self)
                await self._read_sources_again()
                if self.watches:
                    while not await session.wait_until_due():
                        await self._read_sources_again()
                elif not session.is_idle:
                    await session.leases.change()
                elif session.requisites.may_be_due:
                    continue  # the last one in hand ended, or one was named, while these were leased
                elif not await session.wait_for_host(self._wanted()):
                    return
        except StorageError as error:
            session.stop(error)
            raise CloseSpider("storage") from error
        except RuntimeError:
            # The spider was closed while this waited for a thread or worker, which are gone now.
            if not session.is_closed:
                raise
        finally:
            if reading is not None:
                reading.cancel()

    async def _keep_reading_sources(self) -> None:
        """Read them while no request can be made, too: all that may be in hand may wait for slow hosts."""
        while not self.session.is_closed:
            await asyncio.sleep(_REREAD)
            try:
                await self._read_sources_again()
            except StorageError as error:
                self.session.stop(error)
                return

    async def _first_request(self, lease: Lease) -> Request:
        is_again = lease.kind in HUBS or lease.first_at is not None
        now = self.clock.now()
        headers = await self.session.pages.validators(lease, now=now) if is_again else {}
        return self._request(lease, lease.url, headers)

    async def parse(self, response: Response) -> AsyncIterator[Any]:
        lease: Lease | None = response.meta.get("lease")
        if lease is None:
            # `scrapy parse` has asked for this page.
            yield page_of(response)
            return
        if not response.meta.get("capture"):
            self.logger.error(
                "%s was answered and not captured: no HTTP cache and no other download handler"
                " may stand before the archive",
                response.url,
            )
            raise CloseSpider("not_captured")
        page = Page(response.url, response.meta["capture"])
        self._count_list(response.request)
        await self._mind(lease, response)
        answers = self.session.answers
        if response.status in REDIRECTS:
            location = urls.in_header(response.headers.get("Location") or b"")
            chain = response.meta["chain"] + 1
            if target := await answers.redirect(lease, page, location, chain=chain):
                yield self._request(lease, target, chain=chain)
        elif response.status != 200 and not (response.status == 304 and lease.kind in HUBS):
            await answers.refuse(lease, page)
        elif lease.kind not in HUBS:
            yield page
        else:
            max_age = fresh_for(response.headers.get("Cache-Control"), response.headers.get("Age"))
            drawing = self.session.renderings
            article = await answers.announce(lease, page, renderings=drawing, max_age=max_age)
            if article is not None:
                yield article

    async def failed(self, failure: Failure) -> None:
        """The errback: there is no answer, or the request was never sent."""
        request: Request = failure.request  # type: ignore[attr-defined]
        if isinstance(failure.value, StorageError):
            self.session.stop(failure.value)
            raise CloseSpider("storage")
        if isinstance(failure.value, Stopped):
            # It stays in hand, and is given back with all that is.
            if capture := request.meta.get("capture"):
                self.session.ledger.note(request.url, capture)
            return
        self._count_list(request)
        miss = missed(failure.value)
        if miss is None:
            self.logger.error("%s: %s", request.url, failure.getTraceback())
            miss = Missed("error", repr(failure.value))
        await self.session.outcomes.miss(request.url, miss, request.meta.get("capture"))

    def robots_parsed(self, robotparser: RobotsRules, request: Request) -> None:
        self._sitemaps[urls.host(request.url)] = named_sitemaps(robotparser.sitemaps, request.url)

    def _count_list(self, request: Request | None) -> None:
        """Count what an answer cost, if it is a list's."""
        if request is not None and "took" in request.meta:
            capture = request.meta.get("capture")
            size = capture.length if capture else 0
            quota, now = self.session.list_quota, self.clock.now()
            quota.add(request.meta["lease"], size=size, seconds=request.meta["took"], now=now)

    def _wanted(self) -> int | None:
        """How many more URLs the limit on articles allows in hand."""
        if not self.limit:
            return None
        waiting = sum(lease.kind not in HUBS for lease in self.session.leases)
        return self.limit - self.session.outcomes.articles - waiting

    def _request(
        self, lease: Lease, url: str, headers: dict[str, str] | None = None, chain: int = 0
    ) -> Request:
        meta = {
            "lease": lease,
            "chain": chain,
            "public_only": not self.session.may_be_private(url),
            # One that was never leased before has no capture that this one could be a revisit of.
            "check_duplicates": lease.settled_at is not None or lease.attempts > 0,
            "metadata": page_hints.fields(
                lease.announcement,
                lease.source,
                self.rules.source_of(lease),
                kind=lease.kind,
                depth=lease.depth,
                via=lease.via,
            ),
        }
        return Request(
            url,
            self.parse,
            errback=self.failed,
            dont_filter=True,
            meta=meta,
            headers=headers,
            # Where requests wait for one another, lists that a list names come behind all others.
            priority=_BEHIND if lease.kind in LISTS and lease.depth else 0,
        )

    async def _mind(self, lease: Lease, response: Response) -> None:
        """What an answer says beside its page: to stay away, and, on a front page, robots' sitemaps."""
        if response.status in (429, 503) and not self.is_offline:
            until = retry_after(response.headers.get("Retry-After"), now=self.clock.now())
            if until is not None:
                await self.session.hold(response.url, until)
        found = self._sitemaps.get(urls.host(lease.url))
        if found is not None and lease.kind == "seed" and urls.is_front(lease.url):
            robots = response.urljoin("/robots.txt")
            await self.session.lists.announce_robots(lease, robots, found)

    async def _read_sources_again(self) -> None:
        """Take over changes of the file and register of sources, of rules for sites, and of the day."""
        # By the loop's time: a simulated clock runs faster than files change.
        now = asyncio.get_running_loop().time()
        if self.session.is_closed or now - self._sources_read_at < _REREAD:
            return
        self._sources_read_at = now
        self.session.pages.read_rules_again()
        if await self.session.read_sources(self.file, crawls=self.crawls_file):
            self.logger.info("the sources have changed")
            await self.session.open_sources()
            await self.crawler.signals.send_catch_log_async(sources_changed, rules=self.rules)


def _listed(value: str | Sequence[str]) -> tuple[str, ...]:
    """An argument that Scrapy gives as one text, and commands as several."""
    if isinstance(value, str):
        return (value,) if value else ()
    return tuple(value)
