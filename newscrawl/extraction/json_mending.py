"""JSON as people write it by hand and templates fill it, with the known faults mended.

Comments, CDATA marks, trailing commas, control characters, a closing semicolon, several objects in one
block, character references for quotation marks, quotation marks inside a string, a missing comma between
two members, `undefined` and `NaN`, text that is cut off.
"""

from __future__ import annotations

import html
import json
import re
from typing import Any

# What is never closed goes to the end, so that it is looked at but once.
_STRING = r'"(?:[^"\\]|\\.)*+(?:"|\\?\Z)'
_STRINGS_AND_COMMENTS = re.compile(_STRING + r"|/\*(?:.*?\*/|.*\Z)|//[^\n]*|<!--|-->", re.DOTALL)
_TRAILING_COMMA = re.compile(f"({_STRING})" + r"|,(?=\s*[}\]])|(?<=[,\[{])\s*,", re.DOTALL)
_NO_VALUE = re.compile(
    f"({_STRING})" + r"|(?<=[:,\[])(\s*)(?:undefined|NaN|-?Infinity)\b", re.DOTALL
)
_START = re.compile(r"[\[{]")
_MOST_VALUES = 50
_MOST_CHARACTERS = 500_000
# What may follow the quotation mark that ends a string, and one that ends a member's name.
_ENDS = re.compile(
    r'\s*(?:[}\]](?=\s*(?:[,}\]]|\Z))|:\s*["{\[\dtfn-]|,\s*(?:"|[{\[\d-]|(?:true|false|null)\b|[}\]])|\Z)'
)
_NEXT_MEMBER = re.compile(r'\s*\n\s*"[^"\n]{1,60}"\s*:')
_PLAIN = re.compile(r'[^"\\]*')


def mended(block: str) -> list[Any]:
    """The values of a block that is no JSON; none if not even its beginning can be read."""
    if (
        block.lstrip()[:20]
        .replace(" ", "")
        .startswith(("{&quot;", "[{&quot;", "{&#34;", "[{&#34;"))
    ):
        block = html.unescape(block)
    values, whole = _values(_repaired(block))
    if whole or len(block) > _MOST_CHARACTERS:
        return values
    quoted, whole = _values(_repaired(_requoted(block)))
    return quoted if whole or len(quoted) > len(values) else values


def _repaired(block: str) -> str:
    block = re.sub(r"^\s*(?://)?\s*<!\[CDATA\[|(?://)?\s*\]\]>\s*$", "", block)
    block = _STRINGS_AND_COMMENTS.sub(lambda m: m[0] if m[0][0] == '"' else "", block)
    block = _TRAILING_COMMA.sub(lambda m: m[1] or "", block)
    block = _NO_VALUE.sub(lambda m: m[1] or f"{m[2]}null", block)
    return re.sub(r'\\(?!["\\/bfnrtu])', r"\\\\", block)


def _values(block: str) -> tuple[list[Any], bool]:
    """What can be read, and whether that is all there is."""
    decoder = json.JSONDecoder(strict=False)
    out: list[Any] = []
    at = 0
    while (start := _START.search(block, at)) is not None and len(out) < _MOST_VALUES:
        try:
            value, at = decoder.raw_decode(block, start.start())
        except (ValueError, RecursionError):
            return out, False
        out.append(value)
    return out, bool(out)


def _requoted(block: str) -> str:
    """The block with quotation marks inside strings escaped, and commas between members on two lines."""
    out: list[str] = []
    at = 0
    inside = False
    while at < len(block):
        run = _PLAIN.match(block, at)
        if run and run.end() > at:
            out.append(run[0])
            at = run.end()
            continue
        if block[at] == "\\":
            out.append(block[at : at + 2])
            at += 2
            continue
        at += 1
        if not inside:
            inside = True
            out.append('"')
        elif _ENDS.match(block, at):
            inside = False
            out.append('"')
        elif _NEXT_MEMBER.match(block, at):
            inside = False
            out.append('",')
        else:
            out.append('\\"')
    return "".join(out)
