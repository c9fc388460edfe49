"""What the article is called, without the name of the paper."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from newscrawl import urls
from newscrawl.extraction import jsonld
from newscrawl.extraction.witness import ANNOUNCEMENT, Witness, attributed, choose, witness
from newscrawl.extraction.wording import LIMITS, folded, stated

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from newscrawl.extraction.document import Document
    from newscrawl.items import Provenance


def read(
    document: Document, publisher: str | None, *, announced: Mapping[str, str]
) -> tuple[str | None, Provenance | None]:
    """The headline in JSON-LD, the h1 that other titles hold, meta tags, other h1, `<title>`.

    The paper's name is taken off, and what is nothing but that name is no title.
    """
    papers = {folded(p) for p in (publisher, *document.metas.get("og:site_name", ())) if p}
    if document.url:
        papers |= {folded(urls.site(document.url).split(".")[0]), folded(urls.site(document.url))}
    found = (
        witness(_without_paper(w.value, papers), w.source, w.raw)
        for w in _titles(document, announced)
    )
    title, provenance = choose(w for w in found if folded(w.value) not in papers)
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
    if len(document.headings) == 1:
        held = list(document.headings)
    for heading in sorted(held, key=len, reverse=True):
        yield witness(heading, "h1")
    yield from metas
    for heading in document.headings:
        yield witness(heading, "h1")
    if document.html_title:
        yield witness(_longest_part(document.html_title), "title", document.html_title)
    if value := stated(jsonld.text(document.article.get("name")), limit):
        yield witness(value, "json-ld:name")
    yield witness(stated(announced.get("title", ""), limit), ANNOUNCEMENT)


_BREAK = re.compile(r"\s+[|\-–—·•»:]\s+|\s*[|｜]\s*")


def _longest_part(title: str) -> str:
    """The `<title>` up to where shorter parts begin: sections and the paper's name stand last."""
    parts = _BREAK.split(title)
    first = max(range(len(parts)), key=lambda i: len(parts[i]))
    start = title.find(parts[first])
    return title[: start + len(parts[first])] if first == 0 else parts[first]


def _without_paper(value: str, papers: set[str]) -> str:
    """`value` without a name of the site at its end or beginning."""
    for _ in range(3):
        breaks = list(_BREAK.finditer(value))
        if not breaks:
            break
        if folded(value[breaks[-1].end() :]) in papers:
            value = value[: breaks[-1].start()]
        elif folded(value[: breaks[0].start()]) in papers:
            value = value[breaks[0].end() :]
        else:
            break
    return value.strip()
