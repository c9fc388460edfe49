"""`newscrawl verify` on archives of which something is gone, or says something else than the rest."""

from __future__ import annotations

import json
import shutil
import sqlite3
import subprocess
from contextlib import closing
from typing import TYPE_CHECKING

import pytest

from newscrawl.archive.layout import Layout
from newscrawl.printable import byte_size, counted
from tests.conftest import Crawled, newscrawl, start_newscrawl

if TYPE_CHECKING:
    from pathlib import Path


@pytest.fixture
def archive(part: Crawled, tmp_path: Path) -> Layout:
    return Layout(shutil.copytree(part.archive, tmp_path / "news"))


def verify(archive: Layout, *arguments: object, code: int = 3) -> list[str]:
    """What is printed before the summary, whose number of faults must be right."""
    ran = newscrawl("verify", "--archive", archive.root, *arguments)
    assert ran.code == code, ran.out + ran.err
    *lines, summary = ran.out.splitlines()
    said = [line for line in lines if not line.startswith("note: ")]
    assert f"articles: {counted(len(said), 'fault') if said else 'no faults'} (" in summary
    return lines


def test_a_speed_is_said_in_a_unit_of_its_size() -> None:
    sizes = {0: "0 bytes", 1: "1 byte", 999: "999 bytes", 14_200: "14.2 kB", 999_700: "1 MB",
             1_234_567_890: "1.23 GB", 5e12: "5,000 GB"}  # fmt: skip
    assert {size: byte_size(size) for size in sizes} == sizes


def change(archive: Layout, statement: str) -> None:
    with closing(sqlite3.connect(archive.database)) as connection, connection:
        assert connection.execute(statement).rowcount > 0


def records(archive: Layout) -> Path:
    [path] = archive.records.iterdir()
    return path


@pytest.mark.parametrize("gone", ["records", "news.db", "index.cdxj"])
def test_what_is_gone_is_one_fault_that_says_what_to_do(archive: Layout, gone: str) -> None:
    path = archive.root / gone
    shutil.rmtree(path) if path.is_dir() else path.unlink()
    (line,) = verify(archive)
    assert line.startswith(f"{gone}: is not there; ")
    advice = {
        "records": f"newscrawl replay {archive.root} --into NEW",
        "news.db": "the next crawl makes it again and takes in the records",
        "index.cdxj": "newscrawl verify --rebuild-index",
    }
    assert advice[gone] in line


def test_one_file_of_records_is_gone(archive: Layout, part: Crawled) -> None:
    path = records(archive)
    path.unlink()
    (line,) = verify(archive)
    number = len(part.records)
    assert line.startswith(f"records/{path.name}: is not there, and news.db has {number} records")


def test_lines_that_were_cut_off_are_missed(archive: Layout) -> None:
    path = records(archive)
    *kept, last = path.read_text("utf-8").splitlines(keepends=True)
    path.write_text("".join(kept), "utf-8")
    (line,) = verify(archive)
    url = json.loads(last)["url"]
    assert line == f"records/{path.name}: has no line for {url}, revision 1, which news.db has"


def test_a_record_that_was_edited_and_one_that_stands_there_twice(archive: Layout) -> None:
    path = records(archive)
    lines = path.read_bytes().splitlines(keepends=True)
    record = json.loads(lines[1])
    lines[1] = json.dumps(record | {"title": "Another"}).encode() + b"\n"
    path.write_bytes(b"".join([*lines, lines[0]]))
    twice, other = verify(archive)
    assert twice.startswith(f"records/{path.name}: at byte {sum(map(len, lines))}: a second record")
    at = f"records/{path.name}: at byte {len(lines[0])}: "
    assert other == f"{at}the record of {record['url']} is another in news.db"


def test_the_same_record_in_another_spelling_is_the_same(archive: Layout) -> None:
    path = records(archive)
    lines = path.read_text("utf-8").splitlines()
    path.write_text("".join(json.dumps(json.loads(line)) + "\n" for line in lines))
    assert verify(archive, code=0) == []


def test_a_record_that_the_database_lacks(archive: Layout) -> None:
    change(archive, "DELETE FROM articles WHERE number = 3")
    (line,) = verify(archive)
    assert line.endswith("news.db does not have this record")


def test_a_record_that_the_next_crawl_takes_in_is_no_damage(archive: Layout) -> None:
    """A crawl that dies between record and table leaves this."""
    change(archive, "DELETE FROM captures WHERE record_id = (SELECT max(record_id) FROM articles)")
    change(archive, "DELETE FROM articles WHERE record_id = (SELECT max(record_id) FROM articles)")
    (line,) = verify(archive)  # of a crawl that ended well it is damage
    change(archive, "DELETE FROM warcs")
    (note,) = verify(archive, code=0)
    assert note == f"note: {line}; the next crawl takes it in"


def test_captures_of_the_database_that_are_not_there(archive: Layout) -> None:
    [warc] = archive.finished()
    change(archive, "UPDATE captures SET offset = offset + 1 WHERE offset > 0 AND status = 410")
    (line,) = verify(archive)
    assert line.startswith("news.db: the capture of http://")
    assert line.endswith(f"of {warc.name}")


