"""`--no-extract` captures now; the next crawl reads what lies there, and so does a replay."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from typing import TYPE_CHECKING

from tests.conftest import crawl, feed, newscrawl, story

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from tests.conftest import SmallSite

PATHS = [f"/news/the-harbour-story-{n}" for n in range(5)]


def test_pages_are_captured_first_and_read_by_the_next_crawl(
    tmp_path: Path, small_site: Callable[..., SmallSite]
) -> None:
    pages = {path: story(n) for n, path in enumerate(PATHS)}
    pages[PATHS[4]] = {"body": "<html><head><title>Tag</title></head><body>Nothing.</body></html>"}
    site = small_site({"/": {"body": ""}, "/feed.xml": feed(*PATHS), **pages})
    archive = tmp_path / "news"
    file = tmp_path / "sources.toml"
    file.write_text(
        f'[[source]]\nname = "A"\nhome = "{site.base}/"\nfeeds = ["{site.base}/feed.xml"]\n'
    )
    first = crawl(archive, "--sources", file, "--no-extract")
    assert (first.code, list((archive / "records").glob("*"))) == (0, [])
    misses = newscrawl("export", "misses", "--archive", archive).lines
    unread = {m["url"]: m["cause"] for m in misses if m["url"] != f"{site.base}/"}
    assert unread == {site.base + path: "not-extracted" for path in PATHS}
    assert all(m["capture"] for m in misses if m["url"] in unread)

    replayed = newscrawl("replay", archive, "--into", tmp_path / "elsewhere")
    assert replayed.code == 0
    of_replay = newscrawl("export", "--archive", tmp_path / "elsewhere").lines
    asked = len(site.asked)
    second = crawl(archive, "--sources", file, "--json")
    assert second.code == 0, second.err
    assert len(site.asked) == asked
    recorded = newscrawl("export", "--archive", archive).lines
    assert {r["url"] for r in recorded} == {site.base + path for path in PATHS[:4]}
    assert sorted(recorded, key=str) == sorted(of_replay, key=str)
    (facts,) = newscrawl("status", "--archive", archive, "--json").lines
    assert {name: of["articles"] for name, of in facts["sources"].items()} == {"A": 4}
    with closing(sqlite3.connect(archive / "news.db")) as db:
        again = "SELECT url FROM urls WHERE outcome = 'article' AND due_at > settled_at"
        assert len(db.execute(again).fetchall()) == len(recorded)  # to be seen again, by the plan
    third = crawl(archive, "--sources", file)
    assert third.code == 4
    assert newscrawl("verify", "--archive", archive).code == 0
