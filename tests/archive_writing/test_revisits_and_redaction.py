"""What is not written twice, and what is not written at all."""

from __future__ import annotations

import hashlib

import pytest
from making import HEAD, exchange, writer
from strict_warc import faults, read_warc

from newscrawl.warc.record_builder import RefersTo
from newscrawl.warc.redaction import redact

BODY = b"<html>the same as before</html>"
DIGEST = "sha256:" + hashlib.sha256(BODY).hexdigest()
URL = "http://paper.example/1"
FIRST = RefersTo("urn:uuid:11111111-0000-4000-8000-000000000001", URL, "2026-03-01T00:00:00.5Z")
CHUNKED = b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n1f\r\n" + BODY + b"\r\n0\r\n\r\n"


def known(url, digest):
    return FIRST if url == URL and digest in (None, DIGEST) else None


def written(tmp_path, made):
    out = writer(tmp_path, original=known)
    captures = out.write([made], None, "")
    out.close()
    (path,) = (tmp_path / "warc").iterdir()
    assert faults(path) == []
    return read_warc(path)[1], captures[0]


@pytest.mark.parametrize("answer", [HEAD + BODY, CHUNKED], ids=["plain", "chunked"])
def test_the_same_payload_is_a_revisit(tmp_path, answer):
    revisit, capture = written(tmp_path, exchange(URL, answer))
    assert revisit.type == "revisit"
    assert revisit.block == answer[: answer.index(b"\r\n\r\n") + 4]
    assert revisit.get("WARC-Profile").endswith("/1.1/revisit/identical-payload-digest")
    assert revisit.get("WARC-Payload-Digest") == capture.payload_digest == DIGEST
    assert revisit.get("WARC-Refers-To") == f"<{FIRST.record_id}>"
    assert revisit.get("WARC-Refers-To-Target-URI") == URL
    assert revisit.get("WARC-Refers-To-Date") == FIRST.captured_at
    assert revisit.get("WARC-Truncated") == "length"
    assert '"mime": "warc/revisit"' in (tmp_path / "index.cdxj").read_text()


def test_not_modified_is_a_revisit_of_the_latest(tmp_path):
    answer = b'HTTP/1.1 304 Not Modified\r\nETag: "a"\r\n\r\n'
    revisit, capture = written(tmp_path, exchange(URL, answer))
    assert (revisit.type, revisit.block, capture.status) == ("revisit", answer, 304)
    assert revisit.get("WARC-Profile").endswith("/1.1/revisit/server-not-modified")
    assert revisit.get("WARC-Refers-To-Date") == FIRST.captured_at
    assert revisit.get("WARC-Truncated") is None


@pytest.mark.parametrize(
    "made",
    [
        exchange(URL, HEAD + BODY + b"!"),
        exchange("http://paper.example/2", HEAD + BODY),
        exchange(URL, HEAD.replace(b"200 OK", b"404 Not Found") + BODY),
        exchange(URL, HEAD + BODY, complete=False),
        exchange(URL, HEAD, request=b"HEAD /1 HTTP/1.1\r\nHost: p\r\n\r\n"),
        exchange("http://paper.example/2", b"HTTP/1.1 304 Not Modified\r\n\r\n"),
    ],
    ids=["other-body", "other-url", "other-status", "cut-short", "head", "304-of-nothing"],
)
def test_all_else_is_a_response(tmp_path, made):
    assert written(tmp_path, made)[0].type == "response"


REQUEST = (
    b"GET /a:b HTTP/1.1\r\nHost: p\r\ncookie:  a=1;\r\n b=2\r\nX-Cookie: kept\r\n"
    b"AUTHORIZATION: Basic abc=\r\nProxy-Authorization: Basic zzz=\r\nCookie: c=3\r\n\r\n"
    b"Cookie: of the body\r\nProxy-Authorization: of the body\r\n"
)


def test_credentials_are_replaced_and_named():
    kept, names = redact(REQUEST, frozenset({"authorization", "cookie"}))
    assert kept == (
        b"GET /a:b HTTP/1.1\r\nHost: p\r\ncookie:  REDACTED\r\nX-Cookie: kept\r\n"
        b"AUTHORIZATION: REDACTED\r\nCookie: REDACTED\r\n\r\n"
        b"Cookie: of the body\r\nProxy-Authorization: of the body\r\n"
    )
    assert names == ("cookie", "AUTHORIZATION", "Proxy-Authorization", "Cookie")


def test_those_for_the_proxy_are_left_out_whatever_is_chosen():
    kept, names = redact(REQUEST, frozenset())
    assert kept == REQUEST.replace(b"Proxy-Authorization: Basic zzz=\r\n", b"")
    assert names == ("Proxy-Authorization",)


def test_a_request_without_any_is_not_touched():
    request = b"GET /?Cookie:=1 HTTP/1.1\r\nHost: p\r\n\r\n"
    assert redact(request, frozenset({"cookie"})) == (request, ())


def test_the_record_says_what_was_redacted(tmp_path):
    out = writer(tmp_path)
    out.write([exchange(request=REQUEST)], None, "")
    out.close()
    (path,) = (tmp_path / "warc").iterdir()
    assert faults(path) == []
    request = read_warc(path)[2]
    assert (
        request.get("WARC-Redacted-Headers") == "cookie, AUTHORIZATION, Proxy-Authorization, Cookie"
    )
    assert b"abc=" not in path.read_bytes() and b"abc=" not in request.block
