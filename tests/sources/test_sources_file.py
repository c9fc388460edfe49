"""What a sources file says, and what is said about one with mistakes."""

from __future__ import annotations

import re
from datetime import UTC, date, datetime
from typing import TYPE_CHECKING

import pytest

from newscrawl.errors import SourceError
from newscrawl.sources import Poll, Source, in_force, parse_sources, read_sources

if TYPE_CHECKING:
    from pathlib import Path

WHOLE = """\
[[source]]
name = "The  Example Times"
home = "example.com"
feeds = ["https://example.com/rss.xml", "https://example.com/atom.xml?a=1&utm_source=x"]
sitemaps = [
    "https://example.com/news.xml",  # the fresh ones
]
include = ['^https://example\\.com/\\d{4}/']
exclude = ["/sport/", "(?i)advert"]
language = "EN-gb"
zone = "Europe/London"
rate = 2
poll = { min = "90s", max = "1d" }
revisit = [600, "1.5h", "2w"]
valid_until = 2027-03-31

[[source]]
name = "Second"
home = "http://second.example/"
poll.max = 3600
revisit = []
"""


def test_every_key_is_read() -> None:
    first, second = parse_sources(WHOLE, file="sources.toml")
    assert first == Source(
        name="The Example Times",
        home="https://example.com/",
        feeds=("https://example.com/rss.xml", "https://example.com/atom.xml?a=1"),
        sitemaps=("https://example.com/news.xml",),
        include=(re.compile(r"^https://example\.com/\d{4}/"),),
        exclude=(re.compile("/sport/"), re.compile("(?i)advert")),
        language="en-GB",
        zone="Europe/London",
        rate=2.0,
        poll=Poll(90.0, 86_400.0),
        revisit=(600.0, 5400.0, 1_209_600.0),
        valid_until=date(2027, 3, 31),
    )
    assert second == Source("Second", "http://second.example/", poll=Poll(max=3600.0), revisit=())


def test_what_is_not_stated() -> None:
    [source] = parse_sources('[[source]]\nname = "A"\nhome = "https://a.example"', file="f")
    assert source == Source("A", "https://a.example/")
    assert source.poll == Poll(300.0, 21_600.0)
    assert source.revisit == (3600.0, 21_600.0, 86_400.0, 604_800.0)
    assert source.urls == ("https://a.example/",)


