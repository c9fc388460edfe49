"""Sampled hashes of shingles: by few of them two texts find each other, whichever was there first.

A hash is kept where it is divisible by a number, the density. A density that divides another one keeps all
that the other one keeps, so an index is thinned by a delete, and nothing is hashed again.
"""

from __future__ import annotations

from hashlib import blake2b
from typing import TYPE_CHECKING

from newscrawl.lineage.units import units

if TYPE_CHECKING:
    from collections.abc import Collection

    from newscrawl.lineage.units import Units

#: By days between two articles: which hashes the two are looked up by.
DENSITIES = ((30, 4), (365, 16), (None, 64))
#: The density of a young article.
YOUNG = DENSITIES[0][1]
#: Sampled hashes that two texts must share to be compared.
MIN_SHARED = 3
#: Hashes of a line that are stop shingles, and their share of all, for the line to be boilerplate.
MIN_STOPS, STOP_SHARE = 2, 0.8
#: Bits of a hash: SQLite stores it in six bytes.
BITS = 47


def density(days: float) -> int:
    """The density for two articles that lie so many days apart."""
    return next(each for limit, each in DENSITIES if limit is None or days <= limit)


def without_boilerplate(body: str, stops: Collection[int]) -> str:
    """A text without the lines of which nearly all sampled hashes are among `stops`."""
    return "\n".join(line for line in body.split("\n") if not _is_boilerplate(line, stops))


def _is_boilerplate(line: str, stops: Collection[int]) -> bool:
    found = hashes(units(line))
    known = sum(each in stops for each in found)
    return known >= MIN_STOPS and known >= STOP_SHARE * len(found)


def hashes(text: Units) -> set[int]:
    """The hashes of a young article; none of a text that is too short."""
    if text.is_too_short:
        return set()
    kept = YOUNG * text.writing.rarity
    return {h for each in text.shingles() if (h := shingle_hash(each)) % kept == 0}


def shingle_hash(shingle: tuple[str, ...]) -> int:
    """47 bits of BLAKE2b over the units of a shingle."""
    data = "\x1f".join(shingle).encode("utf-8", "surrogatepass")
    return int.from_bytes(blake2b(data, digest_size=6).digest(), "big") >> 1
