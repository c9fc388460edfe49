"""One pass over what is due: which URLs are in hand, and the books they are entered in."""

from __future__ import annotations

import asyncio
import logging
import os
from contextlib import suppress
from dataclasses import replace
from functools import partial
from math import inf
from typing import TYPE_CHECKING, Any, TypeVar
from urllib.parse import urlsplit

from newscrawl import urls
from newscrawl.addresses import AddressPolicy, reach
from newscrawl.crawl import announcements
from newscrawl.crawl.announcements import SECTIONS_MAX
from newscrawl.crawl.backlog import Backlog
from newscrawl.crawl.date_range import Dates
from newscrawl.crawl.host_quota import HostQuota
from newscrawl.crawl.ledger import Ledger
from newscrawl.crawl.outcomes import Ends
from newscrawl.crawl.recrawl import RecrawlPolicy, by_time
from newscrawl.crawl.source_rules import SourceRules
from newscrawl.database.engine import open_database
from newscrawl.errors import ArchiveError, CaptureNotFound, Missed, StorageError
from newscrawl.frontier import SqlFrontier
from newscrawl.items import Page
from newscrawl.processing.limits import LIMITS, Limits
from newscrawl.processing.pages import validators
from newscrawl.processing.workers import Workers
from newscrawl.store import Store
from newscrawl.wire.clock import Clock
from newscrawl.wire.offline import OfflineNetwork, is_offline
from newscrawl.wire.recorder import Recorder

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterable
    from typing import Self

    from scrapy.crawler import Crawler

    from newscrawl.discovery import Discovery, Link
    from newscrawl.frontier import Lease
    from newscrawl.items import Article

logger = logging.getLogger(__name__)

T = TypeVar("T")

#: Leases in hand for each request that may be running: what waits behind a slow host is not idle.
_AHEAD = 2
#: Seconds that a crawl with nothing else to do waits for a host.
_LONGEST_REST = 60
_SHORTEST_REST = 0.5