#: The lines below a name and a home, which stand on lines 2 and 3; what is said about line 4.
MISTAKES = [
    ("feed = []", "feed: is not a key of a source; did you mean 'feeds'?"),
    ("colour = 1", "colour: is not a key of a source"),
    ('"valid-until" = 1', "valid-until: is not a key of a source; did you mean 'valid_until'?"),
    ('feeds = "https://a.example/f"', "feeds: 'https://a.example/f' is not an array of URLs"),
    ("feeds = [1]", "feeds: 1 is not a URL"),
    ('feeds = ["nowhere"]', "feeds: 'nowhere' is not a URL"),
    ('feeds = ["ftp://a.example/"]', "feeds: 'ftp://a.example/': the scheme 'ftp' is not http"),
    ('feeds = ["a.example/f", "https://www.a.example/f/"]', "feeds: 'https://www.a.example/f/' is"),
    ("sitemaps = {}", "sitemaps: {} is not an array of URLs"),
    ('include = "x"', "include: 'x' is not an array of regular expressions"),
    ('include = ["("]', "include: '(' is not a regular expression: missing )"),
    ('exclude = ["a", ""]', "exclude: '' is not a regular expression"),
    ("exclude = [true]", "exclude: true is not a regular expression"),
    ('language = "German"', "language: 'German' is not a language tag"),
    ('language = "xx"', "language: 'xx' is not a language tag"),
    ('language = "en-UK"', "language: 'en-UK' is not a language tag"),
    ("language = 5", "language: 5 is not a language tag"),
    ('zone = "Europe/Londno"', "zone: 'Europe/Londno' is not a time zone such as"),
    ('zone = "+01:00"', "zone: '+01:00' is not a time zone"),
    ("zone = [1]", "zone: [1] is not a time zone"),
    ("rate = 0", "rate: 0 is not a number of requests a second"),
    ("rate = -1.5", "rate: -1.5 is not a number"),
    ("rate = nan", "rate: nan is not a number"),
    ("rate = true", "rate: true is not a number"),
    ('rate = "1"', "rate: '1' is not a number"),
    ("rate = 5000", "rate: 5000 is not a number"),
    ('poll = "5m"', "poll: '5m' is not a table such as"),
    ('poll = { min = "5 parsecs" }', "poll.min: '5 parsecs' is not a length of time"),
    ("poll.max = 0", "poll.max: 0 is not a length of time"),
    ("poll.mx = 9", "poll.mx: is not a key of poll; did you mean 'max'?"),
    ('poll = { min = "2h", max = "90m" }', "poll.min: 2h is more than poll.max, 90m"),
    ('poll.min = "7h"', "poll.min: 7h is more than poll.max, 6h where it is not stated"),
    ('poll.max = "4m"', "poll.max: 4m is less than poll.min, 5m where it is not stated"),
    ('revisit = "1h"', "revisit: '1h' is not an array of lengths of time"),
    ('revisit = ["1h", "60m"]', "revisit: 1h does not come after 1h"),
    ('revisit = ["1y"]', "revisit: '1y' is not a length of time"),
    ("revisit = [inf]", "revisit: inf is not a length of time"),
    ("valid_until = 1", "valid_until: 1 is not a day"),
    ('valid_until = "2027-03-31"', "valid_until: '2027-03-31' is not a day such as 2027-03-31, w"),
    ("valid_until = 2027-03-31T10:00:00", "valid_until: 2027-03-31T10:00:00 is not a day"),
    ('name = "again"', "not TOML: Cannot overwrite a value"),
    ("rate = ", "not TOML: Invalid value"),
    ("rate 5", "not TOML: Expected '=' after a key"),
]


@pytest.mark.parametrize(("line", "said"), MISTAKES)
def test_each_mistake_is_named_with_file_line_and_key(line: str, said: str) -> None:
    text = f'[[source]]\nname = "A"\nhome = "https://a.example/"\n{line}\n'
    [found] = _mistakes(text)
    assert found.startswith(f"papers.toml:4: {said}")


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("", "1: no [[source]] table"),
        ("# nothing\n\n", "1: no [[source]] table"),
        ('[source]\nname = "A"\nhome = "a.example"', "1: source: write [[source]], in double"),
        ('[source."A"]\nhome = "a.example"', "1: source: write [[source]], in double"),
        ('\n[[sources]]\nname = "A"', "2: sources: is not known here; each paper is a [[source]]"),
        ('[[source]]\nhome = "a.example"', "1: name: is missing"),
        ('[[source]]\nname = "A"', "1: home: is missing"),
        ('[[source]]\nname = " "\nhome = "a.example"', "2: name: ' ' is not a name"),
        ('[[source]]\nname = 7\nhome = "a.example"', "2: name: 7 is not a name"),
        ('[[source]]\nname = "\\u0007"\nhome = "a.example"', r"2: name: '\x07' has characters"),
        ('[[source]]\nname = "A"\nhome = "a b"', "3: home: 'a b' is not a URL"),
        ('[[source]]\nname = "A"\nhome = 1', "3: home: 1 is not a URL"),
        ("a = " + "[" * 5000, "1: nested too deeply"),
    ],
)
def test_mistakes_of_a_whole_table(text: str, said: str) -> None:
    assert said in "\n".join(_mistakes(text))


