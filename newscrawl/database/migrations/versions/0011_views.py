"""Views for other programs: one column for each value, and no JSON. See docs/reference/database.md."""

from __future__ import annotations

from alembic import op

revision = "0011"
down_revision = "0010"
branch_labels = None
depends_on = None

_AUTHORS = {
    "sqlite": "(SELECT group_concat(value, '; ') FROM json_each(a.authors))",
    "postgresql": "(SELECT string_agg(value, '; ' ORDER BY place) FROM"
    " json_array_elements_text(a.authors::json) WITH ORDINALITY AS each (value, place))",
}
_PLACE = 'c.warc, c."offset" AS warc_offset, c.length AS warc_length, c.status, c.payload_digest'
_LAST = (
    " WHERE NOT EXISTS (SELECT 1 FROM articles later"
    " WHERE later.id = a.id AND later.revision > a.revision)"
)


def upgrade() -> None:
    authors = _AUTHORS[op.get_bind().dialect.name]
    articles = (
        "SELECT a.number, a.id, a.revision, a.url, a.source, a.title,"  # noqa: S608
        f" {authors} AS authors, a.published_at, a.language, a.publisher, a.section, a.kind,"
        f" a.captured_at, a.record_id, {_PLACE}"
        " FROM articles a LEFT JOIN captures c ON c.record_id = a.record_id"
    )
    op.execute(f"CREATE VIEW articles_flat AS {articles}")
    op.execute(f"CREATE VIEW articles_latest AS {articles}{_LAST}")
    op.execute(
        f"CREATE VIEW captures_flat AS SELECT c.record_id, c.url, c.captured_at, {_PLACE}"  # noqa: S608
        " FROM captures c"
    )
    op.execute(
        "CREATE VIEW misses_flat AS SELECT u.url, u.source, u.cause, u.detail, u.target, u.over_limit,"
        " u.status, u.seen_at, c.captured_at, c.record_id, c.warc,"
        ' c."offset" AS warc_offset, c.length AS warc_length'
        " FROM urls u LEFT JOIN captures c ON c.record_id = u.capture WHERE u.outcome = 'miss'"
    )


def downgrade() -> None:
    for name in ("misses_flat", "captures_flat", "articles_latest", "articles_flat"):
        op.execute(f"DROP VIEW {name}")
