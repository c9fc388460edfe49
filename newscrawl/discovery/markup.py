"""The entries of an XML announcement, one at a time, however broken the rest of it is.

A feed or sitemap is a head and a row of entries. The text is cut between entries, each stretch is
read strictly, and where that fails each entry is read on its own: a fault costs its own entry at
most, no tree of the whole is ever built, and an entry that the end cuts off is left out. No
document type is ever read, so there are no entities to expand and nothing external to load.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from lxml import etree

from newscrawl.discovery.links import note
from newscrawl.discovery.repair import repair

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

#: An entry longer than this many characters has lost its end; it is cut and read as it is.
ENTRY_MAX = 4_000_000
# No start or end tag of an entry is longer, up to its attributes.
_TAG_MAX = 200

_NAMESPACES = {
    "": "",
    "http://purl.org/rss/1.0/": "",
    "http://my.netscape.com/rdf/simple/0.9/": "",
    "http://channel.netscape.com/rdf/simple/0.9/": "",
    "http://backend.userland.com/rss2": "",
    "http://www.w3.org/2005/Atom": "",
    "http://purl.org/atom/ns#": "",
    "http://purl.org/dc/elements/1.1/": "dc:",
    "http://purl.org/dc/terms/": "dcterms:",
    "http://purl.org/rss/1.0/modules/syndication/": "sy:",
    "http://rssnamespace.org/feedburner/ext/1.0": "feedburner:",
    "http://search.yahoo.com/mrss/": "media:",
}
_CORE = re.compile(r"https?://www\.(?:sitemaps\.org|google\.com)/schemas/sitemap/\d\.\d+/?$", re.I)
_NEWS = re.compile(r"https?://www\.google\.com/schemas/sitemap-news/\d\.\d+/?$", re.I)

_ROOT_END = re.compile(r"</(?:[\w.-]+:)?(?:rss|rdf|feed|channel|urlset|sitemapindex)\s*>", re.I)
_XMLNS = re.compile(r"""\sxmlns(?::[\w.-]+)?\s*=\s*(?:"[^"<]*"|'[^'<]*')""")


def attribute(element: etree._Element, label: str, default: str = "") -> str:
    """An attribute of a feed's own vocabulary, also where it stands with the prefix of its namespace."""
    if (own := element.get(label)) is not None:
        return str(own)
    for stated, value in element.attrib.items():
        uri, _, local = str(stated).rpartition("}")
        if local == label and uri and _NAMESPACES.get(uri[1:]) == "":
            return str(value)
    return default


def name(element: etree._Element, *, entry: etree._Element | None = None) -> str:
    """The element's local name in lower case, behind the usual prefix of its namespace.

    Whatever the namespace of an entry is, even a misspelt one, its own elements have no prefix.
    """
    uri, local = _split(element)
    prefix = _NAMESPACES.get(uri)
    if prefix is None:
        prefix = "" if _CORE.match(uri) else "news:" if _NEWS.match(uri) else "?:"
    if entry is not None and uri == _split(entry)[0]:
        prefix = ""
    return prefix + local.lower()


def _split(element: etree._Element) -> tuple[str, str]:
    """Namespace and local name; a prefix that is declared nowhere stays with the name."""
    tag = element.tag if isinstance(element.tag, str) else ""
    return (tag[1:].split("}", 1)[0], tag.split("}", 1)[1]) if tag.startswith("{") else ("", tag)


def content(element: etree._Element) -> str:
    """All characters inside the element, without those around them."""
    return "".join(element.itertext()).strip()


