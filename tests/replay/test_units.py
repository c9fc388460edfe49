"""A replay in pieces: the same result, however it is cut, killed and gone on with."""

from __future__ import annotations

import base64
import hashlib
import io
import json
import os
import signal
import sqlite3
import subprocess
import sys
from contextlib import closing
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from warcio.statusandheaders import StatusAndHeaders
from warcio.warcwriter import WARCWriter

from newscrawl.archive import cdxj
from newscrawl.archive.files import archive_files
from newscrawl.archive.reader import iter_records
from newscrawl.archive.remote import point
from newscrawl.commands.bulk import Bulk
from newscrawl.errors import CaptureNotFound, NothingToDo, StorageError, UsageError
from newscrawl.reading.workers import Workers
from newscrawl.replay.captured import captures_of
from newscrawl.replay.cut import cut, starts
from newscrawl.replay.gathered import Gathered
from newscrawl.replay.make import make
from newscrawl.replay.revisited import revisit_units
from newscrawl.replay.running import Local, cut_long
from newscrawl.replay.selection import Selection, selection
from newscrawl.replay.unfinished import Unfinished
from newscrawl.replay.unit import Recipe, Unit, part_name, stamp
from tests.archive_reading.conftest import HTTP, gz, info, record, response
from tests.conftest import newscrawl, story

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from tests.conftest import Crawled

#: Stored bytes of a unit here, so that the sample's only WARC makes many.
SHORT = 20_000
RECIPE = Recipe(Selection(), 60, 0)


def bulk(root: Path, paths: Sequence[Path], *, workers: int = 2, long: int = SHORT) -> Bulk:
    names = [str(path) for path in paths]
    return Bulk(root, names, workers=workers, seconds=60, memory=0, long=long)


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
def warcs(crawled: Crawled) -> list[Path]:
    return archive_files(crawled.archive)


