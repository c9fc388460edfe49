"""The store's tables, as the migrations make them.

The records themselves are in those of `newscrawl.database.records`. The counts are kept by triggers; a number
is the sum of its rows, of which SQLite has one and PostgreSQL may have several.
"""

from __future__ import annotations

from sqlalchemy import BigInteger, Column, Float, Integer, MetaData, Table, Text

metadata = MetaData()

warcs = Table(
    "warcs",
    metadata,
    Column("name", Text, primary_key=True),
)

captures = Table(
    "captures",
    metadata,
    Column("record_id", Text, primary_key=True),
    Column("url", Text, nullable=False),
    Column("warc", Text, nullable=False),
    Column("offset", BigInteger, nullable=False),
    Column("length", BigInteger, nullable=False),
    Column("status", Integer, nullable=False),
    Column("payload_digest", Text, nullable=False),
    Column("captured_at", Text, nullable=False),
)

# `authors` is a JSON array. From `title` on to `kind` the columns are for other programs: the record says the
# same. The last two are for filters: see `newscrawl.database.filters`.
articles = Table(
    "articles",
    metadata,
    Column("number", Integer, primary_key=True),
    Column("id", Text, nullable=False),
    Column("revision", Integer, nullable=False),
    Column("url", Text, nullable=False),
    Column("source", Text, nullable=False),
    Column("fingerprint", Text, nullable=False),
    Column("published_at", Text),
    Column("captured_at", Text, nullable=False),
    Column("record_id", Text, nullable=False),
    Column("lacks", Integer, nullable=False, server_default="0"),
    Column("title", Text),
    Column("authors", Text),
    Column("language", Text),
    Column("publisher", Text),
    Column("section", Text),
    Column("kind", Text),
    Column("published_time", Float),
    Column("labels", Text, nullable=False, server_default="|"),
)

# `number` counts records, `articles` those with different ids.
article_counts = Table(
    "article_counts",
    metadata,
    Column("source", Text, primary_key=True),
    Column("number", Integer, nullable=False),
    Column("articles", Integer, nullable=False),
)

# First records of articles that were no backlog, by the hour of their capture (as `captured_at` begins) and
# by what they lack (`newscrawl.baselines.lacks`).
article_hours = Table(
    "article_hours",
    metadata,
    Column("source", Text, primary_key=True),
    Column("hour", Text, primary_key=True),
    Column("lacks", Integer, primary_key=True),
    Column("number", Integer, nullable=False),
)

totals = Table(
    "totals",
    metadata,
    Column("name", Text, primary_key=True),
    Column("number", Integer, nullable=False),
)
