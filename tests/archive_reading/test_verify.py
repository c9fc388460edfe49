"""The proof of an archive: a sound one has no fault, and every kind of fault is found and placed."""

from __future__ import annotations

import gzip
import hashlib
import json
import re
import uuid
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

import pytest

from newscrawl.archive import cdxj_file
from newscrawl.archive.captures import captures_in
from newscrawl.archive.layout import Layout
from newscrawl.archive.verify import Fault, Summary, rebuild_index, repair, verify
from newscrawl.archive.writer import WarcWriter, WriterPolicy
from newscrawl.errors import NotAnArchive, StorageError
from newscrawl.warc import cdxj
from newscrawl.warc.exchange import Exchange
from newscrawl.warc.reader import iter_records

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

NOW = datetime(2026, 3, 5, 14, 22, 33, 123456, tzinfo=UTC)
ANSWERS = [
    b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\n\r\n<html>page</html>",
    b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n4\r\npage\r\n0\r\n\r\n",
    b"HTTP/1.1 103 Early Hints\r\n\r\nHTTP/1.1 404 Not Found\r\nContent-Length: 0\r\n\r\n",
    b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\n\r\n" + b"x" * 5_000_000,
]


def exchange(url: str, answer: bytes, method: bytes = b"GET") -> Exchange:
    one = Exchange(url, NOW)
    one.add_sent(method + b" / HTTP/1.1\r\nHost: paper.example\r\n\r\n")
    one.add_received(answer)
    one.finish(0)
    return one


@pytest.fixture
def archive(tmp_path: Path) -> Layout:
    """An archive of three WARCs, with records beside them, as a crawl leaves it."""
    layout = Layout(tmp_path / "news")
    layout.create()
    moments = iter(NOW + timedelta(seconds=n) for n in range(1000))
    for number in range(3):
        writer = WarcWriter(
            layout,
            WriterPolicy(),
            writer_id=f"abcdefg{number}",
            now=lambda: next(moments),
            new_id=lambda: f"urn:uuid:{uuid.uuid4()}",
            find_original=lambda _url, _digest: None,
        )
        for n, answer in enumerate(ANSWERS):
            url = f"https://paper.example/{number}/{n}"
            one = exchange(url, answer)
            (capture,) = writer.write([one], None, url)
            one.close()
            if capture.status == 200:
                record = {"url": url, "title": "Page", "capture": capture.to_dict()}
                with layout.records_beside(capture.warc).open("a") as file:
                    file.write(json.dumps(record) + "\n")
        url = f"https://paper.example/{number}/head"
        one = exchange(url, b"HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\n", b"HEAD")
        writer.write([one], None, url)
        one.close()
        writer.close()
    return layout


def faults_of(layout: Layout) -> list[Fault]:
    return list(verify(layout.root))


def test_a_sound_archive_has_no_fault(archive: Layout) -> None:
    summary = Summary()
    assert list(verify(archive.root, summary=summary)) == []
    assert (summary.files, summary.answers, summary.index_lines) == (3, 15, 12)
    assert (summary.articles, summary.faults) == (9, 0)
    assert summary.records == 3 * (1 + 5 * 2 + 1)
    assert summary.bytes == sum(p.stat().st_size for p in archive.finished())


def test_index_lines_are_the_same_when_made_again(archive: Layout) -> None:
    have = archive.index.read_bytes()
    archive.index.unlink()
    for warc in archive.finished():
        records = iter_records(warc, on_damage=_fail)
        cdxj_file.merge(archive.index, cdxj.index_lines_of(warc, records))
    assert archive.index.read_bytes() == have


def members(path: Path) -> list[bytes]:
    stored = path.read_bytes()
    return [stored[r.offset : r.offset + r.length] for r in iter_records(path, on_damage=_fail)]


def change(number: int, old: bytes, new: bytes, *, same_size: bool = True) -> Callable[[Path], int]:
    """Change the record of this number, and return its offset."""

    def apply(path: Path) -> int:
        parts = members(path)
        raw = gzip.decompress(parts[number])
        changed, count = re.subn(old, new, raw, count=1, flags=re.DOTALL)
        assert count == 1
        parts[number] = gzip.compress(changed)
        path.write_bytes(b"".join(parts))
        return sum(map(len, parts[:number]))

    return apply


