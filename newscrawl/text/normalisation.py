"""One form for text that others wrote: NFC, single white space, without what no reader sees.

`plain` keeps line breaks, `line` is one line of a bounded length, `clean` is the last pass over a field of
a record, and `folded` what two spellings of one text have in common.
"""

from __future__ import annotations

import html
import re
import unicodedata

from newscrawl.printable import FORBIDDEN, is_printable

# C0 and C1 controls but tab and newline, soft hyphen, zero-width space, word joiner, BOM, the
# bidirectional overrides, lone surrogates and non-characters. The joiners U+200C and U+200D stay:
# Persian and Indic scripts are spelt with them.
_UNSEEN = re.compile(
    "[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x84\x86-\x9f\xad\u200b\u200e\u200f\u2060-\u2064\ufeff\u202a-\u202e"
    "\u2066-\u2069\ud800-\udfff\ufff9-\ufffb\ufffe\uffff]"
)
_SEPARATORS = re.compile("[\u2028\u2029\x85]")
_NO_LETTERS = re.compile(r"[\W_]+")
#: A longer "tag" is text with a less-than sign.
_TAG = re.compile(r"</?[a-zA-Z][^<>]{0,500}>")
_REFERENCE = re.compile(r"&(?:#\d{1,7}|#[xX][0-9a-fA-F]{1,6}|[a-zA-Z]\w{1,31});")
#: Feeds and meta tags escape once for HTML and once more for XML.
_ESCAPED = 2


def plain(text: str) -> str:
    """`text` in NFC without characters that no reader sees; line breaks stay."""
    if text.isascii():
        return text if text.isprintable() else _UNSEEN.sub("", text)
    return unicodedata.normalize("NFC", _UNSEEN.sub("", text))


def line(text: str, limit: int) -> str:
    """`text` on one line, at most `limit` characters; longer text ends at a word with an ellipsis."""
    text = " ".join(plain(text).split())
    return text if len(text) <= limit else _cut(text, limit)


def clean(text: str, *, one_line: bool) -> str:
    """`text` in NFC without characters that act on a terminal or a file; on one line if asked."""
    text = unicodedata.normalize("NFC", text)
    if not is_printable(text):
        text = FORBIDDEN.sub("", _SEPARATORS.sub("\n", text))
    return " ".join(text.split()) if one_line else text.strip()


def unescaped(text: str) -> str:
    """`text` with character references resolved, also those that were escaped twice."""
    for _ in range(_ESCAPED):
        if "&" not in text:
            break
        text = html.unescape(text)
    return text


def untagged(text: str) -> str:
    """`text` without the tags that some put into meta tags and JSON-LD."""
    return _TAG.sub(" ", text) if "<" in text else text


def unwrapped(text: str) -> str:
    """`text` without whole references and tags, each layer in turn; "AT&T" and "5 < 6" stay."""
    for _ in range(_ESCAPED):
        if _REFERENCE.search(text):
            text = html.unescape(text)
        text = _TAG.sub("", text)
    return text


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
