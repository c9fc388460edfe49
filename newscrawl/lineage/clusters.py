"""Which articles report on one event? Stories, joined one article at a time, with what was decided and why.

An article joins the story whose reports of the last days are most like it on average: one report that is
close to it is not enough. A copy of a text goes where that is. A report that is like two stories joins them,
if these are like each other. What a person has detached stays alone.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Mapping, Sequence

#: Average similarity from which an article joins a story: by words alone, and with an encoder.
MIN_BY_WORDS, MIN_WITH_ENCODER = 0.42, 0.38
#: Days between an article and the reports of a story that it is compared with.
MAX_DAYS = 5.0
#: The latest reports of a story that an article is compared with.
MAX_REPORTS = 20


@dataclass(frozen=True, slots=True)
class Report:
    """An article of an event: when it was seen first (days), its source, and its owner if stated."""

    article: str
    day: float
    source: str
    owner: str | None = None

    @property
    def publisher(self) -> str:
        """Whose reports count as one."""
        return self.owner or self.source


@dataclass(slots=True)
class Cluster:
    """Reports of one event by their numbers, the first one first; `scores` say how alike each was to it."""

    members: list[int]
    scores: dict[int, float] = field(default_factory=dict)
    log: list[str] = field(default_factory=list)


def clusters(
    reports: Sequence[Report],
    similarity: Callable[[int, int], float],
    *,
    least: float,
    copies: Mapping[int, int],
    detached: Collection[str] = (),
) -> list[Cluster]:
    """The stories of reports, which are in the order of their times; `copies` says of what each is one."""
    found: list[Cluster] = []
    of: dict[int, Cluster] = {}
    for number, report in enumerate(reports):
        original = copies.get(number)
        if report.article in detached:
            of[number] = _opened(found, number)
            of[number].log.append(f"{report.article} was detached")
            continue
        if original is not None and original in of and reports[original].article not in detached:
            _join(of, of[original], number, 1.0)
            continue
        near = _near(found, reports, number, similarity, copies, detached)
        close = [(score, cluster) for score, cluster in near if score >= least]
        if not close:
            of[number] = _opened(found, number)
            continue
        score, best = close[0]
        for _, other in close[1:]:
            if _between(best, other, similarity, copies) >= least:
                _merge(found, of, best, other, reports)
        _join(of, best, number, score)
    return found


def independent(
    reports: Sequence[Report], members: Sequence[int], copies: Mapping[int, int]
) -> int:
    """How many reports of a story are independent: copies are folded, and papers of one owner are one."""
    among = set(members)
    own = [n for n in members if copies.get(n) not in among]
    return len({reports[n].publisher for n in own})


def _opened(found: list[Cluster], number: int) -> Cluster:
    cluster = Cluster([number], {number: 1.0})
    found.append(cluster)
    return cluster


def _join(of: dict[int, Cluster], cluster: Cluster, number: int, score: float) -> None:
    cluster.members.append(number)
    cluster.scores[number] = round(score, 4)
    of[number] = cluster


def _near(
    found: Sequence[Cluster],
    reports: Sequence[Report],
    number: int,
    similarity: Callable[[int, int], float],
    copies: Mapping[int, int],
    detached: Collection[str],
) -> list[tuple[float, Cluster]]:
    """The stories of the last days with the average similarity of their reports, the most alike first."""
    out = []
    for cluster in found:
        recent = [
            n
            for n in cluster.members
            if n not in copies and reports[number].day - reports[n].day <= MAX_DAYS
        ][-MAX_REPORTS:]
        if recent and reports[cluster.members[0]].article not in detached:
            score = sum(similarity(n, number) for n in recent) / len(recent)
            out.append((score, cluster))
    return sorted(out, key=lambda each: (-each[0], each[1].members))


def _between(
    a: Cluster, b: Cluster, similarity: Callable[[int, int], float], copies: Mapping[int, int]
) -> float:
    mine, theirs = ([n for n in c.members if n not in copies][-MAX_REPORTS:] for c in (a, b))
    pairs = [(m, n) for m in mine for n in theirs]
    return sum(similarity(m, n) for m, n in pairs) / max(1, len(pairs))


def _merge(
    found: list[Cluster],
    of: dict[int, Cluster],
    best: Cluster,
    other: Cluster,
    reports: Sequence[Report],
) -> None:
    first, second = sorted((best, other), key=lambda each: each.members)
    name, joined = reports[first.members[0]].article, reports[second.members[0]].article
    best.members = sorted({*best.members, *other.members})
    best.scores |= other.scores
    best.log += [*other.log, f"the story that began with {joined} was joined to that of {name}"]
    for number in other.members:
        of[number] = best
    found.remove(other)
