"""The filters that options and the Python API have beside a query: conditions of the query itself."""

from __future__ import annotations

from typing import TYPE_CHECKING

from newscrawl.query.tree import (
    And,
    Has,
    Is,
    Language,
    Node,
    Not,
    Or,
    Query,
    Source,
    Time,
    disjunction,
)

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import datetime


def narrowed(
    query: Query,
    *,
    since: datetime | None = None,
    until: datetime | None = None,
    sources: Iterable[str] = (),
    languages: Iterable[str] = (),
    latest: bool = False,
) -> Query:
    """The query with these conditions, which a record has to meet as well; empty is any.

    A record is dated from `since` up to and without `until`: by its publication, one that states no date by
    its capture. Sources and languages are as `source:` and `lang:`. With `latest` only the last revision of
    each article is wanted.
    """
    filters: list[Node] = []
    if since is not None or until is not None:
        begin, end = (at.timestamp() if at else None for at in (since, until))
        undated = And((Not(Has("date")), Time("captured", begin, end)))
        filters.append(Or((Time("published", begin, end), undated)))
    for some in (
        disjunction(Source(name) for name in sources),
        disjunction(Language(tag.lower()) for tag in languages),
    ):
        filters += [some] if some else []
    if latest:
        filters.append(Is("latest"))
    return query.narrowed(filters)
