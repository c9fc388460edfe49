"""All records are in the full-text index with the stems of their words."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0013"
down_revision = "0012"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.drop_table("conversion")


def downgrade() -> None:
    op.create_table("conversion", sa.Column("done", sa.Integer, nullable=False))
