"""What docs/reference/python.md and docs/reference/database.md promise is so."""

from __future__ import annotations

import json
import re
import subprocess
import sys
from contextlib import chdir, closing
from datetime import UTC, date, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from sqlalchemy import inspect, text

import newscrawl
from newscrawl.database.engine import open_database
from newscrawl.errors import NotAnArchive, UsageError
from newscrawl.items import Article, Page
from newscrawl.newspaper import expected

if TYPE_CHECKING:
    from collections.abc import Iterator

    from newscrawl.archive_reader import ArchiveReader
    from tests.conftest import Crawled

DOCS = Path(__file__).parents[2] / "docs" / "reference"
EXAMPLES = re.findall(r"```python\n(.*?)```", (DOCS / "python.md").read_text("utf-8"), re.DOTALL)
VIEWS = ("articles_flat", "articles_latest", "captures_flat", "misses_flat")


@pytest.fixture
def archive(crawled: Crawled) -> Iterator[ArchiveReader]:
    with newscrawl.open_archive(crawled.archive) as opened:
        yield opened


@pytest.mark.parametrize("example", EXAMPLES)
def test_examples_run(example: str, crawled: Crawled, tmp_path: Path) -> None:
    assert len(EXAMPLES) == 4
    (tmp_path / "archives").mkdir()
    (tmp_path / "archives" / "news").symlink_to(crawled.archive)
    with chdir(tmp_path):
        exec(example, {})


def test_articles_are_those_of_the_export(crawled: Crawled, archive: ArchiveReader) -> None:
    found = {article.url: article.to_dict() for article in archive.articles()}
    assert found == crawled.records
    one = next(iter(archive.articles()))
    assert isinstance(one, Article)
    assert archive.article(one.url or "") == archive.article(one.id) == one
    assert list(archive.revisions(one.id)) == [one]
    assert archive.article("nothing") is None


def test_rows_are_read_lazily_and_anew(archive: ArchiveReader) -> None:
    rows = archive.articles()
    assert rows.first() == rows.first()
    assert len(list(rows)) == len(list(rows)) > 1


def test_filters_are_those_of_the_commands(crawled: Crawled, archive: ArchiveReader) -> None:
    day = date(2026, 5, 20)
    by_text = [a.id for a in archive.articles(since="2026-05-20", until="2026-05-20")]
    assert by_text == [a.id for a in archive.articles(since=day, until=day)]
    begin = datetime(2026, 5, 20, tzinfo=UTC)
    assert set(by_text) <= {a.id for a in archive.articles(since=begin)}
    assert 0 < len(by_text) < len(crawled.records)
    name = next(iter(crawled.records.values()))["source"]
    of_source = {article.url for article in archive.articles(source=["nobody", name])}
    assert of_source == {url for url, each in crawled.records.items() if each["source"] == name}
    assert archive.articles(language="xx").first() is None
    matching = {article.id for article in archive.articles(query="ferry")}
    assert {hit.article.id for hit in archive.search("ferry", limit=1000)} == matching


def test_captures_and_misses_are_typed(crawled: Crawled, archive: ArchiveReader) -> None:
    assert isinstance(archive.captures().first(), Page)
    assert {miss.url: miss.cause for miss in archive.misses()} == {
        url: miss["cause"] for url, miss in crawled.misses.items()
    }
    assert archive.misses(until="2001").first() is None
    assert archive.captures(until="2001").first() is None


def test_search_takes_filters(archive: ArchiveReader) -> None:
    hits = list(archive.search("ferry"))
    assert "[" in hits[0].snippet
    assert archive.search("ferry", until="2001").first() is None
    some = list(archive.search("ferry", limit=1, language=hits[-1].article.language or "en"))
    assert len(some) == 1


def test_tables_of_pandas_have_columns(crawled: Crawled, archive: ArchiveReader) -> None:
    frame = archive.articles().to_pandas()
    assert len(frame) == len(crawled.records)
    assert {"source", "title", "warc", "captured_at"} <= set(frame.columns)
    assert {"cause", "warc"} <= set(archive.misses().to_pandas().columns)


