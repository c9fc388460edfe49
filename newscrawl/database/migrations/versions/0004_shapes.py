"""What the URLs of each shape ended as."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "shapes",
        sa.Column("site", sa.Text, primary_key=True),
        sa.Column("shape", sa.Text, primary_key=True),
        sa.Column("articles", sa.Integer, nullable=False),
        sa.Column("others", sa.Integer, nullable=False),
    )


def downgrade() -> None:
    op.drop_table("shapes")
