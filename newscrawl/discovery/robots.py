"""Which sitemaps robots.txt names."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from newscrawl.discovery.links import Discovery, Faults, Link, leave_out, note, note_address
from newscrawl.urls import fetchable, key

if TYPE_CHECKING:
    from collections.abc import Iterable

_SITEMAP = re.compile(r"^[ \t]*site-?map[ \t]*:[ \t]*([^\s#]+)", re.IGNORECASE | re.MULTILINE)
_MARKUP = re.compile(r"\s*<(?:!doctype|html|\?xml|head|body)", re.IGNORECASE)
#: Sitemap lines that are read; news sites with daily archives name hundreds.
SITEMAPS_MAX = 2_000


def read_robots(text: str, *, url: str, faults: list[str]) -> Discovery:
    """The `Sitemap:` lines, which stand outside the groups and hold for all robots."""
    if _MARKUP.match(text):
        note(faults, "markup instead of robots.txt")
        return Discovery("robots", (), tuple(faults))
    links: dict[str, Link] = {}
    for line in _SITEMAP.finditer(text):
        target = fetchable(line[1], url)
        if target is None:
            note_address(faults, line[1], url)
            note(faults, f"not a URL: {line[1][:100]}")
        elif len(links) < SITEMAPS_MAX:
            links.setdefault(key(target), Link(target, "sitemap"))
    return Discovery("robots", tuple(links.values()), tuple(faults))


def named_sitemaps(addresses: Iterable[str], url: str) -> Discovery:
    """The sitemaps that the robots.txt at `url` names, as a parser has found their addresses."""
    faults = Faults()
    links: dict[str, Link] = {}
    for address in addresses:
        target = fetchable(address, url)
        if target is None:
            note_address(faults, address, url)
        elif len(links) < SITEMAPS_MAX:
            links.setdefault(key(target), Link(target, "sitemap"))
        elif key(target) not in links:
            leave_out(faults, 1)
    return faults.of(Discovery("robots", tuple(links.values())))
