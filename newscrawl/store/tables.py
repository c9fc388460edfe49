"""The store's tables, as the migrations make them.

The records themselves are in those of `newscrawl.database.records`. The counts are kept by triggers; a number
is the sum of its rows, of which SQLite has one and PostgreSQL may have several.
"""

from __future__ import annotations

from sqlalchemy import BigInteger, Boolean, Column, Float, Integer, MetaData, Table, Text, false

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
# same. The next two are for filters: see `newscrawl.database.filters`; the last one is that of
# `newscrawl.edits.publisher_ids`.
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
    Column("publisher_id", Text),
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

# Facts of `newscrawl.edits.change`. A capture shows several, in their order by `position`.
changes = Table(
    "changes",
    metadata,
    Column("number", Integer, primary_key=True),
    Column("article", Text, nullable=False),
    Column("url", Text, nullable=False),
    Column("source", Text, nullable=False),
    Column("kind", Text, nullable=False),
    Column("field", Text),
    Column("before", Text),
    Column("after", Text),
    Column("from_revision", Integer),
    Column("to_revision", Integer),
    Column("not_before", Text, nullable=False),
    Column("not_after", Text, nullable=False),
    Column("record_id", Text, nullable=False),
    Column("rule", Text, nullable=False),
    Column("words_in", Integer, nullable=False),
    Column("words_out", Integer, nullable=False),
    Column("words_moved", Integer, nullable=False),
    Column("noise", Text),
    Column("statement", Text),
    Column("from_article", Text),
    Column("position", Integer, nullable=False),
)

# What the looks behind the last record of an article showed; an article that was seen once has no row.
# `fields` (JSON) are those that the last look showed otherwise than the record says.
article_states = Table(
    "article_states",
    metadata,
    Column("id", Text, primary_key=True),
    Column("seen_at", Text, nullable=False),
    Column("digest", Text, nullable=False),
    Column("is_other_page", Boolean, nullable=False),
    Column("missing_since", Text),
    Column("missing_at", Text),
    Column("is_removed", Boolean, nullable=False),
    Column("is_walled", Boolean, nullable=False),
    Column("moved_to", Text),
    Column("moved_to_key", Text),
    Column("has_new_address", Boolean, nullable=False, server_default=false()),
    Column("fields", Text, nullable=False),
)

# One row for each pass: `id` is the id of its writer, `kind` crawl or watch, `what` it was told to fetch;
# `seen_at` is when it last said how far it is, `ended` how it ended, `missed` a JSON object: counts by cause.
# `noted_at`: what the frontier had by then is in a note in a WARC.
runs = Table(
    "runs",
    metadata,
    Column("id", Text, primary_key=True),
    Column("kind", Text, nullable=False),
    Column("what", Text, nullable=False),
    Column("host", Text, nullable=False),
    Column("process", Integer, nullable=False),
    Column("began_at", Float, nullable=False),
    Column("seen_at", Float, nullable=False),
    Column("ended_at", Float),
    Column("ended", Text),
    Column("fetched", Integer, nullable=False),
    Column("found", Integer, nullable=False),
    Column("articles", Integer, nullable=False),
    Column("missed", Text, nullable=False),
    Column("noted_at", Float),
)
