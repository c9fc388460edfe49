"""Insert what may be there already: said differently by SQLite and PostgreSQL, meant the same."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy.dialects import sqlite

if TYPE_CHECKING:
    from sqlalchemy import Connection, Table
    from sqlalchemy.dialects.postgresql import Insert as PostgresqlInsert
    from sqlalchemy.dialects.sqlite import Insert as SqliteInsert


def insert_new(connection: Connection, table: Table) -> PostgresqlInsert | SqliteInsert:
    """An INSERT that leaves a row alone whose key is there, also if another process puts it just now."""
    return insert_into(connection, table).on_conflict_do_nothing()


def insert_into(connection: Connection, table: Table) -> PostgresqlInsert | SqliteInsert:
    """An INSERT that may be told what to do with a row whose key is there (`on_conflict_do_update`)."""
    if connection.dialect.name == "postgresql":
        # Imported here: it takes as long as all the rest of the database.
        from sqlalchemy.dialects import postgresql

        return postgresql.insert(table)
    return sqlite.insert(table)
