"""Text reuse: sampled shingles, the pairs that they brought together, and articles still to be compared."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0022"
down_revision = "0021"
branch_labels = None
depends_on = None


def upgrade() -> None:
    is_sqlite = op.get_bind().dialect.name == "sqlite"
    clustered = {"sqlite_with_rowid": False} if is_sqlite else {}
    op.create_table(
        "lineage_documents",
        sa.Column("number", sa.Integer, primary_key=True),
        sa.Column("article", sa.Text, nullable=False),
        sa.Column("source", sa.Text, nullable=False),
        sa.Column("seen_at", sa.Text, nullable=False),
        sa.Column("density", sa.Integer, nullable=False),
        sa.Column("story", sa.BigInteger, nullable=False),
        sa.Column("hashes", sa.LargeBinary, nullable=False),
    )
    op.create_index("lineage_documents_article", "lineage_documents", ["article"], unique=True)
    op.create_index("lineage_documents_age", "lineage_documents", ["density", "seen_at"])
    op.create_table(
        "shingles",
        sa.Column("hash", sa.BigInteger, primary_key=True, autoincrement=False),
        sa.Column("document", sa.Integer, primary_key=True, autoincrement=False),
        **clustered,
    )
    op.create_table(
        "stop_shingles",
        sa.Column("hash", sa.BigInteger, primary_key=True, autoincrement=False),
        sa.Column("since", sa.Text, nullable=False),
        sa.Column("article", sa.Text, nullable=False),
        sa.Column("last", sa.Text, nullable=False),
        **clustered,
    )
    op.create_table(
        "reuse",
        sa.Column("earlier", sa.Text, primary_key=True),
        sa.Column("later", sa.Text, primary_key=True),
        sa.Column("label", sa.Text, nullable=False),
        sa.Column("reason", sa.Text, nullable=False),
        sa.Column("earlier_share", sa.Float, nullable=False),
        sa.Column("later_share", sa.Float, nullable=False),
        sa.Column("grams", sa.Float, nullable=False),
        sa.Column("longest", sa.Integer, nullable=False),
        sa.Column("runs", sa.Integer, nullable=False),
        sa.Column("covered", sa.Float),
        sa.Column("earlier_revision", sa.Integer, nullable=False),
        sa.Column("later_revision", sa.Integer, nullable=False),
        sa.Column("substitutions", sa.Text),
        sa.Column("reworded", sa.Text),
        sa.Column("reworded_source", sa.Text),
        sa.Column("rule", sa.Text, nullable=False),
        **clustered,
    )
    op.create_index("reuse_later", "reuse", ["later"])
    is_reworded = sa.text("reworded_source IS NOT NULL")
    op.create_index("reuse_reworded", "reuse", ["reworded_source"],
                    sqlite_where=is_reworded, postgresql_where=is_reworded)  # fmt: skip
    op.create_table(
        "lineage_pending",
        sa.Column("article", sa.Text, primary_key=True),
        sa.Column("seen_at", sa.Text, nullable=False),
    )
    op.create_index("lineage_pending_age", "lineage_pending", ["seen_at", "article"])
    op.create_table(
        "detachments",
        sa.Column("article", sa.Text, primary_key=True),
        sa.Column("detached_at", sa.Text, nullable=False),
    )
    op.execute(
        "INSERT INTO lineage_pending (article, seen_at)"
        " SELECT id, min(captured_at) FROM articles GROUP BY id"
    )


def downgrade() -> None:
    for name in (
        "detachments",
        "lineage_pending",
        "reuse",
        "stop_shingles",
        "shingles",
        "lineage_documents",
    ):
        op.drop_table(name)