def test_a_warc_that_is_gone_is_named_once_by_each_that_needs_it(archive: Layout) -> None:
    [warc] = archive.finished()
    warc.unlink()
    lines = verify(archive)
    assert [line.partition(":")[0] for line in lines] == [
        "index.cdxj", "news.db", f"records/{warc.name.removesuffix('.warc.gz')}.jsonl"
    ]  # fmt: skip
    assert f"captures are in {warc.name}, which is not there" in lines[1]


def test_articles_without_a_capture(archive: Layout) -> None:
    change(archive, "DELETE FROM captures WHERE record_id = (SELECT max(record_id) FROM articles)")
    lines = verify(archive)
    assert [line for line in lines if line.endswith("has no capture")]


def test_another_database_is_compared_when_it_is_named(archive: Layout, tmp_path: Path) -> None:
    elsewhere = archive.database.rename(tmp_path / "elsewhere.db")
    url = f"sqlite:///{elsewhere}"
    assert verify(archive, "--db", url, code=0) == []
    records(archive).unlink()
    (line,) = verify(archive, "--db", url)
    assert "the database has" in line


def test_an_index_is_made_again(archive: Layout, tmp_path: Path) -> None:
    whole = archive.index.read_bytes()
    archive.index.unlink()
    export = ("export", "--archive", archive.root, "--format", "wacz", "-o", tmp_path / "x.wacz")
    refused = newscrawl(*export)
    assert (refused.code, "newscrawl verify --rebuild-index" in refused.err) == (3, True)
    ran = newscrawl("verify", "--archive", archive.root, "--rebuild-index")
    assert ran.code == 0
    written = whole.count(b"\n")
    assert ran.out.startswith(f"{archive.index}: {written} lines written\n")
    assert archive.index.read_bytes() == whole
    assert newscrawl(*export).code == 0


def test_what_a_dead_writer_left_is_a_note(archive: Layout) -> None:
    [warc] = archive.finished()
    warc.rename(warc.with_name(warc.name + ".open"))
    archive.index.unlink()
    (line,) = verify(archive, code=0)
    assert line == f"note: warc/{warc.name}.open: its writer died; the next crawl recovers it"


def test_differences_are_in_the_summary(archive: Layout) -> None:
    path = records(archive)
    first, *rest = path.read_text("utf-8").splitlines(keepends=True)
    path.write_text("".join(rest), "utf-8")
    ran = newscrawl("verify", "--archive", archive.root, "--records")
    assert ran.code == 3
    *_, told, summary = ran.out.splitlines()
    assert told.endswith("records made again, 1 difference")
    assert "1 fault, 1 difference" in summary
    path.write_text("".join([*rest, "no record\n", first]), "utf-8")
    ran = newscrawl("verify", "--archive", archive.root, "--records", "--json")
    assert (ran.code, ran.lines[-1]["summary"]["faults"]) == (3, 2)


class TestRepair:
    def damage(self, archive: Layout, part: Crawled) -> Path:
        [warc] = archive.finished()
        record = next(iter(part.records.values()))
        with warc.open("r+b") as file:
            file.seek(record["capture"]["offset"] + 200)
            file.write(bytes(40))
        return warc

    @pytest.mark.parametrize("there", ["file", "folder"])
    def test_a_folder_that_holds_something_is_refused(
        self, archive: Layout, part: Crawled, tmp_path: Path, there: str
    ) -> None:
        self.damage(archive, part)
        into = tmp_path / "sound"
        if there == "folder":
            into.mkdir()
        (into / "mine" if there == "folder" else into).write_text("mine")
        ran = newscrawl("verify", "--archive", archive.root, "--repair", into)
        assert (ran.code, ran.out) == (2, "")
        assert f"--repair {into}: this" in ran.err

    def test_nothing_needs_repair(self, archive: Layout, tmp_path: Path) -> None:
        shutil.rmtree(archive.records)  # which is a fault, but of no WARC
        ran = newscrawl("verify", "--archive", archive.root, "--repair", tmp_path / "sound")
        assert ran.code == 3
        assert "no WARC needs repair" in ran.out
        assert not (tmp_path / "sound").exists()

    def test_the_next_step_is_told_and_works(
        self, archive: Layout, part: Crawled, tmp_path: Path
    ) -> None:
        warc = self.damage(archive, part)
        sound = tmp_path / "sound"
        ran = newscrawl("verify", "--archive", archive.root, "--repair", sound)
        assert ran.code == 3
        assert f"{sound / warc.name}: " in ran.out
        assert f"newscrawl replay {sound} --into NEW" in ran.out
        new = tmp_path / "new"
        assert newscrawl("replay", sound, "--into", new).code == 0
        left = list(verify(Layout(new)))
        # The metadata and the request of the answer that was left out.
        assert len(left) == 2
        assert all("WARC-Concurrent-To" in line for line in left)

    def test_a_reader_that_goes_away_does_not_stop_it(
        self, archive: Layout, part: Crawled, tmp_path: Path
    ) -> None:
        warc = self.damage(archive, part)
        command = ("verify", "--archive", archive.root, "--repair", tmp_path / "sound")
        process = start_newscrawl(*command, stdout=subprocess.PIPE)
        assert process.stdout is not None
        process.stdout.close()
        _, told = process.communicate()
        assert (process.returncode, told) == (3, "")
        assert (tmp_path / "sound" / warc.name).is_file()
