"""Every place of a page that states who wrote it, best first.

JSON-LD, meta tags, marked elements (`rel=author`, microdata, classes that say byline or author) and
lines by the headline that begin as bylines do.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from datetime import timedelta
from itertools import islice, zip_longest
from typing import TYPE_CHECKING, Any

from newscrawl import urls
from newscrawl.extraction import east, jsonld, roles
from newscrawl.extraction.fragments import EAST
from newscrawl.extraction.headline import is_near
from newscrawl.extraction.names import Name, begins_as_byline, parse, without_labels
from newscrawl.extraction.persons import is_full_name, of_person
from newscrawl.extraction.tree import said
from newscrawl.extraction.wording import LIMITS, folded, line, stated
from newscrawl.text.dates import is_dated
from newscrawl.text.dates import parse as parse_date

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator, Sequence
    from datetime import date

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
    labelled: bool = False  # a line that says the role in Chinese, Japanese or Korean
    others: tuple[Name, ...] = ()  # who edited, photographed, translated

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
        opened = not loose or begins_as_byline(raw, self.language)
        raw = line(re.sub(r"(?:^|\s)[|\s]+(?:\s|$)", " ", raw), LIMITS["raw"])
        names = tuple(n for n in found.names if folded(n.text) not in self.sections)
        return Byline(names, source, raw, found.clean, opened, others=found.others)


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

#: Letters of a word by which two names are known to be one.
_TELLING_WORD = 4
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
#: Of a paragraph that may begin or end with a byline in brackets.
_LONGEST_PARAGRAPH = 3000
#: More names side by side, without a word like "By", are the makers of other stories.
_MOST_TOGETHER = 5
_MOST_ELSEWHERE = 2
#: Words of a name in a script without capitals, where only a class says that it is one.
_MOST_UNCASED = 4
#: Characters of a link beside a name from which on they are a headline.
_MORE = 12
#: Between zones one moment has two days.
_ONE_DAY = timedelta(days=1)


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


def read(
    document: Document, *, reader: Reader, lines: Sequence[Line], days: Collection[date] = ()
) -> Iterator[Byline]:
    """The bylines of the page in documented order; `days` are those on which it was published and changed."""
    for member in ("author", "creator"):
        if member in document.article:
            yield _json_ld(document, document.article[member], member, reader)
    for name in _METAS:
        values = dict.fromkeys(v for _, v in document.meta(name) if not v.startswith(_NO_NAME))
        values = {v: None for v in values if not _is_of_the_site(v, document)}
        parts = [reader.byline(value, f"meta:{name}") for value in list(values)[:20]]
        if parts:
            yield _together(parts, near=True)
    yield from _marked(document, reader, lines, days)
    for one, under in zip_longest(lines, lines[1:]):
        text = _DATE_FIRST.sub("", one.text)
        if len(text) <= _LONGEST and begins_as_byline(text, reader.language):
            found = reader.byline(text, "line", loose=True)
            if not found.names and under is not None and len(under.text) <= _LONGEST:
                below = reader.byline(f"{text} {under.text}", "line", loose=True)
                if below.clean and all(map(is_full_name, below.persons)):
                    found = below
            yield found
    if reader.language[:2] in ("zh", "ja", "ko") or EAST.search(document.html_title):
        yield from _with_roles(document, reader)


_MAIL = re.compile(r"[\w.+-]+@[\w-]+\.\w")


def _is_of_the_site(value: str, document: Document) -> bool:
    """Whether a meta tag names those who made the site: with addresses, or as its software is called."""
    if len(_MAIL.findall(value)) > 1:
        return True
    software = " ".join(document.metas.get("generator", ())).casefold().split()
    return any(len(w) >= _TELLING_WORD and w in software for w in value.casefold().split())


def _with_roles(document: Document, reader: Reader) -> Iterator[Byline]:
    """Bylines in Chinese, Japanese and Korean wherever on the page they stand; one with authors at most."""
    body = document.root.find("body")
    named = False
    for text in said(document.root if body is None else body, "\n").split("\n"):
        if len(text) > _LONGEST_PARAGRAPH or not (told := east.read(text.strip(), reader.language)):
            continue
        if all(c.role == east.SOURCE for c in told) or (named and told[0].role == east.AUTHOR):
            continue
        found = reader.byline(text, "line")
        named = named or bool(found.persons)
        if found.names or found.others:
            yield replace(found, labelled=True)


def by_the_date(
    lines: Sequence[Line], *, reader: Reader, days: Collection[date] = ()
) -> Iterator[Byline]:
    """Full names and nothing else, in the line with the date or right before or after it."""
    for i, one in enumerate(lines):
        if not is_dated(one.text, language=reader.language):
            continue
        if _is_of_another_day(one.text, days, reader):
            continue
        before = _run_of_names(lines[max(0, i - 5) : i][::-1], reader)[::-1]
        after = _run_of_names(lines[i + 1 : i + 4], reader)
        for run in (_run_of_names([one], reader), before, after):
            names = tuple(n for b in run for n in b.names)
            if any(n.person for n in names) and not _are_labels(run):
                raw = line(" | ".join(b.raw for b in run), LIMITS["raw"])
                yield Byline(names, "line", raw, opened=False)
                return


def _are_labels(run: Sequence[Byline]) -> bool:
    """Whether lines that no word calls a byline are headings: one stands twice, or is no person's."""
    names = [n for b in run for n in b.names]
    twice = len({folded(n.text) for n in names}) < len(names)
    return twice or (len(run) > 2 and not all(n.person for n in names))


