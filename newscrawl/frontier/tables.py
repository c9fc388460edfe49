"""The frontier's tables, as the migrations make them.

A URL is `due`; or `later`, which it becomes due at `due_at`: it waits, or it is leased by `owner` until
then; or `done`. So a lease that runs out needs nobody to end it. `capture` is as `frontier.captured` keeps
it; `target_key` is the key of the URL for which one stands that moved or is a duplicate. `failures` counts
its ends as a miss since it last ended otherwise.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy import Column, Float, Integer, MetaData, Table, Text, literal_column

if TYPE_CHECKING:
    from sqlalchemy import ColumnElement

metadata = MetaData()

urls = Table(
    "urls",
    metadata,
    Column("key", Text, primary_key=True),
    Column("url", Text, nullable=False),
    Column("host", Text, nullable=False),
    Column("source", Text, nullable=False),
    Column("kind", Text, nullable=False),
    Column("depth", Integer, nullable=False),
    Column("priority", Integer, nullable=False),
    Column("rank", Float, nullable=False),
    Column("via", Text),
    Column("modified_at", Float),
    Column("state", Text, nullable=False),
    Column("due_at", Float),
    Column("owner", Text),
    Column("attempts", Integer, nullable=False),
    Column("outcome", Text),
    Column("cause", Text),
    Column("detail", Text),
    Column("status", Integer),
    Column("settled_at", Float),
    Column("seen_at", Text),
    Column("capture", Text),
    Column("added_at", Float),
    Column("published_at", Float),
    Column("announcement", Text),
    Column("first_at", Float),
    Column("rhythm", Text),
    Column("target", Text),
    Column("over_limit", Integer, nullable=False, server_default="0"),
    Column("target_key", Text),
    Column("failures", Integer, nullable=False, server_default="0"),
)

# A host belongs to `owner` until `leased_until`, and to nobody after that. `gap` is the time between two
# requests. Nothing of it is due before `next_due`, when it is looked at; null: nothing is. `failures` of
# its URLs in a row ended without any answer.
hosts = Table(
    "hosts",
    metadata,
    Column("host", Text, primary_key=True),
    Column("owner", Text),
    Column("leased_until", Float),
    Column("gap", Float, nullable=False),
    Column("hold_until", Float, nullable=False),
    Column("next_due", Float),
    Column("failures", Integer, nullable=False, server_default="0"),
)

# Of the URLs of a site that have one shape (`newscrawl.discovery.shape`, the host is in it), so many ended
# as articles and so many as something else for good, those of late above all.
shapes = Table(
    "shapes",
    metadata,
    Column("site", Text, primary_key=True),
    Column("shape", Text, primary_key=True),
    Column("articles", Integer, nullable=False),
    Column("others", Integer, nullable=False),
)

# Kept by triggers, as those of `newscrawl.store.tables`; '' and 0 stand for null. `captured`: one of the
# answers was an article; `waits`: due, in hand, or to be tried again; `last`: when the latest was added.
url_counts = Table(
    "url_counts",
    metadata,
    Column("source", Text, primary_key=True),
    Column("via", Text, primary_key=True),
    Column("kind", Text, primary_key=True),
    Column("captured", Integer, primary_key=True),
    Column("outcome", Text, primary_key=True),
    Column("cause", Text, primary_key=True),
    Column("waits", Integer, primary_key=True),
    Column("number", Integer, nullable=False),
    Column("last", Float, nullable=False),
)

# URLs by the day (since the epoch) on which they ended last; `last` is the latest moment of it.
url_ends = Table(
    "url_ends",
    metadata,
    Column("source", Text, primary_key=True),
    Column("day", Integer, primary_key=True),
    Column("is_hub", Integer, primary_key=True),
    Column("outcome", Text, primary_key=True),
    Column("cause", Text, primary_key=True),
    Column("status", Integer, primary_key=True),
    Column("number", Integer, nullable=False),
    Column("last", Float, nullable=False),
)

# So many URLs that the list at `via` announces are not known, for this cause: lists or pages (`place`).
left_out = Table(
    "left_out",
    metadata,
    Column("via", Text, primary_key=True),
    Column("cause", Text, primary_key=True),
    Column("place", Text, primary_key=True),
    Column("source", Text, nullable=False),
    Column("number", Integer, nullable=False),
    Column("at", Float, nullable=False),
)

# What captured pages need to look as they did. One is due from `due_at` on; null: it has ended. One that is
# leased is due again at the end of its lease. `page` is the first that needed it.
requisites = Table(
    "requisites",
    metadata,
    Column("key", Text, primary_key=True),
    Column("url", Text, nullable=False),
    Column("host", Text, nullable=False),
    Column("source", Text, nullable=False),
    Column("kind", Text, nullable=False),
    Column("page", Text, nullable=False),
    Column("depth", Integer, nullable=False),
    Column("priority", Integer, nullable=False),
    Column("due_at", Float),
    Column("owner", Text),
    Column("attempts", Integer, nullable=False),
    Column("outcome", Text),
    Column("cause", Text),
    Column("detail", Text),
    Column("status", Integer),
    Column("settled_at", Float),
    Column("added_at", Float, nullable=False),
)

# Sources by name: `definition` is the table of a source as it was last read from `file`, without what only
# requests need (headers, cookies, passwords); `paused_at` is since when nothing of it is fetched.
sources = Table(
    "sources",
    metadata,
    Column("name", Text, primary_key=True),
    Column("file", Text),
    Column("definition", Text),
    Column("read_at", Float),
    Column("paused_at", Float),
)


def written_out(word: str) -> ColumnElement[str]:
    """A word in a condition of a partial index: SQLite uses the index only where it can read the word."""
    return literal_column(f"'{word}'")
