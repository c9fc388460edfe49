"""Articles have what the filters of a query compare: the time of publication, and labels."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from newscrawl.database import filters

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("articles", sa.Column("published_time", sa.Float))
    op.add_column("articles", sa.Column("labels", sa.Text, nullable=False, server_default="|"))
    filters.fill(op.get_bind())
    op.create_index("articles_published", "articles", ["published_time"])
    # There are few of these, and from them follows which records are not the latest.
    revised = sa.text("revision > 1")
    op.create_index(
        "articles_revised",
        "articles",
        ["id", "revision"],
        sqlite_where=revised,
        postgresql_where=revised,
    )


def downgrade() -> None:
    op.drop_index("articles_revised", "articles")
    op.drop_index("articles_published", "articles")
    op.drop_column("articles", "labels")
    op.drop_column("articles", "published_time")
