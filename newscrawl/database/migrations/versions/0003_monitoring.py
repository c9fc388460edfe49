"""What an article lacks, and the indexes by which a crawl is compared with its own past."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None

_HUBS = sa.text("kind IN ('seed', 'feed', 'sitemap')")
_SETTLED = sa.text("settled_at IS NOT NULL")

# As newscrawl.baselines.lacks: 1 no date, 2 neither author nor agency, 4 next to no body,
# 8 old when captured.
_LACKS = {
    "sqlite": "(published_at IS NULL)"
    " + 2 * (coalesce(json_array_length(record, '$.authors'), 0) = 0"
    " AND coalesce(json_array_length(record, '$.credit'), 0) = 0)"
    " + 4 * (length(coalesce(json_extract(record, '$.body'), '')) < 200)"
    " + 8 * coalesce(substr(published_at, 1, 10) < date(substr(captured_at, 1, 10), '-3 days'), 0)",
    "postgresql": "(published_at IS NULL)::int"
    " + 2 * (coalesce(record::json ->> 'authors', '[]') = '[]'"
    " AND coalesce(record::json ->> 'credit', '[]') = '[]')::int"
    " + 4 * (length(coalesce(record::json ->> 'body', '')) < 200)::int"
    " + 8 * coalesce(substr(published_at, 1, 10)"
    " < (substr(captured_at, 1, 10)::date - 3)::text, false)::int",
}


def upgrade() -> None:
    op.add_column("articles", sa.Column("lacks", sa.Integer, nullable=False, server_default="0"))
    op.execute(f"UPDATE articles SET lacks = {_LACKS[op.get_bind().dialect.name]}")  # noqa: S608
    op.create_index("articles_captured", "articles", ["source", "captured_at", "revision", "lacks"])
    op.create_index(
        "urls_settled",
        "urls",
        ["settled_at", "source", "kind", "outcome", "cause", "status"],
        sqlite_where=_SETTLED,
        postgresql_where=_SETTLED,
    )
    op.create_index(
        "urls_hubs", "urls", ["source", "key"], sqlite_where=_HUBS, postgresql_where=_HUBS
    )


def downgrade() -> None:
    op.drop_index("urls_hubs", "urls")
    op.drop_index("urls_settled", "urls")
    op.drop_index("articles_captured", "articles")
    op.drop_column("articles", "lacks")
