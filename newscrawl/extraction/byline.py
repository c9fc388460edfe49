"""What one place of a page states of its makers, and the reader that all such places share."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING

from newscrawl.extraction.names import Name, begins_as_byline, parse, without_labels
from newscrawl.extraction.wording import LIMITS, folded, line
from newscrawl.text.dates import is_dated
from newscrawl.text.dates import parse as parse_date

if TYPE_CHECKING:
    from collections.abc import Collection, Sequence
    from datetime import date

#: Characters of a line that may be a byline.
MAX_LENGTH = 250
#: Between zones one moment has two days.
_ONE_DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Byline:
    """The names one place states, in its order."""

    names: tuple[Name, ...]
    source: str
    raw: str
    clean: bool = True
    opened: bool = True  # stood in a field made for it, or began with a word like "By"
    labelled: bool = False  # a line that says the role in Chinese, Japanese or Korean
    others: tuple[Name, ...] = ()  # who edited, photographed, translated

    @property
    def persons(self) -> tuple[str, ...]:
        return tuple(n.text for n in self.names if n.person)

    @property
    def bodies(self) -> tuple[str, ...]:
        return tuple(n.text for n in self.names if not n.person)


@dataclass(frozen=True, slots=True)
class Reader:
    """What is needed to read names: the page's own names and its sections', folded, and its language."""

    papers: frozenset[str]
    language: str
    sections: frozenset[str] = frozenset()

    def byline(self, raw: str, source: str, *, loose: bool = False) -> Byline:
        found = parse(raw, papers=self.papers, language=self.language, loose=loose)
        opened = not loose or begins_as_byline(raw, self.language)
        raw = line(re.sub(r"(?:^|\s)[|\s]+(?:\s|$)", " ", raw), LIMITS["raw"])
        names = tuple(n for n in found.names if folded(n.text) not in self.sections)
        return Byline(names, source, raw, found.clean, opened, others=found.others)


def together(parts: Sequence[Byline], *, near: bool) -> Byline:
    """The bylines of neighbours as one; by the headline, a list of names is as good as "By"."""
    told = {folded(n.text): n for part in parts for n in part.names}
    names = without_labels(list(told.values()), loose=True)
    raw = line("; ".join(dict.fromkeys(p.raw for p in parts)), LIMITS["raw"])
    clean = all(p.clean for p in parts)
    single = [p.names[0] for p in parts if len(p.names) == 1]
    listed = near and clean and len(single) == len(parts) > 1 and all(" " in n.text for n in single)
    opened = listed or all(p.opened for p in parts)
    others = tuple(n for part in parts for n in part.others)
    return Byline(tuple(names), parts[0].source, raw, clean, opened, others=others)


def is_of_another_day(text: str, days: Collection[date], reader: Reader) -> bool:
    """Whether a byline has a date of its own, on which this page was neither published nor changed."""
    if not days or len(text) > MAX_LENGTH or not is_dated(text, language=reader.language):
        return False
    told = parse_date(text)
    return told is not None and all(abs(told.day - day) > _ONE_DAY for day in days)
