"""The pieces of HTML that layouts are filled with, each made from what a story or plan says."""

from __future__ import annotations

import re
from html import escape
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from newscrawl.newspaper.stories import Story


def fill(layout: str, values: dict[str, str]) -> str:
    """The layout with each {{name}} replaced; a name without a value is an error."""
    return re.sub(r"\{\{(\w+)\}\}", lambda m: values[m[1]], layout)


def record_values(record: dict[str, Any], base: str) -> dict[str, str]:
    tags = record["tags"]
    return {
        "title": escape(record["title"]),
        "description": escape(record["description"] or ""),
        "canonical": base + record["canonical_url"],
        "language": record["language"],
        "section": escape(record["section"] or ""),
        "section_slug": (record["section"] or "").lower(),
        "image_meta": _meta("og:image", base + record["image"] if record["image"] else ""),
        "published": record["published_at"] or "",
        "modified_meta": _meta("article:modified_time", record["modified_at"] or ""),
        "authors": escape(", ".join(record["authors"])),
        "keywords": escape(", ".join(tags)),
        "tag_metas": "\n".join(_meta("article:tag", t) for t in tags),
    }


def _meta(name: str, content: str) -> str:
    return f'<meta property="{name}" content="{escape(content)}">' if content else ""


def trail(steps: list[list[str]]) -> str:
    return "\n".join(f'<li><a href="{path}">{escape(name)}</a></li>' for name, path in steps)


def figure(record: dict[str, Any], page: dict[str, Any]) -> str:
    if not record["image"] or "caption" not in page:
        return ""
    return (
        f'<figure class="lead-image"><img src="{record["image"]}" alt="" width="1200" height="675">'
        f"<figcaption>{page['caption']}</figcaption></figure>"
    )


def standfirst(record: dict[str, Any]) -> str:
    line = escape(record["standfirst"] or "", quote=False)
    return f'<p class="standfirst">{line}</p>' if line else ""


def link(rel: str, base: str, path: str | None) -> str:
    return f'<link rel="{rel}" href="{base}{path}">' if path else ""


def teaser(story: Story, query: str, time: str) -> str:
    record = story.record
    href = story.path + (f"?{escape(query)}" if query else "")
    line = escape(record["description"] or record["standfirst"] or "")
    when = f'<span class="when">{escape(time)}</span>' if time else ""
    return (
        f'<article class="teaser" lang="{record["language"]}">'
        f'<h3><a href="{href}">{escape(record["title"])}</a></h3><p>{line}</p>{when}</article>'
    )


def comments(comments: list[list[str]], plan: dict[str, Any]) -> str:
    if not comments:
        return ""
    entries = "\n".join(
        f'<li class="comment"><b class="comment-author">{escape(who)}</b> '
        f'<time class="comment-time">{escape(when)}</time><p>{escape(said)}</p></li>'
        for who, when, said in comments
    )
    heading = f"{escape(plan['comments_heading'])} ({len(comments)})"
    return f'<section id="comments" class="comments"><h2>{heading}</h2><ol>{entries}</ol></section>'