@pytest.mark.parametrize(
    ("second", "said"),
    [
        ('name = "first"\nhome = "b.example"', "6: name: is also the name of the source on line 2"),
        (
            'name = "B"\nhome = "http://www.a.example"',
            "7: home: is also the home of the source on line 3",
        ),
        (
            'name = "B"\nhome = "b.example"\nfeeds = ["https://b.example/", "a.example/f"]',
            "8: feeds: is also the feed of the source on line 4",
        ),
    ],
)
def test_two_sources_are_told_apart(second: str, said: str) -> None:
    first = '[[source]]\nname = "First"\nhome = "a.example"\nfeeds = ["https://a.example/f"]'
    assert _mistakes(f"{first}\n[[source]]\n{second}") == [f"papers.toml:{said}"]


def test_all_mistakes_are_named_at_once() -> None:
    """Also those of tables beside one that is no TOML, each with its own line."""
    found = _mistakes(
        "title = 1\n"
        '[[source]]\nname = "A"\nhome = "ftp://a.example/"\nfeed = []\n'
        '[[source]]\nname = "B"\nhome = "b.example" oops\nrate = -1\n'
        '[[source]]\nname = "a"\nhome = "c.example"\n[source.poll]\n"min" = "1d"\n'
        '[[source]]\nname = "D"\nhome = "https://www.c.example"\nfeeds = [\n  "x",\n  7,\n]\n'
        '[[source]]\nname = "unended\n'
    )
    assert [line.split(": ")[:2] for line in found] == [
        ["papers.toml:1", "title"],
        ["papers.toml:4", "home"],
        ["papers.toml:5", "feed"],
        ["papers.toml:8", "not TOML"],
        ["papers.toml:11", "name"],
        ["papers.toml:14", "poll.min"],
        ["papers.toml:17", "home"],
        ["papers.toml:19", "feeds"],
        ["papers.toml:20", "feeds"],
        ["papers.toml:23", "not TOML"],
    ]


def test_files_that_cannot_be_read(tmp_path: Path) -> None:
    for content, said in ((b"a = 1\n# \xff\n", ":2: byte 0xff is not UTF-8"), (None, ": No such")):
        file = tmp_path / ("bytes.toml" if content else "none.toml")
        if content:
            file.write_bytes(content)
        with pytest.raises(SourceError) as caught:
            read_sources(file)
        assert caught.value.lines[0].startswith(f"{file}{said}")
        assert caught.value.exit_code == 2


def test_files_of_other_editors(tmp_path: Path) -> None:
    file = tmp_path / "windows.toml"
    file.write_bytes(b"\xef\xbb\xbf" + WHOLE.replace("\n", "\r\n").encode())
    assert read_sources(file) == parse_sources(WHOLE, file="x")


def test_sources_whose_time_has_passed_are_left_out() -> None:
    ending = Source("A", "https://a.example/", valid_until=date(2027, 3, 31))
    lasting = Source("B", "https://b.example/")
    assert in_force([ending, lasting], date(2027, 3, 31)) == (ending, lasting)
    assert in_force([ending, lasting], datetime(2027, 4, 1, tzinfo=UTC).date()) == (lasting,)


@pytest.mark.parametrize(
    ("url", "announces", "why"),
    [
        ("https://a.example/2027/story", False, None),
        ("https://a.example/about", False, "matches no include"),
        ("https://a.example/2027/sport/story", False, "matches exclude '/sport/'"),
        ("https://a.example/feed", True, None),
        ("https://a.example/sport/feed", True, "matches exclude '/sport/'"),
    ],
)
def test_patterns(url: str, announces: bool, why: str | None) -> None:
    source = Source(
        "A",
        "https://a.example/",
        include=(re.compile(r"/20\d\d/"),),
        exclude=(re.compile("/sport/"),),
    )
    assert source.why_left_out(url, announces=announces) == why


def _mistakes(text: str) -> list[str]:
    with pytest.raises(SourceError) as caught:
        parse_sources(text, file="papers.toml")
    return list(caught.value.lines)
