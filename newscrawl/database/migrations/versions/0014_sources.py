"""What the file of sources says of each source, and which sources are paused."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0014"
down_revision = "0013"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "sources",
        sa.Column("name", sa.Text, primary_key=True),
        sa.Column("file", sa.Text),
        sa.Column("definition", sa.Text),
        sa.Column("read_at", sa.Float),
        sa.Column("paused_at", sa.Float),
    )


def downgrade() -> None:
    op.drop_table("sources")
