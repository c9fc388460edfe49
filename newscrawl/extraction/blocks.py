"""The text of an article as blocks: paragraphs, sub-headlines, list items, quotations, table rows."""

from __future__ import annotations

import re
from dataclasses import dataclass
from itertools import groupby
from typing import TYPE_CHECKING

from newscrawl.extraction.wording import plain

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

    from lxml.etree import _Element

    Absolute = Callable[[str], str | None]


@dataclass(frozen=True, slots=True)
class Piece:
    """A run of text in one style; `target` is where it links to. A line break is the text alone."""

    text: str
    mark: str = ""
    target: str | None = None


@dataclass(frozen=True, slots=True)
class Block:
    """`kind` is `p`, `heading`, `item`, `quote`, `row` or `code`.

    `linked` is the share of the text that is a link; `pieces` are its runs in one style.
    """

    kind: str
    text: str
    level: int = 0
    linked: float = 0.0
    pieces: tuple[Piece, ...] = ()

    def marked(self, absolute: Absolute) -> str:
        """The text in Markdown; `absolute` makes an address one that can be followed."""
        return _flat("".join(_styled(p, absolute) for p in _joined(self.pieces)))


BREAK = Piece("\n")


def text_of(blocks: Iterable[Block]) -> str:
    """The blocks as plain text, one a line."""
    return "\n".join(b.text for b in blocks)


def markdown_of(blocks: Iterable[Block], *, absolute: Absolute) -> str:
    """The blocks as Markdown; items of one list and rows of one table stand together."""
    out: list[str] = []
    previous = ""
    for block in blocks:
        together = block.kind == previous and block.kind in ("item", "row")
        out.append(("\n" if together else "\n\n") if out else "")
        out.append(_marked(block, absolute))
        if block.kind == "row" and previous != "row":
            out.append("\n|" + " --- |" * sum(p is _CELL_END for p in block.pieces))
        previous = block.kind
    return "".join(out)


def from_pieces(kind: str, pieces: Iterable[Piece], *, level: int = 0) -> Iterator[Block]:
    """A block for each line of `pieces`; paragraphs and quotations alone have several."""
    for is_break, run in groupby(pieces, key=lambda p: p is BREAK):
        if is_break:
            continue
        line = list(run)
        text = _flat("".join(p.text for p in line))
        if not text:
            continue
        linked = sum(len(p.text.strip()) for p in line if p.target is not None) / len(text)
        yield Block(kind, text, level, min(1.0, linked), tuple(line))


def from_trafilatura(body: _Element) -> list[Block]:
    """The blocks of the tree that trafilatura's extraction gives."""
    return list(_blocks(body))


def _marked(block: Block, absolute: Absolute) -> str:
    marked = block.marked(absolute)
    if block.kind == "heading":
        return "#" * block.level + " " + marked
    if block.kind == "item":
        return "- " + marked
    if block.kind == "quote":
        return "> " + marked
    if block.kind == "code":
        return f"```\n{block.text}\n```"
    if block.kind == "row":
        return "| " + marked
    return marked


def _blocks(body: _Element) -> Iterator[Block]:
    if body.text and body.text.strip():
        yield from from_pieces("p", [Piece(body.text)])
    for element in body:
        yield from _block(element)
        if element.tail and element.tail.strip():
            yield from from_pieces("p", [Piece(element.tail)])


