# ruff: noqa: E501 - a table
"""What the raw server does for each path, and what must become of it in a WARC."""

from __future__ import annotations

import gzip
import zlib
from dataclasses import asdict, dataclass, field

import brotli

HTML = b"<html><body>" + b"<p>Caf\xc3\xa9 by the harbour.</p>" * 40 + b"</body></html>"


@dataclass
class Behaviour:
    """`pieces` are sent one by one; `then` is keep, close or hang.

    `interim` and `excess` bytes at the beginning and end are no part of the answer. `record` is the
    type of the record that the rest must become, `truncated` its reason; `cut` says that the client
    ends the transfer, so that a beginning of what was sent is all there is. `stale` pieces are sent
    instead on a connection that has served before.
    """

    pieces: list[bytes]
    then: str = "keep"
    interim: int = 0
    excess: int = 0
    record: str | None = "response"
    truncated: str | None = None
    cut: bool = False
    stale: list[bytes] | None = None
    method: str = "GET"
    body: str = ""
    meta: dict[str, object] = field(default_factory=dict)
    pause: float = 0.0

    def expectations(self) -> dict[str, object]:
        """All but the bytes, for the first line of the server's output."""
        return {k: v for k, v in asdict(self).items() if k not in ("pieces", "stale", "pause")}


def ok(body: bytes = HTML, *lines: bytes, start: bytes = b"HTTP/1.1 200 OK") -> bytes:
    head = [start, b"Content-Type: text/html", *lines, b"Content-Length: %d" % len(body)]
    return b"\r\n".join(head) + b"\r\n\r\n" + body


def headed(head: bytes, body: bytes = b"") -> bytes:
    return head.replace(b"\n", b"\r\n") + b"\r\n" + body


def chunks(body: bytes, size: int = 700, ext: bytes = b"", trailer: bytes = b"") -> bytes:
    parts = [body[i : i + size] for i in range(0, len(body), size)]
    coded = b"".join(b"%x%s\r\n%s\r\n" % (len(p), ext, p) for p in parts)
    return coded + b"0" + ext + b"\r\n" + trailer + b"\r\n"


CHUNKED = b"HTTP/1.1 200 OK\nContent-Type: text/html\nTransfer-Encoding: chunked\n"
HINTS = b"HTTP/1.1 103 Early Hints\r\nLink: </style.css>; rel=preload\r\n\r\n"
CONTINUE = b"HTTP/1.1 100 Continue\r\n\r\n"
COOKIES = tuple(b"Set-Cookie: c%d=%d; Path=/" % (n, n) for n in range(12))
MANY = tuple(b"X-Header-%d: %s" % (n, b"v" * 150) for n in range(300))
BIG = bytes(range(256)) * 12_000


def status(line: bytes, *lines: bytes, body: bytes = b"") -> Behaviour:
    return Behaviour([ok(body, *lines, start=b"HTTP/1.1 " + line)])


def bytewise(data: bytes) -> list[bytes]:
    return [data[i : i + 1] for i in range(len(data))]


