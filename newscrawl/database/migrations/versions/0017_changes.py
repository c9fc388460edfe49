"""What changed in articles, and what their last looks showed."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0017"
down_revision = "0016"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "changes",
        sa.Column("number", sa.Integer, primary_key=True),
        sa.Column("article", sa.Text, nullable=False),
        sa.Column("url", sa.Text, nullable=False),
        sa.Column("source", sa.Text, nullable=False),
        sa.Column("kind", sa.Text, nullable=False),
        sa.Column("field", sa.Text),
        sa.Column("before", sa.Text),
        sa.Column("after", sa.Text),
        sa.Column("from_revision", sa.Integer),
        sa.Column("to_revision", sa.Integer),
        sa.Column("not_before", sa.Text, nullable=False),
        sa.Column("not_after", sa.Text, nullable=False),
        sa.Column("record_id", sa.Text, nullable=False),
        sa.Column("rule", sa.Text, nullable=False),
        sa.Column("words_in", sa.Integer, nullable=False),
        sa.Column("words_out", sa.Integer, nullable=False),
        sa.Column("words_moved", sa.Integer, nullable=False),
        sa.Column("noise", sa.Text),
        sa.Column("statement", sa.Text),
        sa.Column("from_article", sa.Text),
        sa.Column("position", sa.Integer, nullable=False),
    )
    op.create_index("changes_capture", "changes", ["record_id", "position"], unique=True)
    op.create_index("changes_article", "changes", ["article"])
    op.create_index("changes_former", "changes", ["from_article"])
    op.create_index("changes_time", "changes", ["not_after", "number"])
    op.create_table(
        "article_states",
        sa.Column("id", sa.Text, primary_key=True),
        sa.Column("seen_at", sa.Text, nullable=False),
        sa.Column("digest", sa.Text, nullable=False),
        sa.Column("is_other_page", sa.Boolean, nullable=False),
        sa.Column("missing_since", sa.Text),
        sa.Column("missing_at", sa.Text),
        sa.Column("is_removed", sa.Boolean, nullable=False),
        sa.Column("is_walled", sa.Boolean, nullable=False),
        sa.Column("moved_to", sa.Text),
        sa.Column("moved_to_key", sa.Text),
        sa.Column("fields", sa.Text, nullable=False),
    )
    op.create_index("article_states_moved", "article_states", ["moved_to_key"])


def downgrade() -> None:
    op.drop_table("article_states")
    op.drop_table("changes")
