"""How differences look as one HTML page that needs nothing else."""

from __future__ import annotations

import json
from html import escape
from typing import TYPE_CHECKING, Any

from newscrawl.edits.diff import diff
from newscrawl.edits.rendering import STYLE, html_rows

if TYPE_CHECKING:
    from collections.abc import Iterator

    from newscrawl.replay.comparison import Difference
    from newscrawl.replay.field_diff import Tally

_HEAD = f"""<!doctype html>
<html lang="en"><head><meta charset="utf-8"><title>Records that differ</title>
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'">
<style>
body {{ font: 15px/1.5 sans-serif; margin: 2em auto; max-width: 80em; padding: 0 1em }}
table {{ border-collapse: collapse; width: 100% }}
th, td {{ padding: .3em .6em; text-align: left; vertical-align: top }}
tr {{ border-bottom: 1px solid #ccc }}
.number {{ text-align: right }} .sides {{ table-layout: fixed }}
.sides td {{ white-space: pre-wrap; overflow-wrap: anywhere }}
{STYLE}</style></head><body>
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
    found = diff(_text(each.kept), _text(each.made))
    cut = "" if found.is_complete else "<p>Too long: some paragraphs are compared as wholes.</p>\n"
    return (
        f"<p>{escape(each.url)}<br>{escape(each.where)}</p>\n"
        '<table class="sides"><tr><th>Old<th>New</tr>\n'
        f"{''.join(html_rows(found))}</table>\n{cut}"
    )


def _text(value: Any) -> str:
    if value is None:
        return ""
    return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False, indent=1)
