"""How differences look as one HTML page that needs nothing else."""

from __future__ import annotations

import difflib
import json
import re
from html import escape
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterator

    from newscrawl.replay.comparison import Difference
    from newscrawl.replay.field_diff import Tally

#: Words of a text that are compared one by one; what comes after is split off.
_WORDS = 3000
_HEAD = """<!doctype html>
<html lang="en"><head><meta charset="utf-8"><title>Records that differ</title>
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'">
<style>
body { font: 15px/1.5 sans-serif; margin: 2em auto; max-width: 80em; padding: 0 1em }
table { border-collapse: collapse; width: 100% }
th, td { padding: .3em .6em; text-align: left; vertical-align: top }
tr { border-bottom: 1px solid #ccc }
pre { white-space: pre-wrap; overflow-wrap: anywhere; margin: 0 }
.number { text-align: right } .sides { table-layout: fixed }
del { background: #fdd; text-decoration: none }
ins { background: #dfd; text-decoration: none }
</style></head><body>
"""


def page(tallies: list[Tally], *, number: int, differ: int) -> Iterator[str]:
    """The page, piece by piece: the counts, then each example with its two sides."""
    yield _HEAD
    yield f"<h1>{differ} of {number} records differ</h1>\n"
    yield "<table><tr><th>Source<th>Field<th>New<th>Lost<th>Changed</tr>\n"
    for n, tally in enumerate(tallies):
        numbers = "".join(
            f'<td class="number">{each}' for each in (tally.new, tally.lost, tally.changed)
        )
        named = f'<td>{escape(tally.source)}<td><a href="#t{n}">{escape(tally.field)}</a>'
        yield f"<tr>{named}{numbers}</tr>\n"
    yield "</table>\n"
    for n, tally in enumerate(tallies):
        yield f'<h2 id="t{n}">{escape(tally.source)}: {escape(tally.field)}</h2>\n'
        for example in tally.examples:
            yield _example(example)
    yield "</body></html>\n"


def _example(each: Difference) -> str:
    old, new = _sides(_text(each.kept), _text(each.made))
    return (
        f"<p>{escape(each.url)}<br>{escape(each.where)}</p>\n"
        '<table class="sides"><tr><th>Old<th>New</tr>\n'
        f"<tr><td><pre>{old}</pre><td><pre>{new}</pre></tr></table>\n"
    )


def _text(value: Any) -> str:
    if value is None:
        return ""
    return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False, indent=1)


def _sides(old: str, new: str) -> tuple[str, str]:
    """Both texts as HTML, with what only one has marked."""
    a, b = (re.findall(r"\s+|\S+", text)[:_WORDS] for text in (old, new))
    left, right = [], []
    for kind, a0, a1, b0, b1 in difflib.SequenceMatcher(None, a, b, autojunk=True).get_opcodes():
        was, now = escape("".join(a[a0:a1])), escape("".join(b[b0:b1]))
        left.append(was if kind == "equal" or not was else f"<del>{was}</del>")
        right.append(now if kind == "equal" or not now else f"<ins>{now}</ins>")
    return "".join(left), "".join(right)
