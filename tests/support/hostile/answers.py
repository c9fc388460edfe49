"""How faults are written down: what a hostile server sends, and how the URL may end."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    Pieces = Iterable[bytes | float]

#: The address that nobody may ever connect to, and a word that nothing may ever show.
CANARY = "127.0.0.66"
SECRET = "the-secret-of-this-machine"
#: What a page must not do to a terminal: a title, a screen, a link, a turned text and half a character.
ESCAPES = "\x1b]0;owned\x07\x1b[2J\x9b31m\u202egnorw\u2066\x08\r\x00"

HEAD = b"HTTP/1.1 200 OK\r\n"
HTML = b"Content-Type: text/html; charset=utf-8"
XML = b"Content-Type: application/xml"


@dataclass(frozen=True)
class Fault:
    """`pieces` are sent one after the other, a number is a time to wait; then the connection is closed.

    `ends` are the causes with which the URL may end, `article` and `links` among them. `then` says
    what is done instead of closing: keep (wait for the next request), hang, reset.
    """

    pieces: Callable[[], Pieces] | Pieces
    ends: str
    then: str = "keep"

    def sent(self) -> Pieces:
        return self.pieces() if callable(self.pieces) else self.pieces


def answer(
    body: bytes | str, *lines: bytes, start: bytes = HEAD, kind: bytes = HTML
) -> list[bytes]:
    """A whole answer."""
    data = body.encode("utf-8", "surrogatepass") if isinstance(body, str) else body
    head = b"\r\n".join([kind, *lines, b"Content-Length: %d" % len(data)])
    return [start + head + b"\r\n\r\n" + data]


def headed(*lines: bytes, start: bytes = HEAD) -> bytes:
    """A head without a length."""
    return start + b"".join(line + b"\r\n" for line in (HTML, *lines)) + b"\r\n"


def chunk(data: bytes) -> bytes:
    return b"%x\r\n%s\r\n" % (len(data), data)


def redirect(location: str | bytes, status: int = 302) -> list[bytes]:
    target = location.encode() if isinstance(location, str) else location
    return answer(b"", b"Location: " + target, start=b"HTTP/1.1 %d Moved\r\n" % status)


def story(title: str = "The harbour council decides", head: str = "", more: str = "") -> str:
    """A page that is an article, with something in its head and at its end."""
    text = "".join(
        f"<p>Paragraph {n} tells in some detail what the harbour council decided on that day, who"
        " spoke for it and against it, and what it will cost the town in the end.</p>"
        for n in range(6)
    )
    return (
        f"<!doctype html><html lang=en><head><title>{title}</title>{head}</head>"
        f"<body><article><h1>{title}</h1>{text}</article>{more}</body></html>"
    )


def feed(*urls: str, head: str = "") -> str:
    items = "".join(
        f"<item><title>A story</title><link><![CDATA[{url}]]></link></item>" for url in urls
    )
    return f'{head}<rss version="2.0"><channel><title>Feed</title>{items}</channel></rss>'


def sitemap(*urls: str, root: str = "urlset", entry: str = "url") -> str:
    space = 'xmlns="http://www.sitemaps.org/schemas/sitemap/0.9"'
    entries = "".join(f"<{entry}><loc>{url}</loc></{entry}>" for url in urls)
    return f"<?xml version='1.0'?><{root} {space}>{entries}</{root}>"
