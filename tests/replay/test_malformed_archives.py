"""Malformed archives: every sound page is there, every fault is named with file, place and what it is."""

from __future__ import annotations

import gzip
import hashlib
import io
import zipfile
from dataclasses import dataclass
from typing import TYPE_CHECKING

import pytest
import zstandard
from replaying import captured_pages, split

from newscrawl.archive import cdxj_file
from newscrawl.archive.files import archive_files
from newscrawl.collection import record_files
from newscrawl.replay import select
from newscrawl.warc import cdxj
from newscrawl.warc.reader import iter_records
from tests.archive_reading.conftest import HTTP, gz, info, record, response
from tests.conftest import newscrawl, story

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from newscrawl.errors import DamagedRecord

BASE = "https://paper.example/"
CHUNKED = b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nTransfer-Encoding: chunked\r\n\r\n"


def page(number: int) -> bytes:
    return response(story(number)["body"].encode(), uri=f"{BASE}{number}")


def odd(block: bytes = HTTP + b"<p>odd", **more: object) -> bytes:
    return record("response", block, **{"uri": f"{BASE}odd", **more})


def sized(head_says: int, body: bytes) -> bytes:
    return b"HTTP/1.1 200 OK\r\nContent-Length: %d\r\n\r\n%b" % (head_says, body)


INFO, FIRST, LAST = info(), page(1), page(2)
START = gz(INFO, FIRST)
BEFORE = len(START)
ARC_ABOUT = b"1 0 x\nURL IP Date T L\n\n"
ARC_HEAD = b"filedesc://a.arc 0.0.0.0 20260305142233 text/plain %d\n%b\n" % (
    len(ARC_ABOUT),
    ARC_ABOUT,
)


def arc(line: bytes, block: bytes) -> bytes:
    return line + b" 192.0.2.7 20260305142233 text/html %d\n%b\n" % (len(block), block)


ARC_FIRST = arc(b"https://paper.example/1", HTTP + story(1)["body"].encode())
ARC_LAST = arc(b"https://paper.example/2", HTTP + story(2)["body"].encode())


def between(odd_one: bytes) -> bytes:
    """A WARC with two sound pages, and one between them that is not."""
    return START + gz(odd_one) + gz(LAST)


def wacz(**entries: bytes) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as package:
        for name, data in entries.items():
            package.writestr(name, data)
    return out.getvalue()


def changed(package: bytes, at: int, *, bits: int) -> bytes:
    """The ZIP file with other bits in the first entry of its directory, `at` bytes behind its begin."""
    out = bytearray(package)
    out[package.index(b"PK\x01\x02") + at] ^= bits
    return bytes(out)


def deflated(**entries: bytes) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as package:
        for name, data in entries.items():
            package.writestr(name, data)
    return out.getvalue()


def bomb() -> bytes:
    """One gzip member that is a record, and then 64 MB that are none."""
    state = io.BytesIO()
    with gzip.GzipFile(fileobj=state, mode="wb", mtime=0) as file:
        file.write(odd())
        for _ in range(64):
            file.write(bytes(1 << 20))
    return state.getvalue()


@dataclass(frozen=True)
class Case:
    """`pages` are the numbers of those that are sound; `faults` where and what, in order."""

    content: Callable[[], bytes]
    faults: tuple[tuple[int, str], ...]
    pages: tuple[object, ...] = (1, 2)
    name: str = "a.warc.gz"


def member(content: bytes, cause: str, *, also_read: bool = False) -> Case:
    pages = (1, "odd", 2) if also_read else (1, 2)
    return Case(lambda: between(content), ((BEFORE, cause),), pages)


