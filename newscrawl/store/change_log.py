"""The changes of articles in SQL, and what their last looks showed."""

from __future__ import annotations

import json
from dataclasses import fields, replace
from itertools import groupby
from typing import TYPE_CHECKING, Any

from sqlalchemy import bindparam, delete, or_, select, text

from newscrawl.database.batches import batches
from newscrawl.database.engine import reading
from newscrawl.database.inserting import insert_new
from newscrawl.database.records import Records
from newscrawl.edits.change import Change
from newscrawl.edits.first_look import MAX_OF_ONE_ID, Former
from newscrawl.edits.observation import ArticleState, first_state
from newscrawl.items import Article
from newscrawl.store.change_filter import ALL_CHANGES, ChangeFilter
from newscrawl.store.tables import article_states, articles, captures, changes
from newscrawl.urls import key

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from sqlalchemy import BindParameter, Connection, Engine, TextClause

    from newscrawl.edits.observation import Observed

#: Rows that are read or written together.
BATCH_SIZE = 200
#: Fields of an article that two looks are compared by.
WATCHED = ("title", "authors", "body", "description", "section", "image", "kind", "published_at",
           "modified_at", "is_accessible", "extractor")  # fmt: skip
_IDS: BindParameter[str] = bindparam("ids", expanding=True)
_LAST = (
    select(articles.c.id, articles.c.number, articles.c.source)
    .where(articles.c.id.in_(_IDS))
    .order_by(articles.c.revision)
)
_OF_ID = (
    select(articles.c.id, articles.c.captured_at)
    .where(articles.c.publisher_id == bindparam("publisher_id"), articles.c.revision == 1)
    .order_by(articles.c.captured_at, articles.c.id)
    .limit(MAX_OF_ONE_ID + 1)
)
_STATES = select(article_states).where(article_states.c.id.in_(_IDS))
_FLAGS = ("seen_at", "digest", "is_other_page", "missing_since", "missing_at", "is_removed", "is_walled",
          "moved_to", "has_new_address")  # fmt: skip
_CHANGE_FIELDS = tuple(each.name for each in fields(Change))
_MOVED = select(article_states.c.id, article_states.c.moved_to_key)
_MOVED = _MOVED.where(article_states.c.moved_to_key.in_(_IDS)).order_by(article_states.c.id)
_FORGETTING_STATES = delete(article_states).where(article_states.c.id.in_(_IDS))


def _insertion(table: str, columns: Sequence[str], on_conflict: str) -> TextClause:
    """An INSERT as text, which SQLite and PostgreSQL take alike and which costs nothing to put together."""
    names = ", ".join(f'"{name}"' for name in columns)
    values = ", ".join(f":{name}" for name in columns)
    insert = f"INSERT INTO {table} ({names}) VALUES ({values})"  # noqa: S608 -- names alone
    return text(f"{insert} ON CONFLICT {on_conflict}")


_STATE_FIELDS = (*_FLAGS, "moved_to_key", "fields")
_NEW_VALUES = ", ".join(f"{name} = excluded.{name}" for name in _STATE_FIELDS)
_ADDING = _insertion("changes", (*_CHANGE_FIELDS, "position"), "DO NOTHING")
_SETTING_STATES = _insertion(
    "article_states", ("id", *_STATE_FIELDS), f"(id) DO UPDATE SET {_NEW_VALUES}"
)


