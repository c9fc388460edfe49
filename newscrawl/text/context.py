"""What is known of a text besides its words: in which language and where in the world it was written.

Two things about dates are decided by it: whether `03/04/2026` names the month first, and which of several
zones an abbreviation such as IST means.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from datetime import date
from typing import TYPE_CHECKING

from newscrawl.text.calendar_words import normalised, primary

if TYPE_CHECKING:
    from collections.abc import Iterable

#: Where CLDR writes the month first in numbers (`M/d/y`), for English and Filipino.
MONTH_FIRST = frozenset(["US", "PR", "GU", "AS", "MP", "VI", "UM", "PH", "MH", "FM", "PW"])
#: Where both orders are in use, by territory and by language and territory.
_BOTH_ORDERS = frozenset(("CA", "es-US"))
#: Country domains that sites of every country take.
_GENERIC = frozenset(
    (
        *("ac", "ag", "ai", "am", "bz", "cc", "cd", "cm", "co", "cx", "dj", "eu", "fm", "gg", "gl"),
        *("gs", "io", "la", "ly", "me", "ms", "mu", "nu", "pw", "sc", "sh", "so", "st", "sx", "tc"),
        *("tk", "to", "tv", "vc", "vg", "vu", "ws"),
    )
)
_UNITED_STATES = frozenset(("us", "gov", "edu", "mil"))
#: The territory in which the press of a language is at home, where it is at home in one.
_AT_HOME = {
    "bn": "BD", "fil": "PH", "ga": "IE", "gu": "IN", "he": "IL", "hi": "IN", "hy": "AM", "kn": "IN",
    "ko": "KR", "ml": "IN", "mr": "IN", "ja": "JP", "or": "IN", "pa": "IN", "ta": "IN", "te": "IN",
    "th": "TH", "ur": "PK", "vi": "VN", "zh": "CN",
}  # fmt: skip
_REGION = re.compile(r"[A-Za-z]{2,3}(?:[-_][A-Za-z]{4})?[-_]([A-Za-z]{2})(?![A-Za-z])")
_COUNTRY = re.compile(r"([A-Za-z]{2})(?:[-_][A-Za-z0-9]{1,3})?")


@dataclass(frozen=True, slots=True)
class DateContext:
    """`language` is a BCP 47 tag in lower case, or empty.

    `places` are territories (ISO 3166, upper case) and what states each, the best evidence first.
    `month_first` is what other dates of the same text prove, and `order_evidence` says which.
    """

    language: str = ""
    places: tuple[tuple[str, str], ...] = ()
    month_first: bool | None = None
    order_evidence: str = ""

    @property
    def primary_language(self) -> str:
        return primary(self.language)

    def order(self) -> tuple[bool | None, str]:
        """Whether the month stands first in numbers, and the evidence; None where nothing tells."""
        language = self.primary_language
        if language not in ("", "en", "fil"):
            places = {place for place, _ in self.places}
            if not any(f"{language}-{place}" in _BOTH_ORDERS for place in places):
                return False, f"language {self.language}"
        else:
            for place, evidence in self.places:
                if place not in _BOTH_ORDERS:
                    return place in MONTH_FIRST, evidence
            if language == "fil":
                return True, "language fil"
        return self.month_first, self.order_evidence

    def territories(self) -> list[tuple[str, str]]:
        """Where the text is from: `places`, then the home of its language."""
        home = _AT_HOME.get(self.primary_language)
        return [*self.places, *([(home, f"language {self.language}")] if home else ())]


def context_of(
    language: str = "",
    *,
    host: str = "",
    tags: Iterable[tuple[str, str]] = (),
    countries: Iterable[tuple[str, str]] = (),
) -> DateContext:
    """The context of a text.

    `tags` are language tags with a region (`en_IN`) and `countries` codes (`IN`, `IN-DL`), each with what
    states it. A country domain comes first. "US" comes last: software writes it where nobody chose.
    """
    found: list[tuple[str, str]] = []
    if place := of_host(host):
        found.append((place, f"host .{host.rpartition('.')[2]}"))
    for text, source in countries:
        if country := _COUNTRY.fullmatch(text.strip()):
            found.append((country[1].upper(), f"{source} {text.strip()}"))
    for text, source in [*tags, (language, "language")]:
        if region := _REGION.match(text.strip()):
            found.append((region[1].upper(), f"{source} {text.strip()}"))
    found.sort(key=lambda each: each[0] == "US" and not each[1].startswith("host"))
    return DateContext(language.lower().replace("_", "-"), tuple(found))


def of_host(host: str) -> str:
    """The territory of a host's country domain; empty where it says nothing."""
    domain = host.rpartition(".")[2].lower()
    if domain in _UNITED_STATES:
        return "US"
    if len(domain) != 2 or domain in _GENERIC:
        return ""
    return "GB" if domain == "uk" else domain.upper()


_NUMBERS = re.compile(r"(?<![\d/.-])(\d{1,2})([/-])(\d{1,2})\2((?:19|20)\d{2})(?!\d)")


def with_order_of(texts: Iterable[str], context: DateContext, *, where: str) -> DateContext:
    """The context, with the order of the first date in numbers that allows one order only."""
    for text in texts:
        if not ("/" in text or "-" in text):
            continue
        for first, sep, second, year in _NUMBERS.findall(normalised(text)):
            a, b = int(first), int(second)
            if (a > 12) != (b > 12) and _is_day(int(year), min(a, b), max(a, b)):
                said = f"{first}{sep}{second}{sep}{year} {where}"
                return replace(context, month_first=b > 12, order_evidence=said)
    return context


def _is_day(year: int, month: int, day: int) -> bool:
    try:
        date(year, month, day)
    except ValueError:
        return False
    return True
