"""Which sources may be fetched now, and by which rules? Their file says so, and what is paused.

What a file says is kept in the database, so that its pauses, rates and patterns hold for crawls that name
no file, too.
"""

from __future__ import annotations

import logging
from dataclasses import replace
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from newscrawl import urls
from newscrawl.errors import SourceError
from newscrawl.sources import RequestOptions, in_force, parse_sources, table

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping
    from datetime import date

    from newscrawl.crawl.ledger import Ledger
    from newscrawl.crawl.source_rules import SourceRules
    from newscrawl.crawl.sources_file import SourcesFile
    from newscrawl.frontier import KnownSource
    from newscrawl.sources import Poll, Source

logger = logging.getLogger(__name__)


class SourceControl:
    """Keeps the rules of one crawl as the file and the register of sources say by now.

    `now` gives seconds since the epoch.
    """

    def __init__(
        self,
        rules: SourceRules,
        ledger: Ledger,
        *,
        now: Callable[[], float],
    ) -> None:
        self._rules, self._ledger = rules, ledger
        self._register = ledger.frontier.register
        self._now = now
        #: What the rules were made of.
        self._seen: tuple[tuple[Source, ...], dict[str, KnownSource], date] | None = None
        self._polls: dict[str, Poll] = {}
        #: Since when sources are paused, by name.
        self.paused: dict[str, float] = {}

    async def refresh(self, file: SourcesFile | None, *, crawls: bool) -> dict[str, Poll | None]:
        """Take over what has changed; return the sources whose bounds of polling have, with those before.

        `crawls` is whether the sources of the file are crawled; else they only limit what else is.
        """
        known = await self._ledger.ask(self._register.known)
        day = datetime.fromtimestamp(self._now(), UTC).date()
        seen = (file.sources() if file is not None else (), known, day)
        if seen == self._seen:
            return {}
        self._seen = seen
        sources = tuple(_defined(known.values())) if file is None else file.sources()
        for name, poll in self._polls_of(known):
            self._polls.setdefault(name, poll)
        if file is not None:
            await self._enter(file, sources, known)
        self.paused = {k.name: k.paused_at for k in known.values() if k.paused_at is not None}
        active = [s for s in in_force(sources, day) if s.name not in self.paused]
        chosen = [s for s in active if file is not None and crawls and file.has_chosen(s)]
        self._rules.replace(
            chosen,
            others=[s for s in active if s not in chosen],
            blocked=_blocked(sources, {s.name for s in active}, self.paused),
            are_given=file is not None and crawls,
            requests=file.requests if file is not None else (),
        )
        was = {s.name: self._polls.get(s.name) for s in active}
        self._polls |= {s.name: s.poll for s in active}
        return {name: poll for name, poll in was.items() if poll != self._polls[name]}

    async def _enter(
        self, file: SourcesFile, sources: tuple[Source, ...], known: Mapping[str, KnownSource]
    ) -> None:
        """Keep what the file says, if that is not what was kept."""
        name = str(file.path.absolute())
        new = {source.name: table(replace(source, request=RequestOptions())) for source in sources}
        kept = {k.name: k.definition for k in known.values() if k.file == name}
        if new != kept:
            now = self._now()
            await self._ledger.ask(lambda: self._register.enter(new, file=name, now=now))

    def _polls_of(self, known: Mapping[str, KnownSource]) -> Iterator[tuple[str, Poll]]:
        if not self._polls:
            yield from ((source.name, source.poll) for source in _defined(known.values()))


def _defined(known: Iterable[KnownSource]) -> Iterator[Source]:
    """The sources whose tables are kept."""
    for each in known:
        if each.definition is not None:
            try:
                yield from parse_sources(each.definition, file=f"{each.file}, as it was last read")
            except SourceError as error:
                logger.error("%s", error)


def _blocked(sources: Iterable[Source], active: set[str], paused: Iterable[str]) -> set[str]:
    """The names of which nothing is fetched, and the sites of which no source is active."""
    sites: dict[str, list[bool]] = {}
    blocked = set(paused)
    for source in sources:
        sites.setdefault(urls.site(source.home), []).append(source.name in active)
        if source.name not in active:
            blocked.add(source.name)
    return blocked | {site for site, are_active in sites.items() if not any(are_active)}
