"""The records that match a query best, without snippets, counts or pages."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from newscrawl.database.engine import reading
from newscrawl.database.records import Records
from newscrawl.items import with_source
from newscrawl.store import full_text, query_sql
from newscrawl.store.tables import articles

if TYPE_CHECKING:
    from sqlalchemy import Engine

    from newscrawl.query import Query


def best_matches(engine: Engine, query: Query, *, most: int) -> list[dict[str, Any]]:
    """At most so many records that match, the best one first; of a query without words the latest."""
    with reading(engine).connect() as connection:
        numbers = full_text.ranked(connection, query_sql.plan(connection, query), most)
        texts = Records().read(connection, numbers)
        wanted = articles.c.number.in_(list(numbers))
        rows = connection.execute(articles.select().where(wanted)).all()
    sources = {row.number: row.source for row in rows}
    return [with_source(json.loads(texts[n]), sources[n]) for n in numbers if n in texts]
