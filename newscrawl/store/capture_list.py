"""The captures of one address: page by page, by day, and those beside one of them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sqlalchemy import and_, func, or_, select

from newscrawl.database.batches import batches
from newscrawl.database.engine import reading
from newscrawl.items import Capture, Page
from newscrawl.store.tables import captures

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from sqlalchemy import ColumnElement, Engine

#: URLs that are looked up at once.
BATCH_SIZE = 200


class CaptureList:
    """Every method is one transaction. Captures are in the order of their times, then of their record ids."""

    def __init__(self, engine: Engine) -> None:
        self._reading = reading(engine)

    def by_id(self, record_id: str) -> Page | None:
        """The capture with this record id."""
        return self._first(captures.c.record_id == record_id)

    def of(
        self,
        urls: Iterable[str],
        *,
        after: tuple[str, str] | None = None,
        since: str | None = None,
        until: str | None = None,
        limit: int,
    ) -> list[Page]:
        """The captures of these spellings of an address behind `after` (time and record id), oldest first.

        `since` and `until` (exclusive) are as `captured_at` begins.
        """
        row = captures.c
        query = select(captures).where(row.url.in_(list(urls)))
        if after is not None:
            at, record_id = after
            query = query.where(row.captured_at >= at)
            query = query.where(or_(row.captured_at > at, row.record_id > record_id))
        if since is not None:
            query = query.where(row.captured_at >= since)
        if until is not None:
            query = query.where(row.captured_at < until)
        query = query.order_by(row.captured_at, row.record_id).limit(limit)
        with self._reading.connect() as connection:
            return [_page(found) for found in connection.execute(query).mappings()]

    def days(self, urls: Iterable[str], *, most: int) -> list[tuple[str, int]]:
        """The latest days (UTC) with captures of these addresses, oldest first, and how many each has."""
        day = func.substr(captures.c.captured_at, 1, 10).label("day")
        query = select(day, func.count()).where(captures.c.url.in_(list(urls))).group_by(day)
        with self._reading.connect() as connection:
            rows = connection.execute(query.order_by(day.desc()).limit(most)).all()
        return [(found, number) for found, number in reversed(rows)]

    def beside(self, page: Page, urls: Iterable[str]) -> tuple[Page | None, Page | None]:
        """The captures before and after one, among those of these spellings of its address."""
        row, at = captures.c, page.capture.captured_at
        names = row.url.in_(list(urls))
        record_id = page.capture.record_id
        earlier = or_(row.captured_at < at, and_(row.captured_at == at, row.record_id < record_id))
        later = or_(row.captured_at > at, and_(row.captured_at == at, row.record_id > record_id))
        before = self._first(
            names,
            row.captured_at <= at,
            earlier,
            order=(row.captured_at.desc(), row.record_id.desc()),
        )
        after = self._first(
            names, row.captured_at >= at, later, order=(row.captured_at, row.record_id)
        )
        return before, after

    def nearest(self, urls: Iterable[str], at: str) -> Page | None:
        """The capture with status 200 that is the last up to `at`, or else the first one behind it."""
        row, names = captures.c, list(urls)
        answered = (row.url.in_(names), row.status == 200)
        return self._first(
            *answered, row.captured_at <= at, order=(row.captured_at.desc(),)
        ) or self._first(*answered, order=(row.captured_at,))

    def known(self, urls: Iterable[str]) -> set[str]:
        """Those of these URLs that have a capture with status 200."""
        found: set[str] = set()
        with self._reading.connect() as connection:
            for some in batches(urls, BATCH_SIZE):
                query = select(captures.c.url).where(
                    captures.c.url.in_(list(some)), captures.c.status == 200
                )
                found.update(connection.scalars(query.distinct()))
        return found

    def _first(
        self, *conditions: ColumnElement[bool], order: Sequence[ColumnElement[Any]] = ()
    ) -> Page | None:
        query = select(captures).where(*conditions).order_by(*order).limit(1)
        with self._reading.connect() as connection:
            found = connection.execute(query).mappings().first()
        return _page(found) if found else None


def _page(row: Any) -> Page:
    fields = dict(row)
    return Page(fields.pop("url"), Capture(**fields))
