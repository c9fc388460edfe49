"""A database that cannot be used is one line, and never a password."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

import pytest

from newscrawl.database.engine import open_database
from newscrawl.errors import StorageError, UsageError
from tests.conftest import newscrawl

if TYPE_CHECKING:
    from pathlib import Path

SECRET = "postgresql+psycopg://user:secret@127.0.0.1:1/news"  # nobody listens at port 1


@pytest.mark.parametrize("url", ["mysql://host/news", "nonsense://host", "postgresql+none://host"])
def test_other_databases_are_refused(url: str) -> None:
    with pytest.raises(UsageError, match=r"://"):
        open_database(url)


def test_a_server_that_does_not_answer(tmp_path: Path) -> None:
    pytest.importorskip("psycopg")
    with pytest.raises(StorageError) as raised:
        open_database(SECRET)
    assert "127.0.0.1" in str(raised.value)
    assert "secret" not in str(raised.value)
    assert "\n" not in str(raised.value)
    archive = tmp_path / "news"
    ran = newscrawl("crawl", "--archive", archive, "--db", SECRET, "http://127.0.0.1:1/")
    assert ran.code == 1
    assert "secret" not in ran.err
    assert len(ran.err.splitlines()) == 1
    assert not archive.exists()


def test_a_missing_driver_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "psycopg", None)
    with pytest.raises(UsageError, match=r"pip install 'newscrawl\[postgresql\]'"):
        open_database(SECRET)


def test_an_url_of_sqlite_is_as_good_as_a_file(tmp_path: Path) -> None:
    open_database(f"sqlite:///{tmp_path}/one.db").dispose()
    assert (tmp_path / "one.db").is_file()