class ChangeLog:
    """Every method is one transaction."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine
        self._reading = reading(engine)
        self._records = Records()

    def states(self, ids: Iterable[str]) -> dict[str, ArticleState]:
        """The states of those of these articles that have a record, by id."""
        wanted = list(set(ids))
        if not wanted:
            return {}
        with self._reading.connect() as connection:
            return self._states(connection, wanted)

    def moved_to(self, url_keys: Iterable[str]) -> dict[str, Former]:
        """By the keys of these URLs, the articles whose addresses redirect there."""
        wanted = list(set(url_keys))
        if not wanted:
            return {}
        with self._reading.connect() as connection:
            rows = connection.execute(_MOVED, {"ids": wanted})
            found = {row.moved_to_key: row.id for row in rows}
            states = self._states(connection, list(found.values())) if found else {}
        return {
            url_key: Former(states[id_], "redirect", states[id_].seen_at)
            for url_key, id_ in found.items()
            if id_ in states
        }

    def of_publisher_ids(self, ids: Iterable[str]) -> dict[str, list[Former]]:
        """By the publisher's ids of `newscrawl.edits.publisher_ids`, the articles whose URLs have them.

        They come in the order of their first captures, one more than articles may have an id in common.
        """
        out: dict[str, list[Former]] = {}
        with self._reading.connect() as connection:
            for wanted in sorted(set(ids)):
                rows = connection.execute(_OF_ID, {"publisher_id": wanted}).all()
                states = self._states(connection, [row.id for row in rows]) if rows else {}
                known = [row for row in rows if row.id in states]
                out[wanted] = [Former(states[row.id], "id", row.captured_at) for row in known]
        return out

    def enter(self, observed: Iterable[Observed]) -> None:
        """Enter changes and states; what is there already stays. To be done before the records enter."""
        some = list(observed)
        if not some:
            return
        rows = list(_numbered(change for each in some for change in each.changes))
        with self._engine.begin() as connection:
            if rows:
                connection.execute(_ADDING, rows)
            _write_states(connection, (state_row(state) for each in some for state in each.states))

    def replace(self, new: Iterable[Change], states: Iterable[dict[str, Any]]) -> None:
        """Put changes, and states as of `state_row`, in the place of all that are there."""
        with self._engine.begin() as connection:
            connection.execute(delete(changes))
            connection.execute(delete(article_states))
            for rows in batches(_numbered(new), BATCH_SIZE):
                connection.execute(_ADDING, rows)
            for rows in batches(states, BATCH_SIZE):
                _write_states(connection, rows)

    def changes(self, which: ChangeFilter = ALL_CHANGES) -> Iterator[Change]:
        """The chosen changes in the order of their times; read while they are asked for."""
        query = select(*(changes.c[name] for name in _CHANGE_FIELDS)).where(*which.conditions())
        query = query.order_by(changes.c.not_after, changes.c.number)
        query = query.execution_options(yield_per=BATCH_SIZE)
        with self._reading.connect() as connection, connection.execute(query) as rows:
            for row in rows.mappings():
                yield Change(**row)

    def page(
        self, which: ChangeFilter, *, after: tuple[str, int] | None, limit: int
    ) -> list[tuple[int, Change]]:
        """Some of the chosen changes with their running numbers, the latest first.

        They stand behind `after`, the time and number of another change.
        """
        columns = [changes.c.number, *(changes.c[name] for name in _CHANGE_FIELDS)]
        query = select(*columns).where(*which.conditions())
        if after is not None:
            at, number = after
            query = query.where(changes.c.not_after <= at)
            query = query.where(or_(changes.c.not_after < at, changes.c.number < number))
        query = query.order_by(changes.c.not_after.desc(), changes.c.number.desc()).limit(limit)
        with self._reading.connect() as connection:
            rows = [dict(row) for row in connection.execute(query).mappings()]
        return [(row.pop("number"), Change(**row)) for row in rows]

    def by_warc(self, warcs: Iterable[str]) -> Iterator[tuple[str, Change]]:
        """The changes that captures in these WARCs show, each with its WARC, by WARC and time."""
        columns = [changes.c[name] for name in _CHANGE_FIELDS]
        query = select(captures.c.warc, *columns).where(captures.c.record_id == changes.c.record_id)
        query = query.order_by(captures.c.warc, changes.c.not_after, changes.c.number)
        query = query.execution_options(yield_per=BATCH_SIZE)
        with self._reading.connect() as connection:
            for some in batches(sorted(set(warcs)), BATCH_SIZE):
                of_some = query.where(captures.c.warc.in_(some))
                with connection.execute(of_some) as rows:
                    for row in rows.mappings():
                        fields = dict(row)
                        yield fields.pop("warc"), Change(**fields)

    def state_rows(self) -> Iterator[dict[str, Any]]:
        """All states, as of `state_row`."""
        query = select(article_states).execution_options(yield_per=BATCH_SIZE)
        with self._reading.connect() as connection, connection.execute(query) as rows:
            yield from map(dict, rows.mappings())

    def known_captures(self, record_ids: Iterable[str]) -> set[str]:
        """Those of these captures (record ids) that show changes."""
        found: set[str] = set()
        with self._reading.connect() as connection:
            for some in batches(record_ids, BATCH_SIZE):
                query = select(changes.c.record_id).where(changes.c.record_id.in_(some))
                found.update(connection.scalars(query))
        return found

    def _states(self, connection: Connection, ids: Sequence[str]) -> dict[str, ArticleState]:
        last = {row.id: row for row in connection.execute(_LAST, {"ids": ids})}
        if not last:
            return {}
        texts = self._records.read(connection, [row.number for row in last.values()])
        known = {
            row["id"]: row for row in connection.execute(_STATES, {"ids": list(last)}).mappings()
        }
        out = {}
        for id_, row in last.items():
            if row.number in texts:
                article = Article.from_dict(json.loads(texts[row.number]))
                if article.source is None:  # as records of older versions
                    article = replace(article, source=row.source)
                out[id_] = _state(article, known.get(id_))
        return out


def add_within(
    connection: Connection, new: Iterable[Change], states: Iterable[dict[str, Any]]
) -> None:
    """Add changes, and states of articles that have none, in the transaction of the caller."""
    for rows in batches(_numbered(new), BATCH_SIZE):
        connection.execute(_ADDING, rows)
    for rows in batches(states, BATCH_SIZE):
        connection.execute(insert_new(connection, article_states), rows)


def forget_within(connection: Connection, gone: Iterable[str]) -> None:
    """Remove the changes that these captures (record ids) show, in the transaction of the caller."""
    for some in batches(gone, BATCH_SIZE):
        connection.execute(delete(changes).where(changes.c.record_id.in_(some)))


def forget_orphans_within(connection: Connection) -> list[str]:
    """Remove changes and states of articles that have no record, in the transaction of the caller.

    Returns the WARCs of captures that are here and showed such changes.
    """
    known = select(articles.c.id)
    former = changes.c.from_article
    is_gone = changes.c.article.not_in(known) | (former.is_not(None) & former.not_in(known))
    concerned = (
        select(captures.c.warc)
        .distinct()
        .join(changes, changes.c.record_id == captures.c.record_id)
    )
    warcs = list(connection.scalars(concerned.where(is_gone)))
    connection.execute(delete(changes).where(is_gone))
    connection.execute(delete(article_states).where(article_states.c.id.not_in(known)))
    return warcs


def state_row(state: ArticleState) -> dict[str, Any]:
    """What a row of `article_states` says; only the id, if the record says all."""
    seen, record = state.article, state.record
    if state == first_state(record):
        return {"id": seen.id}
    stated = {
        name: getattr(seen, name)
        for name in WATCHED
        if getattr(seen, name) != getattr(record, name)
    }
    return {
        "id": seen.id,
        **{name: getattr(state, name) for name in _FLAGS},
        "moved_to_key": key(state.moved_to) if state.moved_to else None,
        "fields": json.dumps(stated, ensure_ascii=False),
    }


def _write_states(connection: Connection, states: Iterable[dict[str, Any]]) -> None:
    """Write the last of these rows for each article."""
    last = {row["id"]: row for row in states}
    if as_recorded := [id_ for id_, row in last.items() if len(row) == 1]:
        connection.execute(_FORGETTING_STATES, {"ids": as_recorded})
    if rows := [row for row in last.values() if len(row) > 1]:
        connection.execute(_SETTING_STATES, rows)


def _numbered(some: Iterable[Change]) -> Iterator[dict[str, Any]]:
    """The rows of changes; those of one capture, which stand together, are numbered."""
    for _, of_capture in groupby(some, key=lambda each: each.record_id):
        for position, change in enumerate(of_capture):
            row = {name: getattr(change, name) for name in _CHANGE_FIELDS}
            yield {**row, "position": position}


def _state(record: Article, row: Any) -> ArticleState:
    if row is None:
        return first_state(record)
    stated: dict[str, Any] = json.loads(row["fields"])
    stated = {name: tuple(v) if isinstance(v, list) else v for name, v in stated.items()}
    return ArticleState(replace(record, **stated), record, **{name: row[name] for name in _FLAGS})
