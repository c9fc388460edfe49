"""Puts one crawl together: reads the settings, makes the session, and hands it to Scrapy's components, typed.

It stands below spiders, pipelines, middlewares and extensions, so that these need not know each other.
"""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from scrapy import signals
from sqlalchemy.exc import DatabaseError

from newscrawl.addresses import address_policy
from newscrawl.causes import RENDER_RULES, REQUISITE_LEVELS
from newscrawl.collection.commit import Collection
from newscrawl.components import require_capture, require_components, require_stages
from newscrawl.crawl.date_range import DateRange
from newscrawl.crawl.ledger import Ledger
from newscrawl.crawl.list_quota import ListBounds
from newscrawl.crawl.requisite_policy import RequisitePolicy
from newscrawl.crawl.rules_file import RulesFile
from newscrawl.crawl.selection import Scope
from newscrawl.crawl.session import CrawlSession, Pacing
from newscrawl.crawl.source_rules import SourceRules
from newscrawl.crawl.url_filter import NO_FILTER
from newscrawl.database.engine import open_database
from newscrawl.errors import StorageError, UsageError
from newscrawl.frontier import SqlFrontier
from newscrawl.processing.limits import Limits
from newscrawl.processing.workers import Workers
from newscrawl.rules import locate
from newscrawl.store import Store
from newscrawl.warc.record_builder import RefersTo
from newscrawl.wire.extension import wire_of

if TYPE_CHECKING:
    from datetime import datetime
    from typing import Self

    from scrapy import Request
    from scrapy.crawler import Crawler
    from scrapy.http import Response
    from scrapy.settings import BaseSettings

    from newscrawl.crawl.sources_file import SourcesFile

#: Scrapy signal: the sources of a crawl, their rates or pauses have changed while it runs; sent with `rules`.
sources_changed = object()
#: Leases for each request that may be running: what waits behind a slow host is not idle.
LEASES_PER_REQUEST = 2


class Assembly:
    """The session of one crawler, as an extension: made on first use, opened and closed with the spider."""

    def __init__(self, crawler: Crawler) -> None:
        self._crawler = crawler
        self._session: CrawlSession | None = None

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Self:
        """Raises UsageError for components that a crawl cannot work with."""
        require_components(crawler.settings)
        require_capture(crawler.settings)
        if getattr(crawler.spidercls, "leases_urls", False):
            require_stages(crawler.settings)
        assembly = cls(crawler)
        for handler, signal in (
            (assembly.spider_opened, signals.spider_opened),
            (assembly.response_downloaded, signals.response_downloaded),
            (assembly.spider_closed, signals.spider_closed),
        ):
            crawler.signals.connect(handler, signal)
        return assembly

    @property
    def session(self) -> CrawlSession:
        if self._session is None:
            self._session = _session(self._crawler)
        return self._session

    async def spider_opened(self) -> None:
        """Recover what dead crawls left, before anything is asked for."""
        if not getattr(self._crawler.spider, "has_session", True):
            return
        try:
            await self.session.recover()
        except StorageError as error:
            self.session.stop(error)

    def response_downloaded(self, response: Response, request: Request) -> None:
        """Note captures that no outcome of a URL will name, and where those of other spiders lie."""
        capture = request.meta.get("capture")
        if self._session is None or not capture:
            return
        if response.status != 200 or "lease" not in request.meta:
            self._session.ledger.note(response.url, capture)
        if "lease" not in request.meta:
            self._session.captures.add(response.url, capture)

    async def spider_closed(self) -> None:
        if self._session is not None:
            await self._session.close()
            if dear := self._session.pages.costs.stats():
                self._crawler.stats.set_value("newscrawl/dear_pages", dear)


def session_of(crawler: Crawler) -> CrawlSession:
    """The session of this crawler. Raises UsageError where its settings have switched it off."""
    assembly = crawler.get_extension(Assembly)
    if assembly is None:
        raise UsageError("EXTENSIONS_BASE: newscrawl.assembly.Assembly may not be left out")
    return assembly.session


