"""Damaged and hostile files: each damage is named, no sound record is lost, nothing hangs."""

from __future__ import annotations

import gzip
import random
import subprocess
import sys
import tempfile
import zlib
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from amounts import amount
from hypothesis import given, settings
from hypothesis import strategies as st

from newscrawl.errors import CaptureNotFound, DamagedRecord
from newscrawl.warc.reader import iter_records, read_record

if TYPE_CHECKING:
    from types import SimpleNamespace


@pytest.fixture
def records(make: SimpleNamespace) -> list[bytes]:
    noise = random.Random(7)
    return [make.info(), *(make.response(noise.randbytes(3000) + b"%d" % n) for n in range(6))]


def read(path: Path) -> tuple[list[bytes], list[DamagedRecord]]:
    damage: list[DamagedRecord] = []
    return [r.block for r in iter_records(path, on_damage=damage.append)], damage


def block_of(record: bytes) -> bytes:
    return record.partition(b"\r\n\r\n")[2][:-4]


@pytest.mark.parametrize("keep", range(1, 3000, 311))
def test_a_cut_tail(keep: int, tmp_path: Path, records: list[bytes], make: SimpleNamespace) -> None:
    path = tmp_path / "a.warc.gz"
    whole = make.gz(*records[:3])
    path.write_bytes(whole + make.gz(records[3])[:keep])
    blocks, damage = read(path)
    assert blocks == [block_of(r) for r in records[:3]]
    assert [(d.path, d.offset) for d in damage] == [(str(path), len(whole))]
    assert "ends within a gzip member" in damage[0].cause


def test_sound_records_behind_a_torn_one(
    tmp_path: Path, records: list[bytes], make: SimpleNamespace
) -> None:
    path = tmp_path / "a.warc.gz"
    members = [gzip.compress(r, mtime=0) for r in records]
    path.write_bytes(b"".join(members[:2]) + members[2][:1500] + b"".join(members[3:]))
    blocks, damage = read(path)
    assert blocks == [block_of(r) for r in records[:2] + records[3:]]
    assert [d.offset for d in damage] == [len(members[0]) + len(members[1])]


@pytest.mark.parametrize("at", [0, 2, 12, 1500, -7, -2])
def test_a_changed_byte(
    at: int, tmp_path: Path, records: list[bytes], make: SimpleNamespace
) -> None:
    path = tmp_path / "a.warc.gz"
    members = [bytearray(gzip.compress(r, mtime=0)) for r in records]
    members[3][at] ^= 0xFF
    path.write_bytes(b"".join(members))
    blocks, damage = read(path)
    assert blocks == [block_of(r) for r in records[:3] + records[4:]]
    assert [d.offset for d in damage] == [sum(map(len, members[:3]))]


@pytest.mark.parametrize(
    "garbage",
    [
        b"garbage",
        bytes(5000),
        b"\x1f\x8b\x08" * 1000,
        gzip.compress(b"no record at all", mtime=0),
        b"\r\n",
    ],
)
def test_garbage_between_members(
    garbage: bytes, tmp_path: Path, records: list[bytes], make: SimpleNamespace
) -> None:
    path = tmp_path / "a.warc.gz"
    before = make.gz(*records[:4])
    path.write_bytes(before + garbage + make.gz(*records[4:]))
    blocks, damage = read(path)
    assert blocks == [block_of(r) for r in records]
    assert [d.offset for d in damage] == [len(before)]


def with_length(record: bytes, length: int | str) -> bytes:
    stated = b"Content-Length: %d" % len(block_of(record))
    assert stated in record
    return record.replace(stated, f"Content-Length: {length}".encode())


@pytest.mark.parametrize("store", [bytes, gzip.compress], ids=["plain", "one-member"])
@pytest.mark.parametrize(
    ("length", "cause"),
    [
        (10, "goes on behind its 10 bytes"),
        (5000, "goes on behind its 5000 bytes"),
        (10**10, "of 10000000000 bytes"),
        ("-1", "Content-Length is '-1'"),
        ("1e3", "Content-Length is '1e3'"),
        ("9" * 5000, "Content-Length is '999"),
    ],
)
def test_a_wrong_length_in_one_stream(
    length: int | str, cause: str, store: type[bytes], tmp_path: Path, records: list[bytes]
) -> None:
    path = tmp_path / "a.warc"
    path.write_bytes(store(b"".join([*records[:3], with_length(records[3], length), *records[4:]])))
    blocks, damage = read(path)
    assert blocks == [block_of(r) for r in records[:3] + records[4:]]
    assert [d.offset for d in damage] == [sum(map(len, records[:3]))]
    assert cause in damage[0].cause


