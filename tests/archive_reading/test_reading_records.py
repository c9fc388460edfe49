"""Sound files of every make, and the records in them."""

from __future__ import annotations

import gzip
import io
import zipfile
from typing import TYPE_CHECKING

import pytest
import zstandard
from warcio.archiveiterator import ArchiveIterator
from warcio.statusandheaders import StatusAndHeaders
from warcio.warcwriter import WARCWriter

from newscrawl.errors import CaptureNotFound, TooLarge
from newscrawl.warc.reader import iter_records, read_record
from newscrawl.warc.record import MAX_HELD_BLOCK_BYTES

if TYPE_CHECKING:
    from pathlib import Path
    from types import SimpleNamespace

    from newscrawl.errors import DamagedRecord


@pytest.fixture
def records(make: SimpleNamespace) -> list[bytes]:
    return [make.info(), *(make.response(b"page %d" % n) for n in range(5)), make.record("request")]


STORED = {
    "member-per-record": ("a.warc.gz", lambda rs: b"".join(map(gzip.compress, rs))),
    "one-member": ("a.warc.gz", lambda rs: gzip.compress(b"".join(rs))),
    "two-members-of-many": (
        "a.warc.gz",
        lambda rs: gzip.compress(b"".join(rs[:3])) + gzip.compress(b"".join(rs[3:])),
    ),
    "plain": ("a.warc", b"".join),
    "zstd-frame-per-record": ("a.warc.zst", lambda rs: b"".join(map(zstandard.compress, rs))),
    "one-zstd-frame": ("a.warc.zst", lambda rs: zstandard.compress(b"".join(rs))),
    "zstd-without-name": (
        "a.warc",
        lambda rs: zstandard.compress(b"".join(rs[:3])) + zstandard.compress(b"".join(rs[3:])),
    ),
}


@pytest.mark.parametrize("make_of", STORED)
def test_every_record_is_given_and_found_again(
    make_of: str, tmp_path: Path, records: list[bytes], damage: list[DamagedRecord]
) -> None:
    name, store = STORED[make_of]
    path = tmp_path / name
    path.write_bytes(store(records))
    found = list(iter_records(path, on_damage=damage.append))
    assert damage == []
    assert [r.type for r in found] == ["warcinfo", *["response"] * 5, "request"]
    assert [r.block[-6:] for r in found[1:6]] == [b"page %d" % n for n in range(5)]
    for one in found:
        assert read_record(path, one.offset) == one
        assert read_record(path, one.offset, one.length) == one


def test_offsets_and_lengths_are_those_of_the_members(
    tmp_path: Path, records: list[bytes], damage: list[DamagedRecord]
) -> None:
    path = tmp_path / "a.warc.gz"
    members = [gzip.compress(r) for r in records]
    path.write_bytes(b"".join(members))
    found = list(iter_records(path, on_damage=damage.append))
    stored = path.read_bytes()
    assert [stored[r.offset : r.offset + r.length] for r in found] == members


def test_fields(tmp_path: Path, make: SimpleNamespace, damage: list[DamagedRecord]) -> None:
    path = tmp_path / "a.warc"
    path.write_bytes(
        make.response(
            version="1.0",
            uri="<https://paper.example/ä>",
            WARC_Record_ID="<urn:uuid:1>",
            X_Folded="one\r\n  two",
        ).replace(
            b"WARC-Date:", b"warc-concurrent-to: <a>\r\nWARC-Concurrent-To: <b>\r\nwarc-date:"
        )
    )
    (record,) = iter_records(path, on_damage=damage.append)
    assert record.version == "1.0"
    assert (record.type, record.id) == ("response", "<urn:uuid:1>")
    assert record.uri == "https://paper.example/ä"
    assert record.date == "2026-03-05T14:22:33.123456Z"
    assert record.all("WARC-Concurrent-To") == ["<a>", "<b>"]
    assert record.get("x-folded") == "one two"
    assert record.get("absent") is None


def test_line_feeds_alone(
    tmp_path: Path, make: SimpleNamespace, damage: list[DamagedRecord]
) -> None:
    block = make.HTTP + b"page"
    head = f"WARC/1.0\nWARC-Type: response\nContent-Length: {len(block)}\n\n".encode()
    path = tmp_path / "a.warc"
    path.write_bytes((head + block + b"\n\n") * 2)
    found = list(iter_records(path, on_damage=damage.append))
    assert (len(found), damage) == (2, [])
    assert found[1].block == block


