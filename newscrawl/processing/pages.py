"""From a capture to links or to an article: pure functions of what the WARC holds; they run in workers.

A crawl's own process names these functions and never runs them: what they need is imported where they run.
`warc` is the path of the file that a page's capture points into.
"""

from __future__ import annotations

import re
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from newscrawl.causes import status_cause
from newscrawl.errors import Bomb, Missed, NotHttp, TooLarge
from newscrawl.processing import interstitials
from newscrawl.processing.interstitials import wall
from newscrawl.processing.limits import LIMITS, Limits
from newscrawl.processing.markup_limits import markup_excess
from newscrawl.processing.media_types import binary_type, has_markup
from newscrawl.processing.page_hints import hints_in
from newscrawl.processing.record_rules import check, normalised
from newscrawl.processing.rule_limits import bounded
from newscrawl.urls import site
from newscrawl.warc.http import Head, body_of, read_message
from newscrawl.warc.reader import read_record, read_with_metadata
from newscrawl.warc.validity import parse_warc_date

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from lxml.html import HtmlElement

    from newscrawl.discovery import Discovery
    from newscrawl.items import Article, Page
    from newscrawl.rules.rule import Rule
    from newscrawl.warc.record import WarcRecord

#: A record: its file, offset and length.
Place = tuple[str, int, int]

#: A page that is asked for its links and has more is no wall.
_FEW_LINKS = 15

_HTML_TYPES = ("text/html", "application/xhtml+xml")
_HTML_START = re.compile(
    rb"\s*(?:<\?xml[^>]*>\s*)?(?:<!--.*?-->\s*)*<(?:!doctype html|html|head|body)\b", re.I | re.S
)


def find_links(
    warc: str,
    page: Page,
    learned: Mapping[str, bool] | None = None,
    *,
    limits: Limits = LIMITS,
) -> Discovery:
    """What the captured feed, sitemap or front page announces. Raises Missed.

    `learned` tells of the page's site which shapes of URL have articles.
    """
    from newscrawl.discovery import discover

    _require_success(warc, page, limits)
    record = read_record(Path(warc), page.capture.offset, page.capture.length)
    damage: list[str] = []
    head, body = load(record, limits.list_bytes, limits.ratio, damage)
    content_type = head.get("content-type")
    if _is_html(content_type, body):
        _require_simple(body, limits)
    found = discover(
        body, url=page.url, content_type=content_type, learned=learned, bounds=limits.bounds()
    )
    if not found.links and found.bomb is not None:
        raise Missed("bomb", found.bomb)
    if damage:
        found = replace(found, faults=(f"damaged: {damage[0]}", *found.faults))
    few = found.kind == "html" and len(found.links) <= _FEW_LINKS
    if few and (before := wall(head, body, url=page.url)):
        raise before
    return found


def refusal(warc: str, page: Page, *, limits: Limits = LIMITS) -> Missed:
    """The miss of an answer whose status is not 200: the wall that it shows, or what the status says."""
    capture = page.capture
    if capture.status not in interstitials.STATUSES:
        return Missed(status_cause(capture.status), f"status {capture.status}")
    return _refused(read_record(Path(warc), capture.offset, capture.length), page, limits)


def _refused(record: WarcRecord, page: Page, limits: Limits) -> Missed:
    status = page.capture.status
    said = Missed(status_cause(status), f"status {status}")
    if status not in interstitials.STATUSES:
        return said
    try:
        head, body = body_of(record.message(), limit=limits.page_bytes, ratio=limits.ratio)
    except (TooLarge, NotHttp):
        return said
    return wall(head, body, url=page.url) or said


def validators(warc: str, page: Page) -> dict[str, str]:
    """The request headers that ask whether a captured answer still holds (RFC 9110, 13.1)."""
    record = read_record(Path(warc), page.capture.offset, page.capture.length)
    head, _ = read_message(record.message())
    asked = {"If-None-Match": head.get("ETag"), "If-Modified-Since": head.get("Last-Modified")}
    return {name: value for name, value in asked.items() if value}


def read_article(
    warc: str,
    page: Page,
    original: Place | None = None,
    *,
    limits: Limits = LIMITS,
    rule: Rule | None = None,
    on_tree: Callable[[HtmlElement], None] | None = None,
) -> Article:
    """The record of a captured page by the rule of its site, without its revision. Raises Missed where there
    is none.

    The page's capture may be a revisit; `original` is then where the bytes are that it stands for. What
    was announced of the page, and the zone of its source, are read from the metadata beside its capture.
    `on_tree` is called as by `extract_article`.
    """
    _require_success(warc, page, limits)
    capture = page.capture
    record, metadata = read_with_metadata(Path(warc), capture.offset, capture.length)
    if original is not None:
        path, offset, length = original
        record = read_record(Path(path), offset, length)
    return _article(record, metadata, page, limits, rule, on_tree)


