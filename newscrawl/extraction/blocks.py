"""The text of an article as blocks: paragraphs, sub-headlines, list items, quotations, table rows."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from newscrawl.extraction.wording import plain

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from lxml.etree import _Element


@dataclass(frozen=True, slots=True)
class Block:
    """`kind` is `p`, `heading`, `item`, `quote`, `row` or `code`; `marked` is the text in Markdown."""

    kind: str
    text: str
    marked: str
    level: int = 0


def text_of(blocks: Iterable[Block]) -> str:
    """The blocks as plain text, a paragraph a line."""
    return "\n".join(b.text for b in blocks)


def markdown_of(blocks: Iterable[Block]) -> str:
    """The blocks as Markdown; items of one list and rows of one table stand together."""
    out: list[str] = []
    previous = ""
    for block in blocks:
        together = block.kind == previous and block.kind in ("item", "row")
        out.append(("\n" if together else "\n\n") if out else "")
        out.append(_marked(block))
        previous = block.kind
    return "".join(out)


def from_trafilatura(body: _Element) -> list[Block]:
    """The blocks of the tree that trafilatura's extraction gives."""
    return [b for b in _blocks(body) if b.text]


def _marked(block: Block) -> str:
    if block.kind == "heading":
        return "#" * block.level + " " + block.marked
    if block.kind == "item":
        return "- " + block.marked
    if block.kind == "quote":
        return "> " + block.marked
    if block.kind == "code":
        return f"```\n{block.text}\n```"
    return block.marked


def _blocks(body: _Element) -> Iterator[Block]:
    if body.text and body.text.strip():
        yield from _paragraphs("p", body.text, body.text)
    for element in body:
        yield from _block(element)
        if element.tail and element.tail.strip():
            yield from _paragraphs("p", element.tail, _escaped(element.tail))


def _block(element: _Element) -> Iterator[Block]:
    tag = element.tag
    if tag == "head":
        level = re.sub(r"\D", "", element.get("rend") or "") or "2"
        yield _one("heading", element, level=min(6, max(2, int(level))))
    elif tag in ("list", "ul", "ol"):
        for item in element.iter("item", "li"):
            yield _one("item", item)
    elif tag in ("quote", "blockquote"):
        inner = [e for e in element if e.tag in ("p", "quote")]
        for part in inner or [element]:
            yield from _paragraphs("quote", *_texts(part))
    elif tag == "table":
        for row in element.iter("row", "tr"):
            cells = [_texts(cell)[0] for cell in row if cell.tag in ("cell", "td", "th")]
            filled = " | ".join(_flat(c) for c in cells if c.strip())
            yield Block("row", filled, "| " + " | ".join(_escaped(_flat(c)) for c in cells) + " |")
    elif tag == "code":
        yield Block("code", plain("".join(element.itertext())).strip("\n"), "")
    elif tag in ("graphic", "done"):
        return
    elif any(e.tag in ("p", "list", "quote", "table", "head") for e in element):
        yield from _blocks(element)
    else:
        yield from _paragraphs("p", *_texts(element))


def _one(kind: str, element: _Element, *, level: int = 0) -> Block:
    text, marked = _texts(element)
    return Block(kind, _flat(text), _flat(marked), level)


def _paragraphs(kind: str, text: str, marked: str) -> Iterator[Block]:
    """A block for each line; a single line break in running text is a break all the same."""
    lines, marks = text.split("\n"), marked.split("\n")
    if len(lines) != len(marks):
        marks = [_escaped(line) for line in lines]
    for line, mark in zip(lines, marks, strict=True):
        yield Block(kind, _flat(line), _flat(mark))


_MARKS = {"#b": "**", "#i": "*", "#u": "", "#t": "`"}


def _texts(element: _Element) -> tuple[str, str]:
    """The element's text, plain and in Markdown; `lb` is a line break, other white space is none."""
    text: list[str] = []
    marked: list[str] = []
    _gather(element, text, marked)
    return "".join(text), "".join(marked)


def _gather(element: _Element, text: list[str], marked: list[str]) -> None:
    mark = _MARKS.get(element.get("rend") or "", "") if element.tag == "hi" else ""
    if element.text:
        inner = _spaced(element.text)
        text.append(inner)
        marked.append(f"{mark}{_escaped(inner)}" if mark and inner.strip() else _escaped(inner))
    for child in element:
        if child.tag == "lb":
            text.append("\n")
            marked.append("\n")
        elif (
            child.tag in ("list", "p", "item") and text and text[-1] and not text[-1][-1].isspace()
        ):
            text.append("\n")
            marked.append("\n")
            _gather(child, text, marked)
        else:
            _gather(child, text, marked)
        if child.tail:
            tail = _spaced(child.tail)
            text.append(tail)
            marked.append(_escaped(tail))
    if mark and element.text and element.text.strip():
        last = marked[-1]
        kept = last.rstrip()
        marked[-1] = f"{kept}{mark}{last[len(kept) :]}"


def _spaced(text: str) -> str:
    return re.sub(r"\s+", " ", text)


def _flat(text: str) -> str:
    return re.sub(r"\s+", " ", plain(text)).strip()


def _escaped(text: str) -> str:
    """Markdown's own characters as such."""
    return re.sub(r"([\\`*_\[\]<>#|])", r"\\\1", text)
