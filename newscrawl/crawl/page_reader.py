"""What do captured pages say? Read in worker processes, where their bytes lie in the archive."""

from __future__ import annotations

import asyncio
import logging
from functools import partial
from typing import TYPE_CHECKING, TypeVar
from weakref import WeakValueDictionary

from newscrawl import urls
from newscrawl.crawl.page_costs import PageCosts, timed
from newscrawl.errors import ArchiveError, CaptureNotFound, Missed, StorageError
from newscrawl.items import Page
from newscrawl.processing.pages import validators
from newscrawl.processing.requisites import with_requisites
from newscrawl.processing.rule_limits import without_effect
from newscrawl.processing.text_index import indexed

if TYPE_CHECKING:
    from collections.abc import Callable

    from newscrawl.causes import RequisiteLevel
    from newscrawl.crawl.ledger import Ledger
    from newscrawl.crawl.rules_file import RulesFile
    from newscrawl.frontier import Lease
    from newscrawl.items import Article, Capture
    from newscrawl.processing.limits import Limits
    from newscrawl.processing.requisites import Needed
    from newscrawl.processing.workers import Workers

logger = logging.getLogger(__name__)

T = TypeVar("T")


class PageReader:
    """Reads pages for one pass. `max_age` is the age in seconds of the oldest answer that is asked after
    with its validators."""

    def __init__(
        self,
        ledger: Ledger,
        workers: Workers,
        *,
        limits: Limits,
        max_age: float,
        rules_file: RulesFile,
    ) -> None:
        self._ledger, self._workers, self._limits = ledger, workers, limits
        self._rules_file, self._rules = rules_file, rules_file.in_force()
        self._max_age = max_age
        self.costs = PageCosts()
        #: By host, as long as anybody waits for it.
        self._lists: WeakValueDictionary[str, asyncio.Lock] = WeakValueDictionary()

    async def read(self, call: Callable[..., T], page: Page) -> T:
        """What `call(warc, page, limits=...)` makes of a captured page, in a worker process.

        Raises Missed, and StorageError if a file that this crawl has written is gone.
        """
        warc = self._path(page)
        result: T
        try:
            limited = partial(call, limits=self._limits)
            result, seconds = await self._workers.run(timed, limited, warc, page)
        except ArchiveError as error:
            if isinstance(error, CaptureNotFound) and self._ledger.wrote(page.capture):
                raise StorageError(f"{warc}: is gone while the crawl runs") from error
            raise Missed("extraction-failed", str(error)) from error
        self.costs.add(page.url, _name(call), seconds)
        return result

    async def read_article(self, call: Callable[..., Article], page: Page) -> Article:
        """As `read`, with the rule for the page, if there is one; without it where that takes too long."""
        article, index = await self._read_ruled(partial(indexed, call), page)
        # What the tables index of the article is ready when it is stored.
        self._ledger.store.text_indexes.add(index)
        return article

    async def read_with_requisites(
        self, call: Callable[..., Article], page: Page, *, level: RequisiteLevel, most: int
    ) -> tuple[Article, Needed | None]:
        """As `read_article`, and up to `most` requisites of the page: see `with_requisites`."""
        both = partial(with_requisites, partial(indexed, call), level=level, most=most)
        (article, index), needed = await self._read_ruled(both, page)
        self._ledger.store.text_indexes.add(index)
        return article, needed

    async def _read_ruled(self, call: Callable[..., T], page: Page) -> T:
        rule = self._rules.rule_for(page.url, page.capture.captured_at)
        try:
            return await self.read(partial(call, rule=rule), page)
        except Missed as missed:
            if (rule := without_effect(rule, missed)) is None:
                raise
            logger.warning(
                "%s is read without the rule %r: with it: %s", page.url, rule.name, missed.detail
            )
            return await self.read(partial(call, rule=rule), page)

    async def read_list(self, call: Callable[..., T], page: Page) -> T:
        """As `read`, of what is read for its links: of one host one at a time.

        Lists may be long, and a host that sends many of them must not keep other hosts waiting.
        """
        host = urls.host(page.url)
        lock = self._lists.setdefault(host, asyncio.Lock())
        async with lock:
            return await self.read(call, page)

    async def last_answer(self, url: str) -> Page | None:
        """The capture with the bytes that this URL had last, if they lie in this archive; None if there is
        none."""
        capture = await self._ledger.ask(lambda: self.capture_here(url, None))
        return Page(url, capture) if capture else None

    def capture_here(self, url: str, digest: str | None) -> Capture | None:
        """The first capture of this URL with this payload digest, or with its latest one, in this archive.

        Another machine's archive may share the database: what it has cannot be read here. For the
        database's thread.
        """
        capture = self._ledger.store.original(url, digest)
        return capture if capture and self._ledger.layout.has(capture.warc) else None

    async def validators(self, lease: Lease, *, now: float) -> dict[str, str]:
        """Headers that let the server answer 304, from its own last answer as it lies in the WARC.

        Empty where there is none of late (some servers answer 304 for ever), or it was not read to its end.
        """
        ended = await self._ledger.ask(lambda: self._ledger.frontier.ended([lease.url]))
        if lease.url not in ended or ended[lease.url].kind == "miss":
            return {}
        whole_at = await self._ledger.ask(lambda: self._ledger.store.whole_at(lease.url))
        if whole_at is None or now - whole_at > self._max_age:
            return {}
        if (last := await self.last_answer(lease.url)) is None:
            return {}
        try:
            return await self._workers.run(validators, self._path(last), last)
        except (Missed, ArchiveError) as error:
            logger.info(
                "%s is fetched whole: its last capture cannot be read: %s", lease.url, error
            )
            return {}

    def read_rules_again(self) -> None:
        """Take over what has changed in the files of rules."""
        self._rules = self._rules_file.in_force()

    def close(self) -> None:
        """End the workers; what they are reading is thrown away."""
        self._workers.close()

    def _path(self, page: Page) -> str:
        return str(self._ledger.layout.warcs / page.capture.warc)


def _name(call: Callable[..., T]) -> str:
    while isinstance(call, partial):
        call = call.args[0] if call.func in (indexed, with_requisites) else call.func
    return call.__name__
