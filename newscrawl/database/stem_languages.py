"""The languages whose stems an index has, in SQL: a query asks for its words in each of them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sqlalchemy import text

from newscrawl.text.stems import code_of

if TYPE_CHECKING:
    from collections.abc import Iterable

    from sqlalchemy import Connection

_LANGUAGES = text("SELECT code FROM stem_languages ORDER BY code")
_NEW_LANGUAGE = text("INSERT INTO stem_languages (code) VALUES (:code) ON CONFLICT DO NOTHING")


def languages(connection: Connection) -> tuple[str, ...]:
    """The languages whose stems the index has."""
    return tuple(connection.scalars(_LANGUAGES))


def add_languages(connection: Connection, records: Iterable[dict[str, Any]]) -> None:
    """Note the languages of records that are indexed."""
    found = {code for record in records if (code := code_of(record))}
    for code in sorted(found.difference(languages(connection)) if found else ()):
        connection.execute(_NEW_LANGUAGE, {"code": code})
