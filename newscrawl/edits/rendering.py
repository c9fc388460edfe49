"""A difference of two texts as HTML, side by side, and as text with marks."""

from __future__ import annotations

from html import escape
from typing import TYPE_CHECKING

from newscrawl.printable import printable

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from newscrawl.edits.diff import Row, Span, TextDiff

#: What a screen reader says before a mark: not every one announces `del` and `ins`.
_SAID = '<span class="said">{}: </span>'
_NAMES = {
    "equal": "",
    "changed": "",
    "moved-away": "moved from here",
    "moved-here": "moved to here",
}
STYLE = """
del { background: #fdd; text-decoration: line-through }
ins { background: #dfd; text-decoration: underline }
.said { position: absolute; width: 1px; height: 1px; overflow: hidden; clip-path: inset(50%) }
.moved { font-size: .85em; color: #555 }
@media (prefers-color-scheme: dark) {
  del { background: #522 } ins { background: #252 } .moved { color: #aaa }
}
"""


def html_rows(diff: TextDiff, *, context: bool = True) -> Iterator[str]:
    """The rows of a table with two columns, old and new; without `context` only those that differ."""
    for row in diff.rows:
        if context or row.kind != "equal":
            old, new = _cell(row, row.old, "del", "deleted"), _cell(row, row.new, "ins", "inserted")
            yield f"<tr>{old}{new}</tr>\n"


def _cell(row: Row, spans: Sequence[Span], tag: str, said: str) -> str:
    if (row.kind, tag) in (("moved-away", "ins"), ("moved-here", "del")):
        return "<td></td>"
    moved = f'<span class="moved">[{_NAMES[row.kind]}] </span>' if _NAMES[row.kind] else ""
    text = "".join(
        escape(span.text)
        if span.kind == "equal"
        else f"<{tag}>{_SAID.format(said)}{escape(span.text)}</{tag}>"
        for span in spans
    )
    return f'<td dir="auto">{moved}{text}</td>'


def text_lines(
    diff: TextDiff, deleted: Callable[[str], str], inserted: Callable[[str], str]
) -> Iterator[str]:
    """The changed paragraphs as lines; `deleted` and `inserted` mark what only one side has.

    Equal paragraphs between two changes are counted. What could act on a terminal is written out.
    """
    equal = 0
    for row in diff.rows:
        if row.kind == "equal":
            equal += 1
            continue
        if equal:
            yield f"  ... {equal} equal {'paragraph' if equal == 1 else 'paragraphs'}"
            equal = 0
        name = f"[{_NAMES[row.kind]}] " if _NAMES[row.kind] else ""
        if row.kind != "moved-here" and row.old:
            yield f"- {name}{_marked(row.old, deleted)}"
        if row.kind != "moved-away" and row.new:
            yield f"+ {name}{_marked(row.new, inserted)}"
    if equal:
        yield f"  ... {equal} equal {'paragraph' if equal == 1 else 'paragraphs'}"


def _marked(spans: Sequence[Span], mark: Callable[[str], str]) -> str:
    texts = ((span.kind, printable(span.text)) for span in spans)
    return "".join(text if kind == "equal" else mark(text) for kind, text in texts)
