"""When the article was published and modified, with the zone that the page gives evidence of.

The first credible statement wins; a coarser one takes what a later one adds to the same moment. A time
without a zone gets one from another statement of the same instant, from the source, or from words of
the page about all its times; else it stays without. A moment after the capture or before 1990 is no
witness.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta, timezone, tzinfo
from typing import TYPE_CHECKING

from newscrawl.extraction import time_statements
from newscrawl.extraction.origin import with_other_dates
from newscrawl.extraction.witness import attributed
from newscrawl.extraction.wording import MOST_AGAINST
from newscrawl.items import Provenance
from newscrawl.text import zones
from newscrawl.text.dates import AMBIGUOUS, EARLIEST, Moment

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from lxml.html import HtmlElement

    from newscrawl.extraction.document import Document
    from newscrawl.extraction.headline import Line
    from newscrawl.extraction.time_statements import Clock, Stated

#: How far a clock may go wrong, and how far a place may be ahead of UTC.
_SKEW = timedelta(minutes=10)
_AHEAD = timedelta(hours=14)

_Chosen = tuple[Moment | None, Provenance | None]


def published(
    document: Document,
    clock: Clock,
    *,
    zone: str | None,
    announced: Mapping[str, str],
    lines: Sequence[Line],
    first: Iterable[Stated] = (),
    rule_zone: str | None = None,
) -> _Chosen:
    """The moment of publication; the address and htmldate are asked where nothing else speaks.

    `first` are statements that come before those of the page, `rule_zone` the zone that comes before all
    evidence: both of the site's rule.
    """
    found = _credible(time_statements.published(document, lines, clock), clock)
    if not any(s.moment.time for s in found):
        found += _credible(time_statements.seen(document, lines, clock), clock)
    if not found or not found[0].moment.time:
        found += _credible(time_statements.elsewhere(document, lines, clock), clock)
    found += _credible(time_statements.announced(announced, clock), clock)
    for last in (
        time_statements.of_url(document),
        time_statements.seen_updates(lines, clock),
        time_statements.by_htmldate(document, clock),
    ):
        found = found or _credible(last, clock)
    changes = time_statements.modified(document, lines, clock)
    credible = (s for s in changes if _is_credible(s.moment, clock.now))
    found = [*_credible(first, clock)[:1], *found]
    moment, provenance = _chosen(found, zone, document, clock, beside=credible, rule_zone=rule_zone)
    return moment, attributed(provenance, announced)


def modified(
    document: Document,
    clock: Clock,
    *,
    zone: str | None,
    published: Moment | None,
    lines: Sequence[Line],
    rule_zone: str | None = None,
) -> _Chosen:
    """The moment of the last change; not before the publication."""
    found = _credible(time_statements.modified(document, lines, clock), clock)
    if not found:
        found = _credible(time_statements.seen_updates(lines, clock), clock)
    if published is not None:
        earliest = published.day - timedelta(days=1)
        found = [s for s in found if s.moment.day >= earliest]
    return _chosen(found, zone, document, clock, rule_zone=rule_zone)


def _credible(found: Iterable[Stated], clock: Clock) -> list[Stated]:
    return [s for s in found if _is_credible(s.moment, clock.now)]


def _is_credible(moment: Moment, now: datetime | None) -> bool:
    if moment.day < EARLIEST:
        return False
    if now is None:
        return True
    if moment.time is None:
        return moment.day <= (now + _AHEAD).date()
    if moment.time.tzinfo is None:
        return moment.time.replace(tzinfo=UTC) <= now + _AHEAD
    return moment.time <= now + _SKEW


def _chosen(
    found: list[Stated],
    zone: str | None,
    document: Document,
    clock: Clock,
    *,
    beside: Iterable[Stated] = (),
    rule_zone: str | None = None,
) -> _Chosen:
    """The first statement's moment; those `beside` it are of another moment, and tell the zone alone."""
    if not found:
        return None, None
    winner, others, beside = found[0], found[1:], list(beside)
    moment = _ordered(winner, [*others, *beside], document, clock)
    moment = _completed(moment, others)
    if moment.time is not None and not moment.aware and rule_zone is not None:
        of_rule = zones.of_source(rule_zone, moment.time)
        note = _beside(moment, f"zone of the rule, {rule_zone}")
        moment = moment.at(of_rule, note) if of_rule else moment
    if moment.time is not None and not moment.aware:
        moment = _zoned(moment, [*others, *beside], zone, document.root, clock)
    against = {
        (s.source, s.raw): {"source": s.source, "raw": s.raw}
        for s in others
        if not _agree(moment, s.moment)
    }
    return moment, Provenance(
        winner.source, winner.raw, tuple(against.values())[:MOST_AGAINST], moment.note
    )


