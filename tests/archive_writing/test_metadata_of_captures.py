"""What is known of an answer besides its bytes: a record of its own, written with it or not at all."""

from __future__ import annotations

import shutil
from dataclasses import replace

import pytest
from making import HEAD, exchange, writer
from strict_warc import faults, read_warc

from newscrawl.archive.file_recovery import recover
from newscrawl.archive.layout import Layout
from newscrawl.warc.exchange import Failure
from newscrawl.warc.reader import read_with_metadata
from newscrawl.warc.record_builder import RefersTo
from newscrawl.warc.warc_fields import parse_warc_fields

URL = "http://paper.example/1"
KNOWN = (("via", "http://paper.example/feed"), ("announced-title", "Räte"))
HINTS = b"HTTP/1.1 103 Early Hints\r\nLink: </a.css>\r\n\r\n"


def known(answer=HEAD + b"<html>page</html>", *, metadata=KNOWN, **more):
    return replace(exchange(URL, answer, **more), metadata=metadata)


def written(tmp_path, made, failure=None):
    out = writer(tmp_path)
    captures = out.write(made, failure, URL)
    out.close()
    (path,) = (tmp_path / "warc").iterdir()
    assert faults(path) == []
    return path, read_warc(path)[1:], captures


def test_it_lies_right_behind_the_answer_and_is_not_indexed(tmp_path):
    path, (answer, note, request), (capture,) = written(tmp_path, [known()])
    assert (answer.type, note.type, request.type) == ("response", "metadata", "request")
    assert note.get("WARC-Concurrent-To") == answer.id
    assert note.get("WARC-Target-URI") == URL
    assert note.get("WARC-Date") == answer.get("WARC-Date")
    assert note.get("Content-Type") == "application/warc-fields"
    assert note.block == "via: http://paper.example/feed\r\nannounced-title: Räte\r\n".encode()
    assert (tmp_path / "index.cdxj").read_text().count("\n") == 1
    record, (found,) = read_with_metadata(path, capture.offset, capture.length)
    assert (record.id, found.id) == (answer.id, note.id)


@pytest.mark.parametrize(
    ("value", "kept"),
    [
        ("a\r\nsource-zone: Asia/Tokyo", "a source-zone: Asia/Tokyo"),
        ("a\nb\rc\x0bd\x85e\u2028f", "a b c d e f"),
        ("\x00a\x1b[31m\x9b", "a[31m"),
        ("half \ud83d of a pair", "half ? of a pair"),
        ("日本語 😀", "日本語 😀"),
        ("x" * 10_000, "x" * 4_000),
        ("a\r\n\r\nWARC/1.1\r\nWARC-Type: response\r\n\r\n", "a WARC/1.1 WARC-Type: response"),
    ],
)
def test_no_value_can_say_more_than_one_field(tmp_path, value, kept):
    said = (("announced-title", value), ("source", "paper"))
    _, (_, note, _), _ = written(tmp_path, [known(metadata=said)])
    assert note.block.decode() == f"announced-title: {kept}\r\nsource: paper\r\n"
    assert parse_warc_fields(note.block) == {"announced-title": kept, "source": "paper"}


def test_every_answer_to_one_request_has_its_own(tmp_path):
    made = [known(None), known(b"HTTP/1.1 301 Moved\r\n\r\n")]
    _, records, _ = written(tmp_path, made)
    assert [r.type for r in records] == ["request", "response", "metadata", "request"]


def test_a_revisit_has_its_own(tmp_path):
    first = RefersTo("urn:uuid:11111111-0000-4000-8000-000000000001", URL, "2026-03-01T00:00:00.5Z")
    out = writer(tmp_path, original=lambda _url, _digest: first)
    (capture,) = out.write([known()], None, URL)
    out.close()
    (path,) = (tmp_path / "warc").iterdir()
    assert faults(path) == []
    assert [r.type for r in read_warc(path)[1:]] == ["revisit", "metadata", "request"]
    _, (found,) = read_with_metadata(path, capture.offset, capture.length)
    assert parse_warc_fields(found.block)["announced-title"] == "Räte"


def test_without_an_answer_it_goes_with_the_failure(tmp_path):
    failure = Failure("DownloadFailedError", "lost", KNOWN)
    _, (note,), _ = written(tmp_path, [], failure)
    assert parse_warc_fields(note.block)["announced-title"] == "Räte"
    _, records, _ = written(tmp_path / "b", [known(complete=False)], failure)
    with_it = [r for r in records if b"announced-title" in r.block]
    assert [r.all("WARC-Concurrent-To") for r in with_it] == [[records[0].id]]


@pytest.mark.parametrize("answer", [HEAD + b"page", HINTS + HEAD + b"page"], ids=["plain", "hints"])
def test_an_answer_is_never_recovered_without_it(tmp_path, answer):
    out = writer(tmp_path / "left")
    out.write([exchange("http://paper.example/0")], None, URL)
    before = out.open().records.size
    out.write([known(answer)], None, URL)
    out.abandon()
    (left,) = (tmp_path / "left" / "warc").iterdir()
    data = left.read_bytes()
    final = tmp_path / left.name.removesuffix(".open")
    shutil.copy(left, final)
    ends = [r.offset + r.length for r in read_warc(final) if r.offset >= before]
    assert len(ends) == (4 if answer.startswith(HINTS) else 3)
    for cut in (*ends[:-1], ends[0] + 20, ends[1] - 1, ends[-1] - 1):
        layout = Layout(tmp_path / str(cut))
        layout.create()
        (layout.warcs / left.name).write_bytes(data[:cut])
        (found,) = recover(layout)
        assert (found.kept, found.lost_urls) == (before, (URL,))
