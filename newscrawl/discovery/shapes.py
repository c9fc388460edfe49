"""Which shapes of URL have articles on this host? Learned from what the URLs of each shape ended as.

A shape is a URL with signs in the place of what differs from article to article:

    https://www.paper.example/news/2026/05/12/storm-warning-for-the-estuary-47129.html
                paper.example/news/#/#/#/***-#.html

`#` is a number, an id or a month's name behind a year; `*` is one word, `**` two or three, `***` a
headline of four or more. Names that stand before the last segment stay (`/news/`, `/real-estate/`):
they tell articles from topics. So do the names of the query's parameters, and values that are a word.
"""

from __future__ import annotations

import re
from math import sqrt
from typing import TYPE_CHECKING
from zlib import crc32

from newscrawl.discovery.scoring import parse, words
from newscrawl.urls import bare_host, key

if TYPE_CHECKING:
    from collections.abc import Mapping

#: A shape is one of articles if the share of articles among its URLs is surely not below this one: a link
#: in five may be fetched in vain. Eleven articles in a row are enough.
ARTICLES = 0.8
#: It is not if that share is surely below this one: an article that is passed over may be lost, and a page
#: that is fetched in vain costs a request, once. That takes 52 pages in a row that are none.
NO_ARTICLES = 0.05
#: "Surely": the one-sided bound of 95 % by Wilson, which holds for few URLs, too, and shares near 0 and 1.
_Z = 1.645
#: Of links with a shape of no articles, one in so many is followed all the same: sites change.
_TRIED = 16

#: Segments and parameters beyond these are left out of a shape, so that it stays short.
_WAY_MAX, _QUERY_MAX = 6, 4

_PIECE = re.compile(r"[^\W_]+")
_ID = re.compile(r"(?=.*\d)\w{5,}")
_NAME = re.compile(r"[^\W\d_]{1,24}(?:[-_.][^\W\d_]{1,24})?")
_PARAMETER, _WORD = re.compile(r"[\w.\[\]-]{1,24}", re.ASCII), re.compile(r"[A-Za-z_]{1,24}")
_SUFFIX = re.compile(r"\.[a-z][a-z0-9]{1,5}$", re.IGNORECASE | re.ASCII)
_YEAR = re.compile(r"(?:19|20)\d\d", re.ASCII)
_MONTH = re.compile(r"(?:jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)[a-z]*", re.IGNORECASE)


def shape(url: str) -> str:
    """The shape of a URL, its host before it."""
    _, segments, query = parse(url)
    before = ("", *segments[:_WAY_MAX])
    way = [_way(s, after) for after, s in zip(before, segments[:-1][:_WAY_MAX], strict=False)]
    last = _last(segments[-1]) if segments else ""
    parameters = sorted({_parameter(*each) for each in query})[:_QUERY_MAX]
    return "/".join((bare_host(url), *way, last)) + (
        "?" + "&".join(parameters) if parameters else ""
    )


def judged(counts: Mapping[str, tuple[int, int]]) -> dict[str, bool]:
    """Of shapes with so many articles and other pages: True for those that surely are of articles, False
    for those that surely are not. What is in doubt is left out."""
    verdicts = {shape: verdict(*numbers) for shape, numbers in counts.items()}
    return {shape: sure for shape, sure in verdicts.items() if sure is not None}


def verdict(articles: int, others: int) -> bool | None:
    """Whether a shape with so many articles and other pages is of articles; None if that is in doubt."""
    if not (number := articles + others):
        return None
    square = _Z * _Z
    middle = articles + square / 2
    spread = _Z * sqrt(articles * others / number + square / 4)
    if (middle - spread) / (number + square) >= ARTICLES:
        return True
    return False if (middle + spread) / (number + square) <= NO_ARTICLES else None


def is_tried(url: str) -> bool:
    """Whether this URL is one of the few that are followed though their shape speaks against them."""
    return crc32(key(url).encode("utf-8", "surrogatepass")) % _TRIED == 0


def _way(segment: str, before: str) -> str:
    if _YEAR.fullmatch(before) and _MONTH.fullmatch(segment):
        return "#"
    return segment.lower() if _NAME.fullmatch(segment) else _signs(segment)


def _last(segment: str) -> str:
    suffix = _SUFFIX.search(segment)
    if suffix is None or not suffix.start():
        return _signs(segment)
    return _signs(segment[: suffix.start()]) + suffix[0].lower()


def _signs(segment: str) -> str:
    """An id at the beginning or end counts; numbers inside a headline do not, and short ones nowhere."""
    if segment.isdigit():
        return "#"
    pieces = _PIECE.findall(segment)
    ids = [_ID.fullmatch(piece) is not None for piece in pieces]
    said = " ".join(piece for piece, is_id in zip(pieces, ids, strict=True) if not is_id)
    number = len(words(said))
    if not number:
        return "#" if any(map(str.isdigit, segment)) else "*"
    stars = "*" if number == 1 else "**" if number < 4 else "***"
    return ("#-" if ids[0] else "") + stars + ("-#" if ids[-1] else "")


def _parameter(name: str, value: str) -> str:
    said = name if _PARAMETER.fullmatch(name) else "*"
    if _WORD.fullmatch(value):
        return f"{said}={value}"
    return f"{said}=#" if any(map(str.isdigit, value)) else f"{said}=*"
