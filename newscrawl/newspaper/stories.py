"""What the three sites say: their stories, fronts and surfaces, read from `pages/` for one edition.

Each story is two files: `NAME.html` is the text as its CMS would emit it, `NAME.json` says how the
page is dressed (`page`) and what a careful reader finds on it (`record`). A later edition has whole
stories in a folder `edition-N/`, or edits of stories in `edition-N.json`, each beside the `facts` that
follow from it.
"""

from __future__ import annotations

import json
import re
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterable

PAGES = Path(__file__).parent / "pages"

#: The sites in the order of their addresses, 127.0.0.1 and up.
SITES = ("gazette", "meridian", "newsbasket")

#: The moment at which each edition stands still.
CLOCK = {
    1: datetime(2026, 5, 20, 15, 0, tzinfo=UTC),
    2: datetime(2026, 5, 20, 21, 0, tzinfo=UTC),
    3: datetime(2026, 5, 21, 9, 0, tzinfo=UTC),
    4: datetime(2026, 5, 21, 13, 0, tzinfo=UTC),
    5: datetime(2026, 5, 22, 9, 0, tzinfo=UTC),
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

    @property
    def is_scripted(self) -> bool:
        """Whether a script makes its page: without a browser it is none."""
        return "script" in self.page

    def stated(self, member: str) -> datetime | None:
        """A time of the record as a moment in UTC; None without one, or with a bare day."""
        value = self.record[member]
        moment = datetime.fromisoformat(value) if value else None
        return moment.astimezone(UTC) if moment and moment.tzinfo else None

    @property
    def withdrawn_status(self) -> int:
        """What its address answers once it is withdrawn."""
        return int(self.page.get("answer", {}).get("status", 410))

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
    #: Stories that earlier editions had and this one answers with 410, or as their pages say.
    withdrawn: dict[str, Story] = field(default_factory=dict)

    def renamed(self, status: int) -> dict[str, str]:
        """The former addresses of stories that answer with this status, and their new ones."""
        former = (
            (old, story.path, answered)
            for story in self.stories.values()
            for old, answered in story.page.get("former", {}).items()
        )
        return {old: new for old, new, answered in former if answered == status}

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
        stories |= {e["story"]: edited(stories[e["story"]], e) for e in edits(name, number)}
    withdrawn = {n: s for n, s in stories.items() if _is_withdrawn(s, edition)}
    plan = json.loads((folder / "site.json").read_text("utf-8"))
    kept = {n: s for n, s in stories.items() if n not in withdrawn}
    return Site(name, edition, plan, kept, withdrawn)


def read_sites(edition: int) -> dict[str, Site]:
    return {name: read_site(name, edition) for name in SITES}


def edits(name: str, edition: int) -> list[dict[str, Any]]:
    """What an edition changes in the stories of a site, with the `facts` that follow."""
    path = PAGES / name / f"edition-{edition}.json"
    found: list[dict[str, Any]] = json.loads(path.read_text("utf-8")) if path.exists() else []
    return found


def edited(story: Story, edit: dict[str, Any]) -> Story:
    """The story after an edit: other members of its record and page, other words, another answer."""
    page, record = story.page | edit.get("page", {}), story.record | edit.get("record", {})
    for member, pairs in edit.get("page_replace", {}).items():
        page[member] = _replaced(page[member], pairs)
    pairs = edit.get("replace", ())
    text, body = _replaced(story.text, pairs), [_replaced(line, pairs) for line in record["body"]]
    if line := edit.get("append"):
        text, body = f"{text}<p>{line}</p>\n", [*body, line]
    if "answer" in edit:
        page["answer"] = edit["answer"]
    if "former" in edit:
        page["former"] = edit["former"]
    return Story(story.name, page, record | {"body": body}, text)


def _replaced(text: str, pairs: Iterable[list[str]]) -> str:
    for old, new in pairs:
        text = text.replace(old, new)
    return text


def _is_withdrawn(story: Story, edition: int) -> bool:
    answered = story.page.get("answer", {}).get("status", 200)
    return bool(story.page.get("withdrawn_in", 99) <= edition or answered != 200)


def _stories(folder: Path) -> dict[str, Story]:
    stories: dict[str, Story] = {}
    for path in sorted(folder.glob("*.json")):
        data = json.loads(path.read_text("utf-8"))
        text = path.with_suffix(".html").read_text("utf-8")
        stories[path.stem] = Story(path.stem, data["page"], data["record"], text)
    return stories


def _says(value: Any, wanted: str) -> bool:
    return wanted in value if isinstance(value, list) else value == wanted
