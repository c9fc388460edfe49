"""Who has the words of an article: copies and sources, with common passages and evidence."""

from __future__ import annotations

from dataclasses import asdict
from typing import TYPE_CHECKING, Any

from newscrawl.reader.pages.article import revisions_of
from newscrawl.reader.view import View

if TYPE_CHECKING:
    from newscrawl.reader.asked import Asked
    from newscrawl.reader.library import Library
    from newscrawl.reuse import Comparison, Related, RelatedArticle

#: Other articles whose passages are shown.
MAX_COMPARED = 10
RELATED_COLUMNS = (
    "id", "label", "role", "shared", "has", "longest", "source", "title", "url", "captured_at", "reason",
    "corrected_at", "through", "rule",
)  # fmt: skip
#: What each kind of evidence is called.
EVIDENCE = {
    "declared": "a credit or link", "revision": "words of one revision", "text": "traces in the texts",
    "seen": "when each was seen first", "stated": "the times that the pages state",
}  # fmt: skip


def related(library: Library, asked: Asked) -> View:
    """The copies and sources of an article."""
    # Imported here: of all pages only few compare texts.
    from newscrawl.reuse import related as related_to

    wanted = asked.parts["id"]
    revisions_of(library, wanted)
    found = related_to(library.archive, wanted)
    assert found is not None
    rows = [_row(library, found, each, n) for n, each in enumerate(found.articles)]
    article = found.article
    data = {
        "id": article.id, "title": article.title, "language": article.language, "source": article.source,
        "is_too_short": found.is_too_short, "flagged": _flagged(found), "rows": rows,
    }  # fmt: skip
    title = f"Copies and sources: {article.title or 'Untitled'}"
    return View("related.html", title, data, RELATED_COLUMNS, shown={"kinds": EVIDENCE})


def _row(library: Library, found: Related, each: RelatedArticle, number: int) -> dict[str, Any]:
    row = {**each.to_dict(), "language": each.article.language}
    if number < MAX_COMPARED:
        from newscrawl.reuse import compare

        pair = compare(library.archive, found.article.id, each.article.id)
        row |= {"passages": _passages(pair), "substitutions": _substitutions(pair)}
    return row


def _passages(pair: Comparison) -> list[dict[str, Any]]:
    return [asdict(passage) for passage in pair.passages]


def _substitutions(pair: Comparison) -> list[dict[str, Any]]:
    verdict = pair.verdict
    if verdict is None or verdict.rewording is None:
        return []
    return [each.to_dict() for each in verdict.rewording.substitutions]


def _flagged(found: Related) -> list[dict[str, Any]]:
    """The known substitutions of its source that stand in the text, if they say that a program made it."""
    if found.suspicion is None or not found.suspicion.is_flagged:
        return []
    return [{"before": e.before, "after": e.after} for e in found.suspicion.entries]