# Where a name stands for a picture.
_PICTURE = re.compile(r"[©/]|copyright|foto|photo|image|bild|caption", re.IGNORECASE)


def _run_of_names(lines: Sequence[Line], reader: Reader) -> list[Byline]:
    run: list[Byline] = []
    for one in lines:
        found = reader.byline(one.text, "line")
        # Scripts without capitals do not tell a name from a label.
        full = all(is_full_name(p) and p != p.lower() for p in found.persons)
        names = found.clean and found.names and full
        placed = roles.PLACED.match(one.text)
        if len(one.text) > 80 or not names or placed or _PICTURE.search(one.text):
            break
        run.append(found)
    return run


def _marked(
    document: Document, reader: Reader, lines: Sequence[Line], days: Collection[date]
) -> Iterator[Byline]:
    """Marked elements, those by the headline first; several of one kind are one byline."""
    groups: dict[tuple[Any, ...], list[HtmlElement]] = {}
    others: set[HtmlElement] = set()
    title = folded(document.html_title)
    for element in document.surface.bylines[:80]:
        if _is_elsewhere(element) or _is_in_a_link(element):
            continue
        if _is_of_another_day(line(said(element, " | "), 1000), days, reader):
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
        parts = [reader.byline(t, source, loose=True) for t in texts if 0 < len(t) <= _LONGEST]
        sure = near and any(map(_is_sure, elements[:3]))
        if source == "byline" and not sure and not any(p.opened for p in parts):
            parts = [p for part in parts if (p := _evident(part)).names or p.others]
        most = _MOST_TOGETHER if near else _MOST_ELSEWHERE
        if parts and (len(parts) <= most or any(p.opened for p in parts)):
            yield _together(parts, near=near)


def _is_of_another_day(text: str, days: Collection[date], reader: Reader) -> bool:
    """Whether a byline has a date of its own, on which this page was neither published nor changed."""
    if not days or len(text) > _LONGEST or not is_dated(text, language=reader.language):
        return False
    told = parse_date(text)
    return told is not None and all(abs(told.day - day) > _ONE_DAY for day in days)


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


def _together(parts: Sequence[Byline], *, near: bool) -> Byline:
    """The bylines of neighbours as one; by the headline, a list of names is as good as "By"."""
    told = {folded(n.text): n for part in parts for n in part.names}
    names = without_labels(list(told.values()), loose=True)
    raw = line("; ".join(dict.fromkeys(p.raw for p in parts)), LIMITS["raw"])
    clean = all(p.clean for p in parts)
    single = [p.names[0] for p in parts if len(p.names) == 1]
    listed = near and clean and len(single) == len(parts) > 1 and all(" " in n.text for n in single)
    opened = listed or all(p.opened for p in parts)
    others = tuple(n for part in parts for n in part.others)
    return Byline(tuple(names), parts[0].source, raw, clean, opened, others=others)


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
    for one in _flat(value)[:50]:
        node = document.resolved(one)
        raw = _named(node)
        if not raw or raw.startswith(_NO_NAME):
            continue
        raws.append(raw)
        types = jsonld.types(node) if isinstance(node, dict) else set()
        body = any(t.endswith("organization") for t in types)
        person = "person" in types
        if person and (told := of_person(raw, papers=reader.papers, language=reader.language)):
            names.setdefault(folded(told), Name(told, person=True))
            continue
        found = parse(raw, papers=reader.papers, language=reader.language)
        named = any(n.person for n in found.names)
        # Whose job is to edit wrote it, where the markup gives nobody else for the author.
        for name in found.names if named or not person else (*found.names, *found.others):
            names.setdefault(folded(name.text), Name(name.text, person=name.person and not body))
    return Byline(tuple(names.values()), f"json-ld:{member}", line(", ".join(raws), LIMITS["raw"]))


def _flat(value: Any, depth: int = 0) -> list[Any]:
    """The members of a list, and of lists in it."""
    if not isinstance(value, list):
        return [value]
    return [one for member in value[:50] for one in _flat(member, depth + 1)] if depth < 4 else []


def _named(node: Any) -> str:
    if not isinstance(node, dict):
        return stated(node, 400)
    told = node.get("name")
    named = [jsonld.text(n) for n in told[:20]] if isinstance(told, list) else [jsonld.text(told)]
    if name := stated(", ".join(filter(None, named)), 400):
        return name
    parts = (jsonld.text(node.get("givenName")), jsonld.text(node.get("familyName")))
    return stated(" ".join(parts), 400)
