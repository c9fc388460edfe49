"""Which of two texts was first, by evidence in a fixed order."""

from __future__ import annotations

from dataclasses import replace

from newscrawl.lineage.direction import Revision, Sighting, StatedTime, Witness, direction
from newscrawl.lineage.labels import Verdict, judge
from newscrawl.lineage.units import Units, units
from tests.support.reworded_pairs import Writer

WRITER = Writer.of("latin")
TEXT = units(WRITER.joined(WRITER.text(1)))


def witness(
    name: str, *texts: Units, since: str | None = None, until: str = "2026-01-02T12:00:00Z"
) -> Witness:
    revisions = tuple(
        Revision(t, f"2026-01-02T1{n}:00:00Z") for n, t in enumerate(texts or (TEXT,))
    )
    empty = frozenset[str]()
    return Witness(
        frozenset({name}),
        empty,
        frozenset({f"{name}/1"}),
        empty,
        revisions,
        Sighting(since, until),
        None,
    )


def verdict(a: Witness, b: Witness) -> Verdict:
    found = judge(a.revisions[0].text, b.revisions[0].text)
    assert found is not None
    return found


def first(a: Witness, b: Witness) -> tuple[str | None, str | None]:
    there, back = direction(a, b, verdict(a, b)), direction(b, a, verdict(b, a))
    turned = {"a": "b", "b": "a", None: None}
    assert (there.first, there.kind) == (turned[back.first], back.kind)
    return there.first, there.kind


def test_without_evidence_the_direction_is_undetermined() -> None:
    assert first(witness("one"), witness("two")) == (None, None)


def test_overlapping_intervals_decide_nothing_and_disjoint_ones_do() -> None:
    a = witness("one", since="2026-01-02T11:00:00Z", until="2026-01-02T11:15:00Z")
    assert first(a, witness("two", since="2026-01-02T11:10:00Z", until="2026-01-02T11:25:00Z")) == (
        None,
        None,
    )
    assert first(a, witness("two", since="2026-01-02T11:15:00Z", until="2026-01-02T11:30:00Z")) == (
        "a",
        "seen",
    )
    assert first(a, witness("two", since=None, until="2026-01-02T11:30:00Z")) == (None, None)


def test_a_credit_decides_before_what_was_seen() -> None:
    early = witness("one", since=None, until="2026-01-02T10:00:00Z")
    late = witness("two", since="2026-01-02T11:00:00Z")
    assert first(replace(early, credits=frozenset({"two"})), late) == ("b", "declared")
    assert first(replace(early, link_keys=late.url_keys), late) == ("b", "declared")
    found = direction(replace(early, credits=frozenset({"two"})), late, verdict(early, late))
    assert [each.kind for each in found.conflicts] == ["seen"]


def test_a_line_that_names_the_other_paper_is_a_credit() -> None:
    copy = witness("two", units(f"Ann Writer, Evening One\n{TEXT.text}"))
    assert first(witness("evening one"), copy) == ("a", "declared")


def test_words_of_a_former_revision_decide() -> None:
    sentences = WRITER.text(1)
    corrected = [*sentences[:3], *WRITER.text(99, 12), *sentences[4:]]
    a = witness("one", TEXT, units(WRITER.joined(corrected)))
    assert first(a, witness("two")) == ("a", "revision")
    assert first(witness("one", units(WRITER.joined(corrected))), witness("two")) == (None, None)


def test_stated_times_are_distrusted_when_they_lie_after_the_capture() -> None:
    day = StatedTime("2026-01-02T00:00:00Z", "2026-01-02T23:59:59Z")
    eight = StatedTime("2026-01-02T08:00:00Z", "2026-01-02T08:00:00Z")
    nine = StatedTime("2026-01-02T09:00:00Z", "2026-01-02T09:00:00Z")
    later = StatedTime("2026-01-03T09:00:00Z", "2026-01-03T09:00:00Z")
    a, b = witness("one"), witness("two")
    assert first(replace(a, stated=eight), replace(b, stated=nine)) == ("a", "stated")
    assert first(replace(a, stated=day), replace(b, stated=nine)) == (None, None)
    assert first(replace(a, stated=eight), replace(b, stated=later)) == (None, None)
