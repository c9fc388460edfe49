"""What the three sites say: their stories, fronts and surfaces, read from `pages/` for one edition.

Each story is two files: `NAME.html` is the text as its CMS would emit it, `NAME.json` says how the
page is dressed (`page`) and what a careful reader finds on it (`record`).
"""

from __future__ import annotations

import json
import re
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

PAGES = Path(__file__).parent / "pages"

#: The sites in the order of their addresses, 127.0.0.1 and up.
SITES = ("gazette", "meridian", "newsbasket")

#: The moment at which each edition stands still.
CLOCK = {
    1: datetime(2026, 5, 20, 15, 0, tzinfo=UTC),
    2: datetime(2026, 5, 20, 21, 0, tzinfo=UTC),
}


@dataclass(frozen=True, slots=True)
class Story:
    """One article: `record` is what it says, `page` how it is dressed, `text` its body in HTML."""

    name: str
    page: dict[str, Any]
    record: dict[str, Any]
    text: str

    @property
    def path(self) -> str:
        return str(self.record["url"])

    def stated(self, member: str) -> datetime | None:
        """A time of the record as a moment in UTC; None without one, or with a bare day."""
        value = self.record[member]
        moment = datetime.fromisoformat(value) if value else None
        return moment.astimezone(UTC) if moment and moment.tzinfo else None

    @property
    def last_change(self) -> datetime:
        """When the file behind the page last changed, for Last-Modified and the like."""
        day = self.record["published_at"]
        stated = self.stated("modified_at") or self.stated("published_at")
        return stated or (datetime.fromisoformat(f"{day}T00:00:00Z") if day else CLOCK[1])


@dataclass(frozen=True, slots=True)
class Site:
    """One of the three sites in one edition."""

    name: str
    edition: int
    plan: dict[str, Any]
    stories: dict[str, Story]
    #: Stories that earlier editions had and this one answers with 410.
    withdrawn: dict[str, Story] = field(default_factory=dict)

    def layout(self, name: str) -> str:
        """The layout with each {{> part}} in its place."""
        text = self.layout_file(f"{name}.html")
        return re.sub(r"\{\{> (\w+)\}\}", lambda m: self.layout(m[1]).removesuffix("\n"), text)

    def layout_file(self, name: str) -> str:
        return (PAGES / self.name / "layouts" / name).read_text("utf-8")

    def announced(self, surface: dict[str, Any]) -> list[Story]:
        """The stories that a feed or sitemap names: those of this edition, unless it lags behind."""
        known = self.stories | (self.withdrawn if surface.get("lags") else {})
        return [known[name] for name in surface.get("stories", ()) if name in known]

    def matching(self, wanted: dict[str, str]) -> list[Story]:
        """The stories that a section, tag, author or language front lists, newest first."""
        member, value = next(iter(wanted.items()))
        found = [s for s in self.stories.values() if _says(s.record.get(member), value)]
        return sorted(found, key=lambda s: (s.last_change, s.name), reverse=True)


def newest(stories: list[Story]) -> datetime:
    return max((s.last_change for s in stories), default=CLOCK[1])


def read_site(name: str, edition: int) -> Site:
    """The site as it stands in `edition`; later editions add to and replace earlier stories."""
    folder = PAGES / name
    stories = _stories(folder / "articles")
    for number in range(2, edition + 1):
        stories |= _stories(folder / f"edition-{number}")
    withdrawn = {n: s for n, s in stories.items() if s.page.get("withdrawn_in", 99) <= edition}
    plan = json.loads((folder / "site.json").read_text("utf-8"))
    kept = {n: s for n, s in stories.items() if n not in withdrawn}
    return Site(name, edition, plan, kept, withdrawn)


def read_sites(edition: int) -> dict[str, Site]:
    return {name: read_site(name, edition) for name in SITES}


def _stories(folder: Path) -> dict[str, Story]:
    stories: dict[str, Story] = {}
    for path in sorted(folder.glob("*.json")):
        data = json.loads(path.read_text("utf-8"))
        text = path.with_suffix(".html").read_text("utf-8")
        stories[path.stem] = Story(path.stem, data["page"], data["record"], text)
    return stories


def _says(value: Any, wanted: str) -> bool:
    return wanted in value if isinstance(value, list) else value == wanted
