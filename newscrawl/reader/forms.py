"""A view written as JSON, JSON lines, CSV or an Atom feed (RFC 4287)."""

from __future__ import annotations

import csv
import io
import json
from typing import TYPE_CHECKING, Any
from xml.etree import ElementTree as ET

from newscrawl.printable import FORBIDDEN, json_line, printable, spreadsheet_cell
from newscrawl.reader.memento import link_format
from newscrawl.version import __version__

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from newscrawl.reader.view import Feed, Form, View

MEDIA_TYPES: Mapping[Form, str] = {
    "html": "text/html; charset=utf-8",
    "json": "application/json",
    "jsonl": "application/jsonl; charset=utf-8",
    "csv": "text/csv; charset=utf-8",
    "atom": "application/atom+xml",
    "link": "application/link-format",
}
_ATOM = "http://www.w3.org/2005/Atom"
#: Half characters, which are no Unicode text, and characters that XML 1.0 cannot have.
_NOT_XML = "\ufffe\uffff"


def written(view: View, form: Form, *, base: str, now: str) -> bytes:
    """The view in one of the forms that are for programs; `base` is the address of the reader."""
    if form == "json":
        text = json.dumps(view.data, ensure_ascii=False, indent=1)
        return FORBIDDEN.sub(lambda found: f"\\u{ord(found[0]):04x}", text).encode() + b"\n"
    if form == "jsonl":
        return "".join(f"{json_line(row)}\n" for row in _rows(view)).encode()
    if form == "csv":
        return _csv(view)
    if form == "link":
        return link_format(view.data, base).encode("utf-8", "backslashreplace")
    assert form == "atom" and view.feed is not None
    return _atom(view.feed, base, now)


def _rows(view: View) -> list[dict[str, Any]]:
    rows: list[dict[str, Any]] = view.data["rows"]
    return rows


def _csv(view: View) -> bytes:
    out = io.StringIO()
    writer = csv.writer(out)
    writer.writerow(view.columns)
    for row in _rows(view):
        writer.writerow([_cell(row.get(name)) for name in view.columns])
    return out.getvalue().encode("utf-8", "backslashreplace")


def _cell(value: Any) -> Any:
    if value is None:
        return ""
    if isinstance(value, list):
        return spreadsheet_cell("; ".join(map(str, value)))
    return spreadsheet_cell(value) if isinstance(value, str) else value


def _atom(feed: Feed, base: str, now: str) -> bytes:
    ET.register_namespace("", _ATOM)
    root = ET.Element(f"{{{_ATOM}}}feed")
    _add(root, "id", feed.id)
    _add(root, "title", feed.title)
    _add(root, "updated", feed.entries[0].updated if feed.entries else now)
    _add(root, "generator", f"newscrawl {__version__}")
    author = ET.SubElement(root, f"{{{_ATOM}}}author")
    _add(author, "name", "newscrawl")
    for each in feed.entries:
        entry = ET.SubElement(root, f"{{{_ATOM}}}entry")
        _add(entry, "id", each.id)
        _add(entry, "title", each.title)
        _add(entry, "updated", each.updated)
        author = ET.SubElement(entry, f"{{{_ATOM}}}author")
        _add(author, "name", each.author)
        ET.SubElement(entry, f"{{{_ATOM}}}link", href=base + each.link.lstrip("/"))
        if each.related and each.related.startswith(("http://", "https://")):
            ET.SubElement(entry, f"{{{_ATOM}}}link", rel="related", href=_safe(each.related))
        _add(entry, "summary", each.summary)
    text: bytes = ET.tostring(root, encoding="utf-8", xml_declaration=True)
    return text


def _add(parent: ET.Element, name: str, text: str) -> None:
    ET.SubElement(parent, f"{{{_ATOM}}}{name}").text = _safe(text)


def _safe(text: str) -> str:
    shown: Iterator[str] = (c for c in printable(text) if c not in _NOT_XML)
    return "".join(shown)
