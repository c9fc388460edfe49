"""What stands in a URL's place, and whether a limit ended it, are columns and no longer read from its
detail."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None

#: How the details of misses began that told of a limit, and not of the page alone.
_LIMITS = ("took longer than ", "the worker died ", "out of memory", "MemoryError")


def _duplicates(column: str) -> None:
    op.drop_index("urls_duplicate", "urls")
    where = sa.text("cause = 'duplicate'")
    op.create_index("urls_duplicate", "urls", [column], sqlite_where=where, postgresql_where=where)


def upgrade() -> None:
    op.add_column("urls", sa.Column("target", sa.Text))
    op.add_column("urls", sa.Column("over_limit", sa.Integer, nullable=False, server_default="0"))
    op.execute("UPDATE urls SET target = detail WHERE cause IN ('moved', 'duplicate')")
    _duplicates("target")
    op.execute("UPDATE urls SET over_limit = 1 WHERE cause IN ('too-large', 'bomb', 'too-complex')")
    for begin in _LIMITS:
        op.execute(
            sa.text(
                "UPDATE urls SET over_limit = 1"
                " WHERE cause = 'extraction-failed' AND detail LIKE :begin"
            ).bindparams(begin=f"{begin}%")
        )
    op.execute(
        "UPDATE urls SET cause = 'not-a-list' WHERE cause = 'no-links' AND detail NOT LIKE 'empty%'"
    )


def downgrade() -> None:
    _duplicates("detail")
    op.execute("UPDATE urls SET cause = 'no-links' WHERE cause = 'not-a-list'")
    op.drop_column("urls", "over_limit")
    op.drop_column("urls", "target")
