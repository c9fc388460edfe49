"""The results of a check: faults, each with its place, and how much was checked."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Fault:
    """Something that is wrong. `offset` is None if it is about the file as a whole.

    A note is no damage: it tells what a crawl left that the next one puts in order, or what another tool
    reads otherwise for a known reason.
    """

    file: str
    offset: int | None
    cause: str
    is_note: bool = False

    def __str__(self) -> str:
        place = "" if self.offset is None else f" at byte {self.offset}:"
        return f"{self.file}:{place} {self.cause}"


@dataclass(slots=True)
class Summary:
    """How much was checked. It grows while the faults are iterated."""

    files: int = 0
    records: int = 0
    answers: int = 0
    bytes: int = 0
    index_lines: int = 0
    articles: int = 0
    independent: int = 0
    faults: int = 0
