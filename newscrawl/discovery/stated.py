"""The dates that feeds and sitemaps state."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from newscrawl.discovery.links import note
from newscrawl.text.context import context_of, with_order_of
from newscrawl.text.dates import stated

if TYPE_CHECKING:
    from newscrawl.text.context import DateContext


_WHOLE_TEXT = re.compile(
    r"[>\"]\s*((?:[^\W\d_]+[.,]*\s+)?\d{1,2}[/-]\d{1,2}[/-]\d{4}[^<>\"]{0,30})[<\"]"
)


def origin(url: str, language: str | None = None, *, text: str = "") -> DateContext:
    """What its address, its language and its other dates say about the dates of a feed or sitemap."""
    context = context_of(language or "", host=urlsplit(url).hostname or "")
    dates = (found[1] for found in _WHOLE_TEXT.finditer(text))
    return with_order_of(dates, context, where="in the same feed")


def read(text: str, faults: list[str], context: DateContext) -> str | None:
    """The date in ISO 8601, or None; a text that is no date is added to `faults`."""
    found = stated(text, context)
    if found is None and text.strip():
        note(faults, f"not a date: {text}")
    return found
