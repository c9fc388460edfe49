"""The HTML of stories, fronts and standing pages: layouts filled with what the stories say."""

from __future__ import annotations

import json
from dataclasses import dataclass
from html import escape
from typing import TYPE_CHECKING, Any

from newscrawl.newspaper import fragments
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
            | fragments.record_values(record, self.base)
            | {
                "headline": escape(page.get("headline", record["title"]), quote=False),
                "byline": page.get("byline", ""),
                "date": fragments.fill(page.get("date", ""), {"base": self.base}),
                "trail": fragments.trail(page.get("trail", [])),
                "figure": fragments.figure(record, page),
                "standfirst": fragments.standfirst(record),
                "amp_link": fragments.link("amphtml", self.base, page.get("amp")),
                "translations": self._translations(page.get("translations", [])),
                "related": self._teasers(page.get("related", [])),
                "comments": fragments.comments(page.get("comments", []), self.site.plan),
                "story_api": self.api(story) if story.is_scripted else "",
                "json_ld": json_ld(story, self.site, self.base),
                "direction": page.get("direction", "ltr"),
                "text": fragments.fill(story.text, {**self.bases, "visit": f"{visit:03d}"}),
                **self._words(record["language"]),
            }
        )
        values["head"] = fragments.fill(self.site.layout(f"head-{page['head']}"), values)
        return fragments.fill(self.site.layout(layout or page.get("layout", "article")), values)

    @staticmethod
    def api(story: Story) -> str:
        """The path of what a script is told of a story."""
        return f"/api/stories/{story.name}.json"

    def told(self, story: Story) -> str:
        """What a script is told of a story, as JSON: its parts, and where the `next` story is."""
        page, record = story.page, story.record
        following = self.site.stories.get(page.get("script", {}).get("next", ""))
        values = {
            "site": self.site.plan["name"],
            "url": story.path,
            "language": record["language"],
            "title": escape(record["title"], quote=False),
            "byline": page.get("byline", ""),
            "date": page.get("date", ""),
            "figure": fragments.figure(record, page),
            "parts": fragments.fill(story.text, self.bases).split("<!--part-->"),
            "next": self.api(following) if following else None,
        }
        return json.dumps(values, ensure_ascii=False)

    def front(self) -> str:
        blocks = "\n".join(self._block(block) for block in self.site.plan["front"])
        return fragments.fill(self.site.layout("front"), self._common() | {"blocks": blocks})

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
        return fragments.fill(self.site.layout("listing"), self._common() | values)

    def standing(self, path: str, page: dict[str, Any]) -> str:
        """About, privacy, members' pages and the like."""
        paragraphs = "\n".join(f"<p>{p}</p>" for p in page["paragraphs"])
        values = {
            "canonical": self.base + path,
            "heading": escape(page["heading"]),
            "text": paragraphs,
        }
        return fragments.fill(self.site.layout("standing"), self._common() | values)

    def error(self, status: int) -> str:
        return fragments.fill(self.site.layout("error"), self._common() | {"status": str(status)})

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
        return "\n".join(fragments.teaser(known[n], query, (times or {}).get(n, "")) for n in names)

    def _translations(self, names: list[str]) -> str:
        found = [self.site.stories[n] for n in names]
        return "\n".join(
            f'<link rel="alternate" hreflang="{s.record["language"]}" href="{self.base}{s.path}">'
            for s in found
        )
