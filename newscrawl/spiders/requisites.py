"""The requests for what articles need to look as they did, and what is done with the answers."""

from __future__ import annotations

from typing import TYPE_CHECKING

from scrapy import Request
from scrapy.exceptions import CloseSpider

from newscrawl import urls
from newscrawl.assembly import session_of
from newscrawl.causes import REQUISITE
from newscrawl.errors import Missed, StorageError
from newscrawl.items import Page
from newscrawl.processing.page_hints import fields
from newscrawl.wire.failures import missed
from newscrawl.wire.in_flight import Stopped

if TYPE_CHECKING:
    from scrapy import Spider
    from scrapy.http import Response
    from twisted.python.failure import Failure

    from newscrawl.crawl.session import CrawlSession
    from newscrawl.frontier.requisites import RequisiteLease

#: Scrapy's priority of these requests: behind all others.
PRIORITY = -20
#: Where a request has its lease; `newscrawl.middlewares.pace` goes by it, too.
META = "requisite"


def request_for(lease: RequisiteLease, spider: Spider) -> Request:
    """The request for a requisite; its answer goes to the session."""
    session = session_of(spider.crawler)
    return Request(
        lease.url,
        callback=Answering(session).answered,
        errback=Answering(session).failed,
        dont_filter=True,
        priority=PRIORITY,
        headers={"Accept": "*/*"},
        meta={
            META: lease,
            "public_only": not session.may_be_private(lease.url),
            "check_duplicates": not lease.is_new,
            "metadata": (
                ("via", lease.page),
                *fields(None, lease.source, None, kind=REQUISITE, depth=lease.depth),
            ),
        },
    )


class Answering:
    """Hands answers and failures of requisites to the session of a crawl."""

    def __init__(self, session: CrawlSession) -> None:
        self._session = session

    async def answered(self, response: Response) -> None:
        """The callback."""
        location = urls.in_header(response.headers.get("Location") or b"")
        page = Page(response.url, response.meta["capture"])
        await self._session.requisites.answered(response.meta[META], page, location)

    async def failed(self, failure: Failure) -> None:
        """The errback: there is no answer, or the request was never sent."""
        if isinstance(failure.value, StorageError):
            self._session.stop(failure.value)
            raise CloseSpider("storage")
        if isinstance(failure.value, Stopped):
            return  # it is given back with all that is in hand
        request: Request = failure.request  # type: ignore[attr-defined]
        miss = missed(failure.value) or Missed("error", repr(failure.value))
        await self._session.requisites.failed(request.meta[META], miss)
