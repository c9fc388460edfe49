"""Which pages and further sitemaps a sitemap announces (https://www.sitemaps.org/protocol.html).

Sitemaps are read as a stream: memory does not grow with their length.
"""

from __future__ import annotations

import re
from functools import partial
from itertools import chain, islice
from typing import TYPE_CHECKING, Protocol

from newscrawl.discovery.links import BOUNDS, Link, note, note_address, note_bomb
from newscrawl.discovery.markup import Entries, content, name
from newscrawl.discovery.stated import origin, read
from newscrawl.discovery.titles import plain
from newscrawl.errors import Bomb
from newscrawl.text.charset import decode_pieces
from newscrawl.text.decompression import CHUNK, unpack
from newscrawl.urls import fetchable

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from lxml import etree

ENTRY_NAMES = ("url", "sitemap")
_LINE_OF_URL = re.compile(r"\s*https?://\S+\s*\Z", re.IGNORECASE)


def iter_sitemap(stream: Readable, *, url: str, faults: list[str] | None = None) -> Iterator[Link]:
    """The entries of a sitemap or index, XML or text, gzipped or not, as they come by.

    What is wrong with it is added to `faults`. An address that is repeated comes again.
    """
    faults = [] if faults is None else faults
    pieces = decode_pieces(unpacked(stream, faults), None, faults)
    first = next(pieces, "")
    pieces = chain([first], pieces)
    if is_text_sitemap(first):
        yield from lines(pieces, url=url, faults=faults)
    else:
        yield from entries(pieces, url=url, faults=faults)


class Readable(Protocol):
    """A binary stream."""

    def read(self, size: int, /) -> bytes: ...


def unpacked(
    stream: Readable, faults: list[str], *, limit: int = BOUNDS.unpacked, ratio: int = BOUNDS.ratio
) -> Iterator[bytes]:
    """The stream's content in pieces, unpacked where it is gzip; what is wrong is added to `faults`."""
    wrong: list[str] = []
    blocks = iter(partial(stream.read, CHUNK), b"")
    try:
        yield from unpack(blocks, wrong, limit=limit, ratio=ratio)
    except Bomb:
        note_bomb(faults, f"more than {ratio} times as long, unpacked")
    finally:
        for fault in wrong:
            note(faults, fault)


def is_text_sitemap(text: str) -> bool:
    """Whether the first lines are all URLs."""
    start = [line for line in islice(text.lstrip("\ufeff").splitlines(), 21) if line.strip()]
    return bool(start) and all(_LINE_OF_URL.match(line) for line in start)


def lines(pieces: Iterable[str], *, url: str, faults: list[str]) -> Iterator[Link]:
    """The entries of a sitemap that has a URL on each line."""
    rest = ""
    for piece in chain(pieces, ["\n"]):
        *whole, rest = (rest + piece).lstrip("\ufeff").split("\n")
        for line in filter(None, map(str.strip, whole)):
            target = fetchable(line, url) if _LINE_OF_URL.match(line) else None
            if target is None:
                note_address(faults, line, url)
                note(faults, f"not a URL: {line[:100]}")
            else:
                if "\\" in line:
                    note_address(faults, line, url, target=target)
                yield Link(target, "page")
        rest = rest[:4096]


def entries(pieces: Iterable[str], *, url: str, faults: list[str]) -> Iterator[Link]:
    """The entries of an XML sitemap or index."""
    for number, element in enumerate(Entries(pieces, ENTRY_NAMES, faults), start=1):
        link = _link(element, url, faults)
        if link is None:
            note(faults, f"entry {number} has no URL")
        else:
            yield link


def _link(element: etree._Element, base: str, faults: list[str]) -> Link | None:
    said: dict[str, str] = {}
    for child in element.iter("{*}*"):
        # image:loc and video:title speak of something else than the page
        if not (label := name(child, entry=element)).startswith("?:"):
            said.setdefault(label, content(child))
    url = fetchable(said["loc"], base) if said.get("loc") else None
    if url is None:
        note_address(faults, said.get("loc", ""), base)
        return None
    if "\\" in said["loc"]:
        note_address(faults, said["loc"], base, target=url)
    if name(element).endswith("sitemap"):
        return Link(url, "sitemap", modified_at=read(said.get("lastmod", ""), faults, origin(base)))
    language = said.get("news:language") or None
    context = origin(base, language)
    return Link(
        url,
        "article" if "news:news" in said else "page",
        title=plain(said.get("news:title")),
        published_at=read(said.get("news:publication_date", ""), faults, context),
        modified_at=read(said.get("lastmod", ""), faults, context),
        language=language,
    )
