"""How is a feed, a sitemap or a front page? And have all that a source announces by failed for too long?"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise
from typing import TYPE_CHECKING

from newscrawl.causes import cause_of, is_refusal

if TYPE_CHECKING:
    from collections.abc import Collection, Sequence

#: Seconds without a good answer that are never an alarm, and how many times the usual wait between two.
_PATIENCE, _LONGER = 6 * 3600.0, 4.0
#: Looks after which a hub that never had a good answer is no accident.
MIN_FAILURES = 2


@dataclass(frozen=True, slots=True)
class Hub:
    """A URL that announces others, as it ended last; times in seconds since the epoch.

    `good` are the times of its last good answers, the latest last; `new` is when it last announced
    something that was not known, as far back as was looked. It ended `failures` times in a row as a miss, and
    is asked for next at `due`. `is_named` by a user or a file of sources, not by another page.
    """

    url: str
    kind: str
    added: float | None
    settled: float | None
    outcome: str | None
    cause: str | None = None
    detail: str | None = None
    status: int | None = None
    good: tuple[float, ...] = ()
    new: float | None = None
    failures: int = 0
    due: float | None = None
    is_named: bool = False


@dataclass(frozen=True, slots=True)
class Health:
    """`state` is fine, faulty, empty, broken, moved, refused, gone, failing or unasked; `why` says more."""

    state: str
    why: str

    @property
    def is_bad(self) -> bool:
        return self.state in ("empty", "broken", "refused", "gone", "failing")


def health(hub: Hub) -> Health:
    """What its last end says."""
    cause, detail = hub.cause or "", hub.detail or ""
    if hub.outcome is None:
        return Health("unasked", "")
    if hub.outcome in ("links", "article") or cause in ("unchanged", "excluded", "duplicate"):
        return Health("faulty", detail) if hub.outcome == "links" and detail else Health("fine", "")
    if cause == "moved":
        return Health("moved", f"to {detail}")
    if cause in ("no-links", "not-a-list"):
        return Health("empty" if cause == "no-links" else "broken", detail)
    if is_refusal(cause, hub.status):
        return Health("refused", f"{cause}: {detail}")
    if (known := cause_of(cause)) and known.gone:
        return Health("gone", cause)
    return Health("failing", f"{cause}: {detail}" if detail else cause)


def when_lost(hubs: Collection[Hub], *, now: float) -> float | None:
    """Since when all of these have had no good answer, if that is too long; None if one has, or not yet.

    Too long is what exceeds six hours and four times the usual wait between two good answers. What
    never had one is no loss.
    """
    asked = [hub for hub in hubs if health(hub).state not in ("unasked", "moved")]
    if not all(health(hub).is_bad for hub in asked):
        return None
    lost = {last: _wait(hub.good) for hub in asked if (last := _last_good(hub)) is not None}
    if not lost:
        return None
    since, patience = max(lost), max(_PATIENCE, *(_LONGER * wait for wait in lost.values()))
    return since if now - since > patience else None


def never_worked(hubs: Collection[Hub]) -> list[Hub]:
    """The hubs of a source of which none, or of whose named feeds none, ever had a good answer, if each was
    asked twice or more; else none."""
    named = [hub for hub in hubs if hub.is_named and hub.kind != "seed"]
    for some in (hubs, named):
        asked = [hub for hub in some if health(hub).state not in ("unasked", "moved")]
        if asked and all(_never_worked(hub) for hub in asked):
            return sorted(asked, key=lambda hub: not hub.is_named)
    return []


def _never_worked(hub: Hub) -> bool:
    return health(hub).is_bad and _last_good(hub) is None and hub.failures >= MIN_FAILURES


def _last_good(hub: Hub) -> float | None:
    if health(hub).state in ("empty", "broken"):
        return hub.new  # it answers, and says nothing
    return hub.good[-1] if hub.good else None


def _wait(good: Sequence[float]) -> float:
    """The usual time between two good answers."""
    waits = [later - earlier for earlier, later in pairwise(good)]
    from statistics import median

    return median(waits) if waits else 0.0
