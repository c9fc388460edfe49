"""Of all URLs that feeds, sitemaps and front pages announced: how many were captured, and why not the rest?

Every URL is in exactly one place: captured, captured elsewhere (it redirects to an article or is a variant
of one), waiting, missed for a cause, or unaccounted for, which would be a fault of newscrawl.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from newscrawl.database.batches import batches
from newscrawl.database.engine import reading
from newscrawl.frontier import HUBS, ends
from newscrawl.frontier.accounting import (
    PLACED,
    Announced,
    Window,
    announced,
    led,
    omitted,
    placed,
    stands,
)
from newscrawl.urls import key

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator, Mapping

    from sqlalchemy import Connection, Engine

#: How the kinds of announcing URLs are called.
ANNOUNCERS = {
    "feed": "feeds",
    "sitemap": "sitemaps",
    "seed": "front pages",
    "section": "sections",
}

#: URLs of which it is asked at once what stands in their place, and how far one may lead to another.
_TOGETHER, _LONGEST_WAY = 500, 25


@dataclass(slots=True)
class Account:
    """Announced URLs by their place. `by` has, per kind of announcer, how many and how many captured."""

    announced: int = 0
    captured: int = 0
    elsewhere: int = 0
    waiting: int = 0
    missed: Counter[str] = field(default_factory=Counter)
    unaccounted: int = 0
    by: dict[str, list[int]] = field(default_factory=dict)

    def add(self, place: str, announcer: str, number: int = 1) -> None:
        """`place` is `captured`, `elsewhere`, `waiting`, `unaccounted` or the cause of a miss."""
        self.announced += number
        counts = self.by.setdefault(announcer, [0, 0])
        counts[0] += number
        if place == "captured":
            counts[1] += number
        if place in ("captured", "elsewhere", "waiting", "unaccounted"):
            setattr(self, place, getattr(self, place) + number)
        else:
            self.missed[place] += number

    def join(self, other: Account) -> None:
        """Add the URLs of another account to this one."""
        for name in ("announced", "captured", "elsewhere", "waiting", "unaccounted"):
            setattr(self, name, getattr(self, name) + getattr(other, name))
        self.missed += other.missed
        for announcer, (number, captured) in other.by.items():
            counts = self.by.setdefault(announcer, [0, 0])
            counts[0] += number
            counts[1] += captured

    @property
    def places(self) -> dict[str, int]:
        """Every place that has any; the numbers add up to `announced`."""
        own = {n: getattr(self, n) for n in ("captured", "elsewhere", "waiting", "unaccounted")}
        causes = sorted(self.missed.items(), key=lambda each: (-each[1], each[0]))
        return {name: number for name, number in (*own.items(), *causes) if number}

    def to_dict(self) -> dict[str, Any]:
        return {
            "announced": self.announced, "captured": self.captured, "elsewhere": self.elsewhere,
            "waiting": self.waiting, "missed": dict(sorted(self.missed.items())),
            "unaccounted": self.unaccounted, "percent": percentages(self.places),
            "by": {name: {"announced": a, "captured": c} for name, (a, c) in sorted(self.by.items())},
        }  # fmt: skip


@dataclass(frozen=True, slots=True)
class Audit:
    """The accounts of one source: of pages, and of the feeds and sitemaps that were announced.

    Of those, what was read for its links counts as captured.
    """

    source: str
    pages: Account
    lists: Account


def audit(
    engine: Engine, *, since: float | None, until: float | None, only: Collection[str] | None
) -> Iterator[Audit]:
    """One audit for each source that had something announced in the window."""
    window, found = Window(since, until, only), _Audits()
    with reading(engine).connect() as connection:
        announcers = _Announcers(connection)
        for group in announced(connection, window):
            if (announcer := announcers.kind(group.via)) is not None:
                found.add(group.source, group.kind, _place_of(group), announcer, group.number)
        for source, via, place, cause, number in omitted(connection, window):
            if (announcer := announcers.kind(via)) is not None:
                found.add(
                    source, "sitemap" if place == "list" else "page", cause, announcer, number
                )
        for group in placed(connection, window):
            if (announcer := announcers.kind(group.via)) is not None:
                place = _place(
                    captured=group.captured or group.outcome == "links",
                    outcome=group.outcome,
                    cause=group.cause,
                    waits=group.waits,
                )
                place = "elsewhere" if place == "captured" else place
                found.add(group.source, group.kind, place, announcer, group.number)
        for some in batches(led(connection, window), _TOGETHER):
            where = _followed(connection, {key(target) for *_, target in some if target})
            for source, via, kind, _, target in some:
                if (announcer := announcers.kind(via)) is not None:
                    place = where.get(key(target), "unaccounted") if target else "unaccounted"
                    found.add(source, kind, place, announcer)
    yield from found.by_source()


def percentages(numbers: Mapping[str, int]) -> dict[str, float]:
    """Shares in percent with one decimal, rounded so that they add up to 100 (largest remainders)."""
    whole = sum(numbers.values())
    if not whole:
        return {}
    tenths = {name: number * 1000 // whole for name, number in numbers.items()}
    missing = 1000 - sum(tenths.values())
    by_rest = sorted(numbers, key=lambda name: (-(numbers[name] * 1000 % whole), name))
    for name in by_rest[:missing]:
        tenths[name] += 1
    return {name: number / 10 for name, number in tenths.items()}


class _Audits:
    """The audits of all sources, as they grow."""

    def __init__(self) -> None:
        self._found: dict[str, Audit] = {}

    def add(self, source: str, kind: str, place: str, announcer: str, number: int = 1) -> None:
        audit = self._found.get(source)
        if audit is None:
            audit = self._found[source] = Audit(source, Account(), Account())
        (audit.lists if kind in HUBS else audit.pages).add(place, announcer, number)

    def by_source(self) -> Iterator[Audit]:
        for source in sorted(self._found):
            yield self._found[source]


class _Announcers:
    """By what kind of URL was a URL announced?"""

    def __init__(self, connection: Connection) -> None:
        self._kinds = {key(row.url): row.kind for row in ends.hubs(connection)}
        self._known: dict[str, str | None] = {}

    def kind(self, via: str) -> str | None:
        """None for what came in the place of a URL that was announced."""
        if via not in self._known:
            self._known[via] = self._look_up(via)
        return self._known[via]

    def _look_up(self, via: str) -> str | None:
        if via.endswith("/robots.txt"):
            return "robots.txt"
        kind = self._kinds.get(key(via))
        return ANNOUNCERS[kind] if kind is not None else None


def _place_of(group: Announced) -> str:
    is_list = group.kind in HUBS
    return _place(
        captured=group.captured or (is_list and group.outcome == "links"),
        outcome=group.outcome,
        cause=group.cause,
        # A feed that failed is asked again for ever, and robots.txt once a day; that is no reason not to
        # say why.
        waits=group.waits
        and not (group.outcome == "miss" and (is_list or group.cause == "robots")),
    )


def _place(*, captured: bool, outcome: str | None, cause: str | None, waits: bool) -> str:
    if captured:
        return "captured"
    if waits:
        return "waiting"
    return cause if outcome == "miss" and cause else "unaccounted"


def _followed(connection: Connection, keys: set[str]) -> dict[str, str]:
    """The places of URLs that stand in others' place, where another may stand in theirs."""
    leads: dict[str, str] = {}
    places: dict[str, str] = {}
    asked = set(keys)
    for _ in range(_LONGEST_WAY):
        following: set[str] = set()
        for each, (captured, outcome, cause, target, waits) in stands(connection, asked).items():
            if cause in PLACED and target and not captured:
                leads[each] = key(target)
                following.add(key(target))
                # If it leads in a circle, this is what there is to say.
                places[each] = str(cause)
            else:
                is_there = captured or outcome == "links"
                place = _place(captured=is_there, outcome=outcome, cause=cause, waits=waits)
                places[each] = "elsewhere" if place == "captured" else place
        asked = following - places.keys()
        if not asked:
            break
    return {each: places.get(_end(each, leads), "unaccounted") for each in keys}


def _end(start: str, leads: Mapping[str, str]) -> str:
    seen = {start}
    while (target := leads.get(start)) is not None and target not in seen:
        seen.add(target)
        start = target
    return start
