"""`stats` counts articles, and `export --query` writes those that match."""

from __future__ import annotations

import csv
import io
from collections import Counter
from typing import TYPE_CHECKING
from xml.etree import ElementTree as ET

import pytest

from newscrawl.commands import bar_chart, stats
from tests.conftest import newscrawl

if TYPE_CHECKING:
    from pathlib import Path

    from tests.conftest import Crawled


def test_counts_are_those_of_the_records(crawled: Crawled) -> None:
    records = list(crawled.records.values())
    for by, wanted in (
        ("language", Counter(r["language"] or "" for r in records)),
        ("day", Counter((r["published_at"] or "")[:10] for r in records)),
        ("author", Counter(name for r in records for name in r["authors"] or [""])),
    ):
        lines = newscrawl("stats", "--archive", crawled.archive, "--by", by, "--json").lines
        assert {line[by]: line["articles"] for line in lines} == wanted


def test_a_table_and_the_same_as_csv(crawled: Crawled) -> None:
    options = ("--archive", crawled.archive, "--by", "source,language", "--query", "ferry OR 茶叶")
    rows = list(csv.reader(io.StringIO(newscrawl("stats", *options, "--csv").out)))
    assert rows[0] == ["source", "language", "articles"]
    assert len(rows) > 2
    table = newscrawl("stats", *options).out.splitlines()
    assert table[0].split() == ["Source", "Language", "Articles"]
    assert [line.split()[-1] for line in table[1:]] == [row[-1] for row in rows[1:]]


def test_a_chart_in_a_file(crawled: Crawled, tmp_path: Path) -> None:
    path = tmp_path / "chart.svg"
    options = ("--archive", crawled.archive, "--by", "language", "--svg", path)
    assert newscrawl("stats", *options).code == 0
    chart = ET.fromstring(path.read_text("utf-8"))
    texts = [each.text for each in chart.iter("{http://www.w3.org/2000/svg}text")]
    assert "Articles by language" in texts
    assert {r["language"] for r in crawled.records.values()} <= set(texts)
    refused = newscrawl("stats", *options)
    assert (refused.code, refused.err) == (
        2, f"newscrawl: --svg {path}: the file is there; --force replaces it\n",
    )  # fmt: skip
    assert newscrawl("stats", *options, "--force").code == 0


@pytest.mark.parametrize(
    ("options", "code", "said"),
    [
        (["--by", "colour"], 2, "--by 'colour': not one of source, day, language, author, section"),
        (["--by", ""], 2, "--by ''"),
        (["--csv", "--json"], 2, "choose one"),
        (["--query", "is:new"], 2, "query, character 4"),
        (["--query", "zebrafish"], 1, "no article in"),
        (["--source", "nobody"], 1, "no article in"),
        (["--query", "ferry -(source:nobody OR lang:zh)", "--lang", "xx"], 1, "is called 'nobody'"),
    ],
)
def test_what_cannot_be_counted(crawled: Crawled, options: list[str], code: int, said: str) -> None:
    ran = newscrawl("stats", "--archive", crawled.archive, *options)
    assert ran.code == code
    assert said in ran.err


def test_export_of_records_that_match(crawled: Crawled, tmp_path: Path) -> None:
    found = newscrawl(
        "search", "--archive", crawled.archive, "--json", "--limit", "99", "ferry"
    ).lines
    options = ("--archive", crawled.archive, "--query", "ferry")
    exported = newscrawl("export", *options).lines
    assert {r["id"] for r in exported} == {r["id"] for r in found}
    assert 0 < len(exported) < len(crawled.records)
    assert newscrawl("export", *options, "--format", "wacz", "-o", tmp_path / "x.wacz").code == 0
    packaged = newscrawl("replay", tmp_path / "x.wacz").lines
    assert {record["url"] for record in packaged} == {record["url"] for record in exported}


def test_bars_are_as_long_as_their_numbers() -> None:
    assert stats.bar_of(80, 80) == "█" * 40
    assert stats.bar_of(1, 80) == "▌"
    assert stats.bar_of(1, 10_000_000) == "▏"


def test_a_chart_of_odd_labels_is_sound() -> None:
    rows = [("<b>&\x00\u202e\uffff", 3), ("x" * 200, 1)]
    chart = ET.fromstring(bar_chart.bar_chart("A & B", rows))
    labels = [each.text for each in chart.iter("{http://www.w3.org/2000/svg}text")]
    assert labels[1] == "<b>&\\x00\\u202e "
    assert labels[3] is not None
    assert len(labels[3]) == 48
