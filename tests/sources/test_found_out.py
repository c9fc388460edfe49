"""What follows from what was found out about a paper: its table, its zone, its rules, its health."""

from __future__ import annotations

import re
from datetime import date, datetime

import pytest

from newscrawl.crawl.replies import Reply
from newscrawl.crawl.source_health import health
from newscrawl.crawl.source_rules import SourceRules
from newscrawl.discovery import Discovery, Link
from newscrawl.errors import Missed
from newscrawl.frontier import DiscoveredUrl
from newscrawl.sources import Source, parse_sources, table
from newscrawl.sources.feed_candidates import Findings, Sample, Surface
from newscrawl.sources.zone import countries_of, likely_zones
from newscrawl.text.robots import RobotsTxt

SUMMER, WINTER = "2026-05-20T09:00:00", "2026-01-20T09:00:00"


@pytest.mark.parametrize(
    ("home", "languages", "stated", "zones"),
    [
        ("https://a.co.uk/", [], [f"{SUMMER}+01:00"], ["Europe/London"]),
        ("https://a.uk/", [], [f"{SUMMER}+01:00", f"{WINTER}+00:00"], ["Europe/London"]),
        ("https://a.ch/", ["de"], [f"{SUMMER}+02:00", f"{WINTER}+01:00"], ["Europe/Zurich"]),
        ("https://a.com/", ["pl"], [f"{SUMMER}+02:00"], ["Europe/Warsaw"]),
        ("https://a.com/", ["en-US"], [f"{WINTER}-05:00"], ["America/New_York"]),
        ("https://a.in/", [], [f"{SUMMER}+05:30"], ["Asia/Kolkata"]),
        # A desert state keeps winter time all through the year.
        (
            "https://a.com/",
            ["en-US"],
            [f"{SUMMER}-07:00"],
            ["America/Phoenix", "America/Los_Angeles"],
        ),
        # UTC is what machines state; no clock of the country shows it.
        ("https://a.co.uk/", [], [f"{SUMMER}+00:00"], []),
        ("https://a.com/", ["en"], [f"{SUMMER}+01:00"], []),
        ("https://a.de/", [], [], []),
    ],
)
def test_zone_of_the_offsets(
    home: str, languages: list[str], stated: list[str], zones: list[str]
) -> None:
    moments = [datetime.fromisoformat(text) for text in stated]
    assert likely_zones(moments, countries=countries_of(home, languages)) == zones


def test_table_of_what_was_found() -> None:
    feed = Surface("https://a.de/f", "feed", 3, latest=f"{SUMMER}Z", language="de")
    news = Surface("https://a.de/n.xml", "sitemap", 2, is_news=True, faults=("bad byte",))
    samples = (
        Sample(
            "https://a.de/1", "Eins", ("A", "B"), f"{SUMMER}+02:00", "de-DE", "Die\u0000 Zeitung"
        ),
        Sample("https://a.de/2", None, (), "2026-05-20", "de", "Die Zeitung"),
    )
    found = Findings("https://a.de/", "Start", (feed, news), samples, ("Disallow: /x",) * 30, 10.0)
    source = found.source()
    assert source == Source(
        "Die Zeitung",
        "https://a.de/",
        feeds=("https://a.de/f",),
        sitemaps=("https://a.de/n.xml",),
        language="de",
        zone="Europe/Berlin",
        rate=0.1,
    )
    text = table(source, notes=found.notes())
    assert parse_sources(text, file="x") == (source,)
    for line in (
        "#   Eins | A, B | 2026-05-20T09:00:00+02:00",
        "#   no title | no byline | 2026-05-20",
        "#   ... and 10 more lines",
        '"https://a.de/n.xml",  # news sitemap, 2 entries; bad byte',
        '# Times are stated with +0200.\nzone = "Europe/Berlin"',
        "# robots.txt asks for a Crawl-delay of 10 s.\nrate = 0.1",
    ):
        assert line in text


@pytest.mark.parametrize(("delay", "rate"), [(0.0001, 100.0), (3.0, 0.333), (0.0, None)])
def test_rate_of_a_crawl_delay(delay: float, rate: float | None) -> None:
    source = Findings("https://a.example/", crawl_delay=delay).source()
    assert source.rate == rate
    assert parse_sources(table(source), file="x") == (source,)


def test_a_paper_of_which_little_is_found() -> None:
    found = Findings("https://www.a.example/")
    assert found.source() == Source("a.example", "https://www.a.example/")
    assert parse_sources(table(found.source(), notes=found.notes()), file="x")


ROBOTS = """
User-agent: *
User-agent: Other  # two names
Disallow: /all
Crawl-delay: 5

Sitemap: https://a.example/s.xml
User-Agent: NewsCrawl
Disallow: /ours # because
nonsense
Allow:
"""


def test_rules_that_hold_for_this_crawler() -> None:
    assert RobotsTxt(ROBOTS).rules_for("newscrawl/1.0 (x)") == ("Disallow: /ours", "Allow: ")
    assert RobotsTxt(ROBOTS).rules_for("elsewhere") == ("Disallow: /all", "Crawl-delay: 5")
    assert RobotsTxt("<html>").rules_for("x") == ()


LINKS = (Link("https://a.example/1", "article", published_at="2026-05-20"),)
URL, NEW = "https://a.example/f", "https://a.example/new"


