"""Calendars beside the Gregorian one: eras of Japan and Taiwan, the Buddhist, Persian and Islamic ones.

Years of eras and of the Buddhist calendar only count from elsewhere. The Persian (Solar Hijri) year
begins at the spring equinox; the arithmetic rule of 33-year cycles gives the official calendar for
1206 to 1498 AP (1827 to 2120). Islamic dates are those of the Umm al-Qura calendar, by `hijridate`.
"""

from __future__ import annotations

import re
from datetime import date, timedelta

from newscrawl.text.calendar_words import primary, spelt
from newscrawl.text.patterns import deferred

#: The year before the first of each era, by its names and letters.
_ERAS = {
    "令和": 2018, "平成": 1988, "昭和": 1925, "大正": 1911, "R": 2018, "H": 1988, "S": 1925,
    "民國": 1911, "民国": 1911, "中華民國": 1911, "中华民国": 1911,
}  # fmt: skip
ERA = "|".join(sorted((e for e in _ERAS if not e.isascii()), key=len, reverse=True))

#: Years that are dates of today's press in the Persian and the Islamic calendar.
HIJRI_YEARS = range(1300, 1500)
_BUDDHIST_YEARS = range(2400, 2700)
_BUDDHIST = 543
#: Languages whose press dates by the Persian calendar.
PERSIAN_LANGUAGES = frozenset(("fa", "ps", "ckb", "prs", "tg"))

_PERSIAN_MONTHS = """
فروردین|حمل|وری|خاکەلێوە|farvardin
اردیبهشت|ثور|غویی|گوڵان|ordibehesht
خرداد|جوزا|غبرګولی|جۆزەردان|khordad
تیر|سرطان|چنگاښ|پووشپەڕ|tir
مرداد|اسد|زمری|گەلاوێژ|mordad
شهریور|سنبله|وږی|خەرمانان|shahrivar
مهر|میزان|تله|ڕەزبەر|mehr
آبان|عقرب|لړم|گەڵاڕێزان|aban
آذر|قوس|لیندۍ|سەرماوەز|azar
دی|جدی|مرغومی|بەفرانبار|dey
بهمن|دلو|سلواغه|ڕێبەندان|bahman
اسفند|حوت|کب|ڕەشەمێ|esfand
"""
_ISLAMIC_MONTHS = """
محرم|muharram|muharrem|moharram
صفر|safar|safer|sefer
ربیع الاول|ربیع الأول|rabi al-awwal|rabi ul awal|rebiülevvel|rabiul awal
ربیع الثانی|ربیع الآخر|ربیع الثاني|rabi al-thani|rebiülahir|rabiul akhir
جمادی الاول|جمادی الاولی|جمادى الأولى|جمادی الأولی|جمادی الأول|jumada al-ula|cemaziyelevvel|jumadil awal
جمادی الثانی|جمادی الآخرة|جمادى الآخرة|جمادى الثانية|جمادی الثانیه|jumada al-akhirah|cemaziyelahir
رجب|rajab|recep
شعبان|shaban|sha'ban|şaban|syaban
رمضان|ramadan|ramazan|ramadhan|ramadhon
شوال|shawwal|şevval|syawal
ذو القعدة|ذوالقعده|ذی القعده|ذی‌القعده|ذی القعدة|dhu al-qadah|zilkade|dzulqa'dah|zulkaidah
ذو الحجة|ذوالحجه|ذی الحجه|ذی‌الحجه|ذی الحجة|dhu al-hijjah|zilhicce|dzulhijjah|zulhijjah
"""


_HIJRI_YEAR = re.compile(r"(?<!\d)1[34]\d{2}(?!\d)")


def _letters(name: str) -> str:
    """A name without spaces, joiners, hyphens and hamza."""
    name = spelt(name).replace("ى", "ی").replace("ة", "ه")
    return re.sub(r"[\s\u200c\u200d'’-]|^ال", "", name).translate(str.maketrans("أإآ", "ااا"))