def limits_of(settings: BaseSettings) -> Limits:
    """What reading one capture may cost."""
    return Limits.from_settings(settings)


def workers_of(settings: BaseSettings, *, network: bool = False) -> Workers:
    """The processes that read pages; with `network` they may read files that lie elsewhere."""
    return Workers(
        settings.getint("NEWSCRAWL_WORKERS") or os.cpu_count() or 1,
        seconds=settings.getfloat("NEWSCRAWL_PAGE_SECONDS"),
        memory=settings.getint("NEWSCRAWL_WORKER_BYTES"),
        extracts=settings.getbool("NEWSCRAWL_EXTRACT"),
        network=network,
        preload=settings["NEWSCRAWL_WORKER_PRELOAD"] or "",
    )


def _session(crawler: Crawler) -> CrawlSession:
    settings, wire = crawler.settings, wire_of(crawler)
    spider: Any = crawler.spider
    collection = _collection(crawler)
    ledger = Ledger(
        collection,
        wire.recorder,
        now=wire.clock.now,
        sync=settings["NEWSCRAWL_FSYNC"] != "close",
        gap_of=lambda host: _gap(crawler, host),
        patience=settings.getfloat("NEWSCRAWL_DATABASE_SECONDS"),
        notes=wire.offline is None,
    )
    session = CrawlSession(
        ledger,
        wire.recorder,
        workers_of(settings, network=_has_remote_files(crawler)),
        clock=wire.clock,
        rules=getattr(spider, "rules", None) or SourceRules(),
        pacing=_pacing(settings),
        scope=_scope(settings, spider, now=wire.clock.utc()),
        count=crawler.stats.inc_value,
    )
    if wire.offline is None and _has_browser(settings):
        from newscrawl.rendering import renderings_of

        session.renderings = renderings_of(crawler, session)
    wire.recorder.more_info = lambda: _request_info(spider)
    wire.recorder.find_original = lambda url, digest: _original(session, url, digest)
    return session


def _has_remote_files(crawler: Crawler) -> bool:
    """Whether files of the archive lie elsewhere, or may do so before the crawl ends."""
    layout = wire_of(crawler).recorder.layout
    return layout.has_remote_files() or bool(crawler.settings["NEWSCRAWL_STORE"])


def _collection(crawler: Crawler) -> Collection:
    wire = wire_of(crawler)
    layout = wire.recorder.layout
    engine = open_database(crawler.settings["NEWSCRAWL_DATABASE"] or layout.database)
    collection = Collection(layout, Store(engine), SqlFrontier(engine))
    if wire.offline is not None:
        # What these files hold is not left over from a crawl: it is what there is to be fetched.
        collection.store.mark_settled(wire.offline.files)
    return collection


def _pacing(settings: BaseSettings) -> Pacing:
    return Pacing(
        urls=LEASES_PER_REQUEST * settings.getint("CONCURRENT_REQUESTS"),
        per_host=LEASES_PER_REQUEST * settings.getint("CONCURRENT_REQUESTS_PER_DOMAIN"),
        lease_seconds=settings.getfloat("NEWSCRAWL_LEASE_SECONDS"),
        retry_seconds=settings.getfloat("NEWSCRAWL_RETRY_SECONDS"),
        attempts=settings.getint("NEWSCRAWL_ATTEMPTS"),
    )


def _scope(settings: BaseSettings, spider: Any, *, now: datetime) -> Scope:
    return Scope(
        dates=DateRange.named(getattr(spider, "since", ""), getattr(spider, "until", ""), now=now),
        filter=getattr(spider, "url_filter", None) or NO_FILTER,
        poll_all=getattr(spider, "poll_all", False),
        only_named=getattr(spider, "only_named", False),
        addresses=address_policy(settings.getlist("NEWSCRAWL_ALLOWED_NETWORKS")),
        queue=settings.getint("NEWSCRAWL_HOST_QUEUE"),
        pages=settings.getint("NEWSCRAWL_HOST_PAGES"),
        redirects=settings.getint("NEWSCRAWL_REDIRECTS"),
        reads=settings.getbool("NEWSCRAWL_EXTRACT"),
        max_age=settings.getfloat("NEWSCRAWL_TRUST_SECONDS"),
        limits=limits_of(settings),
        lists=ListBounds(
            files=settings.getint("NEWSCRAWL_LIST_FILES"),
            depth=settings.getint("NEWSCRAWL_LIST_DEPTH"),
            entries=settings.getint("NEWSCRAWL_LIST_LINKS"),
            size=settings.getint("NEWSCRAWL_LIST_TOTAL_BYTES"),
            seconds=settings.getfloat("NEWSCRAWL_LIST_SECONDS"),
        ),
        site_rules=_site_rules(settings, spider),
        requisites=_requisites(settings),
    )


