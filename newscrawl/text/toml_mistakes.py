"""What is wrong in a TOML file that a user writes, and where."""

from __future__ import annotations

from contextlib import contextmanager
from dataclasses import dataclass, field
from difflib import get_close_matches
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from newscrawl.text.toml_positions import Path, Scan


class Wrong(ValueError):
    """A value that its key may not hold; the text says why."""


@dataclass(slots=True)
class Mistakes:
    """All that is wrong in one file, in the order of its lines once sorted."""

    file: str
    scan: Scan
    found: list[tuple[int, str]] = field(default_factory=list)

    def add(self, line: int, key: str, what: str) -> None:
        self.found.append((line, f"{key}: {what}" if key else what))

    def lines(self) -> tuple[str, ...]:
        """`file:line: key: what`, in the order of the lines."""
        in_order = sorted(self.found, key=lambda each: each[0])
        return tuple(dict.fromkeys(f"{self.file}:{line}: {said}" for line, said in in_order))


@dataclass(frozen=True, slots=True)
class Place:
    """A value in the file; what is said to be wrong with it gets its line and the name of its key."""

    mistakes: Mistakes
    path: Path

    def item(self, key: str | int) -> Place:
        return Place(self.mistakes, (*self.path, key))

    @property
    def line(self) -> int:
        return self.mistakes.scan.line(self.path)

    @contextmanager
    def noting(self) -> Iterator[None]:
        """Note what is found to be Wrong with the value here."""
        try:
            yield
        except Wrong as wrong:
            self.wrong(str(wrong))

    def wrong(self, what: str) -> None:
        # ("source", 3, "poll", "min") is the key poll.min; an array's items have its name.
        key = ".".join(str(name) for name in self.path[2:] if isinstance(name, str))
        self.mistakes.add(self.line, key or str(self.path[0]), what)


def meant(word: str, known: Iterable[str]) -> str:
    """`; did you mean ...?` if one of the known words is close."""
    near = get_close_matches(word, list(known), n=1, cutoff=0.6)
    return f"; did you mean {near[0]!r}?" if near else ""
