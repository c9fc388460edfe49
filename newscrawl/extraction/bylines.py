"""Every place of a page that states who wrote it, best first.

JSON-LD, meta tags, marked elements (`rel=author`, microdata, classes that say byline or author) and
lines by the headline that begin as bylines do.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from itertools import zip_longest
from typing import TYPE_CHECKING, Any

from newscrawl import urls
from newscrawl.extraction import jsonld
from newscrawl.extraction.headline import is_near
from newscrawl.extraction.names import Name, begins_as_byline, is_full_name, parse, without_labels
from newscrawl.extraction.tree import said
from newscrawl.extraction.wording import LIMITS, folded, line, stated
from newscrawl.text.dates import is_dated

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from lxml.html import HtmlElement

    from newscrawl.extraction.document import Document
    from newscrawl.extraction.headline import Line


@dataclass(frozen=True, slots=True)
class Byline:
    """The names one place states, in its order."""

    names: tuple[Name, ...]
    source: str
    raw: str
    clean: bool = True
    opened: bool = True  # stood in a field made for it, or began with a word like "By"

    @property
    def persons(self) -> tuple[str, ...]:
        return tuple(n.text for n in self.names if n.person)

    @property
    def bodies(self) -> tuple[str, ...]:
        return tuple(n.text for n in self.names if not n.person)


@dataclass(frozen=True, slots=True)
class Reader:
    """What is needed to read names: the page's own names and its sections', folded, and its language."""

    papers: frozenset[str]
    language: str
    sections: frozenset[str] = frozenset()

    def byline(self, raw: str, source: str, *, loose: bool = False) -> Byline:
        found = parse(raw, papers=self.papers, language=self.language, loose=loose)
        opened = not loose or begins_as_byline(raw)
        raw = line(re.sub(r"(?:^|\s)[|\s]+(?:\s|$)", " ", raw), LIMITS["raw"])
        names = tuple(n for n in found.names if folded(n.text) not in self.sections)
        return Byline(names, source, raw, found.clean, opened)


_METAS = (
    "author",
    "article:author",
    "parsely-author",
    "sailthru.author",
    "articleauthor",
    "dc.creator",
    "dc:creator",
    "dcterms.creator",
    "dcsext.author",
    "cxenseparse:author",
    "byl",
    "og:article:author",
    "og:author",
    "article:author_name",
    "authors",
    "news_author",
    "citation_author",
)

#: How an address or a handle begins.
_NO_NAME = ("http:", "https:", "/", "@")
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
_DATE_FIRST = re.compile(r"^(?=.*\d)[\d\s:./年月日时時分|-]{8,32}")
_LONGEST = 250
#: More names side by side, without a word like "By", are the makers of other stories.
_MOST_TOGETHER = 5


def papers(document: Document, publisher: str | None) -> frozenset[str]:
    """The folded names by which the page's own site goes."""
    metas = document.metas
    names = {publisher or "", *metas.get("og:site_name", ()), *metas.get("application-name", ())}
    for node in document.nodes:
        if any(t.endswith(("organization", "website")) for t in jsonld.types(node)):
            names.add(jsonld.text(node.get("name")))
            names.add(jsonld.text(node.get("alternateName")))
    names = {n for n in names if n and len(n) <= 60}
    names |= {"".join(w[0] for w in n.split()) for n in names if len(n.split()) >= 3}
    if document.url:
        site = urls.site(document.url)
        names |= {site, site.split(".")[0]}
    return frozenset(f for n in names if len(f := folded(n)) >= 2)


def read(document: Document, *, reader: Reader, lines: Sequence[Line]) -> Iterator[Byline]:
    """The bylines of the page in documented order."""
    for member in ("author", "creator"):
        if member in document.article:
            yield _json_ld(document, document.article[member], member, reader)
    for name in _METAS:
        values = dict.fromkeys(v for _, v in document.meta(name) if not v.startswith(_NO_NAME))
        parts = [reader.byline(value, f"meta:{name}") for value in list(values)[:20]]
        if parts:
            yield _together(parts, near=True)
    yield from _marked(document, reader, lines)
    for one, under in zip_longest(lines, lines[1:]):
        text = _DATE_FIRST.sub("", one.text)
        if len(text) <= _LONGEST and begins_as_byline(text):
            found = reader.byline(text, "line", loose=True)
            if not found.names and under is not None and len(under.text) <= _LONGEST:
                below = reader.byline(f"{text} {under.text}", "line", loose=True)
                if below.clean and all(map(is_full_name, below.persons)):
                    found = below
            yield found


