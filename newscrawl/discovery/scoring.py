"""How much does a link look like one to an article, by its URL, its place and its text?

Points are added up; at THRESHOLD a link is an article. The URL alone can be enough, and so can a
short slug with a headline. Each weight stands in one place, with what it stands for.
"""

from __future__ import annotations

import re
from functools import lru_cache
from typing import NamedTuple
from urllib.parse import parse_qsl, unquote, urlsplit

from newscrawl.discovery.words import (
    ARTICLE,
    ARTICLE_QUERIES,
    LIST_QUERIES,
    LISTS,
    MACHINERY,
    NOT_ARTICLES,
    NOT_PAGES,
)

THRESHOLD = 3.0
REFUSED = -10.0

# The URL
FULL_DATE = 3.0  # /2026/03/05/, /2026-03-05-, /20260305
MONTH = 1.5  # /2026/03/
LONG_SLUG = 3.0  # five words or more
SLUG = 2.5  # four words
SHORT_SLUG = 2.0  # three words
PAIR = 0.5  # two words
NUMBER = 2.0  # an id of five or six digits
BIG_NUMBER = 2.5  # of seven or more, or a hash
SMALL_NUMBER = 1.0  # three or four digits
ARTICLE_WORD = 1.0  # a segment such as "article" or "nachrichten"
SUFFIX = 0.5  # .html and its kin
DEPTH = 0.5  # behind a section's name
LIST_WORD = -1.5  # somewhere behind "category" or "author"
ONE_WORD = -1.0  # the last segment is a single word, as a section's is

# The place
HEADING = 2.0  # in h1-h6, or with one inside
ARTICLE_ELEMENT = 1.0
MAIN_ELEMENT = 0.5
MARGIN = -2.0  # nav, header, footer, aside

# The text
SENTENCE = 1.5  # eight words or 45 letters
PHRASE = 1.0  # four words or 25 letters
LABEL = -0.5  # one or two short words

_FULL_DATE = re.compile(
    r"(?<!\d)(?:19[9]\d|20\d\d)([/_.-]?)(?:0?[1-9]|1[0-2])\1(?:0[1-9]|[12]\d|3[01]|[1-9](?!\d))(?!\d)"
    r"|(?<!\d)(?:0?[1-9]|[12]\d|3[01])([/-])(?:0?[1-9]|1[0-2])\2(?:20\d\d)(?!\d)"
    r"|/(?:19[9]\d|20\d\d)/(?:jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)[a-z]*/\d{1,2}(?!\d)"
)
_MONTH = re.compile(r"/(?:199\d|20\d\d)[/-]?(?:0[1-9]|1[0-2]|[1-9])/")
_SUFFIX = re.compile(r"\.(?:s?html?|php\d?|aspx?|jsp|cms|ece|story|print|amp)$", re.IGNORECASE)
_WORD = re.compile(r"[^\W\d_]{2,}|[^\W\d_](?=['’])")
_NUMBER = re.compile(r"(?<!\d)\d{5,6}(?!\d)")
_BIG_NUMBER = re.compile(r"(?<!\d)\d{7,}(?!\d)")
_ONLY_DATE = re.compile(r"/(?:199\d|20\d\d)(?:[/-](?:0?[1-9]|1[0-2])(?:[/-]\d{1,2})?)?/?$")
_PAGED = re.compile(r"(?:comment-?)?pages?-?\d+")
_YEAR = re.compile(r"(?<!\d)(?:199\d|20\d\d)(?!\d)")
_UUID = re.compile(r"[0-9a-f]{8}(?:-?[0-9a-f]{4}){3}-?[0-9a-f]{12}", re.IGNORECASE)
_CAPITALS = re.compile(r"(?<!\w)(?=[A-Z]*\d)(?=\d*[A-Z])[A-Z0-9]{16,}(?!\w)")
_ID_NAME = re.compile(r"id\w*|\w*(?:id|nr|no|num)", re.I)
# Ids that choose a list, a person or a visit.
_LIST_ID = re.compile(
    r"(?:^|id_?)(?:cat|tag|author|user|section|sec|topic|page|menu|parent|phps|sess|client)", re.I
)
_SMALL_NUMBER = re.compile(r"(?:^|[^\w%]|_)\d{3,4}$|^\d{3,4}(?=[-_,.])")
_HASH = re.compile(r"(?<![^\W_])(?=[a-z]*\d)(?=\d*[a-z])[0-9a-f]{8,}(?![^\W_])", re.IGNORECASE)
_CODE = re.compile(
    r"(?<![^\W_])(?=\w*[a-z])(?=\w*[A-Z])(?=\w{0,8}[A-Z0-9])[A-Za-z0-9]{5,9}(?![^\W_])"
)
_IDEOGRAPHS = re.compile(r"[\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af\u0e00-\u0eff\u1780-\u17ff]")


class Url(NamedTuple):
    """What the score is made of."""

    path: str
    segments: tuple[str, ...]
    query: tuple[tuple[str, str], ...]


