"""The publisher's id in an article's URL, and which articles go on at another address."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from newscrawl.edits.publisher_ids import publisher_id

revision = "0023"
down_revision = "0022"
branch_labels = None
depends_on = None

#: Rows that are read together.
BATCH_SIZE = 1000


def upgrade() -> None:
    op.add_column("articles", sa.Column("publisher_id", sa.Text))
    op.add_column(
        "article_states",
        sa.Column("has_new_address", sa.Boolean, nullable=False, server_default=sa.false()),
    )
    _fill()
    op.create_index("articles_publisher_id", "articles", ["publisher_id", "revision"])


def _fill() -> None:
    connection = op.get_bind()
    articles = sa.table(
        "articles", sa.column("number"), sa.column("url"), sa.column("publisher_id")
    )
    update = articles.update().where(articles.c.number == sa.bindparam("_number"))
    update = update.values(publisher_id=sa.bindparam("_id"))
    query = sa.select(articles.c.number, articles.c.url).order_by(articles.c.number)
    last = -1
    while rows := connection.execute(query.where(articles.c.number > last).limit(BATCH_SIZE)).all():
        last = rows[-1].number
        found = [(row.number, publisher_id(row.url)) for row in rows]
        if values := [{"_number": number, "_id": id_} for number, id_ in found if id_]:
            connection.execute(update, values)


def downgrade() -> None:
    op.drop_index("articles_publisher_id", "articles")
    op.drop_column("article_states", "has_new_address")
    op.drop_column("articles", "publisher_id")
