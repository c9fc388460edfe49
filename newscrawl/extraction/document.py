"""The page, parsed and walked once: its declarations, its JSON-LD, and the elements that state something."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from newscrawl import urls
from newscrawl.extraction import jsonld
from newscrawl.extraction.surface import walk
from newscrawl.extraction.tree import said, tree
from newscrawl.extraction.wording import line, untagged

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from lxml.html import HtmlElement

    from newscrawl.extraction.surface import Surface


#: An address that is fetched as it stands: nothing to join, to encode or to leave out.
_PLAIN = re.compile(
    r"https?://(?:(?!xn--)[a-z](?:[a-z0-9-]*[a-z0-9])?\.)+[a-z]{2,6}(?:/[A-Za-z0-9_-]+(?:\.html?)?)+/?"
)


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
    on_tree: Callable[[HtmlElement], None] | None = None,
) -> Document:
    """The page's `Document`. Raises `tree.Unreadable` if there is nothing to read.

    `prepare` is called with the tree before anything is read in it, `on_tree` before anything is changed.
    """
    root = tree(text, deep=deep, on_tree=on_tree)
    if prepare is not None:
        prepare(root)
    surface = walk(root)
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