@lru_cache(maxsize=4096)
def parse(url: str) -> Url:
    parts = urlsplit(url)
    path = unquote(parts.path)
    segments = tuple(s for s in path.split("/") if s)
    return Url(path, segments, tuple(parse_qsl(parts.query, keep_blank_values=True)))


def is_refused(url: str) -> bool:
    """Whether the URL is a list, a form, a file or a page about the house, whatever else speaks."""
    path, segments, query = parse(url)
    if any(name.lower() in LIST_QUERIES for name, _ in query) and not _query_score(query):
        return True
    if not segments:
        return not query
    suffix = segments[-1].rpartition(".")[2].lower()
    if (suffix in NOT_PAGES and "." in segments[-1]) or _ONLY_DATE.search(path):
        return True
    names = [_SUFFIX.sub("", s).lower() for s in segments]
    if _PAGED.fullmatch(names[-1]) or names[-1] in LISTS or not MACHINERY.isdisjoint(names):
        return True
    # /author/jane-doe is a list, /autoren/jane-doe/title-of-the-story may not be
    return not NOT_ARTICLES.isdisjoint(names[-2:])


@lru_cache(maxsize=4096)
def url_score(url: str) -> float:
    """What the URL alone is worth; THRESHOLD is an article's."""
    if is_refused(url):
        return REFUSED
    path, segments, query = parse(url)
    score = _query_score(query)
    if not segments:
        return score
    last = _SUFFIX.sub("", segments[-1])
    score += SUFFIX if last != segments[-1] else 0
    score += FULL_DATE if _FULL_DATE.search(path) else MONTH if _MONTH.search(path) else 0
    score += ARTICLE_WORD if _has_article_word(segments) else 0
    score += DEPTH if len(segments) > 1 else 0
    said = words(last)
    # /title-of-the-story/123456 and /title-of-the-story/amp: the slug is last but one
    around = segments[-2:] if len(said) < 2 or _id(last) else (last,)
    slug = max(_slug(s) for s in around)
    number = max(_id(s) for s in segments[-2:])
    if slug < LONG_SLUG and not NOT_ARTICLES.isdisjoint(map(str.lower, segments)):
        score += LIST_WORD
    if slug + number == 0 and last.isalpha() and score < FULL_DATE:
        score += ONE_WORD
    return score + slug + number


def _has_article_word(segments: tuple[str, ...]) -> bool:
    """Whether a segment before the last says so, or the last beside its number: `article410390`."""
    number_off = re.sub(r"[-_.]?\d{3,}.*", "", segments[-1])
    names = segments if number_off == segments[-1] else (*segments, number_off)
    return any(s.lower() in ARTICLE for s in names if s != segments[-1])


def place_score(*, heading: bool, article: bool, main: bool, margin: bool) -> float:
    """What it is worth where on the page a link stands."""
    score = HEADING if heading else 0.0
    score += ARTICLE_ELEMENT if article else MAIN_ELEMENT if main else 0.0
    return score + (MARGIN if margin else 0.0)


def text_score(text: str) -> float:
    """What a link's words are worth."""
    if not text:
        return 0.0
    dense = len(_IDEOGRAPHS.findall(text))
    letters, words = len(text) + 2 * dense, len(text.split())
    if letters >= 45 or words >= 8:
        return SENTENCE
    if letters >= 25 or words >= 4:
        return PHRASE
    return LABEL if letters < 16 and words <= 2 else 0.0


def is_short(url: str) -> bool:
    """Whether the path is as short as a section's: one or two plain names, no number."""
    _, segments, query = parse(url)
    if query or not 0 < len(segments) <= 2:
        return not segments and not query
    return all(len(words(s)) <= 3 and not re.search(r"\d{3}", s) for s in segments)


def _query_score(query: tuple[tuple[str, str], ...]) -> float:
    for name, value in query:
        named = _ID_NAME.fullmatch(name) or name.lower() in ARTICLE_QUERIES
        chosen = re.fullmatch(r"\d{2,}", value) or _UUID.search(value)
        if named and chosen and not _LIST_ID.search(name):
            return NUMBER + ARTICLE_WORD
    return 0.0


def words(segment: str) -> list[str]:
    """Its words, and of scripts without spaces as many as they are worth."""
    found = _WORD.findall(segment)
    for run in found[:]:
        # four characters without spaces are as much as two words
        found += ["", ""] * (len(_IDEOGRAPHS.findall(run)) // 4)
    return found


def _slug(segment: str) -> float:
    count = len(words(_SUFFIX.sub("", segment)))
    return {0: 0.0, 1: 0.0, 2: PAIR, 3: SHORT_SLUG, 4: SLUG}.get(count, LONG_SLUG)


def _id(segment: str) -> float:
    stem = _SUFFIX.sub("", segment)
    without_date = _YEAR.sub("", _FULL_DATE.sub("", stem))
    if any(p.search(without_date) for p in (_BIG_NUMBER, _HASH, _CODE, _CAPITALS, _UUID)):
        return BIG_NUMBER
    if _NUMBER.search(without_date):
        return NUMBER
    return SMALL_NUMBER if _SMALL_NUMBER.search(without_date) else 0.0
