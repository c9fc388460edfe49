"""What is known of each source that its baselines are taken from. All times are seconds since the epoch."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from newscrawl.baselines import Ends, Hub, health
from newscrawl.baselines.baseline import PAST
from newscrawl.causes import cause_of, is_refusal
from newscrawl.database.engine import reading
from newscrawl.frontier import ends
from newscrawl.store import Store, tallies

if TYPE_CHECKING:
    from collections.abc import Collection

    from sqlalchemy import Connection, Engine

    from newscrawl.store.tallies import Hours

HOUR, DAY = 3600.0, 86_400.0

#: How far back: articles by hour; ends of URLs; of those, what counts as of late; new announcements.
_ARTICLES, _ENDS, _RECENT, _NEW = (PAST + 48) * HOUR, 28 * DAY, 3 * DAY, 14 * DAY
#: A source whose last article is older is looked at from there.
_QUIET = 2 * DAY
_NOTHING = Ends(0, {})


@dataclass(slots=True)
class Facts:
    """One source. `recent` and `past` are its pages, hubs aside; `failures` its misses of three days."""

    hours: Hours = field(default_factory=list)
    last_article: float | None = None
    last_success: float | None = None
    last_page: float | None = None
    last_asked: float | None = None
    recent: Ends = _NOTHING
    past: Ends = _NOTHING
    failures: dict[str, int] = field(default_factory=dict)
    hubs: list[Hub] = field(default_factory=list)
    hosts: set[str] = field(default_factory=set)
    parked: dict[str, tuple[int, float]] = field(default_factory=dict)

    @property
    def counts(self) -> dict[int, int]:
        """Articles by hour. Made anew each time: those of thousands of sources would fill the memory."""
        # Most hours are like others, and of those that are one object the sum is taken once.
        objects = {id(found): found for _, found in self.hours}
        sums = {which: sum(found.values()) for which, found in objects.items()}
        return {hour: sums[id(found)] for hour, found in self.hours}


@dataclass(frozen=True, slots=True)
class Everything:
    """All sources, and when anything ended last."""

    sources: dict[str, Facts]
    last_settled: float | None


def gather(engine: Engine, *, now: float, only: Collection[str] | None, whole: bool) -> Everything:
    """The facts of all sources, or of `only` these; `whole` also has when each feed had something new."""
    with reading(engine).connect() as connection:
        facts: dict[str, Facts] = {}
        _articles(connection, facts, now)
        _ends(connection, facts, now)
        _hubs(connection, facts, now, whole=whole)
        _parked(connection, facts, now)
        last = ends.last_settled(connection)
    store = Store(engine)
    for each in facts.values():
        each.hubs = [_with_answers(store, hub) for hub in each.hubs]
    chosen = {name: facts[name] for name in sorted(facts) if only is None or name in only}
    return Everything(chosen, last)


def _articles(connection: Connection, facts: dict[str, Facts], now: float) -> None:
    last = tallies.last_captured(connection)
    for source, hours in tallies.hourly(connection, since=now - _ARTICLES):
        facts[source] = Facts(hours=hours)
    for source, at in last.items():
        of_source = facts.setdefault(source, Facts())
        of_source.last_article = at
        if now - at > _QUIET:
            of_source.hours = tallies.hourly_of(connection, source, since=at - _ARTICLES)


def _ends(connection: Connection, facts: dict[str, Facts], now: float) -> None:
    number: Counter[tuple[str, bool]] = Counter()
    refused: dict[tuple[str, bool], Counter[str]] = {}
    for end in ends.ended_since(connection, since=now - _ENDS, recent=now - _RECENT):
        of_source = facts.setdefault(end.source, Facts())
        of_source.last_asked = _later(of_source.last_asked, end.last)
        cause = "http-429" if end.status == 429 else end.cause or ""
        if end.outcome != "miss":
            of_source.last_success = _later(of_source.last_success, end.last)
            if not end.is_hub:
                of_source.last_page = _later(of_source.last_page, end.last)
        elif end.is_recent:
            of_source.failures[cause] = of_source.failures.get(cause, 0) + end.number
        known = cause_of(end.cause)
        if not end.is_hub and not (known and known.ours):
            number[end.source, end.is_recent] += end.number
            if is_refusal(end.cause, end.status):
                refused.setdefault((end.source, end.is_recent), Counter())[cause] += end.number
    for (source, is_recent), found in number.items():
        ended = Ends(found, refused.get((source, is_recent), {}))
        if is_recent:
            facts[source].recent = ended
        else:
            facts[source].past = ended


def _hubs(connection: Connection, facts: dict[str, Facts], now: float, *, whole: bool) -> None:
    rows = [row for row in ends.hubs(connection) if not _is_child(row)]
    new = ends.last_new(connection, since=now - _NEW) if whole else {}
    ever: dict[str, dict[str, float]] | None = None
    for row in rows:
        hub = Hub(
            row.url, row.kind, row.added_at, row.settled_at, row.outcome, row.cause, row.detail,
            row.status, new=new.get(row.source, {}).get(row.url), failures=row.failures,
            due=now if row.state == "due" else row.due_at, is_named=row.depth == 0,
        )  # fmt: skip
        if not whole and health(hub).state in ("empty", "broken"):
            ever = ends.last_new(connection, since=0.0) if ever is None else ever
            hub = replace(hub, new=ever.get(row.source, {}).get(row.url))
        of_source = facts.setdefault(row.source, Facts())
        of_source.hubs.append(hub)
        of_source.hosts.add(row.host)


def _is_child(row: ends.HubRow) -> bool:
    """A sitemap that a sitemap names: there may be thousands, and most are of the past. Or a section."""
    return row.kind == "section" or (row.kind == "sitemap" and row.depth > 1)


def _parked(connection: Connection, facts: dict[str, Facts], now: float) -> None:
    found = ends.parked(connection, now=now)
    for each in facts.values():
        each.parked = {host: found[host] for host in each.hosts if host in found}


def _with_answers(store: Store, hub: Hub) -> Hub:
    """A hub that is bad, with the times of its last good answers."""
    if not health(hub).is_bad:
        return hub
    return replace(hub, good=tuple(store.answered_at(_spellings(hub.url))))


def _spellings(url: str) -> list[str]:
    """The address as it may have been redirected to itself: the other scheme, a slash more or less."""
    _, _, rest = url.partition("://")
    rests = {rest, rest.rstrip("/"), rest.rstrip("/") + "/"}
    return [f"{scheme}://{each}" for scheme in ("http", "https") for each in sorted(rests)]


def _later(one: float | None, other: float) -> float:
    return other if one is None else max(one, other)
