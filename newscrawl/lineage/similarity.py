"""Do two articles report on one thing? How alike their titles and leads are, as numbers.

Words are weighted by how rare they are among the articles that are compared (TF-IDF, by the first six letters
of each word); an encoder of sentences, if there is one, sees what is said in other words or languages.
"""

from __future__ import annotations

import math
from collections import Counter
from itertools import pairwise
from typing import TYPE_CHECKING, Any, Protocol

from newscrawl.lineage.units import units

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

#: The version of these rules.
SIMILARITY_RULE = "events/1"
#: Characters of title and lead that are looked at.
MAX_LEAD, MAX_WORDS_OF = 500, 1_200
#: Letters of a word that count: what follows is inflection more often than not.
STEM = 6


class Encoder(Protocol):
    """Makes a vector of length 1 of each text."""

    def encode(self, texts: list[str]) -> Any:
        """The vectors of texts, in their order: an array of two dimensions."""


class Similarity:
    """How alike some articles are, by their numbers: 0 for nothing in common, 1 for the same."""

    def __init__(self, leads: Sequence[str], encoder: Encoder | None = None) -> None:
        self._vectors = _weighted([_stems(lead[:MAX_WORDS_OF]) for lead in leads])
        texts = [lead[:MAX_LEAD] for lead in leads]
        self._encoded = encoder.encode(texts) if encoder and texts else None
        self._holders: dict[str, list[int]] = {}
        for number, vector in enumerate(self._vectors):
            for stem in vector:
                self._holders.setdefault(stem, []).append(number)

    def __call__(self, a: int, b: int) -> float:
        """How alike two articles are."""
        words = math.sqrt(_cosine(self._vectors[a], self._vectors[b]))
        if self._encoded is None:
            return words
        meaning = float(self._encoded[a] @ self._encoded[b])
        return (words + max(0.0, meaning)) / 2

    @property
    def has_encoder(self) -> bool:
        """Whether meanings are compared as well."""
        return self._encoded is not None


def _stems(lead: str) -> Counter[str]:
    text = units(lead)
    words = text.words
    if text.writing.shingle > 3:
        words = tuple(a + b for a, b in pairwise(words))
    return Counter(word[:STEM] for word in words if len(word) > 1)


def _weighted(counts: Sequence[Counter[str]]) -> list[dict[str, float]]:
    """Vectors of length 1; a stem that all articles have weighs nothing."""
    holders = Counter(stem for count in counts for stem in count)
    rarity = {stem: math.log((1 + len(counts)) / number) for stem, number in holders.items()}
    out = []
    for count in counts:
        vector = {stem: (1 + math.log(n)) * rarity[stem] for stem, n in count.items()}
        length = math.sqrt(sum(weight * weight for weight in vector.values())) or 1.0
        out.append({stem: weight / length for stem, weight in vector.items()})
    return out


def _cosine(a: Mapping[str, float], b: Mapping[str, float]) -> float:
    if len(a) > len(b):
        a, b = b, a
    return sum(weight * b[stem] for stem, weight in a.items() if stem in b)
