"""The store's tables, as the migrations make them."""

from __future__ import annotations

from sqlalchemy import BigInteger, Column, Integer, MetaData, Table, Text

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
    Column("record", Text, nullable=False),
    Column("lacks", Integer, nullable=False, server_default="0"),
)
