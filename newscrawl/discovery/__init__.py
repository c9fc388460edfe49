"""Where does this response announce articles? Pure functions of its bytes.

`discover` takes any response; `iter_sitemap` reads a sitemap of any length in flat memory;
`same_story` tells whether two URLs of one site evidently name one story; `shape` and `judged` are how
one learns from what became of URLs which links of a host lead to articles.
"""

from __future__ import annotations

from newscrawl.discovery.links import Discovery, Link
from newscrawl.discovery.responses import discover
from newscrawl.discovery.shapes import judged, shape
from newscrawl.discovery.sitemaps import iter_sitemap
from newscrawl.discovery.variants import same_story

__all__ = ["Discovery", "Link", "discover", "iter_sitemap", "judged", "same_story", "shape"]
