"""The page, parsed and walked once: its declarations, its JSON-LD, and the elements that state something."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from functools import lru_cache
from typing import TYPE_CHECKING, Any

from newscrawl import urls
from newscrawl.extraction import jsonld
from newscrawl.extraction.cascade import marks_of
from newscrawl.extraction.pruning import TAGS, is_hidden, speaks_of_else
from newscrawl.extraction.tree import said, tree
from newscrawl.extraction.wording import line, untagged, words

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from lxml.html import HtmlElement

    Attributes = Mapping[str, str]


#: An address that is fetched as it stands: nothing to join, to encode or to leave out.
_PLAIN = re.compile(
    r"https?://(?:(?!xn--)[a-z](?:[a-z0-9-]*[a-z0-9])?\.)+[a-z]{2,6}(?:/[A-Za-z0-9_-]+(?:\.html?)?)+/?"
)


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


@dataclass(frozen=True, slots=True)
class Document:
    """`metas` and `items` (microdata and RDFa) keep every value of a name, in the page's order."""

    root: HtmlElement
    url: str | None
    base: str | None
    html_title: str
    headings: tuple[str, ...]
    surface: Surface
    nodes: Sequence[jsonld.Node]
    named_nodes: Mapping[str, jsonld.Node]
    article: jsonld.Node

    @property
    def metas(self) -> Mapping[str, Sequence[str]]:
        return self.surface.metas

    @property
    def links(self) -> Mapping[str, Sequence[str]]:
        return self.surface.links

    @property
    def items(self) -> Mapping[str, Sequence[HtmlElement]]:
        return self.surface.items

    def meta(self, *names: str) -> list[tuple[str, str]]:
        """(name, content) of the named meta tags, in the order of `names`."""
        return [(name, value) for name in names for value in self.metas.get(name, ())]

    def absolute(self, address: str) -> str | None:
        """`address` as it is fetched, joined to the page's base."""
        address = address.strip()
        if len(address) < 1000 and _PLAIN.fullmatch(address):
            return address
        return urls.fetchable(address, self.base) if address else None

    def resolved(self, value: Any) -> Any:
        """The JSON-LD node that `{"@id": ...}` stands for, or `value` itself."""
        if isinstance(value, dict) and isinstance(value.get("@id"), str) and "name" not in value:
            return self.named_nodes.get(value["@id"], value)
        return value


def parse(
    text: str,
    *,
    url: str | None,
    deep: bool = True,
    prepare: Callable[[HtmlElement], None] | None = None,
) -> Document:
    """The page's `Document`. Raises `tree.Unreadable` if there is nothing to read.

    `prepare` is called with the tree before anything is read in it.
    """
    root = tree(text, deep=deep)
    if prepare is not None:
        prepare(root)
    surface = _walk(root)
    base = (urls.fetchable(surface.base, url) if surface.base else None) or url
    shown = [h for h in surface.headings[:20] if not _leads_home(h, base)]
    shown = shown or ([] if surface.title else surface.headings[:20])
    headings = tuple(t for h in shown if (t := line(said(h), 500)))
    nodes = jsonld.nodes(surface.scripts)
    told = [*headings, surface.title, *surface.metas.get("og:title", ())]
    own = {urls.key(u) for u in _own_addresses(url, surface, base)}
    article = jsonld.article(nodes, names_page=lambda a: _key(a, base) in own, headings=told)
    return Document(
        root=root,
        url=url,
        base=base,
        html_title=line(surface.title, 500),
        headings=headings,
        surface=surface,
        nodes=nodes,
        named_nodes=jsonld.by_id(nodes),
        article=article or {},
    )


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


def _walk(root: HtmlElement) -> Surface:
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
        if attributes:
            if marks := marks_of(attributes):
                surface.marked.append((element, marks))
            _read_marks(element, tag, attributes, surface)
    return surface


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


def _read_marks(element: HtmlElement, tag: str, attributes: Attributes, surface: Surface) -> None:
    stated = attributes.get("itemprop") or ("" if tag == "meta" else attributes.get("property", ""))
    for name in stated.lower().split() if stated else ():
        surface.items.setdefault(re.split(r"[:/]", name)[-1], []).append(element)
    if tag in _UNMARKED:
        return
    marks = f"{attributes.get('class', '')} {attributes.get('id', '')}"
    if "data-testid" in attributes:
        marks += f" {attributes['data-testid']}"
    said = _marked(marks)
    relation = attributes.get("rel", "") if tag == "a" else ""
    links = tag == "a" and _AUTHOR_PAGE.search(attributes.get("href", ""))
    if "byline" in said or links or relation == "author" or "author" in stated:
        surface.bylines.append(element)
    for name in said:
        if name == "paywall":
            surface.walled = surface.walled or marks.strip()
        elif name != "byline" and (name != "apart" or tag not in _MAIN):
            getattr(surface, name).append(element)
    if relation:
        _read_relation(element, relation, surface)
    if is_hidden(attributes):
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


# Of words that hold one of these: a typewriter, an authority.
_NO_BYLINE = re.compile(r"typewriter|underwriter|authori[tsz]|autori[dszt]")
_ANY = re.compile("|".join(sorted({w for words in _SPOKEN.values() for w in words})))


@lru_cache(maxsize=8192)
def _marked(marks: str) -> tuple[str, ...]:
    """The names in `_SPOKEN` that class and id speak of, and `apart`."""
    lower = _NO_BYLINE.sub("", marks.lower())
    said = (
        [n for n, words in _SPOKEN.items() if any(w in lower for w in words)]
        if _ANY.search(lower)
        else []
    )
    return (*said, "apart") if speaks_of_else(marks) else tuple(said)


def _leads_home(heading: HtmlElement, base: str | None) -> bool:
    """Whether a heading is the paper's name: a link to the front page."""
    link = heading.find(".//a")
    if link is None:
        return False
    address = urls.fetchable(link.get("href") or "", base) if base else None
    return address is not None and urls.is_front(address)


def _own_addresses(url: str | None, surface: Surface, base: str | None) -> list[str]:
    stated = [url, *surface.links.get("canonical", ())[:1], *surface.metas.get("og:url", ())[:1]]
    return [u for s in stated if s and (u := urls.fetchable(s, base)) and not urls.is_front(u)]


def _key(address: str, base: str | None) -> str | None:
    address = re.sub(r"#.*", "", untagged(address))
    url = urls.fetchable(address, base)
    return urls.key(url) if url else None
