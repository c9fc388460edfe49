"""HTTP answers of our own and of foreign files, revisits with the bytes they stand for."""

from __future__ import annotations

import gzip
import hashlib
import zipfile
from typing import TYPE_CHECKING, ClassVar

import brotli
import pytest

from newscrawl.archive import cdxj_file
from newscrawl.archive.captures import captures_in, iter_captures
from newscrawl.archive.layout import Layout
from newscrawl.archive.revisits import in_cdxj, resolve
from newscrawl.errors import CaptureNotFound, DamagedRecord, NotAnArchive, TooLarge
from newscrawl.warc import cdxj
from newscrawl.warc.captured_response import response_in
from newscrawl.warc.reader import iter_records, read_record

if TYPE_CHECKING:
    from pathlib import Path
    from types import SimpleNamespace

PAGE = b"<html><title>Hochwasser</title><p>The river has risen.</p></html>"
IDENTICAL = "http://netpreserve.org/warc/1.1/revisit/identical-payload-digest"
NOT_MODIFIED = "http://netpreserve.org/warc/1.1/revisit/server-not-modified"


def sha256(data: bytes) -> str:
    return "sha256:" + hashlib.sha256(data).hexdigest()


def chunked(body: bytes) -> bytes:
    return b"%x\r\n%b\r\n0\r\n\r\n" % (len(body), body)


CODED = gzip.compress(PAGE, mtime=0)

#: head of the answer, bytes behind it, payload
STORED = {
    "wire": (b"Content-Length: %d\r\n" % len(PAGE), PAGE, PAGE),
    "wire, chunked": (b"Transfer-Encoding: chunked\r\n", chunked(PAGE), PAGE),
    "wire, coded and chunked": (
        b"Content-Encoding: gzip\r\nTransfer-Encoding: chunked\r\n",
        chunked(CODED),
        CODED,
    ),
    "wire, brotli": (b"Content-Encoding: br\r\n", brotli.compress(PAGE), brotli.compress(PAGE)),
    "Common Crawl": (
        b"X-Crawl-Content-Encoding: gzip\r\nX-Crawl-Transfer-Encoding: chunked\r\n"
        b"Content-Length: %d\r\n" % len(PAGE),
        PAGE,
        PAGE,
    ),
    "Browsertrix": (
        b"x-orig-content-encoding: br\r\nx-orig-transfer-encoding: chunked\r\n"
        b"x-orig-content-length: 30\r\n",
        PAGE,
        PAGE,
    ),
    "chunks taken off, header left": (b"Transfer-Encoding: chunked\r\n", PAGE, PAGE),
    "coding taken off, header left": (b"Content-Encoding: gzip\r\n", PAGE, PAGE),
    "both taken off, headers left": (
        b"Content-Encoding: br\r\nTransfer-Encoding: chunked\r\nContent-Length: 7\r\n",
        PAGE,
        PAGE,
    ),
    "chunks taken off, coding kept": (
        b"Content-Encoding: gzip\r\nTransfer-Encoding: chunked\r\n",
        CODED,
        CODED,
    ),
    "length too small": (b"Content-Length: 3\r\n", PAGE, PAGE),
    "length too large": (b"Content-Length: 30000\r\n", PAGE, PAGE),
}


@pytest.mark.parametrize("how", STORED)
def test_the_body_comes_out_however_it_is_stored(
    how: str, tmp_path: Path, make: SimpleNamespace
) -> None:
    headers, stored, payload = STORED[how]
    block = b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\n" + headers + b"\r\n" + stored
    path = tmp_path / "a.warc.gz"
    path.write_bytes(make.gz(make.info(), make.record("response", block)))
    _, record = iter_records(path, on_damage=print)
    answer = response_in(record)
    assert answer is not None
    assert answer.body() == PAGE
    assert answer.capture.payload_digest == sha256(payload)
    assert (answer.status, answer.head.media_type) == (200, "text/html")


