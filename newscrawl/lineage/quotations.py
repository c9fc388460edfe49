"""Where are the quotations of a text?"""

from __future__ import annotations

import re

#: Opening and closing quotation marks.
_MARKS = {"“": "”", "«": "»", "„": "“”", "「": "」", "『": "』", '"': '"', "‹": "›", "»": "«"}
_OPENING = re.compile(f"[{''.join(_MARKS)}]")
#: A quotation that is longer than this number of characters has lost its end.
MAX_QUOTATION = 1_500


def quotations(text: str) -> list[tuple[int, int]]:
    """Begin and end of quotations, in their order; none within another one."""
    out: list[tuple[int, int]] = []
    at = 0
    while mark := _OPENING.search(text, at):
        at = mark.start()
        ends = _MARKS[mark.group()]
        found = [n for e in ends if (n := text.find(e, at + 1, at + MAX_QUOTATION)) > 0]
        if found:
            out.append((at, min(found)))
            at = min(found)
        at += 1
    return out
