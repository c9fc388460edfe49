"""Sampled hashes of shingles: by few of them two texts find each other, whichever was there first.

A hash is the first 47 bits of BLAKE2b over the units of a shingle (SQLite stores it in six bytes). It is kept
where it is divisible by a number, the density. A density that divides another one keeps all
that the other one keeps, so an index is thinned by a delete, and nothing is hashed again.
"""

from __future__ import annotations

from hashlib import blake2b
from itertools import accumulate
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from newscrawl.lineage.units import Units

#: By days between two articles: which hashes the two are looked up by.
DENSITIES = ((30, 4), (365, 16), (None, 64))
#: The density of a young article.
YOUNG = DENSITIES[0][1]
#: Sampled hashes that two texts must share to be compared.
MIN_SHARED = 3


def density(days: float) -> int:
    """The density for two articles that lie so many days apart."""
    return next(each for limit, each in DENSITIES if limit is None or days <= limit)


def hashes(text: Units) -> set[int]:
    """The hashes of a young article; none of a text that is too short."""
    if text.is_too_short:
        return set()
    size, mask = text.writing.shingle, _mask(YOUNG * text.writing.rarity)
    words = [word.encode("utf-8", "surrogatepass") for word in text.words]
    data = b"\x1f".join(words)
    starts = [0, *accumulate(len(word) + 1 for word in words)]
    digests = (
        blake2b(data[start : end - 1], digest_size=6).digest()
        for start, end in zip(starts, starts[size:], strict=False)
    )
    return {int.from_bytes(each, "big") >> 1 for each in digests if not each[5] & mask}


def _mask(density: int) -> int:
    """The bits of the last byte of a digest that are 0 if its first 47 bits are divisible by a power of 2."""
    return 2 * (density - 1)
