"""Which articles an RSS, RDF or Atom feed announces."""

from __future__ import annotations

from typing import TYPE_CHECKING

from lxml import etree

from newscrawl.discovery.links import Discovery, Link, leave_out, note, note_address
from newscrawl.discovery.markup import Entries, attribute, content, name
from newscrawl.discovery.newest import newest_entries
from newscrawl.discovery.stated import origin, read
from newscrawl.discovery.titles import plain
from newscrawl.urls import fetchable, key

if TYPE_CHECKING:
    from collections.abc import Iterator

    from newscrawl.text.context import DateContext

ENTRY_NAMES = ("item", "entry")
_PUBLISHED = ("pubdate", "published", "issued", "dc:date", "dcterms:issued", "dcterms:created",
              "dc:created", "created", "date")  # fmt: skip
_MODIFIED = ("updated", "modified", "dcterms:modified", "dc:modified")
_PERIODS = {"hourly": 3600, "daily": 86_400, "weekly": 604_800, "monthly": 2_592_000,
            "yearly": 31_536_000}  # fmt: skip
_NEVER_IN_TITLES = frozenset(("link", "guid", "id", "description", *_PUBLISHED, *_MODIFIED))
_XML = "{http://www.w3.org/XML/1998/namespace}"
_RDF_ABOUT = "{http://www.w3.org/1999/02/22-rdf-syntax-ns#}about"


def read_feed(text: str, *, url: str, faults: list[str], most: int) -> Discovery:
    """The feed's newest entries, up to `most`, in its order, each address once."""
    text, left_out = newest_entries(text, most)
    if left_out:
        note(faults, f"more than {most} entries")
        leave_out(faults, left_out)
    entries = Entries([text], ENTRY_NAMES, faults)
    links: dict[str, Link] = {}
    guids: set[str] = set()
    head: _Head | None = None
    for number, element in enumerate(entries, start=1):
        if number > most:  # they nest, or are not closed
            note(faults, f"more than {most} entries")
            break
        head = head or _Head(entries.head_element(), url, text)
        entry = _Entry(element, faults)
        guid = entry.text("guid") or entry.text("id")
        if guid and guid in guids:
            note(faults, f"duplicate guid {guid[:80]}")
        guids.add(guid)
        link = entry.link(head)
        if link is None:
            note(faults, f"entry {number} has no link")
        elif links.setdefault(key(link.url), link) is not link:
            note(faults, "an entry comes twice")
    head = head or _Head(entries.head_element(), url, text)
    if not links:
        note(faults, "no entries")
    return Discovery("feed", tuple(links.values()), tuple(faults), head.title, head.interval)


class _Entry:
    """One `item` or `entry`: its own children, by name."""

    def __init__(self, element: etree._Element, faults: list[str]) -> None:
        self.element, self.faults = element, faults
        self.children: dict[str, list[etree._Element]] = {}
        _unnest(element)
        for child in element.iterchildren(etree.Element):
            self.children.setdefault(name(child, entry=element), []).append(child)

    def text(self, child: str) -> str:
        return next((t for e in self.children.get(child, ()) if (t := content(e))), "")

    def link(self, head: _Head) -> Link | None:
        base = _joined(head.base, self.element.get(f"{_XML}base"))
        found = ((u, said) for said in self._addresses() if said and (u := fetchable(said, base)))
        url, said = next(found, (None, None))
        if url is None or said is None:
            note_address(self.faults, next(filter(None, self._addresses()), ""), base)
            return None
        if "\\" in said:
            note_address(self.faults, said, base, target=url)
        language = self.element.get(f"{_XML}lang") or self.text("dc:language") or head.language
        return Link(
            url,
            "article",
            title=plain(self.text("title") or self.text("dc:title")),
            published_at=self._date(_PUBLISHED, head.origin_of(language)),
            modified_at=self._date(_MODIFIED, head.origin_of(language)),
            language=language or None,
        )

    def _addresses(self) -> Iterator[str]:
        """What may be the article's address, best first."""
        yield self.text("feedburner:origlink")
        links = self.children.get("link", [])
        links = [e for e in links if attribute(e, "rel", "alternate").lower() == "alternate"]
        yield from (content(e) for e in links if not attribute(e, "href"))
        yield from (attribute(e, "href") for e in links if "html" in attribute(e, "type", "html"))
        yield from (attribute(e, "href") for e in links)
        guids = self.children.get("guid", [])
        permanent = [e for e in guids if attribute(e, "isPermaLink").strip().lower() != "false"]
        names = [*map(content, permanent), self.text("id"), self.element.get(_RDF_ABOUT, "")]
        # A link may be relative; a guid or id is an address only where it is a whole one.
        yield from (n for n in names if n.lower().startswith(("http:", "https:")))

    def _date(self, names: tuple[str, ...], context: DateContext) -> str | None:
        said = filter(None, map(self.text, names))
        return next((d for t in said if (d := read(t, self.faults, context))), None)


def _unnest(entry: etree._Element) -> None:
    """Take out again what a title without its end tag has swallowed."""
    for title in [e for e in entry.iterchildren(etree.Element) if name(e) == "title"]:
        inside = list(title.iterdescendants(etree.Element))
        for element in inside:
            if name(element, entry=entry) in _NEVER_IN_TITLES:
                entry.append(element)


class _Head:
    """What a feed says about itself before its entries."""

    def __init__(self, element: etree._Element, url: str, text: str) -> None:
        self.language = ""
        self._url, self._text = url, text
        self._origins: dict[str, DateContext] = {}
        said: dict[str, str] = {}
        bases = (e.get(f"{_XML}base") for e in element.iter(etree.Element))
        self.base = _joined(url, next(filter(None, bases), None))
        for child in element.iter(etree.Element):
            self.language = self.language or child.get(f"{_XML}lang", "")
            said.setdefault(name(child), content(child))
        self.language = self.language or said.get("language", "") or said.get("dc:language", "")
        self.title = plain(said.get("title"))
        self.interval = _interval(said)

    def origin_of(self, language: str) -> DateContext:
        """Where the dates of entries in this language are from."""
        if language not in self._origins:
            self._origins[language] = origin(self._url, language, text=self._text)
        return self._origins[language]


def _joined(base: str, stated: str | None) -> str:
    return (fetchable(stated, base) if stated else None) or base


def _interval(said: dict[str, str]) -> float | None:
    """Seconds between polls, from `ttl` (minutes) or the syndication module."""
    ttl = _number(said.get("ttl", ""))
    if ttl:
        return ttl * 60
    period = _PERIODS.get(said.get("sy:updateperiod", "").lower())
    return period / (_number(said.get("sy:updatefrequency", "")) or 1) if period else None


def _number(text: str) -> float | None:
    return float(text) if text.isascii() and text.isdigit() and 0 < len(text) < 8 else None
