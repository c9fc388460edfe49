"""Which offset a named zone has: "ET", "MESZ", "IST" beside a time, or the zone of a source.

Only names that stand beside a time are evidence. Names that several countries use for different
offsets (CST, IST) are read as the press of the larger readership writes them, and noted.
"""

from __future__ import annotations

import re
from datetime import datetime, timedelta, timezone, tzinfo
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

if TYPE_CHECKING:
    from collections.abc import Iterable

_HOURS = """
UTC 0|GMT 0|Z 0|WET 0|BST 1|WEST 1|CET 1|MEZ 1|HNEC 1|CEST 2|MESZ 2|HAEC 2|EET 2|OEZ 2|SAST 2
|CAT 2|EEST 3|OESZ 3|MSK 3|МСК 3|TRT 3|EAT 3|WAT 1
|IRST 3.5|GST 4|PKT 5|IST 5.5|NPT 5.75|BDT 6|WIB 7|ICT 7|WITA 8|HKT 8|SGT 8|MYT 8|PHT 8|PST8 8
|AWST 8|WIT 9|JST 9|KST 9|ACST 9.5|AEST 10|ACDT 10.5|AEDT 11
|NZST 12|NZDT 13|EST -5|EDT -4|CST -6|CDT -5|MST -7|MDT -6|PST -8|PDT -7|AKST -9|AKDT -8|HST -10
|AST -4|ADT -3|NST -3.5|NDT -2.5|BRT -3|ART -3|CLT -4|CLST -3|COT -5|PET -5|VET -4
"""
_OFFSETS = {
    name: timezone(timedelta(hours=float(hours)))
    for name, hours in (entry.split() for entry in _HOURS.replace("\n", "").split("|"))
    if name != "PST8"
}
# Names that stand for summer and winter time together.
_REGIONS = {
    "ET": "America/New_York", "CT": "America/Chicago", "MT": "America/Denver", "PT": "America/Los_Angeles",
    "AT": "America/Halifax", "NT": "America/St_Johns", "UK": "Europe/London",
}  # fmt: skip
_LONG = {
    "eastern": "America/New_York", "central": "America/Chicago", "mountain": "America/Denver",
    "pacific": "America/Los_Angeles", "atlantic": "America/Halifax",
}  # fmt: skip

_NAMED = re.compile(
    r"\s*\(?(?:(?:UTC|GMT)\s*(?P<sign>[+−-])(?P<hours>\d{1,2})(?::?(?P<minutes>\d{2}))?"
    r"|(?P<long>eastern|central|mountain|pacific|atlantic)(?:\s+(?:standard|daylight))?\s+time"
    r"|(?P<name>" + "|".join(sorted({*_OFFSETS, *_REGIONS}, key=len, reverse=True)) + r"))\b",
)


def beside(text: str, wall: datetime) -> tuple[tzinfo, str] | None:
    """The zone named right at the beginning of `text`, which follows a time of day, and its name."""
    found = _NAMED.match(text) or re.compile(_NAMED.pattern, re.IGNORECASE).match(text[:24])
    if not found:
        return None
    if found["sign"]:
        delta = timedelta(hours=int(found["hours"]), minutes=int(found["minutes"] or 0))
        if delta > timedelta(hours=14):
            return None
        return timezone(-delta if found["sign"] != "+" else delta), found[0].strip(" (")
    if found["long"]:
        return _fixed(_LONG[found["long"].lower()], wall), found[0].strip(" (")
    name = found["name"]
    if name != name.upper():
        return None  # "et" and "art" are words
    return _OFFSETS.get(name) or _fixed(_REGIONS[name], wall), name


_ALL_TIMES = re.compile(
    r"(?:\ball|alle|toutes les|todas las|todos os|tutti gli)\s+(?:times|zeiten|zeitangaben|heures"
    r"|horas|horários|orari)\b[^.]{0,40}?\b(?=(?-i:UTC|GMT|[A-Z]{2,5})\b)",
    re.IGNORECASE,
)


def of_all_times(texts: Iterable[str], wall: datetime) -> tuple[tzinfo, str] | None:
    """The zone of a page one of whose `texts` says "All times are UTC", and those words."""
    for text in texts:
        found = _ALL_TIMES.search(text) if 12 < len(text) < 400 and " " in text else None
        if found and (named := beside(text[found.end() :], wall)):
            return named[0], f"{found[0].strip()} {named[1]}"
    return None


def of_source(zone: str, wall: datetime) -> tzinfo | None:
    """The offset of an IANA zone at `wall`; None for a name that is none."""
    try:
        return _fixed(zone, wall)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        return None


def _fixed(zone: str, wall: datetime) -> tzinfo:
    offset = ZoneInfo(zone).utcoffset(wall)
    return timezone(offset if offset is not None else timedelta(0))
