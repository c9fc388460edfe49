"""A bar chart as SVG 1.1: text in, text out. Browsers, word processors and Inkscape show it."""

from __future__ import annotations

from html import escape
from typing import TYPE_CHECKING

from newscrawl.printable import printable

if TYPE_CHECKING:
    from collections.abc import Sequence

#: Pixels.
_WIDTH, _ROW, _MARGIN, _HEAD = 900, 22, 12, 40
_LETTER = 7.5
#: Characters of a label; a longer one is cut.
_MAX_LABEL = 48


def bar_chart(title: str, rows: Sequence[tuple[str, int]]) -> str:
    """One bar for each label and number, in the order given."""
    labels = [_cut(printable(label)) for label, _ in rows]
    left = _MARGIN + round(_LETTER * max(map(len, labels), default=0)) + 8
    largest = max((number for _, number in rows), default=1)
    # The number stands behind the bar.
    room = _WIDTH - left - _MARGIN - round(_LETTER * (len(str(largest)) + 1))
    height = _HEAD + _ROW * len(rows) + _MARGIN
    lines = [
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{_WIDTH}" height="{height}"'
        f' viewBox="0 0 {_WIDTH} {height}" font-family="sans-serif" font-size="13">',
        f"<title>{_text(title)}</title>",
        '<rect width="100%" height="100%" fill="white"/>',
        f'<text x="{_MARGIN}" y="26" font-size="16" font-weight="bold">{_text(title)}</text>',
    ]
    for n, (label, (_, number)) in enumerate(zip(labels, rows, strict=True)):
        top, long = _HEAD + _ROW * n, max(1, round(room * number / largest))
        lines += [
            f'<text x="{left - 8}" y="{top + 15}" text-anchor="end">{_text(label)}</text>',
            f'<rect x="{left}" y="{top + 3}" width="{long}" height="{_ROW - 6}" fill="#4472a8"/>',
            f'<text x="{left + long + 5}" y="{top + 15}">{number}</text>',
        ]
    return "\n".join([*lines, "</svg>", ""])


def _cut(label: str) -> str:
    return label if len(label) <= _MAX_LABEL else label[: _MAX_LABEL - 1] + "…"


def _text(text: str) -> str:
    """As XML takes it, which has no room for two characters."""
    return escape(text.replace("\ufffe", " ").replace("\uffff", " "))
