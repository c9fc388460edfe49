"""Kinds of dates that bug reports name, each over languages and formats."""

from __future__ import annotations

import re
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from babel import Locale, localedata
from babel.dates import format_date, format_datetime

from newscrawl.text.calendars import islamic, persian
from newscrawl.text.context import context_of
from newscrawl.text.dates import parse

NOW = datetime(2026, 3, 10, 12, 0, tzinfo=UTC)
#: Languages of the press, each with the tables that CLDR has of it.
LANGUAGES = tuple(
    re.split(
        r"\s+",
        """
af am ar az be bg bn bs ca cs cy da de el en es et eu fa fi fil fr ga gl gu he hi hr hu hy id is it ja ka
kk km kn ko ky lo lt lv mk ml mn mr ms my nb ne nl pa pl ps pt ro ru si sk sl sq sr sv sw ta te th tr uk
ur uz vi zh zu
""".strip(),
    )
)


def read(text, language="", *, now=NOW, **origin):
    moment = parse(text, now=now, context=context_of(language, **origin))
    return moment.text if moment else None


@pytest.mark.parametrize(
    ("text", "language", "time"),
    [
        ("Mon May 20 12:00:00 UTC 2024", "en", "2024-05-20T12:00:00+00:00"),
        ("Mon May 20 12:00:00 2024", "en", "2024-05-20T12:00:00"),
        ("Mon May 20 12:00:00 CST 2024", "zh-CN", "2024-05-20T12:00:00+08:00"),
        ("Mon May 20 12:00:00 +0530 2024", "en", "2024-05-20T12:00:00+05:30"),
        ("lun. 20 mai 12:00:00 CEST 2024", "fr", "2024-05-20T12:00:00+02:00"),
        ("Пн 20 мая 12:00:00 2024", "ru", "2024-05-20T12:00:00"),
        ("20.05. 12:30 2024", "de", "2024-05-20T12:30:00"),
        ("May 20, 12:30 PM EDT 2024", "en", "2024-05-20T12:30:00-04:00"),
        ("5/20 12:30 2024", "en-US", "2024-05-20T12:30:00"),
    ],
)
def test_the_year_may_stand_behind_the_clock(text, language, time):
    assert read(text, language) == time


@pytest.mark.parametrize(
    ("text", "language", "time"),
    [
        ("2024-05-08 08:53:11 PM", "en", "2024-05-08T20:53:11"),
        ("Published 2024-05-08 8:53 pm EDT", "en", "2024-05-08T20:53:00-04:00"),
        ("2024-05-08 12:05 AM", "en", "2024-05-08T00:05:00"),
        ("2024-05-08T12:05:00 p.m.", "en", "2024-05-08T12:05:00"),
        ("2024/05/08 下午 2:30", "zh-TW", "2024-05-08T14:30:00"),
        ("2024-05-08 2:30 μ.μ.", "el", "2024-05-08T14:30:00"),
        ("20 مايو 2024 - 02:30 م", "ar", "2024-05-20T14:30:00"),
        ("20 مايو 2024 02:30 مساءً", "ar", "2024-05-20T14:30:00"),
        ("20 مايو 2024 02:30 ص", "ar", "2024-05-20T02:30:00"),
        ("2024年5月20日 1:28 午後", "ja", "2024-05-20T13:28:00"),
        ("2024年5月20日 午後0時30分", "ja", "2024-05-20T12:30:00"),
        ("2024年5月20日 晚上8:30", "zh-TW", "2024-05-20T20:30:00"),
        ("2024年5月20日 晚上8点", "zh", "2024-05-20T20:00:00"),
        ("2024年5月20日 凌晨2:30", "zh", "2024-05-20T02:30:00"),
        ("2024年5月20日 中午12:30", "zh", "2024-05-20T12:30:00"),
        ("20 Mayıs 2024 1:28 ÖS", "tr", "2024-05-20T13:28:00"),
        ("20 Mayıs 2024 öğleden sonra 1:28", "tr", "2024-05-20T13:28:00"),
        ("2024년 5월 20일 1:28 오후", "ko", "2024-05-20T13:28:00"),
        ("2024년 5월 20일 밤 9시 30분", "ko", "2024-05-20T21:30:00"),
        ("20 de mayo de 2024, 8:30 de la noche", "es", "2024-05-20T20:30:00"),
        ("20 de mayo de 2024 2:30 p. m.", "es", "2024-05-20T14:30:00"),
        ("20/05/2024 2:30 CH", "vi", "2024-05-20T14:30:00"),
        ("20 मई 2024 शाम 6:30", "hi", "2024-05-20T18:30:00"),
        ("2024. május 20. du. 2:30", "hu", "2024-05-20T14:30:00"),
        ("20. Mai 2024, 8:30 Uhr abends", "de", "2024-05-20T20:30:00"),
        ("Posted 8:30p May 20, 2024", "en", "2024-05-20T20:30:00"),
    ],
)
def test_parts_of_the_day_stand_before_and_behind_the_clock(text, language, time):
    assert read(text, language) == time


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("hour", [2, 14])
def test_half_days_of_every_language(language, hour):
    names = Locale(language).day_periods["format"]
    word = (names.get("abbreviated") or names["wide"])["am" if hour < 12 else "pm"]
    for text in (f"2024-05-20 02:30 {word}", f"2024-05-20 {word} 02:30"):
        assert read(text, language) == f"2024-05-20T{hour:02}:30:00", text


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("form", ["long", "medium"])
def test_days_in_words_of_every_language(language, form):
    if language in ("fa", "ps", "th", "am", "uz", "km", "mn"):
        pytest.skip("babel writes Gregorian years into forms that nobody uses there")
    for month in range(1, 13):
        text = format_date(date(2024, month, 20), form, locale=language)
        assert read(text, language) == f"2024-{month:02}-20", text


