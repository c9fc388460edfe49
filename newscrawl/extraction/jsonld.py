"""What a page's JSON-LD says: its nodes, in whatever dialect, and the one that is the article.

Broken blocks are mended where the fault is a known one (`json_mending`); of what cannot be mended the plain
members of the article are read.
"""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING, Any

from newscrawl.extraction import json_mending
from newscrawl.extraction.wording import folded

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

Node = dict[str, Any]

#: Nesting followed and nodes read; more is a trap, not a statement.
_DEPTH = 12
_MOST_NODES = 2000
_MOST_CHARACTERS = 3_000_000

_ARTICLE = re.compile(r"(?:article|blogposting|report|review|recipe|posting|column|obituary)$")
_LESS = ("videoobject", "webpage", "itempage", "newsmediaobject", "audioobject", "podcastepisode")
# Members that lead to other stories, never to this one.
_ELSEWHERE = frozenset(
    [
        "itemListElement",
        "hasPart",
        "isPartOf",
        "relatedLink",
        "related",
        "mentions",
        "citation",
        "subjectOf",
        "blogPost",
        "liveBlogUpdate",
        "publisher",
        "author",
        "image",
        "video",
        "comment",
        "breadcrumb",
        "about",
        "review",
    ]
)


def nodes(blocks: Iterable[str]) -> list[Node]:
    """All objects of the blocks in reading order, members of lists and graphs included."""
    out: list[Node] = []
    for block in blocks:
        for value in _parsed(block):
            out.extend(_walk(value, 0))
            if len(out) >= _MOST_NODES:
                return out[:_MOST_NODES]
    return out


def types(node: Node) -> set[str]:
    """The node's types in lower case, without the schema's address."""
    stated = node.get("@type") or node.get("type")
    named = stated if isinstance(stated, list) else [stated]
    return {re.split(r"[/#:]", t)[-1].lower() for t in named if isinstance(t, str)}


def is_article(node: Node) -> bool:
    return any(_ARTICLE.search(t) for t in types(node))


def by_id(known: Iterable[Node]) -> dict[str, Node]:
    """The nodes that others refer to; of two with one `@id`, the one that says more."""
    out: dict[str, Node] = {}
    for node in known:
        name = node.get("@id")
        if isinstance(name, str) and len(node) > len(out.get(name, ())):
            out[name] = node
    return out


def article(known: list[Node], *, names_page: Any, headings: Iterable[str]) -> Node | None:
    """The node that is this page's article, or None.

    `names_page(url)` tells whether an address is the page's own. Of several articles the one that
    names the page or carries its headline is taken, then the one that says most.
    """
    told = {folded(h) for h in headings if h}
    ranked = [
        (_likeness(node, names_page, told), is_article(node), len(node), -i)
        for i, node in enumerate(known)
        if is_article(node) or types(node) & set(_LESS)
    ]
    articles = [r for r in ranked if r[1]]
    if not (best := max(articles or ranked, default=None)):
        return None
    if best[0] == 0 and len(articles) > 3:
        return None  # a list of other stories
    return known[-best[3]]


def text(value: Any) -> str:
    """The first string in a member that may be a string, a list or an object with a value."""
    if isinstance(value, list):
        return next((t for v in value[:50] if (t := text(v))), "")
    if isinstance(value, dict):
        return text(value.get("@value") or value.get("name") or value.get("url") or "")
    if isinstance(value, bool):
        return ""
    return str(value) if isinstance(value, str | int | float) else ""


def _likeness(node: Node, names_page: Any, headings: set[str]) -> int:
    addresses = [node.get("url"), node.get("mainEntityOfPage"), node.get("@id")]
    score = 2 * any(names_page(a) for a in map(_address, addresses) if a)
    headline = folded(text(node.get("headline") or node.get("name")))
    return score + (1 if headline and headline in headings else 0)


def _address(value: Any) -> str:
    if isinstance(value, dict):
        value = value.get("@id") or value.get("url")
    return value if isinstance(value, str) else ""


def _walk(value: Any, depth: int) -> Iterator[Node]:
    if depth > _DEPTH:
        return
    if isinstance(value, list):
        for member in value:
            yield from _walk(member, depth + 1)
    elif isinstance(value, dict):
        yield value
        for name, member in value.items():
            if isinstance(member, dict | list) and name not in _ELSEWHERE:
                yield from _walk(member, depth + 1)


def _parsed(block: str, *, inner: bool = False) -> list[Any]:
    block = block[:_MOST_CHARACTERS].strip()
    if not block:
        return []
    try:
        value = json.loads(block, strict=False)
    except (ValueError, RecursionError):
        return json_mending.mended(block) or _members(block)
    if isinstance(value, str) and value.lstrip()[:1] in ("{", "[") and not inner:
        return _parsed(value, inner=True)
    return [value]


_MEMBER = re.compile(
    r'"(headline|datePublished|dateModified|dateCreated|@type)"\s*:\s*"((?:[^"\\\n]|\\.)*)"'
)


_AUTHOR = re.compile(
    r'"author"\s*:\s*\[?\s*\{\s*(?:"@type"\s*:\s*"(?P<type>\w+)"\s*,\s*)?(?:"(?:@id|url)"\s*:\s*"[^"]*"\s*,\s*)?'
    r'"name"\s*:\s*"(?P<name>[^"\\\n]{2,120})"(?:\s*,\s*"@type"\s*:\s*"(?P<late>\w+)")?'
)


def _members(broken: str) -> list[Any]:
    """Beyond mending: the plain members of the outermost object that can still be told apart."""
    found: Node = {}
    for name, value in _MEMBER.findall(broken[:200_000]):
        try:
            found.setdefault(name, json.loads(f'"{value}"', strict=False))
        except ValueError:
            continue
    if author := _AUTHOR.search(broken[:200_000]):
        found["author"] = {"@type": author["type"] or author["late"] or "", "name": author["name"]}
    return [found] if is_article(found) else []
