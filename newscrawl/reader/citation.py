"""An article as others cite it: CSL-JSON, BibTeX and a line of text, with the pointer to its capture."""

from __future__ import annotations

import re
from datetime import datetime
from typing import Any

from newscrawl.text.scripts import UNSPACED

_BIBTEX = {
    "\\": r"\textbackslash{}", "{": r"\{", "}": r"\}", "&": r"\&", "%": r"\%", "$": r"\$", "#": r"\#",
    "_": r"\_", "~": r"\textasciitilde{}", "^": r"\textasciicircum{}",
}  # fmt: skip


def csl(record: dict[str, Any]) -> dict[str, Any]:
    """The record as an item of CSL-JSON; the capture stands in `archive`, `archive_location` and `note`."""
    capture = record["capture"]
    item: dict[str, Any] = {
        "id": f"newscrawl:{record['id']}:{record['revision']}",
        "type": "article-newspaper",
        "title": record["title"],
        "author": [_name(each) for each in record["authors"]],
        "container-title": record["publisher"] or record["source"],
        "section": record["section"],
        "language": record["language"],
        "issued": _date(record["published_at"]),
        "accessed": _date(capture["captured_at"]),
        "URL": record["url"],
        "archive": capture["warc"],
        "archive_location": f"{capture['record_id']}, byte {capture['offset']}",
        "note": f"Captured {capture['captured_at']}, payload {capture['payload_digest']},"
        f" revision {record['revision']}",
    }
    return {name: value for name, value in item.items() if value}


def bibtex(record: dict[str, Any]) -> str:
    """The record as an entry of BibTeX (biblatex's `@article`), one field a line."""
    capture = record["capture"]
    published = (record["published_at"] or "")[:10]
    fields = {
        "author": " and ".join(f"{{{_escaped(each)}}}" for each in record["authors"]),
        "title": f"{{{_escaped(record['title'] or '')}}}" if record["title"] else "",
        "journaltitle": _escaped(record["publisher"] or record["source"] or ""),
        "date": published,
        "url": (record["url"] or "").replace("{", "%7B").replace("}", "%7D"),
        "urldate": capture["captured_at"][:10],
        "langid": _escaped(record["language"] or ""),
        "note": _escaped(
            f"Captured {capture['captured_at']} as {capture['record_id']} in {capture['warc']}"
            f" at byte {capture['offset']}, {capture['payload_digest']}, revision {record['revision']}"
        ),
    }
    lines = [f"  {name} = {{{value}}}," for name, value in fields.items() if value]
    return "\n".join([f"@article{{newscrawl{record['id']}r{record['revision']},", *lines, "}"])


def plain(record: dict[str, Any]) -> str:
    """The record as a reference in running text."""
    capture = record["capture"]
    published = record["published_at"] or "no date stated"
    parts = [
        f"{'; '.join(record['authors'])}." if record["authors"] else "",
        f"“{_line(record['title'] or 'Untitled')}”.",
        f"{record['publisher'] or record['source']}, {published[:10]}.",
        f"{record['url']}.",
        f"Captured {capture['captured_at']} ({capture['record_id']}, {capture['payload_digest']}).",
    ]
    return " ".join(filter(None, parts))


def _name(name: str) -> dict[str, str]:
    """A name as its byline writes it: which part is the family's is not known in every language."""
    words = name.split()
    if len(words) == 2 and re.fullmatch(r"[^\W\d_]+(?:[-'’][^\W\d_]+)*", words[1]):  # noqa: SIM102
        if not re.search(f"[{UNSPACED}]", name):
            return {"given": words[0], "family": words[1]}
    return {"literal": name}


def _date(stated: str | None) -> dict[str, Any] | None:
    if not stated:
        return None
    try:
        at = datetime.fromisoformat(stated)
    except ValueError:
        return {"literal": stated}
    return {"date-parts": [[at.year, at.month, at.day]], "literal": stated}


def _escaped(text: str) -> str:
    return "".join(_BIBTEX.get(each, each) for each in _line(text))


def _line(text: str) -> str:
    return " ".join(text.split())
