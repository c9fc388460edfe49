"""A story is found among many articles of its days without a look at all of them."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from newscrawl import open_archive
from newscrawl.archive.layout import Layout
from newscrawl.database.engine import open_database
from newscrawl.items import Article, Capture
from newscrawl.reuse import story
from newscrawl.reuse.stories import MAX_COMPARED
from newscrawl.store import Store

if TYPE_CHECKING:
    from pathlib import Path

REPORTS = (
    "Harbour bridge closed after crack found in pylon",
    "Crack in pylon closes harbour bridge for weeks",
    "Harbour bridge crack: pylon closed, ferries run",
)


def article(number: int, title: str) -> Article:
    stamp = f"2026-05-{10 + number % 3:02}T08:00:00Z"
    capture = Capture("a.warc.gz", number, 1, f"urn:uuid:{number}", f"sha256:{number}", stamp, 200)
    return Article(
        url=f"https://paper{number % 7}.example/{number}", source=f"paper{number % 7}", title=title,
        body=f"{title}. Engineers inspect it today.", published_at=stamp, capture=capture,
    )  # fmt: skip


@pytest.mark.parametrize("number", [20, MAX_COMPARED + 20])
def test_the_reports_of_a_story_are_found(tmp_path: Path, number: int) -> None:
    layout = Layout(tmp_path / "news")
    layout.create()
    store = Store(open_database(layout.database))
    others = [f"Council {n} votes on budget item {n * 7} in town {n * 3}" for n in range(number)]
    made = [article(n, title) for n, title in enumerate([*REPORTS, *others])]
    store.add_articles((each.source or "", each) for each in made)
    store.close()
    with open_archive(layout.root) as archive:
        found = story(archive, made[1].id)
    assert found is not None
    assert {report.article.title for report in found.reports} == set(REPORTS)
