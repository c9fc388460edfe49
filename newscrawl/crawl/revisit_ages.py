"""At which ages is an article seen again?"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence


#: A look at so much less than an age counts for it.
_NEARLY = 1.05


def next_revisit(first_at: float, ages: Sequence[float], *, now: float) -> float | None:
    """The next moment (seconds since the epoch) at which an article has one of these ages, in seconds.

    Ages that have passed while nobody looked are not made up for; a look just before an age is the one
    at that age. None when all have passed.
    """
    seen = (now - first_at) * _NEARLY
    return next((first_at + age for age in sorted(ages) if age > seen), None)
