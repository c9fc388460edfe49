"""What a writer that died has left, wherever it was cut off."""

from __future__ import annotations

import gzip
import itertools
import json
import random
import shutil
import subprocess
import sys
import tracemalloc
from typing import TYPE_CHECKING

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from making import HEAD, exchange, page, writer
from processes import HERE
from strict_warc import faults, read_warc

from newscrawl.archive.file_recovery import Recovered, recover
from newscrawl.archive.layout import Layout
from newscrawl.errors import StorageError
from newscrawl.warc.exchange import Failure
from newscrawl.warc.reader import iter_records

if TYPE_CHECKING:
    from pathlib import Path

HINTS = b"HTTP/1.1 103 Early Hints\r\nLink: </a.css>\r\n\r\n"


@pytest.fixture(scope="module")
def left(tmp_path_factory) -> tuple[Path, list[tuple[int, str]]]:
    """An unfinished file, and for each exchange where it ends and its URL."""
    root = tmp_path_factory.mktemp("left")
    out = writer(root)
    ends = [(out.open().records.size, "")]
    failure = Failure("DownloadFailedError", "lost")
    for url, exchanges, why in (
        ("http://paper.example/1", [page(1)], None),
        ("http://paper.example/2", [exchange("http://paper.example/2", HINTS + HEAD + b"2")], None),
        ("http://paper.example/3", [exchange("http://paper.example/3", None)], failure),
        ("http://nowhere.example/", [], failure),
        ("http://paper.example/5", [page(5), page(5)], None),
    ):
        out.write(exchanges, why, url)
        ends.append((out._file.records.size, url))
    out.abandon()
    (path,) = (root / "warc").iterdir()
    return path, ends


def recovered(folder: Path, name: str, data: bytes) -> tuple[list[Recovered], Layout]:
    shutil.rmtree(folder, ignore_errors=True)
    layout = Layout(folder)
    layout.create()
    (layout.warcs / name).write_bytes(data)
    return list(recover(layout)), layout


def boundaries(data: bytes, folder: Path, name: str) -> tuple[list[int], list[int]]:
    """Where exchanges, and where records end in a file that is cut there."""
    path = folder / name.removesuffix(".open")
    path.write_bytes(data)
    records = read_warc(path)
    path.unlink()
    ends, awaited, seen = [], set(), set()
    for record in records:
        seen.add(record.id)
        awaited = (awaited | set(record.all("WARC-Concurrent-To"))) - seen
        if not awaited:
            ends.append(record.offset + record.length)
    return ends, [record.offset + record.length for record in records]


def test_a_cut_anywhere_leaves_the_whole_exchanges_before_it(left, tmp_path):
    path, _ = left
    data = path.read_bytes()
    ends, record_ends = boundaries(data, tmp_path, path.name)
    assert ends[-1] == len(data) and len(ends) < len(record_ends)
    near = {at + d for at in [0, *record_ends] for d in (-9, -1, 0, 1, 11)}
    cuts = sorted(near | set(range(0, len(data), 23)))
    for cut in (cut for cut in cuts if 0 <= cut <= len(data)):
        kept = max((end for end in ends if end <= cut), default=0)
        (found,), layout = recovered(tmp_path / "a", path.name, data[:cut])
        if kept <= ends[0]:  # the warcinfo record alone is worth nothing
            assert (found.kept, found.lost) == (0, cut)
            assert list(layout.warcs.iterdir()) == []
            continue
        assert (found.kept, found.lost) == (kept, cut - kept), f"cut at {cut}"
        (final,) = layout.warcs.iterdir()
        assert final.read_bytes() == data[:kept]
        assert faults(final) == []
        assert indexed(layout) == answers(final)


def answers(warc: Path) -> list[int]:
    return sorted(r.offset for r in read_warc(warc) if r.type == "response")


def indexed(layout: Layout) -> list[int]:
    lines = layout.index.read_text().splitlines() if layout.index.exists() else []
    assert lines == sorted(lines)
    return sorted(int(json.loads(line.split(" ", 2)[2])["offset"]) for line in lines)


def test_the_urls_that_were_lost_are_told(left, tmp_path):
    path, ends = left
    data = path.read_bytes()
    for (start, _), (end, url) in itertools.pairwise(ends):
        cut = (start + end) // 2 if url != "http://nowhere.example/" else end - 3
        (found,), _ = recovered(tmp_path / "a", path.name, data[:cut])
        assert found.lost_urls in ((url,), ()), cut
        assert found.lost_urls == (url,) or cut - found.kept < 400


@settings(max_examples=40, deadline=None, database=None)
@given(garbage=st.binary(min_size=1, max_size=300), at=st.floats(0, 1))
def test_garbage_behind_is_cut_off(left, tmp_path_factory, garbage, at):
    path, ends = left
    data = path.read_bytes()
    whole, _ = ends[1 + int(at * (len(ends) - 2))]
    folder = tmp_path_factory.mktemp("garbage")
    (found,), layout = recovered(folder / "a", path.name, data[:whole] + garbage)
    assert (found.kept, found.lost) == (whole, len(garbage))
    (final,) = layout.warcs.iterdir()
    assert final.read_bytes() == data[:whole]


