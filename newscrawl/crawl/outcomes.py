"""How does a URL end, and what follows from that: its next try, the URL in its place, its variants?"""

from __future__ import annotations

from collections import Counter
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from newscrawl import urls
from newscrawl.causes import CAUSES
from newscrawl.collection.results import Result
from newscrawl.crawl import announcements
from newscrawl.crawl.retry import is_transient
from newscrawl.discovery import told_apart_by_query
from newscrawl.edits.look import absence_of
from newscrawl.edits.revision import fingerprint
from newscrawl.errors import Missed
from newscrawl.frontier import Outcome
from newscrawl.items import Article, Page
from newscrawl.processing.pages import read_record_of
from newscrawl.processing.record_rules import leads

if TYPE_CHECKING:
    from collections.abc import Callable

    from newscrawl.causes import CauseName, OutcomeKind
    from newscrawl.crawl.backlog import Backlog
    from newscrawl.crawl.leases import Leases
    from newscrawl.crawl.ledger import Ledger
    from newscrawl.crawl.page_reader import PageReader
    from newscrawl.crawl.recrawl import RecrawlPolicy
    from newscrawl.crawl.retry import Retries
    from newscrawl.frontier import Lease
    from newscrawl.items import Capture

#: Links that may lead to a URL, beside the redirects and canonical addresses behind the last one.
MAX_LINK_DEPTH = 5


@dataclass(frozen=True, slots=True)
class OutcomePolicy:
    """What follows from an end: further tries, further visits, and at most `redirects` URLs in one's
    place."""

    retries: Retries
    recrawl: RecrawlPolicy
    redirects: int


