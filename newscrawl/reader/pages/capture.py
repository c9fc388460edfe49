"""A capture: where it lies, whether its record is what was written, and the bytes that were sent."""

from __future__ import annotations

from dataclasses import asdict
from typing import TYPE_CHECKING, Any

from newscrawl.errors import ArchiveError, TooLarge
from newscrawl.reader.asked import NotThere
from newscrawl.reader.exchange import checks, read_exchange
from newscrawl.reader.view import View
from newscrawl.text.charset import decode

if TYPE_CHECKING:
    from newscrawl.items import Page
    from newscrawl.reader.asked import Asked
    from newscrawl.reader.exchange import HeldExchange
    from newscrawl.reader.library import Library

#: Bytes of a body that are read to be shown, and characters of it that are.
MAX_BODY_BYTES, MAX_SHOWN = 20_000_000, 100_000


def capture(library: Library, asked: Asked) -> View:
    """One capture by the id of its record. To open the page is to check it."""
    page = page_of(library, asked.parts["record_id"])
    nothing = ("fault", "request", "response_head", "body", "body_fault", "refers_to")
    found: dict[str, Any] = {
        "checks": [],
        "is_cut": False,
        "is_drawn": False,
        **dict.fromkeys(nothing),
    }
    try:
        exchange = read_exchange(library.archive.layout, page)
        found |= _held(exchange, page)
    except ArchiveError as error:
        found["fault"] = str(error)
    verdict = (
        "damaged"
        if found["fault"] or any(c["holds"] is False for c in found["checks"])
        else "sound"
    )
    before, after = library.captures.beside(page, library.spellings(page.url))
    data = {
        "url": page.url,
        "capture": page.capture.to_dict(),
        "checked_at": library.stamp(),
        "verdict": verdict,
        **found,
        "previous": before.capture.record_id if before else None,
        "next": after.capture.record_id if after else None,
    }  # fmt: skip
    shown = {
        "as_it_was": library.as_it_was(page.url, page.capture.captured_at),
        "tools": library.in_tools(page.url, page.capture.captured_at),
    }
    return View("capture.html", f"Capture of {page.url}", data, shown=shown)


def page_of(library: Library, record_id: str) -> Page:
    """The capture with this record id. Raises NotThere."""
    page = library.captures.by_id(record_id)
    if page is None:
        raise NotThere(f"there is no capture {record_id} in this archive")
    return page


def _held(exchange: HeldExchange, page: Page) -> dict[str, Any]:
    """What the records say, and the body as text."""
    answer = exchange.answer
    out: dict[str, Any] = {
        "is_drawn": exchange.is_document,
        "checks": [asdict(check) for check in checks(exchange, page)],
        "request": None if exchange.request is None else _text(exchange.request),
        "response_head": _text(exchange.response_head),
    }
    if answer.is_revisit:
        out["refers_to"] = {
            "url": answer.record.get("WARC-Refers-To-Target-URI"),
            "date": answer.record.get("WARC-Refers-To-Date"),
        }
    try:
        body = answer.body(limit=MAX_BODY_BYTES)
    except (ArchiveError, TooLarge) as error:
        return {**out, "body_fault": str(error)}
    media_type = answer.head.media_type
    is_text = media_type.startswith("text/") or media_type.endswith(
        ("xml", "json", "javascript", "unk")
    )
    if not is_text:
        return {
            **out,
            "body_fault": f"{len(body)} bytes of {media_type}, which is not shown as text",
        }
    text = decode(body, content_type=answer.head.get("content-type")).text
    return {**out, "body": text[:MAX_SHOWN], "is_cut": len(text) > MAX_SHOWN}


def _text(head: bytes) -> str:
    return head.decode("latin-1").replace("\r\n", "\n")
