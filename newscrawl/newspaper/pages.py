"""The HTML of stories, fronts and standing pages: layouts filled with what the stories say."""

from __future__ import annotations

import re
from dataclasses import dataclass
from html import escape
from typing import TYPE_CHECKING, Any

from newscrawl.newspaper.statements import json_ld

if TYPE_CHECKING:
    from newscrawl.newspaper.stories import Site, Story


@dataclass(frozen=True, slots=True)
class Press:
    """Prints one site's pages; `bases` holds the base URL of each of the three sites."""

    site: Site
    bases: dict[str, str]

    @property
    def base(self) -> str:
        return self.bases[self.site.name]

    def story(self, story: Story, *, layout: str | None = None, visit: int = 0) -> str:
        """A story's page; `visit` counts the readings of a text that changes at each of them."""
        page, record = story.page, story.record
        values = (
            self._common()
            | _of_record(record, self.base)
            | {
                "headline": escape(page.get("headline", record["title"]), quote=False),
                "byline": page.get("byline", ""),
                "date": fill(page.get("date", ""), {"base": self.base}),
                "trail": _trail(page.get("trail", [])),
                "figure": _figure(record, page),
                "standfirst": _standfirst(record),
                "amp_link": _link("amphtml", self.base, page.get("amp")),
                "translations": self._translations(page.get("translations", [])),
                "related": self._teasers(page.get("related", [])),
                "comments": _comments(page.get("comments", []), self.site.plan),
                "json_ld": json_ld(story, self.site, self.base),
                "direction": page.get("direction", "ltr"),
                "text": fill(
                    story.text, {**self.bases, "base": self.base, "visit": f"{visit:03d}"}
                ),
                **self._words(record["language"]),
            }
        )
        values["head"] = fill(self.site.layout(f"head-{page['head']}"), values)
        return fill(self.site.layout(layout or page.get("layout", "article")), values)

    def front(self) -> str:
        blocks = "\n".join(self._block(block) for block in self.site.plan["front"])
        return fill(self.site.layout("front"), self._common() | {"blocks": blocks})

    def _block(self, block: dict[str, Any]) -> str:
        """A part of the front: the stories that this edition has, and whatever else stands there."""
        names = [name for name in block["stories"] if name in self.site.stories]
        teasers = self._teasers(names, query=block.get("query", ""), times=block.get("times", {}))
        heading, further = escape(block["heading"]), block.get("html", "")
        return f'<section class="block"><h2>{heading}</h2>\n{teasers}\n{further}</section>'

    def listing(self, path: str, listing: dict[str, Any]) -> str:
        names = [s.name for s in self.site.matching(listing["lists"])]
        values = {
            "canonical": self.base + path,
            "heading": escape(listing["heading"]),
            "language": listing.get("language", self.site.plan["language"]),
            "direction": listing.get("direction", "ltr"),
            "teasers": self._teasers(names),
        }
        return fill(self.site.layout("listing"), self._common() | values)

    def standing(self, path: str, page: dict[str, Any]) -> str:
        """About, privacy, members' pages and the like."""
        paragraphs = "\n".join(f"<p>{p}</p>" for p in page["paragraphs"])
        values = {
            "canonical": self.base + path,
            "heading": escape(page["heading"]),
            "text": paragraphs,
        }
        return fill(self.site.layout("standing"), self._common() | values)

    def error(self, status: int) -> str:
        return fill(self.site.layout("error"), self._common() | {"status": str(status)})

    def _common(self) -> dict[str, str]:
        plan = self.site.plan
        common = {
            "base": self.base,
            "site": plan["name"],
            "direction": "ltr",
            "language": plan["language"],
        }
        return {**self.bases, **common, **self._words(plan["language"])}

    def _words(self, language: str) -> dict[str, str]:
        """What the layouts say in the reader's language, by the names `word_...`."""
        words = self.site.plan.get("words", {}).get(language, {})
        return {f"word_{name}": escape(text, quote=False) for name, text in words.items()}

    def _teasers(
        self, names: list[str], *, query: str = "", times: dict[str, str] | None = None
    ) -> str:
        # A story's page goes on naming one that was withdrawn since.
        known = self.site.stories | self.site.withdrawn
        return "\n".join(_teaser(known[n], query, (times or {}).get(n, "")) for n in names)

    def _translations(self, names: list[str]) -> str:
        found = [self.site.stories[n] for n in names]
        return "\n".join(
            f'<link rel="alternate" hreflang="{s.record["language"]}" href="{self.base}{s.path}">'
            for s in found
        )


def fill(layout: str, values: dict[str, str]) -> str:
    """The layout with each {{name}} replaced; a name without a value is an error."""
    return re.sub(r"\{\{(\w+)\}\}", lambda m: values[m[1]], layout)


def _of_record(record: dict[str, Any], base: str) -> dict[str, str]:
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


def _trail(steps: list[list[str]]) -> str:
    return "\n".join(f'<li><a href="{path}">{escape(name)}</a></li>' for name, path in steps)


def _figure(record: dict[str, Any], page: dict[str, Any]) -> str:
    if not record["image"] or "caption" not in page:
        return ""
    return (
        f'<figure class="lead-image"><img src="{record["image"]}" alt="" width="1200" height="675">'
        f"<figcaption>{page['caption']}</figcaption></figure>"
    )


def _standfirst(record: dict[str, Any]) -> str:
    return (
        f'<p class="standfirst">{escape(record["standfirst"], quote=False)}</p>'
        if record["standfirst"]
        else ""
    )


def _link(rel: str, base: str, path: str | None) -> str:
    return f'<link rel="{rel}" href="{base}{path}">' if path else ""


def _teaser(story: Story, query: str, time: str) -> str:
    record = story.record
    href = story.path + (f"?{escape(query)}" if query else "")
    line = escape(record["description"] or record["standfirst"] or "")
    when = f'<span class="when">{escape(time)}</span>' if time else ""
    return (
        f'<article class="teaser" lang="{record["language"]}">'
        f'<h3><a href="{href}">{escape(record["title"])}</a></h3><p>{line}</p>{when}</article>'
    )


def _comments(comments: list[list[str]], plan: dict[str, Any]) -> str:
    if not comments:
        return ""
    entries = "\n".join(
        f'<li class="comment"><b class="comment-author">{escape(who)}</b> '
        f'<time class="comment-time">{escape(when)}</time><p>{escape(said)}</p></li>'
        for who, when, said in comments
    )
    heading = f"{escape(plan['comments_heading'])} ({len(comments)})"
    return f'<section id="comments" class="comments"><h2>{heading}</h2><ol>{entries}</ol></section>'
