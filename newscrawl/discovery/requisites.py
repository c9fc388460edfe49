"""What does a page need to look as it did? Addresses of style sheets, fonts, pictures, scripts and frames.

They are told from its markup and its style sheets alone. What a script would ask for is not among them.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache
from itertools import chain, islice
from typing import TYPE_CHECKING

from newscrawl.causes import REQUISITE_KINDS
from newscrawl.discovery.css_addresses import css_addresses
from newscrawl.discovery.html_tree import base_of, tree_of
from newscrawl.urls import fetchable

if TYPE_CHECKING:
    from collections.abc import Iterator

    from lxml import etree

    from newscrawl.causes import RequisiteKind, RequisiteLevel

_OF_LEVEL: dict[RequisiteLevel, frozenset[RequisiteKind]] = {
    "look": frozenset({"style", "font", "image", "icon"}),
    "all": frozenset(REQUISITE_KINDS),
}

#: Elements of one page that are looked at.
MAX_ELEMENTS = 200_000
#: Characters of one `srcset` or `data-` attribute that are read.
MAX_ATTRIBUTE_LENGTH = 8_000
#: The width (CSS pixels) for which a picture outside of the article is chosen from its candidates.
SCREEN_WIDTH = 1280.0

_CANDIDATE = re.compile(r"[\s,]*(\S+)([^,(]*(?:\([^)]*\)[^,(]*)*)")
_LAZY_NAME = re.compile(
    r"data-[a-z-]*(?:src|srcset|original|bg|background|image|img|poster|lazy|url|hi-?res|full|large)[a-z0-9-]*"
)
_PICTURE = re.compile(
    r"\.(?:jpe?g|png|gif|webp|avif|svg|ico)(?:$|[?#&])|/(?:images?|img|media|photos?|uploads?|picture)s?/"
    r"|[?&](?:w|width|h|height|quality|format|fit|crop|resize)=",
    re.IGNORECASE,
)
_DESCRIBED = re.compile(r"\s\d+(?:\.\d+)?[wx]\s*(?:,|$)")
_ICONS = frozenset({"icon", "apple-touch-icon", "apple-touch-icon-precomposed", "mask-icon"})
_PRELOADED: dict[str, RequisiteKind] = {
    "style": "style", "font": "font", "image": "image", "script": "script", "worker": "script",
}  # fmt: skip
_HREF = "{http://www.w3.org/1999/xlink}href"
_SHOWN = frozenset({"img", "amp-img", "image", "use", "amp-anim"})
_FRAMES = frozenset({"iframe", "frame", "embed", "amp-iframe", "object"})
_STORY = frozenset({"article", "main"})
#: The elements that may name something by what they are, at each level.
_NAMING: dict[RequisiteLevel, frozenset[str]] = {
    "look": _SHOWN | {"link", "style", "input", "source", "noscript"},
    "all": _SHOWN | _FRAMES | {"link", "style", "input", "source", "noscript", "script"},
}
#: Attributes by which any element may do so, beside those that scripts of lazy pictures read.
_ATTRIBUTES = frozenset({"style", "poster", "background"})
_MARKUP = re.compile(r"<\s*(?:img|source|picture|link|iframe)\b", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Requisite:
    """An address that a page or a style sheet needs, and for what."""

    url: str
    kind: RequisiteKind


def requisites_of_page(text: str, *, url: str, level: RequisiteLevel) -> tuple[Requisite, ...]:
    """What the HTML page at `url` needs: style sheets first, the pictures of its article before others."""
    root = tree_of(text)
    return requisites_of_tree(root, url=url, level=level) if root is not None else ()


def requisites_of_tree(
    root: etree._Element, *, url: str, level: RequisiteLevel
) -> tuple[Requisite, ...]:
    """As `requisites_of_page`, of a page that has been parsed; the tree is not changed."""
    wanted, targets = _OF_LEVEL[level], _Targets(base_of(root, url))
    found: dict[tuple[str, RequisiteKind], int] = {}
    for kind, address, in_story in _of_tree(root, level):
        if kind in wanted and (target := targets.of(address)):
            rank = 2 * REQUISITE_KINDS.index(kind) + (not in_story)
            at = (target, kind)
            found[at] = min(rank, found.get(at, rank))
    ordered = sorted(found, key=found.__getitem__)  # stable: the page's order among equals
    return _unique(Requisite(target, kind) for target, kind in ordered)


def requisites_of_style(text: str, *, url: str) -> tuple[Requisite, ...]:
    """What the style sheet at `url` needs."""
    targets = _Targets(url)
    found = (
        Requisite(target, kind)
        for kind, address in css_addresses(text)
        if (target := targets.of(address))
    )
    return _unique(sorted(found, key=lambda each: REQUISITE_KINDS.index(each.kind)))


def candidates(srcset: str) -> list[tuple[str, float, str]]:
    """Address, number and unit (`w` or `x`) of each candidate of a `srcset` (HTML, 4.8.4.2.1)."""
    found, text, at = [], srcset[:MAX_ATTRIBUTE_LENGTH], 0
    while match := _CANDIDATE.match(text, at):
        at = match.end()
        address, descriptors = match[1], match[2]
        if address.endswith(","):
            address, descriptors, at = address.rstrip(","), "", match.end(1)
        number, unit = 1.0, "x"
        for word in descriptors.split():
            if word[-1:] in ("w", "x") and re.fullmatch(r"\d{1,9}(\.\d{1,9})?", word[:-1]):
                number, unit = float(word[:-1]), word[-1]
        if address:
            found.append((address, number, unit))
    return found


def _unique(found: Iterator[Requisite] | list[Requisite]) -> tuple[Requisite, ...]:
    """The first one of each address."""
    by_url: dict[str, Requisite] = {}
    for each in found:
        by_url.setdefault(each.url, each)
    return tuple(by_url.values())


class _Targets:
    """The URLs that the addresses of one page mean. Most of them need no more than to be put together."""

    def __init__(self, base: str) -> None:
        self._base, (scheme, _, rest) = base, base.partition("//")
        self._scheme, self._origin = scheme, f"{scheme}//{rest.partition('/')[0]}"
        self._known: dict[str, str | None] = {}

    def of(self, address: str) -> str | None:
        """The URL as it is requested; None for what is none."""
        if address not in self._known:
            self._known[address] = self._of(address.strip())
        return self._known[address]

    def _of(self, address: str) -> str | None:
        if not address or address.startswith(("#", "data:", "blob:", "javascript:")):
            return None
        whole = address
        if address.startswith("//"):
            whole = self._scheme + address
        elif address.startswith("/"):
            whole = self._origin + address
        if whole is not address and "/." not in whole:
            return fetchable(whole)
        return fetchable(address, self._base)


def _of_tree(
    root: etree._Element, level: RequisiteLevel
) -> Iterator[tuple[RequisiteKind, str, bool]]:
    """Kind, address as it stands there, and whether it stands in the article."""
    has_story = next(root.iter(*_STORY), None) is not None
    for element in islice(_naming(root, _NAMING[level]), MAX_ELEMENTS):
        in_story = not has_story or next(element.iterancestors(*_STORY), None) is not None
        for kind, address in _of_element(element, in_story=in_story):
            yield kind, address, in_story
        if element.tag == "noscript":
            for kind, address in _of_noscript(element, level):
                yield kind, address, in_story


def _naming(root: etree._Element, tags: frozenset[str]) -> Iterator[etree._Element]:
    """The elements that may name something, in the page's order."""
    # What stands behind `</html>` is a tree of its own.
    for element in chain.from_iterable(each.iter("*") for each in (root, *root.itersiblings())):
        if element.tag in tags:
            yield element
            continue
        for name in element.keys():  # noqa: SIM118 - an element is no dict
            if name in _ATTRIBUTES or _is_lazy(name):
                yield element
                break


