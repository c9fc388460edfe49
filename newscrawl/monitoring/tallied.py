"""Do the counts that triggers keep agree with the rows that they count? Reads everything: for `verify`."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sqlalchemy import Integer, String, case, cast, except_, func, literal, or_, select

from newscrawl.baselines import OLD
from newscrawl.database.engine import reading
from newscrawl.frontier import HUBS
from newscrawl.frontier.tables import url_counts, url_ends, urls
from newscrawl.store.tables import article_counts, article_hours, articles, captures, totals

if TYPE_CHECKING:
    from collections.abc import Iterator

    from sqlalchemy import ColumnElement, Engine, Select, Table

_DAY = 86_400


def disagreements(engine: Engine) -> Iterator[str]:
    """One line for each table of counts that says something else than the rows do."""
    is_sqlite = engine.dialect.name == "sqlite"
    with reading(engine).connect() as connection:
        for table, counted in _counted(is_sqlite=is_sqlite):
            kept = _kept(table)
            for more, less in ((counted, kept), (kept, counted)):
                wrong = except_(more, less).subquery()
                number = connection.scalar(select(func.count()).select_from(wrong)) or 0
                if number:
                    yield f"{number} counts in {table.name} are not those of the rows that they count"
                    break


def _kept(table: Table) -> Select[Any]:
    """What a table of counts says, its rows of one key added up."""
    numbers = [table.c[name] for name in ("number", "articles") if name in table.c]
    keys = list(table.primary_key)
    sums = [cast(func.sum(number), Integer) for number in numbers]
    return select(*keys, *sums).group_by(*keys).having(or_(*(func.sum(n) != 0 for n in numbers)))


def _counted(*, is_sqlite: bool) -> Iterator[tuple[Table, Any]]:
    """Each table of counts, and what it should say."""
    day = urls.c.settled_at / _DAY
    yield url_counts, _grouped(
        urls.c.source, func.coalesce(urls.c.via, ""), urls.c.kind,
        _bit(or_(urls.c.first_at.is_not(None), func.coalesce(urls.c.outcome, "") == "article")),
        func.coalesce(urls.c.outcome, ""), func.coalesce(urls.c.cause, ""),
        _bit(urls.c.state != "done"),
    )  # fmt: skip
    yield url_ends, _grouped(
        urls.c.source, cast(day if is_sqlite else func.floor(day), Integer),
        _bit(urls.c.kind.in_(HUBS)), func.coalesce(urls.c.outcome, ""),
        func.coalesce(urls.c.cause, ""), func.coalesce(urls.c.status, 0),
    ).where(urls.c.settled_at.is_not(None))  # fmt: skip
    yield (
        article_hours,
        _grouped(
            articles.c.source, func.substr(articles.c.captured_at, 1, 13), articles.c.lacks
        ).where(articles.c.revision == 1, articles.c.lacks < OLD),
    )
    number, different = func.count(), func.count(articles.c.id.distinct())
    yield article_counts, select(articles.c.source, number, different).group_by(articles.c.source)
    whole = select(cast(literal("captures"), String), func.count())
    whole = whole.select_from(captures)
    yield totals, whole.having(func.count() != 0)


def _grouped(*keys: ColumnElement[Any]) -> Select[Any]:
    named = [each.label(f"key{n}") for n, each in enumerate(keys)]
    return select(*named, func.count()).group_by(*(f"key{n}" for n in range(len(named))))


def _bit(condition: ColumnElement[bool]) -> ColumnElement[int]:
    return case((condition, 1), else_=0)