@pytest.mark.parametrize("length", [10, 10**10, "x"])
def test_a_wrong_length_in_a_member(
    length: int | str, tmp_path: Path, records: list[bytes], make: SimpleNamespace
) -> None:
    path = tmp_path / "a.warc.gz"
    before = make.gz(*records[:3])
    path.write_bytes(before + make.gz(with_length(records[3], length), *records[4:]))
    blocks, damage = read(path)
    assert blocks == [block_of(r) for r in records[:3] + records[4:]]
    assert [d.offset for d in damage] == [len(before)]
    with pytest.raises(DamagedRecord):
        read_record(path, len(before))


def test_a_record_without_length_or_end_of_head(
    tmp_path: Path, records: list[bytes], make: SimpleNamespace
) -> None:
    path = tmp_path / "a.warc.gz"
    without = make.record("response", b"x", drop=("Content-Length",))
    endless = b"WARC/1.1\r\nX: y\r\n" + b"Z: z\r\n" * 100_000
    path.write_bytes(make.gz(without, endless, records[0]))
    blocks, damage = read(path)
    assert blocks == [block_of(records[0])]
    assert [d.cause for d in damage] == ["no Content-Length", "the head of the record has no end"]


@pytest.mark.parametrize(
    ("name", "content", "cause"),
    [
        ("empty.warc.gz", b"", "the file is empty"),
        ("page.html", b"<!DOCTYPE html><p>no archive</p>" * 999, "no record begins here"),
        ("other.gz", gzip.compress(b"no archive", mtime=0), "no record begins here"),
        ("broken.wacz", b"PK\x03\x04 and then nothing", "not a sound ZIP file"),
        ("noise.warc.gz", random.Random(1).randbytes(500_000), "not a sound gzip member"),
    ],
)
def test_not_an_archive(name: str, content: bytes, cause: str, tmp_path: Path) -> None:
    path = tmp_path / name
    path.write_bytes(content)
    blocks, damage = read(path)
    assert blocks == []
    assert [(d.path, d.offset) for d in damage] == [(str(path), 0)]
    assert cause in damage[0].cause


def test_no_file(tmp_path: Path) -> None:
    with pytest.raises(CaptureNotFound, match=r"absent\.warc: no such file"):
        list(iter_records(tmp_path / "absent.warc", on_damage=print))


def test_every_single_cut_keeps_what_is_whole(tmp_path: Path, make: SimpleNamespace) -> None:
    members = [gzip.compress(r, mtime=0) for r in (make.info(), make.response(), make.response())]
    stored = b"".join(members)
    ends = [len(members[0]), len(members[0]) + len(members[1]), len(stored)]
    path = tmp_path / "a.warc.gz"
    for cut in range(1, len(stored)):
        path.write_bytes(stored[:cut])
        blocks, damage = read(path)
        assert len(blocks) == sum(end <= cut for end in ends)
        assert len(damage) == (0 if cut in ends else 1)


def zeros(size: int) -> bytes:
    state = zlib.compressobj(1, wbits=31)
    block = bytes(1 << 20)
    return b"".join(state.compress(block) for _ in range(size >> 20)) + state.flush()


def bomb(head: bytes, size: int) -> bytes:
    """One gzip member: `head` and then zeros."""
    state = zlib.compressobj(1, wbits=31)
    block = bytes(1 << 20)
    parts = [state.compress(head), *(state.compress(block) for _ in range(size >> 20))]
    return b"".join(parts) + state.flush()


#: Reads the file that it is given; prints the bytes of all blocks, how many there are, and by how many KiB
#: the process has grown.
READ_AND_MEASURE = """
import resource, sys
from pathlib import Path
from newscrawl.warc.reader import iter_records
before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
sizes = [
    sum(map(len, record.blocks()))
    for record in iter_records(Path(sys.argv[1]), on_damage=lambda _: None)
]
print(sum(sizes), len(sizes), resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before)
"""


