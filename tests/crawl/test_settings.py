"""A setting that cannot be is a user's mistake: one line, exit code 2."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.conftest import newscrawl

if TYPE_CHECKING:
    from pathlib import Path


@pytest.mark.parametrize(
    ("setting", "said"),
    [
        ("NEWSCRAWL_RENDER=sometimes", "'sometimes' is none of never, empty, always"),
        ("NEWSCRAWL_RENDER=always", "'always' needs a browser: set NEWSCRAWL_BROWSER"),
        ("NEWSCRAWL_ROBOTS=maybe", "NEWSCRAWL_ROBOTS=maybe: neither True nor False"),
        ("NEWSCRAWL_GZIP_LEVEL=abc", "NEWSCRAWL_GZIP_LEVEL=abc: not a number"),
        ("DOWNLOAD_DELAY=slow", "DOWNLOAD_DELAY=slow: not a number"),
        ("NEWSCRAWL_GZIP_LEVELS=6", "did you mean NEWSCRAWL_GZIP_LEVEL?"),
        ("NEWSCRAWL_FSYNC=sometimes", "NEWSCRAWL_FSYNC"),
        ("NEWSCRAWL_DATABASE=nonsense://x", "a database is SQLite or PostgreSQL"),
    ],
)
def test_settings_that_cannot_be(tmp_path: Path, setting: str, said: str) -> None:
    ran = newscrawl("crawl", "--archive", tmp_path / "news", "-s", setting, "http://127.0.0.1:9/")
    assert (ran.code, ran.out) == (2, "")
    assert said in ran.err
