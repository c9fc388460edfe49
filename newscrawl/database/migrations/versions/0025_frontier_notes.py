"""Until when each pass has written into a WARC what the frontier knows and no capture says."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0025"
down_revision = "0024"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("runs", sa.Column("noted_at", sa.Float))


def downgrade() -> None:
    op.drop_column("runs", "noted_at")
