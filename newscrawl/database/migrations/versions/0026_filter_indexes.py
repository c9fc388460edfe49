"""Indexes for searches by language, for removed articles and for silent changes."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0026"
down_revision = "0025"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_index("articles_language", "articles", ["language"])
    op.create_index(
        "article_states_removed",
        "article_states",
        ["id"],
        sqlite_where=sa.text("is_removed = 1"),
        postgresql_where=sa.text("is_removed"),
    )
    op.create_index("changes_statement", "changes", ["statement", "kind", "noise", "article"])


def downgrade() -> None:
    op.drop_index("changes_statement", "changes")
    op.drop_index("article_states_removed", "article_states")
    op.drop_index("articles_language", "articles")
