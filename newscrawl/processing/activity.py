"""Can a browser make something else of a page than its bytes say?"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from newscrawl.processing.limits import LIMITS, Limits
from newscrawl.processing.pages import html_of

if TYPE_CHECKING:
    from newscrawl.items import Page

_SCRIPT = re.compile(rb"<(?:\w+:)?script\b([^>]*)>", re.IGNORECASE)
_TYPE = re.compile(rb"""\btype\s*=\s*["']?([^"'\s>]*)""", re.IGNORECASE)
#: What changes a document without a script: handlers, frames, plug-ins, refreshes, shadow trees, XSLT.
_ACTIVE = re.compile(
    rb"""[\s"'/]on[a-z]+\s*=|<(?:iframe|frame|object|embed)\b|http-equiv\s*=\s*["']?\s*refresh"""
    rb"""|\bshadowrootmode\b|<\?xml-stylesheet""",
    re.IGNORECASE,
)


def is_active(body: bytes) -> bool:
    """Whether the HTML has anything that a browser runs, loads into the document, or follows.

    True where that is uncertain. Scripts of a JSON type are data (HTML, 4.12.1: data blocks).
    """
    if b"\0" in body or _ACTIVE.search(body):
        return True  # with zero bytes perhaps UTF-16, which is not looked into
    for script in _SCRIPT.finditer(body):
        stated = _TYPE.search(script[1])
        if stated is None or b"json" not in stated[1].lower():
            return True
    return False


def has_activity(warc: str, page: Page, *, limits: Limits = LIMITS) -> bool:
    """`is_active` of a captured page. Raises Missed."""
    return is_active(html_of(warc, page, limits=limits)[1])
