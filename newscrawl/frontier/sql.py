"""The frontier in SQL: the same code on SQLite, for one machine, and on PostgreSQL, for several."""

from __future__ import annotations

from dataclasses import fields
from typing import TYPE_CHECKING, Any, TypeVar

from sqlalchemy import and_, func, select, text, update

from newscrawl.causes import REMOVED, UNREAD, is_final, names_with
from newscrawl.database.batches import batches
from newscrawl.database.engine import reading
from newscrawl.frontier import (
    accounting,
    adding,
    captured,
    joining,
    learning,
    leasing,
    noting,
    removing,
    settling,
)
from newscrawl.frontier.ends import IS_HUB
from newscrawl.frontier.protocol import DiscoveredUrl, Lease, Outcome
from newscrawl.frontier.requisites import Requisites
from newscrawl.frontier.source_register import SourceRegister
from newscrawl.frontier.tables import hosts, url_counts, urls, written_out
from newscrawl.urls import key

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterable, Iterator, Mapping

    from sqlalchemy import Connection, Engine

    from newscrawl.causes import CauseName
    from newscrawl.frontier.protocol import Place
    from newscrawl.items import Capture

T = TypeVar("T")

#: URLs in one statement, and in one transaction: no other worker waits long for a host.
_BATCH = 500
#: URLs that one process settles until it joins rows of counts.
_FOLD_AFTER = 5_000