@pytest.mark.parametrize(
    ("kind", "answer", "state", "detail"),
    [
        ("home", Reply(URL, URL, found=Discovery("html", ())), "ok", ""),
        ("feed", Reply(URL, URL, found=Discovery("feed", LINKS)), "ok", "1 entry"),
        ("feed", Reply(URL, NEW, found=Discovery("feed", LINKS)), "ok", "1 entry"),
        (
            "feed",
            Reply(URL, NEW, found=Discovery("feed", LINKS), moved_to=NEW),
            "moved",
            f"to {NEW}",
        ),
        (
            "feed",
            Reply(URL, NEW, found=Discovery("html", ()), moved_to=NEW),
            "moved",
            f"to {NEW}; broken: html where a feed should be",
        ),
        (
            "feed",
            Reply(URL, NEW, missed=Missed("http-404", "status 404"), moved_to=NEW),
            "dead",
            f"http-404: status 404 at {NEW}",
        ),
        ("feed", Reply(URL, URL, missed=Missed("dns")), "dead", "dns"),
        ("home", Reply(URL, URL, missed=Missed("robots")), "forbidden", "robots"),
        (
            "feed",
            Reply(URL, URL, found=Discovery("feed", ())),
            "empty",
            "a feed that announces nothing",
        ),
        (
            "sitemap",
            Reply(URL, URL, found=Discovery("feed", LINKS)),
            "broken",
            "feed where a sitemap",
        ),
        (
            "feed",
            Reply(URL, URL, found=Discovery("feed", LINKS, ("a", "b", "c", "d"))),
            "broken",
            "1 entry; a; b; c",
        ),
    ],
)
def test_health_of_an_answer(kind: str, answer: Reply, state: str, detail: str) -> None:
    found = health(Source("A", "https://a.example/"), kind, answer)
    assert (found.state, found.url, found.detail[: len(detail)]) == (state, URL, detail)
    assert found.answers is (state not in ("dead", "forbidden"))


def test_a_source_that_has_moved() -> None:
    home, one, two, new = (f"https://a.example/{path}" for path in ("", "1", "2", "new"))
    source = Source("A", home, feeds=(one, two), sitemaps=(two,), valid_until=date(2030, 1, 1))
    moved = source.moved({one: new, two: new, home: "https://b.example/"})
    assert moved.feeds == moved.sitemaps == (new,)
    assert (moved.home, moved.valid_until) == ("https://b.example/", source.valid_until)
    assert source.moved({}) == source


def test_what_a_crawl_asks_its_sources() -> None:
    paper = Source(
        "A",
        "https://www.a.com/",
        feeds=("https://feeds.service.example/a",),
        sitemaps=("https://a.com/s.xml",),
        include=(re.compile("/news/"),),
        exclude=(re.compile("/old/"),),
        rate=2.0,
    )
    shared = Source("B", "https://b.example/", feeds=("https://feeds.service.example/b",), rate=0.5)
    papers = SourceRules([paper, shared, Source("C", "https://c.example/")])
    assert [(s.kind, s.source, s.priority) for s in papers.seeds(now=1.0, not_before_due=False)][:3] == [
        ("seed", "A", 0), ("feed", "A", 10), ("sitemap", "A", 12),
    ]  # fmt: skip
    rates = {
        "https://a.com/x": 2.0, "https://img.a.com:8080/": 2.0, "https://c.example/": None,
        "https://feeds.service.example/b": 0.5, "https://other.service.example/": None,
    }  # fmt: skip
    assert {url: papers.rate(url) for url in rates} == rates
    wanted = {
        ("https://a.com/news/1", "article", "A", 1): None,
        ("https://a.com/about", "page", "A", 1): "matches no include",
        ("https://a.com/news/old/", "article", "a.com", 1): "matches exclude '/old/'",
        ("https://a.com/s2.xml", "sitemap", "A", 2): None,
        ("https://a.com/old/s.xml", "sitemap", "A", 2): "matches exclude '/old/'",
        ("https://a.com/old/", "seed", "A", 0): None,
        ("https://b.example/old/", "article", "B", 1): None,
        ("https://d.example/old/", "article", "d.example", 1): None,
    }
    left_out = {each: papers.exclusion(DiscoveredUrl(*each[:3], depth=each[3])) for each in wanted}
    assert {k: v and v.detail for k, v in left_out.items()} == wanted
    assert {v.cause for v in left_out.values() if v} == {"excluded"}

    def again(
        papers: SourceRules, path: str, source: str, kind: str = "page"
    ) -> list[tuple[str, str]]:
        url = DiscoveredUrl(f"https://a.com/{path}", kind, source, depth=1)
        return [
            (u.source, u.kind) for u in papers.readmitted([url], now=1.0) if u.again_before == 1.0
        ]

    assert again(papers, "news/1", "A") == again(papers, "news/1", "a.com") == [("A", "page")]
    assert again(papers, "news/old/", "A") == again(papers, "x", "A") == []
    assert again(papers, "s2.xml", "Its old name", "sitemap") == [("A", "sitemap")]
    two = SourceRules([paper, Source("All of it", "https://all.a.com/")])
    assert again(two, "x", "All of it") == [("All of it", "page")]
    assert again(two, "x", "a.com") == []
    assert papers.labels == {"A", "B", "C", "a.com", "b.example", "c.example"}
