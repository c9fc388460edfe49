"""The tables of text reuse, as the migrations make them. All of it follows from the articles."""

from __future__ import annotations

from sqlalchemy import BigInteger, Column, Float, Integer, LargeBinary, MetaData, Table, Text

metadata = MetaData()

# An article with a text. `seen_at` is its first capture; `hashes` are those that `shingles` has of it, six
# bytes each; `story` is the least of its sampled hashes, which copies of one text share.
documents = Table(
    "lineage_documents",
    metadata,
    Column("number", Integer, primary_key=True),
    Column("article", Text, nullable=False),
    Column("source", Text, nullable=False),
    Column("seen_at", Text, nullable=False),
    Column("density", Integer, nullable=False),
    Column("story", BigInteger, nullable=False),
    Column("hashes", LargeBinary, nullable=False),
)

shingles = Table(
    "shingles",
    metadata,
    Column("hash", BigInteger, primary_key=True, autoincrement=False),
    Column("document", Integer, primary_key=True, autoincrement=False),
)

# Boilerplate for articles behind (`since`, `article`), up to a month behind `last`, when it stood in one.
stop_shingles = Table(
    "stop_shingles",
    metadata,
    Column("hash", BigInteger, primary_key=True, autoincrement=False),
    Column("since", Text, nullable=False),
    Column("article", Text, nullable=False),
    Column("last", Text, nullable=False),
)

# Two articles that were compared, in the order in which they were seen first. `earlier_share` is the share of
# the earlier one that the later one has. `reworded` is the one that has other words in their place.
reuse = Table(
    "reuse",
    metadata,
    Column("earlier", Text, primary_key=True),
    Column("later", Text, primary_key=True),
    Column("label", Text, nullable=False),
    Column("reason", Text, nullable=False),
    Column("earlier_share", Float, nullable=False),
    Column("later_share", Float, nullable=False),
    Column("grams", Float),
    Column("longest", Integer, nullable=False),
    Column("runs", Integer, nullable=False),
    Column("covered", Float),
    Column("earlier_revision", Integer, nullable=False),
    Column("later_revision", Integer, nullable=False),
    Column("substitutions", Text),
    Column("reworded", Text),
    Column("reworded_source", Text),
    Column("rule", Text, nullable=False),
)

# Articles that are still to be compared: those of archives of older versions, and what more than one
# transaction is needed for.
pending = Table(
    "lineage_pending",
    metadata,
    Column("article", Text, primary_key=True),
    Column("seen_at", Text, nullable=False),
)

# Articles that a person has detached from their story (`newscrawl stories --detach`): no capture says so.
detachments = Table(
    "detachments",
    metadata,
    Column("article", Text, primary_key=True),
    Column("detached_at", Text, nullable=False),
)