@lru_cache(4096)
def _is_lazy(name: str) -> bool:
    """Whether an attribute of this name may hold the address of a picture that is loaded late."""
    return name.startswith("data-") and _LAZY_NAME.fullmatch(name) is not None


def _of_noscript(
    element: etree._Element, level: RequisiteLevel
) -> Iterator[tuple[RequisiteKind, str]]:
    """What stands in a `noscript` of the head, whose content the parser leaves as text."""
    text = element.text or ""
    part = tree_of(text) if len(element) == 0 and _MARKUP.search(text) else None
    if part is not None:
        yield from ((kind, address) for kind, address, _ in _of_tree(part, level))


def _of_element(element: etree._Element, *, in_story: bool) -> Iterator[tuple[RequisiteKind, str]]:
    tag = element.tag
    if tag == "link":
        yield from _of_link(element)
    elif tag == "style":
        yield from css_addresses(element.text or "")
    elif tag in _SHOWN or (tag == "input" and (element.get("type") or "").lower() == "image"):
        yield from _of_picture(element, in_story=in_story)
    elif tag == "source":
        parent = element.getparent()
        if parent is None or parent.tag not in ("video", "audio"):
            yield from _of_picture(element, in_story=in_story)
    elif tag == "script" and (address := element.get("src")):
        yield "script", address
    elif tag in _FRAMES and (address := element.get("data" if tag == "object" else "src")):
        yield "frame", address
    for name in ("poster", "background"):
        if address := element.get(name):
            yield "image", address
    if style := element.get("style"):
        yield from css_addresses(style)
    yield from _of_lazy(element, in_story=in_story)


def _of_link(element: etree._Element) -> Iterator[tuple[RequisiteKind, str]]:
    rel = set((element.get("rel") or "").lower().split())
    if address := element.get("href"):
        if "stylesheet" in rel:
            yield "style", address
        elif rel & _ICONS:
            yield "icon", address
        elif "modulepreload" in rel:
            yield "script", address
        elif "preload" in rel and (kind := _PRELOADED.get((element.get("as") or "").lower())):
            yield kind, address
    for address, _, _ in candidates(element.get("imagesrcset") or ""):
        yield "image", address


def _of_picture(element: etree._Element, *, in_story: bool) -> Iterator[tuple[RequisiteKind, str]]:
    for name in ("src", "href", _HREF, "xlink:href"):
        if address := element.get(name):
            yield "image", address
    for address in _chosen(element.get("srcset") or "", in_story=in_story):
        yield "image", address


def _chosen(srcset: str, *, in_story: bool) -> Iterator[str]:
    """All candidates of a picture of the article; of another, the one for a screen of usual width."""
    found = candidates(srcset)
    if in_story or len(found) < 2:
        yield from (address for address, _, _ in found)
        return
    wanted = SCREEN_WIDTH if found[0][2] == "w" else 1.0
    large = [each for each in found if each[1] >= wanted]
    yield min(large, key=lambda each: each[1])[0] if large else max(found, key=lambda e: e[1])[0]


def _of_lazy(element: etree._Element, *, in_story: bool) -> Iterator[tuple[RequisiteKind, str]]:
    """Addresses that a script would put into `src` once the picture is scrolled into view."""
    for name, value in element.items():
        if not _is_lazy(name):
            continue
        value = value.strip()[:MAX_ATTRIBUTE_LENGTH]
        if "srcset" in name or _DESCRIBED.search(value):
            yield from (("image", each) for each in _chosen(value, in_story=in_story))
        elif "url(" in value:
            yield from css_addresses(value)
        elif _PICTURE.search(value) and not re.search(r"[\s<>{}]", value):
            yield "image", value
