"""Which sitemaps robots.txt names."""

from __future__ import annotations

from newscrawl.discovery.links import Discovery, Link, note
from newscrawl.text.robots import RobotsTxt
from newscrawl.urls import fetchable, key

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
            note(faults, f"not a URL: {address[:100]}")
        elif len(links) < SITEMAPS_MAX:
            links.setdefault(key(target), Link(target, "sitemap"))
    return Discovery("robots", tuple(links.values()), tuple(faults))
