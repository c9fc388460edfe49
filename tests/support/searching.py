"""Search a store as a user writes it."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING

from newscrawl.query import parse

if TYPE_CHECKING:
    from newscrawl.store import Store
    from newscrawl.store.articles import Hit

NOW = datetime(2026, 5, 20, 12, tzinfo=UTC)


def search(store: Store, query: str, *, limit: int = 20) -> list[Hit]:
    return store.search(parse(query, now=NOW), limit=limit)
