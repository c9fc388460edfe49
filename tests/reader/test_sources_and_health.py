"""How sources do: charts, tables, verdicts; a line at zero, and days that were not crawled."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING
from urllib.parse import quote

import pytest

from newscrawl.archive_reader import ArchiveReader
from newscrawl.reader.charts import Day, chart, days_of
from newscrawl.reader.library import Library, ReplayLinks

if TYPE_CHECKING:
    from pathlib import Path

    from tests.reader.conftest import Reading

LAST = date(2026, 3, 31)


def test_days_go_on_at_zero_to_the_end_and_begin_with_the_first_crawl() -> None:
    days = days_of({"2026-03-05": 4, "2026-03-10": 2}, first="2026-03-03", last=LAST, number=31)
    assert [day.value for day in days[:2]] == [None, None]
    assert [day.value for day in days[2:10]] == [0, 0, 4, 0, 0, 0, 0, 2]
    assert {day.value for day in days[10:]} == {0}
    drawn = chart(days)
    assert len(drawn.bars) == len(drawn.line.split()) == 29
    assert [box.width for box in drawn.hatched] == [pytest.approx(2 * (720 - 44) / 31)]


def test_a_range_of_one_day_is_one_bar() -> None:
    drawn = chart([Day("2026-03-31", 7, 2, 9)])
    assert len(drawn.bars) == len(drawn.band) == 1
    assert "7 (usually 2 to 9)" in drawn.bars[0].says


@pytest.mark.parametrize("value", [0, 1, 2, 3, 39, 1e7])
def test_no_bar_is_higher_than_its_chart(value: float) -> None:
    [box] = chart([Day("2026-03-31", value)]).bars
    assert 8 <= box.y <= box.y + box.height <= 130


def test_a_source_has_its_articles_feeds_and_misses(reading: Reading) -> None:
    name = reading.changed["source"]
    found = reading.get(f"/source/{quote(name, safe='')}.json").json
    assert {row["source"] for row in found["rows"]} == {name}
    assert found["articles"] == sum(row["source"] == name for row in reading.articles)
    assert len(found["days"]) == 90
    assert found["days"][-1]["articles"] is not None
    assert found["feeds"] and found["misses"]
    page = reading.get(f"/source/{quote(name, safe='')}?days=1").text
    assert page.count("<svg") == 4
    assert "<table" in page
    assert reading.get("/source/nosuch").status == 404


def test_health_has_all_sources_and_the_audit(reading: Reading) -> None:
    found = reading.get("/health.json").json
    assert {row["source"] for row in found["rows"]} == {row["source"] for row in reading.articles}
    assert found["articles"] == len(reading.articles)
    assert found["audit"]["unaccounted"] == 0
    assert found["bytes"] > 0 < found["free_bytes"]
    assert [run["ended"] for run in found["passes"]] == ["finished", "finished"]
    first = reading.get("/health.json?limit=1").json
    assert len(first["rows"]) == 1
    rest = reading.rows(f"/health.json?after={quote(first['next'])}")
    assert first["rows"] + rest == found["rows"]


def test_facts_of_sources_are_taken_anew_beside_the_page(changing_archive: Path) -> None:
    clock = [1_800_000_000.0]
    with ArchiveReader(changing_archive) as archive:
        library = Library(archive, ReplayLinks(1, "x"), now=lambda: clock[0])
        first = library.watched()
        clock[0] += 59
        assert library.watched() is first
        clock[0] += 2
        assert library.watched() is first
        assert library.watcher is not None
        library.watcher.join()
        assert library.watched().at == clock[0]
        clock[0] += 601
        assert library.watched().at == clock[0]


def test_facts_of_sources_are_taken_once_for_all_pages_that_ask(changing_archive: Path) -> None:
    with ArchiveReader(changing_archive) as archive:
        library = Library(archive, ReplayLinks(1, "x"))
        soon = library.watched_soon()
        watched = library.watched()
        assert soon in (None, watched)
        assert library.watched() is watched is library.watched_soon()


def test_a_source_says_whose_words_it_has(reading: Reading) -> None:
    names = {row["source"] for row in reading.articles}
    found = {name: reading.get(f"/source/{quote(name)}.json").json["reuse"] for name in names}
    copies = {name: each for name, each in found.items() if each["copies"]}
    assert copies
    for name, each in copies.items():
        assert sum(each["labels"].values()) == each["copies"]
        for origin, number in each["origins"].items():
            assert found[origin]["copiers"][name] == number
        page = reading.get(f"/source/{quote(name)}").text
        assert "Words of others" in page and all(origin in page for origin in each["origins"])