def offsets(warc: Path) -> list[int]:
    """Where the sound answers of a damaged file begin."""
    return [r.offset for r in iter_records(warc, on_damage=lambda _: None) if r.type == "response"]


def test_a_hole_in_the_middle_stays_and_what_lies_behind_is_kept(left, tmp_path):
    """Records that point behind it would point nowhere if the file ended there."""
    path, ends = left
    data = bytearray(path.read_bytes())
    sound = answers_of(data, tmp_path, path.name)
    hole = slice(ends[1][0] + 4, ends[2][0] - 30)
    data[hole] = bytes(hole.stop - hole.start)
    (found,), layout = recovered(tmp_path / "a", path.name, bytes(data) + b"torn")
    (final,) = layout.warcs.iterdir()
    assert final.read_bytes() == data
    assert (found.kept, found.damaged) == (len(data), ends[2][0] - ends[1][0])
    assert found.lost == found.damaged + 4
    assert f"{found.damaged} damaged bytes are left in it before sound captures" in str(found)
    kept = [at for at in sound if not ends[1][0] <= at < ends[2][0]]
    assert indexed(layout) == offsets(final) == kept


@pytest.mark.parametrize("which", ["response", "request"])
def test_a_flipped_bit_costs_its_own_exchange_at_most(left, tmp_path, which):
    path, ends = left
    data = bytearray(path.read_bytes())
    copy = tmp_path / path.name.removesuffix(".open")
    copy.write_bytes(data)
    records = [r for r in read_warc(copy) if r.offset >= ends[0][0]]
    hit = next(r for r in records if r.type == which)
    data[hit.offset + hit.length - 12] ^= 4
    (found,), layout = recovered(tmp_path / "a", path.name, bytes(data))
    (final,) = layout.warcs.iterdir()
    assert final.read_bytes() == data
    assert (found.lost, found.damaged) == (hit.length, hit.length)
    # Without its request the answer is there all the same, and need not be fetched again.
    assert found.lost_urls == (("http://paper.example/1",) if which == "response" else ())
    wanted = [r.offset for r in records if r.type == "response" and r.offset != hit.offset]
    assert indexed(layout) == offsets(final) == wanted


def test_damage_at_the_very_begin_costs_no_capture(left, tmp_path):
    path, ends = left
    data = bytearray(path.read_bytes())
    data[1] ^= 4
    (found,), layout = recovered(tmp_path / "a", path.name, bytes(data))
    assert (found.kept, found.lost) == (len(data), ends[0][0])
    (final,) = layout.warcs.iterdir()
    assert indexed(layout) == offsets(final) == answers_of(path.read_bytes(), tmp_path, path.name)


def answers_of(data: bytes, folder: Path, name: str) -> list[int]:
    copy = folder / name.removesuffix(".open")
    copy.write_bytes(data)
    found = answers(copy)
    copy.unlink()
    return found


def test_a_death_between_two_names_is_no_fault_for_ever(left, tmp_path):
    """A file gets its name by link and unlink; here the process died in between."""
    path, _ = left
    layout = Layout(tmp_path)
    layout.create()
    unfinished = layout.warcs / path.name
    unfinished.write_bytes(path.read_bytes())
    final = unfinished.with_suffix("")
    final.hardlink_to(unfinished)
    (found,) = recover(layout)
    assert (found.name, found.lost) == (final.name, 0)
    assert list(layout.warcs.iterdir()) == [final]
    assert final.read_bytes() == path.read_bytes()
    assert list(recover(layout)) == []


def test_another_file_of_the_name_is_never_overwritten(left, tmp_path):
    path, _ = left
    layout = Layout(tmp_path)
    layout.create()
    unfinished = layout.warcs / path.name
    unfinished.write_bytes(path.read_bytes())
    unfinished.with_suffix("").write_bytes(b"another")
    with pytest.raises(StorageError, match="File exists"):
        list(recover(layout))
    assert unfinished.with_suffix("").read_bytes() == b"another"
    assert unfinished.read_bytes() == path.read_bytes()


NAME = "news-20260305142233124-a1b2c3d4-00000.warc.gz.open"


def test_a_file_of_no_bytes_is_removed(tmp_path):
    found, layout = recovered(tmp_path / "a", NAME, b"")
    assert found == [Recovered(NAME.removesuffix(".open"), 0, 0, ())]
    assert list(layout.warcs.iterdir()) == []


