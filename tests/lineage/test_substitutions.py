"""What a program replaced, what a source is known to replace, and who has it from whom."""

from __future__ import annotations

from newscrawl.lineage.dictionary import dictionary
from newscrawl.lineage.direction import program_side
from newscrawl.lineage.labels import judge
from newscrawl.lineage.substitutions import Substitution
from newscrawl.lineage.units import units

ORIGINAL = (
    "The minister said on Monday that he was against the plan of the council. He will ask about it again, he "
    "added, because the people of the town were not heard about the matter. “We could have built the bridge "
    "against all odds,” he told the paper, and the mayor of the town agreed with him. The council will meet "
    "again in May, and nobody knows how it could vote on the plan for the new bridge over the river."
)
MAP = (("again", "once more"), ("could", "might"), ("about", "regarding"))


def spun(text: str) -> str:
    """What a program makes of a text that replaces everywhere, inside words too."""
    for before, after in MAP:
        text = text.replace(before, after)
    return text


def substitutions(text: str, copy: str) -> tuple[Substitution, ...]:
    verdict = judge(units(text), units(copy))
    assert verdict is not None
    assert verdict.rewording is not None
    return verdict.rewording.substitutions


def test_each_substitution_is_listed_with_its_count_and_where_it_hit() -> None:
    found = {(each.before, each.after): each for each in substitutions(ORIGINAL, spun(ORIGINAL))}
    assert {pair: each.count for pair, each in found.items()} == {
        ("against", "once morest"): 2,
        ("again", "once more"): 2,
        ("about", "regarding"): 2,
        ("could", "might"): 2,
    }
    against = found["against", "once morest"]
    assert (against.of, against.in_words, against.in_quotations) == (("again", "once more"), 2, 1)
    assert found["about", "regarding"].in_words == 0


def test_a_program_that_hits_words_tells_which_side_is_the_copy() -> None:
    a, b = units(ORIGINAL), units(spun(ORIGINAL))
    there, back = judge(a, b), judge(b, a)
    assert there is not None
    assert back is not None
    assert (program_side(there), program_side(back)) == ("b", "a")


def test_an_editor_is_no_program() -> None:
    edited = ORIGINAL.replace("on Monday", "on Tuesday").replace("agreed", "agrees")
    verdict = judge(units(ORIGINAL), units(edited))
    assert verdict is not None
    assert (verdict.label, program_side(verdict)) == ("reprint", None)


def test_a_source_is_known_after_three_articles_and_its_texts_are_turned_back() -> None:
    evidence = {str(n): substitutions(ORIGINAL, spun(ORIGINAL)) for n in range(3)}
    known = dictionary(evidence)
    assert known.is_known
    assert not dictionary({n: evidence[n] for n in "01"}).is_known
    assert known.turned_back(units(spun(ORIGINAL)).words) == units(ORIGINAL).words
    lone = (
        "He might speak once more regarding the law that the court is once morest, and might win."
    )
    assert known.suspicion(units(lone).words).is_flagged
    assert not known.suspicion(units(ORIGINAL).words).is_flagged
    assert not known.suspicion(units("It might rain once, and it could not.").words).is_flagged


def test_what_is_replaced_both_ways_is_no_entry() -> None:
    both = {
        str(n): [Substitution("big", "large", 2), Substitution("large", "big", 1)] for n in range(4)
    }
    assert dictionary(both).entries == ()