@pytest.mark.parametrize("kind", ["true-size", "behind-the-record", "no-record", "claims-more"])
def test_a_bomb_takes_little_memory(kind: str, tmp_path: Path, make: SimpleNamespace) -> None:
    size = amount(32, thorough=64) << 20
    sound = make.response(b"behind the bomb")
    head = make.response(b"", drop=("WARC-Block-Digest",))[:-4].replace(
        b"Content-Length: %d" % len(make.HTTP),
        b"Content-Length: %d" % (size * (2 if kind == "claims-more" else 1)),
    )
    member = {
        "true-size": bomb(head[: -len(make.HTTP)], size),
        "behind-the-record": bomb(make.response(b"before the bomb"), size),
        "no-record": bomb(b"", size),
        "claims-more": bomb(head, size),
    }[kind]
    path = tmp_path / "bomb.warc.gz"
    path.write_bytes(member + make.gz(sound))
    command = [sys.executable, "-c", READ_AND_MEASURE, str(path)]
    done = subprocess.run(command, capture_output=True, text=True, check=True)
    read_bytes, read_records, grown_kib = map(int, done.stdout.split())
    extra = len(make.HTTP) + len(b"behind the bomb")
    expected = {"true-size": (size + extra, 2), "behind-the-record": (2 * extra, 2)}
    assert (read_bytes, read_records) == expected.get(kind, (extra, 1))
    assert grown_kib < size >> 11


def test_many_lies_in_a_plain_file_are_passed_over_in_time(
    tmp_path: Path, make: SimpleNamespace
) -> None:
    path = tmp_path / "a.warc"
    lie = with_length(make.response(b"x" * 200), 3_900_000)
    path.write_bytes(lie * 20_000 + make.response(b"sound"))
    blocks, damage = read(path)
    assert blocks[-1] == make.HTTP + b"sound"
    assert len(damage) + len(blocks) <= 20_001


@pytest.mark.parametrize("offset", [-1, 10**15])
def test_a_pointer_out_of_the_file(offset: int, tmp_path: Path, make: SimpleNamespace) -> None:
    for name, content in (("a.warc.gz", make.gz(make.info())), ("a.warc", make.info())):
        (tmp_path / name).write_bytes(content)
        with pytest.raises(CaptureNotFound, match="no record begins"):
            read_record(tmp_path / name, offset)


FILES = st.lists(st.sampled_from(["cut", "flip", "insert", "double"]), min_size=1, max_size=4)


@settings(max_examples=100, deadline=None)
@given(harms=FILES, seed=st.integers(0, 10**6), kind=st.sampled_from(["gzip", "plain", "one"]))
def test_whatever_happens_to_a_file_its_other_members_are_read(
    harms: list[str], seed: int, kind: str
) -> None:
    chance = random.Random(seed)
    raw = [
        b"WARC/1.1\r\nWARC-Type: response\r\nContent-Length: 200\r\n\r\n"
        + chance.randbytes(200)
        + b"\r\n\r\n"
        for _ in range(8)
    ]
    stored = [gzip.compress(r, mtime=0) if kind == "gzip" else r for r in raw]
    harmed = set()
    for harm in harms:
        number = chance.randrange(8)
        if number in harmed:
            continue
        harmed.add(number)
        member = stored[number]
        at = chance.randrange(1, len(member) - 1)
        stored[number] = {
            "cut": member[:at],
            "flip": member[:at] + bytes([member[at] ^ 0x55]) + member[at + 1 :],
            "insert": member[:at] + chance.randbytes(30) + member[at:],
            "double": member[:at] + member,
        }[harm]
    content = b"".join(stored)
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "a.warc"
        path.write_bytes(gzip.compress(content) if kind == "one" else content)
        blocks, _ = read(path)
    sound = [block_of(r) for n, r in enumerate(raw) if n not in harmed and n - 1 not in harmed]
    assert [b for b in blocks if b in sound] == sound
    if kind == "gzip":
        assert set(blocks) >= {block_of(r) for n, r in enumerate(raw) if n not in harmed}


@pytest.mark.parametrize("seed", range(20))
def test_damage_has_one_name_wherever_reading_begins_and_however_much_is_read(
    seed: int, tmp_path: Path, make: SimpleNamespace
) -> None:
    """`length` of `read_record` is how many bytes are read, and decompressed, at a time."""
    chance, path = random.Random(seed), tmp_path / "a.warc.gz"
    page = chance.randbytes(1500).hex().encode()
    first, torn, last = (
        make.gz(make.response(page + b"%d" % n, WARC_Record_ID=f"<urn:uuid:{n}>")) for n in range(3)
    )
    at = chance.randrange(100, len(torn) - 100)
    path.write_bytes(first + torn[:at] + torn[at + chance.randrange(1, 60) :] + last)
    blocks, damage = read(path)
    assert len(blocks) == 2
    named = {str(each) for each in damage}
    for length in (1, 2, 7, 37, 100, 512, 1000, len(torn)):
        with pytest.raises(DamagedRecord) as raised:
            read_record(path, len(first), length)
        named.add(str(raised.value))
    assert named == {f"{path}: at byte {len(first)}: not a sound gzip member"}
