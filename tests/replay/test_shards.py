"""A replay in pieces: the same result, however it is cut, killed and gone on with."""

from __future__ import annotations

import base64
import hashlib
import io
import json
import os
import signal
import sqlite3
from contextlib import closing
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from processes import still_runs
from replaying import captured_pages, split
from warcio.statusandheaders import StatusAndHeaders
from warcio.warcwriter import WARCWriter

from newscrawl.archive import cdxj_file
from newscrawl.archive.files import archive_files
from newscrawl.commands.replay_output import TerminalObserver
from newscrawl.errors import CaptureNotFound, NothingToDo, StorageError, UsageError
from newscrawl.replay import (
    ArchiveSink,
    Execution,
    Observer,
    ParquetSink,
    Replay,
    ReplayConfig,
    ReplayInput,
    Selection,
    select,
)
from newscrawl.replay.checkpoint import Checkpoint
from newscrawl.replay.executors import LocalExecutor, split_long
from newscrawl.replay.shard import Shard, output_name, stamp
from newscrawl.replay.split import starts
from newscrawl.storage.remote import write_pointer
from newscrawl.warc import cdxj
from newscrawl.warc.reader import iter_records
from tests.archive_reading.conftest import HTTP, gz, info, record, response
from tests.conftest import newscrawl, start_python, story

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from tests.conftest import Crawled

#: Stored bytes of a shard here, so that the sample's only WARC makes many.
SHORT = 8_000
CONFIG = ReplayConfig(60, indexes_texts=True)


class Damages(Observer):
    """The damages that a replay tells."""

    def __init__(self) -> None:
        self.told: list[str] = []

    def damaged(self, damage: object) -> None:
        self.told.append(str(damage))


def replay(
    paths: Sequence[object],
    *,
    workers: int = 2,
    shard_bytes: int = SHORT,
    observer: Observer | None = None,
) -> Replay:
    execution = Execution(workers, shard_bytes=shard_bytes)
    return Replay(ReplayInput(tuple(map(str, paths))), CONFIG, execution, observer)


def into(root: Path) -> ArchiveSink:
    return ArchiveSink(root, now=0)


def made(root: Path) -> dict[str, Any]:
    """All that a replay has written; nothing else may be there."""
    with closing(sqlite3.connect(root / "news.db")) as database:
        rows = database.execute("SELECT number, id, revision FROM articles").fetchall()
        records = database.execute("SELECT place, data FROM records").fetchall()
        ends = database.execute("SELECT url, outcome, cause FROM urls ORDER BY url").fetchall()
    assert {path.name for path in root.iterdir() if path.name[0] != "."} == {
        "index.cdxj", "news.db", "records", "warc",
    }  # fmt: skip
    files = {path.name: path.read_bytes() for path in (root / "records").iterdir()}
    return {**files, "index": (root / "index.cdxj").read_bytes(), "rows": rows,
            "kept": records, "ends": ends}  # fmt: skip


@pytest.fixture(scope="module")
def warcs(few: Crawled) -> list[Path]:
    return archive_files(few.archive)


