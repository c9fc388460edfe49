"""What the article is called, without the name of the paper."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from newscrawl import urls
from newscrawl.extraction import jsonld, shown_titles
from newscrawl.extraction.shown_titles import BREAK
from newscrawl.extraction.witness import ANNOUNCEMENT, Witness, attributed, choose, witness
from newscrawl.extraction.wording import LIMITS, folded, stated

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from newscrawl.extraction.document import Document
    from newscrawl.items import Provenance

#: A headline in JSON-LD of this length may be cut off without a sign: search engines wanted 110 characters.
_CUT = 90
#: A shorter beginning tells nothing.
_SHORTEST_CUT = 30
#: Letters of a paper's name that is found inside a part of a title.
_TELLING = 6
#: From this length on a headline that no other title knows is a lead.
_LEAD = 130


def read(
    document: Document,
    publisher: str | None,
    *,
    announced: Mapping[str, str],
    sections: Sequence[str] = (),
) -> tuple[str | None, Provenance | None]:
    """The headline in JSON-LD, the h1 that other titles hold, the part of `<title>` that the page shows,
    meta tags, other h1, `<title>`, the first h2.

    The names of the paper and its `sections` are taken off, and what is nothing but the paper's name is no
    title. A headline that is cut off is continued from one that says all.
    """
    papers = {folded(p) for p in (publisher, *document.metas.get("og:site_name", ())) if p}
    if document.url:
        papers |= {folded(urls.site(document.url).split(".")[0]), folded(urls.site(document.url))}
    papers.discard("")
    named = papers | {f for s in sections if (f := folded(s))}
    found = [
        witness(_without_names(w.value, papers, named), w.source, w.raw)
        for w in _titles(document, announced)
    ]
    found = [w for w in found if w.value and folded(w.value) not in papers]
    if not found and (below := shown_titles.first_h2(document)):
        found = [witness(below, "h2")]
    title, provenance = choose(_continued(_without_lead(found, document)))
    return title, attributed(provenance, announced)


_TITLE_METAS = (
    "og:title",
    "twitter:title",
    "parsely-title",
    "sailthru.title",
    "dc.title",
    "dcterms.title",
    "title",
)


def _titles(document: Document, announced: Mapping[str, str]) -> Iterator[Witness]:
    limit = LIMITS["title"]
    if value := stated(jsonld.text(document.article.get("headline")), limit):
        yield witness(value, "json-ld:headline")
    metas = [witness(stated(v, limit), f"meta:{n}") for n, v in document.meta(*_TITLE_METAS)]
    told = [folded(t) for t in (document.html_title, *(m.value for m in metas))]
    held = [h for h in document.headings if any(folded(h) in t for t in told)]
    for heading in sorted(held, key=len, reverse=True):
        yield witness(heading, "h1")
    only = document.headings[0] if len(document.headings) == 1 and not held else ""
    part = "" if held else shown_titles.read(document) or ""
    whole = told[0]
    if any((gist := folded(m.value)) in whole and len(gist) < len(whole) for m in metas):
        part = ""  # a meta tag says which part of `<title>` it is
    if part and len(part) >= len(only):
        yield witness(part, "title", document.html_title)
    if only:
        yield witness(only, "h1")
    yield from metas
    for heading in document.headings:
        yield witness(heading, "h1")
    if document.html_title:
        yield witness(_main_part(document.html_title), "title", document.html_title)
    if value := stated(jsonld.text(document.article.get("name")), limit):
        yield witness(value, "json-ld:name")
    yield witness(stated(announced.get("title", ""), limit), ANNOUNCEMENT)


def _main_part(title: str) -> str:
    """The `<title>` up to where shorter parts begin: sections and the paper's name stand last."""
    title = re.sub(r"^\d+\s*[-–—:|]\s+", "", title)
    for found in BREAK.finditer(title):
        following = BREAK.search(title, found.end())
        part = title[found.end() : following.start() if following else len(title)]
        if len(part) < found.start() and not found[0].strip().startswith((":", "：")):
            return title[: found.start()]
    return title


def _without_names(value: str, papers: set[str], named: set[str]) -> str:
    """`value` without a name of the site or a section at its end, or of the site at its beginning."""
    for _ in range(4):
        breaks = list(BREAK.finditer(value))
        if not breaks:
            break
        first, last = breaks[0], breaks[-1]
        if _is_name(value[last.end() :], papers, named):
            value = value[: last.start()]
        elif _is_name(value[: first.start()], papers, papers):
            value = value[first.end() :]
        else:
            break
    return value.strip()


def _is_name(part: str, papers: set[str], named: set[str]) -> bool:
    """Whether a part is one of the names, or little more than the paper's."""
    gist = folded(part)
    return gist in named or any(
        len(p) >= _TELLING and p in gist and len(gist) <= 2 * len(p) for p in papers
    )


_ELLIPSIS = re.compile(r"\s*(?:…|\.\.\.)$")


def _continued(found: Sequence[Witness]) -> list[Witness]:
    """`found`, led by the title that goes on where the first one is cut off."""
    if not found:
        return []
    first = found[0]
    cut = _ELLIPSIS.search(first.value)
    start = folded(first.value[: cut.start()] if cut else first.value)
    if len(start) < _SHORTEST_CUT or not (cut or len(first.value) >= _CUT):
        return list(found)
    for other in found[1:]:
        told = folded(other.value)
        longer = told.startswith(start) and len(told) > len(start)
        apart = any(folded(other.value[: b.start()]) == start for b in BREAK.finditer(other.value))
        if longer and not apart and not _ELLIPSIS.search(other.value):
            return [other, *(w for w in found if w is not other)]
    return list(found)


def _without_lead(found: list[Witness], document: Document) -> list[Witness]:
    """`found`, with a JSON-LD headline that is a lead behind the titles that others agree on."""
    if len(found) < 3 or found[0].source != "json-ld:headline":
        return found
    first, *others = found
    gists = [folded(w.value) for w in others]
    gist = folded(first.value)
    agreed = next((g for g in gists if gists.count(g) > 1), "")
    described = {folded(v)[: len(gist)] for _, v in document.meta("og:description", "description")}
    lead = len(first.value) >= _LEAD or (len(gist) >= 40 and gist in described)
    if not agreed or not lead or agreed.startswith(gist[:_SHORTEST_CUT]):
        return found
    return [*others, first]
