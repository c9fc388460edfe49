"""Bylines in elements whose markup speaks of an author: class or id, `rel=author`, microdata."""

from __future__ import annotations

import re
from dataclasses import replace
from itertools import islice
from typing import TYPE_CHECKING, Any

from newscrawl.extraction.byline import MAX_LENGTH, is_of_another_day, together
from newscrawl.extraction.fragments import EAST
from newscrawl.extraction.headline import is_near
from newscrawl.extraction.tree import said
from newscrawl.extraction.wording import folded, line

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator, Sequence
    from datetime import date

    from lxml.html import HtmlElement

    from newscrawl.extraction.byline import Byline, Reader
    from newscrawl.extraction.document import Document
    from newscrawl.extraction.headline import Line

_ELSEWHERE = re.compile(
    r"comment|related|sidebar|recommend|(?<!post-)(?<!entry-)(?<!article-)footer|caption|figure"
    r"|image|photo|popular|promo"
    r"|newsletter|card|quote|trending|outbrain|taboola",
    re.IGNORECASE,
)
_NOT_THE_NAME = re.compile(
    r"bio|description|avatar|follow|social|share|date|email|title|role|position|job", re.IGNORECASE
)
# "2026-03-10 16:15 Source: Xinhua"
#: More names side by side, without a word like "By", are the makers of other stories.
_MOST_TOGETHER = 5
_MOST_ELSEWHERE = 2
#: Words of a name in a script without capitals, where only a class says that it is one.
_MOST_UNCASED = 4
#: Characters of a link beside a name from which on they are a headline.
_MORE = 12


def marked(
    document: Document, reader: Reader, lines: Sequence[Line], days: Collection[date]
) -> Iterator[Byline]:
    """Marked elements, those by the headline first; several of one kind are one byline."""
    groups: dict[tuple[Any, ...], list[HtmlElement]] = {}
    others: set[HtmlElement] = set()
    title = folded(document.html_title)
    for element in document.surface.bylines[:80]:
        if _is_elsewhere(element) or _is_in_a_link(element):
            continue
        if is_of_another_day(line(said(element, " | "), 1000), days, reader):
            others.update(element.iter())
        named = element.find(".//*[@itemprop='name']") if element.get("itemprop") else None
        parent = element.getparent()
        place = parent if parent.getparent() is None else parent.getparent()
        mark = (
            element.tag,
            element.get("class") or "",
            element.get("rel") or "",
            element.get("itemprop") or "",
            place,
        )
        groups.setdefault(mark, []).append(element if named is None else named)
    ranked = sorted(enumerate(groups.items()), key=lambda g: (not is_near(g[1][1][0], lines), g[0]))
    for _, (mark, elements) in ranked:
        near = is_near(elements[0], lines)
        if _is_of_a_card(elements[0], title, 2 if near else 5):
            continue
        source = "rel=author" if mark[2] == "author" else "byline"
        source = "microdata:author" if "author" in mark[3] else source
        texts = [line(said(e, " | "), 1000) for e in elements[:12] if e not in others]
        parts = [reader.byline(t, source, loose=True) for t in texts if 0 < len(t) <= MAX_LENGTH]
        sure = near and any(map(_is_sure, elements[:3]))
        if source == "byline" and not sure and not any(p.opened for p in parts):
            parts = [p for part in parts if (p := _evident(part)).names or p.others]
        most = _MOST_TOGETHER if near else _MOST_ELSEWHERE
        if parts and (len(parts) <= most or any(p.opened for p in parts)):
            yield together(parts, near=near)


def _evident(byline: Byline) -> Byline:
    """Without lone words: a class that speaks of an author is no evidence that a label is one."""
    names = tuple(n for n in byline.names if not n.person or _is_evident(n.text))
    return replace(byline, names=names)


# A page of the author's own, and the hCard microformat.
_OWN_PAGE = re.compile(
    r"/(?:authors?|autor(?:es|en)?|auteurs?|autori|redakteure?)/[^/?#]", re.IGNORECASE
)
_CARD = re.compile(r"(?:^|\s)(?:vcard|h-card|p-author|fn)(?:\s|$)")


def _is_sure(element: HtmlElement) -> bool:
    """Whether the markup leaves no doubt that the element is a person's name."""
    link = element if element.tag == "a" else element.find(".//a")
    own = link is not None and _OWN_PAGE.search(link.get("href") or "")
    return bool(own or _CARD.search(element.get("class") or ""))


def _is_evident(name: str) -> bool:
    if EAST.search(name):
        return True
    return " " in name and (name.lower() != name.upper() or len(name.split()) <= _MOST_UNCASED)


def _is_in_a_link(element: HtmlElement) -> bool:
    """Whether the name stands in a link with more in it: to another story of that author."""
    size = len(said(element))
    for place, _ in zip(element.iterancestors(), range(4), strict=False):
        if place.tag == "a":
            return len(said(place)) > size + _MORE
    return False


def _is_of_a_card(element: HtmlElement, title: str, above: int) -> bool:
    """Whether the nearest headline that stands with the name is a link to another story."""
    for place, _ in zip(element.iterancestors(), range(above), strict=False):
        heads = list(islice(place.iter("h1", "h2", "h3", "h4"), 3))
        if not heads:
            continue
        head = heads[0]
        if head.tag == "h1" or len(heads) > 2 or folded(line(said(head), 300)) in title:
            return False
        parent = head.getparent()
        return head.find(".//a") is not None or (parent is not None and parent.tag == "a")
    return False


def _is_elsewhere(element: HtmlElement) -> bool:
    own = f"{element.get('class') or ''} {element.get('id') or ''}"
    if _NOT_THE_NAME.search(own) and not re.search("name", own, re.IGNORECASE):
        return True
    for place, _ in zip((element, *element.iterancestors()), range(8), strict=False):
        if place.tag in ("aside", "nav", "figure", "blockquote"):
            return True
        if place.tag == "footer" and not any(a.tag == "article" for a in place.iterancestors()):
            return True
        if _ELSEWHERE.search(f"{place.get('class') or ''} {place.get('id') or ''}"):
            return True
    return False
