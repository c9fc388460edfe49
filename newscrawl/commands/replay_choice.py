"""Which form of replay is asked for, and do the options go together? The table of forms says it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, TypeVar

from newscrawl.commands.options import database_arguments
from newscrawl.commands.replay_forms import FORMS, PrintedRecords
from newscrawl.errors import UsageError

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from newscrawl.commands.replay_forms import Form

F = TypeVar("F", bound="Callable[..., object]")


def options(command: F) -> F:
    """The options of all forms, and their names in the command's help; `taken_out_of` has the values."""
    names = _listed([f"--{form.name}" for form in FORMS], "or")
    command.__doc__ = (command.__doc__ or "").replace("{forms}", names)
    for form in reversed(FORMS):
        for option in reversed(form.options.values()):
            command = option(command)
    return command


def taken_out_of(given: dict[str, Any]) -> dict[str, Any]:
    """The values of the options of all forms, which are removed from these."""
    return {name: given.pop(name) for form in FORMS for name in form.options}


def chosen(values: Mapping[str, Any], *, is_narrow: bool, cluster: str | None) -> Form[Any]:
    """The form that is asked for. Raises UsageError for options that do not go together.

    `is_narrow` says whether captures are chosen.
    """
    asked = [form for form in FORMS if values[form.name]]
    if len(asked) > 1:
        raise UsageError(f"{_listed([f'--{form.name}' for form in FORMS])}: one of them")
    form = asked[0] if asked else PrintedRecords()
    if is_narrow and form.takes_all_because:
        raise UsageError(f"--{form.name}: {form.takes_all_because}")
    for other in FORMS:
        extras = [name for name in other.options if name != other.name]
        if other is not form and any(values[name] for name in extras):
            raise UsageError(f"{_listed([f'--{name}' for name in extras])} go with --{other.name}")
    if cluster and not form.uses_cluster:
        names = [f"--{each.name}" for each in _WRITERS_FIRST if each.uses_cluster]
        raise UsageError(f"--cluster goes with {_listed(names, 'or')}")
    # What the environment names is for all commands; this one need not use it.
    if database_arguments() and not _uses_database(form, values):
        names = [_with_database(each) for each in _WRITERS_FIRST if each.uses_database]
        raise UsageError(f"--db: only {_listed(names, ', and')} use a database; leave it out")
    return form


_WRITERS_FIRST = sorted(FORMS, key=lambda form: not form.writes_folder)


def _uses_database(form: Form[Any], values: Mapping[str, Any]) -> bool:
    without = form.no_database_with
    return form.uses_database and not (without and values[without])


def _with_database(form: Form[Any]) -> str:
    without = form.no_database_with
    return f"--{form.name}" + (f" without --{without}" if without else "")


def _listed(names: Sequence[str], word: str = "and") -> str:
    if len(names) == 1:
        return names[0]
    between = word if word.startswith(",") else f" {word}"
    return f"{', '.join(names[:-1])}{between} {names[-1]}"