class Outcomes:
    """The ends of the URLs of one pass.

    `articles` and `missed` count what ended. `began` is when the pass began, and `now` gives the time, both
    in seconds since the epoch; `count(name, number)` adds to a statistic.
    """

    def __init__(
        self,
        ledger: Ledger,
        leases: Leases,
        backlog: Backlog,
        pages: PageReader,
        policy: OutcomePolicy,
        *,
        began: float,
        now: Callable[[], float],
        count: Callable[[str, int], None],
    ) -> None:
        self.articles = 0
        #: Keys of the URLs that were asked for by name and have ended in this pass.
        self.ended_seeds: set[str] = set()
        #: Keys of the URLs that were asked for by name, beside those of depth 0.
        self.asked_for: set[str] = set()
        self.missed: Counter[CauseName] = Counter()
        self._settling = 0
        #: Keys of URLs that this pass has counted as duplicates.
        self._duplicates: set[str] = set()
        self._ledger, self._leases, self._backlog = ledger, leases, backlog
        self._pages, self._policy = pages, policy
        self._began, self._now, self._count = began, now, count

    @property
    def is_settling(self) -> bool:
        """Whether it is being found out what follows from an end."""
        return self._settling > 0

    def is_open(self, url: str, capture: Capture | None) -> bool:
        """Whether this URL is leased, or its captured page being read, and has not ended yet."""
        is_read = capture is not None and self._backlog.has(capture)
        return self._leases.of(url) is not None or is_read

    async def store(self, article: Article) -> Article | None:
        """Commit an article; return it with its revision, or None if the archive has the same text
        already."""
        assert article.capture is not None and article.url is not None
        known = self.known(article.url)
        again = self._policy.recrawl.after_article(known, now=self._now()) if known else None
        outcome = self.outcome("article", capture=article.capture, again_at=again)
        baseline = await self._baseline(article) if known and known.first_at is not None else None
        result = await self.settle(article.url, outcome, article, baseline)
        self._end_reading(article.url, article.capture)
        if result is None or result.article is None:
            return None
        self.articles += 1
        self._count("newscrawl/article", 1)
        await self._compare_variants(article.url)
        return result.article

    async def miss(self, url: str, missed: Missed, capture: Capture | None) -> None:
        """Commit a miss; one of a URL that has ended already is nothing.

        A transient one is due again later, up to the number of attempts.
        """
        if not self.is_open(url, capture):
            return
        lease = self._leases.of(url)
        transient = is_transient(missed, capture.status if capture else None)
        if lease is None and transient:
            # Left by a dead crawl, which would have tried again: so does this one.
            self._leave_due(url, capture)
            return
        missed = await self._final(url, missed, lease)
        again = (
            self._policy.retries.next_try(lease, now=self._now()) if lease and transient else None
        )
        is_retry = again is not None
        self._add_missed(missed.cause, 1)
        if missed.cause == "duplicate":
            self._duplicates.add(urls.key(url))
        is_article = missed.cause == "unchanged"
        known = self.known(url)
        if known is not None and again is None:
            again = self._due_again(known, missed, is_article=is_article, transient=transient)
            if await self._is_first_missing(known, missed, capture):
                again = self._policy.recrawl.after_missing(again, known, now=self._now())
        outcome = self.outcome(
            "article" if is_article else "miss",
            capture=capture,
            cause=None if is_article else missed.cause,
            detail=missed.detail or None,
            target=missed.target,
            over_limit=missed.over_limit,
            published_at=missed.published_at,
            again_at=again,
            is_retry=is_retry,
        )
        self._settling += 1
        try:
            settled = await self.settle(url, outcome)
            if settled is not None and outcome.kind == "miss" and not is_retry:
                await self._read_variants(url, missed, capture)
        finally:
            self._settling -= 1
            self._end_reading(url, capture)

    async def _final(self, url: str, missed: Missed, lease: Lease | None) -> Missed:
        """The miss as it is kept: with what was known of the URL, and with the URL in its place added."""
        if missed.cause == "unchanged":
            return await self._missed_before(url) or missed
        if missed.cause == "moved" and missed.target is not None and (known := self.known(url)):
            return await self._add_target(missed.target, known) or missed
        if lease is None:
            return missed
        if lease.first_at is not None and CAUSES[missed.cause].gone:
            return Missed(missed.cause, f"{missed.detail}; it was an article before")
        if missed.cause == "duplicate" and missed.target is not None:
            return await self._add_target(missed.target, lease) or missed
        return missed

    async def moved(self, page: Page, target: str) -> None:
        """Commit that a URL redirects to another one, which takes its place."""
        await self.miss(page.url, Missed("moved", target=target), page.capture)

    def count_missed(self, cause: CauseName, number: int) -> None:
        """Count URLs that no line is kept of."""
        self._add_missed(cause, number)

    async def _baseline(self, article: Article) -> Article | None:
        """What this extractor makes of the article's last capture, where another one made its record.

        The publisher's changes and the extractor's are not to be mixed. None where that cannot be read.
        """
        log = self._ledger.store.change_log
        state = (await self._ledger.ask(lambda: log.states([article.id]))).get(article.id)
        if state is None or state.article.extractor == article.extractor:
            return None
        capture = state.record.capture
        if capture is None or not self._ledger.layout.has(capture.warc):
            return None
        with suppress(Missed):
            return await self._pages.read_article(read_record_of, Page(article.url or "", capture))
        return None

    async def settle(
        self,
        url: str,
        outcome: Outcome,
        article: Article | None = None,
        baseline: Article | None = None,
    ) -> Result | None:
        """Commit how a URL ended; on return it is safe. None for a URL that is neither leased nor due."""
        lease = self._leases.of(url)
        capture = outcome.capture
        is_due = capture is not None and self._backlog.is_due(capture)
        if lease is None and article is None and not is_due:
            return None
        known = self.known(url)
        source = known.source if known else urls.site(url)
        if article is not None and article.source is None:
            article = replace(article, source=source)
        result = await self._ledger.settle(Result(url, source, outcome, article, baseline))
        if known is not None and (known.depth == 0 or known.key in self.asked_for):
            self.ended_seeds.add(known.key)
        self._leases.end(url)
        return result

    def outcome(self, kind: OutcomeKind, *, capture: Capture | None, **more: Any) -> Outcome:
        """An outcome as it is seen now."""
        seen_at = datetime.fromtimestamp(self._now(), UTC).isoformat(timespec="seconds")
        status = capture.status if capture else None
        return Outcome(kind, status=status, seen_at=seen_at, capture=capture, **more)

    async def has_no_article(self, original: str, *, variant: str) -> bool:
        """Whether there is no article at `original`, so that its variant has to be recorded."""
        frontier = self._ledger.frontier
        if await self._ledger.ask(lambda: frontier.has_no_article(original)):
            return True
        passed_over = await self._duplicates_of(variant)
        return leads(variant, original) and any(
            urls.key(page.url) == urls.key(original) for page in passed_over
        )

    async def has_other_text(self, original: str, article: Article) -> bool:
        """Whether there is an article at `original` that says something else than this one."""
        record = await self._ledger.ask(lambda: self._ledger.store.find(original))
        return record is not None and fingerprint(Article.from_dict(record)) != fingerprint(article)

    async def _missed_before(self, url: str) -> Missed | None:
        """How this URL ended the last time, if that was without an article."""
        ended = await self._ledger.ask(lambda: self._ledger.frontier.ended([url]))
        return ended[url].missed if url in ended else None

    async def _add_target(self, target: str, lease: Lease) -> Missed | None:
        """Add the URL that stands in this one's place; a miss if that has gone on for too long."""
        if lease.depth >= MAX_LINK_DEPTH + self._policy.redirects:
            return Missed("redirects", f"now to {target}")
        not_before_due = self._policy.recrawl.applies_to(lease)
        new = announcements.in_its_place(
            target,
            lease,
            again_before=self._now() if not_before_due else self._began,
            not_before_due=not_before_due,
        )
        await self._ledger.ask(lambda: self._ledger.frontier.add([new], now=self._now()))
        return None

    async def _is_first_missing(
        self, lease: Lease, missed: Missed, capture: Capture | None
    ) -> bool:
        """Whether an article is not there that was there the last time."""
        if lease.first_at is None or capture is None:
            return False
        is_missing = absence_of(capture.status, missed.cause) == "missing"
        return is_missing and await self._missed_before(lease.url) is None

    def _due_again(
        self, lease: Lease, missed: Missed, *, is_article: bool, transient: bool
    ) -> float | None:
        if is_article:
            return self._policy.recrawl.after_article(lease, now=self._now())
        is_transient = transient or missed.cause == "robots"
        return self._policy.recrawl.after_miss(lease, is_transient=is_transient, now=self._now())

    def known(self, url: str) -> Lease | None:
        """What is known of a URL that is leased, or whose captured page is being read."""
        return self._leases.of(url) or self._backlog.known(url)

    def _end_reading(self, url: str, capture: Capture | None) -> None:
        if capture is not None:
            self._backlog.end(url, capture)
        self._leases.changed.set()

    def _leave_due(self, url: str, capture: Capture | None) -> None:
        if capture is not None:
            self._ledger.note(url, capture)
        self._end_reading(url, capture)

    def _add_missed(self, cause: CauseName, number: int) -> None:
        if number:
            self.missed[cause] += number
            self._count(f"newscrawl/missed/{cause}", number)

    async def _read_variants(self, url: str, missed: Missed, capture: Capture | None) -> None:
        """Read after all what was passed over for an article that turns out not to be there."""
        pages: list[Page] = []
        if missed.cause != "duplicate":
            pages = await self._duplicates_of(url)
        elif capture is not None and missed.target is not None:
            pages = await self._to_record(Page(url, capture), missed.target)
        self._read_again(pages)

    async def _compare_variants(self, url: str) -> None:
        """Read again what was passed over for the article at this URL, and may be another one."""
        self._settling += 1
        try:
            pages = await self._duplicates_of(url)
            self._read_again([page for page in pages if told_apart_by_query(page.url, url)])
        finally:
            self._settling -= 1
            # Who waits until the pass is idle has looked while this was being found out.
            self._leases.changed.set()

    def _read_again(self, pages: list[Page]) -> None:
        self._backlog.add(pages)
        counted = {urls.key(page.url) for page in pages} & self._duplicates
        self._duplicates -= counted
        self._add_missed("duplicate", -len(counted))

    async def _to_record(self, variant: Page, original: str) -> list[Page]:
        """This page, or of two that name each other the one that leads, once both have ended."""
        if await self.has_no_article(original, variant=variant.url):
            return [variant]
        mutual = [p for p in await self._duplicates_of(variant.url) if leads(p.url, variant.url)]
        return [page for page in mutual if urls.key(page.url) == urls.key(original)]

    async def _duplicates_of(self, url: str) -> list[Page]:
        """The captured pages that were passed over for the article at this URL."""
        found = await self._ledger.ask(lambda: self._ledger.frontier.duplicates_of(url))
        return [Page(each, capture) for each, capture in found]
