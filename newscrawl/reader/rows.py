"""Articles and changes as rows of lists: what the templates show, and JSON and CSV have."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from newscrawl.reader.addresses import HERE
from newscrawl.reader.templating import MARKS
from newscrawl.reader.view import Entry

if TYPE_CHECKING:
    from collections.abc import Iterable

    from newscrawl.store.result_pages import Found

#: Characters of a description, and of a title in a list. Whole texts are on the page of the article.
MAX_DESCRIPTION, MAX_TITLE = 400, 500
ARTICLE_COLUMNS = (
    "id", "revision", "matching_revisions", "latest_revision", "url", "source", "title", "authors",
    "published_at", "first_seen_at", "language", "section", "kind", "description", "snippet",
)  # fmt: skip


def article_row(record: dict[str, Any], **more: Any) -> dict[str, Any]:
    """A record as a row."""
    return {
        "id": record["id"],
        "revision": record["revision"],
        "url": record["url"],
        "source": record["source"],
        "title": shortened(record["title"] or "", MAX_TITLE) or None,
        "authors": record["authors"] or record.get("credit") or [],
        "published_at": record["published_at"],
        "first_seen_at": record["capture"]["captured_at"],
        "language": record["language"],
        "section": record["section"],
        "kind": record["kind"],
        "description": shortened(record["description"] or record["body"] or "", MAX_DESCRIPTION),
        **more,
    }


def found_row(found: Found) -> dict[str, Any]:
    """A result of a search as a row; `snippet` has no marks."""
    plain = found.snippet.replace(MARKS[0], "").replace(MARKS[1], "")
    return article_row(
        found.record,
        matching_revisions=list(found.matching),
        latest_revision=found.latest,
        snippet=plain,
    )


def article_entries(rows: Iterable[dict[str, Any]]) -> list[Entry]:
    """The rows as entries of a feed."""
    return [
        Entry(
            id=f"urn:newscrawl:{row['id']}:{row['revision']}",
            title=row["title"] or row["url"] or row["id"],
            link=HERE.article(row["id"], row["revision"]),
            updated=row["first_seen_at"],
            author=", ".join(row["authors"]) or row["source"],
            summary=row.get("snippet") or row["description"],
            related=row["url"],
        )
        for row in rows
    ]


def shortened(text: str, most: int) -> str:
    """The beginning of a text on one line."""
    line = " ".join(text[: 4 * most].split())
    return line if len(line) <= most else line[: most - 1].rstrip() + "…"
