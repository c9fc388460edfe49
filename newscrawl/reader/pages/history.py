"""The history of an article: each look at it, and what had changed."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from newscrawl.edits.wording import described
from newscrawl.history import history as history_of
from newscrawl.reader.pages.article import revisions_of
from newscrawl.reader.view import View

if TYPE_CHECKING:
    from collections.abc import Mapping

    from newscrawl.edits.change import Change
    from newscrawl.history import HistoryLook
    from newscrawl.reader.asked import Asked
    from newscrawl.reader.library import Library

#: What a look showed, in words.
SHOWN = {
    "first": "first seen", "changed": "changed", "unchanged": "unchanged", "missing": "not there",
    "gone": "gone", "wall": "a wall in its place", "moved": "moved to another address",
    "unreadable": "an answer that shows no article",
}  # fmt: skip
LOOK_COLUMNS = ("captured_at", "shows", "revision", "status", "url", "record_id", "says")


def history(library: Library, asked: Asked) -> View:
    """All looks at an article, the latest first; under its former addresses, too."""
    wanted = asked.parts["id"]
    revisions_of(library, wanted)
    found = history_of(library.archive, wanted)
    assert found is not None
    rows = [_row(look) for look in reversed(found.looks)]
    revisions = [
        {"id": a.id, "revision": a.revision, "title": a.title,
         "first_seen_at": a.capture.captured_at if a.capture else None, "extractor": dict(a.extractor)}
        for a in found.articles
    ]  # fmt: skip
    extractors = [_named(a.extractor) for a in found.articles]
    article = found.article
    data = {
        "id": article.id, "title": article.title, "language": article.language, "url": article.url,
        "source": article.source, "revisions": revisions, "rows": rows,
    }  # fmt: skip
    return View(
        "history.html", f"History: {article.title or 'Untitled'}", data, LOOK_COLUMNS,
        shown={"words": SHOWN, "extractors": extractors if len(set(extractors)) > 1 else []},
    )  # fmt: skip


def _named(extractor: Mapping[str, str]) -> str:
    """An extractor with its version, and those of the libraries that it reads by."""
    own = " ".join(filter(None, (extractor.get("name"), extractor.get("version"))))
    others = [f"{k} {v}" for k, v in extractor.items() if k not in ("name", "version")]
    return ", ".join([own, *others] if own else others)


def change_facts(change: Change) -> dict[str, Any]:
    """A change with its wording."""
    return {**change.to_dict(), "says": described(change)}


def _row(look: HistoryLook) -> dict[str, Any]:
    changes = [change_facts(change) for change in look.changes]
    return {
        "captured_at": look.capture.captured_at,
        "shows": look.shows,
        "revision": look.revision,
        "status": look.capture.status,
        "url": look.url,
        "record_id": look.capture.record_id,
        "says": "; ".join(change["says"] for change in changes),
        "changes": changes,
    }
