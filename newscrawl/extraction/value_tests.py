"""Whether an attribute's value holds one of many texts: patterns without repetition, as plain texts.

Python looks for a text in another one some fifty times faster than it tries a pattern. What
`bread-?crumb|(?:entry|art)-content` finds are four texts, so patterns are written out where they can be.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from itertools import product
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

#: Texts that one alternative of a pattern is written out as, at most.
MAX_TEXTS = 64

_ANY = re.compile("")
_ATOM = re.compile(r"(\(\?:|\[)|([\w -])(\?)?")


@dataclass(frozen=True, slots=True)
class ValueTest:
    """Holds for a value that has one of `inside`, starts with one of `starts`, or is one of `equal`.

    It holds, too, where one of `lower` is in the value in small letters, or one of `patterns` is found.
    """

    inside: tuple[str, ...] = ()
    starts: tuple[str, ...] = ()
    equal: tuple[str, ...] = ()
    lower: tuple[str, ...] = ()
    patterns: tuple[re.Pattern[str], ...] = ()

    def holds(self, value: str) -> bool:
        if any(map(value.__contains__, self.inside)) or value.startswith(self.starts):
            return True
        if value in self.equal:
            return True
        if self.lower and any(map(value.lower().__contains__, self.lower)):
            return True
        return any(pattern.search(value) for pattern in self.patterns)

    def within_names(self) -> ValueTest:
        """What of it holds for a value if it holds for one of its names, which spaces part."""
        return ValueTest(tuple(text for text in self.inside if " " not in text), lower=self.lower)

    def across_names(self) -> ValueTest:
        """The rest, which needs the whole value."""
        return replace(self, inside=tuple(text for text in self.inside if " " in text), lower=())


def exists() -> ValueTest:
    """Holds for every value."""
    return ValueTest(patterns=(_ANY,))


def matching(pattern: str, *, ignores_case: bool = False) -> ValueTest:
    """Holds where the pattern is found (`re.search`)."""
    if ignores_case:
        if re.fullmatch(r"[a-z-]+", pattern):
            return ValueTest(lower=(pattern,))
        return ValueTest(patterns=(re.compile(pattern, re.IGNORECASE),))
    inside, starts, patterns = [], [], []
    for part in _alternatives(pattern):
        texts = _written_out(part)
        if texts is None:
            patterns.append(re.compile(part))
            continue
        inside += [text for text in texts if not text.startswith("^")]
        starts += [text[1:] for text in texts if text.startswith("^")]
    return ValueTest(tuple(inside), tuple(starts), patterns=tuple(patterns))


def union(tests: Sequence[ValueTest]) -> ValueTest:
    """Holds where one of the tests does."""
    inside = {text for test in tests for text in test.inside}
    return ValueTest(
        # What holds another text of them finds nothing that the other does not.
        tuple(sorted(t for t in inside if not any(o != t and o in t for o in inside))),
        tuple(dict.fromkeys(text for test in tests for text in test.starts)),
        tuple(dict.fromkeys(text for test in tests for text in test.equal)),
        tuple(dict.fromkeys(text for test in tests for text in test.lower)),
        tuple(dict.fromkeys(each for test in tests for each in test.patterns)),
    )


def _alternatives(pattern: str) -> list[str]:
    """A pattern's alternatives, split where `|` stands in no group or set."""
    parts, depth = [""], 0
    for character in pattern:
        depth += (character in "([") - (character in ")]")
        if character == "|" and not depth:
            parts.append("")
        else:
            parts[-1] += character
    return parts


def _written_out(part: str) -> list[str] | None:
    """The texts that an alternative finds, with `^` before those at the start; None if it has others."""
    choices: list[Iterable[str]] = []
    at, count = 0, 1
    while at < len(part):
        found = _atom(part, at)
        if found is None:
            return None
        texts, at = found
        count *= len(texts)
        choices.append(texts)
        if count > MAX_TEXTS:
            return None
    texts = ["".join(each) for each in product(*choices)]
    return None if any("^" in text[1:] for text in texts) else texts


def _atom(part: str, at: int) -> tuple[list[str], int] | None:
    """What stands at `at`: its texts, and where the next one begins."""
    if part[at] == "^":
        return ["^"], at + 1
    match = _ATOM.match(part, at)
    if match is None:
        return None
    if match[2]:
        return [match[2], *([""] if match[3] else [])], match.end()
    end = part.find("]" if match[1] == "[" else ")", at)
    inner = part[match.end() : end]
    if match[1] == "[":
        texts: list[str] | None = list(inner) if re.fullmatch(r"[\w-]+", inner) else None
        if texts and len(inner) > 2 and "-" in inner[1:-1]:
            return None  # a range
    elif "(" in inner:
        return None
    else:
        written = [_written_out(each) for each in inner.split("|")]
        texts = None if None in written else [text for each in written if each for text in each]
    if texts is None:
        return None
    is_optional = part[end + 1 : end + 2] == "?"
    return [*texts, *([""] if is_optional else [])], end + 1 + is_optional
