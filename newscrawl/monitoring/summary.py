"""What `newscrawl status` says of each source, beside the counts of the frontier and the store."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, Any

from newscrawl.baselines import FIELDS, health, usual_range
from newscrawl.baselines.baseline import DAY, total
from newscrawl.monitoring.alerts import said
from newscrawl.monitoring.metrics import HOUR

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from newscrawl.baselines import Hub
    from newscrawl.monitoring.metrics import Facts

#: Articles whose fields are looked at, the latest and those before.
_LATEST = 40


def summary(facts: Facts, *, now: float) -> dict[str, Any]:
    """The members of a source in `status --json` that compare it with its past."""
    return {
        "succeeded": _when(facts.last_success),
        "day": day(facts.counts, int(now // HOUR) + 1),
        "lacking": lacking(facts),
        "feeds": [_feed(hub) for hub in facts.hubs],
        "failures": dict(sorted(facts.failures.items())),
    }


def day_before(now: float) -> float:
    """When the 24 hours began that are counted, in seconds."""
    return (int(now // HOUR) + 1 - DAY) * HOUR


def day(counts: dict[int, int], until: int) -> dict[str, Any]:
    """The articles of 24 hours, and how many they usually are at this weekday and hour."""
    found = total(counts, sorted(counts), until - DAY, until)
    usual = usual_range(counts, until)
    if usual is None:
        return {"articles": found, "usual": None}
    return {"articles": found, "usual": [usual.low, usual.middle, usual.high]}


def lacking(facts: Facts) -> dict[str, Any]:
    """Per field the share of the latest articles that lack it, and of those before."""
    number = 0
    begin = len(facts.hours)
    while begin and number < _LATEST:
        begin -= 1
        number += sum(facts.hours[begin][1].values())
    latest = _added(facts.hours[begin:])
    past = _added(facts.hours[:begin])
    return {
        field: {
            "latest": _share(latest, bit),
            "of": latest.total(),
            "before": _share(past, bit),
        }
        for field, bit in FIELDS.items()
    }


def _added(hours: Sequence[tuple[int, Mapping[int, int]]]) -> Counter[int]:
    """How many articles of these hours lack what; hours that are alike are mostly one object."""
    objects = {id(found): found for _, found in hours}
    added: Counter[int] = Counter()
    for which, times in Counter([id(found) for _, found in hours]).items():
        for lacks, of in objects[which].items():
            added[lacks] += of * times
    return added


def _share(found: Counter[int], bit: int) -> float | None:
    number = found.total()
    without = sum(n for what, n in found.items() if what & bit)
    return round(without / number, 3) if number else None


def _feed(hub: Hub) -> dict[str, Any]:
    found = health(hub)
    return {
        "url": hub.url, "kind": hub.kind, "state": found.state, "why": found.why or None,
        "answered": _when(hub.settled), "new": _when(hub.new), "due": _when(hub.due),
    }  # fmt: skip


def _when(moment: float | None) -> str | None:
    return said(moment, iso=True) if moment is not None else None
