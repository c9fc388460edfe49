"""SQLite's full-text index has no token of a stem that is a word of the same text.

Only the empty table is made here. It is filled by `newscrawl.database.reindexing`, batch by batch, between
this revision and the next one.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0019"
down_revision = "0018"
branch_labels = None
depends_on = None

_OPTIONS = "content = '', tokenize = 'unicode61 remove_diacritics 2'"


def upgrade() -> None:
    op.create_table("conversion", sa.Column("done", sa.Integer, nullable=False))
    op.execute("INSERT INTO conversion (done) VALUES (0)")
    if op.get_bind().dialect.name == "sqlite":
        # FTS5 takes two bytes less for each word of the first column.
        _text_index("body, title, authors, description, stems, language", "1, 8, 3, 3, 1, 0")
        # Twice as many parts are merged at once, each word is written less often.
        op.execute("INSERT INTO articles_text (articles_text, rank) VALUES ('automerge', 8)")


def downgrade() -> None:
    """SQLite's index is empty then, until the next upgrade fills it."""
    op.drop_table("conversion")
    if op.get_bind().dialect.name == "sqlite":
        _text_index("stems, title, authors, description, body", "1, 8, 3, 3, 1")


def _text_index(columns: str, weights: str) -> None:
    op.execute("DROP TABLE articles_text")
    op.execute(f"CREATE VIRTUAL TABLE articles_text USING fts5({columns}, {_OPTIONS})")
    op.execute(
        f"INSERT INTO articles_text (articles_text, rank) VALUES ('rank', 'bm25({weights})')"  # noqa: S608
    )
