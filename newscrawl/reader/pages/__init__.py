"""All pages of the reader, with their addresses, forms and parameters."""

from __future__ import annotations

from newscrawl.reader.asked import MAX_PAGE_SIZE, MAX_PARAMETER
from newscrawl.reader.pages.article import article
from newscrawl.reader.pages.capture import capture
from newscrawl.reader.pages.latest import latest
from newscrawl.reader.pages.search import ORDERS, search
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
        "/article/{id}", "article", "One article, with provenance, capture and citation.", article,
        parameters=(Parameter("revision", "A revision; else the last.",
                              {"type": "integer", "minimum": 1, "maximum": 10**6}),),
        parts=(_ARTICLE,),
    ),
    PageKind(
        "/capture/{record_id}", "capture", "One capture: where it lies, what a check of it finds, its bytes.",
        capture, parts=(Parameter("record_id", "The id of its WARC record, as urn:uuid:..."),),
    ),
)  # fmt: skip
