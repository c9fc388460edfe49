"""`.warc.zst` files: frames, dictionaries, damage, and the records that come of them."""

from __future__ import annotations

import gzip
import random
import shutil
import struct
import tracemalloc
import zipfile
from itertools import pairwise
from typing import TYPE_CHECKING

import pytest
import zstandard

from newscrawl.archive.captures import iter_captures
from newscrawl.archive.files import archive_files
from newscrawl.archive.layout import Layout
from newscrawl.archive.verify import Summary, repair, verify_files
from newscrawl.warc.reader import iter_records, read_record
from tests.conftest import Crawled, newscrawl

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path
    from types import SimpleNamespace

    from newscrawl.errors import DamagedRecord


def dictionary_of(records: Iterable[bytes]) -> zstandard.ZstdCompressionDict:
    return zstandard.train_dictionary(4096, [*records] * 20)


def skippable(data: bytes, magic: int = 0x184D2A5D) -> bytes:
    return struct.pack("<II", magic, len(data)) + data


def frames(
    records: Iterable[bytes], dictionary: zstandard.ZstdCompressionDict | None
) -> list[bytes]:
    compressor = zstandard.ZstdCompressor(dict_data=dictionary, write_checksum=True)
    return [compressor.compress(record) for record in records]


@pytest.fixture
def records(make: SimpleNamespace) -> list[bytes]:
    words = random.Random(1).choices(["harbour", "council", "decides", "ferry", "street"], k=4000)
    pages = [" ".join(words[n * 300 :][:900]).encode() + b"%d" % n for n in range(8)]
    return [
        make.info(),
        *(make.response(page, uri=f"https://paper.example/{n}") for n, page in enumerate(pages)),
    ]


def stored(kind: str, records: list[bytes]) -> bytes:
    if kind == "no dictionary":
        return b"".join(frames(records, None))
    dictionary = dictionary_of(records)
    data = dictionary.as_bytes()
    head = skippable(zstandard.compress(data) if kind == "compressed dictionary" else data)
    return head + b"".join(frames(records, dictionary))


@pytest.mark.parametrize("kind", ["no dictionary", "dictionary", "compressed dictionary"])
def test_every_record_is_given_and_found_again(
    kind: str, tmp_path: Path, records: list[bytes], damage: list[DamagedRecord]
) -> None:
    path = tmp_path / "a.warc.zst"
    path.write_bytes(stored(kind, records))
    found = list(iter_records(path, on_damage=damage.append))
    assert damage == []
    assert [record.head + record.block + b"\r\n\r\n" for record in found] == records
    assert all(record.is_member for record in found)
    for one, behind in pairwise(found):
        assert one.offset + one.length == behind.offset
        assert read_record(path, one.offset, one.length) == read_record(path, one.offset) == one
    some = list(
        iter_records(path, on_damage=damage.append, start=found[3].offset, end=found[5].offset)
    )
    assert some == found[3:5]


def test_skippable_frames_between_records_are_skipped(
    tmp_path: Path, records: list[bytes], damage: list[DamagedRecord]
) -> None:
    path = tmp_path / "a.warc.zst"
    path.write_bytes(
        b"".join(each + skippable(b"note", 0x184D2A50) for each in frames(records, None))
    )
    assert len(list(iter_records(path, on_damage=damage.append))) == len(records)
    assert damage == []


def test_a_damaged_frame_costs_its_record_alone(tmp_path: Path, records: list[bytes]) -> None:
    path, dictionary = tmp_path / "a.warc.zst", dictionary_of(records)
    all_frames = frames(records, dictionary)
    head = skippable(dictionary.as_bytes())
    whole = head + b"".join(all_frames)
    at = len(head) + sum(map(len, all_frames[:4]))
    rng = random.Random(2)
    for _ in range(60):
        data = bytearray(whole)
        data[at + rng.randrange(len(all_frames[4]))] ^= 1 << rng.randrange(8)
        path.write_bytes(data)
        damage: list[DamagedRecord] = []
        found = list(iter_records(path, on_damage=damage.append))
        assert [record.head + record.block for record in found if record.offset != at] == [
            record[:-4] for n, record in enumerate(records) if n != 4
        ]
        # A checksum is the frame's own: whatever is changed is noticed, but in a field that says nothing.
        assert len(damage) == 1 or len(found) == len(records)


def test_large_blocks_are_read_in_bounded_memory(
    tmp_path: Path, make: SimpleNamespace, damage: list[DamagedRecord]
) -> None:
    body = bytes(200 << 20)
    path = tmp_path / "a.warc.zst"
    path.write_bytes(zstandard.compress(make.response(body)) + zstandard.compress(make.response()))
    assert path.stat().st_size < 1 << 20
    del body
    tracemalloc.start()
    try:
        large, small = iter_records(path, on_damage=damage.append)
        assert sum(map(len, large.blocks())) == large.size > 200 << 20
        assert tracemalloc.get_traced_memory()[1] < 20 << 20
    finally:
        tracemalloc.stop()
    assert (small.held is not None, damage) == (True, [])


def test_verify_and_repair(tmp_path: Path, records: list[bytes]) -> None:
    path = tmp_path / "a.warc.zst"
    path.write_bytes(stored("dictionary", records))
    summary = Summary()
    (note,) = verify_files([path], summary=summary, independent=True)
    assert "warcio does not read zstd" in note.cause
    assert (summary.faults, summary.records) == (0, len(records))
    made = repair(path, tmp_path / "repaired")
    assert made.path.name == "a.warc.gz"
    assert gzip.decompress(made.path.read_bytes()) == b"".join(records)


def test_in_a_folder_and_in_a_wacz(tmp_path: Path, records: list[bytes]) -> None:
    folder = tmp_path / "some"
    folder.mkdir()
    (folder / "a.warc.zst").write_bytes(stored("dictionary", records))
    assert len(list(iter_captures([folder], on_damage=print))) == len(records) - 1
    wacz = tmp_path / "a.wacz"
    with zipfile.ZipFile(wacz, "w") as package:
        package.write(folder / "a.warc.zst", "archive/a.warc.zst")
    assert [path.suffix for path in archive_files(wacz)] == [".zst"]
    assert len(list(iter_captures([wacz], on_damage=print))) == len(records) - 1


def test_a_replay_gives_the_records_of_the_crawl(few: Crawled, tmp_path: Path) -> None:
    (warc,) = Layout(few.archive).finished()
    found = list(iter_records(warc, on_damage=print))
    raw = [record.head + b"".join(record.blocks()) + b"\r\n\r\n" for record in found]
    path = tmp_path / warc.name.replace(".gz", ".zst")
    path.write_bytes(stored("dictionary", raw))

    def replayed(*arguments: object) -> list[dict[str, object]]:
        ran = newscrawl("replay", *arguments)
        assert ran.code == 0, ran.err
        return [{**record, "capture": None} for record in ran.lines]

    assert replayed(path) == replayed(warc)
    ran = newscrawl("replay", path, "--into", tmp_path / "new")
    assert ran.code == 0, ran.err
    exported = newscrawl("export", "--archive", tmp_path / "new").lines
    assert {record["url"] for record in exported} == set(few.records)
    assert newscrawl("verify", path).code == 0
    shutil.rmtree(tmp_path / "new")
