"""What a page's own scripts hold of the article, where its markup holds no text: the state of an application.

Such a page carries its data as JSON (`__NEXT_DATA__`, `Fusion.globalContent = {...}`) and builds the text
from it. The object counts that carries the page's title, for others are other stories.
"""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from itertools import islice
from typing import TYPE_CHECKING, Any

from newscrawl.extraction.blocks import Block, Piece, from_pieces
from newscrawl.extraction.wording import folded, line, unescaped

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from lxml.html import HtmlElement

#: A shorter script holds no article.
_SHORTEST = 600
_MOST_CHARACTERS = 5_000_000
_MOST_VALUES = 200
_MOST_NODES = 50_000
_MOST_PARTS = 3000
#: Characters from which on a string or a list is the text and not a teaser.
_TELLING = 400
#: How far above the text its title may stand.
_NEAR = 4
_ASSIGNED = re.compile(r"(?:=|\()\s*(?=[{\[])")
_BLOCK_END = re.compile(r"</(?:p|h\d|li|div|blockquote)>|<br\s*/?>|\n", re.IGNORECASE)
_TAG = re.compile(r"<[^<>]*>")
_TEXT = ("text", "content", "html", "value", "body", "children", "data", "paragraph")
_NO_TEXT = re.compile(
    r"image|video|embed|advert|\bads?\b|related|gallery|social|tweet|newsletter|raw_html|interstitial"
    r"|list_link|correction|caption|promo|oembed|reference|divider",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class _Text:
    """Paragraphs, and how many levels above them the title stands."""

    paragraphs: tuple[str, ...]
    above: int

    @property
    def size(self) -> int:
        return sum(map(len, self.paragraphs))


def read(scripts: Iterable[HtmlElement], *, titles: Sequence[str]) -> list[Block]:
    """The longest text that stands in an object with one of `titles`."""
    told = {f for t in titles if len(f := folded(t)) >= 6}
    found = [
        text
        for script in scripts
        for value in _values(script.text or "")
        for text in _texts(value, told)
    ]
    best = max(found, key=lambda t: (-t.above, t.size), default=None)
    return (
        [] if best is None else [b for p in best.paragraphs for b in from_pieces("p", [Piece(p)])]
    )


def _values(script: str) -> Iterator[Any]:
    """The JSON values that a script is, or that it assigns."""
    if not _SHORTEST <= len(script.strip()) <= _MOST_CHARACTERS:
        return
    decoder = json.JSONDecoder(strict=False)
    at = 0
    for start in islice(_starts(script), _MOST_VALUES):
        if start < at:
            continue
        try:
            value, at = decoder.raw_decode(script, start)
        except (ValueError, RecursionError):
            continue
        if at - start >= _SHORTEST:
            yield value


def _starts(script: str) -> Iterator[int]:
    """Where a script may hold a value: at its beginning, or after what it assigns to."""
    begun = len(script) - len(script.lstrip())
    if script[begun] in "{[":
        yield begun
    else:
        yield from (found.end() for found in _ASSIGNED.finditer(script))


def _texts(value: Any, told: set[str]) -> Iterator[_Text]:
    """Every text in `value` with an object that states the title not far above it."""
    waiting: list[tuple[Any, int]] = [(value, _NEAR + 1)]
    for _ in range(_MOST_NODES):
        if not waiting:
            return
        node, above = waiting.pop()
        if isinstance(node, dict):
            above = 0 if _states(node, told) else above + 1
        members = node.values() if isinstance(node, dict) else node
        for member in members:
            if above <= _NEAR and (paragraphs := _paragraphs(member)):
                yield _Text(paragraphs, above)
            if isinstance(member, dict | list):
                waiting.append((member, above))


def _states(node: dict[str, Any], told: set[str]) -> bool:
    """Whether the object carries the title, itself or in a member of its own."""
    for member in node.values():
        inner = member.values() if isinstance(member, dict) and len(member) <= 12 else (member,)
        if any(isinstance(t, str) and len(t) <= 400 and folded(t) in told for t in inner):
            return True
    return False


def _paragraphs(value: Any) -> tuple[str, ...]:
    """The paragraphs that a string of HTML or a list of parts is; none if it is no text."""
    if isinstance(value, str):
        found = _split(value) if len(value) >= _TELLING and " " in value[:60] + " " else []
    elif isinstance(value, list):
        found = [p for part in value[:_MOST_PARTS] for p in _split(_said(part, 0))]
    else:
        return ()
    size = sum(map(len, found))
    # Running text has sentences; a list of names, addresses or styles has none.
    running = sum(len(p) for p in found if len(p) >= 40 and not p.startswith(("http", "{", "/")))
    return tuple(found) if size >= _TELLING and running >= 0.7 * size else ()


def _split(text: str) -> list[str]:
    parts = (line(_TAG.sub("", unescaped(p)), 20_000) for p in _BLOCK_END.split(text))
    return [p for p in parts if p]


def _said(part: Any, depth: int) -> str:
    """The text of one part of a list: a string, an object with a text, or nested runs of text."""
    if isinstance(part, str):
        return part
    if depth > 6:
        return ""
    if isinstance(part, list):
        return "".join(_said(p, depth + 1) for p in part)
    if not isinstance(part, dict):
        return ""
    kind = part.get("type") or part.get("_type") or part.get("__typename") or part.get("nodeType")
    if isinstance(kind, str) and _NO_TEXT.search(kind):
        return ""
    return next((t for k in _TEXT if k in part and (t := _said(part[k], depth + 1))), "")
