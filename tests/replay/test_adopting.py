"""New records take the place of an archive's own, which stay readable; a machine may die at any moment."""

from __future__ import annotations

import json
import shutil
import sqlite3
from contextlib import closing
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import pytest

from newscrawl.archive.layout import Layout
from newscrawl.collection import generations, record_files
from newscrawl.collection.commit import Collection
from newscrawl.database.engine import open_database
from newscrawl.errors import Missed, StorageError
from newscrawl.frontier import SqlFrontier
from newscrawl.items import Article, Capture, Page
from newscrawl.replay import Replay, ReplayConfig, ReplayInput
from newscrawl.replay.adoption_sink import gather
from newscrawl.replay.captured_page import CapturedPage
from newscrawl.replay.existing_records import ExistingRecords, records_beside
from newscrawl.replay.retained_records import RetainedRecords
from newscrawl.replay.revision_assignment import RevisionAssignment
from newscrawl.replay.sink import Replayed, Sink
from newscrawl.store import Store
from tests.conftest import crawl, newscrawl

if TYPE_CHECKING:
    from pathlib import Path

    from tests.conftest import Crawled


class Gathering(Sink[None]):
    """As an adoption, up to the moment in which the new records are complete."""

    def __init__(self, layout: Layout) -> None:
        self._layout = layout

    def consume(self, replayed: Replayed) -> None:
        existing = ExistingRecords(records_beside(self._layout.finished()))
        retained = RetainedRecords(self._layout, existing, replayed.merge.places())
        pending = generations.PendingGeneration(self._layout)
        results = replayed.results(
            retained=retained, on_observed=lambda _, seen: pending.observe(seen)
        )
        gather(pending, existing, results, retained)
        pending.complete_for(self._layout.finished())


OLD = "Zwiebelkuchen of an older code"


@pytest.fixture
def older(few: Crawled, tmp_path: Path) -> tuple[Path, str, str]:
    """The archive as an older code would have left it, the URL of the article whose title it read
    wrongly, and that of the one that it took for none."""
    root = shutil.copytree(few.archive, tmp_path / "news")
    [path] = (root / "records").glob("*.jsonl")
    records = [json.loads(line) for line in path.read_text("utf-8").splitlines()]
    renamed, gone = [record for record in records if record["revision"] == 1][:2]
    renamed["title"] = OLD
    rest = [record for record in records if record is not gone]
    path.write_text("".join(json.dumps(record) + "\n" for record in rest), "utf-8")
    ids = [record["capture"]["record_id"] for record in (renamed, gone)]
    store = Store(open_database(root / "news.db"))
    store.supersede(ids, [("named", Article.from_dict(renamed))])
    store.close()
    with closing(sqlite3.connect(root / "news.db")) as db, db:
        db.execute(
            "UPDATE articles SET source = 'named', fingerprint = '' WHERE record_id = ?", ids[:1]
        )
        db.execute(
            "UPDATE urls SET outcome = 'miss', cause = 'not-an-article' WHERE url = ?",
            (gone["url"],),
        )
    return root, renamed["url"], gone["url"]


def records_in(root: Path) -> list[dict[str, Any]]:
    """What the files of records say, in an order of its own."""
    lines = [
        json.loads(line)
        for path in (root / "records").glob("*.jsonl")
        for line in path.read_text("utf-8").splitlines()
    ]
    return sorted(lines, key=lambda record: record["capture"]["offset"])


def exported(root: Path, *what: str) -> list[dict[str, Any]]:
    return sorted(newscrawl("export", *what, "--archive", root).lines, key=lambda line: line["url"])


def test_new_records_are_in_force_and_the_old_ones_stay(
    few: Crawled, older: tuple[Path, str, str]
) -> None:
    root, renamed, gone = older
    assert newscrawl("search", "--archive", root, "Zwiebelkuchen").code == 0
    ran = newscrawl("replay", root, "--adopt")
    number = len(few.records)
    assert (ran.code, ran.err) == (0, "")
    assert f"{number} records are in force" in ran.out
    assert "generation 1" in ran.out
    assert records_in(root) == records_in(few.archive)
    # The tables keep the source that the article was filed under.
    expected = [
        {**r, "source": "named"} if r["url"] == renamed else r for r in exported(few.archive)
    ]
    assert exported(root) == expected
    assert exported(root, "misses") == exported(few.archive, "misses")
    assert newscrawl("replay", root, "--check").code == 0
    assert newscrawl("verify", "--archive", root).code == 0

    again = newscrawl("replay", root, "--adopt")
    assert (again.code, "are what this code makes" in again.err) == (4, True)
    assert [path.name for path in (root / "records").iterdir() if path.is_dir()] == [
        "generation-0001"
    ]

    def shown(url: str, *options: object) -> str:
        ran = newscrawl("show", url, "--archive", root, "--json", *options)
        return str(ran.lines[0]["title"]) if ran.code == 0 else ran.err

    title = few.records[renamed]["title"]
    assert [shown(renamed, *o) for o in ((), ("--generation", 1), ("--generation", 2))] == [
        title, OLD, title,
    ]  # fmt: skip
    assert "no record in generation 1" in shown(gone, "--generation", 1)
    assert "it has 1 to 2" in shown(gone, "--generation", 3)
    assert newscrawl("search", "--archive", root, "Zwiebelkuchen").code == 1
    with closing(sqlite3.connect(root / "news.db")) as db:
        sources = db.execute("SELECT source FROM articles WHERE url = ?", (renamed,)).fetchall()
    assert sources == [("named",)]


