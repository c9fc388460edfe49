"""What decides over dates that may mean two days, or times in several zones; feeds and pages agree."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from newscrawl import extract_article
from newscrawl.discovery import discover

NOW = datetime(2026, 12, 24, 12, 0, tzinfo=UTC)
TEXT = (
    "<p>The council kept the old swing bridge open for another winter, it said on Monday.</p>" * 9
)


def published(date, *, url="https://www.gazette.com/story", head="", lang="en", more="", now=NOW):
    page = (
        f'<html lang="{lang}"><head><title>The bridge</title>{head}</head><body><article>'
        f'<h1>The bridge</h1><p class="date">{date}</p>{TEXT}</article>{more}</body></html>'
    )
    article = extract_article(page, url=url, captured_at=now)
    found = article.provenance.get("published_at")
    return article.published_at, (found.note or "") if found else ""


@pytest.mark.parametrize(
    ("options", "day", "why"),
    [
        ({"url": "https://www.gazette.co.uk/story"}, "2026-04-03", "day first, by host .uk"),
        ({"lang": "en-US"}, "2026-03-04", "month first, by html:lang en-US"),
        (
            {"head": '<meta property="og:locale" content="en_IN">'},
            "2026-04-03",
            "day first, by meta:og:locale en_IN",
        ),
        (
            {"head": '<meta name="geo.region" content="NZ-AUK">'},
            "2026-04-03",
            "day first, by meta:geo.region NZ-AUK",
        ),
        ({"lang": "it"}, "2026-04-03", "day first, by language it"),
        (
            {"more": "<footer><p>More of 25/03/2026</p></footer>"},
            "2026-04-03",
            "day first, by 25/03/2026 on the page",
        ),
        (
            {"more": "<footer><p>More of 03/25/2026</p></footer>"},
            "2026-03-04",
            "month first, by 03/25/2026 on the page",
        ),
        (
            {"head": '<meta property="article:modified_time" content="2026-04-03T20:15:00Z">'},
            "2026-04-03",
            "order of numbers by meta:article:modified_time",
        ),
        ({}, "2026-03-04", "day or month first is not evident"),
        ({"lang": "en-CA"}, "2026-03-04", "day or month first is not evident"),
    ],
)
def test_the_order_of_numbers_has_its_evidence(options, day, why):
    found, note = published("03/04/2026", **options)
    assert found == day
    assert note.startswith(why)


def test_a_name_of_several_zones_is_read_as_another_time_of_the_page():
    changed = '<meta property="article:modified_time" content="2026-03-05T20:15:07{}">'
    for offset in ("+05:30", "+01:00"):
        found, note = published("4 March 2026 12:00 IST", head=changed.format(offset))
        assert found == f"2026-03-04T12:00:00{offset}"
        assert note == "IST means several zones; as in meta:article:modified_time"
    found, note = published("4 March 2026 12:00 IST")
    assert (found, note) == ("2026-03-04T12:00:00", "IST means several zones; zone unknown")


def test_an_exact_moment_beside_words_goes_before_them():
    for name in ("data-timestamp", "data-time", "data-utime"):
        element = f'<span {name}="1772625600000">3 hours ago</span>'
        found, _ = published(element, now=datetime(2026, 3, 4, 15, 20, tzinfo=UTC))
        assert found == "2026-03-04T12:00:00+00:00"
    element = '<time title="4 March 2026 12:00 GMT">3 hours ago</time>'
    found, _ = published(element, now=datetime(2026, 3, 4, 15, 20, tzinfo=UTC))
    assert found == "2026-03-04T12:00:00+00:00"


@pytest.mark.parametrize(
    ("url", "language", "other", "day"),
    [
        ("https://www.gazette.co.uk/", "en", "", "2026-04-03"),
        ("https://www.gazette.com/", "en-us", "", "2026-03-04"),
        ("https://www.gazette.com/", "fr", "", "2026-04-03"),
        ("https://www.gazette.com/", "en", "25/03/2026", "2026-04-03"),
        ("https://www.gazette.com/", "en", "03/25/2026", "2026-03-04"),
        ("https://www.gazette.com/", "en", "", None),
    ],
)
def test_a_feed_decides_as_its_pages_do(url, language, other, day):
    items = "".join(
        f"<item><link>/{n}</link><pubDate>{date}</pubDate></item>"
        for n, date in enumerate(("03/04/2026", other))
    )
    body = f'<rss version="2.0"><channel><language>{language}</language>{items}</channel></rss>'
    feed = discover(body.encode(), url=f"{url}feed")
    assert feed.links[0].published_at == day
    more = f"<p>{other}</p>"
    page, note = published("03/04/2026", url=f"{url}story", lang=language, more=more)
    assert page == (day or "2026-03-04")
    assert ("not evident" in note) == (day is None)