def by_the_date(lines: Sequence[Line], *, reader: Reader) -> Iterator[Byline]:
    """Full names and nothing else, in the line with the date or right before or after it."""
    for i, one in enumerate(lines):
        if not is_dated(one.text, language=reader.language):
            continue
        before = _run_of_names(lines[max(0, i - 5) : i][::-1], reader)[::-1]
        after = _run_of_names(lines[i + 1 : i + 4], reader)
        for run in (_run_of_names([one], reader), before, after):
            names = tuple(n for b in run for n in b.names)
            if any(n.person for n in names):
                raw = line(" | ".join(b.raw for b in run), LIMITS["raw"])
                yield Byline(names, "line", raw, opened=False)
                return


# Where a name stands for a picture.
_PICTURE = re.compile(r"[©/]|copyright|foto|photo|image|bild|caption", re.IGNORECASE)


def _run_of_names(lines: Sequence[Line], reader: Reader) -> list[Byline]:
    run: list[Byline] = []
    for one in lines:
        found = reader.byline(one.text, "line")
        # Scripts without capitals do not tell a name from a label.
        full = all(is_full_name(p) and p != p.lower() for p in found.persons)
        names = found.clean and found.names and full
        if len(one.text) > 80 or not names or _PICTURE.search(one.text):
            break
        run.append(found)
    return run


def _marked(document: Document, reader: Reader, lines: Sequence[Line]) -> Iterator[Byline]:
    """Marked elements, those by the headline first; several of one kind are one byline."""
    groups: dict[tuple[Any, ...], list[HtmlElement]] = {}
    for element in document.surface.bylines[:80]:
        if _is_elsewhere(element):
            continue
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
        source = "rel=author" if mark[2] == "author" else "byline"
        source = "microdata:author" if "author" in mark[3] else source
        texts = [line(said(e, " | "), 1000) for e in elements[:12]]
        parts = [reader.byline(t, source, loose=True) for t in texts if 0 < len(t) <= _LONGEST]
        if parts and (len(parts) <= _MOST_TOGETHER or any(p.opened for p in parts)):
            yield _together(parts, near=is_near(elements[0], lines))


def _together(parts: Sequence[Byline], *, near: bool) -> Byline:
    """The bylines of neighbours as one; by the headline, a list of names is as good as "By"."""
    told = {folded(n.text): n for part in parts for n in part.names}
    names = without_labels(list(told.values()), loose=True)
    raw = line("; ".join(dict.fromkeys(p.raw for p in parts)), LIMITS["raw"])
    clean = all(p.clean for p in parts)
    single = [p.names[0] for p in parts if len(p.names) == 1]
    listed = near and clean and len(single) == len(parts) > 1 and all(" " in n.text for n in single)
    opened = listed or all(p.opened for p in parts)
    return Byline(tuple(names), parts[0].source, raw, clean, opened)


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


def _json_ld(document: Document, value: Any, member: str, reader: Reader) -> Byline:
    names: dict[str, Name] = {}
    raws: list[str] = []
    for one in (value if isinstance(value, list) else [value])[:50]:
        node = document.resolved(one)
        raw = _named(node)
        if not raw or raw.startswith(_NO_NAME):
            continue
        raws.append(raw)
        body = isinstance(node, dict) and any(
            t.endswith("organization") for t in jsonld.types(node)
        )
        for name in parse(raw, papers=reader.papers, language=reader.language).names:
            names.setdefault(folded(name.text), Name(name.text, person=name.person and not body))
    return Byline(tuple(names.values()), f"json-ld:{member}", line(", ".join(raws), LIMITS["raw"]))


def _named(node: Any) -> str:
    if not isinstance(node, dict):
        return stated(node, 400)
    told = node.get("name")
    named = [jsonld.text(n) for n in told[:20]] if isinstance(told, list) else [jsonld.text(told)]
    if name := stated(", ".join(filter(None, named)), 400):
        return name
    parts = (jsonld.text(node.get("givenName")), jsonld.text(node.get("familyName")))
    return stated(" ".join(parts), 400)
