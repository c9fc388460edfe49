"""Which sitemaps robots.txt names."""

from __future__ import annotations

from typing import TYPE_CHECKING

from newscrawl.discovery.links import Discovery, Faults, Link, leave_out, note, note_address
from newscrawl.text.robots import RobotsTxt
from newscrawl.urls import fetchable, key

if TYPE_CHECKING:
    from collections.abc import Iterable

#: Sitemap lines that are read; news sites with daily archives name hundreds.
SITEMAPS_MAX = 2_000


def read_robots(text: str, *, url: str, faults: list[str]) -> Discovery:
    """The sitemaps, each address once."""
    robots = RobotsTxt(text)
    if robots.is_markup:
        note(faults, "markup instead of robots.txt")
    links: dict[str, Link] = {}
    for address in robots.sitemaps:
        target = fetchable(address, url)
        if target is None:
            note_address(faults, address, url)
            note(faults, f"not a URL: {address[:100]}")
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