def _table(text: str) -> dict[str, int]:
    return {
        _letters(name): number
        for number, line in enumerate(text.strip().splitlines(), start=1)
        for name in line.split("|")
    }


_PERSIAN, _ISLAMIC = _table(_PERSIAN_MONTHS), _table(_ISLAMIC_MONTHS)
_NAMES = sorted(
    {n for t in (_PERSIAN_MONTHS, _ISLAMIC_MONTHS) for n in re.split(r"[|\n]", t.strip()) if n},
    key=len,
    reverse=True,
)
# Letters that one text writes so and another so: hamza on alef, yeh and its dotless form, teh marbuta.
_VARIANTS = {"ا": "[اأإآ]", "أ": "[اأإآ]", "آ": "[آا]", "ی": "[یيى]", "ي": "[یيى]",
             "ى": "[یيى]",
             "ک": "[کك]", "ة": "[ةه]", "ه": "[ةهۀ]",
             " ": r"[\s\u200c]*", "\u200c": r"[\s\u200c]*"}  # fmt: skip
_NAME = "|".join("".join(_VARIANTS.get(c, re.escape(c)) for c in name) for name in _NAMES)
_NAMED = deferred(
    rf"(?<!\d)(?P<d>\d{{1,2}})\s*(?:[.،,]\s*)?(?:من\s+)?(?P<month>{_NAME})(?![^\W\d_])"
    r"\s*(?:[,،]?\s*(?:ماه|سنة|سال|عام)?\s*)?(?P<y>1[34]\d{2}|\d{2}(?=\s|$|[,،]))(?!\d|:)",
    re.IGNORECASE,
)
_NAMED_YEAR_FIRST = deferred(
    rf"(?<!\d)(?P<y>1[34]\d{{2}})\s*[,،]?\s*(?:د\s+)?(?P<month>{_NAME})(?![^\W\d_])\s*(?:د\s+)?(?P<d>\d{{1,2}})(?!\d|:)",
    re.IGNORECASE,
)
_NUMBERED = re.compile(
    r"(?<![\d/.-])(?:(?P<y>1[34]\d{2})\s?(?P<s>[/.-])\s?(?P<m>\d{1,2})\s?(?P=s)\s?(?P<d>\d{1,2})"
    r"|(?P<d2>\d{1,2})\s?(?P<s2>[/.-])\s?(?P<m2>\d{1,2})\s?(?P=s2)\s?(?P<y2>1[34]\d{2}))(?!\d|T)"
)
# "12/11/1445هـ": the Islamic calendar, by its sign.
_SIGN = re.compile(r"\s*(?:هـ|ه(?![^\W\d_])|AH(?!\w))")
_ERA_YEAR = re.compile(
    rf"(?:(?P<era>{ERA})\s*(?P<n>\d{{1,3}}|元)\s*[年/.-]\s*(?:[(（][^)）]*[)）]\s*)?"
    r"(?P<m>\d{1,2})\s*[月/.-]\s*(?P<d>\d{1,2})\s*日?"
    r"|(?<![A-Za-z])(?P<letter>[RHS])\s?(?P<n2>\d{1,2}|元)[年/.-](?P<m2>\d{1,2})[月/.-](?P<d2>\d{1,2})日?(?!\d))"
)
_MINGUO = re.compile(
    r"(?<![\d/.-])(?P<n>1[0-4]\d|[89]\d)\s*(?P<s>[年/.-])\s*(?P<m>\d{1,2})\s*(?:月|[/.-])\s*(?P<d>\d{1,2})(?!\d)\s*日?"
)


def year_of(number: int, *, language: str = "") -> tuple[int, str | None]:
    """The Gregorian year that a stated one means, and the calendar if it is another."""
    if number in _BUDDHIST_YEARS:
        return number - _BUDDHIST, "Buddhist calendar"
    if number < 100:
        if primary(language) == "th" and number > 50:
            return number + 2500 - _BUDDHIST, "Buddhist calendar"
        return number + (2000 if number < 70 else 1900), None
    return number, None


