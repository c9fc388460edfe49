"""Do a source's articles lack a date, an author or a body more often than they did?"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from typing import TYPE_CHECKING

from newscrawl.baselines.binomial_tail import at_least

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from newscrawl.items import Article

#: Fields whose absence is counted, and the bit that stands for each in a sum of them.
FIELDS = {"date": 1, "author": 2, "body": 4}
#: The bit of an article that was published more than so many days before it was captured: a backlog.
OLD, OLD_DAYS = 8, 3
#: A body with fewer characters is next to none.
LEAST_BODY = 200
#: The latest articles that are looked at: a few for what is gone at once, more for what is gone in part.
_LATEST = (10, 40)
#: Articles of the past that it takes. The last week is no past: what was lost in it is an alarm throughout.
_LEAST_PAST, _WEEK = 40, 168
#: How much larger the share has to be than among as many articles at any time before,
_MORE = 0.25
#: and how unlikely by chance.
_CHANCE = 1e-5


@dataclass(frozen=True, slots=True)
class Lost:
    """`lacking` of the latest `number` articles have no `field`, of those before a share of `usual`."""

    field: str
    lacking: int
    number: int
    usual: float
    since: int


def lacks(article: Article) -> int:
    """What an article has not, as the sum of the bits of FIELDS, and of OLD; an agency is an author."""
    return (
        FIELDS["date"] * (article.published_at is None)
        + FIELDS["author"] * (not article.authors and not article.credit)
        + FIELDS["body"] * (len(article.body or "") < LEAST_BODY)
        + OLD * _is_old(article)
    )


def _is_old(article: Article) -> bool:
    if article.published_at is None or article.capture is None:
        return False
    captured = date.fromisoformat(article.capture.captured_at[:10])
    return article.published_at[:10] < (captured - timedelta(days=OLD_DAYS)).isoformat()


def lost_fields(hours: Sequence[tuple[int, Mapping[int, int]]]) -> Iterator[Lost]:
    """Alarms, one a field. `hours`: per hour, in order, how many articles lack which (`lacks`)."""
    for field, sizes in _doubtful(hours).items():
        spells = [(hour, *_numbers(found, FIELDS[field])) for hour, found in hours]
        for latest in sizes:
            if (lost := _lost(field, spells, latest)) is not None:
                yield lost
                break


def _doubtful(hours: Sequence[tuple[int, Mapping[int, int]]]) -> dict[str, list[int]]:
    """The fields that so many of the latest articles lack (of _LATEST) that the past is worth a look."""
    found: dict[str, list[int]] = {}
    number, lacking = 0, dict.fromkeys(FIELDS, 0)
    sizes = list(_LATEST)
    for _, of_hour in reversed(hours):
        for what, of in of_hour.items():
            number += of
            for field, bit in FIELDS.items() if what else ():
                lacking[field] += of if what & bit else 0
        while sizes and number >= sizes[0]:
            size = sizes.pop(0)
            for field in FIELDS:
                if lacking[field] / number >= _MORE:
                    found.setdefault(field, []).append(size)
        if not sizes:
            break
    return {field: found[field] for field in FIELDS if field in found}


def _numbers(found: Mapping[int, int], bit: int) -> tuple[int, int]:
    """How many articles, and how many of them lack a field."""
    return sum(found.values()), sum(n for what, n in found.items() if what & bit)


def _lost(field: str, spells: Sequence[tuple[int, int, int]], latest: int) -> Lost | None:
    recent, past = _divide(spells, latest)
    number, lacking = _sum(recent)
    of, before = _sum(past)
    if number < latest or of < _LEAST_PAST:
        return None
    share = before / of
    if lacking / number < share + _MORE:
        return None
    if lacking / number < _highest(past, latest) + _MORE:
        return None
    if at_least(lacking, number, before=before, of=of) > _CHANCE:
        return None
    return Lost(field, lacking, number, share, _began(spells, (share + lacking / number) / 2))


def _divide(
    spells: Sequence[tuple[int, int, int]], latest: int
) -> tuple[Sequence[tuple[int, int, int]], Sequence[tuple[int, int, int]]]:
    """The last hours that have so many articles, and those before that are the past."""
    at = len(spells)
    number = 0
    while at and number < latest:
        at -= 1
        number += spells[at][1]
    end = at
    while end and spells[end - 1][0] > spells[-1][0] - _WEEK:
        end -= 1
    return spells[at:], spells[:end]


def _sum(spells: Sequence[tuple[int, int, int]]) -> tuple[int, int]:
    return sum(n for _, n, _ in spells), sum(without for _, _, without in spells)


def _highest(past: Sequence[tuple[int, int, int]], size: int) -> float:
    """The largest share among as many articles in a row, in hours that do not overlap; but for the top one.

    The top one may be the last time that the layout was changed.
    """
    shares = []
    number = lacking = 0
    for _, found, without in past:
        number, lacking = number + found, lacking + without
        if number >= size:
            shares.append(lacking / number)
            number = lacking = 0
    shares.sort()
    return shares[-2] if len(shares) > 1 else (shares[-1] if shares else 0.0)


def _began(spells: Sequence[tuple[int, int, int]], between: float) -> int:
    """The hour from which on most articles lack the field."""
    best, began, total = 0.0, spells[-1][0], 0.0
    for hour, number, lacking in reversed(spells):
        total += lacking - between * number
        if total > best:
            best, began = total, hour
    return began