@pytest.fixture(scope="module")
def whole(warcs: list[Path], tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    """What one process makes of all at once."""
    root = tmp_path_factory.mktemp("whole") / "again"
    assert bulk(root, warcs, workers=1, long=1 << 30).write() == 0
    return made(root)


def test_pieces_make_what_the_crawl_made(
    crawled: Crawled,
    warcs: list[Path],
    whole: dict[str, Any],
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
) -> None:
    [warc] = warcs
    assert len(starts(warc, long=SHORT)) > 3
    assert bulk(tmp_path / "again", warcs).write() == 0
    captures = len(captures_of(warcs, on_damage=print).pages)
    assert f"of {captures} captured pages" in capsys.readouterr().out
    assert made(tmp_path / "again") == whole
    assert whole["index"] == (crawled.archive / "index.cdxj").read_bytes()
    [records] = (crawled.archive / "records").iterdir()
    assert sorted(whole[records.name].splitlines()) == sorted(records.read_bytes().splitlines())


def test_records_come_in_the_order_of_captures_and_not_of_files(
    warcs: list[Path], whole: dict[str, Any], tmp_path: Path
) -> None:
    data = warcs[0].read_bytes()
    middle = starts(warcs[0], long=len(data) // 2)[0]
    (tmp_path / "b.warc.gz").write_bytes(data[:middle])
    (tmp_path / "a.warc.gz").write_bytes(data[middle:])
    assert bulk(tmp_path / "again", sorted(tmp_path.glob("*.gz"))).write() == 0
    ids = [[row[:3] for row in each["rows"]] for each in (whole, made(tmp_path / "again"))]
    assert ids[0] == ids[1]


def test_an_index_says_where_to_cut_and_is_not_believed(warcs: list[Path], tmp_path: Path) -> None:
    [warc] = warcs

    def units() -> list[Unit]:
        found = cut([tmp_path / warc.name], Selection(), None, on_damage=print, long=SHORT)
        assert not found.uncut
        return found.units

    (tmp_path / warc.name).symlink_to(warc)
    lines = cdxj.lines_of(warc, iter_records(warc, on_damage=print))
    (tmp_path / "index.cdxj").write_text("".join(f"{line}\n" for line in sorted(lines)))
    assert [unit.start for unit in units()] == [0, *starts(warc, long=SHORT)]
    false = lines[0].replace(f'"offset": "{cdxj.parse(lines[0]).offset}"', f'"offset": "{SHORT}"')
    (tmp_path / "index.cdxj").write_text(f"{false}\n")
    assert [(unit.start, unit.end) for unit in units()] == [(0, None)]


def one_part(root: Path, warc: Path) -> tuple[Path, list[str]]:
    """Make the part of a unit amid the file as a run does that is killed afterwards; its lines."""
    with closing(Unfinished(root)) as unfinished, closing(Local(1, RECIPE, long=SHORT)) as local:
        begins = starts(warc, long=SHORT)
        middle = len(begins) // 2
        unit = Unit(warc, stamp(warc), begins[middle], begins[middle + 1])
        part = unfinished.part(unit, RECIPE)
        assert list(local.make([(unit, part)])) == [(unit, None)]
    return part, part.read_text().splitlines(keepends=True)


def test_a_finished_unit_is_not_read_again(
    warcs: list[Path], whole: dict[str, Any], tmp_path: Path
) -> None:
    root = tmp_path / "again"
    (root / "warc").mkdir(parents=True)
    part, lines = one_part(root, warcs[0])
    number, line = next((n, line) for n, line in enumerate(lines) if '\t{"id"' in line)
    said, _, record = line.partition("\t")
    changed = {**json.loads(record), "section": "from the part"}
    lines[number] = f"{said}\t{json.dumps(changed)}\n"
    part.write_text("".join(lines))
    bulk(root, warcs).write()
    again = made(root)
    [name] = [name for name in again if name.endswith(".jsonl")]
    theirs, ours = (each[name].decode().splitlines() for each in (whole, again))
    [(was, now)] = [pair for pair in zip(theirs, ours, strict=True) if pair[0] != pair[1]]
    assert json.loads(now) == {**json.loads(was), "section": "from the part"}


def test_a_part_of_something_else_is_not_used(warcs: list[Path], tmp_path: Path) -> None:
    warc = tmp_path / "a.warc.gz"
    warc.write_bytes(warcs[0].read_bytes())
    unit = Unit(warc, stamp(warc))
    os.utime(warc, ns=(1, 1))
    later = Unit(warc, stamp(warc))
    names = [
        part_name(unit, RECIPE),
        part_name(later, RECIPE),
        part_name(Unit(warc, unit.stamp, 5), RECIPE),
        part_name(unit, Recipe(Selection(domains=("paper.example",)), 60, 0)),
        part_name(unit, Recipe(Selection(), 30, 0)),
    ]
    assert len(set(names)) == len(names)
    assert part_name(later, RECIPE) == part_name(Unit(warc, stamp(warc)), RECIPE)


KILLED = """
import sys
from pathlib import Path
from tests.replay.test_units import bulk
bulk(Path(sys.argv[1]), [Path(sys.argv[2])]).write()
"""


def has_made_a_record(units: Path) -> bool:
    return any(b'\t{"id"' in part.read_bytes() for part in units.glob("*.part"))


def has_begun_to_write(units: Path) -> bool:
    return any(path.stat().st_size for path in (units.parent / "records").glob("*.jsonl"))


@pytest.mark.parametrize("moment", [has_made_a_record, has_begun_to_write])
def test_a_killed_run_is_gone_on_with(
    warcs: list[Path], whole: dict[str, Any], tmp_path: Path, moment: Callable[[Path], bool]
) -> None:
    root = tmp_path / "again"
    command = [sys.executable, "-c", KILLED, root, warcs[0]]
    here = Path(__file__).parents[2]
    environment = {**os.environ, "PYTHONPATH": f"{here}:{here / 'tests/support'}"}
    with subprocess.Popen(command, env=environment, cwd=here, stdout=subprocess.DEVNULL) as process:
        while process.poll() is None and not moment(root / "units"):
            os.sched_yield()
        process.send_signal(signal.SIGKILL)
    assert process.returncode == -signal.SIGKILL
    assert list((root / "units").glob("*.part"))
    assert bulk(root, warcs).write() == 0
    assert made(root) == whole


def test_two_replays_do_not_write_into_one_folder(warcs: list[Path], tmp_path: Path) -> None:
    root = tmp_path / "again"
    (root / "warc").mkdir(parents=True)
    with closing(Unfinished(root)), pytest.raises(UsageError, match="another replay is writing"):
        bulk(root, warcs).write()


@pytest.mark.parametrize("how", ["write", "parquet"])
def test_a_folder_of_somebody_else_is_left_alone(
    warcs: list[Path], tmp_path: Path, how: str
) -> None:
    mine = tmp_path / "again" / "units" / "mine"
    mine.mkdir(parents=True)
    (tmp_path / "again" / "warc").mkdir()
    with pytest.raises(UsageError):
        getattr(bulk(tmp_path / "again", warcs), how)()
    assert mine.is_dir()


def test_a_file_that_cannot_be_had_keeps_no_other_from_being_read(
    warcs: list[Path], tmp_path: Path
) -> None:
    root, gone = tmp_path / "again", f"file://{tmp_path}/gone.warc.gz"
    both = Bulk(root, [gone, str(warcs[0])], workers=1, seconds=60, memory=0)
    with pytest.raises(CaptureNotFound, match=f"{gone}: no such file"):
        both.write()
    assert has_made_a_record(root / "units")


def test_nothing_is_left_where_there_is_nothing_to_do(tmp_path: Path) -> None:
    (tmp_path / "a.warc.gz").write_bytes(gz(record("response", b"HTTP/1.1 404 Gone\r\n\r\n")))
    with pytest.raises(NothingToDo):
        bulk(tmp_path / "again", [tmp_path / "a.warc.gz"]).write()
    assert not (tmp_path / "again" / "units").exists()


def test_what_cannot_be_noted_is_named(tmp_path: Path) -> None:
    (tmp_path / "units" / "elsewhere").mkdir(parents=True)
    (tmp_path / "units" / "lock").touch()
    (tmp_path / "units" / "elsewhere" / "1").touch()
    point(tmp_path / "b.warc.gz", "https://paper.example/b.warc.gz")
    long = Unit(tmp_path / "a.warc.gz", "")
    (tmp_path / "a.warc.gz").write_bytes(gz(info()))
    with closing(Unfinished(tmp_path)) as unfinished, closing(Local(1, RECIPE, long=1)) as local:
        starts_of_it = unfinished.starts(long, 1)
        for path in (starts_of_it, tmp_path / "units" / "writing.json"):
            path.with_suffix(".new").mkdir()
        with pytest.raises(StorageError, match=r"writing\.json: Is a directory"):
            unfinished.write_to([])
        with pytest.raises(StorageError, match=rf"{starts_of_it.name}: Is a directory"):
            cut_long([long], 1, unfinished, local)
        with pytest.raises(StorageError, match=r"1/b\.warc\.gz: "):
            unfinished.reachable(tmp_path / "b.warc.gz", 1)


def indexed(folder: Path, *pages: bytes) -> Path:
    """`a.warc.gz` in a folder of its own, and its index."""
    folder.mkdir()
    warc = folder / "a.warc.gz"
    warc.write_bytes(gz(*pages))
    cdxj.merge(folder / "index.cdxj", cdxj.lines_of(warc, iter_records(warc, on_damage=print)))
    return warc


def test_two_files_of_one_name_are_both_read(tmp_path: Path) -> None:
    both = [indexed(tmp_path / n, response(uri=f"https://paper.example/{n}")) for n in ("x", "y")]
    index, chosen = tmp_path / "y" / "index.cdxj", selection(prefixes=["https://paper.example/"])
    for choice in (Selection(), chosen):
        found = cut(both, choice, index, on_damage=print, long=SHORT)
        assert [unit.warc for unit in found.units] == both
    assert len(captures_of(both, on_damage=print, chosen=chosen, index=index).pages) == 2


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
    chosen = selection(prefixes=["https://paper.example/again/"])
    found = cut(warcs, chosen, None, on_damage=print, long=SHORT)
    recipe = Recipe(chosen, 60, 0)
    with (
        closing(Workers(1, seconds=60)) as workers,
        closing(Gathered(keep_answered=False)) as gathered,
    ):
        for unit in found.units:
            part = tmp_path / part_name(unit, recipe)
            make(unit, part, recipe, workers)
            gathered.add(part, unit)
        units = list(revisit_units(gathered, chosen, found.indexes, found.stamps))
    originals = [page.original[0] for unit in units for page in unit.pages if page.original]
    assert originals == [str(warc) for warc in warcs]


def test_tables_go_on_too(warcs: list[Path], tmp_path: Path) -> None:
    one, two = tmp_path / "one", tmp_path / "two"
    assert bulk(one, warcs, long=1 << 30).parquet() == 0
    one_part(two, warcs[0])
    [table] = one.rglob("*.parquet")
    (two / table.parent.name).mkdir()
    (two / table.parent.name / table.name).write_text("half")
    with closing(Unfinished(two)) as unfinished:
        unfinished.write_to([two / table.parent.name])
    assert bulk(two, warcs).parquet() == 0
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
    warcs: list[Path], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    copy = damaged(warcs[0], tmp_path)
    found = []
    for name, long in (("one", 1 << 30), ("two", SHORT)):
        assert bulk(tmp_path / name, [copy], long=long).write() == 3
        said = [line for line in capsys.readouterr().err.splitlines() if "at byte" in line]
        found.append((made(tmp_path / name), said))
    assert found[0] == found[1]
    assert len(found[0][1]) >= 3
    live = newscrawl("replay", copy)
    [records] = (tmp_path / "two" / "records").iterdir()
    assert sorted(live.out.splitlines()) == sorted(records.read_text("utf-8").splitlines())


def test_a_page_that_takes_too_long_is_listed(
    warcs: list[Path], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    root = tmp_path / "again"
    hasty = Bulk(root, [str(warcs[0])], workers=1, seconds=0.001, memory=0)
    assert hasty.write() == 0
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
    assert bulk(root, sorted(tmp_path.glob("*.warc.gz"))).write() == 0
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
