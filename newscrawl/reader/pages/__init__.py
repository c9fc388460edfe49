"""All pages of the reader, with their addresses, forms and parameters."""

from __future__ import annotations

from dataclasses import replace

from newscrawl.reader.asked import MAX_PAGE_SIZE, MAX_PARAMETER
from newscrawl.reader.pages.article import article
from newscrawl.reader.pages.attention import attention
from newscrawl.reader.pages.capture import capture
from newscrawl.reader.pages.captures import captures, timemap
from newscrawl.reader.pages.changes import KINDS, changes
from newscrawl.reader.pages.day import day
from newscrawl.reader.pages.diff import LAYOUTS, diff
from newscrawl.reader.pages.health import health
from newscrawl.reader.pages.history import history
from newscrawl.reader.pages.latest import latest
from newscrawl.reader.pages.related import related
from newscrawl.reader.pages.search import ORDERS, search
from newscrawl.reader.pages.source import MAX_DAYS, source
from newscrawl.reader.pages.story import story
from newscrawl.reader.view import Form, PageKind, Parameter

_TEXT = {"type": "string", "maxLength": MAX_PARAMETER}
_TEXTS = {"type": "array", "items": {"type": "string", "maxLength": 200}, "maxItems": 20}
_AFTER = Parameter("after", "`next` of the page before: the page begins behind it.", _TEXT)
_LIMIT = Parameter(
    "limit", "How many rows.", {"type": "integer", "minimum": 1, "maximum": MAX_PAGE_SIZE}
)
_SINCE = Parameter("since", "From then on: 2026-05-19, 2026-05, 7d, ...", _TEXT)
_UNTIL = Parameter("until", "Up to then, inclusive.", _TEXT)
_SOURCES = Parameter("source", "The name of a source; may be repeated.", _TEXTS)
_ARTICLE = Parameter("id", "The id of an article.", {"type": "string", "pattern": "^[0-9a-f]{16}$"})
_URL = Parameter("url", "The address.", _TEXT)
_FLAG = {"type": "string", "enum": ["0", "1"]}
_REVISION = {"type": "integer", "minimum": 1, "maximum": 10**6}
_LISTS: tuple[Form, ...] = ("html", "json", "csv", "atom")

PAGES: tuple[PageKind, ...] = (
    PageKind("/", "latest", "What was added last.", latest, _LISTS, (_AFTER, _LIMIT)),
    PageKind(
        "/search", "search", "Articles that match a query.", search, (*_LISTS, "jsonl"),
        (Parameter("q", "A query: see docs/reference/search.md.", _TEXT), _SINCE, _UNTIL, _SOURCES,
         Parameter("lang", "A language tag; may be repeated.", _TEXTS),
         Parameter("sort", "The order.", {"type": "string", "enum": list(ORDERS)}), _AFTER, _LIMIT),
    ),
    PageKind(
        "/attention", "attention", "Articles that match a query by day, and their share of all.", attention,
        ("html", "json", "csv"),
        (Parameter("q", "A query: see docs/reference/search.md.", _TEXT), _SINCE, _UNTIL, _SOURCES,
         Parameter("lang", "A language tag; may be repeated.", _TEXTS)),
    ),
    PageKind(
        "/article/{id}", "article", "One article, with provenance, capture and citation.", article,
        parameters=(Parameter("revision", "A revision; else the last.",
                              {"type": "integer", "minimum": 1, "maximum": 10**6}),),
        parts=(_ARTICLE,),
    ),
    PageKind(
        "/article/{id}/history", "history", "Each look at an article, and what had changed.", history,
        ("html", "json", "csv"), parts=(_ARTICLE,),
    ),
    PageKind(
        "/article/{id}/related", "related", "The copies and sources of an article.", related,
        ("html", "json", "csv"), parts=(_ARTICLE,),
    ),
    PageKind(
        "/story/{id}", "story", "The story of an article: its reports, copies folded.", story,
        ("html", "json", "csv"), parts=(_ARTICLE,),
    ),
    PageKind(
        "/article/{id}/diff/{old}/{new}", "diff", "Two revisions, compared word by word.", diff,
        parameters=(Parameter("layout", "Side by side, or in one text.",
                              {"type": "string", "enum": list(LAYOUTS)}),
                    Parameter("all", "1: also what is equal.", _FLAG)),
        parts=(_ARTICLE, Parameter("old", "A revision.", _REVISION),
               Parameter("new", "Another one.", _REVISION)),
    ),
    PageKind(
        "/changes", "changes", "What changed in articles, the latest first.", changes, _LISTS,
        (_SINCE, _UNTIL, _SOURCES,
         Parameter("kind", "A kind of change; may be repeated.",
                   {"type": "array", "items": {"type": "string", "enum": list(KINDS)}, "maxItems": 20}),
         Parameter("silent", "1: only silent changes of text.", _FLAG),
         Parameter("noise", "1: also what is no change to a reader.", _FLAG),
         Parameter("words", "Only changes of so many words at least.",
                   {"type": "integer", "minimum": 0, "maximum": 10**6}), _AFTER, _LIMIT),
    ),
    PageKind(
        "/day/{date}", "day", "The articles of one day (UTC).", day, _LISTS, (_AFTER, _LIMIT),
        (Parameter("date", "A day, as 2026-05-19.", {"type": "string", "format": "date"}),),
    ),
    PageKind(
        "/source/{name}", "source", "A source: its articles a day, fields, polls, misses, silences.", source,
        _LISTS, (Parameter("days", "Days of the charts.",
                           {"type": "integer", "minimum": 1, "maximum": MAX_DAYS}), _AFTER, _LIMIT),
        (Parameter("name", "The name of a source.", {"type": "string", "minLength": 1}),),
    ),
    PageKind(
        "/health", "health", "Alarms, audit, passes, bytes, disk, and a row for each source.", health,
        ("html", "json", "csv"), (_AFTER, _LIMIT),
    ),
    PageKind(
        "/captures", "captures", "All captures of an address, oldest first.", captures,
        ("html", "json", "csv"),
        (_URL, Parameter("day", "Only those of this day (UTC).", {"type": "string", "format": "date"}),
         _AFTER, _LIMIT),
    ),
    PageKind(
        "/timemap", "timemap", "The captures of an address as a TimeMap of Memento (RFC 7089).", timemap,
        ("json", "link"), (replace(_URL, is_required=True),),
    ),
    PageKind(
        "/capture/{record_id}", "capture", "One capture: where it lies, what a check of it finds, its bytes.",
        capture, parts=(Parameter("record_id", "The id of its WARC record, as urn:uuid:..."),),
    ),
)  # fmt: skip
