"""The article's own text: which reader's, and without what repeats or surrounds it.

trafilatura reads first, in its fast mode. Where the paragraphs' reader reads another text, it reads
again with its own second opinions (readability, jusText), and that counts. JSON-LD's `articleBody` is
a witness of what was lost: where little of it is held, the paragraphs or it itself are taken. What it
does not hold is cut off at both ends.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from newscrawl.extraction import boilerplate, jsonld, paragraphs, region, scripted
from newscrawl.extraction.blocks import Block, Piece, from_pieces, from_trafilatura, text_of
from newscrawl.extraction.cascade import Reading
from newscrawl.extraction.fragments import EAST
from newscrawl.extraction.pruning import prune
from newscrawl.extraction.wording import LIMITS, folded, line, unescaped

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from lxml.etree import _Element

    from newscrawl.extraction.document import Document

#: The main reader lost the text if it holds less than this share of what another holds.
_LOST = 0.6
#: Where the main reader holds less of the paragraphs' words than this, they read different texts; it
#: may hold much more than they do.
_DOUBT = 0.4
_GREAT_DOUBT = 0.17
#: A Chinese, Japanese or Korean text says in one character what others say in about three.
_DENSE = 3
#: A block that holds this share of another reader's words holds its text.
_HELD_WHOLE = 0.9
#: Characters from which on a text can be told from a teaser.
_TELLING = 400


#: Of a larger page only the paragraphs are read: the main reader's time grows with the square.
_MOST_ELEMENTS = 30_000
#: From so many characters on the densest part of a page may be its text.
_SHORTEST = 120
#: What is cut off at the ends is less than this; else `articleBody` was the beginning alone.
_MOST = 0.65


#: Posts of a live blog that are read.
_MOST_POSTS = 1000


@dataclass(frozen=True, slots=True)
class Body:
    """The blocks, and which reader they come from."""

    blocks: tuple[Block, ...]
    source: str
    note: str | None = None


def read(document: Document, *, titles: Sequence[str], standfirsts: Sequence[str] = ()) -> Body:
    """The text. Read last: what is not the article is taken out of the document's tree for it."""
    root = document.root
    surface = document.surface
    prune(root, apart=surface.apart, hidden=surface.hidden, title=titles[0] if titles else "")
    if document.surface.elements > _MOST_ELEMENTS:
        blocks = paragraphs.read(paragraphs.densest(paragraphs.running_text(root)))
        blocks = boilerplate.without(blocks, titles=titles, standfirsts=standfirsts)
        return Body(tuple(blocks), "paragraphs", f"{document.surface.elements} elements")
    weight = _DENSE if any(map(EAST.search, titles)) else 1
    sizes = paragraphs.running_text(root, weight=weight)
    top = region.confine(root, sizes, titles[0] if titles else "")
    dense = paragraphs.read(top)
    reading = Reading(root, surface.marked)
    main = _blocks(reading.fast())
    if _is_page_in_one(main, dense):
        main = dense
    main = boilerplate.without(main, titles=titles, standfirsts=standfirsts)
    stated = _stated(document)

    def thorough() -> list[Block]:
        blocks = _blocks(reading.thorough())
        return boilerplate.without(blocks, titles=titles, standfirsts=standfirsts)

    if (shown := max(map(_size, (main, dense, stated)))) < _TELLING:
        held = scripted.read(document.surface.other_scripts, titles=titles)
        if _size(held) > 2 * shown:
            held = boilerplate.without(held, titles=titles, standfirsts=standfirsts)
            return Body(tuple(held), "script", f"the markup holds {shown} characters")
    found = _chosen(main, dense, stated, live=bool(_posts(document)), thorough=thorough)
    if found.source == "trafilatura":
        return found
    return replace(
        found,
        blocks=tuple(boilerplate.without(found.blocks, titles=titles, standfirsts=standfirsts)),
    )