@pytest.mark.parametrize(
    "data",
    [
        b"not a gzip file at all\n" * 50,
        bytes(5000),
        gzip.compress(b"no WARC"),
        b"WARC/1.1\r\nWARC-",
    ],
    ids=["text", "zeros", "other-gzip", "plain-warc"],
)
def test_what_is_no_warc_is_set_aside_as_it_is(tmp_path, data):
    (found,), layout = recovered(tmp_path / "a", NAME, data)
    assert (found.kept, found.lost, found.lost_urls) == (0, len(data), ())
    assert str(found).endswith(f"no WARC, kept as it is in {NAME}.unreadable")
    (aside,) = layout.warcs.iterdir()
    assert (aside.name, aside.read_bytes()) == (NAME + ".unreadable", data)
    assert list(recover(layout)) == []
    assert layout.finished() == []


def test_a_live_writers_file_is_left_alone(tmp_path):
    out = writer(tmp_path)
    out.write([page(1)], None, "")
    layout = Layout(tmp_path)
    (path,) = layout.unfinished()
    assert list(recover(layout)) == []
    assert layout.unfinished() == [path]
    out.write([page(2)], None, "")
    out.close()
    assert list(recover(layout)) == []
    assert faults(path.with_suffix("")) == []


def test_a_torn_giant_needs_no_memory(tmp_path):
    data = writer_bytes(tmp_path / "w")
    block = b"HTTP/1.1 200 OK\r\n\r\n" + bytes(300_000_000)
    head = b"WARC/1.1\r\nWARC-Type: response\r\nWARC-Target-URI: http://paper.example/giant\r\n"
    giant = gzip.compress(head + b"Content-Length: %d\r\n\r\n" % len(block) + block, 1)
    del block
    tracemalloc.start()
    (found,), _ = recovered(tmp_path / "a", NAME, data + giant[:-9])
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert (found.kept, found.lost_urls) == (len(data), ("http://paper.example/giant",))
    assert peak < 24_000_000


def test_many_exchanges_need_no_memory(tmp_path, monkeypatch):
    monkeypatch.setattr("newscrawl.archive.file_recovery._INDEX_BATCH_SIZE", 50)
    data = writer_bytes(tmp_path / "w", number=150, size=20_000)
    tracemalloc.start()
    (found,), layout = recovered(tmp_path / "a", NAME, data)
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert (found.kept, found.lost) == (len(data), 0)
    assert len(indexed(layout)) == 150
    assert peak < len(data) + 6_000_000


def writer_bytes(root: Path, number: int = 3, size: int = 300) -> bytes:
    out = writer(root)
    for n in range(number):
        out.write([page(n, size)], None, "")
    out.abandon()
    (path,) = (root / "warc").iterdir()
    return path.read_bytes()


def test_recovery_beside_writers_takes_nothing_from_them(tmp_path):
    layout = Layout(tmp_path)
    layout.create()
    writer_ids = ["00000001", "00000002"]
    script = HERE / "writing_beside.py"
    writers = [
        subprocess.Popen([sys.executable, str(script), str(tmp_path), writer_id, "120"])
        for writer_id in writer_ids
    ]
    taken = []
    while any(process.poll() is None for process in writers):
        taken += recover(layout)
    # A file may be taken between its creation and its lock; its writer then makes another.
    assert {(found.kept, found.lost) for found in taken} <= {(0, 0)}
    assert [process.returncode for process in writers] == [0, 0]
    assert layout.unfinished() == []
    finished = layout.finished()
    assert len(finished) > 40
    assert [fault for path in finished for fault in faults(path)] == []
    urls = [r.url for path in finished for r in read_warc(path) if r.type == "response"]
    assert len(urls) == len(set(urls)) == 240
    assert len(layout.index.read_text().splitlines()) == 240
    damage = []
    assert sum(1 for path in finished for _ in iter_records(path, on_damage=damage.append)) > 480
    assert damage == []


def test_a_second_recovery_at_once_does_nothing(tmp_path, left):
    path, _ = left
    layout = Layout(tmp_path)
    layout.create()
    for n in range(6):
        (layout.warcs / path.name.replace("a1b2c3d4", f"{n:08d}")).write_bytes(path.read_bytes())
    code = (
        "import sys; from pathlib import Path;"
        "from newscrawl.archive.layout import Layout; from newscrawl.archive.file_recovery import recover;"
        "print(sum(1 for _ in recover(Layout(Path(sys.argv[1])))))"
    )
    both = [
        subprocess.Popen([sys.executable, "-c", code, str(tmp_path)], stdout=subprocess.PIPE)
        for _ in range(2)
    ]
    counts = [int(process.communicate(timeout=60)[0]) for process in both]
    assert [process.returncode for process in both] == [0, 0]
    assert sum(counts) == 6
    assert len(layout.finished()) == 6 and layout.unfinished() == []


def test_random_bytes_do_no_harm(tmp_path):
    rng = random.Random(11)
    for n in range(30):
        data = b"\x1f\x8b\x08" + rng.randbytes(rng.randrange(0, 4000))
        (found,), layout = recovered(tmp_path / "a", NAME, data)
        assert (found.kept, found.lost) == (0, len(data)), n
        assert [path.name for path in layout.warcs.iterdir()] in ([], [NAME + ".unreadable"])
