"""The feeds in which the sites announce their stories: RSS 2.0, Atom and JSON Feed."""

from __future__ import annotations

import json
from datetime import datetime
from email.utils import format_datetime
from typing import TYPE_CHECKING, Any
from xml.sax.saxutils import escape

from newscrawl.newspaper.stories import newest

if TYPE_CHECKING:
    from newscrawl.newspaper.stories import Site, Story

_XML = '<?xml version="1.0" encoding="UTF-8"?>\n'


def rss(site: Site, plan: dict[str, Any], base: str) -> str:
    stories = site.announced(plan)
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
    stories = site.announced(plan)
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
        "items": [_json_item(story, base) for story in site.announced(plan)],
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


def _as_stated(story: Story, member: str) -> datetime:
    """The time with the offset that the page gives it."""
    return datetime.fromisoformat(story.record[member])


def _line(story: Story) -> str:
    record = story.record
    return str(record["description"] or record["standfirst"] or record["title"])
