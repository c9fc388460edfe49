"""Which captured pages are to be read whose URLs are not leased?

Crawls that died, and crawls without extraction, leave such pages; and a page that was passed over for an
article is read after all when that article turns out not to be there.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from newscrawl.items import Page
from newscrawl.urls import key

if TYPE_CHECKING:
    from collections.abc import Iterable

    from newscrawl.crawl.ledger import Ledger
    from newscrawl.frontier import Lease
    from newscrawl.items import Capture

#: Pages left by crawls without extraction, or by the options of crawls, that are read together.
BATCH_SIZE = 100


class Backlog:
    """Pages that wait to be read, and those being read. Without `reads` no page of a crawl without
    extraction is."""

    def __init__(self, ledger: Ledger, *, reads: bool) -> None:
        self._ledger = ledger
        self._waiting: list[Page] = []
        self._in_progress: set[str] = set()
        #: Those whose URLs are due, and will be fetched unless they end here.
        self._due: set[str] = set()
        #: The last one of the pages that earlier crawls left unread; None when there are no more.
        self._last_unread: str | None = "" if reads else None
        #: Pages that options of earlier crawls left out, to be read in batches.
        self._left_out: list[Page] = []
        #: What the frontier knows of the URLs of those being read, by key.
        self._known: dict[str, Lease] = {}

    def recover(self, pages: Iterable[Page]) -> None:
        """Take what a dead crawl left."""
        self._waiting = list(pages)
        self._due = {page.capture.record_id for page in self._waiting}

    def read_again(self, pages: Iterable[Page]) -> None:
        """Have these pages read whose URLs have ended; what they say now is how they end."""
        self._left_out += pages

    def add(self, pages: Iterable[Page]) -> int:
        """Have these pages read, too; return how many were not waiting yet."""
        known = self._in_progress | {page.capture.record_id for page in self._waiting}
        new = [page for page in pages if page.capture.record_id not in known]
        self._waiting += new
        return len(new)

    async def take(self) -> list[Page]:
        """The pages to be read now."""
        is_free = not self._waiting and not self._in_progress
        if self._left_out and is_free:
            self._waiting, self._left_out = self._left_out[:BATCH_SIZE], self._left_out[BATCH_SIZE:]
            self._due |= {page.capture.record_id for page in self._waiting}
        elif self._last_unread is not None and is_free:
            self._waiting = await self._unread(self._last_unread)
            self._last_unread = self._waiting[-1].url if self._waiting else None
            self._due |= {page.capture.record_id for page in self._waiting}
        pages, self._waiting = self._waiting, []
        self._in_progress |= {page.capture.record_id for page in pages}
        if pages:
            frontier = self._ledger.frontier
            self._known |= await self._ledger.ask(
                lambda: frontier.known(page.url for page in pages)
            )
        return pages

    async def _unread(self, after: str) -> list[Page]:
        frontier = self._ledger.frontier
        found = await self._ledger.ask(lambda: frontier.unread(BATCH_SIZE, after=after))
        return [Page(url, capture) for url, capture in found]

    def end(self, url: str, capture: Capture) -> None:
        """Note that the page with this capture was read, or will not be."""
        self._known.pop(key(url), None)
        self._in_progress.discard(capture.record_id)
        self._due.discard(capture.record_id)

    def exchange(self, page: Page, other: Page) -> None:
        """Have another capture of a page end in the place of the one that is being read, if it is."""
        for pages in (self._in_progress, self._due):
            if page.capture.record_id in pages:
                pages.discard(page.capture.record_id)
                pages.add(other.capture.record_id)

    @property
    def is_in_progress(self) -> bool:
        """Whether pages are being read: what they say may spare a request."""
        return bool(self._in_progress)

    @property
    def is_empty(self) -> bool:
        """Whether nothing waits, is being read, or may be found yet."""
        found = self._waiting or self._left_out or self._in_progress
        return not (found or self._last_unread is not None)

    def is_due(self, capture: Capture) -> bool:
        """Whether the URL of this capture is fetched unless it ends here."""
        return capture.record_id in self._due

    def has(self, capture: Capture) -> bool:
        """Whether the page with this capture is being read."""
        return capture.record_id in self._in_progress

    def known(self, url: str) -> Lease | None:
        """What the frontier knows of the URL of a page that is being read."""
        return self._known.get(key(url))