HEX = rb"(?<=sha256:)[0-9a-f]{64}"
IN_RECORDS = {
    "block digest": (change(1, HEX, b"0" * 64), "does not have its WARC-Block-Digest"),
    "payload digest": (
        change(1, rb"(?<=Payload-Digest: sha256:)[0-9a-f]{64}", b"0" * 64),
        "does not have its WARC-Payload-Digest",
    ),
    "a byte of the body": (change(1, b"page</html>", b"pagE</html>"), "WARC-Block-Digest"),
    "a byte of a large body": (change(8, b"xxx\r\n\r\n$", b"xxX\r\n\r\n"), "WARC-Block-Digest"),
    "a header byte": (change(1, b"200 OK", b"200 Ok"), "WARC-Block-Digest"),
    "no block digest": (change(1, rb"WARC-Block-Digest", b"X-Digest"), "no WARC-Block-Digest"),
    "no date": (change(1, rb"WARC-Date", b"X-Date"), "no WARC-Date"),
    "no type": (change(1, rb"WARC-Type", b"X-Type"), "no WARC-Type"),
    "no id": (change(1, rb"WARC-Record-ID", b"X-ID"), "no WARC-Record-ID"),
    "no length": (change(1, rb"\r\nContent-Length", b"\r\nX-Length"), "no Content-Length"),
    "no target": (change(1, rb"WARC-Target-URI", b"X-URI"), "without WARC-Target-URI"),
    "date": (change(1, rb"2026-03-05", b"2026-02-30"), "WARC-Date is '2026-02-30T"),
    "date of 1.0": (change(1, rb"WARC/1.1", b"WARC/1.0"), "WARC-Date is '2026-03-05T14:22:33.1"),
    "version": (change(1, rb"WARC/1.1", b"WARC/2.0"), "no WARC/1.0 or WARC/1.1 record begins"),
    "id": (change(1, rb"<urn:uuid:", b"<urn uuid:"), "WARC-Record-ID is '<urn uuid:"),
    "repeated field": (change(1, rb"\r\nWARC-Date", rb"\r\nWARC-Date: x\r\nWARC-Date"), "2 times"),
    "not UTF-8": (change(1, rb"paper.example", b"paper.ex\xe4mple"), "not UTF-8"),
    "blank in the target": (change(1, rb"paper.example/", b"paper.example/ "), "Target-URI is"),
    "media type": (change(1, rb"msgtype=response", b"msgtype=request"), "Content-Type of a resp"),
    "filename": (
        change(0, rb"WARC-Filename: news", b"WARC-Filename: old"),
        "WARC-Filename is 'old",
    ),
    "first record": (
        change(0, rb"Type: warcinfo", b"Type: metadata"),
        "first record is not a warc",
    ),
    "warcinfo id": (
        change(2, rb"Warcinfo-ID: <urn:", b"Warcinfo-ID: <irn:"),
        "WARC-Warcinfo-ID is",
    ),
    "one way": (change(2, rb"WARC-Concurrent-To", b"X-To"), "which does not refer back"),
    "nowhere": (change(2, rb"Concurrent-To: <urn", b"Concurrent-To: <irn"), "is not in this file"),
    "not HTTP": (change(1, rb"HTTP/1.1 200", b"HTPT/1.1 200"), "not an HTTP message"),
    "no end": (change(1, rb"\r\n\r\n$", b""), "no CRLFCRLF behind the block"),
    "too long": (change(1, rb"Content-Length: \d+", b"Content-Length: 9999"), "of 9999 bytes"),
    "too short": (change(1, rb"Content-Length: \d+", b"Content-Length: 60"), "no CRLFCRLF"),
}


@pytest.mark.parametrize("what", IN_RECORDS)
def test_a_fault_in_a_record_is_named_with_its_place(what: str, archive: Layout) -> None:
    apply, cause = IN_RECORDS[what]
    path = archive.finished()[1]
    offset = apply(path)
    found = [f for f in faults_of(archive) if cause in f.cause]
    places = {(f.file, f.offset) for f in found}
    if what == "one way":  # said of the record that refers, not of the one that does not
        offset = len(members(path)[0])
    assert (f"warc/{path.name}", offset) in places
    assert len(found) <= 2


