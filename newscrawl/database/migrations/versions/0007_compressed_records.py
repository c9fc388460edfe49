"""Records are compressed, their main fields are columns, and the full-text index keeps no copy of the text.

Only the new tables are made here. What the old ones hold is moved by `newscrawl.database.conversion`, batch
by batch, between this revision and the next one.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from newscrawl.urls import key

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None

_FIELDS = ("title", "authors", "language", "publisher", "section", "kind")

# What `captures` says as well is not said again of the URL.
_CAPTURES = {
    "sqlite": "UPDATE urls SET capture = c.record_id FROM captures c"
    " WHERE urls.capture IS NOT NULL AND c.record_id = json_extract(urls.capture, '$.record_id')",
    "postgresql": "UPDATE urls SET capture = c.record_id FROM captures c"
    " WHERE urls.capture IS NOT NULL AND c.record_id = urls.capture::json ->> 'record_id'",
}


def upgrade() -> None:
    op.create_table(
        "records",
        sa.Column(
            "place",
            sa.BigInteger().with_variant(sa.Integer, "sqlite"),
            primary_key=True,
            autoincrement=False,
        ),
        sa.Column("data", sa.LargeBinary, nullable=False),
    )
    op.create_table(
        "dictionaries",
        sa.Column("number", sa.Integer, primary_key=True, autoincrement=False),
        sa.Column("data", sa.LargeBinary, nullable=False),
    )
    for name in _FIELDS:
        op.add_column("articles", sa.Column(name, sa.Text))
    op.drop_index("articles_url", "articles")
    if op.get_bind().dialect.name == "sqlite":
        op.execute("DROP TABLE articles_text")
        op.execute(
            "CREATE VIRTUAL TABLE articles_text USING fts5(title, authors, description, body,"
            " content = '', tokenize = 'unicode61 remove_diacritics 2')"
        )
        op.execute(
            "INSERT INTO articles_text (articles_text, rank) VALUES ('rank', 'bm25(8, 3, 3, 1)')"
        )
    op.execute(_CAPTURES[op.get_bind().dialect.name])
    _targets()
    op.create_table("conversion", sa.Column("done", sa.Integer, nullable=False))
    op.execute("INSERT INTO conversion (done) VALUES (0)")


def _targets() -> None:
    """Note for which URL one stands that moved or is a duplicate."""
    op.add_column("urls", sa.Column("target_key", sa.Text))
    placed = (
        "SELECT key, target FROM urls WHERE cause IN ('moved', 'duplicate') AND target IS NOT NULL"
    )
    rows = [
        {"key": row.key, "target": key(row.target)}
        for row in op.get_bind().execute(sa.text(placed))
    ]
    if rows:
        op.get_bind().execute(
            sa.text("UPDATE urls SET target_key = :target WHERE key = :key"), rows
        )


def downgrade() -> None:
    if op.get_bind().scalar(sa.text("SELECT count(*) FROM articles")):
        raise RuntimeError("there is no way back once articles are compressed: replay the WARCs")
    op.drop_table("conversion")
    op.drop_column("urls", "target_key")
    if op.get_bind().dialect.name == "sqlite":
        op.execute("DROP TABLE articles_text")
        op.execute(
            "CREATE VIRTUAL TABLE articles_text USING fts5("
            "title, authors, description, body, tokenize = 'unicode61 remove_diacritics 2')"
        )
    op.create_index("articles_url", "articles", ["url"])
    for name in reversed(_FIELDS):
        op.drop_column("articles", name)
    op.drop_table("dictionaries")
    op.drop_table("records")
