"""Pictures, style sheets and fonts of captured pages: which are known, and which are to be fetched."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0021"
down_revision = "0020"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "requisites",
        sa.Column("key", sa.Text, primary_key=True),
        sa.Column("url", sa.Text, nullable=False),
        sa.Column("host", sa.Text, nullable=False),
        sa.Column("source", sa.Text, nullable=False),
        sa.Column("kind", sa.Text, nullable=False),
        sa.Column("page", sa.Text, nullable=False),
        sa.Column("depth", sa.Integer, nullable=False),
        sa.Column("priority", sa.Integer, nullable=False),
        sa.Column("due_at", sa.Float),
        sa.Column("owner", sa.Text),
        sa.Column("attempts", sa.Integer, nullable=False),
        sa.Column("outcome", sa.Text),
        sa.Column("cause", sa.Text),
        sa.Column("detail", sa.Text),
        sa.Column("status", sa.Integer),
        sa.Column("settled_at", sa.Float),
        sa.Column("added_at", sa.Float, nullable=False),
    )
    waits = sa.text("due_at IS NOT NULL")
    op.create_index(
        "requisites_waiting",
        "requisites",
        ["host", "due_at"],
        sqlite_where=waits,
        postgresql_where=waits,
    )
    op.create_index("requisites_of_page", "requisites", ["page"])


def downgrade() -> None:
    op.drop_table("requisites")
