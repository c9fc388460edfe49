"""All records are in SQLite's full-text index as this version asks it."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0020"
down_revision = "0019"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.drop_table("conversion")


def downgrade() -> None:
    op.create_table("conversion", sa.Column("done", sa.Integer, nullable=False))
