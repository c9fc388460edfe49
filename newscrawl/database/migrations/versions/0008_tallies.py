"""Counts of URLs, captures and articles that triggers keep in the transaction that changes what is counted.

On SQLite, with its one writer, a trigger changes the row of a tally. On PostgreSQL that would make every
writer wait for every other: there a trigger adds a row, `newscrawl_fold` joins rows, and whoever reads adds
them up.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None

_URL = (
    "{0}.source, coalesce({0}.via, ''), {0}.kind,"
    " CASE WHEN {0}.first_at IS NOT NULL OR {0}.outcome = 'article' THEN 1 ELSE 0 END,"
    " coalesce({0}.outcome, ''), coalesce({0}.cause, ''),"
    " CASE WHEN {0}.state <> 'done' THEN 1 ELSE 0 END"
)
_END = (
    "{0}.source, CAST({floor}({0}.settled_at / 86400) AS INTEGER),"
    " CASE WHEN {0}.kind IN ('seed', 'section', 'feed', 'sitemap') THEN 1 ELSE 0 END,"
    " coalesce({0}.outcome, ''), coalesce({0}.cause, ''), coalesce({0}.status, 0)"
)
_HOUR = "{0}.source, substr({0}.captured_at, 1, 13), {0}.lacks"
_IS_FIRST = "{0}.revision = 1 AND {0}.lacks < 8"

#: Table: columns of its key, the same of a row {0}, the moment it keeps the latest of, which rows count,
#: the table they are counted in, and the columns whose change is looked at.
_TALLIES = {
    "url_counts": (
        "source, via, kind, captured, outcome, cause, waits", _URL, "coalesce({0}.added_at, 0)",
        "1 = 1", "urls", "source, via, kind, first_at, outcome, cause, state, added_at",
    ),
    "url_ends": (
        "source, day, is_hub, outcome, cause, status", _END, "{0}.settled_at",
        "{0}.settled_at IS NOT NULL", "urls", "source, kind, outcome, cause, status, settled_at",
    ),
    "article_hours": (
        "source, hour, lacks", _HOUR, None, _IS_FIRST, "articles",
        "source, captured_at, lacks, revision",
    ),
    "article_counts": ("source", "{0}.source", None, "1 = 1", "articles", "source, id"),
    "totals": ("name", "'captures'", None, "1 = 1", "captures", "record_id"),
}  # fmt: skip

_INDEXES = {
    "urls_placed": (["source", "added_at"], "cause IN ('moved', 'duplicate')"),
    "urls_unread": (["key"], "cause = 'not-extracted'"),
}


def upgrade() -> None:
    op.drop_column("articles", "record")
    op.drop_table("conversion")
    is_sqlite = op.get_bind().dialect.name == "sqlite"
    for name, columns in _columns().items():
        op.create_table(name, *columns, **({"sqlite_with_rowid": False} if is_sqlite else {}))
        if is_sqlite:
            continue
        op.create_index(f"{name}_key", name, _TALLIES[name][0].split(", "))
    for name in _TALLIES:
        _count_all(name, is_sqlite=is_sqlite)
        if is_sqlite:
            _sqlite_triggers(name)
        else:
            _postgresql_triggers(name)
    if not is_sqlite:
        _postgresql_fold()
    _remove_records(is_sqlite=is_sqlite)
    for index, (indexed, condition) in _INDEXES.items():
        where = sa.text(condition)
        op.create_index(index, "urls", indexed, sqlite_where=where, postgresql_where=where)
    _view()


def downgrade() -> None:
    op.execute("DROP VIEW article_fields")
    if op.get_bind().dialect.name == "postgresql":
        op.execute("DROP FUNCTION records_remove() CASCADE")
    else:
        op.execute("DROP TRIGGER records_removed")
    for index in _INDEXES:
        op.drop_index(index, "urls")
    for name in _TALLIES:
        if op.get_bind().dialect.name == "postgresql":
            op.execute(f"DROP FUNCTION {name}_keep() CASCADE")
        else:
            for what in ("added", "changed", "removed"):
                op.execute(f"DROP TRIGGER {name}_{what}")
        op.drop_table(name)
    if op.get_bind().dialect.name == "postgresql":
        op.execute("DROP FUNCTION newscrawl_fold()")
    op.create_table("conversion", sa.Column("done", sa.Integer, nullable=False))
    op.add_column("articles", sa.Column("record", sa.Text, nullable=False, server_default=""))


def _columns() -> dict[str, list[sa.Column[object]]]:
    """The columns of each tally, in the order of its key, then the numbers."""
    is_sqlite = op.get_bind().dialect.name == "sqlite"
    integers = {"captured", "waits", "day", "is_hub", "status", "lacks"}
    made = {}
    for name, (key, _, last, *_) in _TALLIES.items():
        columns: list[sa.Column[object]] = [
            sa.Column(
                each,
                sa.Integer if each in integers else sa.Text,
                primary_key=is_sqlite,
                nullable=False,
            )
            for each in key.split(", ")
        ]
        columns.append(sa.Column("number", sa.Integer, nullable=False))
        if last:
            columns.append(sa.Column("last", sa.Float, nullable=False))
        if name == "article_counts":
            columns.append(sa.Column("articles", sa.Integer, nullable=False))
        made[name] = columns
    return made


def _cell(name: str, row: str, number: str) -> str:
    """What a row adds to its tally, as the values of a SELECT."""
    _, cell, last, *_ = _TALLIES[name]
    floor = "" if op.get_bind().dialect.name == "sqlite" else "floor"
    values = f"{cell.format(row, floor=floor)}, {number}"
    if last:
        values += f", {last.format(row)}"
    if name == "article_counts":
        # An article counts once for a source, by whichever of its records is there.
        other = (
            f"SELECT 1 FROM articles a WHERE a.id = {row}.id AND a.source = {row}.source"  # noqa: S608
            f" AND a.number <> {row}.number"
        )
        values += f", CASE WHEN EXISTS ({other}) THEN 0 ELSE {number} END"
    return values


def _count_all(name: str, *, is_sqlite: bool) -> None:
    key, cell, last, which, table, _ = _TALLIES[name]
    values = cell.format("t", floor="" if is_sqlite else "floor") + ", count(*)"
    if last:
        values += f", max({last.format('t')})"
    if name == "article_counts":
        values += ", count(DISTINCT t.id)"
    if name == "totals":
        query = f"SELECT 'captures', count(*) FROM {table}"  # noqa: S608
    else:
        number = len(key.split(", "))
        groups = ", ".join(str(n + 1) for n in range(number))
        query = f"SELECT {values} FROM {table} t WHERE {which.format('t')} GROUP BY {groups}"  # noqa: S608
    op.execute(f"INSERT INTO {name} {query}")


def _sqlite_triggers(name: str) -> None:
    key, _, last, which, table, changing = _TALLIES[name]
    grown = "number = number + excluded.number"
    if last:
        grown += ", last = max(last, excluded.last)"
    if name == "article_counts":
        grown += ", articles = articles + excluded.articles"

    def enter(row: str, number: int) -> str:
        values = _cell(name, row, str(number))
        return (
            f"INSERT INTO {name} SELECT {values} WHERE {which.format(row)}"
            f" ON CONFLICT ({key}) DO UPDATE SET {grown};"
        )

    op.execute(f"CREATE TRIGGER {name}_added AFTER INSERT ON {table} BEGIN {enter('NEW', 1)} END")
    op.execute(
        f"CREATE TRIGGER {name}_removed AFTER DELETE ON {table} BEGIN {enter('OLD', -1)} END"
    )
    op.execute(
        f"CREATE TRIGGER {name}_changed AFTER UPDATE OF {changing} ON {table}"
        f" WHEN {_is_changed(name)} BEGIN {enter('OLD', -1)} {enter('NEW', 1)} END"
    )


def _is_changed(name: str) -> str:
    """The condition of a trigger: the row counts elsewhere from now on."""
    _, cell, last, which, *_ = _TALLIES[name]
    is_sqlite = op.get_bind().dialect.name == "sqlite"
    floor, differs = ("", "IS NOT") if is_sqlite else ("floor", "IS DISTINCT FROM")
    whole = f"{cell}, {which}" + (f", {last}" if last else "")
    if name == "article_counts":
        whole += ", {0}.id"
    old, new = (whole.format(row, floor=floor) for row in ("OLD", "NEW"))
    return f"({old}) {differs} ({new})" if is_sqlite else f"ROW({old}) {differs} ROW({new})"


def _postgresql_triggers(name: str) -> None:
    _, _, _, which, table, changing = _TALLIES[name]
    # Of the rows that one statement changes, a trigger sees those before its own only if it comes before.
    moment = "BEFORE" if name == "article_counts" else "AFTER"

    def enter(row: str, number: int) -> str:
        return (
            f"INSERT INTO {name} SELECT {_cell(name, row, str(number))} WHERE {which.format(row)};"
        )

    op.execute(
        f"CREATE FUNCTION {name}_keep() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN"
        f" IF TG_OP <> 'INSERT' THEN {enter('OLD', -1)} END IF;"
        f" IF TG_OP <> 'DELETE' THEN {enter('NEW', 1)} END IF;"
        f" RETURN coalesce(NEW, OLD); END $$"
    )
    for what, when, condition in (
        ("added", "INSERT", ""),
        ("removed", "DELETE", ""),
        ("changed", f"UPDATE OF {changing}", f" WHEN ({_is_changed(name)})"),
    ):
        op.execute(
            f"CREATE TRIGGER {name}_{what} {moment} {when} ON {table}"
            f" FOR EACH ROW{condition} EXECUTE FUNCTION {name}_keep()"
        )


def _postgresql_fold() -> None:
    """The function that joins the rows of each tally that have one key."""
    steps = []
    for name, (key, _, last, *_) in _TALLIES.items():
        sums = "sum(number)" + (", max(last)" if last else "")
        if name == "article_counts":
            sums += ", sum(articles)"
        steps.append(
            f"WITH gone AS (DELETE FROM {name} WHERE ({key}) IN"  # noqa: S608
            f" (SELECT {key} FROM {name} GROUP BY {key} HAVING count(*) > 1) RETURNING *)"
            f" INSERT INTO {name} SELECT {key}, {sums} FROM gone GROUP BY {key};"
        )
    op.execute(
        "CREATE FUNCTION newscrawl_fold() RETURNS void LANGUAGE plpgsql AS $$ BEGIN"
        # Any number that no other program locks: one process folds at a time, and none waits for it.
        f" IF NOT pg_try_advisory_xact_lock(1852142451) THEN RETURN; END IF; {' '.join(steps)} END $$"
    )


def _remove_records(*, is_sqlite: bool) -> None:
    """An article's record goes with it."""
    body = "DELETE FROM records WHERE place BETWEEN 8 * OLD.number AND 8 * OLD.number + 7;"
    if is_sqlite:
        op.execute(f"CREATE TRIGGER records_removed AFTER DELETE ON articles BEGIN {body} END")
        return
    body = body.replace("8 * OLD.number", "8 * OLD.number::bigint")
    op.execute(
        "CREATE FUNCTION records_remove() RETURNS trigger LANGUAGE plpgsql AS"
        f" $$ BEGIN {body} RETURN OLD; END $$"
    )
    op.execute(
        "CREATE TRIGGER records_removed AFTER DELETE ON articles"
        " FOR EACH ROW EXECUTE FUNCTION records_remove()"
    )


def _view() -> None:
    """What other programs may read: every record's main fields, and where its capture lies."""
    offset = 'c."offset"'
    op.execute(
        "CREATE VIEW article_fields AS SELECT a.number, a.id, a.revision, a.url, a.source, a.title,"  # noqa: S608
        " a.authors, a.published_at, a.language, a.publisher, a.section, a.kind, a.captured_at,"
        f" a.record_id, c.warc, {offset}, c.length, c.status"
        " FROM articles a LEFT JOIN captures c ON c.record_id = a.record_id"
    )