BEHAVIOURS: dict[str, Behaviour] = {
    "plain": Behaviour([ok()]),
    "odd-case": Behaviour([headed(b"HTTP/1.1 200 OK\ncOnTENT-tYPe: text/html\nX-foO: 1\nX-FOO: 2\nCONTENT-LENGTH: 2\n", b"ok")]),
    "odd-order": Behaviour([headed(b"HTTP/1.1 200 OK\nContent-Length: 2\nZ: z\nDate: never\nServer: s\nA: a\nContent-Type: text/html\n", b"ok")]),
    "interleaved": Behaviour([ok(HTML, b"Set-Cookie: a=1", b"Vary: A", b"set-cookie: b=2", b"Vary: B", b"SET-COOKIE: c=3")]),
    "same-length-twice": Behaviour([headed(b"HTTP/1.1 200 OK\nContent-Length: 2\nContent-Length: 2\n", b"ok")]),
    "no-reason": Behaviour([ok(start=b"HTTP/1.1 200")]),
    "empty-reason": Behaviour([ok(start=b"HTTP/1.1 200 ")]),
    "utf8-reason": Behaviour([ok(start="HTTP/1.1 200 Très bien ✓".encode())]),
    "latin1-reason": Behaviour([ok(start=b"HTTP/1.1 200 Tr\xe8s bien")]),
    "utf8-header": Behaviour([ok(HTML, "X-Autor: Jürgen Müller".encode(), b"Location-Hint: caf\xe9")]),
    "control-bytes": Behaviour([ok(HTML, b"X-Odd: \x01\x02\x7f\xff", b"X-Empty:", b"X-Blank:   ", b"X-Tab:\tv\t")]),
    "space-before-colon": Behaviour([ok(HTML, b"X-Spaced : v")]),
    "obs-fold": Behaviour([ok(HTML, b"X-Folded: one", b"  two", b"\tthree")]),
    "lf-only": Behaviour([ok().replace(b"\r\n", b"\n")]),
    "mixed-line-ends": Behaviour([b"HTTP/1.1 200 OK\nA: 1\r\nContent-Length: 2\n\r\nok"]),
    "blank-in-name": Behaviour([ok(HTML, b"Power by: Auto Capri", b"X-After : yes", b"=?: x")]),
    "colonless": Behaviour([ok(HTML, b"this is no header", b"X-After: yes")]),
    "byte-by-byte": Behaviour(bytewise(ok(b"slowly"))),
    "chunked": Behaviour([headed(CHUNKED, chunks(HTML))]),
    "chunked-extensions": Behaviour([headed(CHUNKED, chunks(HTML, 500, b";name=\"v\"", b"X-Trailer: 1\r\nX-Sum: abc\r\n"))]),
    "chunked-upper": Behaviour([headed(CHUNKED, chunks(HTML, 0xABC).upper().replace(b"\r\n0", b"\r\n0000"))]),
    "chunked-byte-by-byte": Behaviour([headed(CHUNKED), *bytewise(chunks(b"drop by drop", 3))]),
    "chunked-empty": Behaviour([headed(CHUNKED, chunks(b""))]),
    "gzip": Behaviour([ok(gzip.compress(HTML, mtime=0), b"Content-Encoding: gzip")]),
    "gzip-chunked": Behaviour([headed(CHUNKED + b"Content-Encoding: gzip\n", chunks(gzip.compress(HTML, mtime=0), 33))]),
    "deflate": Behaviour([ok(zlib.compress(HTML), b"Content-Encoding: deflate")]),
    "brotli": Behaviour([ok(brotli.compress(HTML), b"Content-Encoding: br")]),
    "http10": Behaviour([headed(b"HTTP/1.0 200 OK\nContent-Type: text/html\n", HTML)], "close"),
    "http10-bare": Behaviour([b"HTTP/1.0 200 OK\r\n\r\nbare body"], "close"),
    "http11-until-close": Behaviour([headed(b"HTTP/1.1 200 OK\nConnection: close\n", HTML)], "close"),
    "close": Behaviour([ok(HTML, b"Connection: close")], "close"),
    "keep-alive": Behaviour([ok(HTML, b"Connection: Keep-Alive", b"Keep-Alive: timeout=5, max=100")]),
    "no-content": Behaviour([headed(b"HTTP/1.1 204 No Content\nX: 1\n")]),
    "not-modified": Behaviour([headed(b"HTTP/1.1 304 Not Modified\nETag: \"a\"\nContent-Length: 500\n")]),
    "moved": status(b"301 Moved Permanently", b"Location: /plain"),
    "not-found": status(b"404 Not Found", body=HTML),
    "gone": status(b"410 Gone"),
    "error": status(b"500 Internal Server Error", body=b"oops"),
    "unavailable": status(b"503 Service Unavailable", b"Retry-After: 120"),
    "strange-status": status(b"299 Whatever", body=b"hm"),
    "head": Behaviour([ok()[: -len(HTML)]], method="HEAD"),
    "post": Behaviour([ok()], method="POST", body="a=1&b=%C3%A9\r\n\r\nCookie: not a header"),
    "early-hints": Behaviour([HINTS + ok()], interim=len(HINTS)),
    "early-hints-apart": Behaviour([HINTS, ok()], interim=len(HINTS), pause=0.02),
    "many-interim": Behaviour([CONTINUE + HINTS, HINTS, ok()], interim=len(CONTINUE + HINTS + HINTS)),
    "excess": Behaviour([ok() + b"not part of it"], excess=14),
    "excess-answer": Behaviour([ok() + ok(b"another one")], excess=len(ok(b"another one"))),
    "excess-chunked": Behaviour([headed(CHUNKED, chunks(HTML)) + b"\r\n\r\nmore"], excess=8),
    "excess-no-content": Behaviour([headed(b"HTTP/1.1 204 No Content\n") + b"body!"], excess=5),
    "short-length": Behaviour([headed(b"HTTP/1.1 200 OK\nContent-Length: 5000\n", HTML[:300])], "close", truncated="disconnect"),
    "short-chunked": Behaviour([headed(CHUNKED, chunks(HTML)[:900])], "close", truncated="disconnect"),
    "bad-chunk": Behaviour([headed(CHUNKED, chunks(HTML)[:705] + b"\r\nxyz\r\nrest")], "close", truncated="unspecified"),
    "two-lengths": Behaviour([headed(b"HTTP/1.1 200 OK\nContent-Length: 2\nContent-Length: 3\n", b"abc")], "close", truncated="unspecified"),
    "unknown-coding": Behaviour([headed(b"HTTP/1.1 200 OK\nTransfer-Encoding: rot13\n", b"nop")], "close", truncated="unspecified"),
    "head-cut": Behaviour([b"HTTP/1.1 200 OK\r\nContent-Type: tex"], "close", record="metadata"),
    "drop": Behaviour([], "close", record=None),
    "drop-stale": Behaviour([ok()], stale=[]),
    "garbage": Behaviour([b"\x00\x01SSH-2.0-OpenSSH_9.9\r\n" * 3], "close", record="metadata"),
    "html-only": Behaviour([HTML + b"\n\n"], "close", record="metadata"),
    "no-status": Behaviour([b"HTTP/1.1 abc OK\r\n\r\nbody"], "close", record="metadata"),
    "blank-line-first": Behaviour([b"\r\n" + ok()], "close", record="metadata"),
    "long-head": Behaviour([ok(HTML, *MANY)]),
    "long-line": Behaviour([ok(HTML, b"X-Long: " + b"v" * 20_000)]),
    "empty": Behaviour([ok(b"")]),
    "large": Behaviour([ok(BIG)]),
    "large-chunked": Behaviour([headed(CHUNKED, chunks(BIG, 50_000))]),
    "slow": Behaviour([ok()[i : i + 100] for i in range(0, len(ok()), 100)], pause=0.01),
    "hang": Behaviour([headed(b"HTTP/1.1 200 OK\nContent-Length: 5000\n", HTML[:300])], "hang", truncated="time", meta={"download_timeout": 0.4}),
    "hang-chunked": Behaviour([headed(CHUNKED, chunks(HTML)[:900])], "hang", truncated="time", meta={"download_timeout": 0.4}),
    "hang-silent": Behaviour([], "hang", record=None, meta={"download_timeout": 0.3}),
    "hang-in-head": Behaviour([b"HTTP/1.1 200 OK\r\nA: "], "hang", record="metadata", meta={"download_timeout": 0.3}),
    "too-large": Behaviour([ok(BIG)], "close", truncated="length", cut=True, meta={"download_maxsize": 50_000}),
    "too-large-chunked": Behaviour([headed(CHUNKED), *[b"2710\r\n" + b"x" * 10_000 + b"\r\n"] * 40], "close", truncated="length", cut=True, meta={"download_maxsize": 50_000}),
    "cookies": Behaviour([ok(HTML, *COOKIES)]),
}  # fmt: skip
