"""How many URLs of each shape were articles? Counted where URLs end, for whoever reads front pages."""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING, Any

from sqlalchemy import case, select

from newscrawl.causes import names_with
from newscrawl.database.inserting import insert_into
from newscrawl.frontier.tables import shapes
from newscrawl.urls import site

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from sqlalchemy import Connection, Row

    from newscrawl.frontier.protocol import Outcome

#: Causes that say of a URL that what is there is no article, and not that it could not be had.
OTHERS = frozenset(names_with("not_article"))
#: With so many URLs counts are halved before more are added: what a site does now weighs most.
MANY = 256
#: Shapes with fewer URLs than this decide nothing, and of a site no more shapes than that are looked at.
FEW, SHAPES_MAX = 8, 1000


def count(
    connection: Connection, ended: Iterable[Row[*tuple[Any, ...]]], outcomes: Mapping[str, Outcome]
) -> None:
    """Count URLs (key, host, url, first_at and cause as they were until now) that have just ended so.

    Whoever calls has locked their hosts: no other transaction counts these shapes meanwhile.
    """
    # Imported here: commands that only read an archive learn nothing.
    from newscrawl.discovery import shape

    found: dict[tuple[str, str], list[int]] = defaultdict(lambda: [0, 0])
    for row in ended:
        outcome = outcomes[row.key]
        is_article = outcome.kind == "article"
        # What was an article once is seen again for its changes; what was none, for a date in a sitemap.
        is_first = row.first_at is None and (is_article or row.cause not in OTHERS)
        if is_first and (is_article or outcome.cause in OTHERS):
            found[site(f"https://{row.host}/"), shape(row.url)][not is_article] += 1
    if found:
        values = [
            {"site": at, "shape": name, "articles": numbers[0], "others": numbers[1]}
            for (at, name), numbers in sorted(found.items())
        ]
        statement = insert_into(connection, shapes)
        is_many = shapes.c.articles + shapes.c.others >= MANY
        grown = {
            name: case((is_many, shapes.c[name] // 2), else_=shapes.c[name])
            + statement.excluded[name]
            for name in ("articles", "others")
        }
        keys = [shapes.c.site, shapes.c.shape]
        connection.execute(statement.on_conflict_do_update(index_elements=keys, set_=grown), values)


def counts(connection: Connection, site: str) -> dict[str, tuple[int, int]]:
    """See `Frontier.shapes`."""
    number = shapes.c.articles + shapes.c.others
    query = select(shapes.c.shape, shapes.c.articles, shapes.c.others)
    query = query.where(shapes.c.site == site, number >= FEW)
    rows = connection.execute(query.order_by(number.desc(), shapes.c.shape).limit(SHAPES_MAX))
    return {name: (articles, others) for name, articles, others in rows}