@pytest.mark.parametrize(
    ("text", "language", "time"),
    [
        ("20.05.2024, 12:30 Uhr, Amberg", "de", "2024-05-20T12:30:00"),
        ("20.05.2024, 12:30 am Montag", "de", "2024-05-20T12:30:00"),
        ("20 May 2024 12:30 America/New_York", "en", "2024-05-20T12:30:00-04:00"),
        ("20 mai 2024 12:30, Amsterdam", "fr", "2024-05-20T12:30:00"),
        ("20 mei 2024 12:30 pmc", "nl", "2024-05-20T12:30:00"),
    ],
)
def test_a_word_that_begins_like_a_half_day_is_none(text, language, time):
    assert read(text, language) == time


@pytest.mark.parametrize(
    ("text", "language", "time"),
    [
        ("令和6年5月20日 14時30分", "ja", "2024-05-20T14:30:00"),
        ("令和元年5月1日", "ja", "2019-05-01"),
        ("平成30年5月20日", "ja", "2018-05-20"),
        ("令和六年五月二十日", "ja", "2024-05-20"),
        ("2024年(令和6年)5月20日", "ja", "2024-05-20"),
        ("令和6年(2024年)5月20日", "ja", "2024-05-20"),
        ("R6.5.20", "ja", "2024-05-20"),
        ("民國113年5月20日 下午2:30", "zh-TW", "2024-05-20T14:30:00"),
        ("113/05/20 14:30", "zh-TW", "2024-05-20T14:30:00"),
        ("二〇二四年五月二十日", "zh", "2024-05-20"),
        ("20 พ.ค. 2567 14:30 น.", "th", "2024-05-20T14:30:00"),
        ("20 พ.ค. 67 14.30 น.", "th", "2024-05-20T14:30:00"),
        ("20 พฤษภาคม พ.ศ. 2567", "th", "2024-05-20"),
        ("วันที่20พฤษภาคม2567", "th", "2024-05-20"),
        ("20/05/2567", "th", "2024-05-20"),
        ("ថ្ងៃទី២០ ខែឧសភា ឆ្នាំ២០២៤", "km", "2024-05-20"),
        ("۳۱ اردیبهشت ۱۴۰۳ - ۱۴:۳۰", "fa", "2024-05-20T14:30:00"),
        ("دوشنبه ۳۱ ارديبهشت ۱۴۰۳ ساعت ۱۴:۳۰", "fa", "2024-05-20T14:30:00"),
        ("۱۴:۳۰ - ۱۴۰۳/۰۲/۳۱", "fa", "2024-05-20T14:30:00"),
        ("۳۱ ثور ۱۴۰۳", "prs", "2024-05-20"),
        ("12 ذو القعدة 1445 هـ", "ar", "2024-05-20"),
        ("12/11/1445 هـ", "ar", "2024-05-20"),
        ("12 ذو القعدة 1445 هـ - 20 مايو 2024 14:30", "ar", "2024-05-20T14:30:00"),
        ("9 Ramazan 1445", "tr", "2024-03-19"),
        ("٢٠ مايو ٢٠٢٤ ٢:٣٠ م", "ar", "2024-05-20T14:30:00"),
        ("২০ মে ২০২৪, ১৪:৩০", "bn", "2024-05-20T14:30:00"),
        ("२० मई २०२४", "hi", "2024-05-20"),
        ("２０２４年５月２０日　１４：３０", "ja", "2024-05-20T14:30:00"),
    ],
)
def test_other_calendars_and_digits(text, language, time):
    assert read(text, language) == time