def _has_browser(settings: BaseSettings) -> bool:
    """Whether a browser draws pages. Raises UsageError for a rule that there is not, or that needs one."""
    rule, browser = settings["NEWSCRAWL_RENDER"], settings["NEWSCRAWL_BROWSER"]
    if rule not in RENDER_RULES:
        raise UsageError(f"NEWSCRAWL_RENDER: {rule!r} is none of {', '.join(RENDER_RULES)}")
    if rule == "always" and not browser:
        raise UsageError("NEWSCRAWL_RENDER: 'always' needs a browser: set NEWSCRAWL_BROWSER")
    return bool(browser)


def _requisites(settings: BaseSettings) -> RequisitePolicy:
    level = settings["NEWSCRAWL_REQUISITES"] or None
    if level is not None and level not in REQUISITE_LEVELS:
        raise UsageError(
            f"NEWSCRAWL_REQUISITES: {level!r} is none of {', '.join(REQUISITE_LEVELS)}"
        )
    return RequisitePolicy(
        level,
        # Most requests that may be running are left to pages.
        in_hand=max(settings.getint("CONCURRENT_REQUESTS") // 4, 1),
        per_host=max(settings.getint("CONCURRENT_REQUESTS_PER_DOMAIN") // 2, 1),
        page=settings.getint("NEWSCRAWL_REQUISITE_PAGE"),
        host=settings.getint("NEWSCRAWL_REQUISITE_HOST"),
        seconds=settings.getfloat("NEWSCRAWL_REQUISITE_SECONDS"),
        retry_seconds=settings.getfloat("NEWSCRAWL_RETRY_SECONDS"),
        lease_seconds=settings.getfloat("NEWSCRAWL_LEASE_SECONDS"),
    )


def _site_rules(settings: BaseSettings, spider: Any) -> RulesFile:
    """The rules that the setting names, or those beside the file of sources."""
    file = getattr(spider, "file", None)
    sources = file.path if file is not None else settings["NEWSCRAWL_SOURCES"]
    return RulesFile(locate(settings["NEWSCRAWL_RULES"], sources))


def _original(session: CrawlSession, url: str, digest: str | None) -> RefersTo | None:
    """The capture that a new one with this payload digest is a revisit of: the last one, if it has the same.

    Bytes that come back after others are written whole, so that the record made of them points at them.
    """
    try:
        capture = session.pages.capture_here(url, None)
    except DatabaseError:
        # A capture need not wait for the database: it is written whole, and not as a revisit.
        return None
    if capture and digest is not None and capture.payload_digest != digest:
        return None
    return RefersTo(capture.record_id, url, capture.captured_at) if capture else None


def _request_info(spider: Any) -> tuple[tuple[str, str], ...]:
    """The sources whose requests carry something, and what, without its value, for the warcinfo record."""
    file: SourcesFile | None = getattr(spider, "file", None)
    found = file.requests if file is not None else ()
    return tuple(("source-requests", f"{each.name}: {each.described}") for each in found)


def _gap(crawler: Crawler, host: str) -> float:
    """Seconds between two requests to a host, as they are now."""
    name = urlsplit(f"//{host}").hostname or host
    slot = crawler.engine.downloader.slots.get(name) if crawler.engine else None
    return slot.delay if slot else crawler.settings.getfloat("DOWNLOAD_DELAY")