def test_a_pointer_leads_back_to_the_answer(tmp_path: Path, make: SimpleNamespace) -> None:
    path = tmp_path / "a.warc.gz"
    path.write_bytes(make.gz(make.info(), make.response(WARC_Record_ID="<urn:uuid:7>")))
    (answer,) = captures_in(path)
    capture = answer.capture
    assert (capture.warc, capture.record_id) == ("a.warc.gz", "urn:uuid:7")
    assert capture.captured_at == answer.date == "2026-03-05T14:22:33.123456Z"
    assert read_record(tmp_path / capture.warc, capture.offset, capture.length) == answer.record


def test_what_is_no_http_answer_is_left_out(tmp_path: Path, make: SimpleNamespace) -> None:
    path = tmp_path / "a.warc.gz"
    path.write_bytes(
        make.gz(
            make.info(),
            make.record("request", b"GET / HTTP/1.1\r\n\r\n"),
            make.record("response", b"A 192.0.2.1", uri="dns:a", Content_Type="text/dns"),
            make.record("resource", b"{}", uri="urn:pageinfo:x"),
            make.record("metadata", b"fetchError: x\r\n"),
            make.response(),
        )
    )
    assert [a.uri for a in captures_in(path)] == ["https://paper.example/"]


def test_an_interim_answer_in_the_block_is_passed_over(
    tmp_path: Path, make: SimpleNamespace
) -> None:
    path = tmp_path / "a.warc.gz"
    hint = b"HTTP/1.1 103 Early Hints\r\nLink: </a.css>\r\n\r\n"
    path.write_bytes(make.gz(make.record("response", hint + make.HTTP + PAGE)))
    (answer,) = captures_in(path)
    assert (answer.status, answer.body()) == (200, PAGE)


def test_an_answer_that_is_not_http_is_named(
    tmp_path: Path, make: SimpleNamespace, damage: list[DamagedRecord]
) -> None:
    path = tmp_path / "a.warc.gz"
    first = make.gz(make.info())
    path.write_bytes(first + make.gz(make.record("response", b"garbage"), make.response()))
    assert len(list(captures_in(path, on_damage=damage.append))) == 1
    assert [(d.offset, d.cause) for d in damage] == [
        (len(first), "not an HTTP message: b'garbage'")
    ]
    with pytest.raises(DamagedRecord):
        list(captures_in(path))


def test_a_body_over_the_limit(tmp_path: Path, make: SimpleNamespace) -> None:
    path = tmp_path / "a.warc.gz"
    block = b"HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\n\r\n" + gzip.compress(bytes(10**7))
    path.write_bytes(make.gz(make.record("response", block)))
    (answer,) = captures_in(path)
    with pytest.raises(TooLarge):
        answer.body(limit=10**6)


