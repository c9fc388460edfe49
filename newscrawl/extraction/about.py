"""What the page says of its story besides title, makers, times and text."""

from __future__ import annotations

import re
from itertools import islice
from typing import TYPE_CHECKING

from newscrawl import urls
from newscrawl.extraction import jsonld
from newscrawl.extraction.tree import said
from newscrawl.extraction.witness import Witness, choose, witness
from newscrawl.extraction.wording import LIMITS, MOST_TAGS, folded, line, stated, words

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from newscrawl.extraction.document import Document
    from newscrawl.items import Provenance

_Chosen = tuple[str | None, "Provenance | None"]

_DESCRIPTIONS = ("og:description", "description", "twitter:description", "dc.description")
_PUBLISHERS = ("og:site_name", "dc.publisher", "dcterms.publisher", "publisher", "application-name")
_SECTIONS = words(
    "article:section og:article:section parsely-section section article.section cxenseparse:category"
)
_TAGS = words(
    "article:tag og:article:tag news_keywords keywords parsely-tags sailthru.tags dc.subject"
)
_BREAK = re.compile(r"\s+[|\-–—·•»]\s+")


def description(document: Document) -> _Chosen:
    """JSON-LD, meta tags, or the line under the headline."""
    limit = LIMITS["description"]
    found = _json_ld(document, "description", limit) + _metas(document, _DESCRIPTIONS, limit)
    return choose(found + [witness(text, "standfirst") for text in standfirsts(document)])


def standfirsts(document: Document) -> list[str]:
    """The lines under the headline that are marked as standing there."""
    elements = [*document.items.get("description", ()), *document.surface.standfirsts]
    texts = (line(said(e), LIMITS["description"]) for e in elements[:4] if e.tag in _LINES)
    return [t for t in texts if t]


_LINES = frozenset(words("p div h2 h3 h4 span strong em"))


def publisher(document: Document) -> _Chosen:
    """JSON-LD, meta tags, the site's own node, the way home, what follows the headline in `<title>`."""
    limit = LIMITS["publisher"]
    found = _json_ld(document, "publisher", limit) + _metas(document, _PUBLISHERS, limit)
    for other in document.nodes:
        if jsonld.types(other) & {"newsmediaorganization", "website"}:
            found.append(witness(stated(jsonld.text(other.get("name")), limit), "json-ld:site"))
    found += [witness(line(said(e), 60), "rel=home") for e in document.surface.home[:1]]
    heading = next((h for h in document.headings if document.html_title.startswith(h)), None)
    if heading and len(rest := _BREAK.split(document.html_title[len(heading) :])) > 1:
        found.append(witness(line(rest[-1], limit), "title", document.html_title))
    return choose(w for w in found if not w.value.startswith(("http:", "https:", "@")))


def section(document: Document) -> _Chosen:
    """JSON-LD, meta tags, microdata, `rel=category`, the last step of the breadcrumbs, or the kicker."""
    limit = LIMITS["section"]
    found = _json_ld(document, "articleSection", limit) + _metas(document, _SECTIONS, limit)
    for element in document.items.get("articlesection", ())[:1]:
        value = element.get("content") or said(element)
        found.append(witness(line(value, limit), "microdata:articleSection"))
    found += [
        witness(line(said(e), limit), "rel=category") for e in document.surface.categories[:1]
    ]
    return choose([*found, *_breadcrumbs(document, limit), *_kicker(document)])


def sections(document: Document) -> list[str]:
    """Every name of a section that the page states, its breadcrumbs' steps among them."""
    limit = LIMITS["section"]
    found = [
        w.value
        for w in (*_json_ld(document, "articleSection", limit), *_metas(document, _SECTIONS, limit))
    ]
    for trail in document.surface.breadcrumbs[:2]:
        found += [line(said(a), limit) for a in islice(trail.iter("a"), 8)]
    return [f for f in found if f]


def _kicker(document: Document) -> Iterator[Witness]:
    """The short line over the first headline."""
    if not document.surface.headings:
        return
    head = document.surface.headings[0]
    for element in document.surface.kickers[:10]:
        holders = (head, *(a for a, _ in zip(head.iterancestors(), range(2), strict=False)))
        if element.getparent() in holders and 0 < len(text := line(said(element), 60)) <= 40:
            yield witness(text, "kicker")
            return


def _breadcrumbs(document: Document, limit: int) -> Iterator[Witness]:
    told = {folded(t) for t in (*document.headings, document.html_title)}
    for trail in document.surface.breadcrumbs[:2]:
        steps = [
            a
            for a in trail.iter("a")
            if (url := document.absolute(a.get("href") or "")) and not urls.is_front(url)
        ]
        names = [n for a in steps if (n := line(said(a), limit)) and folded(n) not in told]
        if names:
            yield witness(names[-1], "breadcrumbs")
            return


def tags(document: Document) -> tuple[tuple[str, ...], Provenance | None]:
    """The keywords of the first place that states more than one, or of the first that states any."""
    places = [(s, _distinct(ts), raw) for s, ts, raw in _tag_places(document)]
    told = [p for p in places if p[1]]
    best = next((p for p in told if len(p[1]) > 1), None) or next(iter(told), None)
    if best is None:
        return (), None
    return tuple(best[1][:MOST_TAGS]), choose([witness(best[2], best[0])])[1]


def _tag_places(document: Document) -> Iterator[tuple[str, Sequence[str], str]]:
    keywords = document.article.get("keywords")
    listed = keywords if isinstance(keywords, list) else [keywords]
    flat = [stated(jsonld.text(k), 4000) for k in listed[:200]]
    yield "json-ld:keywords", flat if len(flat) > 1 else _listed("".join(flat)), ", ".join(flat)
    for name in _TAGS:
        values = [stated(v, 4000) for v in document.metas.get(name, ())[:200]]
        split = (
            values if len(values) > 1 and "tag" in name else [t for v in values for t in _listed(v)]
        )
        yield f"meta:{name}", split, ", ".join(values)


def _distinct(tags: Sequence[str]) -> list[str]:
    return list({folded(t): line(t, LIMITS["tag"]) for t in reversed(tags) if folded(t)}.values())[
        ::-1
    ]


def _listed(text: str) -> list[str]:
    return [t for t in re.split(r"\s*[;|]\s*" if ";" in text else r"\s*[,，、|]\s*", text) if t]


def _json_ld(document: Document, member: str, limit: int) -> list[Witness]:
    value = document.resolved(document.article.get(member))
    return [witness(stated(jsonld.text(value), limit), f"json-ld:{member}")]


def _metas(document: Document, names: Sequence[str], limit: int) -> list[Witness]:
    return [witness(stated(value, limit), f"meta:{name}") for name, value in document.meta(*names)]
