"""What a request asks for: its parameters, read and checked."""

from __future__ import annotations

import re
from base64 import urlsafe_b64decode, urlsafe_b64encode
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING
from urllib.parse import parse_qsl, urlencode

from newscrawl.errors import UsageError
from newscrawl.query import narrowed, parse
from newscrawl.query.tree import Time
from newscrawl.store.result_pages import Position

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from newscrawl.query import Query

#: Characters of one parameter.
MAX_PARAMETER = 10_000
#: Rows of a page, and of one that a program asks for with `limit`.
PAGE_SIZE, MAX_PAGE_SIZE = 30, 500

_POSITION = re.compile(r"(-?\d[\d.e+-]*|)_(\d{1,15})")


class NotThere(Exception):
    """There is no such page; the text says what was looked for."""


@dataclass(frozen=True, slots=True)
class Asked:
    """The path's parameters, and those behind the question mark.

    All that read one raise UsageError for a value that it cannot have.
    """

    path: str
    parts: Mapping[str, str]
    query: Sequence[tuple[str, str]]
    now: float
    form: str = "html"

    @classmethod
    def of(cls, path: str, parts: Mapping[str, str], query: bytes, now: float, form: str) -> Asked:
        """The request as it came. Raises UsageError for bytes that are no text."""
        try:
            pairs = parse_qsl(query.decode("ascii"), keep_blank_values=True, errors="strict")
        except (UnicodeDecodeError, ValueError):
            raise UsageError("the parameters are not text in UTF-8") from None
        if any(len(value) > MAX_PARAMETER for _, value in pairs):
            raise UsageError(f"a parameter has more than {MAX_PARAMETER} characters")
        if any("\x00" in name + value for name, value in pairs):
            raise UsageError("a parameter holds the character U+0000")
        return cls(path, parts, pairs, now, form)

    def require_known(self, names: Sequence[str]) -> None:
        """Raise UsageError for a parameter that this page does not have."""
        for name, _ in self.query:
            if name not in names:
                has = ", ".join(names) or "none"
                raise UsageError(f"there is no parameter {name!r} here; this page has: {has}")

    def text(self, name: str) -> str:
        """The last value, without spaces around it; empty if there is none."""
        return ([""] + [value for key, value in self.query if key == name])[-1].strip()

    def texts(self, name: str) -> list[str]:
        """All values that are not empty."""
        return [value.strip() for key, value in self.query if key == name and value.strip()]

    def flag(self, name: str) -> bool:
        """`1` or `0`; no if it is not given."""
        value = self.text(name)
        if value not in ("", "0", "1"):
            raise UsageError(f"{name}={value}: give 1 or 0")
        return value == "1"

    def choice(self, name: str, choices: Sequence[str], default: str) -> str:
        value = self.text(name) or default
        if value not in choices:
            raise UsageError(f"{name}={value}: one of {', '.join(choices)}")
        return value

    def number(self, name: str, *, most: int, default: int, least: int = 0) -> int:
        value = self.text(name)
        if not value:
            return default
        if not (value.isascii() and value.isdigit() and least <= int(value[:12]) <= most):
            raise UsageError(f"{name}={value[:40]}: a number from {least} to {most}")
        return int(value)

    def limit(self) -> int:
        """How many rows a page has."""
        return self.number("limit", most=MAX_PAGE_SIZE, default=PAGE_SIZE, least=1)

    def after(self) -> Position | None:
        """Where the page begins."""
        value = self.text("after")
        if not value:
            return None
        found = _POSITION.fullmatch(value)
        try:
            if found is not None:
                return Position(float(found[1]) if found[1] else None, int(found[2]))
        except ValueError:
            pass
        raise UsageError(f"after={value[:40]}: not a place that a page of this list has given")

    def cursor(self, name: str = "after") -> list[str]:
        """The parts of a place that `cursor_of` wrote; empty if there is none."""
        value = self.text(name)
        if not value:
            return []
        try:
            parts = urlsafe_b64decode(value.encode("ascii")).decode().split("\n")
        except ValueError:
            parts = []
        if len(parts) != 2 or not parts[1].isdigit() or len(parts[1]) > 15:
            raise UsageError(f"{name}={value[:40]}: not a place that a page of this list has given")
        return parts

    def pair(self, name: str) -> tuple[str, str] | None:
        """A place in a list that is ordered by two texts, as `pair_text` writes it."""
        value = self.text(name)
        if not value:
            return None
        first, dash, second = value.partition("_")
        if not dash or not first[:4].isdigit():
            raise UsageError(f"{name}={value[:40]}: not a place that a page of this list has given")
        return first, second

    @staticmethod
    def pair_text(first: str, second: str) -> str:
        return f"{first}_{second}"

    def wanted(self) -> Query:
        """The query `q` with the filters `source`, `lang`, and `since` and `until` of publication.

        Raises QueryError.
        """
        found, span = self.wanted_at_any_time(), self.span()
        if span == (None, None):
            return found
        # One condition that an index answers; undated articles are counted beside.
        return found.narrowed([Time("published", *span)])

    def wanted_at_any_time(self) -> Query:
        """The same without `since` and `until`."""
        now = datetime.fromtimestamp(self.now, UTC)
        return narrowed(
            parse(self.text("q"), now=now),
            sources=self.texts("source"),
            languages=self.texts("lang"),
        )

    def span(self) -> tuple[float | None, float | None]:
        """`since` and `until` in seconds; the end is exclusive."""
        from newscrawl.text import timespec

        now = datetime.fromtimestamp(self.now, UTC)
        span = timespec.span(self.text("since") or None, self.text("until") or None, now=now)
        begin, end = (at.timestamp() if at else None for at in (span.begin, span.end))
        return begin, end

    def with_(self, *, path: str | None = None, **changed: str | None) -> str:
        """The address of this page with other parameters; None takes one away."""
        names = {name.rstrip("_"): value for name, value in changed.items()}
        pairs = [(k, v) for k, v in self.query if k not in names and v.strip()]
        pairs += [(k, v) for k, v in names.items() if v is not None]
        where = self.path if path is None else path
        return f"{where}?{urlencode(pairs)}" if pairs else where


def position_text(position: Position | None) -> str | None:
    """A position as `after` has it."""
    if position is None:
        return None
    key = "" if position.key is None else repr(float(position.key))
    return f"{key}_{position.number}"


def cursor_of(at: str, number: int) -> str:
    """A place in a list that is ordered by a text and a number."""
    return urlsafe_b64encode(f"{at}\n{number}".encode()).decode("ascii")