def test_no_year_is_put_where_one_stands_that_cannot_be_read():
    assert read("慶応4年5月20日 14:30", "ja") is None
    assert read("20 May 1789, 14:30", "en") != "2025-05-20T14:30:00"


def test_the_first_days_of_persian_years_are_the_official_ones():
    first = {1375: 20, 1387: 20, 1398: 21, 1399: 20, 1400: 21, 1403: 20, 1404: 21, 1408: 20}
    for year, day in first.items():
        assert persian(year, 1, 1) == date(year + 621, 3, day)
        assert persian(year, 1, 1) - timedelta(days=1) == (
            persian(year - 1, 12, 30) or persian(year - 1, 12, 29)
        )
    assert persian(1402, 12, 30) is None
    assert persian(1403, 13, 1) is None
    assert islamic(1445, 9, 1) == date(2024, 3, 11)
    assert islamic(1445, 13, 1) is None


@pytest.mark.parametrize(
    ("text", "time"),
    [
        ("2024-05-20T24:00:00Z", "2024-05-21T00:00:00+00:00"),
        ("20 May 2024 24:00", "2024-05-21T00:00:00"),
        ("31.12.2024, 24.00 Uhr", "2025-01-01T00:00:00"),
        ("2024年5月20日 24時", "2024-05-21T00:00:00"),
        ("2024-05-20T23:59:60Z", "2024-05-20T23:59:59+00:00"),
        ("2024-05-20T25:00:00Z", "2024-05-20"),
        ("2024-05-20 14:30 +3:30", "2024-05-20T14:30:00+03:30"),
        ("20 May 2024 14:30 +3:30", "2024-05-20T14:30:00+03:30"),
        ("2024-05-20T14:30:00.00+3:30", "2024-05-20T14:30:00+03:30"),
        ("2024-05-20T14:30:00-0330", "2024-05-20T14:30:00-03:30"),
        ("2024-05-20T14:30:00+05", "2024-05-20T14:30:00+05:00"),
        ("20 May 2024 14:30 (GMT+5:45)", "2024-05-20T14:30:00+05:45"),
        ("20 May 2024, 10:00-12:00", "2024-05-20T10:00:00"),
        ("2024-05-20T12:30:00 America/New_York", "2024-05-20T12:30:00-04:00"),
        ("20 January 2024 12:30 Europe/Kyiv", "2024-01-20T12:30:00+02:00"),
        ("2024-05-20T12:30:00+02:00[Europe/Paris]", "2024-05-20T12:30:00+02:00"),
        ("20 May 2024 12:30 Nowhere/Atall", "2024-05-20T12:30:00"),
    ],
)
def test_ends_of_days_and_offsets(text, time):
    assert read(text) == time


@pytest.mark.parametrize(
    ("text", "time"),
    [
        ("/Date(1716206400000)/", "2024-05-20T12:00:00+00:00"),
        (r"\/Date(1716206400000+0200)\/", "2024-05-20T14:00:00+02:00"),
        ("new Date(1716206400000)", "2024-05-20T12:00:00+00:00"),
        ("1716206400", "2024-05-20T12:00:00+00:00"),
        ("1716206400.123", "2024-05-20T12:00:00+00:00"),
        ("1716206400000.5", "2024-05-20T12:00:00+00:00"),
        ("1716206400000000", "2024-05-20T12:00:00+00:00"),
        ("1.7162064E9", "2024-05-20T12:00:00+00:00"),
        ("1.7162064e12", "2024-05-20T12:00:00+00:00"),
        ("9999999999", None),
        ("171620640", None),
    ],
)
def test_moments_written_by_machines(text, time):
    assert read(text) == time


@pytest.mark.parametrize(
    ("text", "language", "time"),
    [
        ("Wed, 03 Sep 15 00:01:01 +0200", "en", "2015-09-03T00:01:01+02:00"),
        ("20 May '24, 14:30", "en", "2024-05-20T14:30:00"),
        ("20/5/24 14:30", "en-GB", "2024-05-20T14:30:00"),
        ("5/20/24", "en-US", "2024-05-20"),
        ("20.05.24", "de", "2024-05-20"),
        ("24.05.20 14:30", "ko", "2024-05-20T14:30:00"),
        ("20.05.99", "de", "1999-05-20"),
    ],
)
def test_years_of_two_digits(text, language, time):
    assert read(text, language) == time


