"""What one capture may cost to read. The defaults are those of the settings."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Mapping
    from typing import Self

    from newscrawl.discovery.links import Bounds


#: The setting of each limit.
SETTINGS = {
    "NEWSCRAWL_PAGE_BYTES": "page_bytes",
    "NEWSCRAWL_LIST_BYTES": "list_bytes",
    "NEWSCRAWL_DECODED_RATIO": "ratio",
    "NEWSCRAWL_PAGE_ELEMENTS": "elements",
    "NEWSCRAWL_PAGE_NESTING": "nesting",
    "NEWSCRAWL_PAGE_LINKS": "links",
    "NEWSCRAWL_FEED_ENTRIES": "entries",
    "NEWSCRAWL_SITEMAP_ENTRIES": "pages",
}


@dataclass(frozen=True, slots=True)
class Limits:
    """`page_bytes` and `list_bytes` of a page, and of a feed or sitemap, once decoded.

    Decoding may make a body `ratio` times as long. `elements` of one page are read, `nesting` of them
    one inside the other; `links` of a front page, `entries` of a feed, `pages` of a sitemap.
    """

    page_bytes: int = 20_000_000
    list_bytes: int = 50 * 1024 * 1024
    ratio: int = 200
    elements: int = 250_000
    nesting: int = 700
    links: int = 3_000
    entries: int = 10_000
    pages: int = 100_000

    @classmethod
    def from_settings(cls, settings: Mapping[str, Any]) -> Self:
        """From Scrapy's settings, or a mapping of the same names."""
        return cls(**{limit: int(settings[name]) for name, limit in SETTINGS.items()})

    def bounds(self) -> Bounds:
        """Those that are for the discovery."""
        from newscrawl.discovery.links import Bounds  # loads much that a crawl itself does not need

        return Bounds(self.links, self.entries, self.pages, self.list_bytes, self.ratio)


#: For whoever has no settings.
LIMITS = Limits()
