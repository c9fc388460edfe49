"""What is this response, and who reads it? The bytes decide; the declared type may lie."""

from __future__ import annotations

import io
import re
from itertools import chain, islice
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from newscrawl.discovery import sitemaps
from newscrawl.discovery.feeds import read_feed
from newscrawl.discovery.html import read_html
from newscrawl.discovery.jsonfeed import is_json_feed, read_json_feed
from newscrawl.discovery.links import BOUNDS, Bounds, Discovery, Faults, Link, leave_out, note
from newscrawl.discovery.robots import read_robots
from newscrawl.text.charset import SAMPLE, decode, decode_pieces
from newscrawl.urls import key

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

#: Bytes of a page, feed or robots.txt that are read (sitemaps: `Bounds.unpacked`).
BODY_MAX = 32 * 1024 * 1024

_ROOT = re.compile(
    r"<(?:[\w.-]+:)?(?P<feed>rss|rdf|feed|channel)(?=[\s>/])"
    r"|<(?:[\w.-]+:)?(?P<sitemap>urlset|sitemapindex)(?=[\s>/])"
    r"|<!doctype\s+(?P<doctype>html)|<(?P<html>html|head|body)(?=[\s>])",
    re.IGNORECASE,
)
_ANY_HTML = re.compile(
    r"<(?:a|p|div|h[1-6]|title|meta|table|ul|span|script|main|nav)\b[^<>]*>", re.I
)
_PROLOGUE = ("<?xml", "<!--", "<!doctype")


def discover(
    body: bytes,
    *,
    url: str,
    content_type: str | None = None,
    learned: Mapping[str, bool] | None = None,
    bounds: Bounds = BOUNDS,
) -> Discovery:
    """All that the response at `url` announces; never raises, whatever the bytes.

    `learned` are shapes of URLs that surely are of articles, or surely not (`shapes.judged`): they
    decide over the links of an HTML page.
    """
    faults = Faults()
    return faults.of(_discover(body, faults, url, content_type, learned, bounds))


def _discover(
    body: bytes,
    faults: list[str],
    url: str,
    content_type: str | None,
    learned: Mapping[str, bool] | None,
    bounds: Bounds,
) -> Discovery:
    unpacked = sitemaps.unpacked(
        io.BytesIO(body), faults, limit=bounds.unpacked, ratio=bounds.ratio
    )
    first = b"".join(islice(unpacked, 2))
    start = decode(first[:SAMPLE], content_type=content_type).text.lstrip("\ufeff")
    kind = sniff(start, url=url)
    if kind == "sitemap":
        text = decode_pieces(chain([first], unpacked), content_type, faults)
        return _read_sitemap(text, url=url, faults=faults, most=bounds.pages)
    whole = first + b"".join(islice(unpacked, BODY_MAX // SAMPLE))
    decoded = decode(whole[:BODY_MAX], content_type=content_type)
    for fault in decoded.faults:
        note(faults, fault)
    text_ = decoded.text.lstrip("\ufeff")
    if kind == "robots":
        return read_robots(text_, url=url, faults=faults)
    if kind == "json":
        return read_json_feed(text_, url=url, faults=faults, most=bounds.entries)
    if kind == "feed":
        _judge_start(text_, faults)
        return read_feed(text_, url=url, faults=faults, most=bounds.entries)
    if kind == "html":
        return read_html(text_, url=url, faults=faults, most=bounds.links, learned=learned)
    if not text_.strip():
        note(faults, "empty")
    return Discovery("other", (), tuple(faults))


def sniff(start: str, *, url: str) -> str:
    """The kind of a response whose text begins with `start`."""
    if urlsplit(url).path == "/robots.txt":
        return "robots"
    if is_json_feed(start):
        return "json"
    if found := _ROOT.search(start):
        return "html" if found["doctype"] or found["html"] else str(found.lastgroup)
    if sitemaps.is_text_sitemap(start):
        return "sitemap"
    return "html" if _ANY_HTML.search(start) else "other"


def _judge_start(text: str, faults: list[str]) -> None:
    start = text[:SAMPLE].lstrip()
    root = _ROOT.search(start)
    if not start.lower().startswith(_PROLOGUE) and root and root.start():
        note(faults, "junk before the document")
    elif start.startswith("<?xml") and text[:1].isspace():
        note(faults, "white space before the XML declaration")


def _read_sitemap(text: Iterator[str], *, url: str, faults: list[str], most: int) -> Discovery:
    first = next(text, "")
    is_xml = _ROOT.search(first) is not None
    pieces = _Counted(chain([first], text), "</loc" if is_xml else "\n")
    read = sitemaps.entries if is_xml else sitemaps.lines
    links: dict[str, Link] = {}
    for number, link in enumerate(read(pieces, url=url, faults=faults)):
        if len(links) >= most:
            note(faults, f"more than {most} entries")
            leave_out(faults, max(pieces.count_all() - number, 1))
            break
        links.setdefault(key(link.url), link)
    if not links:
        note(faults, "no entries")
    return Discovery("sitemap", tuple(links.values()), tuple(faults))


class _Counted:
    """Pieces of a text, and how often a word is in those that have come."""

    def __init__(self, pieces: Iterator[str], word: str) -> None:
        self._pieces, self._word, self._number, self._end = pieces, word, 0, ""

    def __iter__(self) -> Iterator[str]:
        for piece in self._pieces:
            self._count(piece)
            yield piece

    def count_all(self) -> int:
        """How often it is in all pieces; those that have not come yet are lost."""
        for piece in self._pieces:
            self._count(piece)
        return self._number

    def _count(self, piece: str) -> None:
        text = self._end + piece
        self._number += text.count(self._word)
        # Too short to have the word, long enough to have all of it but one character.
        self._end = text[len(text) - len(self._word) + 1 :]
