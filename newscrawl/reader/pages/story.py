"""One story: who reported it first, who followed, which reports are copies, and what each adds."""

from __future__ import annotations

from typing import TYPE_CHECKING

from newscrawl.reader.asked import NotThere
from newscrawl.reader.pages.article import revisions_of
from newscrawl.reader.view import View

if TYPE_CHECKING:
    from newscrawl.reader.asked import Asked
    from newscrawl.reader.library import Library

STORY_COLUMNS = (
    "id", "source", "title", "url", "published_at", "captured_at", "copy_of", "label", "adds", "score",
)  # fmt: skip
#: Days around an article in which reports of its story are looked for.
DAYS = 5


def story(library: Library, asked: Asked) -> View:
    """The story that an article belongs to, by the id of any of its reports."""
    # Imported here: of all pages only few compare texts.
    from newscrawl.reuse import story as story_of

    wanted = asked.parts["id"]
    revisions_of(library, wanted)
    found = story_of(library.archive, wanted, days=DAYS)
    if found is None:
        raise NotThere("this article belongs to no story: nothing says when it was published")
    rows = [each.to_dict() for each in found.reports]
    for row, each in zip(rows, found.reports, strict=True):
        row["language"] = each.article.language
    data = {
        "id": found.id, "title": found.first.title, "language": found.first.language,
        "independent": found.independent, "log": list(found.log), "rule": found.rule, "rows": rows,
    }  # fmt: skip
    title = f"Story: {found.first.title or 'Untitled'}"
    shown = {"originals": [r for r in rows if not r["copy_of"]], "copies": _by_original(rows)}
    return View("story.html", title, data, STORY_COLUMNS, shown=shown)


def _by_original(rows: list[dict[str, object]]) -> dict[str, list[dict[str, object]]]:
    """Copies by the id of the first text of their chain."""
    of = {str(row["id"]): row for row in rows}
    out: dict[str, list[dict[str, object]]] = {}
    for row in rows:
        top = row
        while top["copy_of"]:
            top = of[str(top["copy_of"])]
        if top is not row:
            out.setdefault(str(top["id"]), []).append(row)
    return out
