"""A newspaper that rewrites, removes and brings back its articles.

It takes the arguments of `hourly_paper.py`. What becomes of an article follows from its number (`ACTIONS`).
Edits come three hours after publication, so that the look after six hours sees them. Twelve hours after it
most articles get another headline, with a new modification time. A few articles are gone
for some minutes around the look after one hour, and for seven hours the whole paper answers 503.
"""

from __future__ import annotations

import json
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import ClassVar

from hourly_paper import DAY, HOUR, Paper, Unavailable, main

#: What happens to article N, by N modulo their number.
ACTIONS = (
    "nothing", "silent edit", "stated edit", "nothing", "undated edit", "quotes", "touched",
    "removed", "section", "gone for minutes", "returned", "quietly gone", "noted edit", "silent edit",
)  # fmt: skip
#: What articles get another headline in the second half of their first day.
REVISED = frozenset(ACTIONS) - {"removed", "quietly gone", "returned", "gone for minutes"}
#: The outage begins so long after the first reader comes.
OUTAGE = (0.8 * DAY, 1.1 * DAY)
#: The paper has published for so long when its first reader comes.
BEFORE = 10 * DAY


@dataclass(frozen=True, slots=True)
class Fate:
    """What becomes of an article: one of `ACTIONS`, and whether its headline is another one in the end."""

    action: str
    is_revised: bool


@dataclass(frozen=True, slots=True)
class Version:
    """An article as it stands at a moment."""

    title: str
    body: str
    section: str
    modified: float | None


def usual_fate(number: int) -> Fate:
    action = ACTIONS[number % len(ACTIONS)]
    return Fate(action, action in REVISED)


def version(number: int, fate: Fate, time: float, now: float) -> Version:
    """The article with this number, published at `time`, as it stands at `now`."""
    title = f'Harbour council takes "decision" number {number} of this term'
    body = paragraphs(number)
    section, modified = "Town", None if fate.action == "undated edit" else time
    if fate.is_revised and now >= time + 12 * HOUR:
        edited = version(number, fate, time, time + 11 * HOUR)
        title = edited.title.replace("of this term", "of this year")
        return replace(edited, title=title, modified=edited.modified and time + 12 * HOUR)
    if now < time + 3 * HOUR:
        return Version(title, body, section, modified)
    match fate.action:
        case "silent edit" | "undated edit":
            body = body.replace("spoke for it and against it", "kept quiet about it")
        case "stated edit":
            title, modified = title.replace("takes", "reverses"), time + 3 * HOUR
        case "noted edit":
            body = (
                body.replace("in the end", "every year")
                + "\nCorrection: the cost comes every year."
            )
        case "quotes":
            title = f"Harbour council takes “decision” number {number} of this term"
        case "touched":
            modified = time + 3 * HOUR
        case "section":
            section = "Politics"
        case "returned" if now >= time + 12 * HOUR:
            body = body.replace("decided on that day", "decided on a day before")
    return Version(title, body, section, modified)


def paragraphs(number: int) -> str:
    return "\n".join(
        f"Paragraph {n} of story {number} tells in some detail what the council decided on that day, who"
        " spoke for it and against it, and what it will cost the town in the end."
        for n in range(6)
    )


def status(fate: Fate, time: float, now: float) -> int:
    """What an article's address answers at `now`."""
    age = now - time
    match fate.action:
        case "removed" if age >= 3 * HOUR:
            return 410
        case "quietly gone" if age >= 3 * HOUR:
            return 404
        case "returned" if 3 * HOUR <= age < 12 * HOUR:
            return 404
        case "gone for minutes" if 0.8 * HOUR <= age < 2 * HOUR:
            return 404
    return 200


def page(number: int, time: float, found: Version) -> str:
    said = {
        "@context": "https://schema.org", "@type": "NewsArticle", "headline": found.title,
        "datePublished": stamp(time), "articleSection": found.section,
        "author": {"@type": "Person", "name": "Ada Finch"},
        **({"dateModified": stamp(found.modified)} if found.modified else {}),
    }  # fmt: skip
    text = "".join(f"<p>{line}</p>" for line in found.body.split("\n"))
    return (
        f"<!doctype html><html lang=en><head><title>{found.title}</title>"
        f"<script type='application/ld+json'>{json.dumps(said)}</script></head><body><article>"
        f"<h1>{found.title}</h1>{text}</article></body></html>"
    )


def stamp(moment: float) -> str:
    return datetime.fromtimestamp(moment, UTC).isoformat()


class ChangingPaper(Paper):
    outage: ClassVar[tuple[float, float]] = OUTAGE

    def fate(self, number: int) -> Fate:
        return usual_fate(number)

    def answer(self, out: list[int], now: float) -> tuple[str | None, str]:
        begin = self.first + BEFORE
        if begin + self.outage[0] <= now < begin + self.outage[1]:
            raise Unavailable
        if not self.path.startswith("/news/"):
            return super().answer(out, now)
        number = int(self.path.removeprefix("/news/"))
        fate, time = self.fate(number), self.times[number]
        if number not in out or (code := status(fate, time, now)) == 404:
            return None, "text/html"
        if code == 410:
            return "", "text/html"
        return page(number, time, version(number, fate, time, now)), "text/html"


if __name__ == "__main__":
    main(ChangingPaper)
