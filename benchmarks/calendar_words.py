"""Adds to newscrawl/text/calendar_words.json what CLDR (through babel) and dateparser know.

    python benchmarks/calendar_words.py

For each language: `months` and `weekdays` (0 is Monday) by name, and `halves`, the words for parts of the
day ("p.m.", "晚上") with the hours that they begin and end at. Nothing that stands in the file is removed:
the press spells more than CLDR lists. Locales of one language are merged; a name that two locales give
different meanings is left out. To be run when babel brings a newer CLDR.
"""

from __future__ import annotations

import json
import re
import sys
import unicodedata
from pathlib import Path
from typing import Any

from babel import Locale, localedata
from dateparser.data.languages_info import language_order
from dateparser.languages.loader import default_loader

FILE = Path(__file__).resolve().parents[1] / "newscrawl" / "text" / "calendar_words.json"
_MONTHS = (
    "january", "february", "march", "april", "may", "june", "july", "august", "september",
    "october", "november", "december",
)  # fmt: skip
_DAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
#: Hours of a part of the day in languages for which CLDR has no rule.
_USUAL = {
    "am": (0, 12), "pm": (12, 24), "midnight": (0, 1), "noon": (12, 13),
    "morning1": (4, 12), "morning2": (6, 12), "afternoon1": (12, 18), "afternoon2": (13, 19),
    "evening1": (17, 24), "evening2": (18, 24), "night1": (20, 5), "night2": (0, 6),
}  # fmt: skip
#: Words of the press that CLDR does not list.
_PRESS: dict[str, dict[str, tuple[int, int]]] = {
    "zh": {
        "傍晚": (17, 20), "深夜": (22, 4), "早晨": (4, 10), "晚间": (18, 24),
        "晚間": (18, 24), "夜间": (18, 24),
        "午间": (11, 14), "午間": (11, 14), "清早": (4, 9),
        "午后": (12, 18), "午後": (12, 18), "晚": (18, 24),
    },
    "ja": {"未明": (0, 5), "早朝": (4, 8), "深夜": (22, 4), "夕": (16, 19), "昼過ぎ": (12, 16)},
    "ko": {"새벽": (0, 6), "아침": (5, 12), "낮": (11, 17), "저녁": (17, 24), "밤": (18, 24)},
    "ar": {"بعد الظهر": (12, 18), "صباحا": (0, 12), "مساء": (12, 24), "ظهرا": (11, 15), "عصرا": (14, 18)},
    "fa": {"ب.ظ": (12, 24), "ق.ظ": (0, 12), "بعد از ظهر": (12, 24), "قبل از ظهر": (0, 12)},
    "el": {"πμ": (0, 12), "μμ": (12, 24), "το πρωί": (0, 12), "το απόγευμα": (12, 20)},
    "de": {"früh": (3, 10), "am abend": (17, 24), "am morgen": (4, 12), "am nachmittag": (12, 19)},
    "ru": {"утра": (4, 12), "дня": (12, 18), "вечера": (16, 24), "ночи": (0, 5)},
    "uk": {"ранку": (4, 12), "дня": (12, 18), "вечора": (16, 24), "ночі": (0, 5)},
    "th": {"ก่อนเที่ยง": (0, 12), "หลังเที่ยง": (12, 24), "โมงเย็น": (16, 19)},
}  # fmt: skip
#: Scripts in which nobody publishes news.
_SCRIPTS_LEFT_OUT = frozenset(("Dsrt", "Shaw", "Brai"))
_MARKS = re.compile("[\u064b-\u0652\u0640\u200e\u200f\u061c]")


def main() -> int:
    words: dict[str, dict[str, Any]] = json.loads(FILE.read_text("utf-8"))
    found: dict[str, dict[str, dict[str, list[Any]]]] = {}
    for name in localedata.locale_identifiers():
        locale = Locale.parse(name)
        if locale.script in _SCRIPTS_LEFT_OUT:
            continue
        of = found.setdefault(locale.language, {"months": {}, "weekdays": {}, "halves": {}})
        _add_names(of, locale)
        _add_halves(of["halves"], locale)
    for name in language_order:
        of = found.setdefault(name.split("-")[0], {"months": {}, "weekdays": {}, "halves": {}})
        _add_dateparser(of, default_loader.get_locale(name).info)
    for language, table in _PRESS.items():
        halves = words[language].setdefault("halves", {})
        halves.update({spelt(word): list(hours) for word, hours in table.items()})
    for language, tables in found.items():
        _merge(words.setdefault(language, {}), tables)
    lines = (
        f"{json.dumps(language)}: {json.dumps(words[language], ensure_ascii=False, sort_keys=True)}"
        for language in sorted(words)
    )
    FILE.write_text("{\n" + ",\n".join(lines) + "\n}\n", encoding="utf-8")
    return 0


def spelt(word: str) -> str:
    """A name as the reader looks it up: one form of each character, lower case, no dots at the end."""
    word = _MARKS.sub("", unicodedata.normalize("NFKC", word)).casefold()
    word = unicodedata.normalize("NFC", word).replace("ي", "ی").replace("ك", "ک")
    return re.sub(r"^(?:de |d['’]|[لс] )", "", " ".join(word.split())).strip(" .")


def _note(table: dict[str, list[Any]], word: str, value: Any) -> None:
    if word and not any(c.isdecimal() for c in word):
        table.setdefault(word, []).append(value)


def _add_names(of: dict[str, dict[str, list[Any]]], locale: Locale) -> None:
    for context in ("format", "stand-alone"):
        for width in ("wide", "abbreviated"):
            for number, name in locale.months[context][width].items():
                _note(of["months"], spelt(name), number)
            for number, name in locale.days[context][width].items():
                _note(of["weekdays"], spelt(name), number)


def _add_halves(halves: dict[str, list[Any]], locale: Locale) -> None:
    rules = _rules(locale)
    for context in ("format", "stand-alone"):
        for width, names in (locale.day_periods.get(context) or {}).items():
            for part, name in names.items():
                word = spelt(name)
                hours = rules.get(part) or _USUAL.get(part)
                if hours and (width != "narrow" or len(word) > 1):
                    _note(halves, word, list(hours))


def _rules(locale: Locale) -> dict[str, tuple[int, int]]:
    out = {}
    for part, ranges in dict(locale.day_period_rules.get(None, {})).items():
        one = ranges[0]
        begin = one.get("from", one.get("at"))
        if begin is not None:
            # CLDR counts in seconds; an exact moment lasts an hour here.
            end = one.get("before", begin + 3600)
            out[part] = (int(begin) // 3600, -(-int(end) // 3600))
    return out


def _add_dateparser(of: dict[str, dict[str, list[Any]]], info: dict[str, Any]) -> None:
    for number, name in enumerate(_MONTHS, start=1):
        for word in info.get(name, ()):
            _note(of["months"], spelt(word), number)
    for number, name in enumerate(_DAYS):
        for word in info.get(name, ()):
            _note(of["weekdays"], spelt(word), number)
    for half in ("am", "pm"):
        for word in info.get(half, ()):
            _note(of["halves"], spelt(word), list(_USUAL[half]))


def _merge(words: dict[str, Any], tables: dict[str, dict[str, list[Any]]]) -> None:
    for kind, table in tables.items():
        kept = words.setdefault(kind, {})
        for word, values in table.items():
            if all(v == values[0] for v in values) or kind == "halves":
                kept.setdefault(word, values[0])


if __name__ == "__main__":
    sys.exit(main())
