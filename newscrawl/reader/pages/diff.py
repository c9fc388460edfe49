"""Two revisions of an article, compared word by word."""

from __future__ import annotations

from dataclasses import asdict
from typing import TYPE_CHECKING, Any

from newscrawl.history import compared
from newscrawl.items import Article
from newscrawl.reader.addresses import HERE
from newscrawl.reader.asked import NotThere
from newscrawl.reader.pages.article import FIELDS, revisions_of
from newscrawl.reader.view import View

if TYPE_CHECKING:
    from collections.abc import Iterator

    from newscrawl.edits.diff import Row, TextDiff
    from newscrawl.history import FieldDiff
    from newscrawl.reader.asked import Asked
    from newscrawl.reader.library import Library

LAYOUTS = ("side", "inline")


def diff(library: Library, asked: Asked) -> View:
    """The fields in which two revisions differ; texts with their words marked."""
    layout, whole = asked.choice("layout", LAYOUTS, "side"), asked.flag("all")
    records = {each["revision"]: each for each in revisions_of(library, asked.parts["id"])}
    old, new = (_chosen(records, asked.parts[name]) for name in ("old", "new"))
    found = compared(Article.from_dict(old), Article.from_dict(new))
    data = {
        "id": new["id"], "title": new["title"], "language": new["language"],
        "old": _side(old), "new": _side(new), "is_same_text": found.is_same_text,
        "fields": [_field(each) for each in found.fields],
    }  # fmt: skip
    texts = [each for each in found.fields if each.words is not None]
    shown = {
        "texts": [
            {"label": FIELDS[each.name], "diff": each.words,
             "rows": list(shown_rows(each.words, whole=whole))}
            for each in texts if each.words is not None
        ],
        "others": [_plain(each) for each in found.fields if each.words is None],
        "layout": layout, "whole": whole, "revisions": sorted(records),
        "other_layout": asked.with_(layout="inline" if layout == "side" else "side"),
        "other_extent": asked.with_(all=None if whole else "1"),
        "mirrored": HERE.diff(new["id"], new["revision"], old["revision"]),
    }  # fmt: skip
    title = f"Revisions {old['revision']} and {new['revision']}: {new['title'] or 'Untitled'}"
    return View("diff.html", title, data, shown=shown)


def shown_rows(text: TextDiff, *, whole: bool) -> Iterator[dict[str, Any]]:
    """The rows of a comparison; equal ones between changes are counted, unless the whole is wanted."""
    equal = 0
    for row in text.rows:
        if row.kind == "equal" and not whole:
            equal += 1
            continue
        if equal:
            yield {"kind": "skipped", "number": equal}
            equal = 0
        yield {"kind": row.kind, "old": row.old, "new": row.new}
    if equal:
        yield {"kind": "skipped", "number": equal}


def _chosen(records: dict[int, dict[str, Any]], named: str) -> dict[str, Any]:
    number = int(named) if named.isascii() and named.isdigit() and len(named) < 7 else -1
    if number not in records:
        known = ", ".join(map(str, sorted(records)))
        raise NotThere(f"there is no revision {named}; there are {known}")
    return records[number]


def _side(record: dict[str, Any]) -> dict[str, Any]:
    return {
        "revision": record["revision"],
        "first_seen_at": record["capture"]["captured_at"],
        "modified_at": record["modified_at"],
    }


def _plain(field: FieldDiff) -> dict[str, Any]:
    return {"label": FIELDS.get(field.name, field.name), **_values(field)}


def _values(field: FieldDiff) -> dict[str, Any]:
    return {"name": field.name, "before": _ready(field.before), "after": _ready(field.after)}


def _ready(value: Any) -> Any:
    return list(value) if isinstance(value, tuple) else value


def _field(field: FieldDiff) -> dict[str, Any]:
    if field.words is None:
        return _values(field)
    words = field.words
    return {
        **_values(field),
        "words_deleted": words.deleted, "words_inserted": words.inserted, "words_moved": words.moved,
        "is_complete": words.is_complete, "rows": [_row(row) for row in words.rows],
    }  # fmt: skip


def _row(row: Row) -> dict[str, Any]:
    sides = {"old": [asdict(span) for span in row.old], "new": [asdict(span) for span in row.new]}
    return {"kind": row.kind, **sides}
