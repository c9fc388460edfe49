"""A change of an article in words."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

from newscrawl.edits.change import TEXT_KINDS

if TYPE_CHECKING:
    from collections.abc import Iterable

    from newscrawl.edits.change import Change

_STATEMENTS = {
    "modified-equal": "silent, modification time unchanged",
    "modified-absent": "silent, no modification time stated",
    "modified-moved": "modification time moved",
    "note": "owned by a note",
}
#: Characters of a value in a line of words.
_VALUE = 60


def described(change: Change) -> str:
    """A change in words, on one line."""
    said = [change.kind.replace("-", " ")]
    if change.words_in or change.words_out:
        said.append(f"+{change.words_in} -{change.words_out} words")
    if change.words_moved:
        said.append(f"{change.words_moved} words moved")
    if change.noise:
        said.append(f"only {change.noise.replace('-', ' ')}")
    elif change.kind in TEXT_KINDS and change.statement:
        said.append(_STATEMENTS[change.statement])
    return ", ".join(said)


def entry_ids(changes: Iterable[Change]) -> list[str]:
    """The ids of changes as entries of a feed: capture and kind, and a number from the second such one on."""
    ids, seen = [], Counter[str]()
    for change in changes:
        id_ = f"{change.record_id}#{change.kind}"
        seen[id_] += 1
        ids.append(id_ if seen[id_] == 1 else f"{id_}-{seen[id_]}")
    return ids


def interval(change: Change) -> str:
    """Between which looks a change happened."""
    return f"between {stamp(change.not_before)} and {stamp(change.not_after)} UTC"


def values(change: Change) -> str:
    """What became of what, if that is short enough to be said."""
    if change.before is None and change.after is None:
        return ""
    return f"{_short(change.before)} -> {_short(change.after)}"


def stamp(stated: str) -> str:
    """A time as lines have it: the day and the minute."""
    return stated[:16].replace("T", " ")


def _short(value: str | None) -> str:
    if value is None:
        return "(none)"
    text = " ".join(value.split())
    return text if len(text) <= _VALUE else text[: _VALUE - 1] + "…"