def test_two_records_in_a_member(archive: Layout) -> None:
    path = archive.finished()[0]
    parts = members(path)
    both = gzip.compress(gzip.decompress(parts[1]) + gzip.decompress(parts[2]))
    path.write_bytes(parts[0] + both + b"".join(parts[3:]))
    found = [f for f in faults_of(archive) if "goes on behind its record" in f.cause]
    assert [(f.file, f.offset) for f in found] == [(f"warc/{path.name}", len(parts[0]))]


def test_a_torn_tail_and_an_unfinished_file(archive: Layout) -> None:
    first, second, _ = archive.finished()
    last = sum(map(len, members(first)[:-1]))
    first.write_bytes(first.read_bytes()[:-20])
    second.rename(second.with_name(second.name + ".open"))
    causes = {(f.file, f.offset): f.cause for f in faults_of(archive)}
    assert "ends within a gzip member" in causes[f"warc/{first.name}", last]
    assert "its writer died" in causes[f"warc/{second.name}.open", None]


def test_what_the_next_crawl_mends_is_no_fault(archive: Layout) -> None:
    left = archive.finished()[-1]
    left.rename(left.with_name(left.name + ".open"))
    archive.index.unlink()
    rebuild_index(archive, on_damage=_fail)
    summary = Summary()
    (note,) = verify(archive.root, summary=summary)
    assert (note.is_note, summary.faults) == (True, 0)


def test_a_folder_that_is_gone_is_one_fault(archive: Layout) -> None:
    for path in archive.records.iterdir():
        path.unlink()
    archive.records.rmdir()
    (fault,) = faults_of(archive)
    assert str(fault).startswith("records: is not there; newscrawl replay ")


def test_a_live_writer_is_left_alone(archive: Layout) -> None:
    writer = WarcWriter(
        archive,
        WriterPolicy(),
        writer_id="live",
        now=lambda: NOW,
        new_id=lambda: f"urn:uuid:{uuid.uuid4()}",
        find_original=lambda _url, _digest: None,
    )
    writer.open()
    assert faults_of(archive) == []
    writer.close()


def test_a_record_id_in_two_files(archive: Layout) -> None:
    first, second, _ = archive.finished()
    copied = members(first)[3]
    offset = second.stat().st_size
    second.write_bytes(second.read_bytes() + copied)
    found = [f for f in faults_of(archive) if "already" in f.cause]
    assert [(f.file, f.offset) for f in found] == [(f"warc/{second.name}", offset)]
    assert f" of warc/{first.name} already" in found[0].cause


