"""How do tables follow captures that were moved to other files, or taken out of them?"""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING, Any

import msgspec
from sqlalchemy import BigInteger, bindparam, delete, select, update

from newscrawl.database.inserting import insert_new
from newscrawl.database.records import PARTS
from newscrawl.database.records import records as record_parts
from newscrawl.store import superseding
from newscrawl.store.tables import articles, captures, warcs
from newscrawl.urls import key

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Iterator, Mapping

    from sqlalchemy import Connection

    from newscrawl.database.records import Records

_MOVING = (
    update(captures)
    .where(captures.c.record_id == bindparam("_id"))
    .values(
        warc=bindparam("_warc"),
        offset=bindparam("_offset", type_=BigInteger),
        length=bindparam("_length", type_=BigInteger),
    )
)
_ARTICLES = select(articles.c.number, articles.c.record_id).where(
    articles.c.record_id.in_(bindparam("ids", expanding=True))
)


def move(connection: Connection, records: Records, places: Mapping[str, Mapping[str, Any]]) -> None:
    """Let these captures, by the ids of their records, lie at other places (`warc`, `offset`, `length`).

    The records of their articles say so as well. Done twice it does the same.
    """
    if not places:
        return
    rows = [
        {"_id": i, "_warc": p["warc"], "_offset": p["offset"], "_length": p["length"]}
        for i, p in places.items()
    ]
    connection.execute(_MOVING, rows)
    made_of = {
        row.number: row.record_id for row in connection.execute(_ARTICLES, {"ids": list(places)})
    }
    texts = []
    for number, text in records.read(connection, list(made_of)).items():
        record = json.loads(text)
        record["capture"] = {**record["capture"], **places[made_of[number]]}
        texts.append((number, msgspec.json.encode(record)))
    for number, _ in texts:
        of_article = record_parts.c.place.between(number * PARTS, number * PARTS + PARTS - 1)
        connection.execute(delete(record_parts).where(of_article))
    records.write(connection, texts)


def take_out(
    connection: Connection, records: Records, gone: Collection[str], *, keeps_articles: bool
) -> None:
    """Forget captures with these record ids and, unless they are kept, the articles made of them."""
    if not keeps_articles:
        superseding.take_out(connection, records, gone)
    connection.execute(delete(captures).where(captures.c.record_id.in_(list(gone))))


def replace_files(connection: Connection, old: Iterable[str], settled: Iterable[str]) -> None:
    """Note that files are gone, and of which new ones every capture has been dealt with."""
    connection.execute(delete(warcs).where(warcs.c.name.in_(list(old))))
    if rows := [{"name": name} for name in settled]:
        connection.execute(insert_new(connection, warcs), rows)


def captures_of_keys(connection: Connection, keys: Collection[str]) -> Iterator[tuple[str, str]]:
    """Record id and WARC of the captures of URLs with these keys. Each host's captures are gone through."""
    hosts = {re.split(r"[/?]", each, maxsplit=1)[0] for each in keys}
    for host in sorted(hosts):
        query = select(captures.c.record_id, captures.c.url, captures.c.warc)
        query = query.where(captures.c.url.contains(host, autoescape=True))
        query = query.execution_options(yield_per=1000)
        with connection.execute(query) as rows:
            for row in rows:
                if key(row.url) in keys:
                    yield row.record_id, row.warc
