"""What makes a page long and no text of it: scripts, comments, values of attributes, white space.

They are left out before the page is parsed, so that what they hide is read, and a parser's bounds are met.
"""

from __future__ import annotations

import re

from newscrawl.extraction import unclosed

#: Characters up to which all of a page is read.
_LONG_PAGE = 1_000_000
#: Characters that are read of a script, of an article's data (JSON-LD) or a style sheet, and of a value or
#: white space.
_LONG_SCRIPT = 1_000_000
_LONG_DATA = 3_000_000
_LONG_VALUE = 100_000

#: Scripts and styles, and with comments, behind their own tag.
_ELEMENT = re.compile(r"<(script|style)\b([^>]*)>", re.IGNORECASE)
_PART = re.compile(rf"{_ELEMENT.pattern}|<!--", re.IGNORECASE)
_VALUE = re.compile(rf"""=\s*(?:"[^"]{{{_LONG_VALUE},}}"|'[^']{{{_LONG_VALUE},}}')""")
_SPACE = re.compile(rf"\s{{{_LONG_VALUE},}}")


def without_long_parts(text: str) -> str:
    """`text` without the content of what is longer than an article's data and text are."""
    if len(text) <= _LONG_PAGE:
        return text
    kept, at, part = [], 0, _PART
    while found := part.search(text, at):
        if (end := _end(text, found)) is None:
            # No later comment is closed either; to look for the end of each takes quadratic time.
            end, part = found.end(), _ELEMENT
        kept.append(text[at : found.end()])
        if end - found.end() <= _longest(found):
            kept.append(text[found.end() : end])
        at = end
    kept.append(text[at:])
    return _SPACE.sub("\n", _VALUE.sub('=""', "".join(kept)))


def _end(text: str, found: re.Match[str]) -> int | None:
    """Where the content of a part ends; None for a comment that is never closed: see `unclosed`."""
    if found[1] is not None:
        return unclosed.end_of(text, found[1], found.end())
    end = text.find("-->", found.end() - 2)
    return max(end, found.end()) if end >= 0 else None


def _longest(found: re.Match[str]) -> int:
    is_style = (found[1] or "").lower() == "style"
    return _LONG_DATA if is_style or "ld+json" in (found[2] or "").lower() else _LONG_SCRIPT
