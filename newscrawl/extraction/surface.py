"""The one walk through a page: its declarations, and the elements that state something."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from functools import lru_cache
from itertools import pairwise
from typing import TYPE_CHECKING, NamedTuple

from newscrawl.extraction.marks import MARKED_ATTRIBUTES, marks_of
from newscrawl.extraction.pruning import TAGS, is_else, is_not_shown, is_unseen, words_of
from newscrawl.extraction.wording import words

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from lxml.html import HtmlElement

    Attributes = Mapping[str, str]

#: Classes with ids that are remembered.
MAX_REMEMBERED = 20_000


@dataclass(slots=True)
class Surface:
    """What one walk through the tree collects, everything in the page's order."""

    metas: dict[str, list[str]] = field(default_factory=dict)
    links: dict[str, list[str]] = field(default_factory=dict)
    items: dict[str, list[HtmlElement]] = field(default_factory=dict)
    scripts: list[str] = field(default_factory=list)
    other_scripts: list[HtmlElement] = field(default_factory=list)
    headings: list[HtmlElement] = field(default_factory=list)
    times: list[HtmlElement] = field(default_factory=list)
    bylines: list[HtmlElement] = field(default_factory=list)
    dated: list[HtmlElement] = field(default_factory=list)
    apart: list[HtmlElement] = field(default_factory=list)
    hidden: list[HtmlElement] = field(default_factory=list)
    marked: list[tuple[HtmlElement, int]] = field(default_factory=list)
    base: str | None = None
    title: str = ""
    breadcrumbs: list[HtmlElement] = field(default_factory=list)
    categories: list[HtmlElement] = field(default_factory=list)
    kickers: list[HtmlElement] = field(default_factory=list)
    standfirsts: list[HtmlElement] = field(default_factory=list)
    figures: list[HtmlElement] = field(default_factory=list)
    home: list[HtmlElement] = field(default_factory=list)
    walled: str = ""
    teasers: int = 0
    elements: int = 0


#: A meta tag that stands there more often is a trap.
_MOST_VALUES = 200
_AUTHOR_PAGE = re.compile(
    r"/(?:authors?|autor(?:es|en)?|auteurs?|autori|journalists?|columnists?|by|byline|redakteure?"
    r"|people|staff|reporters?|writers?|firmas?)/[^/?#]",
    re.IGNORECASE,
)
_MAIN = ("article", "main")
_SILENT = frozenset(words("br img source path use g circle rect polygon option input wbr hr"))
#: Of these the ones that may part two words or lines.
_BREAKS = frozenset(words("br hr wbr option"))
_UNMARKED = frozenset(
    words("html body img script style link meta title base path use g source input")
)


def walk(root: HtmlElement) -> Surface:
    """What the elements of the page state, by their tags, attributes, classes and ids."""
    surface = Surface()
    for element in root.iter():
        tag = element.tag
        surface.elements += 1
        if tag in _SILENT:
            if tag in _BREAKS and (marks := marks_of(dict(element.items()))):
                surface.marked.append((element, marks))
            continue
        attributes = dict(element.items())
        if reader := _DECLARED.get(tag):
            reader(element, attributes, surface)
        if tag in TAGS:
            surface.apart.append(element)
        if attributes and not (_OTHERS.isdisjoint(attributes) and _is_plain(attributes, tag)):
            _read_attributes(element, tag, attributes, surface)
    return surface


def _is_plain(attributes: Attributes, tag: str) -> bool:
    """Whether the class says nothing, of an element without attributes that are looked at otherwise."""
    class_ = attributes.get("class")
    return tag != "a" and (class_ is None or _is_plain_class(class_))


def _read_meta(_: HtmlElement, attributes: Attributes, surface: Surface) -> None:
    value = (attributes.get("content") or attributes.get("value") or "").strip()
    for attribute in ("name", "property", "itemprop", "http-equiv") if value else ():
        if name := attributes.get(attribute):
            values = surface.metas.setdefault(name.strip().lower(), [])
            if len(values) < _MOST_VALUES:
                values.append(value)


def _read_link(_: HtmlElement, attributes: Attributes, surface: Surface) -> None:
    if href := attributes.get("href", "").strip():
        for relation in attributes.get("rel", "").lower().split():
            surface.links.setdefault(relation, []).append(href)


def _read_script(element: HtmlElement, attributes: Attributes, surface: Surface) -> None:
    if "ld+json" in attributes.get("type", "").lower():
        surface.scripts.append(element.text or "")
    elif "src" not in attributes:
        surface.other_scripts.append(element)


def _read_title(element: HtmlElement, _: Attributes, surface: Surface) -> None:
    surface.title = surface.title or (element.text or "").strip()


def _read_base(_: HtmlElement, attributes: Attributes, surface: Surface) -> None:
    surface.base = surface.base or attributes.get("href")


def _read_teaser(element: HtmlElement, _: Attributes, surface: Surface) -> None:
    """A headline that is a link, or stands in one, belongs to another story."""
    parent = element.getparent()
    if element.find(".//a") is not None or (parent is not None and parent.tag == "a"):
        surface.teasers += 1


def _read_insertion(element: HtmlElement, attributes: Attributes, surface: Surface) -> None:
    if "datetime" in attributes:
        surface.times.append(element)


