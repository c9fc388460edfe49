"""Who wrote it: persons, further contributors, and the papers and agencies credited beside them."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from lxml import etree

from newscrawl import urls
from newscrawl.extraction import jsonld
from newscrawl.extraction.document import Document, said
from newscrawl.extraction.names import Name, parse
from newscrawl.extraction.wording import LIMITS, folded, line, stated
from newscrawl.items import Provenance

if TYPE_CHECKING:
    from collections.abc import Iterator


@dataclass(frozen=True, slots=True)
class Byline:
    """The names one place states."""

    names: tuple[Name, ...]
    source: str
    raw: str

    @property
    def persons(self) -> tuple[str, ...]:
        return tuple(n.text for n in self.names if n.person)

    @property
    def bodies(self) -> tuple[str, ...]:
        return tuple(n.text for n in self.names if not n.person)


@dataclass(frozen=True, slots=True)
class Credits:
    """What the record says of its makers, and where each part stood."""

    authors: tuple[str, ...] = ()
    credit: tuple[str, ...] = ()
    provenance: dict[str, Provenance] | None = None


_AUTHOR_METAS = (
    "author",
    "article:author",
    "parsely-author",
    "sailthru.author",
    "dc.creator",
    "dc:creator",
    "dcterms.creator",
    "dcsext.author",
    "cxenseparse:author",
    "byl",
    "og:article:author",
    "og:author",
    "article:author_name",
    "twitter:data1",
)

_BYLINES = etree.XPath(
    """//*[@rel="author" or contains(@itemprop, "author")
    or contains(@class, "author") or contains(@class, "Author") or contains(@class, "byline") or contains(@class, "Byline")
    or contains(@id, "author") or contains(@id, "byline") or contains(@class, "writer") or contains(@class, "autor")
    or contains(@class, "journalist") or contains(@class, "reporter") or contains(@data-testid, "yline")
    or contains(@data-testid, "uthor")][not(self::meta or self::link or self::body or self::html or self::img or self::script)]"""
)
_FOREIGN = re.compile(
    r"comment|related|sidebar|teaser|recommend|footer|caption|figure|image|photo|popular|promo|avatar|newsletter|card|widget"
    r"|quote|bio|profile|more-|next-|trending|outbrain|taboola",
    re.IGNORECASE,
)


def papers(document: Document, publisher: str | None) -> frozenset[str]:
    """The folded names by which the page's own site goes."""
    names = {
        publisher or "",
        *document.metas.get("og:site_name", ()),
        *document.metas.get("application-name", ()),
    }
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


def bylines(document: Document, *, known: frozenset[str], language: str = "") -> Iterator[Byline]:
    """Every place that states an author, best first."""

    def read(raw: str, source: str) -> Byline:
        names = parse(raw, papers=known, language=language)
        return Byline(tuple(names), source, line(raw, LIMITS["raw"]))

    article = document.article
    for member in ("author", "creator"):
        if member in article:
            yield _json_ld(document, article[member], member, known, language)
    for name, value in document.meta(*_AUTHOR_METAS):
        if not value.startswith(("http:", "https:", "/", "@")):
            yield read(value, f"meta:{name}")
    for element, source in _elements(document):
        yield read(line(said(element), 400), source)


def ascribe(found: list[Byline]) -> Credits:
    """The best byline's persons; its bodies, or else another's, are the credit."""
    telling = [b for b in found if b.names]
    persons = next((b for b in telling if b.persons), None)
    bodies = persons if persons and persons.bodies else next((b for b in telling if b.bodies), None)
    provenance: dict[str, Provenance] = {}
    if persons:
        provenance["authors"] = _provenance(persons, [b for b in telling if b.persons], "persons")
    if bodies and (not persons or bodies is persons):
        provenance["credit"] = _provenance(bodies, [b for b in telling if b.bodies], "bodies")
    else:
        bodies = None
    return Credits(
        authors=persons.persons if persons else (),
        credit=bodies.bodies if bodies else (),
        provenance=provenance,
    )


def _provenance(winner: Byline, others: list[Byline], part: str) -> Provenance:
    mine = {folded(n) for n in getattr(winner, part)}
    against: list[dict[str, str]] = []
    for other in others:
        if other is not winner and {folded(n) for n in getattr(other, part)} != mine:
            against.append({"source": other.source, "raw": other.raw})
    return Provenance(winner.source, winner.raw, tuple(against[:8]))


def _json_ld(
    document: Document, value: Any, member: str, known: frozenset[str], language: str
) -> Byline:
    names: list[Name] = []
    raws: list[str] = []
    for one in value if isinstance(value, list) else [value]:
        node = document.resolved(one)
        raw = _named(node)
        if not raw or raw.startswith(("http:", "https:")):
            continue
        raws.append(raw)
        organisation = isinstance(node, dict) and any(
            t.endswith("organization") for t in jsonld.types(node)
        )
        for name in parse(raw, papers=known, language=language):
            names.append(Name(name.text, person=False) if organisation else name)
    distinct = {folded(n.text): n for n in reversed(names)}
    ordered = tuple(n for n in names if distinct.get(folded(n.text)) is n)
    return Byline(ordered, f"json-ld:{member}", line(", ".join(raws), LIMITS["raw"]))


def _named(node: Any) -> str:
    if isinstance(node, dict):
        name = stated(jsonld.text(node.get("name")), 400)
        if not name and (node.get("givenName") or node.get("familyName")):
            parts = (jsonld.text(node.get("givenName")), jsonld.text(node.get("familyName")))
            name = stated(" ".join(parts), 400)
        return name
    return stated(node, 400)


def _elements(document: Document) -> Iterator[tuple[Any, str]]:
    for element in _BYLINES(document.root)[:60]:
        marks = " ".join(
            f"{a.get('class') or ''} {a.get('id') or ''} {a.tag}"
            for a in (element, *_near(element))
        )
        if _FOREIGN.search(marks) or any(
            a.tag in ("aside", "footer", "nav") for a in element.iterancestors()
        ):
            continue
        source = "rel=author" if element.get("rel") == "author" else "byline"
        if "author" in (element.get("itemprop") or ""):
            source = "microdata:author"
        yield element, source


def _near(element: Any) -> list[Any]:
    return [a for a, _ in zip(element.iterancestors(), range(4), strict=False)]
