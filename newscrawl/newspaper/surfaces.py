"""Where the sites announce their stories: RSS, Atom, JSON Feed, sitemaps and robots.txt."""

from __future__ import annotations

import json
from datetime import datetime
from email.utils import format_datetime
from typing import Any
from xml.sax.saxutils import escape

from newscrawl.newspaper.stories import CLOCK, Site, Story

_XML = '<?xml version="1.0" encoding="UTF-8"?>\n'
_SITEMAP = "http://www.sitemaps.org/schemas/sitemap/0.9"
_NEWS = "http://www.google.com/schemas/sitemap-news/0.9"


def listed(site: Site, plan: dict[str, Any]) -> list[Story]:
    """The stories that a surface names, those that this edition has; a surface may lag behind."""
    withdrawn = site.withdrawn if plan.get("lags") else {}
    known = site.stories | withdrawn
    return [known[name] for name in plan.get("stories", ()) if name in known]


def newest(stories: list[Story]) -> datetime:
    return max((s.last_change for s in stories), default=CLOCK[1])


def rss(site: Site, plan: dict[str, Any], base: str) -> str:
    stories = listed(site, plan)
    items = [_rss_item(s, base, plan.get("query", "")) for s in stories]
    for title, path in plan.get("further", ()):
        link = base + escape(path)
        items.append(
            f"<item><title>{escape(title)}</title><link>{link}</link><guid>{link}</guid></item>"
        )
    title, built = escape(plan["title"]), format_datetime(newest(stories))
    return (
        f'{_XML}<rss version="2.0" xmlns:dc="http://purl.org/dc/elements/1.1/"'
        f' xmlns:atom="http://www.w3.org/2005/Atom">\n<channel>'
        f"<title>{title}</title><link>{base}/</link><description>{title}</description>"
        f'<atom:link href="{base}{plan["path"]}" rel="self" type="application/rss+xml"/>'
        f"<language>{plan['language']}</language><lastBuildDate>{built}</lastBuildDate><ttl>30</ttl>\n"
        + "\n".join(items)
        + "\n</channel></rss>\n"
    )


def _rss_item(story: Story, base: str, query: str) -> str:
    link = f"{base}{story.path}" + (f"?{query}" if query else "")
    date = ""
    if story.stated("published_at"):
        date = f"<pubDate>{format_datetime(_as_stated(story, 'published_at'))}</pubDate>"
    creators = "".join(f"<dc:creator>{escape(a)}</dc:creator>" for a in story.record["authors"])
    return (
        f"<item><title>{escape(story.record['title'])}</title><link>{escape(link)}</link>"
        f'<guid isPermaLink="false">{story.name}</guid>{date}{creators}'
        f"<description>{escape(_line(story))}</description></item>"
    )


def atom(site: Site, plan: dict[str, Any], base: str) -> str:
    stories = listed(site, plan)
    return (
        f'{_XML}<feed xmlns="http://www.w3.org/2005/Atom" xml:lang="{plan["language"]}">\n'
        f"<title>{escape(plan['title'])}</title><id>{base}/</id>"
        f"<updated>{newest(stories).isoformat()}</updated>"
        f'<link rel="self" href="{base}{plan["path"]}"/>'
        f'<link rel="alternate" type="text/html" href="{base}/"/>\n'
        + "\n".join(_atom_entry(s, base) for s in stories)
        + "\n</feed>\n"
    )


def _atom_entry(story: Story, base: str) -> str:
    record, link = story.record, base + escape(story.path)
    published = ""
    if story.stated("published_at"):
        published = f"<published>{_as_stated(story, 'published_at').isoformat()}</published>"
    authors = "".join(f"<author><name>{escape(a)}</name></author>" for a in record["authors"])
    updated = _as_stated(story, "modified_at" if story.stated("modified_at") else "published_at")
    return (
        f'<entry xml:lang="{record["language"]}"><title>{escape(record["title"])}</title>'
        f'<link rel="alternate" href="{link}"/><id>{link}</id>'
        f"{published}<updated>{updated.isoformat()}</updated>{authors}"
        f"<summary>{escape(_line(story))}</summary></entry>"
    )


def json_feed(site: Site, plan: dict[str, Any], base: str) -> str:
    feed = {
        "version": "https://jsonfeed.org/version/1.1",
        "title": plan["title"],
        "home_page_url": f"{base}/",
        "feed_url": base + plan["path"],
        "language": plan["language"],
        "items": [_json_item(story, base) for story in listed(site, plan)],
    }
    return json.dumps(feed, ensure_ascii=False, indent=1) + "\n"


def _json_item(story: Story, base: str) -> dict[str, Any]:
    record = story.record
    item: dict[str, Any] = {"id": story.name, "url": base + story.path, "title": record["title"]}
    item |= {"summary": _line(story), "language": record["language"]}
    for member, name in (("published_at", "date_published"), ("modified_at", "date_modified")):
        if story.stated(member):
            item[name] = _as_stated(story, member).isoformat()
    if record["authors"]:
        item["authors"] = [{"name": name} for name in record["authors"]]
    return item


def sitemap(site: Site, plan: dict[str, Any], base: str) -> str:
    """Plain entries with `lastmod`, and paths that no longer lead to a story."""
    entries = [_sitemap_entry(s, base) for s in listed(site, plan)]
    entries += [f"<url><loc>{base}{escape(path)}</loc></url>" for path in plan.get("further", ())]
    return f'{_XML}<urlset xmlns="{_SITEMAP}">\n' + "\n".join(entries) + "\n</urlset>\n"


def news_sitemap(site: Site, plan: dict[str, Any], base: str) -> str:
    entries = []
    for story in listed(site, plan):
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
        changed = newest(listed(site, children[path])).isoformat()
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


def _as_stated(story: Story, member: str) -> datetime:
    """The time with the offset that the page gives it."""
    return datetime.fromisoformat(story.record[member])


def _line(story: Story) -> str:
    record = story.record
    return str(record["description"] or record["standfirst"] or record["title"])


FORMATS = {
    "rss": (rss, "application/rss+xml; charset=utf-8"),
    "atom": (atom, "application/atom+xml; charset=utf-8"),
    "json-feed": (json_feed, "application/feed+json; charset=utf-8"),
    "sitemap": (sitemap, "application/xml; charset=utf-8"),
    "news-sitemap": (news_sitemap, "application/xml; charset=utf-8"),
    "sitemap-index": (sitemap_index, "text/xml; charset=utf-8"),
}
