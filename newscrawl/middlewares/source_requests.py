"""Gives requests to a source's hosts the headers, cookies, credentials and proxy that its table names.

They go by the URL of each request: what is redirected to another host, and robots.txt of other hosts, are
requests without them.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from scrapy.exceptions import NotConfigured

from newscrawl.wire.offline import is_offline

if TYPE_CHECKING:
    from typing import Self

    from scrapy import Request
    from scrapy.crawler import Crawler

    from newscrawl.crawl.source_rules import SourceRules

#: Where a request says which of its headers must not be written to the WARC (lower case).
REDACTED_HEADERS = "redacted_headers"
#: Says who asks, and is kept.
_OPEN = "user-agent"
_NAMES, _PROXY = "source_headers", "source_proxy"


class SourceRequestsMiddleware:
    """Stands before the robots middleware, which goes by the User-Agent of the request."""

    def __init__(self, rules: SourceRules) -> None:
        self._rules = rules

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Self:
        rules: SourceRules | None = getattr(crawler.spider, "rules", None)
        if rules is None or is_offline(crawler.settings):
            raise NotConfigured
        return cls(rules)

    def process_request(self, request: Request) -> None:
        self._take_off(request)
        lease = request.meta.get("lease")
        options = self._rules.requests_of(request.url, lease.source if lease is not None else None)
        if options is None:
            return
        names = []
        for name, value in options.headers_of(request.url):
            request.headers[name] = value
            names.append(name.lower())
        request.meta[_NAMES] = tuple(names)
        request.meta[REDACTED_HEADERS] = frozenset(names) - {_OPEN}
        if options.proxy and "proxy" not in request.meta:
            request.meta["proxy"] = request.meta[_PROXY] = options.proxy

    def _take_off(self, request: Request) -> None:
        """Whatever an earlier request has given to one that was made from it, perhaps for another host."""
        for name in request.meta.pop(_NAMES, ()):
            request.headers.pop(name, None)
        request.meta.pop(REDACTED_HEADERS, None)
        if request.meta.pop(_PROXY, None) is not None:
            request.meta.pop("proxy", None)
            request.meta.pop("_auth_proxy", None)
            request.headers.pop("Proxy-Authorization", None)