class Run:
    """The state of one pass. `leased` holds, by key, the URLs that have not ended yet."""

    def __init__(
        self,
        ledger: Ledger,
        workers: Workers,
        *,
        clock: Clock,
        in_hand: int,
        retry_seconds: float,
        attempts: int,
        trust_seconds: float,
        count: Callable[[str], None],
        per_host: int = 8,
        papers: SourceRules | None = None,
        now_all: bool = False,
        dates: Dates = Dates(),  # noqa: B008 - frozen
        reads: bool = True,
        reach: AddressPolicy | None = None,
        limits: Limits = LIMITS,
        crowds: HostQuota | None = None,
        redirects: int = 10,
    ) -> None:
        self.ledger, self.workers = ledger, workers
        self.leased: dict[str, Lease] = {}
        self.began = clock.now()
        self.closed = False
        self.asked_for: list[str] = []
        #: Records with a higher running number are of this run, or of one beside it.
        self.first_number = ledger.store.last_number()
        self._clock, self._now, self._in_hand = clock, clock.now, in_hand
        self._trust_seconds = trust_seconds
        self._per_host = per_host
        #: Hosts that asked to be left alone, and until when.
        self._held: dict[str, float] = {}
        self._papers = papers or SourceRules()
        self._timetable = RecrawlPolicy(self._papers)
        self._now_all, self._dates = now_all, dates
        self._reach, self._limits = reach or AddressPolicy(), limits
        self._crowds, self.redirects = crowds or HostQuota(), redirects
        self._sources: Collection[str] | None = None
        self._named_hosts: set[str] = set()
        self._named_sites: set[str] = set()
        self._changed = asyncio.Event()
        self.at_hand = Backlog(ledger, reads=reads)
        self.ends = Ends(
            ledger,
            self.at_hand,
            leased=self.leased,
            held=self._held,
            changed=self._changed,
            timetable=self._timetable,
            now=clock.now,
            began=self.began,
            count=count,
            retry_seconds=retry_seconds,
            attempts=attempts,
            redirects=redirects,
        )
        #: What ended this run before its time.
        self.fault: StorageError | None = None

    @classmethod
    def from_crawler(cls, crawler: Crawler, papers: SourceRules | None = None, **more: Any) -> Self:
        settings = crawler.settings
        recorder = Recorder.for_crawler(crawler)
        clock = Clock.for_crawler(crawler)
        engine = open_database(settings["NEWSCRAWL_DATABASE"] or recorder.layout.database)
        store = Store(engine)
        if is_offline(settings):
            # What these files hold is not left over from a crawl: it is what there is to be fetched.
            store.mark_settled(OfflineNetwork.for_crawler(crawler).files)
        ledger = Ledger(
            recorder,
            store,
            SqlFrontier(engine),
            now=clock.now,
            lease_seconds=settings.getfloat("NEWSCRAWL_LEASE_SECONDS"),
            sync=settings["NEWSCRAWL_FSYNC"] != "close",
            gap_of=lambda host: _gap(crawler, host),
        )
        workers = Workers(
            settings.getint("NEWSCRAWL_WORKERS") or os.cpu_count() or 1,
            seconds=settings.getfloat("NEWSCRAWL_PAGE_SECONDS"),
            memory=settings.getint("NEWSCRAWL_WORKER_BYTES"),
            extracts=settings.getbool("NEWSCRAWL_EXTRACT"),
            network=recorder.layout.has_remote_files(),
        )
        return cls(
            ledger,
            workers,
            clock=clock,
            in_hand=_AHEAD * settings.getint("CONCURRENT_REQUESTS"),
            retry_seconds=settings.getfloat("NEWSCRAWL_RETRY_SECONDS"),
            attempts=settings.getint("NEWSCRAWL_ATTEMPTS"),
            trust_seconds=settings.getfloat("NEWSCRAWL_TRUST_SECONDS"),
            # Scrapy makes the stats after the spider.
            count=lambda name: crawler.stats.inc_value(name),
            per_host=_AHEAD * settings.getint("CONCURRENT_REQUESTS_PER_DOMAIN"),
            papers=papers,
            reads=settings.getbool("NEWSCRAWL_EXTRACT"),
            reach=reach(settings.getlist("NEWSCRAWL_ALLOWED_NETWORKS")),
            limits=Limits.of(settings),
            crowds=HostQuota(
                queue=settings.getint("NEWSCRAWL_HOST_QUEUE"),
                pages=settings.getint("NEWSCRAWL_HOST_PAGES"),
            ),
            redirects=settings.getint("NEWSCRAWL_REDIRECTS"),
            **more,
        )

    async def read(self, call: Callable[..., T], page: Page) -> T:
        """What `call` makes of a captured page, in a worker process. Raises Missed, and StorageError if
        somebody took away what this crawl has written."""
        warc = self.ledger.layout.warcs / page.capture.warc
        try:
            return await self.workers.run(partial(call, limits=self._limits), str(warc), page)
        except ArchiveError as error:
            if isinstance(error, CaptureNotFound) and self.ledger.wrote(page.capture):
                raise StorageError(f"{warc}: is gone while the crawl runs") from error
            raise Missed("extraction-failed", str(error)) from error

    async def open(self, named: list[str]) -> None:
        """Recover, then make due what was named by URL; of sources, or if nothing was named, what has
        no time at which it is due."""
        recovery = await self.ledger.open()
        for line in recovery.lines():
            logger.warning("%s", line)
        self.at_hand.recover(recovery.pages)
        known = await self.ledger.seeds()
        self._named_hosts = {urls.host(url) for url in (*known, *named)}
        self._named_sites = {urls.site(url) for url in named}
        self.asked_for = named if named or self._papers.are_given else known
        await self.ledger.add(
            announcements.seeds(self.asked_for, now=self.began, waits=not (named or self._now_all))
        )
        await self.open_papers()

    async def open_papers(self) -> None:
        """Make due what the sources name, and what their patterns and dates left out and no longer do."""
        papers, now = self._papers, self._now()
        self._named_hosts |= {urls.host(url) for url in papers.urls}
        labels = self._named_sites | papers.labels
        # All of them, if nothing was asked for; not if no source is in force today.
        self._sources = labels if labels or papers.are_given else None
        await self.ledger.add(papers.seeds(now=now, waits=not self._now_all))
        if papers.sources:
            # Patterns change, and feeds that have not changed announce nothing.
            left_out = await self.ledger.missed_for("excluded", but=lambda _: True)
            await self.ledger.add(papers.again(left_out, now=now))
        # Another archive may have it, or the network itself.
        absent = await self.ledger.missed_for("not-in-archive", but=lambda _: True)
        await self.ledger.add([replace(url, again_before=now) for url in absent])
        in_range = await self.ledger.missed_for("out-of-range", but=self._dates.have)
        await self.ledger.add([replace(url, again_before=now) for url in in_range])

    @property
    def ended(self) -> bool:
        """Whether nothing is in hand."""
        return not (self.leased or self.ends.busy) and self.at_hand.is_empty

    async def lease(self, wanted: int | None) -> list[Lease]:
        """More URLs to fetch, at most `wanted`; those that must not be fetched end here as misses."""
        while not self.at_hand.is_reading:
            room = self._in_hand - len(self.leased)
            count = room if wanted is None else min(room, wanted)
            await self.ledger.renew()
            leases = await self._leases(count) if count > 0 else []
            self.leased |= {lease.key: lease for lease in leases}
            refused = {each.key: (each.url, why) for each in leases if (why := self._refused(each))}
            # All at once, so that they share one commit: patterns may leave out most of a sitemap.
            await asyncio.gather(*(self.ends.miss(url, why, None) for url, why in refused.values()))
            # Where none of them may be fetched, the next ones perhaps may.
            if not leases or len(refused) < len(leases):
                return [lease for lease in leases if lease.key not in refused]
        return []

    async def _leases(self, count: int) -> list[Lease]:
        leases = await self.ledger.lease(count, self._sources, per_host=self._per_host)
        # A lease that ran out while its URL is still in hand is the old one.
        return [lease for lease in leases if lease.key not in self.leased]

    def may_be_private(self, url: str) -> bool:
        """Whether the host was named by the user, and so may live anywhere."""
        return urls.host(url) in self._named_hosts

    def _refused(self, lease: Lease) -> Missed | None:
        """Why this URL must not be fetched."""
        if not (self._reach.url(lease.url) or self.may_be_private(lease.url)):
            return Missed("private-address", urls.host(lease.url))
        kept_away = self._papers.left_out(lease) or self._dates.left_out(lease)
        return kept_away or self._crowds.refused(lease, now=self._now())

    async def validators(self, lease: Lease) -> dict[str, str]:
        """Headers that let the server answer 304, from its own last answer as it lies in the WARC.

        Empty where there is none of the last day: some servers answer 304 for ever.
        """
        if await self.ledger.last_end(lease.url) not in ("links", "article"):
            return {}  # whatever came, it was not read to its end
        whole_at = await self.ledger.whole_at(lease.url)
        if whole_at is None or self._now() - whole_at > self._trust_seconds:
            return {}
        if (last := await self.last_answer(lease.url)) is None:
            return {}
        try:
            warc = self.ledger.layout.warcs / last.capture.warc
            return await self.workers.run(validators, str(warc), last)
        except (Missed, ArchiveError) as error:
            logger.info(
                "%s is fetched whole: its last capture cannot be read: %s", lease.url, error
            )
            return {}

    async def last_answer(self, url: str) -> Page | None:
        """The capture with the bytes that this URL had last; None if it never had any."""
        capture = await self.ledger.last_capture(url)
        return Page(url, capture) if capture else None

    async def stands_alone(self, article: Article, original: str) -> bool:
        """Whether a variant is recorded itself, since its original holds no article."""
        return await self.ledger.has_no_article(original, variant=article.url or "")

    async def hold(self, url: str, until: float) -> None:
        """Ask nothing more of the URL's host until then."""
        self._held[urls.host(url)] = until
        await self.ledger.hold(urls.host(url), until)

    async def rested(self, wanted: int | None) -> bool:
        """Wait for a host that rests between two crawls; False if none is free again soon."""
        if self.closed or (wanted is not None and wanted <= 0):
            return False
        at, now = await self.ledger.free_at(self._sources), self._now()
        if at is None or at > now + _LONGEST_REST:
            return False
        with suppress(TimeoutError):
            await asyncio.wait_for(self.change(), max(at - now, 0.05))
        return True

    async def until_due(self) -> bool:
        """Wait until some URL has ended, or is due; False after a minute: others add URLs, too."""
        now = self._now()
        if self.ended:
            await self.ledger.settle_files()
        has_room = len(self.leased) < self._in_hand and not self.at_hand.is_reading
        due = await self.ledger.next_due(self._sources) if has_room else None
        until = min(due if due is not None else inf, now + _LONGEST_REST)
        # What is due now and was not leased is another crawl's, or waits behind what is in hand.
        await self._clock.wait(max(until, now + _SHORTEST_REST), self._changed)
        has_changed = self._changed.is_set()
        self._changed.clear()
        return has_changed or until == due

    def next_due(self) -> float | None:
        """When something of this run is due, once the run has ended; None if nothing waits."""
        return self.ledger.frontier.next_due(now=self._now(), sources=self._sources)

    async def change(self) -> None:
        """Wait until some URL has ended."""
        await self._changed.wait()
        self._changed.clear()

    async def announce(
        self, links: Iterable[Link], lease: Lease, url: str, *, kind: str
    ) -> tuple[int, int]:
        """Tell the frontier what the answer at `url`, which is of this kind, announces.

        Returns how many URLs became due, and how many are left out: there are too many of their host.
        """
        now, waits = self._now(), self._timetable.has(lease)
        new = announcements.announced(
            links,
            lease,
            url=url,
            kind=kind,
            now=now,
            again_before=now if waits else self.began,
            waits=waits,
        )
        due = left_out = 0
        for host, (admitted, others) in self._crowds.admitted(new, now=now).items():
            became = await self.ledger.add(admitted)
            self._crowds.took_on(host, became)
            due, left_out = due + became, left_out + others
        return due, left_out

    async def poll(
        self, lease: Lease, page: Page, found: Discovery, *, asked: float | None
    ) -> None:
        """Announce what a feed, sitemap or front page links to, and commit that it was read.

        `asked` is how long its server asks to wait until the next time.
        """
        timed, untimed = by_time([link for link in found.links if link.kind != "section"])
        _, left_out = await self.announce(timed, lease, page.url, kind=found.kind)
        new, others = await self.announce(untimed, lease, page.url, kind=found.kind)
        if lease.kind == "seed" and self._timetable.has(lease):
            await self._announce_sections(lease, page.url, found)
        self.ends.passed_over(found.too_long, "url-too-long")
        if not found.links:
            await self.ends.miss(page.url, Missed("no-links", f"empty {found.kind}"), page.capture)
            return
        again, rhythm = self._timetable.after_poll(lease, found, new, asked=asked, now=self._now())
        said = list(found.faults[:3])
        if left_out + others:
            said.insert(0, f"{left_out + others} left out: too many of one host")
        outcome = self.ends.outcome(
            "links",
            capture=page.capture,
            detail="; ".join(said) or None,
            again_at=again,
            rhythm=rhythm,
        )
        await self.ends.settle(page.url, outcome)

    async def _announce_sections(self, lease: Lease, url: str, found: Discovery) -> None:
        """Follow the sections of a home page, where its source has no feed and no sitemap that helps."""
        sections = [link for link in found.links if link.kind == "section"]
        if not sections or await self.ledger.has_lists(lease.source):
            return
        articles = await self.ledger.articles_among(link.url for link in sections)
        sections = [link for link in sections if link.url not in articles]
        await self.announce(sections[:SECTIONS_MAX], lease, url, kind=found.kind)

    def stop(self, error: StorageError) -> None:
        """Note, and say once, that the archive cannot be written; whoever calls closes the spider."""
        if self.fault is None:
            self.fault = error
            logger.error("%s", error)

    async def close(self) -> None:
        """Give back what is in hand and finish the books."""
        self.closed = True
        self.workers.close()
        try:
            await self.ledger.close(finished=self.ended)
        except StorageError as error:
            self.stop(error)


def _gap(crawler: Crawler, host: str) -> float:
    """Seconds between two requests to a host, as they are now."""
    name = urlsplit(f"//{host}").hostname or host
    slot = crawler.engine.downloader.slots.get(name) if crawler.engine else None
    return slot.delay if slot else crawler.settings.getfloat("DOWNLOAD_DELAY")