def find(text: str, language: str) -> tuple[date, int, int, str] | None:
    """The first day that `text` names in another calendar: the day, from where to where, the calendar."""
    if text.isascii() and not _HIJRI_YEAR.search(text) and primary(language) != "zh":
        return _era(text, language) if primary(language) == "ja" else None
    return _era(text, language) or _hijri(text, language)


def _named(
    day: date | None, found: re.Match[str], calendar: str
) -> tuple[date, int, int, str] | None:
    return None if day is None else (day, found.start(), found.end(), calendar)


def _era(text: str, language: str) -> tuple[date, int, int, str] | None:
    if found := _ERA_YEAR.search(text):
        if found["letter"] and primary(language) != "ja":
            return None
        name = found["era"] or found["letter"]
        number = found["n"] or found["n2"]
        year = _ERAS[name] + (1 if number == "元" else int(number))
        day = existing_day(year, found["m"] or found["m2"], found["d"] or found["d2"])
        return _named(day, found, f"era {name}")
    if primary(language) == "zh" and (found := _MINGUO.search(text)):
        # Two digits are a year of the republic only where 年 says that they are a year.
        if len(found["n"]) < 3 and found["s"] != "年":
            return None
        day = existing_day(1911 + int(found["n"]), found["m"], found["d"])
        return _named(day, found, "era 民國")
    return None


def _hijri(text: str, language: str) -> tuple[date, int, int, str] | None:
    for pattern in (_NAMED, _NAMED_YEAR_FIRST):
        for found in pattern.finditer(text):
            name = _letters(found["month"])
            year = int(found["y"]) + (1400 if len(found["y"]) == 2 else 0)
            # Names of both calendars ("دی" is no Islamic one) are told by the language.
            if name in _PERSIAN and not (
                name in _ISLAMIC and primary(language) not in PERSIAN_LANGUAGES
            ):
                day = persian(year, _PERSIAN[name], int(found["d"]))
                return _named(day, found, "Persian calendar")
            day = islamic(year, _ISLAMIC[name], int(found["d"]))
            return _named(day, found, "Islamic calendar")
    if numbers := _NUMBERED.search(text):
        found = numbers
        year, month = int(found["y"] or found["y2"]), int(found["m"] or found["m2"])
        number = int(found["d"] or found["d2"])
        if _SIGN.match(text, found.end()):
            day = islamic(year, month, number)
            return _named(day, found, "Islamic calendar")
        if primary(language) in PERSIAN_LANGUAGES:
            day = persian(year, month, number)
            return _named(day, found, "Persian calendar")
    return None


def persian(year: int, month: int, day: int) -> date | None:
    """The Gregorian day of a Persian one; None for one that there is not."""
    longest = 31 if month <= 6 else 30 if month < 12 or _is_persian_leap(year) else 29
    if year not in HIJRI_YEARS or not 1 <= month <= 12 or not 1 <= day <= longest:
        return None
    leaps = sum(_is_persian_leap(y) for y in range(HIJRI_YEARS.start, year))
    before = (year - HIJRI_YEARS.start) * 365 + leaps
    in_year = (month - 1) * 31 - max(0, month - 7) + day - 1
    return _NOWRUZ_1300 + timedelta(days=before + in_year)


#: 1 Farvardin 1300.
_NOWRUZ_1300 = date(1921, 3, 21)


def _is_persian_leap(year: int) -> bool:
    return year % 33 in (1, 5, 9, 13, 17, 22, 26, 30)


def islamic(year: int, month: int, day: int) -> date | None:
    """The Gregorian day of an Islamic one (Umm al-Qura); None for one that there is not."""
    from hijridate import Hijri  # few texts need it

    try:
        found = Hijri(year, month, day).to_gregorian()
    except (ValueError, OverflowError):
        return None
    return date(found.year, found.month, found.day)


def existing_day(year: int, month: int | str, day: int | str) -> date | None:
    """The day of these numbers; None for one that there is not."""
    try:
        return date(year, int(month), int(day))
    except ValueError:
        return None
