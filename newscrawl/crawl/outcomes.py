"""How does a URL end, and what follows from that for its next try, what stands in its place, its variants?"""

from __future__ import annotations

from collections import Counter
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from newscrawl import urls
from newscrawl.crawl import announcements
from newscrawl.crawl.retry import may_pass, next_try
from newscrawl.errors import Missed
from newscrawl.frontier import Outcome
from newscrawl.items import Page
from newscrawl.processing.validate import leads

if TYPE_CHECKING:
    import asyncio
    from collections.abc import Callable, Mapping

    from newscrawl.crawl.backlog import Backlog
    from newscrawl.crawl.ledger import Entry, Ledger
    from newscrawl.crawl.recrawl import RecrawlPolicy
    from newscrawl.frontier import Lease
    from newscrawl.items import Article, Capture

#: Causes that mean of an article that it was taken down.
_GONE = frozenset({"http-404", "http-410"})
#: Links that may lead to a URL, without the redirects and canonical addresses behind the last one.
_LONGEST_WAY = 5


class Ends:
    """The ends of one pass. `leased` loses what ends; `changed` is set whenever something has.

    `articles` and `missed` count what ended, `busy` what has and of which it is being found out what
    follows. `held` says until when hosts want to be left alone.
    """

    def __init__(
        self,
        ledger: Ledger,
        at_hand: Backlog,
        *,
        leased: dict[str, Lease],
        held: Mapping[str, float],
        changed: asyncio.Event,
        timetable: RecrawlPolicy,
        now: Callable[[], float],
        began: float,
        count: Callable[[str], None],
        retry_seconds: float,
        attempts: int,
        redirects: int,
    ) -> None:
        self.articles = self.busy = 0
        self.missed: Counter[str] = Counter()
        self._ledger, self._at_hand, self._leased, self._held = ledger, at_hand, leased, held
        self._changed, self._timetable, self._now, self._count = changed, timetable, now, count
        self._began = began
        self._retry_seconds, self._attempts = retry_seconds, attempts
        self._redirects = redirects

    async def settle(
        self, url: str, outcome: Outcome, article: Article | None = None
    ) -> Entry | None:
        """Commit how a URL ended; on return it is safe. None for a URL that is not in hand."""
        lease = self._leased.get(urls.key(url))
        capture = outcome.capture
        is_due = capture is not None and self._at_hand.is_due(capture)
        if lease is None and article is None and not is_due:
            return None
        known = self._known(url)
        source = known.source if known else urls.site(url)
        entry = await self._ledger.settle(url, source, outcome, article)
        self._leased.pop(urls.key(url), None)
        self._changed.set()
        return entry

    async def store(self, article: Article) -> Entry | None:
        """Commit an article. Its entry has no article if the archive has the same text already."""
        assert article.capture is not None and article.url is not None
        known = self._known(article.url)
        again = self._timetable.after_article(known, now=self._now()) if known else None
        outcome = self.outcome("article", capture=article.capture, again_at=again)
        entry = await self.settle(article.url, outcome, article)
        self._end_reading(article.url, article.capture)
        if entry is not None and entry.article is not None:
            self.articles += 1
            self._count("newscrawl/article")
        return entry

    def passed_over(self, number: int, cause: str) -> None:
        """Count URLs that no line can be kept of."""
        self.missed[cause] += number
        for _ in range(number):
            self._count(f"newscrawl/missed/{cause}")

    async def miss(self, url: str, missed: Missed, capture: Capture | None) -> None:
        """Commit a miss. One that may pass is due again later, up to the number of attempts."""
        lease = self._leased.get(urls.key(url))
        passing = may_pass(missed, capture.status if capture else None)
        if lease is None and passing:
            # Left by a dead crawl, which would have tried again: so does this one.
            self._leave_due(url, capture)
            return
        if missed.cause == "unchanged":
            missed = await self._ledger.missed_before(url) or missed
        again = self._next_try(lease) if lease and passing else None
        is_retry = again is not None
        if lease is not None and lease.first_at is not None and missed.cause in _GONE:
            missed = Missed(missed.cause, f"{missed.detail}; it was an article before")
        if missed.cause == "duplicate" and lease is not None:
            missed = await self._add_in_its_place(missed.detail, lease) or missed
        self.missed[missed.cause] += 1
        self._count(f"newscrawl/missed/{missed.cause}")
        kind = "article" if missed.cause == "unchanged" else "miss"
        cause = None if kind == "article" else missed.cause
        known = self._known(url)
        if known is not None and again is None:
            again = self._look_again(known, cause, may_pass=passing or cause == "robots")
        outcome = self.outcome(
            kind,
            capture=capture,
            cause=cause,
            detail=missed.detail or None,
            again_at=again,
            is_retry=is_retry,
        )
        self.busy += 1
        try:
            entry = await self.settle(url, outcome)
            if entry is not None and outcome.kind == "miss" and not is_retry:
                await self._take_up(url, missed, capture)
        finally:
            self.busy -= 1
            self._end_reading(url, capture)

    async def moved(self, lease: Lease, page: Page, target: str) -> None:
        """Commit that a URL redirects to another one, which takes its place."""
        missed = await self._add_in_its_place(target, lease) or Missed("moved", target)
        await self.miss(page.url, missed, page.capture)

    async def _add_in_its_place(self, target: str, lease: Lease) -> Missed | None:
        """Add the URL that stands for this one; a miss if that has gone on for too long."""
        if lease.depth >= _LONGEST_WAY + self._redirects:
            return Missed("redirects", f"now to {target}")
        waits = self._timetable.has(lease)
        again_before = self._now() if waits else self._began
        await self._ledger.add(
            [announcements.in_its_place(target, lease, again_before=again_before, waits=waits)]
        )
        return None

    def _look_again(self, lease: Lease, cause: str | None, *, may_pass: bool) -> float | None:
        if cause is None:
            return self._timetable.after_article(lease, now=self._now())
        return self._timetable.after_miss(lease, may_pass=may_pass, now=self._now())

    def _next_try(self, lease: Lease) -> float | None:
        tries = lease.attempts + 1
        if tries >= self._attempts:
            return None
        held = self._held.get(urls.host(lease.url))
        return next_try(tries, now=self._now(), first_wait=self._retry_seconds, held_until=held)

    def outcome(self, kind: str, *, capture: Capture | None, **more: Any) -> Outcome:
        """An outcome as it is seen now."""
        seen_at = datetime.fromtimestamp(self._now(), UTC).isoformat(timespec="seconds")
        status = capture.status if capture else None
        return Outcome(kind, status=status, seen_at=seen_at, capture=capture, **more)

    def _known(self, url: str) -> Lease | None:
        """What is known of a URL that is in hand, or whose captured page is being read."""
        return self._leased.get(urls.key(url)) or self._at_hand.known(url)

    def _end_reading(self, url: str, capture: Capture | None) -> None:
        if capture is not None:
            self._at_hand.end(url, capture)
        self._changed.set()

    def _leave_due(self, url: str, capture: Capture | None) -> None:
        if capture is not None:
            self._ledger.note(url, capture)
        self._end_reading(url, capture)

    async def _take_up(self, url: str, missed: Missed, capture: Capture | None) -> None:
        """Read again what was passed over for an article that, as it turns out, is not there."""
        pages = []
        if missed.cause != "duplicate":
            pages = await self._ledger.duplicates_of(url)
        elif capture is not None:
            pages = await self._passed_over_in_vain(Page(url, capture), missed.detail)
        self.missed["duplicate"] -= self._at_hand.add(pages)

    async def _passed_over_in_vain(self, variant: Page, original: str) -> list[Page]:
        """This page, or of two that name each other the one that leads, once both have ended."""
        if await self._ledger.has_no_article(original, variant=variant.url):
            return [variant]
        mutual = [
            p for p in await self._ledger.duplicates_of(variant.url) if leads(p.url, variant.url)
        ]
        return [page for page in mutual if urls.key(page.url) == urls.key(original)]
