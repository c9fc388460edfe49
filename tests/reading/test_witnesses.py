"""What metadata beside a capture says to whoever reads the page, in our files and in those of others."""

from __future__ import annotations

import gzip
import json
from typing import TYPE_CHECKING

import pytest
from making import exchange

from newscrawl.processing.page_hints import PageHints, fields, hints_in
from newscrawl.sources import Source
from newscrawl.warc.reader import read_record, read_with_metadata
from newscrawl.warc.warc_fields import metadata_record, parse_warc_fields

if TYPE_CHECKING:
    from pathlib import Path

DATE = "2026-03-05T14:22:33Z"
PAGE = b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\n\r\n<html>page</html>"
SAID = b"via: https://paper.example/feed\r\nannounced-title: T\r\nsource-zone: Europe/Vienna\r\n"
SAID += b"source-language: de\r\n"
READ = PageHints({"by": "https://paper.example/feed", "title": "T"}, "Europe/Vienna", "de")
FIELDS = "Content-Type: application/warc-fields"


def record(kind: str, block: bytes, number: int, *fields: str) -> bytes:
    head = [
        f"WARC-Type: {kind}",
        f"WARC-Record-ID: <urn:x:{number}>",
        f"WARC-Date: {DATE}",
        "WARC-Target-URI: https://paper.example/1",
        f"Content-Length: {len(block)}",
        *fields,
    ]
    return ("WARC/1.1\r\n" + "\r\n".join(head) + "\r\n\r\n").encode() + block + b"\r\n\r\n"


def note(block: bytes = SAID, *fields: str, of: int = 1) -> bytes:
    return record("metadata", block, 2, f"WARC-Concurrent-To: <urn:x:{of}>", *(fields or (FIELDS,)))


ANSWER = record("response", PAGE, 1, "Content-Type: application/http;msgtype=response")
REQUEST = record("request", b"GET / HTTP/1.1\r\n\r\n", 3, "WARC-Concurrent-To: <urn:x:1>")


def read(path: Path, data: bytes) -> PageHints:
    path.write_bytes(data)
    first = read_record(path, 0)
    again, metadata = read_with_metadata(path, 0, first.length)
    assert again == first
    return hints_in(metadata)


@pytest.mark.parametrize("how", ["members", "one member", "plain"])
@pytest.mark.parametrize(
    ("behind", "said"),
    {
        "ours": ([note(), REQUEST], READ),
        "nothing": ([], PageHints()),
        "a request": ([REQUEST, note()], PageHints()),
        "of another answer": ([note(of=7)], PageHints()),
        "another shape before ours": (
            [note(b"{}", "Content-Type: application/json"), note()],
            READ,
        ),
        "that of a crawler which notes where it found a URL": (
            [note(b"via: https://paper.example/\r\nhopsFromSeed: L\r\nfetchTimeMs: 51\r\n")],
            PageHints(),
        ),
        "lines that are no fields": ([note(b"\xff\xfe\r\n\r\n: x\r\nno colon\n" + SAID)], READ),
        "folded": ([note(SAID.replace(b"/feed", b"/\r\n feed"))], None),
        "far too long": ([note(SAID + b"x: " + b"y" * 70_000)], PageHints()),
        "too many": ([note(b"", "Content-Type: text/plain")] * 4 + [note()], PageHints()),
    }.values(),
    ids=range(10),
)
def test_only_what_is_meant_is_read(
    tmp_path: Path, how: str, behind: list[bytes], said: PageHints | None
) -> None:
    records = [ANSWER, *behind]
    if how == "members":
        data = b"".join(map(gzip.compress, records))
    else:
        data = b"".join(records)
        data = data if how == "plain" else gzip.compress(data)
    found = read(tmp_path / ("a.warc" if how == "plain" else "a.warc.gz"), data)
    if said is None:
        assert found.announced["by"] == "https://paper.example/ feed"
    else:
        assert found == said


@pytest.mark.parametrize("left", [1, 40, 200])
def test_torn_metadata_costs_nothing_but_itself(tmp_path: Path, left: int) -> None:
    data = gzip.compress(ANSWER) + gzip.compress(note())[:left]
    assert read(tmp_path / "a.warc.gz", data) == PageHints()


def test_what_is_written_is_read() -> None:
    said = {"by": "https://p.example/f", "published": "2026-03-05", "title": "T: Ü"}
    source = Source("P", "https://p.example/", zone="Asia/Tokyo", language="ja")
    kept = fields(json.dumps(said), "P", source)
    draft = metadata_record(
        kept, url="https://p.example/", date=exchange().started_at, response_id="a", record_id="b",
        info_id="c",
    )  # fmt: skip
    assert parse_warc_fields(draft.block.read(10_000)) == dict(kept)
    assert [name for name, _ in kept] == [
        "via", "announced-published", "announced-title", "source", "source-zone", "source-language",
    ]  # fmt: skip
    assert fields(None, "p.example", None) == (("source", "p.example"),)
