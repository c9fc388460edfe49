"""An article: its text, where each field came from, its capture, its citation."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from newscrawl.archive.drawn_pages import has_screenshot, is_drawn
from newscrawl.reader import citation
from newscrawl.reader.addresses import HERE
from newscrawl.reader.asked import NotThere
from newscrawl.reader.view import View

if TYPE_CHECKING:
    from newscrawl.reader.asked import Asked
    from newscrawl.reader.library import Library

#: Fields of a record in the order in which their provenance is shown, with their names.
FIELDS = {
    "title": "Headline", "authors": "Authors", "contributors": "Contributors", "credit": "Credit",
    "published_at": "Published", "modified_at": "Modified", "publisher": "Publisher",
    "section": "Section", "tags": "Tags", "language": "Language", "kind": "Kind",
    "description": "Description", "image": "Image", "is_accessible": "Free to read",
    "rights": "Rights", "canonical_url": "Canonical address", "body": "Text",
}  # fmt: skip
#: Characters of a text that are shown on the page; JSON has all.
MAX_BODY = 1_500_000
#: Characters of a stated value in the margin.
MAX_STATED = 300


def article(library: Library, asked: Asked) -> View:
    """One article, in its last revision or the one of `revision`."""
    records = revisions_of(library, asked.parts["id"])
    number = asked.number("revision", most=10**6, default=records[-1]["revision"], least=1)
    chosen = [each for each in records if each["revision"] == number]
    if not chosen:
        raise NotThere(f"{asked.parts['id']} has no revision {number}")
    record = chosen[-1]
    cited = citation.csl(record)
    data = {
        "record": record,
        "revisions": [
            {"revision": each["revision"], "first_seen_at": each["capture"]["captured_at"]}
            for each in records
        ],
        "citation": {
            "csl": cited,
            "bibtex": citation.bibtex(record),
            "plain": citation.plain(record),
        },
    }
    body, layout = record["body"] or "", library.archive.layout
    capture, at = record["capture"], record["capture"]["captured_at"]
    drawn = is_drawn(layout, record["url"], at)
    screenshot = None
    if drawn and has_screenshot(layout, record["url"], at):
        screenshot = HERE.screenshot(capture["record_id"])
    return View(
        "article.html",
        record["title"] or "Untitled",
        data,
        shown={
            "body": body[:MAX_BODY],
            "left_out": max(0, len(body) - MAX_BODY),
            "fields": _fields(record),
            "csl": json.dumps(cited, ensure_ascii=False, indent=1),
            "latest": records[-1]["revision"],
            "as_it_was": library.as_it_was(record["url"], at),
            "tools": library.in_tools(record["url"], at),
            "is_drawn": drawn,
            "screenshot": screenshot,
        },
    )


def revisions_of(library: Library, wanted: str) -> list[dict[str, Any]]:
    """The records of an article, the first revision first. Raises NotThere."""
    records = library.archive.store.revisions(wanted)
    if records:
        return records
    reason = library.archive.store.removed(wanted)
    if reason is not None:
        raise NotThere(f"{wanted} was removed from this archive: {reason}")
    raise NotThere(f"there is no article {wanted} in this archive")


def _fields(record: dict[str, Any]) -> list[dict[str, Any]]:
    """The fields with a value or a provenance: as normalised, as stated, and what speaks against it."""
    out = []
    for name, label in FIELDS.items():
        value, provenance = record.get(name), record["provenance"].get(name)
        if value in (None, [], "") and provenance is None:
            continue
        stated = provenance or {"source": None, "raw": None}
        out.append(
            {
                "name": name,
                "label": label,
                "value": None if name == "body" else _value(value),
                "source": stated["source"],
                "raw": _short(stated["raw"]),
                "note": stated.get("note"),
                "against": [
                    {"source": each.get("source"), "raw": _short(each.get("raw"))}
                    for each in stated.get("against", ())
                ],
            }
        )
    return out


def _value(value: Any) -> str | None:
    if value is None or value == []:
        return None
    if isinstance(value, list):
        return "; ".join(value)
    return {True: "yes", False: "no"}[value] if isinstance(value, bool) else _short(str(value))


def _short(text: str | None) -> str | None:
    if text is None or len(text) <= MAX_STATED:
        return text
    return text[: MAX_STATED - 1] + "…"


def address_of(record: dict[str, Any]) -> str:
    """The page of this revision."""
    return HERE.article(record["id"], record["revision"])
