"""What a source's program replaces by what, as known from pairs of its articles with the texts they copy.

An entry counts once it recurs: in two articles, or at three places. A source is known to replace words once
three of its articles and three entries say so. Its texts can then be turned back, entry by entry.
"""

from __future__ import annotations

import re
from collections import defaultdict
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from newscrawl.lineage.substitutions import Substitution

#: The version of these rules.
DICTIONARY_RULE = "substitutions/1"
#: For an entry to count: articles that have it, or places.
MIN_ARTICLES, MIN_PLACES = 2, 3
#: For a source to be known: articles that have substitutions, entries that count, and places of these within
#: words, names and quotations, where no editor replaces anything.
MIN_KNOWN_ARTICLES, MIN_ENTRIES, MIN_TRACES = 3, 3, 2
#: For a text to be flagged: entries, places of them, and how often the words that they replace may stand
#: there for each place.
FLAG_ENTRIES, FLAG_PLACES, MAX_LEFT = 2, 3, 0.2


@dataclass(frozen=True, slots=True)
class Entry:
    """A source writes `after` where others write `before`: so many articles and places show it.

    `is_piece` says that it was replaced inside words, too.
    """

    before: str
    after: str
    articles: int
    places: int
    is_piece: bool


@dataclass(frozen=True, slots=True)
class Suspicion:
    """How many known substitutions of its source a text has: entries, places, and words left as they were."""

    entries: tuple[Entry, ...]
    places: int
    left: int

    @property
    def is_flagged(self) -> bool:
        """Whether a program has replaced words in this text, too."""
        is_dense = len(self.entries) >= FLAG_ENTRIES and self.places >= FLAG_PLACES
        return is_dense and self.left <= MAX_LEFT * self.places


@dataclass(frozen=True, slots=True)
class SourceDictionary:
    """The entries of one source that count, the most frequent first; `articles` show substitutions at all.

    `traces` are the places of entries within words, names and quotations.
    """

    articles: int = 0
    traces: int = 0
    entries: tuple[Entry, ...] = field(default=())

    @property
    def is_known(self) -> bool:
        """Whether the source is known to have words replaced by a program."""
        is_often = self.articles >= MIN_KNOWN_ARTICLES and len(self.entries) >= MIN_ENTRIES
        return is_often and self.traces >= MIN_TRACES

    def turned_back(self, words: Sequence[str]) -> tuple[str, ...]:
        """Folded words of a text of the source, with the words that were replaced back in their place."""
        line = f" {' '.join(words)} "
        for entry in sorted(self.entries, key=lambda e: (-len(e.after), e.after)):
            line = _pattern(entry).sub(lambda _, e=entry: e.before, line)  # type: ignore[misc]
        return tuple(line.split())

    def suspicion(self, words: Sequence[str]) -> Suspicion:
        """How many substitutions a text of the source has."""
        line = f" {' '.join(words)} "
        found = [(e, len(_pattern(e).findall(line))) for e in self.entries]
        hit = [(e, number) for e, number in found if number]
        left = sum(line.count(f" {e.before} ") for e, _ in hit)
        return Suspicion(tuple(e for e, _ in hit), sum(n for _, n in hit), left)


def dictionary(evidence: Mapping[str, Iterable[Substitution]]) -> SourceDictionary:
    """The dictionary of a source, from what each of its articles has in the place of other words, by id."""
    articles: dict[tuple[str, str], set[str]] = defaultdict(set)
    places: dict[tuple[str, str], int] = defaultdict(int)
    traces: dict[tuple[str, str], int] = defaultdict(int)
    pieces: set[tuple[str, str]] = set()
    shown: set[str] = set()
    for id_, substitutions in evidence.items():
        for each in substitutions:
            shown.add(id_)
            pair = each.of or (each.before, each.after)
            articles[pair].add(id_)
            places[pair] += each.count
            traces[pair] += max(each.in_words, each.in_names, each.in_quotations)
            if each.of:
                pieces.add(pair)
    found = [
        Entry(*pair, len(ids), places[pair], pair in pieces)
        for pair, ids in articles.items()
        if len(ids) >= MIN_ARTICLES or places[pair] >= MIN_PLACES
    ]
    one_way = [e for e in found if _is_one_way(e, places)]
    one_way.sort(key=lambda e: (-e.articles, -e.places, e.after, e.before))
    counted = sum(traces[e.before, e.after] for e in one_way)
    return SourceDictionary(len(shown), counted, tuple(one_way))


def _is_one_way(entry: Entry, places: Mapping[tuple[str, str], int]) -> bool:
    """Whether the replacement is not made in both ways, and the word not replaced by several others alike."""
    if places.get((entry.after, entry.before), 0):
        return False
    rival = max(
        (n for (b, a), n in places.items() if a == entry.after and b != entry.before), default=0
    )
    return rival < entry.places


def _pattern(entry: Entry) -> re.Pattern[str]:
    after = re.escape(entry.after)
    return re.compile(after if entry.is_piece else f"(?<= ){after}(?= )")
