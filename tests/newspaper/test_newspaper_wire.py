"""What goes over the wire: framing, codings and validators, read from raw sockets."""

from __future__ import annotations

import gzip
import socket
from contextlib import closing
from urllib.parse import urlsplit

import pytest

CHUNKED = "/transport/bridge-bicycle-counter-47101"
ZIPPED = "/transport/ferry-summer-timetable-47112"
BOTH = "/news/storm-warning-live-47129"
PLAIN = "/news/fish-market-roof-47087"


class Wire:
    """A connection that is read by hand, so that no library repairs what the server sends."""

    def __init__(self, base):
        parts = urlsplit(base)
        self.host = parts.netloc
        self.socket = socket.create_connection((parts.hostname, parts.port), timeout=10)
        self.stream = self.socket.makefile("rb")

    def close(self):
        self.stream.close()
        self.socket.close()

    def send(self, path, *headers, method="GET", version="HTTP/1.1"):
        lines = [f"{method} {path} {version}", f"Host: {self.host}", *headers, "", ""]
        self.socket.sendall("\r\n".join(lines).encode())

    def head(self):
        status = int(self.stream.readline().split()[1])
        headers = []
        while (line := self.stream.readline()) != b"\r\n":
            name, _, value = line.decode("latin-1").rstrip("\r\n").partition(": ")
            headers.append((name, value))
        return status, headers

    def chunks(self):
        while size := int(self.stream.readline(), 16):
            yield self.stream.read(size)
            assert self.stream.read(2) == b"\r\n"
        assert self.stream.readline() == b"\r\n"

    def get(self, path, *headers, **how):
        self.send(path, *headers, **how)
        status, received = self.head()
        fields = {name.lower(): value for name, value in received}
        if fields.get("transfer-encoding") == "chunked":
            assert "content-length" not in fields
            return status, fields, b"".join(self.chunks())
        return status, fields, self.stream.read(int(fields.get("content-length", 0)))


@pytest.fixture
def wire(paper):
    with closing(Wire(paper.sites["gazette"])) as wire:
        yield wire


def test_several_requests_share_a_connection(wire):
    first = wire.get(PLAIN)
    assert wire.get(CHUNKED)[0] == wire.get(BOTH, "Accept-Encoding: gzip")[0] == 200
    assert wire.get(PLAIN) == first


def test_plain_page_has_a_length_and_no_coding(wire):
    status, fields, body = wire.get(PLAIN, "Accept-Encoding: gzip")
    assert (status, int(fields["content-length"])) == (200, len(body))
    assert "content-encoding" not in fields
    assert body.endswith(b"</html>\n")


def test_page_in_several_chunks(wire):
    wire.send(CHUNKED)
    status, headers = wire.head()
    chunks = list(wire.chunks())
    assert (status, dict(headers)["Transfer-Encoding"]) == (200, "chunked")
    assert len(chunks) > 2
    assert b"".join(chunks).endswith(b"</html>\n")


def test_gzip_only_for_those_who_ask(wire):
    _, asked, zipped = wire.get(ZIPPED, "Accept-Encoding: gzip, deflate")
    _, unasked, plain = wire.get(ZIPPED)
    _, refused, also_plain = wire.get(ZIPPED, "Accept-Encoding: gzip;q=0, br")
    assert (asked["content-encoding"], int(asked["content-length"])) == ("gzip", len(zipped))
    assert gzip.decompress(zipped) == plain == also_plain
    assert "content-encoding" not in unasked | refused
    assert asked["vary"] == "Accept-Encoding"


def test_gzip_within_chunks(wire):
    _, fields, body = wire.get(BOTH, "Accept-Encoding: gzip")
    assert (fields["content-encoding"], fields["transfer-encoding"]) == ("gzip", "chunked")
    assert gzip.decompress(body) == wire.get(BOTH)[2]


def test_http_1_0_gets_no_chunks_and_an_end(wire):
    wire.send(CHUNKED, version="HTTP/1.0")
    _, headers = wire.head()
    body = wire.stream.read()
    assert int(dict(headers)["Content-Length"]) == len(body)


def test_head_has_the_fields_of_get_and_no_body(wire):
    got = wire.get(PLAIN)[1]
    wire.send(PLAIN, method="HEAD")
    _, headers = wire.head()
    assert {name.lower(): value for name, value in headers} == got
    assert wire.get(PLAIN)[0] == 200


@pytest.mark.parametrize("path", [PLAIN, ZIPPED, BOTH, "/feed.xml", "/sitemap-news.xml", "/"])
def test_known_entity_tag_is_not_modified(wire, path):
    tag = wire.get(path)[1]["etag"]
    for known in (tag, f'"other", {tag}', "*"):
        status, fields, body = wire.get(path, f"If-None-Match: {known}")
        assert (status, fields["etag"], body) == (304, tag, b"")
        assert "content-type" not in fields
    assert wire.get(path, 'If-None-Match: "other"')[0] == 200


@pytest.mark.parametrize("path", [PLAIN, BOTH, "/feed.xml", "/sitemap.xml"])
def test_unchanged_since_is_not_modified(wire, path):
    changed = wire.get(path)[1]["last-modified"]
    assert wire.get(path, f"If-Modified-Since: {changed}")[0] == 304
    assert wire.get(path, "If-Modified-Since: Fri, 01 May 2026 00:00:00 GMT")[0] == 200
    assert wire.get(path, "If-Modified-Since: last Tuesday")[0] == 200


def test_entity_tag_outweighs_the_date(wire):
    changed = wire.get(PLAIN)[1]["last-modified"]
    fields = (f"If-Modified-Since: {changed}", 'If-None-Match: "other"')
    assert wire.get(PLAIN, *fields)[0] == 200


def test_live_text_changes_at_each_visit_and_is_never_confirmed(wire):
    first, second = wire.get(CHUNKED), wire.get(CHUNKED, "If-None-Match: *")
    assert second[0] == 200
    assert first[2] != second[2]
    assert not {"etag", "last-modified"} & set(first[1])


def test_header_names_in_lower_case_and_repeated_fields(paper):
    with closing(Wire(paper.sites["meridian"])) as wire:
        wire.send("/de/")
        _, headers = wire.head()
    names = [name for name, _ in headers]
    assert names == [name.lower() for name in names]
    assert names.count("set-cookie") == 2


@pytest.mark.parametrize(
    ("path", "status"),
    [
        ("/news/2026/05/18/harbour-fish-market-closure", 301),
        ("/news/fireworks-cancelled-46991", 410),
        ("/news/regatta-results-2025-41310", 404),
    ],
)
def test_paths_without_a_page(wire, path, status):
    answered, fields, body = wire.get(path)
    assert (answered, b"</html>" in body) == (status, True)
    assert fields.get("location") == (f"http://{wire.host}{PLAIN}" if status == 301 else None)


def test_tracking_parameters_lead_to_the_same_page(wire):
    assert wire.get(f"{PLAIN}?utm_source=rss&utm_medium=feed")[2] == wire.get(PLAIN)[2]
