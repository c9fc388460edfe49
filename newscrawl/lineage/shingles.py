"""Sampled hashes of shingles: by few of them two texts find each other, whichever was there first.

A hash is the first 47 bits of BLAKE2b over the units of a shingle (SQLite stores it in six bytes). It is kept
where it is divisible by a number, the density. A density that divides another one keeps all
that the other one keeps, so an index is thinned by a delete, and nothing is hashed again.
"""

from __future__ import annotations

from bisect import bisect_left
from hashlib import blake2b
from itertools import accumulate
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

    from newscrawl.lineage.units import Units

#: By days between two articles: which hashes the two are looked up by.
DENSITIES = ((30, 4), (365, 16), (None, 64))
#: The density of a young article.
YOUNG = DENSITIES[0][1]
#: Bits of a hash.
HASH_BITS = 47
#: Sampled hashes that two texts must share to be compared.
MIN_SHARED = 3


def density(days: float) -> int:
    """The density for two articles that lie so many days apart."""
    return next(each for limit, each in DENSITIES if limit is None or days <= limit)


def hashes(text: Units) -> set[int]:
    """The hashes of a young article; none of a text that is too short."""
    return {hash_ for _, hash_ in hashes_with_places(text)}


def hashes_with_places(text: Units) -> tuple[tuple[int, int], ...]:
    """As `hashes`, each hash with the number of the first unit of its shingle, in the order of the text."""
    if text.is_too_short:
        return ()
    size, mask = text.writing.shingle, _mask(YOUNG * text.writing.rarity)
    words = [word.encode("utf-8", "surrogatepass") for word in text.words]
    data = b"\x1f".join(words)
    starts = [0, *accumulate(len(word) + 1 for word in words)]
    digests = [
        blake2b(data[start : end - 1], digest_size=6).digest()
        for start, end in zip(starts, starts[size:], strict=False)
    ]
    return tuple(
        (place, int.from_bytes(digest, "big") >> 1)
        for place, digest in enumerate(digests)
        if not digest[5] & mask
    )


def hashes_by_line(text: Units, placed: Sequence[tuple[int, int]]) -> list[frozenset[int]] | None:
    """The hashes of each line of a text, as if it stood alone, from those of the text with their places.

    None where units of a line may be others if it stands alone.
    """
    if (ends := text.line_ends) is None:
        return None
    places, size = [place for place, _ in placed], text.writing.shingle
    found, start = [], 0
    for end in ends:
        first, last = bisect_left(places, start), bisect_left(places, end - size + 1)
        is_too_short = end - start < text.writing.least
        found.append(frozenset(() if is_too_short else (h for _, h in placed[first:last])))
        start = end
    return found


def _mask(density: int) -> int:
    """The bits of the last byte of a digest that are 0 if its first 47 bits are divisible by a power of 2."""
    return 2 * (density - 1)
