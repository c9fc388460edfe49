"""What may be done with the page: can all read it, what kind of piece is it, which rights are stated."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from newscrawl.extraction import jsonld
from newscrawl.extraction.witness import witness
from newscrawl.extraction.wording import LIMITS, MOST_RIGHTS, folded, line, stated, words
from newscrawl.items import Provenance

if TYPE_CHECKING:
    from collections.abc import Mapping

    from newscrawl.extraction.document import Document

_TIERS = words(
    "article:content_tier og:article:content_tier article:isaccessibleforfree isaccessibleforfree"
)
_TRUE = {"true", "yes", "1", "free", "https://schema.org/true", "http://schema.org/true"}
_FALSE = {
    "false",
    "no",
    "0",
    "locked",
    "paid",
    "premium",
    "https://schema.org/false",
    "http://schema.org/false",
}
#: With a paywall in the markup, a text shorter than this is its stub.
_STUB = 1500


def is_accessible(document: Document, text: str) -> tuple[bool | None, Provenance | None]:
    """False where the page says that it is for subscribers, or is the stub of such a page."""
    article = document.article
    places: list[tuple[str, Any]] = [
        ("json-ld:isAccessibleForFree", article.get("isAccessibleForFree"))
    ]
    parts = article.get("hasPart")
    if article.get("isAccessibleForFree") is None:
        places += [
            ("json-ld:hasPart.isAccessibleForFree", part.get("isAccessibleForFree"))
            for part in (parts if isinstance(parts, list) else [parts])[:20]
            if isinstance(part, dict)
        ]
    places += [(f"meta:{name}", value) for name, value in document.meta(*_TIERS)]
    for source, value in places:
        said = str(jsonld.text(value) if not isinstance(value, bool) else value).strip().lower()
        if said in _TRUE | _FALSE:
            return said in _TRUE, Provenance(source, line(said, LIMITS["raw"]))
    if document.surface.walled and len(text) < _STUB:
        note = f"a paywall in the markup and {len(text)} characters of text"
        return False, Provenance("markup", document.surface.walled[:80], note=note)
    return None, None


_KINDS = [
    ("live", ("liveblogposting",)),
    ("opinion", ("opinionnewsarticle", "opinionarticle")),
    ("gallery", ("imagegallery", "mediagallery")),
    ("video", ("videoobject",)),
    ("audio", ("audioobject", "podcastepisode")),
]


_LABELS = [
    (
        "gallery",
        re.compile(
            r"(?:in pictures|pictures|photos|gallery|bildergalerie|fotostrecke|en images"
            r"|en imágenes|galería|fotogallery|写真)\s*[:：|–-]",
            re.IGNORECASE,
        ),
    ),
    ("video", re.compile(r"(?:watch|video|vidéo|vídeo|動画)\s*[:：|–-]", re.IGNORECASE)),
    (
        "live",
        re.compile(
            r"(?:live(?:blog|ticker)?|en direct|en vivo|en directo|diretta)\s*[:：|–-]",
            re.IGNORECASE,
        ),
    ),
    (
        "opinion",
        re.compile(
            r"(?:opinion|comment|editorial|kommentar|meinung|tribune|opinión|commento|opinião)\s*[:：|–-]",
            re.IGNORECASE,
        ),
    ),
]
_OPINION = re.compile(
    r"(?:opinions?|comment(?:ary|isfree)?|editorials?|kommentare?|meinung(?:en)?|tribunes?"
    r"|opinión|opinioni|opinião|社説|社论|사설|мнени[ея])",
    re.IGNORECASE,
)


def kind(
    document: Document, *, title: str | None, section: str | None
) -> tuple[str, Provenance | None]:
    """`live`, `opinion`, `gallery`, `video` or `audio` where the page says so, else `article`."""
    types = jsonld.types(document.article)
    for name, named in _KINDS:
        if types & set(named):
            return name, Provenance("json-ld:@type", line(", ".join(sorted(types)), LIMITS["raw"]))
    if _is_about_a_video(document):
        return "video", Provenance("json-ld:VideoObject", None)
    for name, value in document.meta("og:type", "article:opinion"):
        said = value.lower()
        if name == "og:type" and said.startswith("video"):
            return "video", Provenance("meta:og:type", line(value, LIMITS["raw"]))
        if name == "article:opinion" and said == "true":
            return "opinion", Provenance("meta:article:opinion", said)
    for name, label in _LABELS:
        if title and (found := label.match(title)):
            return name, Provenance("title", found[0])
    if section and _OPINION.fullmatch(section):
        return "opinion", Provenance("section", line(section, LIMITS["raw"]))
    return "article", None


def _is_about_a_video(document: Document) -> bool:
    """Whether a video in JSON-LD, no member of the article, carries the page's headline."""
    told = {folded(h) for h in document.headings}
    return any(
        "videoobject" in jsonld.types(node) and folded(jsonld.text(node.get("name"))) in told
        for node in document.nodes
    )


_RIGHTS = words("robots googlebot googlebot-news tdm-reservation tdm-policy")


def rights(
    document: Document, headers: Mapping[str, str]
) -> tuple[tuple[str, ...], Provenance | None]:
    """What robots meta tags, X-Robots-Tag and the TDM reservation state, as `name: value`."""
    found = [
        witness(f"{name}: {stated(value, LIMITS['rights'])}", f"meta:{name}")
        for name, value in document.meta(*_RIGHTS)
    ]
    lower = {name.lower(): value for name, value in headers.items()}
    found += [
        witness(f"{name}: {value}", f"header:{name}")
        for name in ("x-robots-tag", "tdm-reservation", "tdm-policy")
        if (value := stated(lower.get(name, ""), LIMITS["rights"]))
    ]
    said = tuple(dict.fromkeys(line(w.value, LIMITS["rights"]) for w in found))[:MOST_RIGHTS]
    if not found:
        return (), None
    return said, Provenance(
        ", ".join(dict.fromkeys(w.source for w in found)), line("; ".join(said), LIMITS["raw"])
    )
