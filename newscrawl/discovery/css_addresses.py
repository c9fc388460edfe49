"""Which addresses does a style sheet name? What stands in strings and comments is none.

A scanner of the few tokens that matter (CSS Syntax 3, 4.3). A tokenizer in Python takes longer for the style
sheets of a page than its record takes; the tests hold this one to tinycss2.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Literal

if TYPE_CHECKING:
    from collections.abc import Iterator

#: What an address in a style sheet is for.
CssUse = Literal["style", "font", "image"]

#: Characters of one style sheet that are read.
MAX_CSS_LENGTH = 2_000_000
_RARE_WORDS = ("image-set(", "image(", "src(")
_WORDS = ("@import", *_RARE_WORDS)
#: How data begins that stands in the style sheet itself, and is no address.
_DATA = ("url(data:", "url('data:", 'url("data:')

_STRING = r""""(?:[^"\\\n]|\\.)*+"|'(?:[^'\\\n]|\\.)*+'"""
_BARE = r"""(?:[^"'()\\\s]|\\.)++"""
_GAP = r"(?:\s|/\*.*?\*/)*+"
#: Begins with a set of characters, so that the search passes quickly over what begins no token.
_TOKEN_PATTERN = rf"""
    [/"'@uUsSiI](?i:
      (?<=/)\*.*?(?:\*/|\Z)
    | (?<=["'])(?P<string>(?<=")(?:[^"\\\n]|\\.)*+"|(?<=')(?:[^'\\\n]|\\.)*+')
    | (?<=")(?:[^"\\\n]|\\.)*+ | (?<=')(?:[^'\\\n]|\\.)*+  # broken off by the end of the line
    | (?<=@)(?:
          (?P<face>font-face{_GAP}\{{)
        | namespace[^;{{]*+
        | import{_GAP}(?:(?:url|src)\(\s*+)?(?P<import>{_STRING}|{_BARE})
      )
    | (?<=[us])(?<![\w-].)(?:rl|rc)\(\s*+(?:
          (?P<url>{_STRING}|{_BARE}(?=\s*+(?:\)|\Z)))
        | (?!["'])(?:[^)\\]|\\.)*+  # the remnants of a bad URL (4.3.14)
      )
    | (?<=i)(?<!\w.)mage(?:-set)?(?P<images>\((?:[^()]|\([^()]*+\)){{0,1000}}+\))
    )
    """
_TOKEN = re.compile(_TOKEN_PATTERN, re.DOTALL | re.VERBOSE)
#: For style sheets without `src(` and `image(`, which are most: `s` and `i` are frequent letters.
_TOKEN_OF_MOST = re.compile(_TOKEN_PATTERN.replace("uUsSiI", "uU", 1), re.DOTALL | re.VERBOSE)
_ESCAPE = re.compile(r"\\(?:([0-9a-f]{1,6})\s?|(\n)|(.))", re.IGNORECASE | re.DOTALL)


def css_addresses(text: str) -> Iterator[tuple[CssUse, str]]:
    """Uses and addresses in a style sheet or a `style` attribute, as they stand there, in its order."""
    text = text[:MAX_CSS_LENGTH]
    lowered = text.lower()
    data = sum(map(lowered.count, _DATA))
    if lowered.count("url(") > data or any(word in lowered for word in _WORDS):
        is_usual = not any(word in lowered for word in _RARE_WORDS)
        yield from _addresses(text, _TOKEN_OF_MOST if is_usual else _TOKEN, with_strings=False)


def _addresses(
    text: str, token: re.Pattern[str], *, with_strings: bool
) -> Iterator[tuple[CssUse, str]]:
    """`with_strings`: a string is the address of an image, as in `image-set()`."""
    face_end = 0
    for match in token.finditer(text):
        kind, value = match.lastgroup, match[match.lastgroup or 0]
        if kind == "face":
            face_end = text.find("}", match.end())
            face_end = len(text) if face_end < 0 else face_end
        elif kind == "import":
            yield "style", _value(value)
        elif kind == "url":
            yield ("font" if match.start() < face_end else "image"), _value(value)
        elif kind == "images":
            yield from _addresses(value[1:-1], token, with_strings=True)
        elif kind == "string" and with_strings:
            yield "image", _value(value[-1] + value)


def _value(token: str) -> str:
    """The text of a string or of an unquoted address, without its escapes."""
    text = token[1:-1] if token[0] in "\"'" else token
    return _ESCAPE.sub(_unescaped, text) if "\\" in text else text


def _unescaped(match: re.Match[str]) -> str:
    if match[1] is None:
        return match[3] or ""
    code = int(match[1], 16)
    is_character = 0 < code <= 0x10FFFF and not 0xD800 <= code <= 0xDFFF
    return chr(code) if is_character else "\ufffd"