@pytest.mark.parametrize(
    ("argument", "value", "error"),
    [
        ("since", 5, TypeError), ("until", "soon", UsageError), ("source", 5, TypeError),
        ("language", [None], TypeError),
    ],
)  # fmt: skip
def test_arguments_that_cannot_be_are_named(
    archive: ArchiveReader, argument: str, value: Any, error: type[Exception]
) -> None:
    with pytest.raises(error, match=f"^{argument}"):
        archive.articles(**{argument: value})


@pytest.mark.parametrize(
    ("argument", "value", "error"),
    [
        ("captured_at", "soon", UsageError), ("captured_at", 5, TypeError), ("url", b"x", TypeError),
        ("headers", [1], TypeError), ("zone", 1, TypeError), ("announced", "x", TypeError),
    ],
)  # fmt: skip
def test_arguments_of_a_page_that_cannot_be_are_named(
    argument: str, value: Any, error: type[Exception]
) -> None:
    with pytest.raises(error, match=f"^{argument}: "):
        newscrawl.extract_article("<p>x</p>", **{argument: value})


def test_a_time_of_capture_may_be_text() -> None:
    html = '<h1>Title</h1><time datetime="2026-05-20T09:00:00Z">now</time><p>Text.</p>' * 3
    moment = datetime(2026, 5, 20, 10, tzinfo=UTC)
    of_text = newscrawl.extract_article(html, captured_at="2026-05-20T12:00:00+02:00")
    assert of_text == newscrawl.extract_article(html, captured_at=moment)


def test_a_folder_that_is_no_archive_is_named(tmp_path: Path) -> None:
    with pytest.raises(NotAnArchive, match=str(tmp_path)):
        newscrawl.open_archive(tmp_path)


def test_importing_newscrawl_imports_nothing_heavy() -> None:
    code = "import sys, newscrawl; newscrawl.open_archive; print(*sys.modules)"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert {"sqlalchemy", "scrapy", "trafilatura", "pandas"}.isdisjoint(done.stdout.split())


@pytest.mark.parametrize("backend", ["sqlite", "postgresql"])
@pytest.mark.parametrize("view", VIEWS)
def test_views_have_the_columns_of_the_document(
    view: str, backend: str, request: pytest.FixtureRequest
) -> None:
    page = (DOCS / "database.md").read_text("utf-8")
    described = "articles_flat" if view == "articles_latest" else view
    section = page.split(f"## {described}\n", 1)[1].split("\n## ", 1)[0]
    target = ":memory:"
    if backend == "postgresql":
        target = request.getfixturevalue("postgresql").database()
    engine = open_database(target)
    columns = [column["name"] for column in inspect(engine).get_columns(view)]
    engine.dispose()
    assert columns == re.findall(r"^\| `(\w+)` \|", section, re.MULTILINE)


def test_views_say_what_the_records_say(crawled: Crawled) -> None:
    engine = open_database(crawled.archive / "news.db")
    with closing(engine.connect()) as connection:
        rows = connection.execute(text("SELECT * FROM articles_latest")).mappings().all()
        misses = connection.execute(text("SELECT url, cause FROM misses_flat")).all()
        captures = connection.scalar(text("SELECT count(*) FROM captures_flat"))
    engine.dispose()
    for row in rows:
        record = crawled.records[row["url"]]
        assert row["authors"] == ("; ".join(record["authors"]) or None)
        assert (row["source"], row["title"]) == (record["source"], record["title"])
        assert row["warc_offset"] == record["capture"]["offset"]
    assert len(rows) == len(expected(crawled.paper.sites)) == len(crawled.records)
    assert {row.url: row.cause for row in misses} == {
        url: miss["cause"] for url, miss in crawled.misses.items()
    }
    with newscrawl.open_archive(crawled.archive) as archive:
        assert captures == len(list(archive.captures()))


def test_records_are_as_the_json_schema_says(crawled: Crawled) -> None:
    jsonschema = pytest.importorskip("jsonschema")
    schema = json.loads((DOCS / "record.schema.json").read_text("utf-8"))
    validator = jsonschema.Draft202012Validator(schema)
    for record in crawled.records.values():
        assert [error.message for error in validator.iter_errors(record)] == []
    one = next(iter(crawled.records.values()))
    assert not validator.is_valid({**one, "authors": "Nora Whitlock"})