class TestIndex:
    def rewrite(self, archive: Layout, change: Callable[[list[bytes]], list[bytes]]) -> list[Fault]:
        lines = archive.index.read_bytes().splitlines(keepends=True)
        archive.index.write_bytes(b"".join(change(lines)))
        return faults_of(archive)

    def test_a_line_is_missing(self, archive: Layout) -> None:
        (fault,) = self.rewrite(archive, lambda lines: lines[:4] + lines[5:])
        assert fault.file == "index.cdxj"
        assert "has no such line for https://paper.example/1/0, which is at byte" in fault.cause

    def test_a_line_too_many(self, archive: Layout) -> None:
        stray = b'zz)/ 20260305142233 {"url": "https://zz/", "length": "1", "offset": "0", '
        stray += b'"filename": "gone.warc.gz"}\n'
        (fault,) = self.rewrite(archive, lambda lines: [*lines, stray])
        assert fault.offset == archive.index.stat().st_size - len(stray)
        assert "gone.warc.gz, which is not there" in fault.cause

    @pytest.mark.parametrize(
        ("old", "new"), [(b'"offset": "', b'"offset": "1'), (b'"status": "2', b'"status": "3')]
    )
    def test_a_line_says_something_else(self, archive: Layout, old: bytes, new: bytes) -> None:
        missing, stray = self.rewrite(
            archive, lambda lines: [lines[0].replace(old, new), *lines[1:]]
        )
        assert "no such line" in missing.cause
        assert (stray.file, stray.offset) == ("index.cdxj", 0)

    def test_not_sorted(self, archive: Layout) -> None:
        (fault,) = self.rewrite(archive, lambda lines: [lines[1], lines[0], *lines[2:]])
        assert (fault.file, fault.cause) == (
            "index.cdxj",
            "not sorted; newscrawl verify --rebuild-index mends it",
        )

    def test_twice(self, archive: Layout) -> None:
        (fault,) = self.rewrite(archive, lambda lines: [lines[0], *lines])
        assert fault.cause == "the same line twice"

    def test_no_index(self, archive: Layout) -> None:
        whole = archive.index.read_bytes()
        archive.index.unlink()
        (fault,) = faults_of(archive)
        assert str(fault) == (
            "index.cdxj: is not there; newscrawl verify --rebuild-index makes it again"
        )
        assert rebuild_index(archive, on_damage=_fail) == 12
        assert archive.index.read_bytes() == whole
        assert faults_of(archive) == []

    def test_an_index_is_made_again_whatever_stands_in_it(self, archive: Layout) -> None:
        whole = archive.index.read_bytes()
        other = archive.finished()[1]
        before = {path: path.read_bytes() for path in archive.root.rglob("*") if path.is_file()}
        archive.index.write_bytes(b"~nonsense\n" + whole[:700] + b"\xff\n")
        assert rebuild_index(archive, on_damage=_fail) == 12
        assert {p: p.read_bytes() for p in before} == before
        # The lines of a file that is just about to get its name are known to the old index alone.
        other.rename(other.with_name(other.name + ".open"))
        assert rebuild_index(archive, on_damage=_fail) == 12
        archive.index.unlink()
        assert rebuild_index(archive, on_damage=_fail) == 8

    def test_a_file_that_is_gone_is_named_once(self, archive: Layout) -> None:
        gone = archive.finished()[1]
        gone.unlink()
        in_index = [f for f in faults_of(archive) if f.file == "index.cdxj"]
        assert [f.cause for f in in_index] == [f"names {gone.name}, which is not there"]

    def test_not_a_line(self, archive: Layout) -> None:
        (fault,) = self.rewrite(archive, lambda lines: [*lines, b"~nonsense\n"])
        assert "not a CDXJ line" in fault.cause


class TestArticles:
    def edit(self, archive: Layout, **changes: Any) -> list[Fault]:
        path = archive.records_beside(archive.finished()[0].name)
        first, *rest = path.read_text().splitlines(keepends=True)
        record = json.loads(first)
        record["capture"] |= changes.pop("capture", {})
        record |= changes
        path.write_text(json.dumps(record) + "\n" + "".join(rest))
        return faults_of(archive)

    @pytest.mark.parametrize(
        ("changes", "cause"),
        [
            ({"url": "https://else.example/"}, "url is 'https://else.example/', in the capture"),
            ({"capture": {"record_id": "urn:uuid:0"}}, "record_id is 'urn:uuid:0'"),
            ({"capture": {"payload_digest": "sha256:0"}}, "payload_digest is 'sha256:0'"),
            ({"capture": {"status": 404}}, "status is 404, in the capture 200"),
            ({"capture": {"captured_at": "2026-03-05"}}, "captured_at is '2026-03-05'"),
            ({"capture": {"length": 3}}, "length is 3"),
            ({"capture": {"offset": 3}}, "no HTTP answer lies at byte 3"),
            ({"capture": {"offset": 0}}, "no HTTP answer lies at byte 0"),
            ({"capture": {"warc": "b.warc.gz"}}, "said to be in 'b.warc.gz'"),
        ],
    )
    def test_a_record_that_does_not_agree(
        self, archive: Layout, changes: dict[str, Any], cause: str
    ) -> None:
        (fault,) = self.edit(archive, **changes)
        assert (fault.file, fault.offset) == (
            archive.records_beside(archive.finished()[0].name).relative_to(archive.root).as_posix(),
            0,
        )
        assert cause in fault.cause

    @pytest.mark.parametrize(
        ("tail", "cause"),
        [
            (b'{"url": "x"', "the last line is cut off"),
            (b"nonsense\n", "not JSON"),
            (b"[]\n", "names no capture"),
            (b'{"url": "x"}\n', "names no capture"),
        ],
    )
    def test_a_line_that_is_no_record(self, archive: Layout, tail: bytes, cause: str) -> None:
        path = archive.records_beside(archive.finished()[0].name)
        offset = path.stat().st_size
        path.write_bytes(path.read_bytes() + tail)
        (fault,) = faults_of(archive)
        assert fault.offset == offset
        assert cause in fault.cause

    def test_records_without_a_warc(self, archive: Layout) -> None:
        (archive.records / "gone.jsonl").write_text("")
        (fault,) = faults_of(archive)
        assert (
            str(fault)
            == "records/gone.jsonl: the WARC that these records were made from is not there"
        )


