"""The frontier's URLs and hosts; the store's captures, articles and their full-text index."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None


def upgrade() -> None:
    _frontier()
    _store()
    if op.get_bind().dialect.name == "sqlite":
        op.execute(
            "CREATE VIRTUAL TABLE articles_text USING fts5("
            "title, authors, description, body, tokenize = 'unicode61 remove_diacritics 2')"
        )
    else:
        op.execute(
            "CREATE TABLE articles_text (number INTEGER PRIMARY KEY, words TSVECTOR NOT NULL)"
        )
        op.execute("CREATE INDEX articles_text_words ON articles_text USING GIN (words)")


def downgrade() -> None:
    for name in ("articles_text", "articles", "captures", "warcs", "hosts", "urls"):
        op.execute(f"DROP TABLE IF EXISTS {name}")


def _partial_index(name: str, columns: list[str], where: str) -> None:
    op.create_index(
        name,
        "urls",
        [sa.text(column) for column in columns],
        sqlite_where=sa.text(where),
        postgresql_where=sa.text(where),
    )


def _frontier() -> None:
    op.create_table(
        "urls",
        sa.Column("key", sa.Text, primary_key=True),
        sa.Column("url", sa.Text, nullable=False),
        sa.Column("host", sa.Text, nullable=False),
        sa.Column("source", sa.Text, nullable=False),
        sa.Column("kind", sa.Text, nullable=False),
        sa.Column("depth", sa.Integer, nullable=False),
        sa.Column("priority", sa.Integer, nullable=False),
        sa.Column("rank", sa.Float, nullable=False),
        sa.Column("via", sa.Text),
        sa.Column("modified_at", sa.Float),
        sa.Column("state", sa.Text, nullable=False),
        sa.Column("due_at", sa.Float),
        sa.Column("owner", sa.Text),
        sa.Column("attempts", sa.Integer, nullable=False),
        sa.Column("outcome", sa.Text),
        sa.Column("cause", sa.Text),
        sa.Column("detail", sa.Text),
        sa.Column("status", sa.Integer),
        sa.Column("settled_at", sa.Float),
        sa.Column("seen_at", sa.Text),
        sa.Column("capture", sa.Text),
    )
    _partial_index("urls_due", ["host", "priority", "rank DESC", "key"], "state = 'due'")
    _partial_index("urls_later", ["host", "due_at"], "state = 'later'")
    _partial_index("urls_leased", ["owner", "host"], "owner IS NOT NULL")
    _partial_index("urls_seeds", ["key"], "kind = 'seed'")
    _partial_index("urls_missed", ["seen_at", "key"], "outcome = 'miss'")
    _partial_index("urls_duplicate", ["detail"], "cause = 'duplicate'")
    op.create_table(
        "hosts",
        sa.Column("host", sa.Text, primary_key=True),
        sa.Column("owner", sa.Text),
        sa.Column("leased_until", sa.Float),
        sa.Column("gap", sa.Float, nullable=False),
        sa.Column("hold_until", sa.Float, nullable=False),
        sa.Column("next_due", sa.Float),
    )
    op.create_index("hosts_next_due", "hosts", ["next_due"])


def _store() -> None:
    op.create_table("warcs", sa.Column("name", sa.Text, primary_key=True))
    op.create_table(
        "captures",
        sa.Column("record_id", sa.Text, primary_key=True),
        sa.Column("url", sa.Text, nullable=False),
        sa.Column("warc", sa.Text, nullable=False),
        sa.Column("offset", sa.BigInteger, nullable=False),
        sa.Column("length", sa.BigInteger, nullable=False),
        sa.Column("status", sa.Integer, nullable=False),
        sa.Column("payload_digest", sa.Text, nullable=False),
        sa.Column("captured_at", sa.Text, nullable=False),
    )
    op.create_index("captures_url", "captures", ["url", "captured_at"])
    op.create_index("captures_place", "captures", ["warc", "offset"], unique=True)
    op.create_table(
        "articles",
        sa.Column("number", sa.Integer, primary_key=True),
        sa.Column("id", sa.Text, nullable=False),
        sa.Column("revision", sa.Integer, nullable=False),
        sa.Column("url", sa.Text, nullable=False),
        sa.Column("source", sa.Text, nullable=False),
        sa.Column("fingerprint", sa.Text, nullable=False),
        sa.Column("published_at", sa.Text),
        sa.Column("captured_at", sa.Text, nullable=False),
        sa.Column("record_id", sa.Text, nullable=False),
        sa.Column("record", sa.Text, nullable=False),
    )
    op.create_index("articles_id", "articles", ["id", "revision"], unique=True)
    op.create_index("articles_url", "articles", ["url"])
    op.create_index("articles_record_id", "articles", ["record_id"], unique=True)
