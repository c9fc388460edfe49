"""What lies behind each path of one site: the bodies and headers that the server hands out."""

from __future__ import annotations

import gzip
import hashlib
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from newscrawl.newspaper import feeds, sitemaps
from newscrawl.newspaper.pages import Press
from newscrawl.newspaper.pictures import picture
from newscrawl.newspaper.stories import CLOCK, Site, Story, newest

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime

HTML = "text/html; charset=utf-8"

#: What writes a surface of this format, and the content type it is sent with.
_FORMATS = {
    "rss": (feeds.rss, "application/rss+xml; charset=utf-8"),
    "atom": (feeds.atom, "application/atom+xml; charset=utf-8"),
    "json-feed": (feeds.json_feed, "application/feed+json; charset=utf-8"),
    "sitemap": (sitemaps.sitemap, "application/xml; charset=utf-8"),
    "news-sitemap": (sitemaps.news_sitemap, "application/xml; charset=utf-8"),
    "sitemap-index": (sitemaps.sitemap_index, "text/xml; charset=utf-8"),
}


@dataclass(frozen=True, slots=True)
class Answer:
    """One resource before any coding; `coding` names the codings it is sent with."""

    body: bytes
    content_type: str = HTML
    status: int = 200
    coding: str = ""
    changed: datetime | None = None
    location: str | None = None

    @property
    def etag(self) -> str:
        return f'"{hashlib.sha256(self.body).hexdigest()[:20]}"'


#: A fixed answer, or one made anew from the number of the visit.
Shelf = dict[str, "Answer | Callable[[int], Answer]"]


def stock(site: Site, bases: dict[str, str]) -> Shelf:
    """Every path of the site with its answer."""
    press = Press(site, bases)
    shelf: Shelf = {}
    for path in site.plan["gone"]:
        shelf[path] = Answer(press.error(410).encode(), status=410)
    for story in site.withdrawn.values():
        status = story.withdrawn_status
        shelf[story.path] = Answer(press.error(status).encode(), status=status)
    for old, new in (site.plan["moved"] | site.renamed(301)).items():
        shelf[old] = Answer(press.error(301).encode(), status=301, location=bases[site.name] + new)
    for story in site.stories.values():
        _shelve_story(shelf, story, press)
    _shelve_fronts(shelf, press)
    _shelve_surfaces(shelf, site, bases[site.name])
    style = site.layout_file("style.txt")
    shelf["/static/site.css"] = Answer(style.encode(), "text/css; charset=utf-8", changed=CLOCK[1])
    for image in _images(site, style):
        shelf[image] = _drawn_on_demand(image)
    return shelf


def missing(site: Site, bases: dict[str, str]) -> Answer:
    return Answer(Press(site, bases).error(404).encode(), status=404)


def _shelve_story(shelf: Shelf, story: Story, press: Press) -> None:
    coding = story.page.get("coding", press.site.plan.get("coding", ""))

    def answer(visit: int) -> Answer:
        return Answer(press.story(story, visit=visit).encode(), coding=coding)

    if story.page.get("changes_at_each_visit"):
        shelf[story.path] = answer
        return
    if story.is_scripted:
        _shelve_script(shelf, story, press)
    page = press.story(story).encode()
    shelf[story.path] = Answer(page, coding=coding, changed=story.last_change)
    for variant in ("amp", "print"):
        if path := story.page.get(variant):
            shelf[path] = Answer(
                press.story(story, layout=variant).encode(), changed=story.last_change
            )


def _shelve_script(shelf: Shelf, story: Story, press: Press) -> None:
    """The script that makes the page of a story, and what it asks for."""
    script = press.site.layout_file("script.txt").encode()
    shelf["/static/story.js"] = Answer(script, "text/javascript; charset=utf-8", changed=CLOCK[1])
    for told in (story, press.site.stories.get(story.page["script"].get("next", ""))):
        if told is not None:
            body = press.told(told).encode()
            shelf[press.api(told)] = Answer(body, "application/json", changed=told.last_change)


def _shelve_fronts(shelf: Shelf, press: Press) -> None:
    site, plan = press.site, press.site.plan
    fronted = [site.stories[n] for b in plan["front"] for n in b["stories"] if n in site.stories]
    coding = plan.get("coding", "")
    shelf["/"] = Answer(press.front().encode(), coding=coding, changed=newest(fronted))
    for path, listing in plan["listings"].items():
        changed = newest(site.matching(listing["lists"]))
        shelf[path] = Answer(press.listing(path, listing).encode(), coding=coding, changed=changed)
    for path, page in plan["standing"].items():
        shelf[path] = Answer(press.standing(path, page).encode(), coding=coding, changed=CLOCK[1])


def _shelve_surfaces(shelf: Shelf, site: Site, base: str) -> None:
    for plan in site.plan["surfaces"]:
        write, content_type = _FORMATS[plan["format"]]
        body = write(site, plan, base).encode()
        if plan["path"].endswith(".gz"):
            body, content_type = gzip.compress(body, mtime=0), "application/x-gzip"
        shelf[plan["path"]] = Answer(
            body, content_type, coding=plan.get("coding", ""), changed=_surface_change(site, plan)
        )
    shelf["/robots.txt"] = Answer(
        sitemaps.robots(site, base).encode(), "text/plain; charset=utf-8", changed=CLOCK[1]
    )


def _surface_change(site: Site, plan: dict[str, Any]) -> datetime:
    children = {p["path"]: p for p in site.plan["surfaces"]}
    parts = [children[path] for path in plan.get("children", ())] or [plan]
    return max(newest(site.announced(part)) for part in parts)


def _images(site: Site, style: str) -> set[str]:
    """The paths of all pictures that the site's pages and its style sheet name."""
    images = {"/media/logo.png"}
    for text in (style, *(story.text for story in site.stories.values())):
        images.update(re.findall(r"/media/[\w-]+\.png", text))
    images.update(story.record["image"] for story in site.stories.values())
    return images - {None}


def _drawn_on_demand(path: str) -> Callable[[int], Answer]:
    """Most visitors ask for no picture, and it takes some time to draw them all."""
    return lambda _: Answer(picture(path), "image/png", changed=CLOCK[1])
