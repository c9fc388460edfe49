"""What stands around a headline is no change of it; what only looks so is one."""

from __future__ import annotations

import pytest

from newscrawl.edits.affixes import is_same_without_affixes

NAMES = ["The New York Times", "Local"]
PLAIN = "When the World Is Led by a Child"
TITLES = [
    f"Opinion | {PLAIN} - The New York Times",
    f"Op-Ed Columnist: {PLAIN}",
    "Opinion | When the World…",
    f"{PLAIN} | The New York Times",
    PLAIN,
]


@pytest.mark.parametrize("old", TITLES)
@pytest.mark.parametrize("new", TITLES)
def test_affixes_and_a_cut_are_no_change_of_the_headline(old: str, new: str) -> None:
    assert is_same_without_affixes(old, new, names=NAMES) == (old != new)


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("Mayor: I did not lie to you", "Minister: I did not lie to you"),
        ("Mayor: I did not lie to you", "I did not lie to you"),
        ("Ferry sinks off the coast - 20 dead", "Ferry sinks off the coast - 25 dead"),
        ("Ferry sinks off the coast - 20 dead", "Ferry sinks off the coast"),
        ("Ferry sinks off the coast | 20 dead", "Ferry sinks off the coast | 25 dead"),
        ("Opinion | The mayor is right", "Opinion | The mayor is wrong"),
        ("The mayor…", "The mayor resigns"),
    ],
)
def test_what_says_something_is_one(old: str, new: str) -> None:
    assert not is_same_without_affixes(old, new, names=NAMES)
    assert not is_same_without_affixes(new, old, names=NAMES)
