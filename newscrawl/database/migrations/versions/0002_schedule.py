"""What was said of a URL where it was announced, and what its schedule goes by."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    for column in (
        sa.Column("added_at", sa.Float),
        sa.Column("published_at", sa.Float),
        sa.Column("announcement", sa.Text),
        sa.Column("first_at", sa.Float),
        sa.Column("rhythm", sa.Text),
    ):
        op.add_column("urls", column)
    op.add_column("hosts", sa.Column("failures", sa.Integer, nullable=False, server_default="0"))
    op.create_index("urls_added_at", "urls", ["source", "added_at"])


def downgrade() -> None:
    op.drop_index("urls_added_at", "urls")
    op.drop_column("hosts", "failures")
    for name in ("rhythm", "first_at", "announcement", "published_at", "added_at"):
        op.drop_column("urls", name)