class TestRevisits:
    HEAD = b"HTTP/1.1 200 OK\r\nDate: later\r\n\r\n"
    ORIGINAL = "<urn:uuid:original>"
    DATE = "2026-03-05T14:22:33Z"

    @pytest.fixture
    def original(self, make: SimpleNamespace) -> bytes:
        record: bytes = make.response(
            PAGE,
            WARC_Record_ID=self.ORIGINAL,
            WARC_Date=self.DATE,
            WARC_Payload_Digest="sha1:" + "PLACEHOLDER",
        )
        return record.replace(b"sha1:PLACEHOLDER", sha256(PAGE).encode())

    REFERENCES: ClassVar = {
        "record id": {"WARC_Refers_To": ORIGINAL},
        "target and date": {
            "WARC_Refers_To_Target_URI": "https://paper.example/",
            "WARC_Refers_To_Date": DATE,
        },
        "digest": {},
    }

    @pytest.mark.parametrize("by", REFERENCES)
    @pytest.mark.parametrize("order", ["before", "after"])
    def test_identical_payload(
        self, by: str, order: str, tmp_path: Path, make: SimpleNamespace, original: bytes
    ) -> None:
        revisit = make.record(
            "revisit",
            self.HEAD,
            WARC_Date="2026-03-06T00:00:00Z",
            WARC_Profile=IDENTICAL,
            WARC_Payload_Digest=sha256(PAGE),
            **self.REFERENCES[by],
        )
        records = [original, revisit] if order == "before" else [revisit, original]
        for n, record in enumerate(records):
            (tmp_path / f"{n}.warc.gz").write_bytes(make.gz(record))
        first, second = iter_captures([tmp_path], on_damage=_fail)
        assert (first.is_revisit, second.is_revisit) == (False, True)
        assert second.body() == PAGE
        assert second.head.get("date") == "later"
        assert second.capture.payload_digest == sha256(PAGE)
        assert second.original is not None
        assert second.original.id == self.ORIGINAL

    def test_not_modified(self, tmp_path: Path, make: SimpleNamespace, original: bytes) -> None:
        head = b"HTTP/1.1 304 Not Modified\r\n\r\n"
        revisit = make.record(
            "revisit", head, WARC_Date="2026-03-06T00:00:00Z", WARC_Profile=NOT_MODIFIED
        )
        (tmp_path / "a.warc.gz").write_bytes(make.gz(original, revisit))
        _, answer = iter_captures([tmp_path], on_damage=_fail)
        assert (answer.status, answer.body()) == (304, PAGE)

    def test_a_revisit_without_any_block_has_the_head_of_its_original(
        self, tmp_path: Path, make: SimpleNamespace, original: bytes
    ) -> None:
        revisit = make.record("revisit", WARC_Profile=IDENTICAL, WARC_Refers_To=self.ORIGINAL)
        (tmp_path / "a.warc.gz").write_bytes(make.gz(original, revisit))
        _, answer = iter_captures([tmp_path], on_damage=_fail)
        assert (answer.status, answer.body()) == (200, PAGE)

    @pytest.mark.parametrize(
        "stated", [sha256(b"other bytes"), "sha1:" + "A" * 32, "sha256:nonsense"]
    )
    def test_a_revisit_that_lies_about_its_payload_has_no_original(
        self, stated: str, tmp_path: Path, make: SimpleNamespace, original: bytes
    ) -> None:
        revisit = make.record(
            "revisit",
            self.HEAD,
            WARC_Profile=IDENTICAL,
            WARC_Payload_Digest=stated,
            WARC_Refers_To=self.ORIGINAL,
        )
        (tmp_path / "a.warc.gz").write_bytes(make.gz(original, revisit))
        _, answer = iter_captures([tmp_path], on_damage=_fail)
        assert answer.original is None
        with pytest.raises(CaptureNotFound, match=r"a\.warc\.gz: at byte \d+: the capture of"):
            answer.body()

    @pytest.mark.parametrize("over", ["payload", "chunks"])
    def test_other_digests_of_the_same_payload(
        self, over: str, tmp_path: Path, make: SimpleNamespace
    ) -> None:
        body = chunked(PAGE)
        block = b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n" + body
        sha1 = hashlib.sha1(PAGE if over == "payload" else body).hexdigest()
        (tmp_path / "a.warc.gz").write_bytes(
            make.gz(
                make.record("response", block, WARC_Record_ID=self.ORIGINAL),
                make.record(
                    "revisit",
                    self.HEAD,
                    WARC_Profile=IDENTICAL,
                    WARC_Payload_Digest=f"sha1:{sha1}",
                    WARC_Refers_To=self.ORIGINAL,
                ),
            )
        )
        _, answer = iter_captures([tmp_path], on_damage=_fail)
        assert answer.body() == PAGE

    def test_a_circle_of_revisits_ends(self, tmp_path: Path, make: SimpleNamespace) -> None:
        revisits = [
            make.record(
                "revisit", self.HEAD, WARC_Record_ID=f"<urn:{n}>", WARC_Refers_To=f"<urn:{1 - n}>"
            )
            for n in range(2)
        ]
        (tmp_path / "a.warc.gz").write_bytes(make.gz(*revisits))
        assert [a.original for a in iter_captures([tmp_path], on_damage=_fail)] == [None, None]

    def test_by_the_index_of_an_archive(
        self, tmp_path: Path, make: SimpleNamespace, original: bytes
    ) -> None:
        layout = Layout(tmp_path)
        layout.warcs.mkdir()
        other = make.response(PAGE, WARC_Date="2026-03-01T00:00:00Z")
        (layout.warcs / "a.warc.gz").write_bytes(make.gz(other, original))
        revisit = make.record(
            "revisit",
            self.HEAD,
            WARC_Profile=IDENTICAL,
            WARC_Payload_Digest=sha256(PAGE),
            WARC_Refers_To_Target_URI="https://paper.example/",
            WARC_Refers_To_Date=self.DATE,
        )
        (layout.warcs / "b.warc.gz").write_bytes(make.gz(revisit))
        for warc in layout.warcs.iterdir():
            records = [a.record for a in captures_in(warc)]
            cdxj_file.merge(layout.index, cdxj.index_lines_of(warc, records))
        lookup = in_cdxj(cdxj_file.IndexReader(layout.index), layout.warc)
        found = resolve(read_record(layout.warcs / "b.warc.gz", 0), lookup)
        assert found is not None
        assert found.id == self.ORIGINAL
        (answer,) = iter_captures([layout.warcs / "b.warc.gz"], on_damage=_fail, lookup=lookup)
        assert answer.body() == PAGE