@pytest.mark.parametrize(
    ("origin", "day"),
    [
        ({"language": "en-GB"}, "2026-04-03"),
        ({"language": "en-US"}, "2026-03-04"),
        ({"language": "en", "host": "www.gazette.co.uk"}, "2026-04-03"),
        ({"language": "en-US", "host": "www.gazette.in"}, "2026-04-03"),
        ({"language": "en", "host": "city.gov"}, "2026-03-04"),
        ({"language": "en", "tags": [("en_IN", "og:locale")]}, "2026-04-03"),
        ({"language": "en", "countries": [("AU-NSW", "meta:geo.region")]}, "2026-04-03"),
        ({"language": "fr"}, "2026-04-03"),
        ({"language": "fil"}, "2026-03-04"),
        ({"language": "en", "tags": [("en-PH", "og:locale")]}, "2026-03-04"),
    ],
)
def test_the_order_of_numbers_is_that_of_where_they_were_written(origin, day):
    moment = parse("03/04/2026", context=context_of(**origin))
    assert (moment.text, moment.other_day) == (day, None)
    assert moment.note.startswith(("day first, by ", "month first, by "))


def test_an_order_that_nothing_decides_is_said_to_be_open():
    for language in ("", "en", "en-CA"):
        moment = parse("03/04/2026", context=context_of(language, host="www.gazette.com"))
        assert {moment.day, moment.other_day} == {date(2026, 3, 4), date(2026, 4, 3)}
    decided = parse("Wed, 05/06/2024", context=context_of("en"))
    assert (decided.text, decided.other_day) == ("2024-06-05", None)
    assert "weekday" in decided.note
    captured = parse("03/12/2026", now=NOW, context=context_of("en"))
    assert captured.other_day == date(2026, 12, 3) or captured.text == "2026-03-12"


def test_the_order_is_the_one_that_does_not_lie_in_the_future():
    moment = parse("03/04/2026", now=NOW, context=context_of("en"))
    assert (moment.text, moment.other_day) == ("2026-03-04", None)
    assert "yet to come" in moment.note


@pytest.mark.parametrize(
    ("name", "origin", "offset"),
    [
        ("IST", {"language": "en-IE"}, 1),
        ("IST", {"language": "en-IN"}, 5.5),
        ("IST", {"language": "hi"}, 5.5),
        ("IST", {"language": "he"}, 2),
        ("IST", {"language": "en", "host": "news.in"}, 5.5),
        ("IST", {"language": "en"}, None),
        ("GST", {"language": "en", "host": "gulf.ae"}, 4),
        ("GST", {"language": "en"}, None),
        ("AST", {"language": "ar", "host": "x.sa"}, 3),
        ("AST", {"language": "en-CA"}, -4),
        ("AST", {"language": "en"}, None),
        ("CST", {"language": "zh"}, 8),
        ("CST", {"language": "en"}, -6),
        ("CST", {"language": "es", "host": "x.cu"}, -5),
        ("BST", {"language": "en"}, 1),
        ("BST", {"language": "bn"}, 6),
        ("BdST", {"language": "en"}, 6),
        ("PST", {"language": "en-PH"}, 8),
        ("EST", {"language": "en-AU"}, 10),
        ("EST", {"language": "en"}, -5),
    ],
)
def test_zones_of_several_meanings_are_those_of_where_they_were_written(name, origin, offset):
    moment = parse(f"20 May 2024 12:00 {name}", context=context_of(**origin))
    if offset is None:
        assert not moment.aware
        assert moment.note == f"{name} means several zones"
        assert len(moment.zones) > 1
    else:
        assert moment.time.utcoffset() == timedelta(hours=offset)
        assert moment.note.startswith(f"zone named {name}")


def test_what_babel_writes_in_full_is_read():
    time = datetime(2024, 5, 20, 14, 30, tzinfo=ZoneInfo("UTC"))
    for language in (
        "de",
        "fr",
        "es",
        "it",
        "pt",
        "pl",
        "ru",
        "uk",
        "cs",
        "sv",
        "da",
        "fi",
        "nl",
        "tr",
    ):
        text = format_datetime(time, "long", locale=language)
        assert read(text, language) == "2024-05-20T14:30:00+00:00", text


def test_names_of_every_locale_are_read_in_its_language():
    read_months = 0
    for name in localedata.locale_identifiers():
        locale = Locale.parse(name)
        if (
            locale.language not in LANGUAGES
            or locale.language == "zh"
            or locale.script in ("Dsrt", "Shaw")
        ):
            continue
        for number, month in locale.months["format"]["wide"].items():
            if not any(c.isdecimal() for c in month) and len(month.split()) <= 2:
                read_months += 1
                assert read(f"20 {month} 2024", locale.language) == f"2024-{number:02}-20", (
                    name,
                    month,
                )
    assert read_months > 1000
