"""What an archive shows to those who look: show, search, status, export, verify."""

from __future__ import annotations

import csv
import io
import os
import shutil
import zipfile
from typing import TYPE_CHECKING

import pytest

from newscrawl.newspaper import expected
from tests.conftest import newscrawl

if TYPE_CHECKING:
    from pathlib import Path

    from tests.conftest import Crawled


def test_show_tells_what_and_where_from(crawled: Crawled) -> None:
    url, wanted = next(
        (u, r) for u, r in expected(crawled.paper.sites).items() if r["authors"] and r["section"]
    )
    ran = newscrawl("show", "--archive", crawled.archive, url)
    assert ran.code == 0
    assert ran.out.startswith(wanted["title"])
    record = newscrawl("show", "--archive", crawled.archive, "--json", url).lines[0]
    for piece in (*wanted["authors"], record["id"], record["capture"]["warc"]):
        assert piece in ran.out
    assert f"from {record['provenance']['title']['source']}" in ran.out
    assert newscrawl("show", "--archive", crawled.archive, record["id"]).out == ran.out


def test_show_of_what_is_not_there(crawled: Crawled) -> None:
    ran = newscrawl("show", "--archive", crawled.archive, "https://paper.example/none")
    assert (ran.code, ran.out) == (1, "")
    assert "https://paper.example/none: no record" in ran.err


@pytest.mark.parametrize("words", [["ferry"], ["茶叶"], ["قطار"], ["Nachtzug", "Basel"]])
def test_search_finds_words_of_any_script(crawled: Crawled, words: list[str]) -> None:
    found = newscrawl("search", "--archive", crawled.archive, "--json", *words).lines
    assert found
    for hit in found:
        text = " ".join([hit["title"], hit["body"], hit["description"] or ""]).casefold()
        assert all(word.casefold() in text for word in words)
        assert "[" in hit["snippet"]
    shown = newscrawl("search", "--archive", crawled.archive, *words)
    assert found[0]["title"] in shown.out


def test_an_article_is_found_by_its_id_in_capitals_and_its_url_in_any_spelling(
    crawled: Crawled,
) -> None:
    url, record = next(iter(crawled.records.items()))
    for wanted in (record["id"].upper(), url.removeprefix("http://"), url.upper()[:7] + url[7:]):
        found = newscrawl("show", "--archive", crawled.archive, "--json", wanted)
        assert found.lines == [record]


def test_a_revision_that_is_not_there_is_named_with_the_latest(crawled: Crawled) -> None:
    url = next(iter(crawled.records))
    ran = newscrawl("show", "--archive", crawled.archive, url, "--revision", 9)
    said = f"newscrawl: {url}: no revision 9, the latest is 1 in {crawled.archive}\n"
    assert (ran.code, ran.out, ran.err) == (1, "", said)


def test_names_and_values_stand_in_columns(crawled: Crawled) -> None:
    ran = newscrawl("show", "--archive", crawled.archive, next(iter(crawled.records)))
    _, sources = ran.out.split("Where each field comes from\n\n")
    columns = {line.index("from ") for line in sources.splitlines() if "from " in line[:30]}
    assert len(columns) == 1
    assert [line for line in ran.out.splitlines() if line != line.rstrip()] == []


@pytest.mark.parametrize(
    ("words", "found"),
    [
        (['"Evening ferries"'], True),
        (["Evening ferries"], True),
        (["ferries Evening"], False),
        (['""ferry""'], True),
        (['ferry"'], True),
        (["AND", "NOT", "the*", "(ferry)", "title:ferry", "-", "^", "NEAR(a, 2)"], False),
    ],
)
def test_search_takes_any_words(crawled: Crawled, words: list[str], found: bool) -> None:
    ran = newscrawl("search", "--archive", crawled.archive, *words)
    assert ran.code == (0 if found else 1), ran.err
    assert ("ferries" in ran.out) is found


@pytest.mark.parametrize(
    ("words", "found"),
    [
        (["ferry", "OR", "zebrafish"], True),
        (["ferry OR zebrafish"], True),
        (["ferry", "-harbour", "-ferry"], False),
        (["title:ferries"], True),
        (["ferry", "--lang", "en", "--since", "2000"], True),
        (["ferry", "--lang", "zh"], False),
        (["--until", "2001", "ferry"], False),
        (["--source", "*"], False),
    ],
)
def test_search_takes_operators_and_filters(
    crawled: Crawled, words: list[str], found: bool
) -> None:
    ran = newscrawl("search", "--archive", crawled.archive, *words)
    assert ran.code == (0 if found else 1), ran.err


def test_search_says_what_it_understood_otherwise(crawled: Crawled) -> None:
    ran = newscrawl("search", "--archive", crawled.archive, "ferry", "OR", "foo:bar")
    assert ran.code == 0
    assert ran.err == (
        "newscrawl: query, character 10: foo: is no operator, and is searched as a word\n"
    )
    for words, said in (
        (["before:then"], "query, character 8: before: then: not a date"),
        (["--limt", "3"], "No such option '--limt'"),
        (["***"], "search for what?"),
    ):
        ran = newscrawl("search", "--archive", crawled.archive, *words)
        assert (ran.code, ran.out) == (2, "")
        assert said in ran.err


