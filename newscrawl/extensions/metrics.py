"""Serves figures of a running crawl to Prometheus, from a thread of its own."""

from __future__ import annotations

import asyncio
import logging
from itertools import accumulate
from typing import TYPE_CHECKING, Any

from scrapy import signals
from scrapy.exceptions import NotConfigured
from sqlalchemy.exc import DatabaseError

from newscrawl.assembly import session_of
from newscrawl.extensions.loop_lag import BOUNDS, LoopLag
from newscrawl.version import __version__

if TYPE_CHECKING:
    from collections.abc import Iterator
    from typing import Self

    from prometheus_client.core import Metric
    from scrapy import Request
    from scrapy.crawler import Crawler

logger = logging.getLogger(__name__)

#: Every metric, and what it means. Counters begin with the process.
METRICS = {
    "newscrawl_articles_total": "Articles recorded, new ones and new revisions.",
    "newscrawl_missed_total": "URLs that ended without an article, by cause.",
    "newscrawl_requests_total": "Requests sent.",
    "newscrawl_responses_total": "Answers, by status.",
    "newscrawl_request_failures_total": "Requests without an answer.",
    "newscrawl_robots_total": "What came of robots.txt: asked, by status, or what it forbade.",
    "newscrawl_captured_bytes_total": "Bytes of captured answers, as they lie in WARCs.",
    "newscrawl_urls_in_hand": "URLs that are leased and have not ended.",
    "newscrawl_requests_underway": "Requests that are sent or wait for their host's turn.",
    "newscrawl_event_loop_lag_seconds": "How late the event loop is, seen ten times a second.",
    "newscrawl_last_article_timestamp_seconds": "When the latest article of a source was captured.",
    "newscrawl_info": "The version.",
}


class Figures:
    """A collector, in the sense of prometheus_client. It only reads, and is asked from another thread."""

    def __init__(self, crawler: Crawler) -> None:
        self._crawler, self._session = crawler, session_of(crawler)
        self._last: dict[str, float] = {}

    def collect(self) -> Iterator[Metric]:
        from prometheus_client.core import GaugeMetricFamily, InfoMetricFamily

        stats = self._crawler.stats
        assert stats is not None
        # A copy made in one step: the crawl goes on counting.
        yield from _counted(dict(stats.get_stats()))
        yield self._lag()
        engine = self._crawler.engine
        underway = len(engine.downloader.active) if engine is not None else 0
        for name, value in (
            ("urls_in_hand", len(self._session.leases)),
            ("requests_underway", underway),
        ):
            name = f"newscrawl_{name}"
            yield GaugeMetricFamily(name, METRICS[name], value=value)
        name = "newscrawl_last_article_timestamp_seconds"
        last = GaugeMetricFamily(name, METRICS[name], labels=["source"])
        for source, at in self._last_articles().items():
            last.add_metric([source], at)
        yield last
        yield InfoMetricFamily("newscrawl", METRICS["newscrawl_info"], {"version": __version__})

    def _lag(self) -> Metric:
        from prometheus_client.core import HistogramMetricFamily

        name = "newscrawl_event_loop_lag_seconds"
        lag = self._crawler.get_extension(LoopLag)
        counts, total = (list(lag.counts), lag.total) if lag else ([0] * (len(BOUNDS) + 1), 0.0)
        bounds = [*map(str, BOUNDS), "+Inf"]
        buckets = list(zip(bounds, map(float, accumulate(counts)), strict=True))
        family = HistogramMetricFamily(name, METRICS[name])
        family.add_metric([], buckets, total)
        return family

    def _last_articles(self) -> dict[str, float]:
        try:
            self._last = self._session.ledger.store.last_captured()
        except DatabaseError as error:
            # The crawl itself will say more of it; until then, what was known.
            logger.warning("metrics: %s", str(error.orig).partition("\n")[0])
        return self._last


def _counted(stats: dict[str, Any]) -> Iterator[Metric]:
    """The counters that Scrapy's stats keep."""
    from prometheus_client.core import CounterMetricFamily

    for name, stat in (
        ("newscrawl_articles_total", "newscrawl/article"),
        ("newscrawl_requests_total", "downloader/request_count"),
        ("newscrawl_request_failures_total", "downloader/exception_count"),
        ("newscrawl_captured_bytes_total", "newscrawl/captured_bytes"),
    ):
        yield CounterMetricFamily(name, METRICS[name], value=stats.get(stat, 0))
    for name, label, prefix in (
        ("newscrawl_missed_total", "cause", "newscrawl/missed/"),
        ("newscrawl_responses_total", "status", "downloader/response_status_count/"),
        ("newscrawl_robots_total", "what", "newscrawl/robots/"),
    ):
        family = CounterMetricFamily(name, METRICS[name], labels=[label])
        for stat, value in sorted(stats.items()):
            if stat.startswith(prefix):
                family.add_metric([stat.removeprefix(prefix)], value)
        yield family


class CapturedBytes:
    """Counts the bytes of captured answers: `newscrawl/captured_bytes` in the stats."""

    def __init__(self, crawler: Crawler) -> None:
        self._crawler = crawler

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Self:
        counting = cls(crawler)
        crawler.signals.connect(counting.response_downloaded, signals.response_downloaded)
        return counting

    def response_downloaded(self, request: Request) -> None:
        if (capture := request.meta.get("capture")) and self._crawler.stats is not None:
            self._crawler.stats.inc_value("newscrawl/captured_bytes", capture.length)


class Metrics:
    """Listens on `NEWSCRAWL_METRICS_PORT` of `NEWSCRAWL_METRICS_ADDRESS` while the spider is open.

    A port that is taken costs the metrics, and not the crawl: two crawls may have the same settings.
    """

    def __init__(self, crawler: Crawler, address: str, port: int) -> None:
        self._crawler, self._address, self._port = crawler, address, port
        self._server: Any = None

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Self:
        port = crawler.settings.getint("NEWSCRAWL_METRICS_PORT")
        if port < 0:
            raise NotConfigured
        try:
            import prometheus_client  # noqa: F401 -- whether it is there
        except ModuleNotFoundError as error:
            raise NotConfigured(
                "metrics need prometheus_client: pip install 'newscrawl[prometheus]'"
            ) from error
        metrics = cls(crawler, crawler.settings["NEWSCRAWL_METRICS_ADDRESS"], port)
        crawler.signals.connect(metrics.spider_opened, signals.spider_opened)
        crawler.signals.connect(metrics.spider_closed, signals.spider_closed)
        return metrics

    def spider_opened(self) -> None:
        from prometheus_client import CollectorRegistry, ProcessCollector, start_http_server

        # Not the global registry: there may be several crawls in one process, one after the other.
        registry = CollectorRegistry()
        registry.register(Figures(self._crawler))
        ProcessCollector(registry=registry)
        try:
            self._server, _ = start_http_server(self._port, self._address, registry)
        except (OSError, OverflowError) as error:
            logger.error("no metrics: %s port %s: %s", self._address, self._port, error)
        else:
            host, port = self._server.server_address[:2]
            logger.info("metrics at http://%s:%s/metrics", host, port)

    async def spider_closed(self) -> None:
        if self._server is not None:
            # It may be in the middle of an answer.
            await asyncio.to_thread(self._server.shutdown)
            self._server.server_close()
