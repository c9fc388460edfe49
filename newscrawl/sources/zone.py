"""In which time zone does a paper live, by the offsets that it states? Data: the IANA time zone database."""

from __future__ import annotations

from datetime import datetime
from functools import cache
from importlib.resources import files
from typing import TYPE_CHECKING
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable
    from datetime import timedelta

#: Languages whose papers, where nothing else is known, mostly appear in one country.
_COUNTRIES = {
    "be": "BY", "bg": "BG", "cs": "CZ", "da": "DK", "de": "DE", "el": "GR", "et": "EE", "fa": "IR",
    "fi": "FI", "fr": "FR", "he": "IL", "hi": "IN", "hr": "HR", "hu": "HU", "id": "ID", "is": "IS",
    "it": "IT", "ja": "JP", "ka": "GE", "ko": "KR", "lt": "LT", "lv": "LV", "nb": "NO", "nl": "NL",
    "no": "NO", "pl": "PL", "ro": "RO", "sk": "SK", "sl": "SI", "sr": "RS", "sv": "SE", "th": "TH",
    "tr": "TR", "uk": "UA", "vi": "VN", "zh": "CN",
}  # fmt: skip


def likely_zones(moments: Collection[datetime], *, countries: Iterable[str]) -> list[str]:
    """The zones of the first of these countries that has the offset of every moment somewhere.

    Of zones with the same clock all through the year one is named. `moments` are aware, as the paper
    states them. A paper that states UTC throughout is in no zone.
    """
    for country in countries:
        by_clock: dict[tuple[timedelta | None, ...], str] = {}
        for name in _zones().get(country, ()):
            zone = ZoneInfo(name)
            if moments and all(m.astimezone(zone).utcoffset() == m.utcoffset() for m in moments):
                year = max(moments).year
                clock = [
                    datetime(year, month, 15, tzinfo=zone).utcoffset() for month in range(1, 13)
                ]
                by_clock.setdefault(tuple(clock), name)
        if by_clock:
            return list(by_clock.values())
    return []


def countries_of(home: str, languages: Iterable[str]) -> tuple[str, ...]:
    """Where a paper may appear, the likeliest first: by its domain, then by its languages."""
    tags = [tag.split("-") for tag in languages]
    domain = (urlsplit(home).hostname or "").rpartition(".")[2].upper()
    found = ["GB" if domain == "UK" else domain]
    found += [part for _, *rest in tags for part in rest if len(part) == 2]
    found += [_COUNTRIES[tag[0]] for tag in tags if tag[0] in _COUNTRIES]
    return tuple(country for country in dict.fromkeys(found) if country in _zones())


@cache
def _zones() -> dict[str, list[str]]:
    """The zones of each country, of a region the most populous first."""
    zones: dict[str, list[str]] = {}
    for line in (files("tzdata") / "zoneinfo" / "zone.tab").read_text("utf-8").splitlines():
        if not line.startswith("#"):
            country, _, zone, *_ = line.split("\t")
            zones.setdefault(country, []).append(zone)
    return zones