def test_not_an_archive(tmp_path: Path) -> None:
    with pytest.raises(NotAnArchive):
        list(verify(tmp_path))


@pytest.mark.parametrize("content", [b"", b"<html>no archive</html>", b"\x1f\x8b\x08 and junk"])
def test_files_that_are_no_warcs(content: bytes, archive: Layout) -> None:
    (archive.warcs / "other.warc.gz").write_bytes(content)
    (fault,) = faults_of(archive)
    assert (fault.file, fault.offset) == ("warc/other.warc.gz", 0)


class TestRepair:
    def test_all_that_is_sound_is_copied_and_nothing_else_changes(
        self, archive: Layout, tmp_path: Path
    ) -> None:
        path = archive.finished()[0]
        parts = members(path)
        damaged = parts[3][:40] + b"\xff" + parts[3][41:]
        lying = gzip.compress(gzip.decompress(parts[5]).replace(b"404", b"405"))
        before = b"".join([*parts[:3], damaged, parts[4], lying, *parts[6:]])
        path.write_bytes(before)
        done = repair(path, tmp_path / "repaired")
        assert path.read_bytes() == before
        assert done.path == tmp_path / "repaired" / path.name
        assert done.path.read_bytes() == b"".join([*parts[:3], parts[4], *parts[6:]])
        assert done.records == len(parts) - 2
        assert [f.offset for f in done.left_out] == [
            sum(map(len, parts[:3])),
            sum(map(len, [*parts[:3], damaged, parts[4]])),
        ]
        with pytest.raises(StorageError, match="File exists"):
            repair(path, tmp_path / "repaired")

    @pytest.mark.parametrize("store", [bytes, gzip.compress], ids=["plain", "one-member"])
    def test_other_makes_get_a_member_per_record(
        self, store: type[bytes], archive: Layout, tmp_path: Path
    ) -> None:
        raw = [gzip.decompress(part) for part in members(archive.finished()[0])]
        path = tmp_path / "a.warc"
        path.write_bytes(store(b"".join(raw)))
        done = repair(path, tmp_path / "repaired")
        assert [gzip.decompress(part) for part in members(done.path)] == raw
        assert done.path.name == "a.warc.gz"
        assert len(list(captures_in(done.path))) == 5


def test_a_digest_by_another_tool(archive: Layout) -> None:
    path = archive.finished()[0]
    body = b"<html>page</html>"
    label = b"WARC-Payload-Digest: sha1:" + hashlib.sha1(body).hexdigest().encode()
    change(1, rb"WARC-Payload-Digest: sha256:[0-9a-f]{64}", label)(path)
    assert not [f for f in faults_of(archive) if "Digest" in f.cause]


def _fail(damage: Exception) -> None:
    raise damage


def test_an_answer_that_lies_about_its_chunks(archive: Layout) -> None:
    writer = WarcWriter(
        archive,
        WriterPolicy(),
        writer_id="lies",
        now=lambda: NOW,
        new_id=lambda: f"urn:uuid:{uuid.uuid4()}",
        find_original=lambda _url, _digest: None,
    )
    answer = b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n<html>no chunk</html>"
    one = exchange("https://paper.example/lie", answer)
    writer.write([one], None, one.url)
    one.close()
    writer.close()
    assert faults_of(archive) == []
