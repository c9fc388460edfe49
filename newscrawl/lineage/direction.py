"""Which of two texts comes from the other? Evidence in a fixed order, each piece of it shown.

The first kind of evidence that speaks decides: a credit or link, words that only an earlier revision of the
other had, traces in the texts, when each was first seen, and last what the pages state of their times. Where
nothing speaks, or where one kind speaks for both, the direction is undetermined. A third text that nobody
holds is always possible: the earlier one is the earliest held, and not the original.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from newscrawl.lineage.labels import Verdict
    from newscrawl.lineage.units import Units

EvidenceKind = Literal["declared", "revision", "text", "seen", "stated"]
#: The kinds in the order in which they decide.
ORDER: tuple[EvidenceKind, ...] = ("declared", "revision", "text", "seen", "stated")
#: Which of the two texts was there first, as far as is known.
Side = Literal["a", "b"]
#: The version of these rules.
DIRECTION_RULE = "direction/1"
#: Shingles that only one revision has and that the copy shows.
MIN_LOST = 3
#: Units of a line at the begin or end of a text that may be a credit.
MAX_CREDIT = 12
#: Lines at each end of a text that are looked at for a credit.
CREDIT_LINES = 3


@dataclass(frozen=True, slots=True)
class Sighting:
    """Between which moments an article appeared, ISO 8601 in UTC: it was not there, and then it was.

    `not_before` is None where nobody had looked before.
    """

    not_before: str | None
    not_after: str


@dataclass(frozen=True, slots=True)
class StatedTime:
    """Between which moments a page says that it was published: a bare day is a whole day."""

    begin: str
    end: str


@dataclass(frozen=True, slots=True)
class Revision:
    """One text of an article, and when it was seen first."""

    text: Units
    seen_at: str


@dataclass(frozen=True, slots=True)
class Witness:
    """What one side of a pair has to say: the names of its paper, those that it credits, links, and times.

    Names are folded. `revisions` are in their order.
    """

    names: frozenset[str]
    credits: frozenset[str]
    url_keys: frozenset[str]
    link_keys: frozenset[str]
    revisions: tuple[Revision, ...]
    sighting: Sighting
    stated: StatedTime | None


@dataclass(frozen=True, slots=True)
class Evidence:
    """One piece of evidence: `first` is the side that it says was first, `detail` what was found."""

    kind: EvidenceKind
    first: Side
    detail: str


@dataclass(frozen=True, slots=True)
class Direction:
    """Which side was first, None where that is undetermined; `kind` decided it. `conflicts` are of kinds that
    speak for the other side."""

    first: Side | None
    kind: EvidenceKind | None
    evidence: tuple[Evidence, ...]
    rule: str = DIRECTION_RULE

    @property
    def conflicts(self) -> tuple[Evidence, ...]:
        """The evidence that speaks against what was decided."""
        return tuple(e for e in self.evidence if self.first is not None and e.first != self.first)


def direction(a: Witness, b: Witness, verdict: Verdict) -> Direction:
    """Decide between two sides; `verdict` compared them as `a` and `b`."""
    found = [
        *_declared(a, b),
        *_by_revision(a, b),
        *_by_text(a, b, verdict),
        *_by_sight(a, b),
        *_by_statement(a, b),
    ]
    for kind in ORDER:
        sides = {each.first for each in found if each.kind == kind}
        if len(sides) == 1:
            return Direction(sides.pop(), kind, tuple(found))
        if sides and kind in ("declared", "revision"):
            break
    return Direction(None, None, tuple(found))


def program_side(verdict: Verdict) -> Side | None:
    """Whose words a program replaced: that side has several words for a piece of a word of the other."""
    if verdict.rewording is None or not verdict.rewording.is_by_program:
        return None
    votes = {"a": 0, "b": 0}
    for each in verdict.rewording.substitutions:
        if each.of:
            in_a, in_b = (" " in piece.strip() for piece in each.of)
            if in_a != in_b:
                votes["a" if in_a else "b"] += each.count
    if votes["a"] == votes["b"]:
        return None
    return "a" if votes["a"] > votes["b"] else "b"


def _declared(a: Witness, b: Witness) -> Iterator[Evidence]:
    for first, copy, side in _both(a, b):
        if first.url_keys & copy.link_keys:
            yield Evidence("declared", side, "links to the other article")
        elif named := first.names & copy.credits:
            yield Evidence("declared", side, f"credits {min(named)}")
        elif line := _credit_line(copy, first.names - copy.names):
            yield Evidence("declared", side, f"has the line {line!r}")


def _credit_line(copy: Witness, names: frozenset[str]) -> str | None:
    """A short line at an end of the text that is, or ends with, a name of the other paper."""
    text = copy.revisions[0].text
    lines = [line.strip() for line in text.text.split("\n") if line.strip()]
    for line in (*lines[:CREDIT_LINES], *lines[-CREDIT_LINES:]):
        words = [word.strip(".,:;()[]-–—|/\"'“”‘’").casefold() for word in line.split()]
        if len(words) <= MAX_CREDIT:
            folded = " ".join(w for w in words if w)
            for name in sorted(names):
                if folded == name or folded.endswith(f" {name}"):
                    return line
    return None


def _by_revision(a: Witness, b: Witness) -> Iterator[Evidence]:
    for first, copy, side in _both(a, b):
        held = copy.revisions[0].text.shingles
        texts = [each.text.shingles for each in first.revisions]
        for n in range(len(texts) - 1):
            others = set[tuple[str, ...]]().union(*texts[:n], *texts[n + 1 :])
            lost = (texts[n] - others) & held
            if len(lost) >= MIN_LOST and first.revisions[n].seen_at <= copy.sighting.not_after:
                until = first.revisions[n + 1].seen_at
                words = " ".join(min(lost))
                yield Evidence("revision", side, f"has words that only revision {n + 1} has, "
                               f"which was there until {until} at the latest: {words!r}")  # fmt: skip
                break


def _by_text(a: Witness, b: Witness, verdict: Verdict) -> Iterator[Evidence]:
    if spun := program_side(verdict):
        first: Side = "b" if spun == "a" else "a"
        yield Evidence("text", first, "a program has replaced words of the other, inside words too")
    texts = a.revisions[0].text, b.revisions[0].text
    for mine, theirs, side in _both(a, b):
        for name in sorted(mine.names - theirs.names):
            words = tuple(name.split())
            if _in_runs(words, texts[0], verdict) and not any(
                _stands_in(tuple(other.split()), texts[0]) for other in theirs.names
            ):
                yield Evidence(
                    "text", side, f"the shared text names {name!r}, the paper of the other"
                )
                break


def _in_runs(words: Sequence[str], text: Units, verdict: Verdict) -> bool:
    """Whether these words stand in a shared passage, seen in the text of `a`."""
    return any(
        tuple(words) == text.words[n : n + len(words)]
        for run in verdict.overlap.runs
        for n in range(run.a, run.a + run.size - len(words) + 1)
    )


def _stands_in(words: tuple[str, ...], text: Units) -> bool:
    return any(text.words[n : n + len(words)] == words for n in range(len(text.words)))


def _by_sight(a: Witness, b: Witness) -> Iterator[Evidence]:
    for first, copy, side in _both(a, b):
        absent = copy.sighting.not_before
        if absent is not None and first.sighting.not_after <= absent:
            seen = first.sighting.not_after
            yield Evidence("seen", side, f"was there at {seen}, the other not yet at {absent}")


def _by_statement(a: Witness, b: Witness) -> Iterator[Evidence]:
    for first, copy, side in _both(a, b):
        if not (first.stated and copy.stated and _is_trusted(first) and _is_trusted(copy)):
            continue
        if first.stated.end < copy.stated.begin:
            said = f"states {first.stated.begin}, the other {copy.stated.begin}"
            yield Evidence("stated", side, said)


def _is_trusted(side: Witness) -> bool:
    """Whether a page states a time, and not one that lies after it was seen."""
    return side.stated is not None and side.stated.begin <= side.sighting.not_after


def _both(a: Witness, b: Witness) -> Iterator[tuple[Witness, Witness, Side]]:
    yield a, b, "a"
    yield b, a, "b"
