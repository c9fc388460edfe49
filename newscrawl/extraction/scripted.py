"""What a page's own scripts hold of the article, where its markup holds no text: the state of an application.

Such a page carries its data in a script and builds the text from it; `application_states` knows the dialects.
The object counts that carries the page's title, for others are other stories.
"""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from itertools import repeat
from typing import TYPE_CHECKING, Any

from newscrawl.extraction import application_states
from newscrawl.extraction.blocks import Block, Piece, from_pieces
from newscrawl.extraction.wording import folded, line, unescaped

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from lxml.html import HtmlElement

_MOST_NODES = 50_000
_MOST_PARTS = 3000
#: Characters from which on a string or a list is the text and not a teaser.
_TELLING = 400
#: Characters of a title that a script holds, if it holds the title.
_BEGINNING = 8
#: How far above the text its title may stand.
_NEAR = 4
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
    held = [script.text or "" for script in scripts]
    found = [text for value in application_states.read(held) for text in _texts(value, told)]
    if not found:
        begun = {
            form[:_BEGINNING]
            for t in titles
            if len(t) >= _BEGINNING
            for form in (t, json.dumps(t)[1:-1])
        }
        likely = [s for s in held if any(b in s for b in begun)]
        found = [text for script in likely for text in _texts(_named(script, told), told)]
    best = max(found, key=lambda t: (-t.above, t.size), default=None)
    return (
        [] if best is None else [b for p in best.paragraphs for b in from_pieces("p", [Piece(p)])]
    )


def _named(script: str, told: set[str]) -> dict[str, str]:
    """The strings of a script that carries the title as one of its own, as if they were one object's."""
    if len(script) < application_states.SHORTEST:
        return {}
    found = application_states.strings(script, lambda s: len(s) <= 400 and folded(s) in told)
    return {str(i): text for i, text in enumerate(found)}


def _texts(value: Any, told: set[str]) -> Iterator[_Text]:
    """Every text in `value` with an object that states the title not far above it."""
    waiting: list[tuple[Any, int]] = [(value, _NEAR + 1)]
    for _ in range(_MOST_NODES):
        if not waiting:
            return
        node, above = waiting.pop()
        if isinstance(node, dict):
            stated = _states(node, told)
            above = above + 1 if stated is None else stated
        members = node.values() if isinstance(node, dict) else node
        for member in members:
            near = 0 if _is_headed(member, told) else above
            if near <= _NEAR and (paragraphs := _paragraphs(member)):
                yield _Text(paragraphs, near)
            if isinstance(member, dict | list):
                waiting.append((member, above))


def _is_headed(value: Any, told: set[str]) -> bool:
    """Whether a list of elements has the title for one of its headings."""
    if not isinstance(value, list):
        return False
    return any(
        isinstance(e, dict) and "tag" in e and _states(e, told) is not None for e in value[:30]
    )


def _states(node: dict[str, Any], told: set[str]) -> int | None:
    """0 where the object has the title, 1 where a member of it has (`headlines: {basic}`), else None."""
    if any(map(_is_title, node.values(), repeat(told))):
        return 0
    inner = (m for m in node.values() if isinstance(m, dict) and len(m) <= 12)
    return 1 if any(_is_title(t, told) for m in inner for t in m.values()) else None


def _is_title(value: Any, told: set[str]) -> bool:
    return isinstance(value, str) and len(value) <= 400 and folded(value) in told


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
