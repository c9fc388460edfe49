"""Answers to requests that are no GET, and resources: their lines in the index, and `verify`."""

from __future__ import annotations

import json
import uuid
from datetime import UTC, datetime
from typing import TYPE_CHECKING

import pytest

from newscrawl.archive import cdxj_file
from newscrawl.archive.file_recovery import recover
from newscrawl.archive.layout import Layout
from newscrawl.archive.verify import rebuild_index, verify
from newscrawl.archive.writer import WarcWriter, WriterPolicy
from newscrawl.warc import cdxj
from newscrawl.warc.exchange import Exchange
from newscrawl.warc.request_key import RequestKey, request_key
from newscrawl.warc.warc_fields import Resource
from tests.conftest import newscrawl

if TYPE_CHECKING:
    from pathlib import Path

    from newscrawl.items import Capture

NOW = datetime(2026, 3, 5, 14, 22, 33, 123456, tzinfo=UTC)
URL = "https://paper.example/api?x=Y"
ANSWER = b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: 2\r\n\r\n{}"


def request(method: str, body: bytes = b"", kind: str = "") -> bytes:
    head = f"{method} /api?x=Y HTTP/1.1\r\nHost: paper.example\r\n"
    head += f"Content-Type: {kind}\r\n" if kind else ""
    return f"{head}Content-Length: {len(body)}\r\n\r\n".encode() + body


# As cdxj-indexer -p makes them of the same requests, but for the last two, which it takes for GET.
KEYS = [
    (
        request("POST", b'{"query":"a b","v":{"n":1,"l":[1,2,true,null]}}', "application/json"),
        "example,paper)/api?__wb_method=post&l=1&l.2_=2&l.3_=true&l.4_=none&n=1&query=a+b&x=y",
    ),
    (
        request("POST", b"a=b%20c&d=1+2", "application/x-www-form-urlencoded"),
        "example,paper)/api?__wb_method=post&a=b%20c&d=1%202&x=y",
    ),
    (
        request("PUT", b"hello \xff", "text/plain"),
        "example,paper)/api?__wb_method=put&__wb_post_data=agvsbg8g/w==&x=y",
    ),
    (
        request(
            "POST",
            b'--xx\r\nContent-Disposition: form-data; name="n"\r\n\r\nv 1\r\n--xx--\r\n',
            "multipart/form-data; boundary=xx",
        ),
        "example,paper)/api?__wb_method=post&n=v+1&x=y",
    ),
    (
        request("POST", b'{"a":1}', "text/plain;charset=UTF-8"),
        "example,paper)/api?__wb_method=post&a=1&x=y",
    ),
    (request("POST", b"abc"), "example,paper)/api?__wb_method=post&__wb_post_data=ywjj&x=y"),
    (request("OPTIONS"), "example,paper)/api?__wb_method=options&x=y"),
    (request("DELETE"), "example,paper)/api?__wb_method=delete&x=y"),
]


def test_a_get_has_no_key_of_its_own() -> None:
    assert request_key(request("GET")) is None
    assert request_key(request("HEAD")) == RequestKey("HEAD", "")


@pytest.mark.parametrize(
    "body", [b"{", b"[" * 10_000, b'{"a": "\\ud800"}', b"\xff", b"null", b'{"a":1}\n{"a":2}\n']
)
def test_any_body_has_a_key(body: bytes) -> None:
    key = request_key(request("POST", body, "application/json"))
    assert key is not None
    assert key.append_to("https://paper.example/").startswith(
        "https://paper.example/?__wb_method=POST"
    )


