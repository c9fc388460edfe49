"""The search: a query with filters, facets, three orders, and all forms of what it finds."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, cast

from newscrawl.errors import QueryError
from newscrawl.reader.asked import MAX_PAGE_SIZE, position_text
from newscrawl.reader.rows import ARTICLE_COLUMNS, article_entries, found_row
from newscrawl.reader.templating import MARKS
from newscrawl.reader.view import Feed, View

if TYPE_CHECKING:
    from newscrawl.reader.asked import Asked
    from newscrawl.reader.library import Library
    from newscrawl.store.result_pages import Order

#: Results are counted up to here; "over 1,000" is all that is said of more.
MAX_COUNTED = 1_000
ORDERS = {
    "relevance": "best match first",
    "published": "stated time, latest first",
    "seen": "first seen, latest first",
}
#: What a facet adds to the query.
_OPERATORS = {
    "source": "source", "language": "lang", "section": "section", "author": "author", "day": "published",
}  # fmt: skip
_NAMES = {
    "source": "Source", "language": "Language", "section": "Section", "author": "Author",
    "day": "Published",
}  # fmt: skip


def search(library: Library, asked: Asked) -> View:
    """Articles that match a query; without one, all."""
    order = cast("Order", asked.choice("sort", tuple(ORDERS), "relevance"))
    try:
        query = asked.wanted()
    except QueryError as error:
        return _not_understood(library, asked, error)
    with library.results.of(query) as results:
        page = results.page(order=order, after=asked.after(), limit=asked.limit(), marks=MARKS)
        number, facets = results.count(most=MAX_COUNTED), results.facets()
    rows = [found_row(found) for found in page.found]
    data: dict[str, Any] = {
        "query": asked.text("q"),
        "sort": order,
        "notes": [str(note) for note in query.notes],
        "unknown_sources": library.archive.store.unknown_sources(query),
        "count": {"number": min(number, MAX_COUNTED), "is_more": number > MAX_COUNTED},
        "undated": _undated(library, asked),
        "facets": {
            name: [{"value": value, "articles": n} for value, n in values]
            for name, values in facets.items()
        },
        "rows": rows,
        "next": position_text(page.next),
    }
    return _view(library, asked, data, [found.snippet for found in page.found])


def _undated(library: Library, asked: Asked) -> dict[str, Any] | None:
    """Articles that `since` and `until` leave out because they state no date, by their capture."""
    span = asked.span()
    if span == (None, None):
        return None
    query = asked.wanted_at_any_time()
    number = library.results.undated_count(query, *span, most=MAX_COUNTED)
    return {"number": min(number, MAX_COUNTED), "is_more": number > MAX_COUNTED}


def _view(library: Library, asked: Asked, data: dict[str, Any], snippets: list[str]) -> View:
    said = data["query"] or "all articles"
    shown = {
        "marked": snippets,
        "facet_links": _facet_links(asked, data["facets"]),
        "more": asked.with_(after=data["next"]) if data["next"] else None,
        "first": asked.with_(after=None) if asked.text("after") else None,
        "orders": ORDERS,
        "attention": asked.with_(path="/attention", sort=None, after=None, limit=None),
        "undated_href": asked.with_(
            q=f"{asked.text('q')} -has:date{_captured(asked)}".strip(),
            since=None,
            until=None,
            after=None,
        ),
        "exports": {
            form: asked.with_(path=f"/search.{form}", limit=str(MAX_PAGE_SIZE), after=None)
            for form in ("jsonl", "csv")
        },
        "filters": {name: asked.text(name) for name in ("since", "until")},
        "chosen": {name: asked.texts(name) for name in ("source", "lang")},
        "most": MAX_PAGE_SIZE,
    }
    return View(
        "search.html", f"Search: {said}", data, ARTICLE_COLUMNS,
        Feed(f"urn:newscrawl:{library.title}:{asked.with_(path='search')}",
             f"{library.title}: {said}", article_entries(data["rows"])),
        shown,
    )  # fmt: skip


def _not_understood(library: Library, asked: Asked, error: QueryError) -> View:
    """A query with a value that its operator cannot have: the page says so beside the field."""
    if asked.form != "html":
        raise error
    data: dict[str, Any] = {
        "query": asked.text("q"), "sort": "relevance", "notes": [str(error)], "unknown_sources": [],
        "count": {"number": 0, "is_more": False}, "undated": None, "facets": {}, "rows": [], "next": None,
    }  # fmt: skip
    return _view(library, asked, data, [])


def _captured(asked: Asked) -> str:
    """The span as a condition on the time of the capture, as the query language has it."""
    since, until = asked.text("since"), asked.text("until")
    return f' captured:"{since}..{until}"' if since or until else ""


def _facet_links(asked: Asked, facets: dict[str, list[dict[str, Any]]]) -> list[dict[str, Any]]:
    """For each facet its values with the address of the search that is narrowed to one."""
    query, found = asked.text("q"), []
    for name, values in facets.items():
        links = []
        for each in values:
            term = f'{_OPERATORS[name]}:"{each["value"].replace(chr(34), " ")}"'
            is_on = term in query
            other = query.replace(term, "").strip() if is_on else f"{query} {term}".strip()
            links.append({**each, "href": asked.with_(q=other or None, after=None), "is_on": is_on})
        if links:
            found.append({"name": _NAMES[name], "values": links})
    return found
