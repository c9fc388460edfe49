"""What may stand in a field: clean text of a bounded length.

Text is NFC, on one line where the field is one, without control characters, lone surrogates and
invisible marks that only confuse comparison. `LIMITS` are the documented bounds, in characters.
"""

from __future__ import annotations

import html
import re
import unicodedata

#: The longest value of each field; of a list, the longest member and the most members.
LIMITS = {
    "url": 2083,
    "title": 500,
    "name": 120,
    "description": 2000,
    "publisher": 200,
    "section": 200,
    "tag": 100,
    "rights": 200,
    "time": 40,
    "language": 35,
    "raw": 300,
    "problem": 200,
    "body": 2_000_000,
}
MOST_NAMES = 40
MOST_TAGS = 60
MOST_RIGHTS = 20
MOST_AGAINST = 8

# C0 and C1 controls but tab and newline, soft hyphen, zero-width space, word joiner, BOM, the
# bidirectional overrides, lone surrogates and non-characters. The joiners U+200C and U+200D stay:
# Persian and Indic scripts are spelt with them.
_UNWANTED = re.compile(
    "[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x84\x86-\x9f\xad\u200b\u200e\u200f\u2060-\u2064\ufeff\u202a-\u202e"
    "\u2066-\u2069\ud800-\udfff\ufff9-\ufffb\ufffe\uffff]"
)
_NO_LETTERS = re.compile(r"[\W_]+")
_TAG = re.compile(r"</?[a-zA-Z][^<>]{0,500}>")


def words(text: str) -> tuple[str, ...]:
    """A table of words, written as a text."""
    return tuple(text.split())


def plain(text: str) -> str:
    """`text` in NFC without characters that no reader sees; line breaks stay."""
    if text.isascii():
        return text if text.isprintable() else _UNWANTED.sub("", text)
    return unicodedata.normalize("NFC", _UNWANTED.sub("", text))


def line(text: str, limit: int) -> str:
    """`text` on one line, at most `limit` characters; longer text ends at a word with an ellipsis."""
    text = " ".join(plain(text).split())
    return text if len(text) <= limit else _cut(text, limit)


def unescaped(text: str) -> str:
    """`text` with character references resolved, also those that were escaped twice."""
    for _ in range(2):
        if "&" not in text:
            break
        text = html.unescape(text)
    return text


def untagged(text: str) -> str:
    """`text` without the tags that some put into meta tags and JSON-LD."""
    return _TAG.sub(" ", text) if "<" in text else text


def stated(text: object, limit: int) -> str:
    """What a meta tag or a JSON-LD member says, as one clean line; empty if it is no text."""
    if isinstance(text, bool) or not isinstance(text, str | int | float):
        return ""
    return line(untagged(unescaped(str(text)[: limit * 20])), limit)


def folded(text: str) -> str:
    """What two spellings of one text have in common: letters and digits, case and accents apart."""
    text = text.casefold()
    if not text.isascii():
        text = unicodedata.normalize("NFKD", text)
    return _NO_LETTERS.sub("", text)


def _cut(text: str, limit: int) -> str:
    head = text[: limit - 1]
    at_word = head.rfind(" ", limit // 2)
    return (head[:at_word] if at_word > 0 else head).rstrip() + "…"
