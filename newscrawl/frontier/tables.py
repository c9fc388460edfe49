"""The frontier's tables, as the migrations make them."""

from __future__ import annotations

from sqlalchemy import Column, Float, Integer, MetaData, Table, Text

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
    Column("leased_until", Float),
    Column("attempts", Integer, nullable=False),
    Column("outcome", Text),
    Column("cause", Text),
    Column("detail", Text),
    Column("status", Integer),
    Column("settled_at", Float),
    Column("seen_at", Text),
    Column("capture", Text),
)

hosts = Table(
    "hosts",
    metadata,
    Column("host", Text, primary_key=True),
    Column("owner", Text),
    Column("leased_until", Float),
    Column("hold_until", Float, nullable=False),
    Column("next_due", Float),
)
