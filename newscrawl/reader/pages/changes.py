"""What changed in articles, the latest first; as `newscrawl changes` has it."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any, get_args

from newscrawl.edits.change import ChangeKind
from newscrawl.edits.wording import entry_ids, interval, values
from newscrawl.errors import UsageError
from newscrawl.reader.addresses import HERE
from newscrawl.reader.asked import cursor_of
from newscrawl.reader.pages.history import change_facts
from newscrawl.reader.view import Entry, Feed, View
from newscrawl.store.change_filter import ChangeFilter
from newscrawl.text import timespec

if TYPE_CHECKING:
    from newscrawl.reader.asked import Asked
    from newscrawl.reader.library import Library

KINDS: tuple[str, ...] = get_args(ChangeKind)
CHANGE_COLUMNS = (
    "not_before", "not_after", "source", "kind", "says", "silent", "noise", "before", "after",
    "words_in", "words_out", "words_moved", "statement", "from_revision", "to_revision", "article",
    "from_article", "title", "url", "rule", "record_id",
)  # fmt: skip
_STAMP = "%Y-%m-%dT%H:%M:%SZ"


def changes(library: Library, asked: Asked) -> View:
    """Changes with the filters of the command."""
    which, limit = _filter(asked), asked.limit()
    place = asked.cursor()
    after = (place[0], int(place[1])) if place else None
    found = library.archive.store.change_log.page(which, after=after, limit=limit + 1)
    shown = found[:limit]
    titles = library.results.titles({change.article for _, change in shown})
    rows = [
        {**change_facts(change), "title": titles.get(change.article), "values": values(change),
         "interval": interval(change)}
        for _, change in shown
    ]  # fmt: skip
    ids = entry_ids(change for _, change in shown)
    following = cursor_of(shown[-1][1].not_after, shown[-1][0]) if len(found) > limit else None
    return View(
        "changes.html", "Changes", {"rows": rows, "next": following}, CHANGE_COLUMNS,
        Feed(f"urn:newscrawl:{library.title}:{asked.with_(path='changes', after=None)}",
             f"{library.title}: changes", [_entry(*each) for each in zip(ids, rows, strict=True)]),
        {"more": asked.with_(after=following) if following else None, "kinds": KINDS,
         "asked": {name: asked.text(name) for name in ("since", "until", "silent", "noise", "words")},
         "chosen_kinds": asked.texts("kind"), "chosen_sources": asked.texts("source")},
    )  # fmt: skip


def _filter(asked: Asked) -> ChangeFilter:
    span = timespec.span(
        asked.text("since") or None,
        asked.text("until") or None,
        now=datetime.fromtimestamp(asked.now, UTC),
    )
    kinds = asked.texts("kind")
    if unknown := sorted(set(kinds) - set(KINDS)):
        raise UsageError(f"kind={unknown[0]}: one of {', '.join(KINDS)}")
    return ChangeFilter(
        since=span.begin.strftime(_STAMP) if span.begin else None,
        until=span.end.strftime(_STAMP) if span.end else None,
        sources=frozenset(asked.texts("source")),
        kinds=frozenset(kinds),
        silent=asked.flag("silent"),
        noise=asked.flag("noise"),
        words=asked.number("words", most=10**6, default=0),
    )


def _entry(id_: str, row: dict[str, Any]) -> Entry:
    link = HERE.history(row["article"])
    if row["from_revision"] and row["to_revision"] and row["from_revision"] != row["to_revision"]:
        link = HERE.diff(row["article"], row["from_revision"], row["to_revision"])
    said = filter(None, [row["values"], row["interval"]])
    return Entry(
        id=id_,
        title=f"{row['title'] or row['url']}: {row['says']}",
        link=link,
        updated=row["not_after"],
        author=row["source"],
        summary="\n".join(said),
        related=row["url"],
    )