@pytest.mark.parametrize("make_of", ["member-per-record", "one-member", "plain"])
def test_a_large_block_is_not_held(
    make_of: str, tmp_path: Path, make: SimpleNamespace, damage: list[DamagedRecord]
) -> None:
    name, store = STORED[make_of]
    body = bytes(range(256)) * (MAX_HELD_BLOCK_BYTES // 256 + 1)
    path = tmp_path / name
    path.write_bytes(store([make.info(), make.response(body), make.response(b"last")]))
    _, large, last = iter_records(path, on_damage=damage.append)
    assert large.held is None
    with pytest.raises(TooLarge):
        _ = large.block
    assert b"".join(large.blocks()) == make.HTTP + body
    assert last.block == b"".join(last.blocks()) == make.HTTP + b"last"
    assert damage == []


def test_a_file_still_being_written_is_found_under_its_final_name(
    tmp_path: Path, make: SimpleNamespace
) -> None:
    (tmp_path / "a.warc.gz.open").write_bytes(make.gz(make.info(), make.response()))
    assert read_record(tmp_path / "a.warc.gz", 0).type == "warcinfo"


def test_a_pointer_into_the_middle_of_a_record(tmp_path: Path, make: SimpleNamespace) -> None:
    for name, store in STORED.values():
        path = tmp_path / name
        path.write_bytes(store([make.info(), make.response(), make.response()]))
        with pytest.raises(CaptureNotFound, match="no record begins at byte 7"):
            read_record(path, 7)
    with pytest.raises(CaptureNotFound, match="no such file"):
        read_record(tmp_path / "absent.warc.gz", 0)


@pytest.mark.parametrize("compression", [zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED])
def test_wacz(
    compression: int, tmp_path: Path, records: list[bytes], make: SimpleNamespace
) -> None:
    damage: list[DamagedRecord] = []
    path = tmp_path / "site.wacz"
    with zipfile.ZipFile(path, "w", compression) as package:
        package.writestr("datapackage.json", "{}")
        # a local header with an extra field
        with package.open("archive/one.warc.gz", "w", force_zip64=True) as file:
            file.write(make.gz(*records))
        package.writestr("archive/two.warc.gz", make.gz(*records[:2]))
    found = list(iter_records(path, on_damage=damage.append))
    assert damage == []
    assert len(found) == len(records) + 2
    assert found[0].path == path / "archive/one.warc.gz"
    for one in found:
        assert read_record(one.path, one.offset, one.length) == one
    with pytest.raises(CaptureNotFound):
        read_record(path / "archive/three.warc.gz", 0)


ARC = (
    b"filedesc://IA-1.arc 0.0.0.0 20050801120000 text/plain 76\n"
    b"1 0 Alexa Internet\nURL IP-address Archive-date Content-type Archive-length\n\n\n"
    b"http://paper.example/a b 192.0.2.7 20050801120001 text/html; charset=x 41\n"
    b"HTTP/1.0 200 OK\r\nX: y\r\n\r\n<html>arc</html>\n\n"
    b"dns:paper.example 192.0.2.1 20050801120002 text/dns 9\nsome text\n"
    b"http://paper.example/v2 192.0.2.7 20050801120003 text/html 200 SUM - 512 x.arc 19\n"
    b"HTTP/1.0 200 OK\r\n\r\n\n"
    b"ftp://paper.example/f 192.0.2.7 20050801120004 text/plain 226 SUM - 900 x.arc 4\ntext\n"
)


@pytest.mark.parametrize("store", [bytes, gzip.compress], ids=["plain", "gzip"])
def test_arc(store: type[bytes], tmp_path: Path, damage: list[DamagedRecord]) -> None:
    path = tmp_path / "a.arc"
    path.write_bytes(store(ARC))
    first, page, dns, second, ftp = iter_records(path, on_damage=damage.append)
    assert damage == []
    assert first.type == "warcinfo"
    assert (page.type, page.uri) == ("response", "http://paper.example/a b")
    assert page.date == "2005-08-01T12:00:01Z"
    assert page.get("WARC-IP-Address") == "192.0.2.7"
    assert page.block.endswith(b"<html>arc</html>")
    assert (dns.type, dns.get("Content-Type"), dns.block) == ("resource", "text/dns", b"some text")
    assert second.uri == "http://paper.example/v2"
    assert (ftp.type, ftp.get("Content-Type"), ftp.block) == ("resource", "text/plain", b"text")
    assert len({r.id for r in (first, page, dns, second, ftp)}) == 5
    assert read_record(path, page.offset) == page


# warcio leaves its temporary files to the garbage collector
@pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning")
def test_agrees_with_warcio(tmp_path: Path, damage: list[DamagedRecord]) -> None:
    path = tmp_path / "a.warc.gz"
    with path.open("wb") as file:
        writer = WARCWriter(file, gzip=True)
        writer.write_record(writer.create_warcinfo_record("a.warc.gz", {"software": "warcio"}))
        for n in range(20):
            head = StatusAndHeaders("200 OK", [("Content-Type", "text/html")], protocol="HTTP/1.1")
            body = io.BytesIO(b"page %d " % n * n * 3000)
            writer.write_record(
                writer.create_warc_record(
                    f"https://paper.example/{n}", "response", payload=body, http_headers=head
                )
            )
    ours = list(iter_records(path, on_damage=damage.append))
    assert damage == []
    with path.open("rb") as file:
        theirs = ArchiveIterator(file, no_record_parse=True)
        for own, other in zip(ours, theirs, strict=True):
            assert own.fields == tuple(other.rec_headers.headers)
            assert b"".join(own.blocks()) == other.raw_stream.read()
            assert (own.offset, own.length) == (
                theirs.get_record_offset(),
                theirs.get_record_length(),
            )


@pytest.mark.parametrize("coded", [False, True])
def test_records_without_line_ends_between_them(tmp_path, make, coded):
    records = [make.response(b"<html>%d</html>" % n, end=b"") for n in range(3)]
    path = tmp_path / ("a.warc.gz" if coded else "a.warc")
    path.write_bytes(make.gz(*records) if coded else b"".join(records))
    found = list(iter_records(path, on_damage=pytest.fail))
    assert [r.block[-14:] for r in found] == [b"<html>%d</html>" % n for n in range(3)]