def test_paths_may_be_folders_files_and_packages(tmp_path: Path, make: SimpleNamespace) -> None:
    warc = make.gz(make.info(), make.response())
    (tmp_path / "deep" / "er").mkdir(parents=True)
    (tmp_path / "deep" / "er" / "a.warc.gz").write_bytes(warc)
    (tmp_path / "deep" / "b.warc").write_bytes(make.response())
    (tmp_path / "deep" / "notes.txt").write_text("no archive")
    with zipfile.ZipFile(tmp_path / "c.wacz", "w") as package:
        package.writestr("archive/inner.warc.gz", warc)
    found = [a.capture.warc for a in iter_captures([tmp_path / "deep"], on_damage=_fail)]
    assert found == ["b.warc", "a.warc.gz"]
    found = [a.capture.warc for a in iter_captures([tmp_path / "c.wacz"], on_damage=_fail)]
    assert found == ["inner.warc.gz"]
    (tmp_path / "bare").mkdir()
    with pytest.raises(NotAnArchive, match="bare"):
        list(iter_captures([tmp_path / "bare"], on_damage=_fail))


def test_answers_to_head_requests_are_not_indexed(tmp_path: Path, make: SimpleNamespace) -> None:
    path = tmp_path / "a.warc.gz"
    path.write_bytes(
        make.gz(
            make.response(b"", uri="https://paper.example/h", WARC_Record_ID="<urn:h>"),
            make.record(
                "request",
                b"HEAD /h HTTP/1.1\r\n\r\n",
                uri="https://paper.example/h",
                WARC_Concurrent_To="<urn:h>",
            ),
            make.response(uri="https://paper.example/g", WARC_Record_ID="<urn:g>"),
            make.record(
                "request",
                b"GET /g HTTP/1.1\r\n\r\n",
                uri="https://paper.example/g",
                WARC_Concurrent_To="<urn:g>",
            ),
            make.record("revisit", make.HTTP, uri="https://paper.example/r"),
        )
    )
    from newscrawl.warc.reader import iter_records

    lines = cdxj.index_lines_of(path, iter_records(path, on_damage=_fail))
    assert [(e.url[-1], e.mime) for e in map(cdxj.parse, lines)] == [
        ("g", "text/html"),
        ("r", "warc/revisit"),
    ]


def _fail(damage: DamagedRecord) -> None:
    raise damage
