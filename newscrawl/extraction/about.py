"""What the page says about itself besides author, time and text: title, paper, section, tags, image, address."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from newscrawl import urls
from newscrawl.extraction import jsonld
from newscrawl.extraction.witness import Witness, choose, witness
from newscrawl.extraction.wording import LIMITS, MOST_TAGS, folded, line, stated

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from newscrawl.extraction.document import Document
    from newscrawl.items import Provenance

_Chosen = tuple[str | None, "Provenance | None"]


def title(document: Document, publisher: str | None, *, announced: Mapping[str, str]) -> _Chosen:
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
    return choose(w for w in found if folded(w.value) not in papers)


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
    if value := announced.get("title"):
        yield witness(stated(value, limit), "announcement")


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


def description(document: Document) -> _Chosen:
    limit = LIMITS["description"]
    found = [
        witness(
            stated(jsonld.text(document.article.get("description")), limit), "json-ld:description"
        )
    ]
    names = (
        "og:description",
        "description",
        "twitter:description",
        "dc.description",
        "dcterms.abstract",
        "sailthru.description",
    )
    found += [
        witness(stated(value, limit), f"meta:{name}") for name, value in document.meta(*names)
    ]
    return choose(found)


def publisher(document: Document) -> _Chosen:
    limit = LIMITS["publisher"]
    node = document.resolved(document.article.get("publisher"))
    found = [witness(stated(jsonld.text(node), limit), "json-ld:publisher")]
    names = (
        "og:site_name",
        "dc.publisher",
        "dcterms.publisher",
        "publisher",
        "application-name",
        "twitter:site_name",
        "copyright",
    )
    found += [
        witness(stated(value, limit), f"meta:{name}") for name, value in document.meta(*names)
    ]
    for other in document.nodes:
        if jsonld.types(other) & {"newsmediaorganization", "website"}:
            found.append(
                witness(stated(jsonld.text(other.get("name")), limit), "json-ld:organization")
            )
    return choose(w for w in found if not w.value.startswith(("http:", "https:", "@")))


def section(document: Document) -> _Chosen:
    limit = LIMITS["section"]
    found = [
        witness(
            stated(jsonld.text(document.article.get("articleSection")), limit),
            "json-ld:articleSection",
        )
    ]
    names = (
        "article:section",
        "og:article:section",
        "parsely-section",
        "section",
        "cxenseparse:category",
        "category",
        "article.section",
    )
    found += [
        witness(stated(value, limit), f"meta:{name}") for name, value in document.meta(*names)
    ]
    for element in document.items.get("articlesection", ())[:1]:
        found.append(
            witness(
                line(element.get("content") or element.text or "", limit),
                "microdata:articleSection",
            )
        )
    return choose(found)


def tags(document: Document) -> tuple[tuple[str, ...], Provenance | None]:
    """The keywords of the first place that states more than one, or of the first that states any."""
    places: list[tuple[str, list[str], str]] = []
    keywords = document.article.get("keywords")
    listed = keywords if isinstance(keywords, list) else [keywords]
    flat = [stated(jsonld.text(k), 4000) for k in listed[:200]]
    places.append(
        ("json-ld:keywords", flat if len(flat) > 1 else _listed("".join(flat)), ", ".join(flat))
    )
    for name in (
        "article:tag",
        "og:article:tag",
        "news_keywords",
        "keywords",
        "parsely-tags",
        "sailthru.tags",
        "dc.subject",
    ):
        values = [stated(v, 4000) for v in document.metas.get(name, ())]
        split = (
            [t for v in values for t in _listed(v)]
            if len(values) == 1 or "tag" not in name
            else values
        )
        places.append((f"meta:{name}", split, ", ".join(values)))
    stated_places = [
        (s, list({folded(t): line(t, LIMITS["tag"]) for t in ts if folded(t)}.values()), r)
        for s, ts, r in places
    ]
    best = next((p for p in stated_places if len(p[1]) > 1), None) or next(
        (p for p in stated_places if p[1]), None
    )
    if best is None:
        return (), None
    _, prov = choose([witness(best[2], best[0])])
    return tuple(best[1][:MOST_TAGS]), prov


def _listed(text: str) -> list[str]:
    return [t.strip() for t in re.split(r"[;|]" if ";" in text else r"[,，、|]", text) if t.strip()]


def image(document: Document) -> _Chosen:
    found: list[tuple[str, str]] = [
        (f"meta:{n}", v)
        for n, v in document.meta("og:image", "og:image:url", "og:image:secure_url")
    ]
    value = document.article.get("image")
    for one in (value if isinstance(value, list) else [value])[:3]:
        node = document.resolved(one)
        address = (
            node.get("url") or node.get("contentUrl") or node.get("@id")
            if isinstance(node, dict)
            else node
        )
        found.append(("json-ld:image", jsonld.text(address)))
    found += [
        (f"meta:{n}", v)
        for n, v in document.meta(
            "twitter:image", "twitter:image:src", "parsely-image-url", "sailthru.image.full"
        )
    ]
    found += [("link:image_src", v) for v in document.links.get("image_src", ())]
    absolute = ((source, raw, document.absolute(raw)) for source, raw in found if raw)
    return choose(
        [witness(url, source, raw) for source, raw, url in absolute if url], alike=urls.key
    )


def canonical_url(document: Document) -> _Chosen:
    """The stated address of this very story; one that leads elsewhere is refused."""
    found = [("link:canonical", v) for v in document.links.get("canonical", ())]
    found += [("meta:og:url", v) for v in document.metas.get("og:url", ())]
    page = document.article.get("mainEntityOfPage")
    addresses = [document.article.get("url"), page.get("@id") if isinstance(page, dict) else page]
    found += [("json-ld:url", jsonld.text(a)) for a in addresses if a]
    accepted = []
    for source, raw in found:
        url = document.absolute(raw)
        if (
            url
            and not urls.is_front(url)
            and (document.url is None or _same_story(url, document.url))
        ):
            accepted.append(witness(url, source, raw))
    return choose(accepted, alike=urls.key)


_VARIANT = re.compile(
    r"^(?:amp|m|mobile|print|mobil|www\d?|touch)$|\.amp$|^amp\.|outputtype=amp", re.IGNORECASE
)


def _same_story(a: str, b: str) -> bool:
    """Whether two addresses of one site share the path but for variants, or the slug, or the number."""
    if not urls.same_site(a, b):
        return False
    mine, other = _steps(a), _steps(b)
    if mine == other:
        return bool(mine)
    if not mine or not other:
        return False
    return mine[-1] == other[-1] or bool(_marks(mine) & _marks(other))


def _steps(url: str) -> list[str]:
    steps = [s for s in urlsplit(url).path.lower().split("/") if s]
    steps = [re.sub(r"\.(?:amp|s?html?|php|aspx?)$", "", s) for s in steps]
    return [s for s in steps if not _VARIANT.search(s) and s not in ("index", "default")]


def _marks(steps: list[str]) -> set[str]:
    """What tells a story apart in its address: long numbers and long slugs."""
    path = "/".join(steps[-3:])
    numbers = set(re.findall(r"\d{5,}", path)) - set(re.findall(r"(?:19|20)\d{6}", path))
    return numbers | {s for s in steps[-2:] if s.count("-") >= 3}
