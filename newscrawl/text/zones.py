"""Which offset stands behind a time of day: `+05:30`, `GMT+2`, "MESZ", "ET", `Europe/Paris`.

An abbreviation that means several offsets (IST, CST) is decided by where the text is from; else by
RFC 5322 for the zones of North America; else by nothing, and the time stays without a zone.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta, timezone, tzinfo
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

if TYPE_CHECKING:
    from collections.abc import Iterable

    from newscrawl.text.context import DateContext

#: Names that mean one offset, in hours east of UTC.
_HOURS = """
Z 0|UT 0|TU 0|UTC 0|GMT 0|WET 0|WEST 1|CET 1|MEZ 1|HNEC 1|CEST 2|MESZ 2|HAEC 2|EET 2|OEZ 2|SAST 2|CAT 2
|EEST 3|OESZ 3|MSK 3|МСК 3|TRT 3|TSİ 3|EAT 3|WAT 1|IDT 3|IRST 3.5|IRDT 4.5|AFT 4.5|PKT 5|UZT 5|NPT 5.75
|BdST 6|BTT 6|ICT 7|WIB 7|WITA 8|HKT 8|SGT 8|MYT 8|PHT 8|PhST 8|AWST 8|WIT 9|JST 9|KST 9|ACST 9.5|AEST 10
|ChST 10|ACDT 10.5|AEDT 11|NZST 12|NZDT 13|FJT 12|EDT -4|MDT -6|PDT -7|AKST -9|AKDT -8|HST -10|NDT -2.5
|BRT -3|ART -3|UYT -3|CLT -4|CLST -3|COT -5|PET -5|VET -4|BOT -4
"""
OFFSETS = {
    name: float(hours) for name, hours in (e.split() for e in _HOURS.replace("\n", "").split("|"))
}
_NORTH_AMERICA = "US CA MX GT HN SV NI CR BZ BS JM PA DO"
#: Names that mean several: the territories of each meaning, and the offset. `*` is the meaning where
#: nothing says otherwise, as RFC 5322 has it or as nearly everybody does.
_SEVERAL: dict[str, tuple[tuple[str, float], ...]] = {
    "IST": (("IN LK", 5.5), ("IE", 1), ("IL", 2)),
    "GST": (("AE OM", 4), ("GU MP", 10), ("GS", -2)),
    "AST": (("CA PR VI BM DO TT BB LC GD AG AW CW", -4), ("SA KW BH QA IQ YE", 3)),
    "ADT": (("CA BM", -3), ("IQ", 4)),
    "BST": (("GB IM JE GG *", 1), ("BD", 6), ("PG", 11)),
    "CST": ((f"{_NORTH_AMERICA} *", -6), ("CN TW MO HK", 8), ("CU", -5), ("AU", 9.5)),
    "CDT": (("US CA MX *", -5), ("CU", -4), ("AU", 10.5)),
    "EST": ((f"{_NORTH_AMERICA} *", -5), ("AU", 10)),
    "MST": (("US CA MX *", -7), ("MY", 8), ("MM", 6.5)),
    "PST": (("US CA MX *", -8), ("PH", 8), ("PK", 5)),
    "NST": (("CA", -3.5), ("NP", 5.75)),
    "SST": (("SG", 8), ("AS WS", -11)),
    "ECT": (("EC", -5), ("LC GD DM VC", -4)),
    "WST": (("AU", 8), ("WS", 13)),
    "AMT": (("BR", -4), ("AM", 4)),
    "BDT": (("BD", 6), ("BN", 8)),
    "PYT": (("PY", -4), ("KP", 8.5)),
    "ACT": (("BR", -5), ("AU", 9.5)),
    "GET": (("GE", 4),),
}
#: Names that stand for summer and winter time together.
_REGIONS = {
    "ET": "America/New_York", "CT": "America/Chicago", "MT": "America/Denver", "PT": "America/Los_Angeles",
    "AT": "America/Halifax", "NT": "America/St_Johns", "UK": "Europe/London",
}  # fmt: skip
_LONG = {
    "eastern": "America/New_York", "central": "America/Chicago", "mountain": "America/Denver",
    "pacific": "America/Los_Angeles", "atlantic": "America/Halifax", "india": "Asia/Kolkata",
    "indian": "Asia/Kolkata", "bangladesh": "Asia/Dhaka", "pakistan": "Asia/Karachi",
    "beijing": "Asia/Shanghai", "moscow": "Europe/Moscow", "greenwich mean": "Etc/UTC",
    "central european": "Europe/Paris", "japan": "Asia/Tokyo", "korea": "Asia/Seoul",
    "singapore": "Asia/Singapore", "hong kong": "Asia/Hong_Kong", "irish": "Europe/Dublin",
    "british summer": "Europe/London", "israel": "Asia/Jerusalem", "gulf": "Asia/Dubai",
}  # fmt: skip

#: No place is farther from UTC.
MAX_OFFSET = timedelta(hours=14)
_NUMBER = re.compile(
    r"(?P<gap>\s*)\(?(?P<utc>(?:GMT|UTC|UT|Z)\s*)?(?P<sign>[+\u2212-])\s?(?P<hours>\d{1,2})"
    r"(?:(?P<colon>[:.]?)(?P<minutes>\d{2}))?(?!\d|:)",
    re.IGNORECASE,
)
_NAMES = sorted({*OFFSETS, *_SEVERAL, *_REGIONS}, key=len, reverse=True)
_NAMED = re.compile(
    r"\s*[(\[]?(?:"
    r"(?P<iana>[A-Z][A-Za-z]+(?:/[A-Z][A-Za-z_+-]+\d{0,2}){1,2})"
    r"|(?P<long>(?i:" + "|".join(sorted(_LONG, key=len, reverse=True)) + r"))"
    r"(?i:(?:\s+(?:standard|daylight|summer))?\s+time)"
    r"|(?P<name>" + "|".join(map(re.escape, _NAMES)) + r"))(?!\w)"
)


@dataclass(frozen=True, slots=True)
class Zone:
    """What stands behind a time: `offset`, or None with the offsets that its name may mean.

    `is_stated` is false for an offset that was concluded, and `note` says from what.
    """

    offset: tzinfo | None
    note: str | None = None
    candidates: tuple[tzinfo, ...] = ()
    is_stated: bool = True


def beside(text: str, wall: datetime, context: DateContext, *, is_iso: bool) -> Zone | None:
    """The zone right at the beginning of `text`, which follows the time of day `wall`.

    Behind an ISO date an offset may be hours alone; behind others `-21:00` may be the end of a range.
    """
    if (found := _NUMBER.match(text)) and (zone := _numbered(found, is_iso=is_iso)):
        return zone
    if re.match(r"\s*Z(?![A-Za-z])", text):
        return Zone(UTC)
    if (found := _NAMED.match(text)) is None:
        return None
    if found["iana"]:
        known = of_source(found["iana"], wall)
        return Zone(known, f"zone named {found['iana']}", is_stated=False) if known else None
    if found["long"]:
        offset = _fixed(_LONG[found["long"].lower()], wall)
        return Zone(offset, f"zone named {found[0].strip(' ([')}", is_stated=False)
    return _of_name(found["name"], wall, context)


def _numbered(found: re.Match[str], *, is_iso: bool) -> Zone | None:
    hours, minutes = int(found["hours"]), int(found["minutes"] or 0)
    length = timedelta(hours=hours, minutes=minutes)
    if length > MAX_OFFSET or minutes > 59:
        return None
    utc, is_attached = bool(found["utc"]), not found["gap"]
    if found["minutes"] is None and not (utc or is_iso or is_attached):
        return None  # "19:30 - 5 comments"
    is_range = found["colon"] and found["sign"] != "+" and (is_attached or hours > 9)
    if is_range and not (utc or is_iso):
        return None
    offset = timezone(length if found["sign"] == "+" else -length)
    note = f"zone named {found[0].strip(' (')}" if utc else None
    return Zone(offset if length else UTC, note)


def _of_name(name: str, wall: datetime, context: DateContext) -> Zone:
    if name in _REGIONS:
        return Zone(_fixed(_REGIONS[name], wall), f"zone named {name}", is_stated=False)
    territories = context.territories()
    meanings = _SEVERAL.get(name)
    if meanings is None:
        return Zone(_hours(OFFSETS[name]), f"zone named {name}" if name != "Z" else None)
    for place, evidence in territories:
        for places, hours in meanings:
            if place in places.split():
                note = f"zone named {name}, by {evidence}"
                return Zone(_hours(hours), note, is_stated=False)
    for places, hours in meanings:
        if "*" in places.split():
            return Zone(_hours(hours), f"zone named {name}")
    candidates = tuple(_hours(hours) for _, hours in meanings)
    return Zone(None, f"{name} means several zones", candidates, is_stated=False)


_ALL_TIMES = re.compile(
    r"(?:\ball|alle|toutes les|todas las|todos os|tutti gli)\s+(?:times|zeiten|zeitangaben|heures"
    r"|horas|horários|orari)\b[^.]{0,40}?\b(?=(?-i:UTC|GMT|[A-Z]{2,5})\b)",
    re.IGNORECASE,
)


def of_all_times(
    texts: Iterable[str], wall: datetime, context: DateContext
) -> tuple[tzinfo, str] | None:
    """The zone of a page one of whose `texts` says "All times are UTC", and those words."""
    for text in texts:
        found = _ALL_TIMES.search(text) if 12 < len(text) < 400 and " " in text else None
        if found is None:
            continue
        rest = text[found.end() :]
        if (zone := beside(rest, wall, context, is_iso=False)) and zone.offset:
            name = (zone.note or "").removeprefix("zone named ") or rest.split()[0].strip(".,")
            return zone.offset, f"{found[0].strip()} {name}"
    return None


def of_source(zone: str, wall: datetime) -> tzinfo | None:
    """The offset of an IANA zone at `wall`; None for a name that is none."""
    try:
        return _fixed(zone, wall)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        return None


def _hours(hours: float) -> tzinfo:
    return timezone(timedelta(hours=hours)) if hours else UTC


def _fixed(zone: str, wall: datetime) -> tzinfo:
    offset = ZoneInfo(zone).utcoffset(wall)
    return timezone(offset) if offset else UTC
