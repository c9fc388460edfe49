"""Where the article lives and which picture stands for it, as absolute addresses."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from newscrawl import urls
from newscrawl.extraction import jsonld
from newscrawl.extraction.witness import choose, witness

if TYPE_CHECKING:
    from collections.abc import Iterator

    from newscrawl.extraction.document import Document
    from newscrawl.items import Provenance

_Chosen = tuple[str | None, "Provenance | None"]


def image(document: Document) -> _Chosen:
    """og:image, JSON-LD, other meta tags, microdata, or the first figure's picture."""
    absolute = ((source, raw, document.absolute(raw)) for source, raw in _images(document) if raw)
    return choose(
        [witness(url, source, raw) for source, raw, url in absolute if url], alike=urls.key
    )


def _images(document: Document) -> Iterator[tuple[str, str]]:
    for name, value in document.meta("og:image", "og:image:url", "og:image:secure_url"):
        yield f"meta:{name}", value
    stated = document.article.get("image")
    for one in (stated if isinstance(stated, list) else [stated])[:3]:
        node = document.resolved(one)
        if isinstance(node, dict):
            node = node.get("url") or node.get("contentUrl") or node.get("@id")
        yield "json-ld:image", jsonld.text(node)
    names = ("twitter:image", "twitter:image:src", "parsely-image-url", "sailthru.image.full")
    for name, value in document.meta(*names):
        yield f"meta:{name}", value
    for value in document.links.get("image_src", ()):
        yield "link:image_src", value
    for element in document.items.get("image", ())[:3]:
        yield (
            "microdata:image",
            element.get("content") or element.get("src") or element.get("href") or "",
        )
    for figure in document.surface.figures[:3]:
        picture = figure.find(".//img")
        if picture is not None and any(
            a.tag in ("article", "main") for a in figure.iterancestors()
        ):
            yield "figure", picture.get("src") or picture.get("data-src") or ""


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