CASES = {
    "cut-member": Case(
        lambda: START + gz(odd(b"x" * 500))[:-40] + gz(LAST),
        ((BEFORE, "not a sound gzip member"),),
    ),
    "cut-tail": Case(
        lambda: START + gz(LAST)[:200], ((BEFORE, "ends within a gzip member"),), (1,)
    ),
    "garbage-between": Case(lambda: START + b"garbage" * 20 + gz(LAST), ((BEFORE, "gzip member"),)),
    "bomb": Case(
        lambda: START + bomb() + gz(LAST),
        # Counted in the decompressed file, since the member has a record before it.
        ((len(INFO + FIRST + odd()), "no record begins here"),),
        (1, "odd", 2),
    ),
    "record-too-short": member(odd(Content_Length="4"), "goes on behind its 4 bytes"),
    "record-too-long": member(odd(Content_Length="9999"), "of 9999 bytes"),
    "record-without-length": member(odd(drop=("Content-Length",)), "no Content-Length"),
    "without-uri": member(odd(uri=None), "a response record without WARC-Target-URI"),
    "without-date": member(odd(drop=("WARC-Date",)), "a response record without WARC-Date"),
    "no-date": member(odd(WARC_Date="yesterday"), "WARC-Date is 'yesterday'"),
    "day-that-is-none": member(odd(WARC_Date="2026-02-30T00:00:00Z"), "WARC-Date is '2026-02-30"),
    "wrong-block-digest": member(
        odd(WARC_Block_Digest="sha1:" + "A" * 32),
        "the block does not have its WARC-Block-Digest",
        also_read=True,
    ),
    "wrong-payload-digest": member(
        odd(drop=("WARC-Block-Digest",), WARC_Payload_Digest="sha1:" + "A" * 32),
        "the payload does not have its WARC-Payload-Digest",
        also_read=True,
    ),
    "body-too-short": member(odd(sized(5000, b"<p>cut")), "the body ends after 6 of 5000 bytes"),
    "cut-chunk": member(odd(CHUNKED + b"ff\r\n<p>cut"), "the chunks of the body end before"),
    "bad-chunk": member(
        odd(CHUNKED + b"5\r\n<p>ok\r\nzz\r\nbad\r\n0\r\n\r\n"), "the chunks of the body end before"
    ),
    "not-http": member(odd(b"\x00\x01 no HTTP at all"), "not an HTTP message"),
    "empty": Case(lambda: b"", ((0, "the file is empty"),), ()),
    "other-file": Case(
        lambda: b"<p>no archive</p>" * 50, ((0, "no record begins here"),), (), "a.warc"
    ),
    "zstd-cut": Case(
        lambda: zstandard.compress(INFO) + zstandard.compress(FIRST)[:-9],
        ((len(zstandard.compress(INFO)), "the file ends within a zstd frame"),),
        (),
        "a.warc.zst",
    ),
    "zstd-large-dictionary": Case(
        lambda: b"\x5d\x2a\x4d\x18\x00\x00\x00\x7f" + zstandard.compress(FIRST),
        ((0, "a dictionary of 2130706432 bytes"),),
        (),
        "a.warc.zst",
    ),
    "zstd-cut-dictionary": Case(
        lambda: b"\x5d\x2a\x4d\x18\x00\x01\x00\x00" + bytes(8),
        ((0, "the file ends within its zstd dictionary"),),
        (),
        "a.warc.zst",
    ),
    "zstd-bad-dictionary": Case(
        lambda: b"\x5d\x2a\x4d\x18\x08\x00\x00\x00\x28\xb5\x2f\xfd\xff\xff\xff\xff",
        ((0, "not a sound zstd dictionary"),),
        (),
        "a.warc.zst",
    ),
    "arc-bad-line": Case(
        lambda: ARC_HEAD + ARC_FIRST + b"this is no URL record\n" + ARC_LAST,
        ((len(ARC_HEAD + ARC_FIRST), "no record begins here"),),
        name="a.arc",
    ),
    "arc-bad-length": Case(
        lambda: ARC_HEAD + ARC_FIRST + ARC_FIRST.replace(b"html ", b"html 9", 1) + ARC_LAST,
        ((len(ARC_HEAD + ARC_FIRST), "of 9"),),
        name="a.arc",
    ),
    "wacz-no-archive": Case(
        lambda: wacz(**{"pages/pages.jsonl": b"{}"}), ((0, "is no WACZ"),), (), "a.wacz"
    ),
    "wacz-no-zip": Case(lambda: b"PK\x03\x04 cut", ((0, "not a sound ZIP file"),), (), "a.wacz"),
    "wacz-path-out-of-it": Case(
        lambda: wacz(
            **{
                "archive/a.warc.gz": gz(INFO, FIRST, LAST),
                "archive/../../../b.warc.gz": gz(INFO, page(3)),
            }
        ),
        ((len(gz(INFO, FIRST, LAST)) + 47, "leads out of the package"),),
        name="a.wacz",
    ),
    "wacz-damaged-inside": Case(
        lambda: wacz(**{"archive/inside.warc.gz": between(b"no record")}),
        ((BEFORE, "no record begins here"),),
        name="a.wacz",
    ),
    "wacz-encrypted": Case(
        lambda: changed(wacz(**{"archive/secret.warc.gz": START}), 8, bits=1),
        ((0, "is encrypted"),),
        (),
        "a.wacz",
    ),
    "wacz-wrong-crc": Case(
        lambda: changed(deflated(**{"archive/wrong.warc": INFO + FIRST}), 16, bits=1),
        ((0, "not a sound ZIP file: Bad CRC-32"),),
        (),
        "a.wacz",
    ),
}

#: Malformed in name or form alone, or as the standard allows: nothing is lost and nothing is said.
SOUND = {
    "plain-with-gz-name": (b"".join([INFO, FIRST, LAST]), (1, 2)),
    "date-of-a-month": (between(odd(WARC_Date="2026-03")), ("odd", 1, 2)),
    "chunks-undone": (between(odd(CHUNKED + b"<p>odd")), (1, "odd", 2)),
    "decoded-with-old-length": (
        between(
            odd(b"HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\nContent-Length: 99\r\n\r\n<p>odd")
        ),
        (1, "odd", 2),
    ),
    "payload-digest-over-the-chunks": (
        between(
            odd(
                CHUNKED + b"3\r\nodd\r\n0\r\n\r\n",
                drop=("WARC-Block-Digest",),
                WARC_Payload_Digest="sha1:" + hashlib.sha1(b"3\r\nodd\r\n0\r\n\r\n").hexdigest(),
            )
        ),
        (1, "odd", 2),
    ),
    "cut-and-marked": (
        between(odd(sized(5000, b"<p>cut"), WARC_Truncated="disconnect")),
        (1, "odd", 2),
    ),
}