class Entries:
    """An iterator over the entries called `names` of a text that comes in pieces.

    `head` is the text before the first entry, known once the first entry or the end has come;
    `faults` grows while entries are read.
    """

    def __init__(self, pieces: Iterable[str], names: tuple[str, ...], faults: list[str]) -> None:
        self.head, self.faults = "", faults
        self._pieces = iter(pieces)
        tag = rf"(?:[\w.-]+:)?(?:{'|'.join(names)})"
        self._start = re.compile(rf"<{tag}(?=[\s/>])", re.IGNORECASE)
        self._end = re.compile(rf"</{tag}\s*>", re.IGNORECASE)
        self._names = frozenset(names)
        self._xmlns = ""

    def __iter__(self) -> Iterator[etree._Element]:
        rest = self._read_head()
        cut = self._last_end(rest, 0)
        for piece in self._pieces:
            if cut:
                yield from self._stretch(rest[:cut])
                rest = rest[cut:]
            searched = max(0, len(rest) - _TAG_MAX)
            rest += piece
            cut = self._last_end(rest, searched)
            if cut == 0 and len(rest) > ENTRY_MAX:
                cut = len(rest)
        if cut:
            yield from self._stretch(rest[:cut])
        yield from self._tail(rest[cut:])

    def head_element(self) -> etree._Element:
        """The head as a tree, its open elements closed."""
        start = re.search(r"<[\w]", self.head)
        text = repair(self.head[start.start() :], []) if start else ""
        parser = etree.XMLParser(recover=True, resolve_entities=False, no_network=True)
        root = etree.fromstring(f"<head>{text}</head>".encode(), parser)
        return etree.Element("head") if root is None else root

    def _read_head(self) -> str:
        """Read on until the first entry; return what has been read from there on."""
        text, first = "", None
        for piece in self._pieces:
            searched = max(0, len(text) - _TAG_MAX)
            text += piece
            if (first := self._start.search(text, searched)) or len(text) > ENTRY_MAX:
                break
        at = first.start() if first else len(text)
        self.head = text[:at]
        self._xmlns = "".join(dict.fromkeys(_XMLNS.findall(self.head)))
        return text[at:]

    def _last_end(self, text: str, searched: int) -> int:
        """Where the last whole entry ends, 0 if none does behind `searched`."""
        at = len(text)
        while (at := text.rfind("</", searched, at)) >= 0:
            if end := self._end.match(text, at):
                return end.end()
        return 0

    def _stretch(self, text: str) -> Iterator[etree._Element]:
        """The entries of a text that ends where an entry does."""
        text = repair(text, self.faults)
        root = None
        try:
            root = etree.fromstring(self._wrap(text), _strict())
        except etree.XMLSyntaxError as error:
            note(self.faults, f"not well-formed: {error.msg}")
            yield from self._one_by_one(text)
        else:
            yield from (child for child in root if self._is_entry(child))

    def _one_by_one(self, text: str) -> Iterator[etree._Element]:
        starts = [m.start() for m in self._start.finditer(text)]
        for at, following in zip(starts, [*starts[1:], len(text)], strict=False):
            end = self._end.search(text, at, following)
            entry = text[at : end.end() if end else following]
            parser = etree.XMLParser(recover=True, resolve_entities=False, no_network=True)
            root = etree.fromstring(self._wrap(_close_cdata(entry)), parser)
            for child in () if root is None else root:
                if self._is_entry(child):
                    yield child
                    break

    def _tail(self, text: str) -> Iterator[etree._Element]:
        """What follows the last closed entry: the document's end, or entries without an end."""
        closed = not self.head or _ROOT_END.search(text or self.head)
        starts = [m.start() for m in self._start.finditer(text)]
        if not closed:
            note(self.faults, "the document ends early" + (", within an entry" if starts else ""))
            text = text[: starts[-1]] if starts else ""
        if starts:
            yield from self._one_by_one(repair(text, self.faults))

    def _wrap(self, text: str) -> bytes:
        return f"<entries{self._xmlns}>{text}</entries>".encode("utf-8", "replace")

    def _is_entry(self, element: etree._Element) -> bool:
        return name(element).rpartition(":")[2] in self._names


def _close_cdata(entry: str) -> str:
    """The entry with a CDATA section that is never closed ended before the next end tag."""
    at = entry.rfind("<![CDATA[")
    if at < 0 or entry.find("]]>", at) >= 0:
        return entry
    end = entry.find("</", at)
    return entry[:end] + "]]>" + entry[end:] if end >= 0 else entry[:at]


def _strict() -> etree.XMLParser:
    return etree.XMLParser(resolve_entities=False, no_network=True, remove_pis=True)
