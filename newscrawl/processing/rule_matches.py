"""What does each selector of a rule find on a page? For whoever writes rules, and to see when one fails."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from newscrawl.errors import Missed
from newscrawl.processing.limits import LIMITS, Limits
from newscrawl.processing.pages import html_of
from newscrawl.processing.rule_limits import bounded

if TYPE_CHECKING:
    from newscrawl.items import Page
    from newscrawl.processing.pages import Place
    from newscrawl.rules.rule import Rule


@dataclass(frozen=True, slots=True)
class Match:
    """How many elements or texts a selector of this key finds, and the first text."""

    key: str
    selector: str
    number: int
    first: str = ""
    fault: str | None = None


def rule_matches(
    warc: str,
    page: Page,
    original: Place | None = None,
    *,
    rule: Rule,
    limits: Limits = LIMITS,
) -> tuple[Match, ...]:
    """As `matches`, of a captured page. Raises Missed where it cannot be read."""
    head, body = html_of(warc, page, original, limits=limits)
    return matches(body, head.get("content-type"), rule)


def matches(body: bytes, content_type: str | None, rule: Rule) -> tuple[Match, ...]:
    """What each selector of the rule finds, in the order of its keys. Raises Missed for what is no HTML."""
    from newscrawl.extraction import ruled
    from newscrawl.extraction.tree import Unreadable, tree
    from newscrawl.text.charset import decode

    try:
        root = tree(decode(body, content_type=content_type).text)
    except Unreadable as error:
        raise Missed("extraction-failed", str(error)) from error
    with bounded():
        return tuple(
            Match(key, str(selector), number, first, fault)
            for key, selector, number, first, fault in ruled.found_by_each(rule, root)
        )
