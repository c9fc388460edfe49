"""Where does this response announce articles? Pure functions of its bytes.

`discover` takes any response; `iter_sitemap` reads a sitemap of any length in flat memory;
`same_story` tells whether two URLs of one site evidently name one story; `shape` and `judged` are how
one learns from what became of URLs which links of a host lead to articles.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from newscrawl.discovery.links import Discovery, Link
from newscrawl.discovery.shapes import judged, shape
from newscrawl.discovery.variants import same_story, told_apart_by_query

if TYPE_CHECKING:
    from newscrawl.discovery.responses import discover
    from newscrawl.discovery.sitemaps import iter_sitemap

__all__ = [
    "Discovery",
    "Link",
    "discover",
    "iter_sitemap",
    "judged",
    "same_story",
    "shape",
    "told_apart_by_query",
]


def __getattr__(name: str) -> Any:
    # A crawl's own process only carries links about; its workers find them.
    if name == "discover":
        from newscrawl.discovery.responses import discover

        return discover
    if name == "iter_sitemap":
        from newscrawl.discovery.sitemaps import iter_sitemap

        return iter_sitemap
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
