"""Objects of which there is one for each crawler, whoever asks for it first."""

from __future__ import annotations

from functools import wraps
from typing import TYPE_CHECKING, Any, TypeVar
from weakref import WeakKeyDictionary

if TYPE_CHECKING:
    from collections.abc import Callable

    from scrapy.crawler import Crawler

T = TypeVar("T")


def once_per_crawler(make: Callable[[Any, Crawler], T]) -> Callable[[Any, Crawler], T]:
    """Under `@classmethod`: the object that is made for a crawler first is given to all later callers."""
    made: WeakKeyDictionary[Crawler, T] = WeakKeyDictionary()

    @wraps(make)
    def given(cls: Any, crawler: Crawler) -> T:
        if crawler not in made:
            made[crawler] = make(cls, crawler)
        return made[crawler]

    return given
