"""The table of forms decides what goes together: each entry of it, and whatever is added to it."""

from __future__ import annotations

import re
from itertools import combinations
from typing import Any

import pytest

from newscrawl.commands.replay import replay
from newscrawl.commands.replay_choice import chosen, taken_out_of
from newscrawl.commands.replay_forms import FORMS, PrintedRecords
from newscrawl.errors import UsageError

NOTHING = {name: None for form in FORMS for name in form.options}


def refused(*names: str, is_narrow: bool = False, cluster: str | None = None) -> str:
    """What is said against these options of forms."""
    values = {**NOTHING, **dict.fromkeys(names, "x")}
    with pytest.raises(UsageError) as refusal:
        chosen(values, is_narrow=is_narrow, cluster=cluster)
    return str(refusal.value)


def test_each_form_is_asked_for_by_its_option_alone() -> None:
    for form in FORMS:
        assert next(iter(form.options)) == form.name
        assert chosen({**NOTHING, form.name: "x"}, is_narrow=False, cluster=None) is form
    assert isinstance(chosen(NOTHING, is_narrow=True, cluster=None), PrintedRecords)


def test_two_forms_are_refused_whichever_they_are() -> None:
    every = {f"--{form.name}" for form in FORMS}
    for one, other in combinations(FORMS, 2):
        said = refused(one.name, other.name)
        assert set(re.findall(r"--\w+", said)) == every
        assert said.endswith(": one of them")


def test_options_of_a_form_are_refused_without_it() -> None:
    for form in FORMS:
        for name in [name for name in form.options if name != form.name]:
            assert refused(name).endswith(f" go with --{form.name}")
            other = next(each for each in FORMS if each is not form)
            assert refused(name, other.name).endswith(f" go with --{form.name}")


def test_a_cluster_and_chosen_captures_go_with_the_forms_that_say_so() -> None:
    for form in FORMS:
        assert form.uses_cluster == (f"--{form.name}" in refused(cluster="tcp://127.0.0.1:1"))
        if form.takes_all_because:
            assert refused(form.name, is_narrow=True).startswith(f"--{form.name}: ")


def test_the_command_has_the_options_of_all_forms_and_names_them() -> None:
    options = {option.name for option in replay.params}
    assert set(NOTHING) <= options
    given: dict[str, Any] = {**NOTHING, "domain": ("x",)}
    assert (taken_out_of(given), given) == (NOTHING, {"domain": ("x",)})
    assert replay.help is not None
    assert all(f"--{form.name}" in replay.help for form in FORMS)
