"""What a browser has left of a page in an archive, beside the document that the record is made of."""

from __future__ import annotations

from typing import TYPE_CHECKING

from newscrawl.archive import cdxj_file
from newscrawl.warc.cdxj import timestamp
from newscrawl.warc.reader import read_record
from newscrawl.warc.record_header import DOCUMENT_PREFIX

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from newscrawl.archive.layout import Layout
    from newscrawl.items import Page
    from newscrawl.warc.cdxj import IndexEntry
    from newscrawl.warc.record import WarcRecord

#: How the URI of a screenshot begins.
SCREENSHOT_PREFIX = "urn:view:"


def is_drawn(layout: Layout, url: str, captured_at: str) -> bool:
    """Whether the capture of this time is a document that a browser has made of the page."""
    return _entry(layout, DOCUMENT_PREFIX + url, captured_at) is not None


def looks_of(layout: Layout, pages: Iterable[Page]) -> list[Page]:
    """The captures of one article, oldest first, without the responses of which a browser made a document
    that follows: both are one look."""
    found: list[Page] = []
    is_response = False
    for page in pages:
        is_document = is_drawn(layout, page.url, page.capture.captured_at)
        if is_document and is_response and found[-1].url == page.url:
            found.pop()
        found.append(page)
        is_response = not is_document
    return found


def has_screenshot(layout: Layout, url: str, captured_at: str) -> bool:
    """Whether there is a screenshot beside the document of this time."""
    return _entry(layout, SCREENSHOT_PREFIX + url, captured_at) is not None


def screenshot_of(layout: Layout, url: str, captured_at: str) -> bytes | None:
    """The screenshot (a PNG) beside the document of this time; None if there is none. Raises ArchiveError."""
    entry = _entry(layout, SCREENSHOT_PREFIX + url, captured_at)
    return None if entry is None else b"".join(_record(layout, entry).blocks())


def last_screenshot(layout: Layout, url: str) -> tuple[str, bytes] | None:
    """When the last screenshot of a page was taken, and its PNG; None if there is none.

    Raises ArchiveError.
    """
    last = None
    for entry in _entries(layout, SCREENSHOT_PREFIX + url):
        last = entry
    if last is None:
        return None
    record = _record(layout, last)
    return record.date, b"".join(record.blocks())


def _entry(layout: Layout, uri: str, captured_at: str) -> IndexEntry | None:
    at = timestamp(captured_at)
    return next((entry for entry in _entries(layout, uri) if entry.timestamp == at), None)


def _entries(layout: Layout, uri: str) -> Iterator[IndexEntry]:
    """The entries of this URI whose file is there, oldest first."""
    for entry in cdxj_file.lookup(layout.index, uri):
        if entry.url == uri and layout.has(entry.filename):
            yield entry


def _record(layout: Layout, entry: IndexEntry) -> WarcRecord:
    return read_record(layout.warc(entry.filename), entry.offset, entry.length)