def _block(element: _Element) -> Iterator[Block]:
    tag = element.tag
    if tag == "head":
        level = re.sub(r"\D", "", element.get("rend") or "") or "2"
        pieces = _unbroken(_pieces(element))
        yield from from_pieces("heading", pieces, level=min(6, max(2, int(level))))
    elif tag in ("list", "ul", "ol"):
        for item in element.iter("item", "li"):
            if any(a.tag in ("item", "li") and _is_headed(a) for a in item.iterancestors()):
                continue
            if _is_headed(item):
                yield from _blocks(item)
            else:
                yield from from_pieces("item", _unbroken(_pieces(item)))
    elif tag in ("quote", "blockquote"):
        inner = [e for e in element if e.tag in ("p", "quote")]
        for part in inner or [element]:
            yield from from_pieces("quote", _pieces(part))
    elif tag == "table":
        for row in element.iter("row", "tr"):
            yield from _row(row)
    elif tag == "code":
        if text := plain("".join(element.itertext())).strip("\n"):
            yield Block("code", text)
    elif tag in ("graphic", "done"):
        return
    elif any(e.tag in ("p", "list", "quote", "table", "head") for e in element):
        yield from _blocks(element)
    else:
        yield from from_pieces("p", _pieces(element))


def _is_headed(item: _Element) -> bool:
    """Whether a list item is a part of the text with a sub-headline of its own."""
    return item.find(".//head") is not None


def _row(row: _Element) -> Iterator[Block]:
    cells = [list(_unbroken(_pieces(c))) for c in row if c.tag in ("cell", "td", "th")]
    texts = [_flat("".join(p.text for p in cell)) for cell in cells]
    if any(texts):
        runs = [p for cell in cells for p in (*cell, _CELL_END)]
        linked = sum(len(p.text.strip()) for p in runs if p.target is not None)
        share = min(1.0, linked / sum(map(len, texts)))
        yield Block("row", " | ".join(t for t in texts if t), linked=share, pieces=tuple(runs))


_CELL_END = Piece(" | ", "|")
_MARKS = {"#b": "**", "#i": "*", "#t": "`"}
_OWN_LINE = frozenset(("list", "p", "item", "quote", "head"))


def _pieces(element: _Element, mark: str = "", target: str | None = None) -> Iterator[Piece]:
    """The element's runs of text; white space is one space, `lb` and inner blocks are line breaks."""
    if element.text:
        yield Piece(spaced(element.text), mark, target)
    for child in element:
        if child.tag == "lb":
            yield BREAK
        elif child.tag == "ref":
            # An anchor without an address is a place on the page, and no link.
            yield from _pieces(child, mark, child.get("target") or None)
        elif child.tag in _OWN_LINE:
            yield BREAK
            yield from _pieces(child, mark, target)
            yield BREAK
        else:
            own = _MARKS.get(child.get("rend") or "", "") if child.tag == "hi" else ""
            yield from _pieces(child, own or mark, target)
        if child.tail:
            yield Piece(spaced(child.tail), mark, target)


def _unbroken(pieces: Iterable[Piece]) -> Iterator[Piece]:
    for piece in pieces:
        yield Piece(" ") if piece is BREAK else piece


def _joined(line: Iterable[Piece]) -> Iterator[Piece]:
    """Neighbours of one style as one piece."""
    for (mark, target), run in groupby(line, key=lambda p: (p.mark, p.target)):
        yield Piece("".join(p.text for p in run), mark, target)


def _styled(piece: Piece, absolute: Absolute) -> str:
    if piece.mark == "|":
        return piece.text
    text = _escaped(piece.text)
    core = text.strip()
    if not core or not (piece.mark or piece.target):
        return text
    before, after = text[: len(text) - len(text.lstrip())], text[len(text.rstrip()) :]
    if piece.target and (target := absolute(piece.target)):
        core = f"[{core}]({re.sub('[()]', _percent, target)})"
    return f"{before}{piece.mark}{core}{piece.mark}{after}"


def _percent(found: re.Match[str]) -> str:
    return "".join(f"%{b:02X}" for b in found[0].encode())


_SPACES = re.compile(r"\s+")


def spaced(text: str) -> str:
    """`text` with one space for any white space."""
    if text.isprintable() and "  " not in text:
        return text
    return _SPACES.sub(" ", text)


def _flat(text: str) -> str:
    return " ".join(plain(text).split())


def _escaped(text: str) -> str:
    """Markdown's own characters as such."""
    return re.sub(r"([\\`*_\[\]<>#|])", r"\\\1", text)