def _ordered(winner: Stated, others: Sequence[Stated], document: Document, clock: Clock) -> Moment:
    """A day in numbers that may be two, as other statements of the day or other dates of the page have it."""
    moment = winner.moment
    if moment.other_day is None:
        return moment
    for other in others:
        if other.moment.other_day is None and (days := other.moment.days()):
            for reading in (moment, moment.swapped()):
                if reading.day in days:
                    settled = replace(reading, other_day=None)
                    return settled.noted(f"order of numbers by {other.source}")
    context = with_other_dates(document, clock.context)
    if context.order()[0] is not None:
        again = replace(clock, context=context).read(winner.raw, winner.source)
        read = next(again, None)
        if read is not None and read.moment.other_day is None:
            return read.moment
    return moment.noted(AMBIGUOUS)


def _completed(moment: Moment, others: list[Stated]) -> Moment:
    """`moment`, with the time of day of another statement where it has none."""
    if moment.time is not None and not _is_midnight(moment):
        return moment
    finer = [
        s
        for s in others
        if s.moment.time and moment.day in s.moment.days() and not _is_midnight(s.moment)
    ]
    best = next((s for s in finer if s.moment.aware), None) or next(iter(finer), None)
    if best is None:
        return moment
    note = f"time of day from {best.source}"
    return replace(best.moment, note=note)


def _zoned(
    moment: Moment, others: list[Stated], zone: str | None, root: HtmlElement, clock: Clock
) -> Moment:
    """A time without a zone, with the one that there is evidence of."""
    wall = moment.time
    if wall is None:
        return moment
    for other in others:
        if other.moment.aware and (offset := _offset_between(wall, other.moment)) is not None:
            return moment.at(offset, _beside(moment, f"zone from {other.source}"))
    for other in others:
        offset = other.moment.time.tzinfo if other.moment.time else None
        if offset is not None and offset.utcoffset(wall) in {
            c.utcoffset(wall) for c in moment.zones
        }:
            return moment.at(offset, _beside(moment, f"as in {other.source}"))
    if zone and (of_source := zones.of_source(zone, wall)):
        return moment.at(of_source, _beside(moment, f"zone of the source, {zone}"))
    if named := zones.of_all_times(root.itertext(), wall, clock.context):
        said = f"the page says of all its times: {named[1]}"
        return moment.at(named[0], _beside(moment, said))
    return moment.noted("zone unknown")


def _beside(moment: Moment, note: str) -> str:
    """`note` behind what was noted before."""
    return moment.noted(note).note or note


def _offset_between(wall: datetime, aware: Moment) -> tzinfo | None:
    """The offset at which `wall` is the instant `aware`, if there can be one."""
    if aware.time is None:
        return None
    wall = wall.replace(second=0)
    other = aware.time.replace(second=0, microsecond=0)
    if wall == other.replace(tzinfo=None):
        return other.tzinfo if other.utcoffset() else UTC
    difference = wall.replace(tzinfo=UTC) - other
    whole = difference % timedelta(minutes=15) == timedelta(0)
    return timezone(difference) if whole and abs(difference) <= _AHEAD else None


def _is_midnight(moment: Moment) -> bool:
    time = moment.time
    return time is not None and (time.hour, time.minute, time.second) == (0, 0, 0)


def _agree(a: Moment, b: Moment) -> bool:
    if a.aware and b.aware and a.time and b.time:
        return abs(a.time - b.time) <= timedelta(minutes=1)
    return bool(a.days() & b.days())
