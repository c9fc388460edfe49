"""From a captured page or style sheet to the addresses that it needs: pure functions, run in workers."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

from newscrawl.errors import Missed
from newscrawl.processing.limits import LIMITS, Limits
from newscrawl.processing.pages import html_of, load
from newscrawl.warc.reader import read_record

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from lxml.html import HtmlElement

    from newscrawl.causes import RequisiteKind, RequisiteLevel
    from newscrawl.discovery.requisites import Requisite
    from newscrawl.items import Page

T = TypeVar("T")

#: URLs and kinds.
Needed = tuple[tuple[str, "RequisiteKind"], ...]


def with_requisites(
    call: Callable[..., T],
    warc: str,
    page: Page,
    *,
    level: RequisiteLevel,
    most: int,
    **given: Any,
) -> tuple[T, Needed | None]:
    """What `call` makes of a captured page, and what `needed_by_page` returns, of one tree.

    They are the same but for control characters, which the two parse differently.
    The requisites are None where the page has no tree, or the finder fails in it. Raises Missed.
    """
    from newscrawl.discovery.requisites import requisites_of_tree

    found: list[Needed | None] = []

    def find(root: HtmlElement) -> None:
        if found:
            return  # a tree of mended markup
        found.append(None)
        try:
            found[0] = _first(requisites_of_tree(root, url=page.url, level=level), most)
        except MemoryError:
            raise
        except Exception:
            # A fault of the finder must not cost the record: `needed_by_page` is asked then, and raises it.
            found[0] = None

    result = call(warc, page, on_tree=find, **given)
    return result, found[0] if found else None


def needed_by_page(
    warc: str, page: Page, *, level: RequisiteLevel, most: int, limits: Limits = LIMITS
) -> Needed:
    """URLs and kinds of up to `most` requisites of a captured HTML page, the most wanted first. Raises
    Missed."""
    from newscrawl.discovery.requisites import requisites_of_page
    from newscrawl.text.charset import decode

    head, body = html_of(warc, page, limits=limits)
    text = decode(body, content_type=head.get("content-type")).text
    return _first(requisites_of_page(text, url=page.url, level=level), most)


def needed_by_style(warc: str, page: Page, *, most: int, limits: Limits = LIMITS) -> Needed:
    """URLs and kinds of up to `most` requisites of a captured style sheet. Raises Missed."""
    from newscrawl.discovery.requisites import requisites_of_style
    from newscrawl.text.charset import decode

    record = read_record(Path(warc), page.capture.offset, page.capture.length)
    head, body = load(record, limits.page_bytes, limits.ratio, [])
    if head.media_type not in ("text/css", "unk"):
        raise Missed("not-html", f"{head.media_type} where a style sheet was named")
    text = decode(body, content_type=head.get("content-type")).text
    return _first(requisites_of_style(text, url=page.url), most)


def _first(found: Sequence[Requisite], most: int) -> Needed:
    return tuple((each.url, each.kind) for each in found[:most])
