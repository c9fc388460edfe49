"""Every place of a page that states who wrote it, best first.

JSON-LD, meta tags, marked elements (`rel=author`, microdata, classes that say byline or author) and
lines by the headline that begin as bylines do.
"""

from __future__ import annotations

import re
from dataclasses import replace
from itertools import zip_longest
from typing import TYPE_CHECKING, Any

from newscrawl import urls
from newscrawl.extraction import east, jsonld, roles
from newscrawl.extraction.byline import MAX_LENGTH, is_of_another_day, together
from newscrawl.extraction.byline import Byline as Byline
from newscrawl.extraction.byline import Reader as Reader
from newscrawl.extraction.fragments import EAST
from newscrawl.extraction.marked_bylines import marked
from newscrawl.extraction.names import Name, begins_as_byline, parse
from newscrawl.extraction.persons import is_full_name, of_person
from newscrawl.extraction.tree import said
from newscrawl.extraction.wording import LIMITS, folded, line, stated
from newscrawl.text.dates import is_dated

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator, Sequence
    from datetime import date

    from newscrawl.extraction.document import Document
    from newscrawl.extraction.headline import Line


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
_DATE_FIRST = re.compile(r"^(?=.*\d)[\d\s:./年月日时時分|-]{8,32}")
#: Of a paragraph that may begin or end with a byline in brackets.
_LONGEST_PARAGRAPH = 3000


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
            yield together(parts, near=True)
    yield from marked(document, reader, lines, days)
    for one, under in zip_longest(lines, lines[1:]):
        text = _DATE_FIRST.sub("", one.text)
        if len(text) <= MAX_LENGTH and begins_as_byline(text, reader.language):
            found = reader.byline(text, "line", loose=True)
            if not found.names and under is not None and len(under.text) <= MAX_LENGTH:
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
        if is_of_another_day(one.text, days, reader):
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