def _article(
    record: WarcRecord,
    metadata: Sequence[WarcRecord],
    page: Page,
    limits: Limits,
    rule: Rule | None,
    on_tree: Callable[[HtmlElement], None] | None = None,
) -> Article:
    from newscrawl.extraction import extract_article

    capture = page.capture
    head, body = _html_of(record, limits)
    content_type = head.get("content-type")
    captured_at = parse_warc_date(capture.captured_at)
    hints = hints_in(metadata)
    article = extract_article(
        body,
        url=page.url,
        captured_at=captured_at,
        content_type=content_type,
        headers=dict(head.headers),
        zone=hints.zone,
        language=hints.language,
        announced=hints.announced,
        rule=rule,
        bounded=bounded,
        on_tree=on_tree,
    )
    # Whatever states when it was published is an article, however little of it there is.
    if not _is_sure(article) and (before := wall(head, body, url=page.url)):
        raise before
    return replace(article, source=hints.source or site(page.url), capture=capture)


def html_of(
    warc: str, page: Page, original: Place | None = None, *, limits: Limits = LIMITS
) -> tuple[Head, bytes]:
    """Head and decoded body of a captured page, which may be a revisit of `original`.

    Raises Missed if it is no HTML that is read.
    """
    _require_success(warc, page, limits)
    place = original or (warc, page.capture.offset, page.capture.length)
    return _html_of(read_record(Path(place[0]), *place[1:]), limits)


def _html_of(record: WarcRecord, limits: Limits) -> tuple[Head, bytes]:
    damage: list[str] = []
    head, body = load(record, limits.page_bytes, limits.ratio, damage)
    if damage:
        raise Missed("damaged", damage[0])
    content_type = head.get("content-type")
    if found := binary_type(body):
        raise Missed("not-html", f"{found}, declared {content_type or 'nothing'}"[:200])
    if not _is_html(content_type, body):
        raise Missed("not-html", (content_type or "no content type")[:200])
    if body and not has_markup(body):
        raise Missed("not-html", f"no markup, declared {content_type or 'nothing'}"[:200])
    _require_simple(body, limits)
    return head, body


def _is_sure(article: Article) -> bool:
    from newscrawl.extraction.witness import ANNOUNCEMENT

    dated = article.provenance.get("published_at")
    return article.problem is None and dated is not None and dated.source != ANNOUNCEMENT


def has_article(article: Article) -> bool:
    """Whether what was read of a page is an article, as `check` would find."""
    try:
        check(article)
    except Missed:
        return False
    return True


def answer_bytes(warc: str, page: Page, *, limits: Limits = LIMITS) -> bytes:
    """A captured response as it came, head and body, for a browser. Raises Missed for what is none."""
    _require_success(warc, page, limits)
    record = read_record(Path(warc), page.capture.offset, page.capture.length)
    if not record.is_capture or record.is_revisit:
        raise Missed("unchanged", "its bytes are those of an earlier capture")
    return b"".join(record.message())


def is_document(warc: str, page: Page, *, limits: Limits = LIMITS) -> bool:  # noqa: ARG001 - as of all that read pages
    """Whether a capture is a document that a browser has made."""
    return read_record(Path(warc), page.capture.offset, page.capture.length).is_document


def read_record_of(
    warc: str,
    page: Page,
    original: Place | None = None,
    *,
    limits: Limits = LIMITS,
    rule: Rule | None = None,
) -> Article:
    """All that the pipelines do to a page before its revision is known: for replays. Raises Missed."""
    article = normalised(read_article(warc, page, original, limits=limits, rule=rule))
    check(article)
    return article


def make_record_of(
    record: WarcRecord,
    metadata: Sequence[WarcRecord],
    page: Page,
    *,
    limits: Limits = LIMITS,
    rule: Rule | None = None,
) -> Article:
    """As `read_record_of`, of a capture that has been read, and the metadata beside it. Raises Missed."""
    if page.capture.status != 200:
        raise _refused(record, page, limits)
    article = normalised(_article(record, metadata, page, limits, rule))
    check(article)
    return article


def _require_success(warc: str, page: Page, limits: Limits) -> None:
    if page.capture.status != 200:
        raise refusal(warc, page, limits=limits)


def _require_simple(body: bytes, limits: Limits) -> None:
    if reason := markup_excess(body, limits):
        raise Missed("too-complex", reason)


def load(record: WarcRecord, limit: int, ratio: int, damage: list[str]) -> tuple[Head, bytes]:
    """Head and decoded body of a captured answer; what is damaged is added to `damage`. Raises Missed."""
    if record.is_revisit:
        raise Missed("unchanged", f"the bytes of {record.get('WARC-Refers-To-Date')}")
    if reason := record.get("WARC-Truncated"):
        raise Missed("truncated", reason)
    if record.size > limit:
        raise Missed("too-large", f"{record.size} bytes")
    try:
        return body_of(record.message(), limit=limit, ratio=ratio, damage=damage)
    except Bomb as error:
        raise Missed("bomb", str(error)) from error
    except TooLarge as error:
        raise Missed("too-large", str(error)) from error
    except NotHttp as error:
        raise Missed("not-http", str(error)) from error


def _is_html(content_type: str | None, body: bytes) -> bool:
    declared = (content_type or "").partition(";")[0].strip().lower()
    return declared in _HTML_TYPES or _HTML_START.match(body[:4096]) is not None
