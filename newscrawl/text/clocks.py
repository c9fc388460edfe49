"""Which time of day stands beside a day: `14:30`, `2.30 p.m.`, `14h30`, `14時30分`, `晚上8:30`, `24:00`."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING

from newscrawl.text.calendar_words import halves, primary, spelt

if TYPE_CHECKING:
    from collections.abc import Iterator


@dataclass(frozen=True, slots=True)
class TimeOfDay:
    """`hour` may be 24 with minute 0: midnight at the end of the day. What follows it is `rest`."""

    hour: int
    minute: int
    second: int | None
    rest: str


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
_LINK = re.compile(r"\s*(?:(?:d[aei]l?|du|do|in the|at|of the)\s+)?", re.IGNORECASE)
_TIME = re.compile(
    r"(?<![\d.:])(?P<h>\d{1,2})"
    r"(?:\s?(?P<sep>[:.h]|時|时|點|点|시|giờ|\sUhr\s)\s?(?P<m>\d{2})(?!\d)"
    r"(?:\s?[:.分분]\s?(?P<s>\d{1,2})(?!\d)(?:[.,]\d+)?)?"
    r"|\s?(?P<unit>[时時點点시](?!\s?\d)|uhr\b|h\b)|(?![\d:.,/-]))"
    r"\s?(?:[分분秒초]|uhr\b|h\b|hrs?\b|น\.|ч\.|год\.)?",
    re.IGNORECASE,
)
#: Characters before a time in which a word for a part of the day stands.
_MAX_BEFORE = 24
_WORD_START = re.compile(
    r"(?<![^\W\d_])[^\W\d_]|[\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u3040-\ud7ff]"
)


@lru_cache(maxsize=64)
def _hours_of(language: str) -> dict[str, tuple[int, int]]:
    """The hours of each part of the day, by its words without dots and blanks."""
    table = {_bare(word): hours for word, hours in halves(language).items()}
    table["am"], table["pm"] = (0, 12), (12, 24)
    if primary(language) in ("", "en"):
        table["a"], table["p"] = (0, 12), (12, 24)
    return table


@lru_cache(maxsize=64)
def _words_by_letter(language: str) -> dict[str, str]:
    """Patterns of the words for parts of the day, by their first letter."""
    forms: dict[str, list[str]] = {"a": [r"a\.?\s?m\b\.?"], "p": [r"p\.?\s?m\b\.?"]}
    if primary(language) in ("", "en"):
        for letter in "ap":  # "8:30p"
            forms[letter].append(rf"(?<=\d){letter}(?!\w)")
    for word in halves(language):
        if _bare(word) in ("am", "pm"):
            continue
        letters = re.sub(r"[.\s]", "", word)
        loose = r"[.\s]*".join(map(re.escape, letters)) if len(word) < 6 else ""
        form = loose or re.sub(r"(?:\\ |\s)+", r"\\s*", re.escape(word))
        right = r"\.?(?![^\W\d_])" if word[-1] < "\u0e00" else ""
        forms.setdefault(word[0], []).append(form + right)
    longest = {k: sorted(f, key=lambda form: (-len(form), form)) for k, f in forms.items()}
    return {letter: "|".join(of) for letter, of in longest.items()}


@lru_cache(maxsize=4096)
def _starting(letter: str, language: str) -> re.Pattern[str] | None:
    form = _words_by_letter(language).get(letter)
    return re.compile(form, re.IGNORECASE) if form else None


def _half_at(text: str, at: int, language: str) -> re.Match[str] | None:
    """The word for a part of the day that begins right there."""
    letter = spelt(text[at : at + 1])
    pattern = _starting(letter[0], language) if letter else None
    return pattern.match(text, at) if pattern else None


def _half_before(text: str, end: int, language: str) -> str | None:
    """The word for a part of the day that ends right before a time."""
    for start in _WORD_START.finditer(text, max(0, end - _MAX_BEFORE), end):
        word = _half_at(text, start.start(), language)
        if word and not text[word.end() : end].strip():
            return word[0]
    return None


def _bare(word: str) -> str:
    return re.sub(r"[.\s\u200c]", "", spelt(word))


def find(
    text: str, *, language: str, before: bool = False, is_iso: bool = False
) -> TimeOfDay | None:
    """The first time of `text`, which follows the day; the last one if it stands `before` the day."""
    if is_iso and (compact := _COMPACT.match(text)):
        second = int(compact[3]) if compact[3] else None
        return _checked(int(compact[1]), int(compact[2]), second, text[compact.end() :])
    times = _times(text, language, after_day=not before)
    found = next(iter([*times][::-1]), None) if before else next(times, None)
    if found is not None or before:
        return found
    four = _FOUR_DIGITS.search(text)
    return _checked(int(four[1]), int(four[2]), None, text[four.end() :]) if four else None


def _times(text: str, language: str, *, after_day: bool) -> Iterator[TimeOfDay]:
    for found in _TIME.finditer(text):
        link = _LINK.match(text, found.end())
        behind = _half_at(text, link.end() if link else found.end(), language)
        word = behind[0] if behind else _half_before(text, found.start(), language)
        if not (found["sep"] or found["unit"] or behind):
            continue  # a number
        is_dotted = found["sep"] == "." and word is None and not _DOTTED.search(text)
        if is_dotted and not (after_day and _CLOCK_AFTER.fullmatch(text, 0, found.start())):
            return  # "8.15" may be a number
        hour = _hour(int(found["h"]), word, language)
        second = int(found["s"]) if found["s"] else None
        rest = text[behind.end() if behind else found.end() :]
        if time := _checked(hour, int(found["m"] or 0), second, rest):
            yield time
        else:
            return


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
    begin, end = _hours_of(language).get(name, (hour, hour + 1))
    early, late = hour % 12, hour % 12 + 12
    return min((early, late), key=lambda h: _distance(h, begin, end))


def _distance(hour: int, begin: int, end: int) -> int:
    """How many hours `hour` lies from a part of the day that may go on over midnight."""
    if (hour - begin) % 24 < (end - begin) % 24 or (end - begin) % 24 == 0:
        return 0
    return min((begin - hour) % 24, (hour - end) % 24 + 1)
