"""From a captured page or style sheet to the addresses that it needs: pure functions, run in workers."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from newscrawl.errors import Missed
from newscrawl.processing.limits import LIMITS, Limits
from newscrawl.processing.pages import html_of, load
from newscrawl.warc.reader import read_record

if TYPE_CHECKING:
    from newscrawl.causes import RequisiteKind, RequisiteLevel
    from newscrawl.items import Page


def needed_by_page(
    warc: str, page: Page, *, level: RequisiteLevel, most: int, limits: Limits = LIMITS
) -> tuple[tuple[str, RequisiteKind], ...]:
    """URLs and kinds of up to `most` requisites of a captured HTML page, the most wanted first. Raises
    Missed."""
    from newscrawl.discovery.requisites import requisites_of_page
    from newscrawl.text.charset import decode

    head, body = html_of(warc, page, limits=limits)
    text = decode(body, content_type=head.get("content-type")).text
    found = requisites_of_page(text, url=page.url, level=level)[:most]
    return tuple((each.url, each.kind) for each in found)


def needed_by_style(
    warc: str, page: Page, *, most: int, limits: Limits = LIMITS
) -> tuple[tuple[str, RequisiteKind], ...]:
    """URLs and kinds of up to `most` requisites of a captured style sheet. Raises Missed."""
    from newscrawl.discovery.requisites import requisites_of_style
    from newscrawl.text.charset import decode

    record = read_record(Path(warc), page.capture.offset, page.capture.length)
    head, body = load(record, limits.page_bytes, limits.ratio, [])
    if head.media_type not in ("text/css", "unk"):
        raise Missed("not-html", f"{head.media_type} where a style sheet was named")
    text = decode(body, content_type=head.get("content-type")).text
    found = requisites_of_style(text, url=page.url)[:most]
    return tuple((each.url, each.kind) for each in found)
