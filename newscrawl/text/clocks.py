"""Which time of day stands beside a day: `14:30`, `2.30 p.m.`, `14h30`, `14時30分`, `晚上8:30`, `24:00`."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache

from newscrawl.text.calendar_words import halves, primary, spelt


@dataclass(frozen=True, slots=True)
class TimeOfDay:
    """`hour` may be 24 with minute 0: midnight at the end of the day. What follows it is `rest`."""

    hour: int
    minute: int
    second: int | None
    rest: str
    is_attached: bool = False


#: Languages in which "am" is a preposition: "12:30 Uhr, am Montag".
_AM_IS_A_WORD = frozenset(("de", "lb", "gsw", "ro", "eu"))
#: Words that may stand between a day and a time with a full stop in it.
_CLOCK_AFTER = re.compile(
    r"[\s,|–-]*(?:kl\.?|um|klo|ore|ora|alle|at|às|pukul|jam|kell|lúc|godz\.?|ob|u|v|о|в)?[\s.]*",
    re.IGNORECASE,
)
# Behind "8.15", so that it is a time.
_DOTTED = re.compile(
    r"\s?(?:uhr|น\.|hrs?\b|h\b|ч\b|год\b|WIB|WITA|WIT\b|kor\b)|\s?[ap]\.?\s?m", re.IGNORECASE
)
_COMPACT = re.compile(r"[T ]?(\d{2})(\d{2})(\d{2})?(?=Z|[+-]\d{4}|\Z)")
# "1430 GMT", "1430 hrs": four digits are a time only with a word that says so.
_FOUR_DIGITS = re.compile(
    r"(?<![\d.,:])(\d{2})([0-5]\d)(?=\s*(?:hrs?|GMT|UTC|h|[ECMP][SD]?T|IST)\b)(?!\d)"
)


# "8:30 de la noche", "8:30 in the evening"
_LINKS = r"(?:d[aei]l?|du|do|in the|at|of the)\s+"


@lru_cache(maxsize=64)
def _half_words(language: str) -> tuple[str, dict[str, tuple[int, int]]]:
    """A pattern of all words for parts of the day, and their hours by the word without dots and blanks."""
    table = {}
    forms = []
    for word, hours in halves(language).items():
        if _bare(word) in ("am", "pm"):
            continue
        table[_bare(word)] = hours
        form = (
            r"[.\s]*".join(re.escape(c) for c in re.sub(r"[.\s]", "", word))
            if len(word) < 6
            else None
        )
        form = form or re.sub(r"(?:\\ |\s)+", r"\\s*", re.escape(word))
        left = r"(?<![^\W\d_])" if word[0] < "\u0e00" else ""
        right = r"\.?(?![^\W\d_])" if word[-1] < "\u0e00" else ""
        forms.append(f"{left}{form}{right}")
    table["am"], table["pm"] = (0, 12), (12, 24)
    if primary(language) in ("", "en"):
        table["a"], table["p"] = (0, 12), (12, 24)
    forms.append(r"(?<![^\W\d_])[ap]\.?\s?m\b\.?")
    forms.sort(key=lambda form: (-len(form), form))
    return "|".join(forms), table


def _bare(word: str) -> str:
    return re.sub(r"[.\s\u200c]", "", spelt(word))


@lru_cache(maxsize=64)
def _pattern(language: str) -> re.Pattern[str]:
    half, _ = _half_words(language)
    letters = r"|(?-i:(?<=\d)[ap](?!\w))" if primary(language) in ("", "en") else ""
    return re.compile(
        rf"(?<![\d.:])(?:(?P<before>{half})\s*)?(?P<h>(?<!\d)\d{{1,2}})\s?"
        r"(?:(?P<sep>[:.h]|時|时|點|点|시|giờ|\sUhr\s)\s?(?P<m>\d{2})(?!\d)"
        r"(?:\s?[:.分분]\s?(?P<s>\d{1,2})(?!\d)(?:[.,]\d+)?)?"
        rf"|(?=\s?(?:{half}|uhr\b|h\b{letters}))|(?P<whole>[時时點点시](?!\s?\d)))"
        rf"\s?(?:[分분秒초]|uhr\b|h\b|hrs?\b|น\.|ч\.|год\.)?\s*(?:{_LINKS})?(?P<half>{half}{letters})?",
        re.IGNORECASE,
    )


def find(
    text: str, *, language: str, before: bool = False, is_iso: bool = False
) -> TimeOfDay | None:
    """The first time of `text`, which follows the day; the last one if it stands `before` the day."""
    if is_iso and (compact := _COMPACT.match(text)):
        second = int(compact[3]) if compact[3] else None
        return _checked(int(compact[1]), int(compact[2]), second, text[compact.end() :])
    found = None
    for found in _pattern(language).finditer(text):
        if not before:
            break
    if found is None:
        four = _FOUR_DIGITS.search(text)
        return four and _checked(int(four[1]), int(four[2]), None, text[four.end() :])
    rest = text[found.end() :]
    if found["sep"] == "." and not (found["half"] or found["before"] or _DOTTED.search(text)):
        # "8.15" may be a number.
        if before or not _CLOCK_AFTER.fullmatch(text, 0, found.start()):
            return None
    hour = _hour(int(found["h"]), found["half"] or found["before"], language)
    second = int(found["s"]) if found["s"] else None
    return _checked(hour, int(found["m"] or 0), second, rest)


def _checked(hour: int, minute: int, second: int | None, rest: str) -> TimeOfDay | None:
    if hour > 24 or minute > 59 or (hour == 24 and (minute or second)):
        return None
    # A leap second is the last one of its minute.
    second = None if second is None else min(second, 59)
    return TimeOfDay(hour, minute, second, rest)


def _hour(hour: int, word: str | None, language: str) -> int:
    """The hour of 24 that is meant with a word for a part of the day."""
    if word is None or hour > 12:
        return hour
    name = _bare(word)
    if name == "am" and word == "am" and primary(language) in _AM_IS_A_WORD:
        return hour
    begin, end = _half_words(language)[1].get(name, (hour, hour + 1))
    early, late = hour % 12, hour % 12 + 12
    return min((early, late), key=lambda h: _distance(h, begin, end))


def _distance(hour: int, begin: int, end: int) -> int:
    """How many hours `hour` lies from a part of the day that may go on over midnight."""
    if (hour - begin) % 24 < (end - begin) % 24 or (end - begin) % 24 == 0:
        return 0
    return min((begin - hour) % 24, (hour - end) % 24 + 1)
