"""Sections announce others, too."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None


def _hubs(condition: str) -> None:
    op.drop_index("urls_hubs", "urls")
    where = sa.text(condition)
    op.create_index(
        "urls_hubs", "urls", ["source", "key"], sqlite_where=where, postgresql_where=where
    )


def upgrade() -> None:
    _hubs("kind IN ('seed', 'section', 'feed', 'sitemap')")


def downgrade() -> None:
    _hubs("kind IN ('seed', 'feed', 'sitemap')")
