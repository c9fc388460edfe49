"""Pairs of articles whose label does not depend on runs of characters have no index of them (`reuse.grams`).

The pairs that are there are derived again by the next crawl, or by `newscrawl migrate`.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0024"
down_revision = "0023"
branch_labels = None
depends_on = None


def upgrade() -> None:
    _with_grams(is_nullable=True)
    op.execute(
        "INSERT INTO lineage_pending (article, seen_at)"
        " SELECT article, seen_at FROM lineage_documents WHERE article IN (SELECT later FROM reuse)"
        " ON CONFLICT DO NOTHING"
    )


def downgrade() -> None:
    op.execute("UPDATE reuse SET grams = 0 WHERE grams IS NULL")
    _with_grams(is_nullable=False)


def _with_grams(*, is_nullable: bool) -> None:
    if op.get_bind().dialect.name != "sqlite":
        op.alter_column("reuse", "grams", nullable=is_nullable)
        return
    op.create_table(
        "reuse_again",
        sa.Column("earlier", sa.Text, primary_key=True),
        sa.Column("later", sa.Text, primary_key=True),
        sa.Column("label", sa.Text, nullable=False),
        sa.Column("reason", sa.Text, nullable=False),
        sa.Column("earlier_share", sa.Float, nullable=False),
        sa.Column("later_share", sa.Float, nullable=False),
        sa.Column("grams", sa.Float, nullable=is_nullable),
        sa.Column("longest", sa.Integer, nullable=False),
        sa.Column("runs", sa.Integer, nullable=False),
        sa.Column("covered", sa.Float),
        sa.Column("earlier_revision", sa.Integer, nullable=False),
        sa.Column("later_revision", sa.Integer, nullable=False),
        sa.Column("substitutions", sa.Text),
        sa.Column("reworded", sa.Text),
        sa.Column("reworded_source", sa.Text),
        sa.Column("rule", sa.Text, nullable=False),
        sqlite_with_rowid=False,
    )
    op.execute("INSERT INTO reuse_again SELECT * FROM reuse")
    op.drop_table("reuse")
    op.rename_table("reuse_again", "reuse")
    op.create_index("reuse_later", "reuse", ["later"])
    is_reworded = sa.text("reworded_source IS NOT NULL")
    op.create_index("reuse_reworded", "reuse", ["reworded_source"], sqlite_where=is_reworded)
