"""The sitemaps and robots.txt in which the sites announce their stories."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any
from xml.sax.saxutils import escape

from newscrawl.newspaper.stories import newest

if TYPE_CHECKING:
    from newscrawl.newspaper.stories import Site, Story

_XML = '<?xml version="1.0" encoding="UTF-8"?>\n'
_SITEMAP = "http://www.sitemaps.org/schemas/sitemap/0.9"
_NEWS = "http://www.google.com/schemas/sitemap-news/0.9"


def sitemap(site: Site, plan: dict[str, Any], base: str) -> str:
    """Plain entries with `lastmod`, and paths that no longer lead to a story."""
    entries = [_sitemap_entry(s, base) for s in site.announced(plan)]
    entries += [f"<url><loc>{base}{escape(path)}</loc></url>" for path in plan.get("further", ())]
    return f'{_XML}<urlset xmlns="{_SITEMAP}">\n' + "\n".join(entries) + "\n</urlset>\n"


def news_sitemap(site: Site, plan: dict[str, Any], base: str) -> str:
    entries = []
    for story in site.announced(plan):
        paper = f"<news:name>{escape(site.plan['name'])}</news:name>"
        paper += f"<news:language>{story.record['language']}</news:language>"
        published = story.record["published_at"]
        news = (
            f"<news:news><news:publication>{paper}</news:publication>"
            f"<news:publication_date>{published}</news:publication_date>"
            f"<news:title>{escape(story.record['title'])}</news:title></news:news>"
        )
        entries.append(_sitemap_entry(story, base, news))
    head = f'{_XML}<urlset xmlns="{_SITEMAP}" xmlns:news="{_NEWS}">\n'
    return head + "\n".join(entries) + "\n</urlset>\n"


def _sitemap_entry(story: Story, base: str, news: str = "") -> str:
    record = story.record
    changed = record["modified_at"] or record["published_at"]
    lastmod = f"<lastmod>{changed}</lastmod>" if changed else ""
    return f"<url><loc>{base}{escape(story.path)}</loc>{lastmod}{news}</url>"


def sitemap_index(site: Site, plan: dict[str, Any], base: str) -> str:
    children = {p["path"]: p for p in site.plan["surfaces"]}
    entries = []
    for path in plan["children"]:
        changed = newest(site.announced(children[path])).isoformat()
        entries.append(f"<sitemap><loc>{base}{path}</loc><lastmod>{changed}</lastmod></sitemap>")
    head = f'{_XML}<sitemapindex xmlns="{_SITEMAP}">\n'
    return head + "\n".join(entries) + "\n</sitemapindex>\n"


def robots(site: Site, base: str) -> str:
    rules = site.plan["robots"]
    lines = [
        f"# {site.plan['name']}",
        "User-agent: *",
        *[f"Disallow: {path}" for path in rules["disallow"]],
        "",
    ]
    return "\n".join([*lines, *[f"Sitemap: {base}{path}" for path in rules["sitemaps"]], ""])