def read(path: Path, **choice: list[str]) -> tuple[list[str], list[DamagedRecord]]:
    damages: list[DamagedRecord] = []
    found = captured_pages(archive_files(path), select(**choice), on_damage=damages.append)
    return [captured.page.url for captured in found], damages


def urls(numbers: tuple[object, ...]) -> list[str]:
    return [f"{BASE}{number}" for number in numbers]


@pytest.mark.parametrize("name", CASES)
def test_every_sound_page_and_every_fault(name: str, tmp_path: Path) -> None:
    case = CASES[name]
    path = tmp_path / case.name
    path.write_bytes(case.content())
    found, damages = read(path)
    assert sorted(found) == sorted(urls(case.pages))
    assert [damage.offset for damage in damages] == [at for at, _ in case.faults]
    for damage, (_, cause) in zip(damages, case.faults, strict=True):
        assert cause in damage.cause
        assert damage.path.startswith(str(path))


@pytest.mark.parametrize("name", SOUND)
def test_what_is_no_fault(name: str, tmp_path: Path) -> None:
    content, numbers = SOUND[name]
    path = tmp_path / "a.warc.gz"
    path.write_bytes(content)
    found, damages = read(path)
    assert (sorted(found), damages) == (sorted(urls(numbers)), [])


def test_what_an_index_chooses_is_looked_at_as_well(tmp_path: Path) -> None:
    (tmp_path / "a.warc.gz").write_bytes(between(odd(WARC_Block_Digest="sha1:" + "A" * 32)))
    records = iter_records(tmp_path / "a.warc.gz", on_damage=print)
    cdxj_file.merge(tmp_path / "index.cdxj", cdxj.index_lines_of(tmp_path / "a.warc.gz", records))
    found, damages = read(tmp_path, prefixes=[f"{BASE}odd"])
    assert (found, [damage.offset for damage in damages]) == ([f"{BASE}odd"], [BEFORE])


def test_all_of_them_in_one_folder_end_with_exit_code_3(tmp_path: Path) -> None:
    """The command says each fault on a line of its own, and gives the record of each sound page once."""
    folder = tmp_path / "all"
    for name, case in CASES.items():
        (folder / name).mkdir(parents=True)
        (folder / name / case.name).write_bytes(case.content())
    ran = newscrawl("replay", folder, "--workers", "1")
    assert ran.code == 3
    lines = ran.err.splitlines()
    assert len(lines) == sum(len(case.faults) for case in CASES.values())
    for name, case in CASES.items():
        for at, cause in case.faults:
            place = f"newscrawl: {folder / name / case.name}"
            assert [
                line
                for line in lines
                if line.startswith(place) and f": at byte {at}: " in line and cause in line
            ], (name, lines)
    assert {record["url"] for record in ran.lines} == set(urls((1, 2)))


def test_all_of_them_into_one_folder(tmp_path: Path) -> None:
    """As above; what cannot be had out of its WACZ is left out."""
    for name, case in CASES.items():
        (tmp_path / f"{name}-{case.name}").write_bytes(case.content())
    root = tmp_path / "into"
    said = newscrawl("replay", *sorted(tmp_path.iterdir()), "--into", root, "--workers", 1)
    assert said.code == 3
    lines = said.err.splitlines()
    assert len(lines) == sum(len(case.faults) for case in CASES.values())
    for name, case in CASES.items():
        place = f"newscrawl: {tmp_path / f'{name}-{case.name}'}"
        assert sum(line.startswith(place) for line in lines) == len(case.faults), (name, lines)
    captured = sum(len(case.pages) for case in CASES.values())
    assert f"of {captured} captured pages" in said.out
    records = [r for path in (root / "records").iterdir() for r in record_files.read(path)]
    assert {record["url"] for record in records} == set(urls((1, 2)))


def test_the_shards_are_those_of_files_that_can_be_had(tmp_path: Path) -> None:
    for name, case in CASES.items():
        (tmp_path / name).mkdir()
        (tmp_path / name / case.name).write_bytes(case.content())
    damages: list[DamagedRecord] = []
    found = split(archive_files(tmp_path), on_damage=damages.append)
    assert sorted(damage.cause for damage in damages) == [
        "'archive/../../../b.warc.gz' leads out of the package",
        "'archive/secret.warc.gz' is encrypted",
    ]
    assert len(found.shards) == len(CASES) - 1