class SqlFrontier:
    """See `newscrawl.frontier.protocol.Frontier`, which this implements."""

    def __init__(self, engine: Engine) -> None:
        self.engine = engine
        self._settled = 0
        self._reading = reading(engine)
        self.register = SourceRegister(engine)
        self.requisites = Requisites(engine)

    def add(self, new: Iterable[DiscoveredUrl], *, now: float) -> int:
        by_key = {each.key: each for each in reversed(list(new))}
        due = 0
        for some in _batches(by_key):
            with self.engine.begin() as connection:
                due += adding.add(connection, some, now)
        return due

    def leave_out(
        self,
        via: str,
        source: str,
        left_out: Mapping[tuple[CauseName, Place], int],
        *,
        now: float,
    ) -> None:
        with self.engine.begin() as connection:
            adding.leave_out(connection, via, source, left_out, now)

    def lease(
        self,
        *,
        owner: str,
        now: float,
        count: int,
        seconds: float,
        sources: Collection[str] | None = None,
        keys: Collection[str] | None = None,
        per_host: int = 8,
    ) -> list[Lease]:
        turn = leasing.Turn(owner, now, now + seconds, count, per_host, sources, keys)
        with self.engine.begin() as connection:
            leasing.lease(connection, turn)
        tried = True
        while tried and not turn.leases:
            with self.engine.begin() as connection:
                tried = leasing.lease_of_one(connection, turn)
        return turn.leases

    def settle(
        self,
        outcomes: Iterable[tuple[str, Outcome]],
        *,
        now: float,
        gaps: Mapping[str, float] | None = None,
        enter: Callable[[Connection, Collection[str]], None] | None = None,
    ) -> None:
        for some in _batches(dict(outcomes)):
            with self.engine.begin() as connection:
                if enter is not None:
                    enter(connection, some)
                settling.settle(connection, some, gaps or {}, now)
            self._settled += len(some)
        if self._settled >= _FOLD_AFTER:
            self._fold()

    def restate(self, outcomes: Iterable[tuple[str, Outcome]]) -> None:
        for some in batches(outcomes, _BATCH):
            with self.engine.begin() as connection:
                settling.restate(connection, some)

    def hold(self, host: str, *, until: float) -> None:
        with self.engine.begin() as connection:
            connection.execute(
                update(hosts)
                .where(hosts.c.host == host, hosts.c.hold_until < until)
                .values(hold_until=until)
            )

    def renew(self, owner: str, *, until: float) -> None:
        with self.engine.begin() as connection:
            leasing.renew(connection, owner, until)

    def release(self, owners: Collection[str], *, now: float) -> int:
        with self.engine.begin() as connection:
            return leasing.release(connection, owners, now)

    def put_right(self, *, now: float) -> None:
        with self.engine.begin() as connection:
            leasing.put_right(connection, now)
        self._fold()

    def owners(self) -> set[str]:
        query = select(urls.c.owner).where(urls.c.owner.is_not(None)).distinct()
        with self._reading.connect() as connection:
            return {owner for owner in connection.scalars(query) if owner is not None}

    def next_due(
        self,
        *,
        now: float,
        owner: str | None = None,
        sources: Collection[str] | None = None,
    ) -> float | None:
        with self._reading.connect() as connection:
            return leasing.next_due(connection, owner, now, sources)

    def free_at(
        self,
        *,
        owner: str,
        now: float,
        sources: Collection[str] | None = None,
        keys: Collection[str] | None = None,
    ) -> float | None:
        with self._reading.connect() as connection:
            return leasing.free_at(connection, owner, now, sources, keys)

    def scheduled(self, source: str) -> list[tuple[Lease, float]]:
        with self._reading.connect() as connection:
            return leasing.scheduled(connection, source)

    def reschedule(self, due_at: Mapping[str, float]) -> None:
        for some in _batches(dict(due_at)):
            with self.engine.begin() as connection:
                leasing.reschedule(connection, some)

    def sources(self) -> set[str]:
        with self._reading.connect() as connection:
            return set(accounting.known_sources(connection))

    def seeds(self) -> list[str]:
        with self._reading.connect() as connection:
            query = (
                select(urls.c.url)
                .where(urls.c.kind == written_out("seed"), urls.c.depth == 0)
                .order_by(urls.c.key)
            )
            return list(connection.scalars(query))

    def has_no_article(self, url: str) -> bool:
        answered_without = and_(
            urls.c.state == "done",
            urls.c.outcome == "miss",
            urls.c.cause.not_in(
                {"duplicate", UNREAD, REMOVED, *names_with("transient"), *names_with("by_options")}
            ),
            urls.c.capture.is_not(None),
        )
        query = select(urls.c.status).where(urls.c.key == key(url), answered_without)
        with self._reading.connect() as connection:
            status = connection.scalar(query)
        return status is not None and is_final(status)

    def unread(self, count: int, *, after: str = "") -> list[tuple[str, Capture]]:
        query = captured.selected(urls.c.url).where(
            urls.c.outcome == "miss",
            urls.c.cause == written_out(UNREAD),
            urls.c.key > (key(after) if after else ""),
            urls.c.capture.is_not(None),
        )
        with self._reading.connect() as connection:
            rows = connection.execute(query.order_by(urls.c.key).limit(count)).all()
        return [(row.url, found) for row in rows if (found := captured.capture_of(row))]

    def duplicates_of(self, url: str) -> list[tuple[str, Capture]]:
        query = captured.selected(urls.c.url).where(
            urls.c.cause == written_out("duplicate"),
            urls.c.target == url,
            urls.c.capture.is_not(None),
        )
        with self._reading.connect() as connection:
            rows = connection.execute(query).all()
        return [(row.url, found) for row in rows if (found := captured.capture_of(row))]

    def standing_for(self, keys: Collection[str]) -> dict[str, str]:
        with self._reading.connect() as connection:
            return removing.standing_for(connection, keys)

    def rows(self) -> Iterator[dict[str, Any]]:
        with self._reading.connect() as connection:
            yield from joining.rows(connection)

    def changed(self, *, since: float, count: int) -> list[dict[str, Any]]:
        with self._reading.connect() as connection:
            return noting.changed(connection, since=since, count=count)

    def resume(self, rows: Iterable[Mapping[str, Any]], *, now: float) -> None:
        for some in batches(rows, _BATCH):
            with self.engine.begin() as connection:
                noting.resume(connection, some, now=now)

    def date_by_captures(self) -> None:
        with self.engine.begin() as connection:
            removing.date_by_captures(connection)

    def due(self, wanted: Iterable[str]) -> dict[str, str]:
        waiting = and_(urls.c.state != "done", urls.c.owner.is_(None))
        kinds: dict[str, str] = {}
        with self._reading.connect() as connection:
            for some in _batches({key(url): url for url in wanted}):
                query = select(urls.c.key, urls.c.kind).where(urls.c.key.in_(some), waiting)
                kinds |= {some[row.key]: row.kind for row in connection.execute(query)}
        return kinds

    def known(self, wanted: Iterable[str]) -> dict[str, Lease]:
        found: dict[str, Lease] = {}
        with self._reading.connect() as connection:
            for some in _batches({key(url): url for url in wanted}):
                query = select(*leasing.COLUMNS).where(urls.c.key.in_(some))
                found |= {row.key: Lease(*row) for row in connection.execute(query)}
        return found

    def captures_of(self, wanted: Iterable[str]) -> dict[str, Capture]:
        found: dict[str, Capture] = {}
        with self._reading.connect() as connection:
            for some in _batches({key(url): url for url in wanted}):
                has_one = and_(urls.c.key.in_(some), urls.c.capture.is_not(None))
                for row in connection.execute(captured.selected(urls.c.key).where(has_one)):
                    if (capture := captured.capture_of(row)) is not None:
                        found[row.key] = capture
        return found

    def ended(self, wanted: Iterable[str]) -> dict[str, Outcome]:
        columns = (urls.c.key, urls.c.outcome, urls.c.cause, urls.c.detail, urls.c.status,
                   urls.c.target, urls.c.over_limit)  # fmt: skip
        ends: dict[str, Outcome] = {}
        with self._reading.connect() as connection:
            for some in _batches({key(url): url for url in wanted}):
                query = select(*columns).where(urls.c.key.in_(some), urls.c.outcome.is_not(None))
                for row in connection.execute(query):
                    ends[some[row.key]] = Outcome(
                        row.outcome,
                        row.cause,
                        row.detail,
                        row.status,
                        target=row.target,
                        over_limit=bool(row.over_limit),
                    )
        return ends

    def has_lists(self, source: str) -> bool:
        is_list = and_(urls.c.source == source, IS_HUB, urls.c.kind.in_(("feed", "sitemap")))
        is_good = func.coalesce(urls.c.outcome, "") != "miss"
        with self._reading.connect() as connection:
            return (
                connection.scalar(select(urls.c.key).where(is_list, is_good).limit(1)) is not None
            )

    def shapes(self, site: str) -> dict[str, tuple[int, int]]:
        with self._reading.connect() as connection:
            return learning.counts(connection, site)

    def counts(self, *, sources: Collection[str] | None = None) -> dict[str, dict[str, int]]:
        with self._reading.connect() as connection:
            return accounting.counts(connection, sources)

    def missed_for(self, cause: str) -> Iterator[DiscoveredUrl]:
        names = [f.name for f in fields(DiscoveredUrl) if f.name in urls.c]
        query = select(*(urls.c[name] for name in names))
        query = query.where(urls.c.outcome == written_out("miss"), urls.c.cause == cause)
        query = query.execution_options(yield_per=_BATCH)
        counted = select(url_counts.c.source).where(url_counts.c.cause == cause).limit(1)
        with self._reading.connect() as connection:
            if connection.scalar(counted) is None:
                return  # and not look through all that ended for other causes
            with connection.execute(query) as rows:
                for row in rows.mappings():
                    yield DiscoveredUrl(**row)

    def misses(self) -> Iterator[dict[str, Any]]:
        names = ("url", "source", "cause", "detail", "target", "over_limit", "status", "seen_at")
        query = captured.selected(*(urls.c[name] for name in names))
        query = query.where(urls.c.outcome == written_out("miss"))
        query = query.order_by(urls.c.seen_at, urls.c.key).execution_options(yield_per=_BATCH)
        with self._reading.connect() as connection, connection.execute(query) as rows:
            for row in rows:
                found = captured.capture_of(row)
                said = {name: getattr(row, name) for name in names}
                said["over_limit"] = bool(row.over_limit)
                yield {**said, "capture": found.to_dict() if found else None}

    def _fold(self) -> None:
        """Join the rows that triggers have added to counts on PostgreSQL."""
        self._settled = 0
        if self.engine.dialect.name == "postgresql":
            with self.engine.begin() as connection:
                connection.execute(text("SELECT newscrawl_fold()"))


def _batches(by_key: dict[str, T]) -> Iterator[dict[str, T]]:
    return map(dict, batches(by_key.items(), _BATCH))
