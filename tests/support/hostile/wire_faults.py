# ruff: noqa: E501 - tables
"""Faults of body coding, framing, size, time and headers."""

from __future__ import annotations

import gzip
import zlib
from functools import cache
from itertools import chain, repeat
from typing import TYPE_CHECKING

import brotli
import zstandard
from answers import ESCAPES, HEAD, Fault, answer, chunk, headed, story

if TYPE_CHECKING:
    from collections.abc import Iterator

STORY = story().encode()
GZIP = b"Content-Encoding: gzip"
CHUNKED = b"Transfer-Encoding: chunked"
MB = 1 << 20


@cache
def zeros(megabytes: int, wbits: int = 31) -> bytes:
    packer = zlib.compressobj(9, wbits=wbits)
    return b"".join([*(packer.compress(bytes(MB)) for _ in range(megabytes)), packer.flush()])


def coded(body: bytes, *codings: bytes) -> list[bytes]:
    return answer(body, *(b"Content-Encoding: " + coding for coding in codings))


@cache
def brotli_zeros(megabytes: int) -> bytes:
    packer = brotli.Compressor(quality=5)
    return b"".join([*(packer.process(bytes(MB)) for _ in range(megabytes)), packer.finish()])


def drip(data: bytes, pause: float) -> Iterator[bytes | float]:
    for byte in data:
        yield bytes([byte])
        yield pause


def endless(piece: bytes, *, first: bytes = b"", pause: float = 0.0) -> Iterator[bytes | float]:
    return chain([first], chain.from_iterable(repeat((piece, pause) if pause else (piece,))))