@pytest.fixture(scope="module")
def whole(warcs: list[Path], tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    """What one process makes of all at once."""
    root = tmp_path_factory.mktemp("whole") / "again"
    replay(warcs, workers=1, shard_bytes=1 << 30).run(into(root))
    return made(root)


def test_pieces_make_what_the_crawl_made(part: Crawled, tmp_path: Path) -> None:
    [warc] = archive_files(part.archive)
    assert len(starts(warc, shard_bytes=SHORT)) > 3
    replay([warc]).run(into(tmp_path / "again"))
    again = made(tmp_path / "again")
    assert again["index"] == (part.archive / "index.cdxj").read_bytes()
    [records] = (part.archive / "records").iterdir()
    assert sorted(again[records.name].splitlines()) == sorted(records.read_bytes().splitlines())


def test_pieces_make_what_the_whole_makes(
    warcs: list[Path], whole: dict[str, Any], tmp_path: Path
) -> None:
    assert len(starts(warcs[0], shard_bytes=SHORT)) > 3
    replay(warcs).run(into(tmp_path / "again"))
    assert made(tmp_path / "again") == whole


def test_records_come_in_the_order_of_captures_and_not_of_files(
    warcs: list[Path], whole: dict[str, Any], tmp_path: Path
) -> None:
    data = warcs[0].read_bytes()
    middle = starts(warcs[0], shard_bytes=len(data) // 2)[0]
    (tmp_path / "b.warc.gz").write_bytes(data[:middle])
    (tmp_path / "a.warc.gz").write_bytes(data[middle:])
    replay(sorted(tmp_path.glob("*.gz"))).run(into(tmp_path / "again"))
    ids = [[row[:3] for row in each["rows"]] for each in (whole, made(tmp_path / "again"))]
    assert ids[0] == ids[1]


def test_an_index_says_where_to_split_and_is_not_believed(
    warcs: list[Path], tmp_path: Path
) -> None:
    [warc] = warcs

    def shards() -> list[Shard]:
        found = split([tmp_path / warc.name], on_damage=print, shard_bytes=SHORT)
        assert not found.unsplit
        return found.shards

    (tmp_path / warc.name).symlink_to(warc)
    lines = cdxj.index_lines_of(warc, iter_records(warc, on_damage=print))
    (tmp_path / "index.cdxj").write_text("".join(f"{line}\n" for line in sorted(lines)))
    assert [shard.start for shard in shards()] == [0, *starts(warc, shard_bytes=SHORT)]
    false = lines[0].replace(f'"offset": "{cdxj.parse(lines[0]).offset}"', f'"offset": "{SHORT}"')
    (tmp_path / "index.cdxj").write_text(f"{false}\n")
    assert [(shard.start, shard.end) for shard in shards()] == [(0, None)]


def one_output(root: Path, warc: Path) -> tuple[Path, list[str]]:
    """Process a shard that has a record as a run does that is killed afterwards; the lines of its output."""
    [records] = (warc.parent.parent / "records").iterdir()
    last = max(
        json.loads(line)["capture"]["offset"] for line in records.read_text("utf-8").splitlines()
    )
    with (
        closing(Checkpoint(root)) as checkpoint,
        closing(LocalExecutor(Execution(1), CONFIG, network=False)) as executor,
    ):
        begins = [0, *starts(warc, shard_bytes=SHORT)]
        start, end = next(
            (start, end)
            for start, end in zip(begins, [*begins[1:], None], strict=True)
            if end is None or end > last
        )
        shard = Shard(warc, stamp(warc), start, end)
        output = checkpoint.output(shard, CONFIG)
        assert list(executor.process([(shard, output)])) == [(shard, None)]
    return output, output.read_text().splitlines(keepends=True)


def test_a_finished_shard_is_not_read_again(
    warcs: list[Path], whole: dict[str, Any], tmp_path: Path
) -> None:
    root = tmp_path / "again"
    (root / "warc").mkdir(parents=True)
    output, lines = one_output(root, warcs[0])
    number, line = next((n, line) for n, line in enumerate(lines) if '\t{"id"' in line)
    said, record, index = line.split("\t")
    changed = {**json.loads(record), "section": "from the output"}
    lines[number] = f"{said}\t{json.dumps(changed)}\t{index}"
    output.write_text("".join(lines))
    replay(warcs).run(into(root))
    again = made(root)
    [name] = [name for name in again if name.endswith(".jsonl")]
    theirs, ours = (each[name].decode().splitlines() for each in (whole, again))
    [(was, now)] = [pair for pair in zip(theirs, ours, strict=True) if pair[0] != pair[1]]
    assert json.loads(now) == {**json.loads(was), "section": "from the output"}


def test_an_output_of_something_else_is_not_used(warcs: list[Path], tmp_path: Path) -> None:
    warc = tmp_path / "a.warc.gz"
    warc.write_bytes(warcs[0].read_bytes())
    shard = Shard(warc, stamp(warc))
    os.utime(warc, ns=(1, 1))
    later = Shard(warc, stamp(warc))
    names = [
        output_name(shard, CONFIG),
        output_name(later, CONFIG),
        output_name(Shard(warc, shard.stamp, 5), CONFIG),
        output_name(shard, ReplayConfig(60, selection=Selection(domains=("paper.example",)))),
        output_name(shard, ReplayConfig(30)),
    ]
    assert len(set(names)) == len(names)
    assert output_name(later, CONFIG) == output_name(Shard(warc, stamp(warc)), CONFIG)


KILLED = """
import sys
from pathlib import Path
from tests.replay.test_shards import into, replay
replay([sys.argv[2]]).run(into(Path(sys.argv[1])))
"""


def has_made_a_record(shards: Path) -> bool:
    finished = [path for path in shards.glob("*.shard") if path.name[0] != "."]
    return any(b'\t{"id"' in output.read_bytes() for output in finished)


def has_begun_to_write(shards: Path) -> bool:
    return any(path.stat().st_size for path in (shards.parent / "records").glob("*.jsonl"))


@pytest.mark.parametrize("moment", [has_made_a_record, has_begun_to_write])
def test_a_killed_run_is_gone_on_with(
    warcs: list[Path], whole: dict[str, Any], tmp_path: Path, moment: Callable[[Path], bool]
) -> None:
    root = tmp_path / "again"
    here = Path(__file__).parents[2]
    path = {"PYTHONPATH": f"{here}:{here / 'tests/support'}"}
    process = start_python("-c", KILLED, root, warcs[0], env=path)
    while still_runs(process, 0.001) and not moment(root / "shards"):
        pass
    process.send_signal(signal.SIGKILL)
    process.communicate()
    assert process.returncode == -signal.SIGKILL
    assert list((root / "shards").glob("*.shard"))
    replay(warcs).run(into(root))
    assert made(root) == whole


def test_two_replays_do_not_write_into_one_folder(warcs: list[Path], tmp_path: Path) -> None:
    root = tmp_path / "again"
    (root / "warc").mkdir(parents=True)
    with closing(Checkpoint(root)), pytest.raises(UsageError, match="another replay is writing"):
        replay(warcs).run(into(root))


@pytest.mark.parametrize("sink", [into, ParquetSink])
def test_a_folder_of_somebody_else_is_left_alone(
    warcs: list[Path], tmp_path: Path, sink: Callable[[Path], Any]
) -> None:
    mine = tmp_path / "again" / "shards" / "mine"
    mine.mkdir(parents=True)
    (tmp_path / "again" / "warc").mkdir()
    with pytest.raises(UsageError):
        replay(warcs).run(sink(tmp_path / "again"))
    assert mine.is_dir()


def test_a_file_that_cannot_be_had_keeps_no_other_from_being_read(
    warcs: list[Path], tmp_path: Path
) -> None:
    root, gone = tmp_path / "again", f"file://{tmp_path}/gone.warc.gz"
    with pytest.raises(CaptureNotFound, match=f"{gone}: no such file"):
        replay([gone, warcs[0]], workers=1).run(into(root))
    assert has_made_a_record(root / "shards")


def test_nothing_is_left_where_there_is_nothing_to_do(tmp_path: Path) -> None:
    (tmp_path / "a.warc.gz").write_bytes(gz(record("response", b"HTTP/1.1 404 Gone\r\n\r\n")))
    with pytest.raises(NothingToDo):
        replay([tmp_path / "a.warc.gz"]).run(into(tmp_path / "again"))
    assert not (tmp_path / "again" / "shards").exists()


def test_what_cannot_be_noted_is_named(tmp_path: Path) -> None:
    (tmp_path / "shards" / "pointers").mkdir(parents=True)
    (tmp_path / "shards" / "lock").touch()
    (tmp_path / "shards" / "pointers" / "1").touch()
    write_pointer(tmp_path / "b.warc.gz", "https://paper.example/b.warc.gz")
    long = Shard(tmp_path / "a.warc.gz", "")
    (tmp_path / "a.warc.gz").write_bytes(gz(info()))
    with (
        closing(Checkpoint(tmp_path)) as checkpoint,
        closing(LocalExecutor(Execution(1, shard_bytes=1), CONFIG, network=False)) as executor,
    ):
        starts_of_it = checkpoint.starts(long, 1)
        for path in (starts_of_it, tmp_path / "shards" / "writing.json"):
            path.with_suffix(".new").mkdir()
        with pytest.raises(StorageError, match=r"writing\.json: Is a directory"):
            checkpoint.note_targets([])
        with pytest.raises(StorageError, match=rf"{starts_of_it.name}: Is a directory"):
            split_long([long], 1, checkpoint, executor)
        with pytest.raises(StorageError, match=r"1/b\.warc\.gz: "):
            checkpoint.reachable(tmp_path / "b.warc.gz", 1)


def indexed(folder: Path, *pages: bytes) -> Path:
    """`a.warc.gz` in a folder of its own, and its index."""
    folder.mkdir()
    warc = folder / "a.warc.gz"
    warc.write_bytes(gz(*pages))
    cdxj_file.merge(
        folder / "index.cdxj", cdxj.index_lines_of(warc, iter_records(warc, on_damage=print))
    )
    return warc


def test_two_files_of_one_name_are_both_read(tmp_path: Path) -> None:
    both = [indexed(tmp_path / n, response(uri=f"https://paper.example/{n}")) for n in ("x", "y")]
    index, chosen = tmp_path / "y" / "index.cdxj", select(prefixes=["https://paper.example/"])
    for choice in (Selection(), chosen):
        found = split(both, choice, index, on_damage=print)
        assert [shard.warc for shard in found.shards] == both
    assert len(captured_pages(both, chosen, index, on_damage=print)) == 2


def test_revisits_are_looked_for_in_the_files_of_their_own_index(tmp_path: Path) -> None:
    """Two files of one name, as WACZ files often have in them."""
    warcs = []
    for name in ("x", "y"):
        digest = f"sha1:{base64.b32encode(hashlib.sha1(name.encode()).digest()).decode()}"
        stated = {"uri": f"https://paper.example/{name}", "WARC_Payload_Digest": digest}
        seen = {
            "WARC_Refers_To_Target_URI": stated["uri"],
            "WARC_Refers_To_Date": "2026-03-05T14:22:33.123456Z",
            "WARC_Profile": "http://netpreserve.org/warc/1.1/revisit/identical-payload-digest",
        }
        again = {**stated, "uri": f"https://paper.example/again/{name}"}
        revisit = record("revisit", HTTP, **again, **seen)
        warcs.append(indexed(tmp_path / name, response(name.encode(), **stated), revisit))
    pages = captured_pages(
        warcs, select(prefixes=["https://paper.example/again/"]), on_damage=print
    )
    # Two captures of one moment may come in either order.
    originals = {page.page.url: page.original[0] for page in pages if page.original}
    assert originals == {
        f"https://paper.example/again/{name}": str(warc)
        for name, warc in zip(("x", "y"), warcs, strict=True)
    }


def test_tables_go_on_too(warcs: list[Path], tmp_path: Path) -> None:
    one, two = tmp_path / "one", tmp_path / "two"
    replay(warcs, shard_bytes=1 << 30).run(ParquetSink(one))
    one_output(two, warcs[0])
    [table] = one.rglob("*.parquet")
    (two / table.parent.name).mkdir()
    (two / table.parent.name / table.name).write_text("half")
    with closing(Checkpoint(two)) as checkpoint:
        checkpoint.note_targets([two / table.parent.name])
    replay(warcs).run(ParquetSink(two))
    assert {
        path.relative_to(two): path.read_bytes() for path in two.rglob("*") if path.is_file()
    } == {table.relative_to(one): table.read_bytes()}


def damaged(warc: Path, folder: Path) -> Path:
    """A copy with a stretch of zeros in each third of it."""
    data = bytearray(warc.read_bytes())
    for third in range(3):
        at = len(data) * (2 * third + 1) // 6
        data[at : at + 50] = bytes(50)
    copy = folder / warc.name
    copy.write_bytes(data)
    return copy


def test_damage_is_named_once_and_costs_the_same_in_pieces(
    warcs: list[Path], tmp_path: Path
) -> None:
    copy = damaged(warcs[0], tmp_path)
    found = []
    for name, shard_bytes in (("one", 1 << 30), ("two", SHORT)):
        observer = Damages()
        job = replay([copy], shard_bytes=shard_bytes, observer=observer)
        job.run(into(tmp_path / name))
        assert job.has_damage
        found.append((made(tmp_path / name), observer.told))
    assert found[0] == found[1]
    assert len(found[0][1]) >= 3
    live = newscrawl("replay", copy)
    [records] = (tmp_path / "two" / "records").iterdir()
    assert sorted(live.out.splitlines()) == sorted(records.read_text("utf-8").splitlines())


def test_a_page_that_takes_too_long_is_listed(
    warcs: list[Path], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    root = tmp_path / "again"
    observer = TerminalObserver(name_failed_pages=True)
    hasty = Replay(ReplayInput((str(warcs[0]),)), ReplayConfig(0.001), Execution(), observer)
    hasty.run(into(root))
    assert not hasty.has_damage
    said = capsys.readouterr()
    assert ": extraction-failed: took longer than 0.003 s" in said.err
    misses = newscrawl("export", "misses", "--archive", root).lines
    assert any(miss["cause"] == "extraction-failed" for miss in misses)


# warcio leaves the temporary file of a record to the garbage collector.
@pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning")
def test_a_revisit_is_read_from_an_original_in_another_file(tmp_path: Path) -> None:
    html = story(1)["body"].encode()
    head = StatusAndHeaders("200 OK", [("Content-Type", "text/html")], protocol="HTTP/1.1")
    urls = [f"http://paper.example/the-harbour-council-decides-{n}" for n in (1, 2)]
    with (tmp_path / "b.warc.gz").open("wb") as file:
        writer = WARCWriter(file, gzip=True)
        first = writer.create_warc_record(
            urls[0], "response", payload=io.BytesIO(html), http_headers=head
        )
        writer.write_record(first)
        asked = StatusAndHeaders("HEAD / HTTP/1.1", [], is_http_request=True)
        request = writer.create_warc_record(urls[0], "request", http_headers=asked)
        answer = writer.create_warc_record(urls[0] + "?", "response", http_headers=head)
        request.rec_headers.add_header(
            "WARC-Concurrent-To", answer.rec_headers.get_header("WARC-Record-ID")
        )
        writer.write_record(request)
        writer.write_record(answer)
    digest, date = (
        first.rec_headers.get_header(name) for name in ("WARC-Payload-Digest", "WARC-Date")
    )
    with (tmp_path / "a.warc.gz").open("wb") as file:
        writer = WARCWriter(file, gzip=True)
        writer.write_record(writer.create_revisit_record(urls[1], digest, urls[0], date, head))
    root = tmp_path / "again"
    replay(sorted(tmp_path.glob("*.warc.gz"))).run(into(root))
    records = {
        path.stem: json.loads(path.read_text("utf-8")) for path in (root / "records").iterdir()
    }
    assert {name: record["url"] for name, record in records.items()} == {
        "b": urls[0],
        "a": urls[1],
    }
    assert records["a"]["body"] == records["b"]["body"] != ""
    lines = [cdxj.parse(line) for line in (root / "index.cdxj").read_text().splitlines()]
    assert [(line.url, line.mime) for line in lines] == [
        (urls[0], "text/html"),
        (urls[1], "warc/revisit"),
    ]
