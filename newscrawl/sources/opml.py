"""Subscription lists of feed readers, in and out (http://opml.org/spec2.opml).

OPML knows a paper's name, home, feeds and language. What else a source has stays in sources.toml.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from itertools import takewhile
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from lxml import etree

from newscrawl import urls
from newscrawl.errors import SourceError
from newscrawl.sources.source import Source
from newscrawl.text import language_tags

if TYPE_CHECKING:
    from collections.abc import Iterable

#: Letters of a name that several feeds of a paper must have in common to be called by it.
_COMMON_MIN = 3


@dataclass(slots=True)
class _Paper:
    home: str
    names: list[str] = field(default_factory=list)
    feeds: dict[str, str] = field(default_factory=dict)
    language: str | None = None


def read_opml(data: bytes, *, faults: list[str] | None = None) -> tuple[Source, ...]:
    """The papers of a subscription list; feeds with one `htmlUrl` are one paper's.

    What had to be left out is added to `faults`. Raises SourceError if there is no OPML in it.
    """
    faults = [] if faults is None else faults
    papers: dict[str, _Paper] = {}
    known: set[str] = set()
    for outline in _root(data).iter("{*}outline"):
        said = {str(name).lower(): str(value).strip() for name, value in outline.attrib.items()}
        feed = _feed(said, faults)
        home = _home(said, feed, faults)
        if home is None or (feed and urls.key(feed) in known):
            continue
        paper = papers.setdefault(urls.key(home), _Paper(home))
        if name := _printable(said.get("text") or said.get("title") or ""):
            paper.names.append(name)
        paper.language = paper.language or language_tags.tag(said.get("language", ""))
        if feed:
            known.add(urls.key(feed))
            paper.feeds[urls.key(feed)] = feed
    return tuple(_sources(papers.values()))


def write_opml(sources: Iterable[Source]) -> str:
    """A subscription list of all feeds; a paper without feeds is a link to its home."""
    root = etree.Element("opml", version="2.0")
    etree.SubElement(etree.SubElement(root, "head"), "title").text = "Newspapers"
    body = etree.SubElement(root, "body")
    for source in sources:
        for feed in source.feeds:
            outline = etree.SubElement(body, "outline", type="rss", text=source.name)
            outline.attrib.update({"xmlUrl": feed, "htmlUrl": source.home})
            if source.language:
                outline.set("language", source.language)
        if not source.feeds:
            etree.SubElement(body, "outline", type="link", text=source.name, url=source.home)
    written: bytes = etree.tostring(root, xml_declaration=True, encoding="UTF-8", pretty_print=True)
    return written.decode("utf-8")


def _root(data: bytes) -> etree._Element:
    parser = etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False, recover=True)
    try:
        root = etree.fromstring(data.lstrip(), parser)
    except etree.XMLSyntaxError as error:
        raise SourceError([f"not OPML: {error}"]) from error
    if root is None or etree.QName(root).localname.lower() != "opml":
        raise SourceError(["not OPML"])
    return root


def _feed(said: dict[str, str], faults: list[str]) -> str | None:
    stated = said.get("xmlurl")
    if not stated:
        return None
    # feed://paper.example/rss and feed:https://paper.example/rss are what old readers wrote.
    plain = re.sub(r"^feed:(?://)?(?=https?:)", "", stated, flags=re.IGNORECASE)
    found = urls.fetchable(re.sub(r"^feed:", "http:", plain, flags=re.IGNORECASE))
    if found is None:
        faults.append(f"{stated!r} is not a URL")
    return found


def _home(said: dict[str, str], feed: str | None, faults: list[str]) -> str | None:
    """The paper's page; a link counts as one, a feed without one has the root of its host."""
    if feed is None:
        is_link = said.get("type", "").lower() == "link"
        return urls.fetchable(said.get("url", "")) if is_link else None
    if (stated := said.get("htmlurl")) and (home := urls.fetchable(stated)):
        return home
    parts = urlsplit(feed)
    home = f"{parts.scheme}://{parts.netloc}/"
    faults.append(f"{feed}: no page is named for it, taken for one of {home}")
    return home


def _sources(papers: Iterable[_Paper]) -> Iterable[Source]:
    taken: set[str] = set()
    for paper in papers:
        host = urls.host(paper.home)
        name = _common(paper.names) or host
        if name.casefold() in taken:
            name = f"{name} ({host})"
        number, stem = 2, name
        while name.casefold() in taken:
            name, number = f"{stem} {number}", number + 1
        taken.add(name.casefold())
        yield Source(name, paper.home, feeds=tuple(paper.feeds.values()), language=paper.language)


def _common(names: list[str]) -> str:
    """What the names of a paper's feeds begin with: `The Paper` of `The Paper - World`, `- Sport`."""
    if len(set(names)) < 2:
        return names[0] if names else ""
    columns = zip(*(name.split() for name in names), strict=False)
    words = takewhile(lambda column: len(set(column)) == 1, columns)
    start = re.sub(r"[\W_]+$", "", " ".join(column[0] for column in words))
    return start if len(start) >= _COMMON_MIN else names[0]


def _printable(text: str) -> str:
    return " ".join("".join(c if c.isprintable() else " " for c in text).split())
