"""The page, parsed once: its tree, its declarations and its JSON-LD, for every reader of this room."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from lxml import etree
from lxml.html import HTMLParser, document_fromstring

from newscrawl import urls
from newscrawl.extraction import jsonld
from newscrawl.extraction.wording import line, untagged

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from lxml.html import HtmlElement

#: Longest page that is parsed; the rest of a longer one is not looked at.
MAX_CHARACTERS = 12_000_000

_XML_DECLARATION = re.compile(r"^\s*<\?xml[^>]*\?>")
# What XML forbids; libxml2 would end the text there or refuse it.
_FORBIDDEN = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")

_JSON_LD = etree.XPath('//script[contains(translate(@type, "LDJSON", "ldjson"), "ld+json")]/text()')
_ITEMS = etree.XPath(
    "//*[@itemprop or @property][not(self::meta[@property])][not(ancestor::aside)]"
)
_HEADINGS = etree.XPath("//h1")


@dataclass(frozen=True, slots=True)
class Document:
    """`metas` and `items` (microdata and RDFa) keep every value of a name, in the page's order."""

    root: HtmlElement
    url: str | None
    base: str | None
    html_title: str
    headings: tuple[str, ...]
    metas: Mapping[str, Sequence[str]]
    links: Mapping[str, Sequence[str]]
    items: Mapping[str, Sequence[HtmlElement]]
    nodes: Sequence[jsonld.Node]
    named_nodes: Mapping[str, jsonld.Node]
    article: jsonld.Node

    def meta(self, *names: str) -> list[tuple[str, str]]:
        """(name, content) of the named meta tags, in the order of `names`."""
        return [(name, value) for name in names for value in self.metas.get(name, ())]

    def absolute(self, address: str) -> str | None:
        """`address` as it is fetched, joined to the page's base."""
        address = address.strip()
        return urls.fetchable(address, self.base) if address else None

    def resolved(self, value: Any) -> Any:
        """The JSON-LD node that `{"@id": ...}` stands for, or `value` itself."""
        if isinstance(value, dict) and isinstance(value.get("@id"), str) and "name" not in value:
            return self.named_nodes.get(value["@id"], value)
        return value


class Unreadable(ValueError):
    """The bytes hold no HTML element at all."""


def parse(text: str, *, url: str | None) -> Document:
    """The page's `Document`. Raises Unreadable if there is nothing to read."""
    root = _tree(text)
    metas, links = _declarations(root)
    headings = tuple(t for h in _HEADINGS(root)[:20] if (t := line(said(h), 500)))
    title = root.findtext(".//title") or ""
    nodes = jsonld.nodes(_JSON_LD(root))
    base = _base(root, url)
    told = [*headings, title, *metas.get("og:title", ())]
    own = {urls.key(u) for u in _own_addresses(url, metas, links, base)}
    article = jsonld.article(nodes, names_page=lambda a: _key(a, base) in own, headings=told)
    return Document(
        root=root,
        url=url,
        base=base,
        html_title=line(title, 500),
        headings=headings,
        metas=metas,
        links=links,
        items=_items(root),
        nodes=nodes,
        named_nodes=jsonld.by_id(nodes),
        article=article or {},
    )


_UNREAD = frozenset({"script", "style", "noscript", "svg", "template"})
BLOCKS = frozenset(
    "p div br li ul ol h1 h2 h3 h4 h5 h6 section header article main address td th tr table dd dt dl"
    " figure figcaption blockquote form aside footer nav".split()
)
_APART = BLOCKS | {"a", "time", "button"}


def said(element: HtmlElement, gap: str = " ") -> str:
    """The element's text as a reader sees it, without scripts.

    `gap` stands where one block or link ends, and where two elements meet without a space: they
    are set apart by style alone.
    """
    parts: list[str] = []
    for piece in _pieces(element):
        if piece is None:
            if parts and parts[-1] != gap:
                parts.append(gap)
        else:
            parts.append(piece)
    return "".join(parts)


def _pieces(element: HtmlElement) -> Iterator[str | None]:
    """Texts in reading order; None where a gap is."""
    if element.text:
        yield element.text
    for child in element:
        if not isinstance(child.tag, str) or child.tag in _UNREAD:
            if child.tail:
                yield child.tail
            continue
        apart = child.tag in _APART
        if apart or _meets(child.getprevious(), element, child):
            yield None
        yield from _pieces(child)
        if apart or (child.tail and not child.tail[0].isspace() and child.tail[0].isalnum()):
            yield None
        if child.tail:
            yield child.tail


def _meets(previous: HtmlElement | None, parent: HtmlElement, child: HtmlElement) -> bool:
    """Whether a letter stands right before `child` begins."""
    before = parent.text if previous is None else (previous.tail or "x")
    return bool(before) and before[-1].isalnum()


def _tree(text: str) -> HtmlElement:
    text = _FORBIDDEN.sub("", _XML_DECLARATION.sub("", text[:MAX_CHARACTERS]))
    if not text.strip():
        raise Unreadable("the page is empty")
    parser = HTMLParser(
        collect_ids=False,
        encoding="utf-8",
        remove_comments=True,
        remove_pis=True,
        default_doctype=False,
    )
    try:
        root = document_fromstring(text.encode("utf-8"), parser=parser, ensure_head_body=True)
    except (etree.ParserError, etree.XMLSyntaxError, ValueError, AssertionError) as error:
        raise Unreadable(f"no HTML: {error}") from error
    return root


def _declarations(root: HtmlElement) -> tuple[dict[str, list[str]], dict[str, list[str]]]:
    metas: dict[str, list[str]] = {}
    links: dict[str, list[str]] = {}
    for element in root.iter("meta", "link"):
        if element.tag == "meta":
            value = element.get("content") or element.get("value")
            if value and value.strip():
                for attribute in ("name", "property", "itemprop", "http-equiv"):
                    if name := element.get(attribute):
                        metas.setdefault(name.strip().lower(), []).append(value.strip())
        elif href := element.get("href"):
            for relation in (element.get("rel") or "").lower().split():
                links.setdefault(relation, []).append(href.strip())
    return metas, links


def _items(root: HtmlElement) -> dict[str, list[HtmlElement]]:
    items: dict[str, list[HtmlElement]] = {}
    for element in _ITEMS(root):
        stated = element.get("itemprop") or element.get("property") or ""
        for name in stated.lower().split():
            items.setdefault(re.split(r"[:/]", name)[-1], []).append(element)
    return items


def _base(root: HtmlElement, url: str | None) -> str | None:
    href = next((b.get("href") for b in root.iter("base") if b.get("href")), None)
    return (urls.fetchable(href, url) if href else None) or url


def _own_addresses(
    url: str | None,
    metas: Mapping[str, Sequence[str]],
    links: Mapping[str, Sequence[str]],
    base: str | None,
) -> list[str]:
    stated = [url, *links.get("canonical", ())[:1], *metas.get("og:url", ())[:1]]
    return [u for s in stated if s and (u := urls.fetchable(s, base)) and not urls.is_front(u)]


def _key(address: str, base: str | None) -> str | None:
    address = re.sub(r"#.*", "", untagged(address))
    url = urls.fetchable(address, base)
    return urls.key(url) if url else None