def test_bytes_that_are_no_text_are_refused(crawled: Crawled) -> None:
    for command in ("search", "show"):
        ran = newscrawl(command, "--archive", crawled.archive, os.fsdecode(b"a\xffb"))
        assert (ran.code, ran.err) == (2, "newscrawl: b'a\\xffb' is not text in UTF-8\n")


def test_search_without_a_match(crawled: Crawled) -> None:
    ran = newscrawl("search", "--archive", crawled.archive, "zebrafish")
    assert (ran.code, ran.out) == (1, "")
    assert "nothing in" in ran.err


def test_status_counts_what_there_is(crawled: Crawled) -> None:
    [facts] = newscrawl("status", "--archive", crawled.archive, "--json").lines
    counted = [(of["backlog"], of["day"]["articles"]) for of in facts["sources"].values()]
    assert sum(map(sum, counted)) == facts["articles"]
    assert sum(old for old, _ in counted) > facts["articles"] / 2
    articles = len(expected(crawled.paper.sites))
    assert (facts["articles"], facts["records"], facts["warcs"]) == (articles, articles, 1)
    assert sum(facts["missed"].values()) == len(crawled.misses)
    assert facts["captures"] == (crawled.archive / "index.cdxj").read_bytes().count(b"\n")
    assert all(source["waiting"] == 0 for source in facts["sources"].values())
    shown = newscrawl("status", "--archive", crawled.archive).out
    assert f"{articles} articles" in shown
    assert "not-an-article: a page, but not one article" in shown


def test_csv_is_safe_in_a_spreadsheet(crawled: Crawled, tmp_path: Path) -> None:
    output = tmp_path / "articles.csv"
    ran = newscrawl("export", "--archive", crawled.archive, "--format", "csv", "-o", output)
    assert (ran.code, ran.out) == (0, "")
    rows = list(csv.DictReader(io.StringIO(output.read_text("utf-8"), newline="")))
    assert {row["url"] for row in rows} == set(crawled.records)
    cells = [cell for row in rows for cell in row.values()]
    assert not [cell for cell in cells if cell.startswith(("=", "+", "-", "@", "\t"))]


def test_formula_cells_are_neutralised() -> None:
    from newscrawl.export.columns import text_cell

    assert text_cell("=1+1") == "'=1+1"
    assert text_cell(["@a", "b"]) == "'@a; b"
    assert (text_cell(None), text_cell(7), text_cell("plain")) == ("", "7", "plain")


def test_wacz_holds_captures_index_and_pages(part: Crawled, tmp_path: Path) -> None:
    output = tmp_path / "news.wacz"
    ran = newscrawl("export", "--archive", part.archive, "--format", "wacz", "-o", output)
    assert ran.code == 0, ran.err
    with zipfile.ZipFile(output) as package:
        names = package.namelist()
        pages = package.read("pages/pages.jsonl").decode().splitlines()
    assert {"datapackage.json", "indexes/index.cdxj"} <= set(names)
    assert len(pages) == len(part.records) + 1
    assert newscrawl("replay", output).code == 0


def test_an_output_that_cannot_be_written(crawled: Crawled, tmp_path: Path) -> None:
    nowhere = tmp_path / "no" / "such"
    for form in ("jsonl", "csv", "wacz"):
        ran = newscrawl("export", "--archive", crawled.archive, "--format", form, "-o", nowhere)
        assert (ran.code, f"there is no folder {nowhere.parent}" in ran.err) == (2, True)
    ran = newscrawl("export", "--archive", crawled.archive, "-o", tmp_path)
    assert (ran.code, f"{tmp_path}: is a folder" in ran.err) == (2, True)


def test_a_key_is_for_packages(crawled: Crawled, tmp_path: Path) -> None:
    ran = newscrawl("export", "--archive", crawled.archive, "--key", tmp_path / "key.pem")
    assert (ran.code, ran.out, "--format wacz" in ran.err) == (2, "", True)


def test_verify_of_a_sound_archive(part: Crawled) -> None:
    ran = newscrawl("verify", "--archive", part.archive, "--records")
    assert ran.code == 0
    assert "no faults" in ran.out
    assert f"{len(part.records)} records made again, 0 differences" in ran.out


def test_verify_names_damage_and_repairs_into_another_folder(part: Crawled, tmp_path: Path) -> None:
    archive = shutil.copytree(part.archive, tmp_path / "news")
    [warc] = (archive / "warc").iterdir()
    record = next(iter(part.records.values()))
    with warc.open("r+b") as file:
        file.seek(record["capture"]["offset"] + 200)
        file.write(b"\x00" * 40)
    ran = newscrawl("verify", "--archive", archive, "--repair", tmp_path / "sound")
    assert ran.code == 3
    assert f"warc/{warc.name}: at byte {record['capture']['offset']}" in ran.out
    copies = [path.name for path in (tmp_path / "sound").iterdir()]
    assert copies == [warc.name]
    assert newscrawl("replay", tmp_path / "sound" / warc.name).code == 0
    into_itself = newscrawl("verify", "--archive", archive, "--repair", archive / "warc")
    assert into_itself.code == 2
