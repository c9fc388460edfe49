"""What robots.txt allows, as RFC 9309 has it.

Scrapy's own middleware answers "no rules" to the third and later of several first requests to a host,
and fetches what is forbidden; here all of them wait for one and the same answer.
"""

from __future__ import annotations

import asyncio
from collections import OrderedDict
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from scrapy import Request, signals
from scrapy.exceptions import IgnoreRequest, NotConfigured, StopDownload
from scrapy.http.request import NO_CALLBACK
from scrapy.utils.httpobj import urlparse_cached

from newscrawl.crawl.robots_rules import RobotsRules
from newscrawl.errors import Missed, StorageError
from newscrawl.text.decompression import begin
from newscrawl.text.robots import RobotsTxt
from newscrawl.urls import fetchable, in_header
from newscrawl.wire.extension import wire_of
from newscrawl.wire.failures import missed
from newscrawl.wire.in_flight import Stopped

if TYPE_CHECKING:
    from typing import Self

    from scrapy.crawler import Crawler
    from scrapy.http import Response

#: RFC 9309, 2.4: what is cached should not be used for more than a day. A server that could not tell is
#: asked again sooner (seconds).
_CACHED, _UNREACHED = 24 * 3600.0, 900.0
#: Origins whose rules are remembered.
_ORIGINS = 10_000
#: RFC 9309, 2.3.1.2: at least five redirects should be followed.
_REDIRECTS = 5


#: Where a request for robots.txt counts the bytes of its answer.
_COUNT = "robots_bytes"
_NOTHING = RobotsTxt()


class Refused(IgnoreRequest):
    """A request that is not sent; `missed` says why."""

    def __init__(self, missed: Missed) -> None:
        super().__init__(str(missed))
        self.missed = missed


class RobotsMiddleware:
    """Drops what robots.txt forbids; asks each origin once a day.

    Server errors and unreachable hosts forbid everything (RFC 9309, 2.3.1.4), client errors allow it
    (2.3.1.3). After each robots.txt the signal `robots_parsed` carries its `RobotsRules`. What they say of a
    request that they allow goes into its `meta["robots"]`.
    """

    def __init__(self, crawler: Crawler, *, agent: str, longest: int) -> None:
        self._crawler, self._agent, self._longest = crawler, agent, longest
        self._clock = wire_of(crawler).clock
        #: Scrapy decodes bodies for spiders of the user's own, within the same bound.
        self._is_decoded = crawler.settings.getbool("COMPRESSION_ENABLED")
        #: By origin: when it was asked, and what comes of that; the one used last comes last.
        self._rules: OrderedDict[str, tuple[float, asyncio.Task[RobotsRules]]] = OrderedDict()

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Self:
        settings = crawler.settings
        if not settings.getbool("NEWSCRAWL_ROBOTS"):
            raise NotConfigured
        longest = settings.getint("NEWSCRAWL_ROBOTS_BYTES")
        robots = cls(crawler, agent=settings["USER_AGENT"], longest=longest)
        crawler.signals.connect(robots.bytes_received, signals.bytes_received)
        return robots

    async def process_request(self, request: Request) -> None:
        if request.meta.get("dont_obey_robotstxt"):
            return
        parts = urlparse_cached(request)
        origin = f"{parts.scheme}://{parts.netloc}"
        rules = await asyncio.shield(self._rules_of(origin, request))
        if not rules.allowed(request.url, self._agent_of(request)):
            self._count("forbidden")
            raise Refused(rules.why)
        request.meta["robots"] = rules.word

    def _agent_of(self, request: Request) -> str:
        """Who asks: a source may have its own User-Agent."""
        own = request.headers.get("User-Agent")
        return own.decode("latin-1") if own else self._agent

    def _rules_of(self, origin: str, request: Request) -> asyncio.Task[RobotsRules]:
        """What this origin says or said, if that is not too old."""
        now = self._clock.now()
        asked_at, task = self._rules.get(origin, (0.0, None))
        if task is None or now - asked_at > _fresh_for(task):
            task, asked_at = asyncio.ensure_future(self._ask(origin, request)), now
            self._rules[origin] = asked_at, task
        self._rules.move_to_end(origin)
        if len(self._rules) > _ORIGINS:
            self._rules.popitem(last=False)
        return task

    def bytes_received(self, data: bytes, request: Request) -> None:
        """End a robots.txt that goes on behind the part that is read (RFC 9309, 2.5)."""
        if _COUNT in request.meta:
            request.meta[_COUNT] += len(data)
            if request.meta[_COUNT] > self._longest:
                raise StopDownload(fail=False)

    async def _ask(self, origin: str, request: Request) -> RobotsRules:
        try:
            public_only = request.meta.get("public_only", False)
            rules = await self._fetch(f"{origin}/robots.txt", public_only=public_only)
        except (StorageError, Stopped):
            raise
        except Exception as error:
            self._count("unreachable")
            why = missed(error)
            if why is None:
                raise
            rules = RobotsRules(None, why)
            if why.cause == "not-in-archive":
                # Nobody is asked; whoever made the captures had no need of it, or did not keep it.
                rules = RobotsRules(_NOTHING, word="allowed, robots.txt is not in the archive")
        await self._crawler.signals.send_catch_log_async(
            signals.robots_parsed, robotparser=rules, request=request
        )
        return rules

    async def _fetch(self, url: str, *, public_only: bool) -> RobotsRules:
        engine = self._crawler.engine
        assert engine is not None
        for _ in range(_REDIRECTS + 1):
            meta = {
                "dont_obey_robotstxt": True,
                "handle_httpstatus_all": True,
                "public_only": public_only,
                _COUNT: 0,
            }
            if not self._is_decoded:
                # However long it says it is, its beginning is read.
                meta["download_maxsize"] = 0
            request = Request(url, priority=1000, meta=meta, callback=NO_CALLBACK)
            response = await engine.download_async(request)
            self._count(f"status/{response.status}")
            target = _redirect(response)
            if target is None:
                return _read(response, self._longest)
            # The user has named this origin perhaps, but not where it sends us.
            public_only = public_only or urlsplit(url).netloc != urlsplit(target).netloc
            url = target
        return RobotsRules(_NOTHING, word=f"allowed, {url} redirects without end")

    def _count(self, what: str) -> None:
        self._crawler.stats.inc_value(f"newscrawl/robots/{what}")


def _fresh_for(task: asyncio.Task[RobotsRules]) -> float:
    """How old (seconds) an answer to a question for rules may be."""
    if not task.done():
        return _CACHED
    failed = task.cancelled() or task.exception() is not None
    return _UNREACHED if failed or task.result().robots is None else _CACHED


def _read(response: Response, longest: int) -> RobotsRules:
    if 500 <= response.status <= 599 or response.status == 429:
        return RobotsRules(None, Missed("http-5xx", f"robots.txt answered {response.status}"))
    if not 200 <= response.status <= 299:
        return RobotsRules(_NOTHING, word=f"allowed, {response.url} answered {response.status}")
    coding = b", ".join(response.headers.getlist("Content-Encoding")).decode("latin-1")
    robots = RobotsTxt.decoded(begin([response.body], coding, longest))
    return RobotsRules(robots, word=f"allowed by {response.url}")


def _redirect(response: Response) -> str | None:
    location = response.headers.get("Location")
    if location is None or response.status not in (301, 302, 303, 307, 308):
        return None
    target = fetchable(in_header(location), response.url)
    return target if target and urlsplit(target).path else None
