"""The number by which a publisher knows an article, as it stands in the path of its URL.

Many sites build an address from this number and the headline, and answer by the number alone. When the
headline changes, so does the address, often without a redirect.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING
from urllib.parse import unquote, urlsplit

from newscrawl.urls import bare_host

if TYPE_CHECKING:
    from collections.abc import Iterator

#: A run of digits, or of letters and digits, between two separators.
_TOKEN = re.compile(r"(?<![^\W_])[^\W_]+(?![^\W_])")
#: Digits that an id of digits has at least, and characters and digits of one with letters.
MIN_DIGITS, MIN_MIXED, MIN_DIGITS_OF_MIXED = 5, 8, 3
#: A date: year and month, or year, month and day.
_DATE = re.compile(r"(?:19|20)\d\d(?:0[1-9]|1[0-2])(?:[0-2]\d|3[01])?")
_WORDS = re.compile(r"[^\W\d_]+")
#: Characters of a headline in a script without spaces, at least.
MIN_UNSPACED = 4


def publisher_id(url: str) -> str | None:
    """Host and id, the last one in the path; None where the path has none. Dates and years are no ids."""
    path = unquote(urlsplit(url).path)
    found = [token for token in _TOKEN.findall(path) if _is_id(token)]
    return f"{bare_host(url)}/{found[-1].lower()}" if found else None


def follows_headline(old: str, new: str) -> bool:
    """Whether two URLs have one id and differ in one part of the path alone, which has words in both."""
    id_ = publisher_id(old)
    if id_ is None or id_ != publisher_id(new) or urlsplit(old).query != urlsplit(new).query:
        return False
    token = id_.rpartition("/")[2]
    a, b = (list(_parts(url, token)) for url in (old, new))
    differing = [pair for pair in zip(a, b, strict=False) if pair[0] != pair[1]]
    return len(a) == len(b) and len(differing) == 1 and all(map(_is_headline, differing[0]))


def _is_id(token: str) -> bool:
    if not token.isascii():
        return False
    if token.isdigit():
        return len(token) >= MIN_DIGITS and _DATE.fullmatch(token) is None
    digits = sum(map(str.isdigit, token))
    return len(token) >= MIN_MIXED and digits >= MIN_DIGITS_OF_MIXED


def _parts(url: str, token: str) -> Iterator[str]:
    for part in unquote(urlsplit(url).path).lower().strip("/").split("/"):
        yield part.replace(token, "", 1)


def _is_headline(part: str) -> bool:
    words = _WORDS.findall(part)
    return len(words) >= 2 or any(len(w) >= MIN_UNSPACED and not w.isascii() for w in words)
