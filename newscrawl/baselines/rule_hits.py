"""Does a selector that found something on the pages of its site still do so?"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

#: So many of the latest pages without a hit are no chance. Not every article names its authors.
LATEST = {"title": 5, "published": 5, "body": 5, "authors": 10}
#: Where a site has fewer pages, all of these.
LEAST = 3


@dataclass(frozen=True, slots=True)
class Failing:
    """A key of a rule that finds nothing on the latest `pages`; `since` is when the first was captured."""

    key: str
    pages: int
    since: str
    says: str


def failing(key: str, hits: Sequence[bool], times: Sequence[str]) -> Failing | None:
    """Judge pages, the latest first, by whether the key found something; `times` are their captures'."""
    without = next((n for n, hit in enumerate(hits) if hit), len(hits))
    enough = LATEST[key]
    if without < enough and not (without == len(hits) >= LEAST and key != "authors"):
        return None
    since = times[without - 1]
    says = f"finds nothing on the latest {without} pages"
    if without < len(hits):
        says += f", and did until {times[without][:16]}Z"
    return Failing(key, without, since, says)
