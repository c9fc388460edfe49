"""The JSON-LD in the head of each story's page, in the shapes that publishing systems emit."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from newscrawl.newspaper.stories import Site, Story

Node = dict[str, Any]


def json_ld(story: Story, site: Site, base: str) -> str:
    """The script elements for the shape that the story's page names, or nothing."""
    shape = story.page.get("json_ld")
    if shape is None:
        return ""
    nodes = _SHAPES[shape](story, site, base)
    text = json.dumps(nodes, ensure_ascii=site.plan.get("json_ascii", False), indent=None)
    # A closing tag inside a string would end the script element.
    text = text.replace("</", r"<\/")
    return f'<script type="application/ld+json">{text}</script>'


def _article(story: Story, site: Site, base: str) -> Node:
    record, page = story.record, story.page
    node: Node = {
        "@context": "https://schema.org",
        "@type": page.get("json_ld_type", "NewsArticle"),
        "mainEntityOfPage": {"@type": "WebPage", "@id": base + record["canonical_url"]},
        "headline": record["title"],
        "description": record["description"],
        "inLanguage": record["language"],
        "datePublished": record["published_at"],
        "dateModified": record["modified_at"],
        "articleSection": record["section"],
        "keywords": record["tags"],
        "isAccessibleForFree": record["is_accessible"],
        "image": base + record["image"] if record["image"] else None,
        "author": _makers(record),
        "publisher": _publisher(site, base),
    }
    return {k: v for k, v in node.items() if v is not None and v != []}


def _makers(record: Node) -> list[Node] | Node:
    makers = [{"@type": "Person", "name": name} for name in record["authors"]]
    makers += [{"@type": "Organization", "name": name} for name in record["credit"]]
    return makers[0] if len(makers) == 1 else makers


def _publisher(site: Site, base: str) -> Node:
    logo = {"@type": "ImageObject", "url": f"{base}/media/logo.png", "width": 600, "height": 60}
    return {
        "@type": "NewsMediaOrganization",
        "name": site.plan["name"],
        "url": f"{base}/",
        "logo": logo,
    }


def _graph(story: Story, site: Site, base: str) -> Node:
    """One @graph whose nodes point at each other by @id, as plug-ins of blog systems write it."""
    record, here = story.record, base + story.record["canonical_url"]
    article = _article(story, site, base)
    persons = []
    for number, name in enumerate(record["authors"], 1):
        persons.append({"@type": "Person", "@id": f"{base}/#/schema/person/{number}", "name": name})
    article |= {
        "@id": f"{here}#article",
        "isPartOf": {"@id": here},
        "mainEntityOfPage": {"@id": here},
        "author": [{"@id": p["@id"]} for p in persons],
        "publisher": {"@id": f"{base}/#organization"},
    }
    del article["@context"]
    page = {
        "@type": "WebPage",
        "@id": here,
        "url": here,
        "name": f"{record['title']} | {site.plan['name']}",
    }
    page["isPartOf"] = {"@id": f"{base}/#website"}
    website = {
        "@type": "WebSite",
        "@id": f"{base}/#website",
        "url": f"{base}/",
        "name": site.plan["name"],
    }
    organization = _publisher(site, base) | {"@id": f"{base}/#organization"}
    return {
        "@context": "https://schema.org",
        "@graph": [article, page, website, organization, *persons],
    }


def _trail(story: Story, site: Site, base: str) -> list[Node]:
    """The article beside the trail of links that leads to it, in one list."""
    steps = [(site.plan["name"], "/"), *[tuple(s) for s in story.page.get("trail", [])]]
    items = [
        {"@type": "ListItem", "position": n, "name": name, "item": base + path}
        for n, (name, path) in enumerate(steps, 1)
    ]
    trail = {"@context": "https://schema.org", "@type": "BreadcrumbList", "itemListElement": items}
    return [trail, _article(story, site, base)]


def _live(story: Story, site: Site, base: str) -> Node:
    node = _article(story, site, base)
    node["@type"] = "LiveBlogPosting"
    node["coverageStartTime"] = story.record["published_at"]
    node["liveBlogUpdate"] = [
        {
            "@type": "BlogPosting",
            "headline": post["headline"],
            "datePublished": post["at"],
            "articleBody": post["text"],
            "url": f"{base}{story.path}#{post['id']}",
        }
        for post in story.page["posts"]
    ]
    return node


def _walled(story: Story, site: Site, base: str) -> Node:
    wall = {
        "@type": "WebPageElement",
        "isAccessibleForFree": False,
        "cssSelector": ".subscriber-only",
    }
    return _article(story, site, base) | {"hasPart": wall}


def _video(story: Story, site: Site, base: str) -> list[Node]:
    record, page = story.record, story.page
    video = {
        "@context": "https://schema.org",
        "@type": "VideoObject",
        "name": record["title"],
        "description": record["description"],
        "uploadDate": record["published_at"],
        "duration": page["duration"],
        "thumbnailUrl": base + record["image"],
        "contentUrl": f"{base}/media/{story.name}.mp4",
    }
    return [video, _article(story, site, base)]


_SHAPES = {
    "article": _article,
    "graph": _graph,
    "trail": _trail,
    "live": _live,
    "walled": _walled,
    "video": _video,
}