def _chosen(
    main: list[Block],
    dense: list[Block],
    stated: list[Block],
    *,
    live: bool,
    thorough: Callable[[], list[Block]],
) -> Body:
    note = None
    source = "json-ld:liveBlogUpdate" if live else "json-ld:articleBody"
    if _held(dense, main) < _DOUBT or _held(main, dense) < _GREAT_DOUBT:
        size, main = _size(main), thorough()
        note = f"read twice: {size} characters at first" if _size(main) != size else None
    if _size(stated) < _TELLING:
        return Body(tuple(main), "trafilatura", note)
    if _held(stated, main) >= _LOST:
        return Body(tuple(_within(main, stated)), "trafilatura", note)
    if _held(stated, dense) >= _LOST:
        return _lost(dense, "paragraphs", _size(main), _size(dense))
    return _lost(stated, source, _size(main), _size(stated))


def _lost(blocks: list[Block], source: str, size: int, other: int) -> Body:
    return Body(tuple(blocks), source, f"trafilatura read {size} of {other} characters")


def _is_page_in_one(main: Sequence[Block], dense: Sequence[Block]) -> bool:
    """Whether all of the page's text was read as one block, for want of a part that looks like a text."""
    if len(main) != 1 or _size(dense) < _SHORTEST:
        return False
    return _size(dense) < len(main[0].text) and _held(dense, main) > _HELD_WHOLE


def _size(blocks: Sequence[Block]) -> int:
    return sum(len(b.text) for b in blocks)


def _held(stated: Sequence[Block], blocks: Sequence[Block]) -> float:
    """The share of the different words of `stated` that `blocks` have."""
    wanted, found = _words(stated), _words(blocks)
    return len(wanted & found) / len(wanted) if wanted else 0.0


def _words(blocks: Sequence[Block]) -> set[str]:
    return {w for b in blocks for w in b.text.split()}


def _within(main: list[Block], stated: Sequence[Block]) -> list[Block]:
    """`main` from the block where `stated` begins to the one where it ends, if both are there."""
    whole = folded(text_of(stated))
    inside = [len(f) >= 20 and f in whole for b in main if (f := folded(b.text)) or True]
    if not any(inside):
        return main
    first, last = inside.index(True), len(inside) - 1 - inside[::-1].index(True)
    ends = whole.endswith(folded(main[last].text)[-30:])
    begins = whole.startswith(folded(main[first].text)[:30])
    within = main[first if begins else 0 : last + 1 if ends else len(main)]
    return within if _size(within) > _MOST * _size(main) else main


def _stated(document: Document) -> list[Block]:
    """JSON-LD's text; the posts of a live blog, each under its time and headline."""
    if posts := _posts(document):
        return posts
    text = jsonld.text(document.article.get("articleBody"))
    if not text:
        return []
    return list(_paragraphs(text))


def _paragraphs(text: str) -> Iterator[Block]:
    text = re.sub(r"</(?:p|h\d|li|div)>|<br\s*/?>", "\n", unescaped(text))
    text = re.sub(r"<[^<>]*>", "", text)
    for row in text.split("\n"):
        yield from from_pieces("p", [Piece(row)])


def _posts(document: Document) -> list[Block]:
    updates = document.article.get("liveBlogUpdate")
    out: list[Block] = []
    for update in (updates if isinstance(updates, list) else [updates])[:_MOST_POSTS]:
        post = document.resolved(update)
        if not isinstance(post, dict) or not (text := jsonld.text(post.get("articleBody"))):
            continue
        told = (jsonld.text(post.get(m)) for m in ("datePublished", "headline"))
        head = line(unescaped(" · ".join(filter(None, told))), LIMITS["title"])
        out += from_pieces("heading", [Piece(head)], level=2)
        out += _paragraphs(text)
    return out


def _blocks(body: _Element | None) -> list[Block]:
    return [] if body is None else from_trafilatura(body)