def cut(data: bytes) -> bytes:
    return data[: len(data) * 6 // 10]


def flipped(data: bytes) -> bytes:
    """The same length, with some bytes of the middle changed."""
    at = len(data) * 6 // 10
    return data[:at] + bytes(b ^ 0x5A for b in data[at : at + 9]) + data[at + 9 :]


PACKED = {
    "gzip": gzip.compress,
    "deflate": zlib.compress,
    "br": brotli.compress,
    "zstd": lambda data: zstandard.ZstdCompressor(write_checksum=True).compress(data),
}

CODING = {
    "gzip-bomb": Fault(lambda: coded(zeros(30), b"gzip"), "bomb"),
    "gzip-bomb-twice": Fault(lambda: coded(gzip.compress(zeros(30)), b"gzip, gzip"), "bomb"),
    "gzip-bomb-thrice-in-headers": Fault(lambda: coded(gzip.compress(gzip.compress(zeros(30))), b"gzip", b"gzip", b"gzip"), "bomb"),
    "gzip-bomb-chunked": Fault(lambda: [headed(CHUNKED, GZIP), *map(chunk, (z := zeros(30), z[:0]))], "bomb"),
    "gzip-bomb-behind-a-page": Fault(lambda: coded(gzip.compress(STORY) + zeros(30), b"gzip"), "bomb"),
    "gzip-bomb-cut": Fault(lambda: coded(zeros(30)[:25_000], b"gzip"), "bomb"),
    "gzip-small-bomb": Fault(lambda: coded(zeros(15), b"gzip"), "bomb"),
    "deflate-bomb": Fault(lambda: coded(zeros(30, 15), b"deflate"), "bomb"),
    "raw-deflate-bomb": Fault(lambda: coded(zeros(30, -15), b"deflate"), "bomb"),
    "br-bomb": Fault(lambda: coded(brotli_zeros(30), b"br"), "bomb"),
    "zstd-bomb": Fault(lambda: coded(zstandard.compress(bytes(30 * MB)), b"zstd"), "bomb"),
    "zstd-wide-window": Fault(lambda: coded(zstandard.ZstdCompressor(compression_params=zstandard.ZstdCompressionParameters(window_log=27)).compress(bytes(30 * MB)), b"zstd"), "bomb|damaged"),
    "mixed-bomb": Fault(lambda: coded(brotli.compress(zeros(30)), b"gzip, br"), "bomb"),
    "gzip-that-is-plain": Fault(lambda: coded(STORY, b"gzip"), "article"),
    "deflate-that-is-plain": Fault(lambda: coded(STORY, b"deflate"), "article"),
    "br-that-is-plain": Fault(lambda: coded(STORY, b"br"), "article"),
    "zstd-that-is-plain": Fault(lambda: coded(STORY, b"zstd"), "article"),
    "gzip-cut": Fault(lambda: coded(gzip.compress(STORY)[:-30], b"gzip"), "damaged"),
    "gzip-without-sum": Fault(lambda: coded(gzip.compress(STORY)[:-8], b"gzip"), "damaged"),
    "gzip-bad-sum": Fault(lambda: coded(gzip.compress(STORY)[:-8] + b"\0" * 8, b"gzip"), "damaged"),
    **{f"{name}-of-60-percent": Fault(lambda name=name: coded(cut(PACKED[name](STORY)), name.encode()), "damaged") for name in PACKED},
    **{f"{name}-flipped": Fault(lambda name=name: coded(flipped(PACKED[name](STORY)), name.encode()), "damaged|not-html|article" if name == "br" else "damaged") for name in PACKED},
    "gzip-twice-cut": Fault(lambda: coded(gzip.compress(cut(gzip.compress(STORY))), b"gzip, gzip"), "damaged"),
    "chunked-gzip-cut": Fault(lambda: [headed(CHUNKED, GZIP), chunk(cut(gzip.compress(STORY))), chunk(b"")], "damaged"),
    "gzip-and-garbage": Fault(lambda: coded(gzip.compress(STORY) + b"garbage" * 99, b"gzip"), "article|not-an-article"),
    "gzip-members": Fault(lambda: coded(gzip.compress(STORY[:900]) + gzip.compress(STORY[900:]), b"gzip"), "article|not-an-article"),
    "gzip-empty": Fault(lambda: coded(b"", b"gzip"), "not-an-article|extraction-failed"),
    "unknown-coding": Fault(lambda: coded(STORY, b"rot13"), "article|not-an-article"),
    "fifty-codings": Fault(lambda: coded(STORY, b", ".join([b"gzip"] * 50)), "article|bomb|not-html"),
    "zstd-broken": Fault(lambda: coded(b"\x28\xb5\x2f\xfd" + b"\xff" * 900, b"zstd"), "damaged"),
    "coding-of-escapes": Fault(lambda: coded(STORY, ESCAPES.replace("\r", "").replace("\0", "").encode()), "article|not-an-article"),
}  # fmt: skip

FRAMING = {
    "two-lengths": Fault([headed(b"Content-Length: 10", b"Content-Length: 20"), STORY], "not-http|connection", "close"),
    "negative-length": Fault([headed(b"Content-Length: -5"), STORY], "not-http|connection|article", "close"),
    "length-of-letters": Fault([headed(b"Content-Length: many"), STORY], "not-http|connection", "close"),
    "length-of-a-terabyte": Fault([headed(b"Content-Length: 1099511627776"), STORY], "too-large", "close"),
    "length-of-300-digits": Fault([headed(b"Content-Length: " + b"9" * 300), STORY], "too-large", "close"),
    "length-of-5000-digits": Fault([headed(b"Content-Length: " + b"9" * 5000), STORY], "too-large|not-http|connection", "close"),
    "short-body": Fault([headed(b"Content-Length: 9000"), STORY[:500]], "truncated", "close"),
    "body-goes-on": Fault([*answer(STORY), b"HTTP/1.1 200 OK\r\n\r\nsmuggled"], "article", "close"),
    "smuggled-answer": Fault([*answer(STORY), *answer(story("Smuggled in"))], "article"),
    "length-and-chunked": Fault([headed(CHUNKED, b"Content-Length: 5"), chunk(STORY), chunk(b"")], "article", "close"),
    "chunk-of-exabytes": Fault([headed(CHUNKED), b"fffffffffffffff0\r\n", STORY], "truncated|too-large|not-http|connection", "close"),
    "chunk-of-minus-one": Fault([headed(CHUNKED), b"-1\r\n", STORY], "not-http|connection|truncated", "close"),
    "chunk-of-letters": Fault([headed(CHUNKED), b"zz\r\n", STORY], "not-http|connection|truncated", "close"),
    "chunk-without-end": Fault([headed(CHUNKED), chunk(STORY)[:-2] + b"XXXX"], "not-http|connection|truncated", "close"),
    "chunks-cut": Fault([headed(CHUNKED), chunk(STORY)], "truncated", "close"),
    "chunks-of-one-byte": Fault(lambda: [headed(CHUNKED), b"".join(chunk(bytes([b])) for b in STORY), chunk(b"")], "article"),
    "chunk-line-without-end": Fault(lambda: endless(b"0" * 8192, first=headed(CHUNKED)), "not-http|connection|truncated|too-large", "close"),
    "chunk-extension-without-end": Fault(lambda: endless(b"x" * 8192, first=headed(CHUNKED) + b"5;"), "not-http|connection|truncated|too-large", "close"),
    "trailers-without-end": Fault(lambda: endless(b"X-T: v\r\n" * 1000, first=headed(CHUNKED) + chunk(STORY) + b"0\r\n"), "not-http|connection|truncated|too-large", "close"),
    "coding-identity": Fault([headed(b"Transfer-Encoding: identity"), STORY], "not-http|connection|article", "close"),
    "coding-gzip-chunked": Fault([headed(b"Transfer-Encoding: gzip, chunked"), chunk(STORY), chunk(b"")], "not-http|connection|article", "close"),
    "coding-escapes": Fault([headed(b"Transfer-Encoding: \x1b[2J"), STORY], "not-http|connection", "close"),
    "no-head": Fault([STORY], "not-http|connection", "close"),
    "http-0.9": Fault([b"<html>" + STORY], "not-http|connection", "close"),
    "ssh": Fault([b"SSH-2.0-OpenSSH_9.9\r\n" * 3], "not-http|connection", "close"),
    "binary": Fault([bytes(range(256)) * 40], "not-http|connection", "close"),
    "empty-answer": Fault([], "connection", "close"),
    "http-99": Fault([*answer(STORY, start=b"HTTP/99.9 200 OK\r\n")], "article|not-http|connection", "close"),
    "status-0": Fault(answer(STORY, start=b"HTTP/1.1 0 None\r\n"), "http-status|not-http", "close"),
    "status-999": Fault(answer(STORY, start=b"HTTP/1.1 999 Denied\r\n"), "http-status|bot-wall", "close"),
    "status-minus": Fault(answer(STORY, start=b"HTTP/1.1 -200 OK\r\n"), "http-status|not-http", "close"),
    "status-of-300-digits": Fault(answer(STORY, start=b"HTTP/1.1 2" + b"0" * 300 + b" OK\r\n"), "http-status|not-http", "close"),
    "status-letters": Fault(answer(STORY, start=b"HTTP/1.1 abc OK\r\n"), "not-http|connection", "close"),
    "status-of-escapes": Fault(answer(STORY, start=b"HTTP/1.1 404 \x1b[2J\x1b]0;owned\x07\r\n"), "http-404"),
    "switching": Fault([headed(start=b"HTTP/1.1 101 Switching\r\n"), STORY], "http-status|not-http|connection|timeout|first-byte", "close"),
    "no-content-with-body": Fault([headed(start=b"HTTP/1.1 204 None\r\n"), STORY], "http-status", "close"),
    "part-unasked": Fault(answer(STORY[:700], b"Content-Range: bytes 0-699/9000", start=b"HTTP/1.1 206 Part\r\n"), "http-status"),
    "not-modified-unasked": Fault([headed(start=b"HTTP/1.1 304 Same\r\n")], "unchanged|http-status"),
    "blank-line-first": Fault([b"\r\n", *answer(STORY)], "not-http|connection|article", "close"),
    "interim-without-end": Fault(lambda: endless(b"HTTP/1.1 103 Hints\r\nLink: <x>\r\n\r\n" * 100), "header-too-large", "close"),
    "line-feeds-only": Fault([answer(STORY)[0].replace(b"\r\n", b"\n")], "article"),
    "until-close": Fault([headed(), STORY], "article", "close"),
}  # fmt: skip

SIZE = {
    "page-too-large": Fault(lambda: answer(STORY + b"<!--" + b"x" * 2_100_000), "too-large"),
    "page-large-once-decoded": Fault(lambda: coded(gzip.compress(STORY + b"<p>" + b"abcdefgh%d " % 7 * 250_000, 1), b"gzip"), "too-large|bomb"),
    "body-without-end": Fault(lambda: endless(b"<p>more</p>" * 6000, first=headed()), "too-large", "close"),
    "chunks-without-end": Fault(lambda: endless(chunk(b"<p>more</p>" * 6000), first=headed(CHUNKED)), "too-large", "close"),
    "chunks-of-overhead": Fault(lambda: endless(b"1;" + b"x" * 900 + b"\r\nx\r\n", first=headed(CHUNKED)), "too-large", "close"),
}  # fmt: skip

TIME = {
    "says-nothing": Fault([], "first-byte", "hang"),
    "head-then-nothing": Fault([headed(b"Content-Length: 900")], "too-slow", "hang"),
    "half-a-head": Fault([HEAD + b"Content-"], "too-slow", "hang"),
    "drips-its-head": Fault(lambda: drip(answer(STORY)[0], 0.2), "too-slow", "close"),
    "drips-its-body": Fault(lambda: chain([headed(b"Content-Length: %d" % len(STORY))], drip(STORY, 0.2)), "too-slow", "close"),
    "drips-chunks": Fault(lambda: chain([headed(CHUNKED)], *([chunk(b"x"), 0.2] for _ in range(900))), "too-slow", "close"),
    "drips-interim": Fault(lambda: chain.from_iterable(repeat([b"HTTP/1.1 102 Wait\r\n\r\n", 0.3])), "too-slow|timeout", "close"),
    "never-ends": Fault(lambda: endless(b"<p>more and more</p>" * 20, first=headed(), pause=0.1), "timeout", "close"),
    "resets": Fault([headed(b"Content-Length: 9000"), STORY[:90], 0.05], "truncated|connection", "reset"),
    "resets-at-once": Fault([], "connection", "reset"),
}  # fmt: skip

BINARY = {
    "pdf": b"%PDF-1.7\n%\xe2\xe3\xcf\xd3\n<title>A harbour</title><p>A harbour",
    "png": b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR",
    "jpeg": b"\xff\xd8\xff\xe0\0\x10JFIF",
    "gif": b"GIF89a",
    "zip": b"PK\x03\x04\x14\0\0\0",
    "gzip": b"\x1f\x8b\x08\0\0\0\0\0",
    "mp4": b"\0\0\0\x20ftypisom",
    "webp": b"RIFF\0\0\0\0WEBPVP8 ",
    "woff": b"wOF2\0\1\0\0",
}

HEADERS = {
    "head-of-400-kb": Fault(lambda: answer(STORY, *(b"X-%d: %s" % (n, b"v" * 3000) for n in range(140))), "header-too-large"),
    "head-without-end": Fault(lambda: endless(b"X-More: and more\r\n" * 500, first=HEAD), "header-too-large", "close"),
    "line-without-end": Fault(lambda: endless(b"x" * 8192, first=HEAD + b"X-Long: "), "header-too-large", "close"),
    "fold-without-end": Fault(lambda: endless(b" fold\r\n" * 1000, first=HEAD + b"X-Long: a\r\n"), "header-too-large", "close"),
    "status-line-without-end": Fault(lambda: endless(b"K" * 8192, first=b"HTTP/1.1 200 O"), "header-too-large", "close"),
    "line-of-20-kb": Fault(lambda: answer(STORY, b"X-Long: " + b"v" * 20_000), "header-too-large|article"),
    "ten-thousand-headers": Fault(lambda: answer(STORY, *(b"A: %d" % n for n in range(10_000))), "article"),
    "sets-cookies": Fault(answer(STORY, b"Set-Cookie: id=1; Domain=127.0.0.1; Path=/", b"Set-Cookie: id=2; Domain=.com"), "article"),
    "auth-asked": Fault(answer(STORY, b"WWW-Authenticate: Basic realm=\"\x1b[2J\"", start=b"HTTP/1.1 401 No\r\n"), "http-401"),
    "escapes-in-type": Fault(answer(STORY, kind=b"Content-Type: text/\x1b[2Jhtml; charset=\x1b[31m"), "article|not-html"),
    "type-of-100-kb": Fault(lambda: answer(STORY, kind=b"Content-Type: text/html; " + b"x" * 15_000), "article"),
    "type-image": Fault(answer(b"\x89PNG\r\n\x1a\n" + bytes(900), kind=b"Content-Type: image/png"), "not-html"),
    **{f"html-of-{name}": Fault(answer(begin + bytes(range(256)) * 9), "not-html") for name, begin in BINARY.items()},
    "html-of-pdf-in-gzip": Fault(lambda: coded(gzip.compress(BINARY["pdf"] + bytes(9000)), b"gzip"), "not-html"),
    "html-of-noise": Fault(answer(bytes(n * n % 251 for n in range(9000))), "not-html"),
    "type-missing": Fault(answer(STORY, kind=b"X-No: type"), "article"),
    "charset-unknown": Fault(answer(STORY, kind=b"Content-Type: text/html; charset=klingon"), "article"),
    "charset-rot13": Fault(answer(STORY, kind=b"Content-Type: text/html; charset=rot13"), "article"),
    "charset-utf-7": Fault(answer(STORY + b"+ADw-script+AD4-", kind=b"Content-Type: text/html; charset=utf-7"), "article"),
    "retry-after-for-ever": Fault(answer(b"wait", b"Retry-After: 99999999999999999999", start=b"HTTP/1.1 410 Gone\r\n"), "http-410"),
    "etag-of-escapes": Fault(answer(STORY, b"ETag: \"\x1b[2J\xff\"", b"Last-Modified: \x1b[31m"), "article"),
    "nothing-but-nul": Fault(answer(STORY, b"X-Nul: \0\0\0", b"\0: \0"), "article|not-http|connection"),
    "refresh-header": Fault(answer(STORY, b"Refresh: 0; url=http://127.0.0.66:9/"), "article"),
    "link-header": Fault(answer(STORY, b"Link: <http://127.0.0.66:9/>; rel=canonical"), "article"),
}  # fmt: skip
