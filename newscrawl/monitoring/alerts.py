"""Which sources are not as they were: the lines of `newscrawl status --check`."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from newscrawl.baselines import (
    few,
    health,
    lost_fields,
    never_worked,
    refused,
    silence,
    when_lost,
)
from newscrawl.monitoring.metrics import HOUR

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from newscrawl.frontier import KnownSource
    from newscrawl.monitoring.metrics import Everything, Facts
    from newscrawl.monitoring.rule_coverage import Coverage

#: What a verdict may be, and what it means.
VERDICTS = {
    "disk-space": "the archive's disk is nearly full: a crawl warns, or fetches nothing more",
    "stopped": "nothing is fetched any more, from any source",
    "silent": "no article for longer than its rhythm allows",
    "few": "next to no articles in two days",
    "unasked": "nothing of it was asked for since its last article",
    "lost-date": "its articles have no date of publication any more",
    "lost-author": "they have no author any more",
    "lost-body": "they have next to no text any more",
    "blocked": "it refuses its pages",
    "never": "nothing that announces its articles has ever had a good answer, in two passes or more",
    "feeds": "its feeds, or its front page where it has none, have no good answer any more",
    "lost-rule": "a rule for its site finds nothing on its latest pages any more, or cannot be used",
    "unreachable": "its host does not answer and is left alone for a while",
}

#: What follows from a crawl that has stopped.
_FOLLOWS = frozenset({"silent", "few", "unasked", "feeds"})


@dataclass(frozen=True, slots=True)
class Verdict:
    """`source` is None for all of them; `since` in seconds since the epoch."""

    source: str | None
    what: str
    since: float | None
    says: str
    figures: dict[str, Any] = field(default_factory=dict)

    def line(self) -> str:
        since = f" since {said(self.since)}" if self.since is not None else ""
        return f"{self.source or 'all sources'}: {self.what}{since}: {self.says}"

    def to_dict(self) -> dict[str, Any]:
        since = said(self.since, iso=True) if self.since is not None else None
        return {
            "source": self.source, "what": self.what, "since": since, "says": self.says,
            **self.figures,
        }  # fmt: skip


def judge(everything: Everything, *, now: float, known: Mapping[str, KnownSource]) -> list[Verdict]:
    """The verdicts on all sources but the paused ones, in the order of their names; `known` is what the
    register has of them."""
    found: list[Verdict] = []
    for name, facts in everything.sources.items():
        source = known.get(name)
        if source is None or source.paused_at is None:
            found += _verdicts(name, facts, now)
            # What was once asked for by hand owes nothing.
            found += _never(name, facts) if source is not None else ()
    stopped = _stopped(everything, now)
    if stopped is None:
        return found
    return [stopped, *(verdict for verdict in found if verdict.what not in _FOLLOWS)]


def never_asked(source: str) -> Verdict:
    """The verdict on a source that the database does not know."""
    return Verdict(source, "unasked", None, "nothing of it was ever asked for")


def disk_space(free: int, *, warn: int, stop: int) -> list[Verdict]:
    """The verdict on a disk with so many free bytes: a crawl warns below `warn`, and ends below `stop`."""
    if free >= max(warn, stop):
        return []
    what = "nothing more is fetched" if free < stop else f"below {stop:,} nothing more is fetched"
    figures = {"free": free, "warn": warn, "stop": stop}
    return [Verdict(None, "disk-space", None, f"{free:,} bytes are free; {what}", figures)]


def of_rules(coverages: Iterable[Coverage]) -> list[Verdict]:
    """The verdicts on rules that do not match the latest pages of their sites."""
    return [
        Verdict(
            coverage.source,
            "lost-rule",
            datetime.fromisoformat(failing.since).timestamp(),
            f"rule {coverage.rule.name} ({coverage.rule.file}:{coverage.rule.line}): {failing.says}",
            {"rule": coverage.rule.name, "key": failing.key, "pages": failing.pages},
        )
        for coverage in coverages
        for failing in coverage.failing
    ]


def unusable_rule(file: str, line: str) -> Verdict:
    """The verdict on a rule with a mistake, which is left out."""
    return Verdict(file, "lost-rule", None, line)


def said(moment: float, *, iso: bool = False) -> str:
    """A moment as lines tell it."""
    form = "%Y-%m-%dT%H:%M:%SZ" if iso else "%Y-%m-%d %H:%M UTC"
    return datetime.fromtimestamp(moment, UTC).strftime(form)


def _stopped(everything: Everything, now: float) -> Verdict | None:
    """Everybody together is silent, and nobody was asked."""
    last, hour = everything.last_settled, int(now // HOUR)
    if last is None or last > now - HOUR:
        return None
    newest = (facts.hours[-1][0] for facts in everything.sources.values() if facts.hours)
    if hour in (latest := set(newest)) or hour - 1 in latest:
        return None
    pooled: dict[int, int] = {}
    for facts in everything.sources.values():
        for each, number in facts.counts.items():
            pooled[each] = pooled.get(each, 0) + number
    found = silence(pooled, hour)
    if found is None or last > (found.since + 2) * HOUR:
        return None
    figures = {"expected": round(found.expected, 1)}
    usual = f"{found.expected:.0f} articles would have been usual"
    return Verdict(None, "stopped", last, f"nothing was fetched; {usual}", figures)


def _verdicts(name: str, facts: Facts, now: float) -> Iterator[Verdict]:
    yield from _silent(name, facts, now)
    yield from _lost(name, facts)
    yield from _blocked(name, facts)
    yield from _without_feeds(name, facts, now)
    for host, (failures, until) in sorted(facts.parked.items()):
        says = f"{host} has not answered {failures} times in a row; next try {said(until)}"
        figures = {"host": host, "failures": failures, "until": said(until, iso=True)}
        yield Verdict(name, "unreachable", None, says, figures)


def _silent(name: str, facts: Facts, now: float) -> Iterator[Verdict]:
    counts = facts.counts
    if found := silence(counts, int(now // HOUR)):
        since = facts.last_article or found.since * HOUR
        figures = {"articles": 0, "expected": round(found.expected, 1)}
        if facts.last_asked is None or facts.last_asked < since + 2 * HOUR:
            says = f"{found.expected:.0f} articles would have been usual, nothing was asked for"
            yield Verdict(name, "unasked", since, says, figures)
        else:
            says = f"no article, {found.expected:.0f} would have been usual"
            yield Verdict(name, "silent", since, says, figures)
    elif less := few(counts, int(now // HOUR)):
        says = f"{_number(less.found, 'article')}, {less.expected:.0f} would have been usual"
        figures = {"articles": less.found, "expected": round(less.expected, 1)}
        yield Verdict(name, "few", less.since * HOUR, says, figures)


def _lost(name: str, facts: Facts) -> Iterator[Verdict]:
    for lost in lost_fields(facts.hours):
        without = {"body": "with next to no body"}.get(lost.field, f"without {lost.field}")
        says = f"{lost.lacking} of the last {lost.number} articles {without}"
        figures = {"lacking": lost.lacking, "of": lost.number, "usual": round(lost.usual, 3)}
        says += f", {lost.usual:.0%} before"
        yield Verdict(name, f"lost-{lost.field}", lost.since * HOUR, says, figures)


def _blocked(name: str, facts: Facts) -> Iterator[Verdict]:
    if found := refused(facts.recent, facts.past):
        causes = ", ".join(f"{number} {cause}" for cause, number in found.causes.items())
        says = (
            f"{found.refused} of {_number(found.number, 'page')} in three days refused ({causes})"
        )
        if found.usual is not None:
            says += f", {found.usual:.0%} before"
        figures = {
            "refused": found.refused, "of": found.number, "causes": dict(found.causes),
            "usual": None if found.usual is None else round(found.usual, 3),
        }  # fmt: skip
        closed = found.refused == found.number
        yield Verdict(name, "blocked", facts.last_page if closed else None, says, figures)


def _without_feeds(name: str, facts: Facts, now: float) -> Iterator[Verdict]:
    feeds = [hub for hub in facts.hubs if hub.kind == "feed"]
    hubs = feeds or [hub for hub in facts.hubs if hub.kind == "seed"]
    if (since := when_lost(hubs, now=now)) is not None:
        bad = [(hub.url, health(hub)) for hub in hubs if health(hub).is_bad]
        url, first = bad[0]
        more = f" and {len(bad) - 1} more" if len(bad) > 1 else ""
        says = f"{url} is {first.state} ({first.why}){more}"
        figures = {"feeds": [{"url": u, "state": h.state, "why": h.why} for u, h in bad]}
        yield Verdict(name, "feeds", since, says, figures)


def _never(name: str, facts: Facts) -> Iterator[Verdict]:
    if bad := never_worked(facts.hubs):
        found = [(hub.url, health(hub)) for hub in bad]
        url, first = found[0]
        more = f" and {len(found) - 1} more" if len(found) > 1 else ""
        times = max(hub.failures for hub in bad)
        says = f"{url} is {first.state} ({first.why}){more}; asked {times} times"
        figures = {
            "feeds": [{"url": u, "state": h.state, "why": h.why} for u, h in found],
            "failures": times,
        }
        yield Verdict(name, "never", min(h.added or 0.0 for h in bad) or None, says, figures)


def _number(number: int, what: str) -> str:
    return f"{number} {what}{'s' if number != 1 else ''}"