_DECLARED: dict[str, Callable[[HtmlElement, Attributes, Surface], None]] = {
    "meta": _read_meta,
    "link": _read_link,
    "script": _read_script,
    "title": _read_title,
    "base": _read_base,
    "h1": lambda element, _, surface: surface.headings.append(element),
    "h2": _read_teaser,
    "h3": _read_teaser,
    "figure": lambda element, _, surface: surface.figures.append(element),
    "time": lambda element, _, surface: surface.times.append(element),
    "ins": _read_insertion,
}


def _read_attributes(
    element: HtmlElement, tag: str, attributes: Attributes, surface: Surface
) -> None:
    get = attributes.get
    told, is_link = _told(attributes), tag == "a"
    if marks := marks_of(attributes):
        surface.marked.append((element, marks))
    stated = get("itemprop") or ("" if tag == "meta" else get("property", ""))
    for name in stated.lower().split() if stated else ():
        surface.items.setdefault(re.split(r"[:/]", name)[-1], []).append(element)
    if tag in _UNMARKED:
        return
    names = _names_of(told.bits)
    relation = get("rel", "") if is_link else ""
    links = is_link and _AUTHOR_PAGE.search(get("href", ""))
    if "byline" in names or links or relation == "author" or "author" in stated:
        surface.bylines.append(element)
    for name in names:
        if name == "paywall":
            stands_in = (get("class", ""), get("id", ""), get("data-testid", ""))
            surface.walled = surface.walled or " ".join(stands_in).strip()
        elif name != "byline" and (name != "apart" or tag not in _MAIN):
            getattr(surface, name).append(element)
    if relation:
        _read_relation(element, relation, surface)
    if told.is_unseen or is_not_shown(attributes):
        surface.hidden.append(element)


def _read_relation(element: HtmlElement, relation: str, surface: Surface) -> None:
    if "category" in relation.split():
        surface.categories.append(element)
    elif relation == "home":
        surface.home.append(element)


#: What class and id may speak of, and the words by which they do.
_SPOKEN = {
    "byline": words(
        """
        author byline autor writer journalist reporter verfasser auteur submitted contributor redacteur
        skribent forfatter toimittaja muhabir yazar penulis szerzo
        """
    ),
    "dated": ("date", "time", "publish", "posted", "meta", "byline", "datum", "fecha"),
    "breadcrumbs": ("breadcrumb",),
    "standfirsts": words(
        "standfirst subtitle sub-title subheadline sub-headline chapo entradilla article-dek"
    ),
    "kickers": ("kicker", "eyebrow", "overline", "dachzeile"),
    "paywall": ("paywall",),
}


#: Attributes, beside the class, for which an element is looked at.
_OTHERS = frozenset(
    {"id", "data-testid", "itemprop", "property", "rel", "hidden", *MARKED_ATTRIBUTES}
) - {"class"}
# Of words that hold one of these: a typewriter, an authority.
_NO_BYLINE = re.compile(r"typewriter|underwriter|authori[tsz]|autori[dszt]")


class _Told(NamedTuple):
    """What class names or ids say: bits for `_NAMES`, their first and last word, and whether they hide."""

    bits: int
    first: str
    last: str
    is_unseen: bool


_NOTHING = _Told(0, "", "", False)
_NAMES = (*_SPOKEN, "apart")
_APART = 1 << len(_SPOKEN)
_WORDS = [(1 << number, spoken) for number, spoken in enumerate(_SPOKEN.values())]
_ALL_WORDS = tuple({word for _, spoken in _WORDS for word in spoken})


@lru_cache(MAX_REMEMBERED)
def _told_by_name(name: str) -> _Told:
    """Of one class name, or one id. Most names recur on other pages, also of other sites."""
    lower = _NO_BYLINE.sub("", name.lower())
    bits = 0
    if any(map(lower.__contains__, _ALL_WORDS)):
        bits = sum(bit for bit, spoken in _WORDS if any(map(lower.__contains__, spoken)))
    parts = words_of(name)
    if is_else(parts) or is_else(map("-".join, pairwise(parts))):
        bits |= _APART
    return _Told(bits, parts[0], parts[-1], is_unseen(name))


@lru_cache(MAX_REMEMBERED)
def _told_by_class(class_: str) -> _Told:
    return _joined([_told_by_name(name) for name in class_.split(" ")])


@lru_cache(MAX_REMEMBERED)
def _is_plain_class(class_: str) -> bool:
    told = _told_by_class(class_)
    return not (told.bits or told.is_unseen or marks_of({"class": class_}))


def _told(attributes: Attributes) -> _Told:
    """Of class, id and test id together; only a class hides an element."""
    class_ = attributes.get("class")
    told = _told_by_class(class_) if class_ else _NOTHING
    for attribute in ("id", "data-testid"):
        if value := attributes.get(attribute):
            other = _joined([_told_by_name(name) for name in value.split(" ")])
            told = _joined([told, other._replace(is_unseen=False)])
    return told


def _joined(told: Sequence[_Told]) -> _Told:
    if len(told) == 1:
        return told[0]
    bits = 0
    for each in told:
        bits |= each.bits
    if any(is_else((f"{a.last}-{b.first}",)) for a, b in pairwise(told)):
        bits |= _APART
    return _Told(bits, told[0].first, told[-1].last, any(each.is_unseen for each in told))


@lru_cache(2 * _APART)
def _names_of(bits: int) -> tuple[str, ...]:
    return tuple(name for number, name in enumerate(_NAMES) if bits >> number & 1)