class TestAnArchive:
    @pytest.fixture
    def archive(self, tmp_path: Path) -> Layout:
        layout = Layout(tmp_path / "news")
        layout.create()
        writer = _writer(layout)
        for sent in [request("GET"), *(sent for sent, _ in KEYS)]:
            captures = _write(writer, sent)
        # As many records behind the response as a drawn page has.
        for _ in range(70):
            _write(writer, request("GET"))
        writer.write_resources(_resources(captures[0].record_id), NOW)
        writer.close()
        return layout

    def test_the_index_tells_them_apart(self, archive: Layout) -> None:
        lines = archive.index.read_text().splitlines()
        keys = {line.split(" ", 1)[0] for line in lines}
        assert {key for _, key in KEYS} < keys
        posted = json.loads(next(line for line in lines if "query=a+b" in line).split(" ", 2)[2])
        assert posted["url"] == URL
        assert posted["method"] == "POST"
        assert posted["requestBody"] == "query=a+b&n=1&l=1&l.2_=2&l.3_=True&l.4_=None"
        assert len(list(cdxj_file.lookup(archive.index, URL))) == 71

    def test_resources_are_found_by_their_uris(self, archive: Layout) -> None:
        found = list(cdxj_file.IndexReader(archive.index).entries(b"urn:"))
        assert {(e.url, e.mime, e.status) for e in found} == {
            ("urn:dom:https://paper.example/A?b=1&a=2", "text/html", 200),
            ("urn:view:https://paper.example/", "image/png", 200),
        }
        # As the library of pywb and cdxj-indexer spells them.
        assert {e.key for e in found} == {
            "urn:dom:https://paper.example/a?a=2&b=1",
            "urn:view:https://paper.example",
        }

    def test_verify_finds_no_fault(self, archive: Layout) -> None:
        assert list(verify(archive.root, independent=True)) == []

    def test_the_index_made_again_is_the_same(self, archive: Layout) -> None:
        before = archive.index.read_bytes()
        archive.index.unlink()
        rebuild_index(archive, on_damage=print)
        assert archive.index.read_bytes() == before

    def test_an_archive_made_of_it_has_the_same_index(
        self, archive: Layout, tmp_path: Path
    ) -> None:
        before = [line.split(" ", 1)[0] for line in archive.index.read_text().splitlines()]
        assert newscrawl("replay", archive.root, "--into", tmp_path / "other").code == 0
        after = Layout(tmp_path / "other").index.read_text().splitlines()
        assert [line.split(" ", 1)[0] for line in after] == before

    def test_a_line_that_hides_its_method_is_a_fault(self, archive: Layout) -> None:
        lines = archive.index.read_text().splitlines()
        posted = next(line for line in lines if "query=a+b" in line)
        entry = cdxj.parse(posted)
        text = posted.split(" ", 2)[2]
        fields = {k: v for k, v in json.loads(text).items() if k not in ("method", "requestBody")}
        plain = f"example,paper)/api?x=y {entry.timestamp} {json.dumps(fields)}"
        archive.index.write_text("\n".join(sorted([*lines, plain])) + "\n")
        (fault,) = verify(archive.root)
        assert fault.cause.startswith("does not say what is at byte")


def test_they_survive_a_kill(tmp_path: Path) -> None:
    layout = Layout(tmp_path / "news")
    layout.create()
    writer = _writer(layout)
    captures = _write(writer, request("POST", b"a=1"))
    for _ in range(70):
        _write(writer, request("GET"))
    writer.write_resources(_resources(captures[0].record_id), NOW)
    writer.abandon()
    for recovered in recover(layout):
        assert recovered.lost == 0
    assert len(layout.index.read_text().splitlines()) == 73
    assert list(verify(layout.root)) == []


def _writer(layout: Layout) -> WarcWriter:
    return WarcWriter(
        layout,
        WriterPolicy(),
        writer_id="abcdefgh",
        now=lambda: NOW,
        new_id=lambda: uuid.uuid4().urn,
        find_original=lambda _url, _digest: None,
    )


def _write(writer: WarcWriter, sent: bytes) -> list[Capture]:
    one = Exchange(URL, NOW)
    one.add_sent(sent)
    one.add_received(ANSWER)
    one.finish(0)
    captures = writer.write([one], None, URL)
    one.close()
    return captures


def _resources(beside: str) -> list[Resource]:
    return [
        Resource(
            "urn:dom:https://paper.example/A?b=1&a=2", "text/html; charset=utf-8", b"<p>", beside
        ),
        Resource("urn:view:https://paper.example/", "image/png", b"\x89PNG", beside),
    ]
