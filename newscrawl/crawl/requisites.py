"""Which requisites of articles are fetched in this pass, and what becomes of them?

They are pictures, style sheets and fonts, told from a captured page and from the style sheets that it names.
No article waits for them: they have leases of their own, of which few are in hand at a time.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from typing import TYPE_CHECKING

from newscrawl import urls
from newscrawl.causes import REDIRECTS, REQUISITE_KINDS, is_final, names_with, status_cause
from newscrawl.errors import Missed, StorageError
from newscrawl.frontier.requisites import NeededUrl, RequisiteEnd
from newscrawl.items import Page
from newscrawl.processing.pages import read_article
from newscrawl.processing.requisites import needed_by_page, needed_by_style

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from sqlalchemy import Connection

    from newscrawl.addresses import AddressPolicy
    from newscrawl.causes import RequisiteKind, RequisiteLevel
    from newscrawl.crawl.ledger import Ledger
    from newscrawl.crawl.page_reader import PageReader
    from newscrawl.crawl.requisite_policy import RequisitePolicy
    from newscrawl.crawl.selection import Selection
    from newscrawl.crawl.source_rules import SourceRules
    from newscrawl.frontier import Lease
    from newscrawl.frontier.requisites import RequisiteLease
    from newscrawl.items import Article, Capture
    from newscrawl.processing.requisites import Needed

#: Style sheets and redirects, one behind the other.
MAX_DEPTH = 5
#: Ends that are committed together.
BATCH_SIZE = 20
#: Tries of one that could not be had for now.
ATTEMPTS = 3
#: Articles between their reading and their commit whose requisites are remembered; those of any others are
#: read from the capture again.
MAX_REMEMBERED = 500
_TRANSIENT = frozenset(names_with("transient"))


@dataclass(frozen=True, slots=True)
class RequisiteClock:
    """`now` gives seconds since the epoch, `changed` is called when one has ended, `count(name, number)`
    adds to a statistic."""

    now: Callable[[], float]
    changed: Callable[[], None]
    count: Callable[[str, int], None]


class RequisiteQueue:
    """The requisites of one pass."""

    def __init__(
        self,
        ledger: Ledger,
        pages: PageReader,
        rules: SourceRules,
        selection: Selection,
        policy: RequisitePolicy,
        *,
        addresses: AddressPolicy,
        clock: RequisiteClock,
    ) -> None:
        self._ledger, self._pages, self._rules = ledger, pages, rules
        self._selection, self._policy, self._addresses = selection, policy, addresses
        self._now, self._changed, self._count = clock.now, clock.changed, clock.count
        self._table = ledger.frontier.requisites
        self._in_hand: dict[str, RequisiteLease] = {}
        self._ends: list[tuple[str, RequisiteEnd]] = []
        self._captures: list[tuple[str, Capture]] = []
        self._of_host: Counter[str] = Counter()
        #: What pages need that were read of late, by record id; the oldest first.
        self._read_of_late: dict[str, Needed] = {}
        #: Whether some may be due: where none is, the table is not asked.
        self._may_be_due = True

    @property
    def is_idle(self) -> bool:
        """Whether none is in hand."""
        return not self._in_hand

    @property
    def may_be_due(self) -> bool:
        """Whether `take` may return more of them."""
        return self._may_be_due and self.is_wanted

    def level_of(self, lease: Lease | None) -> RequisiteLevel | None:
        """What is fetched for the page of this lease, by its source or by the settings."""
        source = self._rules.source_of(lease) if lease is not None else None
        if source is None or source.requisites is None:
            return self._policy.level
        return None if source.requisites == "no" else source.requisites

    @property
    def is_wanted(self) -> bool:
        """Whether anything is fetched for any source."""
        return self._policy.level is not None or any(
            source.requisites not in (None, "no")
            for source in (*self._rules.sources, *self._rules.others)
        )

    async def read_article(self, page: Page, lease: Lease | None) -> Article:
        """The record of a captured page. Raises Missed.

        Where requisites are fetched for it, they are read with it and remembered for `add_of`.
        """
        level = self.level_of(lease)
        if level is None:
            return await self._pages.read_article(read_article, page)
        most = self._policy.page
        try:
            article, needed = await self._pages.read_with_requisites(
                read_article, page, level=level, most=most
            )
        except Missed as missed:
            if not missed.over_limit:
                raise
            # What the page needs must not cost its record.
            return await self._pages.read_article(read_article, page)
        if needed is not None:
            if len(self._read_of_late) >= MAX_REMEMBERED:
                del self._read_of_late[next(iter(self._read_of_late))]
            self._read_of_late[page.capture.record_id] = needed
        return article

    async def add_of(self, url: str, capture: Capture, lease: Lease | None) -> None:
        """Make known what a captured article needs. Called before the article is committed, so that it is
        done again where a crawl dies in between."""
        level = self.level_of(lease)
        if level is None:
            return
        found = self._read_of_late.pop(capture.record_id, None)
        if found is None:
            call = partial(needed_by_page, level=level, most=self._policy.page)
            try:
                found = await self._pages.read(call, Page(url, capture))
            except Missed:
                return  # a revisit: the page needs what it needed before
        source = lease.source if lease is not None else urls.site(url)
        await self._add(found, source, page=url, depth=0)

    async def take(self) -> list[RequisiteLease]:
        """More of them to fetch; those that were captured of late, or must not be fetched, end here."""
        if not self.may_be_due:
            return []
        room = self._policy.in_hand - len(self._in_hand)
        if room <= 0:
            return []
        while True:
            # Before the question: what ends or is named meanwhile may not be in its answer.
            self._may_be_due = False
            await self._flush()
            leases = await self._ledger.ask(partial(self._lease, room))
            self._may_be_due = self._may_be_due or len(leases) > 0
            self._in_hand |= {lease.key: lease for lease in leases}
            left = [lease for lease in leases if not await self._ended_at_once(lease)]
            # Where all of them have ended, the next ones perhaps have not.
            if left or not leases:
                return left

    async def answered(self, lease: RequisiteLease, page: Page, location: str) -> None:
        """Take an answer: a style sheet names more of them, a redirect names one in its place."""
        capture = page.capture
        self._captures.append((page.url, capture))
        status = capture.status
        if status in REDIRECTS:
            await self._redirected(lease, page, location)
        elif status != 200:
            await self._miss(lease, Missed(status_cause(status), f"status {status}"), status)
        else:
            await self._read(lease, page)
            await self._end(lease, RequisiteEnd(status=status))

    async def failed(self, lease: RequisiteLease, missed: Missed) -> None:
        """Take that there was no answer, or that it was not asked for."""
        await self._miss(lease, missed, None)

    async def close(self) -> None:
        """Commit what has ended, and give back what is in hand."""
        if not (self._ends or self._captures or self._in_hand):
            return
        await self._flush()
        owner = self._ledger.writer_id
        await self._ledger.ask(lambda: self._table.release([owner], now=self._now()))
        self._in_hand.clear()

    def _lease(self, room: int) -> list[RequisiteLease]:
        return self._table.lease(
            owner=self._ledger.writer_id,
            now=self._now(),
            count=room,
            seconds=self._policy.lease_seconds,
            per_host=self._policy.per_host,
            sources=self._selection.sources,
        )

    async def _ended_at_once(self, lease: RequisiteLease) -> bool:
        host = urls.host(lease.url)
        if missed := self._refusal(lease, host):
            await self._miss(lease, missed, None)
            return True
        # A crawl that died may have captured it.
        known = await self._ledger.ask(lambda: self._pages.capture_here(lease.url, None))
        if known is not None and known.status == 200 and self._is_recent(known):
            await self._read(lease, Page(lease.url, known))
            await self._end(lease, RequisiteEnd(status=known.status))
            return True
        self._of_host[host] += 1
        return False

    def _refusal(self, lease: RequisiteLease, host: str) -> Missed | None:
        is_named = host in self._selection.named_hosts
        if not (is_named or self._addresses.allows_url(lease.url)):
            return Missed("private-address", host)
        if self._rules.is_blocked(lease.url, lease.source):
            return Missed("excluded", "its source is paused, disabled or has ended")
        if self._of_host[host] >= self._policy.host:
            return Missed("host-pages", f"{self._policy.host} requisites of {host}")
        return None

    def _is_recent(self, capture: Capture) -> bool:
        captured_at = datetime.fromisoformat(capture.captured_at).timestamp()
        return captured_at > self._now() - self._policy.seconds

    async def _read(self, lease: RequisiteLease, page: Page) -> None:
        if lease.kind != "style" or lease.depth >= MAX_DEPTH:
            return
        number = await self._ledger.ask(lambda: self._table.number_of(lease.page))
        call = partial(needed_by_style, most=max(self._policy.page - number, 0))
        try:
            found = await self._pages.read(call, page)
        except Missed:
            return  # it is no style sheet, or the same as before
        await self._add(found, lease.source, page=lease.page, depth=lease.depth + 1)

    async def _redirected(self, lease: RequisiteLease, page: Page, location: str) -> None:
        target = urls.fetchable(location, page.url) if location else None
        if target is None or lease.depth >= MAX_DEPTH or urls.key(target) == lease.key:
            await self._miss(lease, Missed("redirects", location[:200]), page.capture.status)
            return
        new = NeededUrl(
            target,
            lease.kind,
            lease.source,
            lease.page,
            lease.depth + 1,
            REQUISITE_KINDS.index(lease.kind),
        )
        await self._enter([new])
        await self._end(
            lease, RequisiteEnd("moved", f"now at {target}", status=page.capture.status)
        )

    async def _add(
        self, found: Iterable[tuple[str, RequisiteKind]], source: str, *, page: str, depth: int
    ) -> None:
        await self._enter(
            [
                NeededUrl(url, kind, source, page, depth, REQUISITE_KINDS.index(kind))
                for url, kind in found
            ]
        )

    async def _enter(self, new: list[NeededUrl]) -> None:
        if not new:
            return
        now = self._now()
        due = await self._ledger.ask(
            lambda: self._table.add(new, now=now, again_before=now - self._policy.seconds)
        )
        self._count("newscrawl/requisites/found", due)
        self._may_be_due = self._may_be_due or due > 0

    async def _miss(self, lease: RequisiteLease, missed: Missed, status: int | None) -> None:
        is_passing = missed.cause in _TRANSIENT or (status is not None and not is_final(status))
        again = None
        if is_passing and lease.attempts < ATTEMPTS:
            again = self._now() + self._policy.retry_seconds * 2 ** (lease.attempts - 1)
        self._count(f"newscrawl/requisites/missed/{missed.cause}", 1)
        await self._end(lease, RequisiteEnd(missed.cause, missed.detail, status, again))

    async def _end(self, lease: RequisiteLease, end: RequisiteEnd) -> None:
        if end.cause is None:
            self._count("newscrawl/requisites/fetched", 1)
        self._ends.append((lease.key, end))
        if len(self._ends) >= BATCH_SIZE:
            await self._flush()
        self._in_hand.pop(lease.key, None)
        self._may_be_due = True
        self._changed()

    async def _flush(self) -> None:
        """Commit what has ended, with its captures."""
        ends, self._ends = self._ends, []
        captures, self._captures = self._captures, []
        if not (ends or captures):
            return

        def enter(connection: Connection) -> None:
            self._ledger.store.add_captures_within(connection, captures)

        try:
            await self._ledger.ask(lambda: self._table.settle(ends, now=self._now(), enter=enter))
        except StorageError:
            self._ends, self._captures = [*ends, *self._ends], [*captures, *self._captures]
            raise
