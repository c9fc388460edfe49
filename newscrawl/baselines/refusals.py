"""Does a source refuse its pages to us: by status, by a wall, by robots.txt?"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from newscrawl.baselines.binomial_tail import at_least

if TYPE_CHECKING:
    from collections.abc import Mapping

#: URLs that it takes, and the share of them that it takes beyond the usual one.
_LEAST, _MORE = 4, 0.3
#: Where there is no past, it takes more.
_LEAST_ALONE, _SHARE_ALONE = 10, 0.8
_CHANCE = 1e-4


@dataclass(frozen=True, slots=True)
class Ends:
    """How the URLs of a source ended in some time: how many, and refused for which causes."""

    number: int
    refused: Mapping[str, int]


@dataclass(frozen=True, slots=True)
class Refused:
    """`refused` of the latest `number` URLs, by cause, of those before a share of `usual`."""

    number: int
    refused: int
    causes: Mapping[str, int]
    usual: float | None


def refused(recent: Ends, past: Ends) -> Refused | None:
    """The alarm that a source refuses more than it did, or nearly everything from the first."""
    number, lost = recent.number, sum(recent.refused.values())
    before = sum(past.refused.values())
    if number < _LEAST or not lost:
        return None
    causes = dict(sorted(recent.refused.items(), key=lambda each: (-each[1], each[0])))
    if past.number < _LEAST_ALONE:
        alone = number >= _LEAST_ALONE and lost / number >= _SHARE_ALONE
        return Refused(number, lost, causes, None) if alone else None
    share = before / past.number
    # What refuses everything for weeks has no better past to be compared with.
    if share >= _SHARE_ALONE and lost / number >= _SHARE_ALONE:
        return Refused(number, lost, causes, share)
    if lost / number < share + _MORE:
        return None
    chance = at_least(lost, number, before=before, of=past.number)
    return Refused(number, lost, causes, share) if chance < _CHANCE else None