@pytest.mark.parametrize("died", ["complete", "replacing", "entering"])
def test_an_adoption_that_died_is_finished_by_the_next_crawl(
    few: Crawled, older: tuple[Path, str, str], died: str
) -> None:
    root, renamed, _ = older
    layout = Layout(root)
    Replay(ReplayInput((str(root),)), ReplayConfig(60)).run(Gathering(layout))
    [folder] = (root / "records").glob("replacing-*")
    if died == "replacing":  # with a part of it done
        (root / "records" / "generation-0001").mkdir()
        for old in (root / "records").glob("*.jsonl"):
            old.rename(root / "records" / "generation-0001" / old.name)
    if died == "entering":
        folder = generations._replace(layout, folder, 1)
        generations._move_in(layout, folder)
    ran = (
        crawl(root, few.paper.seeds[0], "--include", "ferr|coast-line")
        if died == "complete"
        else None
    )
    if ran is not None:
        assert "the old ones are generation 1" in ran.err
    else:
        engine = open_database(layout.database)
        assert generations.enter(Collection(layout, Store(engine), SqlFrontier(engine))) == 1
        assert generations.enter(Collection(layout, Store(engine), SqlFrontier(engine))) is None
    assert [path.name for path in (root / "records").iterdir() if path.is_dir()] == [
        "generation-0001"
    ]
    by_url = {record["url"]: record for record in exported(root)}
    assert by_url.pop(renamed) == {**few.records[renamed], "source": "named"}
    assert all(record == few.records[url] for url, record in by_url.items())
    assert OLD in {record["title"] for record in generations.records_of(layout, 1)}


def test_nothing_changes_before_all_are_made(older: tuple[Path, str, str]) -> None:
    root, *_ = older
    before = records_in(root)
    successors = generations.PendingGeneration(Layout(root))
    successors.add("another.warc.gz", before[:1])
    with pytest.raises(StorageError, match="another process is adopting"):
        generations.PendingGeneration(Layout(root))
    engine = open_database(root / "news.db")
    assert generations.enter(Collection(Layout(root), Store(engine), SqlFrontier(engine))) is None
    assert records_in(root) == before


def test_what_cannot_be_read_keeps_its_record(few: Crawled, older: tuple[Path, str, str]) -> None:
    root, *_ = older
    [warc] = (root / "warc").iterdir()
    record = records_in(root)[-1]
    data = bytearray(warc.read_bytes())
    place = record["capture"]["offset"]
    data[place + 40 : place + 60] = bytes(20)
    warc.write_bytes(data)
    ran = newscrawl("replay", root, "--adopt")
    assert ran.code == 3
    assert warc.name in ran.err
    assert "1 of them are the earlier ones" in ran.out
    assert record in records_in(root)
    assert len(records_in(root)) == len(few.records)
    again = newscrawl("replay", root, "--adopt")
    assert (again.code, "are what this code makes" in again.err) == (3, True)


def test_what_stays_is_a_revision_in_its_time(tmp_path: Path) -> None:
    layout = Layout(tmp_path)
    layout.create()
    captures = [
        Capture("a.warc.gz", n, 9, f"urn:uuid:{n}", f"sha256:{n}", f"2026-01-0{n}T00:00:00Z", 200)
        for n in (1, 2, 3)
    ]
    url = "https://paper.example/story"
    first, second, third = (
        Article(url=url, title=f"Title {c.offset}", capture=c, revision=c.offset) for c in captures
    )
    records = [article.to_dict() for article in (first, second, third)]
    record_files.append(layout.records_beside("a.warc.gz"), records)
    existing = ExistingRecords([layout.records / "a.jsonl"])
    pages = [CapturedPage(layout.warcs / "a.warc.gz", Page(url, c)) for c in captures]
    slow = Missed("extraction-failed", "took longer than 60 s", over_limit=True)
    # The second one cannot be read in time, the third no more at all.
    retained = RetainedRecords(layout, existing, [page.place for page in pages[:2]])
    read = iter([(pages[0], replace(first, title="Another title", revision=1)), (pages[1], slow)])
    assignment = RevisionAssignment(
        retained.merged_with(read), is_answered=lambda _: False, complete=False
    )
    with closing(assignment):
        made = [(result.revision, result.title) for _, result in assignment.results()]  # type: ignore[union-attr]
    assert made == [(1, "Another title"), (2, "Title 2"), (3, "Title 3")]
    assert retained.places == {("a.warc.gz", 2), ("a.warc.gz", 3)}


def test_a_database_of_several_archives_is_left_alone(
    older: tuple[Path, str, str], tmp_path: Path
) -> None:
    root, *_ = older
    database = tmp_path / "shared.db"
    shutil.copy(root / "news.db", database)
    with closing(sqlite3.connect(database)) as db, db:
        db.execute(
            "INSERT INTO captures SELECT 'urn:uuid:other', url, 'other.warc.gz', offset, length, status,"
            " payload_digest, captured_at FROM captures LIMIT 1"
        )
    before = records_in(root)
    ran = newscrawl("replay", root, "--adopt", "--db", f"sqlite:///{database}")
    assert (ran.code, "as in other.warc.gz" in ran.err) == (2, True), ran.err
    assert records_in(root) == before


def test_what_cannot_be_adopted(few: Crawled, tmp_path: Path) -> None:
    [warc] = (few.archive / "warc").iterdir()
    for arguments, said in (
        ([warc], "name one archive folder"),
        ([few.archive, "--domain", "127.0.0.1"], "choose none of them"),
        ([few.archive, "--into", tmp_path], "one of them"),
    ):
        ran = newscrawl("replay", "--adopt", *arguments)
        assert (ran.code, said in ran.err) == (2, True), ran.err
