"""What comes out of files that have one fault each: the files, their faults and the result."""

from __future__ import annotations

from pathlib import Path
from typing import NamedTuple

import pytest

from newscrawl.discovery import discover

FOLDER = Path(__file__).with_name("faulty")
PAPER = "https://paper.example/"
ALL = ("one", "two", "three")


class Case(NamedTuple):
    file: str
    fault: str
    #: Paths of the links that come out, in order.
    out: tuple[str, ...]
    #: What `Discovery.faults` says; "" where the fault is none to a tolerant reader.
    noted: str
    kind: str = "feed"


CASES = (
    Case("rss-truncated-in-link.xml", "ends within the third link", ALL[:2], "ends early, within"),
    Case(
        "rss-truncated-in-cdata.xml", "ends within a CDATA section", ALL[:2], "ends early, within"
    ),
    Case("rss-truncated-after-entry.xml", "ends behind the third entry", ALL, "ends early"),
    Case("rss-bad-byte.xml", "one Windows quote in UTF-8", ALL, "not all bytes are utf-8"),
    Case("rss-latin1-declared-utf8.xml", "Latin-1, declared UTF-8", ALL, "taken for cp1252"),
    Case(
        "rss-utf8-declared-latin1.xml",
        "UTF-8, declared Latin-1",
        ALL,
        "declared cp1252 and is utf-8",
    ),
    Case("rss-cyrillic-undeclared.xml", "Windows-1251, not declared", ALL, "taken for cp1251"),
    Case(
        "rss-utf16-declared-utf8.xml", "UTF-16, declared UTF-8", ALL, "declared utf-8 and is utf-16"
    ),
    Case("rss-bom.xml", "a byte order mark", ALL, ""),
    Case("rss-blank-before-declaration.xml", "blank lines at the start", ALL, "white space before"),
    Case("rss-warning-before-declaration.xml", "a PHP warning at the start", ALL, "junk before"),
    Case(
        "rss-undeclared-entity.xml", "&nbsp; &mdash; &ouml;", ALL, "an entity that is not declared"
    ),
    Case(
        "rss-unescaped-ampersand.xml",
        "& in title and link",
        ("one?a=1&b=2", *ALL[1:]),
        "unescaped &",
    ),
    Case("rss-unescaped-less-than.xml", "< in a title", ALL, "unescaped <"),
    Case("rss-control-characters.xml", "NUL and vertical tab", ALL, "a character that XML forbids"),
    Case("rss-undeclared-prefix.xml", "media: and dc: not declared", ALL, "prefix media"),
    Case("rss-unclosed-title.xml", "no </title> in the second entry", ALL, "not well-formed"),
    Case("rss-unclosed-entry.xml", "no </item> behind the second entry", ALL, "not well-formed"),
    Case("rss-mismatched-tags.xml", "<pubDate> ended by </pubdate>", ALL, "not well-formed"),
    Case("rss-unclosed-cdata.xml", "no ]]> in the second entry", ALL, "CDATA[ without an end"),
    Case("rss-relative-links.xml", "/one, two and //host/three", ("one", "news/two", "three"), ""),
    Case("rss-duplicate-guids.xml", "all guids are 0", ALL, "duplicate guid"),
    Case("rss-repeated-entry.xml", "the first entry twice, once tracked", ALL, "comes twice"),
    Case("rss-guid-instead-of-link.xml", "permalink guids, no links", ALL, ""),
    Case(
        "rss-entry-without-link.xml", "no link, and a guid that is none", ALL, "entry 2 has no link"
    ),
    Case("rss-empty-links.xml", "two empty links before the real one", ALL, ""),
    Case("rss-other-links.xml", "self, enclosure, source and comments", ALL, ""),
    Case("rss-proxied-links.xml", "links to a counting proxy", ALL, ""),
    Case("rss-double-escaped-titles.xml", "&amp;amp; and tags in titles", ALL, ""),
    Case("rss-dates.xml", "dates in 20 shapes", tuple(str(n) for n in range(1, 21)), ""),
    Case(
        "rss-impossible-dates.xml", "31 February, zeros, 03/04/2026", ALL, "not a date: Thu, 31 Feb"
    ),
    Case("rss-upper-case.xml", "all tags in capitals", ALL, ""),
    Case("rss-entity-expansion.xml", "a billion laughs", ALL, "unescaped &"),
    Case("rss-external-entity.xml", "an entity from file:///etc/passwd", ALL, "unescaped &"),
    Case("rss-script-behind.xml", "a script and a comment at the end", ALL, ""),
    Case("rss-two-channels.xml", "two channels", ALL, "not well-formed"),
    Case("rss-commented-entry.xml", "one entry is commented out", ALL, ""),
    Case("rss-no-entries.xml", "no entries at all", (), "no entries"),
    Case("rdf-about-only.xml", "rdf:about, no links", ALL, ""),
    Case("atom-relative-to-base.xml", "relative to xml:base", ALL, ""),
    Case("atom-without-namespace.xml", "no namespace", ALL, ""),
    Case("atom-many-links.xml", "self, enclosure, JSON, HTML, replies", ALL, ""),
    Case("atom-truncated-in-attribute.xml", "ends within an href", ALL[:2], "ends early, within"),
    Case("atom-id-instead-of-link.xml", "ids that are URLs, no links", ALL, ""),
    Case("atom-unescaped-html.xml", "HTML that is not escaped", ALL, "not well-formed"),
    Case("json-truncated.json", "ends within the third item", ALL[:2], "not JSON"),
    Case("json-trailing-comma.json", "a comma too many", ALL, "not JSON"),
    Case("json-newline-in-title.json", "a raw line break in a string", ALL, ""),
    Case("json-broken-entry.json", "the second item is not JSON", ("one", "three"), "not JSON"),
    Case("json-relative-link.json", "relative links", ALL, ""),
    Case("json-bom.json", "a byte order mark", ALL, ""),
    Case("feed-is-a-page.xml", "an HTML page", ("",), "", "html"),
    Case("feed-is-empty.xml", "no bytes", (), "empty", "other"),
    Case(
        "sitemap-truncated.xml",
        "ends within the third URL",
        ALL[:2],
        "ends early, within",
        "sitemap",
    ),
    Case("sitemap-gzip-twice.xml.gz", "gzip in gzip", ALL, "", "sitemap"),
    Case("sitemap-not-gzip.xml.gz", "named .gz and not packed", ALL, "", "sitemap"),
    Case("sitemap-wrong-namespace.xml", "a namespace of its own", ALL, "", "sitemap"),
    Case("sitemap-without-namespace.xml", "no namespace", ALL, "", "sitemap"),
    Case(
        "sitemap-unescaped-ampersand.xml",
        "& in a URL",
        ("one?a=1&b=2", *ALL[1:]),
        "unescaped &",
        "sitemap",
    ),
    Case("sitemap-blanks-in-loc.xml", "line breaks and CDATA in URLs", ALL, "", "sitemap"),
    Case("sitemap-relative.xml", "relative URLs", ALL, "", "sitemap"),
    Case(
        "sitemap-entry-without-loc.xml",
        "no URL, and javascript:",
        ALL,
        "entry 2 has no URL",
        "sitemap",
    ),
    Case(
        "sitemap-bad-lastmod.xml",
        "lastmod is a word, padded, empty",
        ALL,
        "not a date: gestern",
        "sitemap",
    ),
    Case(
        "sitemap-image-locs.xml",
        "undeclared image: with its own loc",
        ALL,
        "prefix image",
        "sitemap",
    ),
    Case(
        "sitemap-bad-byte.xml",
        "a Latin-1 letter in a URL",
        ("one-br%C3%BCcke", *ALL[1:]),
        "cp1252",
        "sitemap",
    ),
    Case("news-undeclared-prefix.xml", "news: not declared", ALL, "prefix news", "sitemap"),
    Case("news-wrong-date.xml", "05/03/2026 instead of ISO 8601", ALL, "", "sitemap"),
    Case("index-within-urlset.xml", "<sitemap> within <urlset>", ALL, "", "sitemap"),
    Case(
        "index-truncated.xml",
        "ends within the third entry",
        ALL[:2],
        "ends early, within",
        "sitemap",
    ),
    Case("sitemap-is-a-feed.xml", "RSS where a sitemap should be", ALL, "", "feed"),
    Case("robots-is-a-page.txt", "an HTML page as robots.txt", (), "markup instead", "robots"),
)
BY_FILE = {case.file: case for case in CASES}


def read(file: str, content_type: str | None = None):
    url = PAPER + ("robots.txt" if file.startswith("robots") else f"news/{file}")
    return discover((FOLDER / file).read_bytes(), url=url, content_type=content_type)


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.file)
def test_what_comes_out(case):
    found = read(case.file)
    assert found.kind == case.kind
    assert [link.url for link in found.links] == [PAPER + path for path in case.out]
    assert any(case.noted in fault for fault in found.faults) if case.noted else not found.faults


@pytest.mark.parametrize("declared", ["text/html", "application/octet-stream", "image/png", "junk"])
def test_the_declared_type_changes_nothing(declared):
    for file in BY_FILE:
        assert read(file, declared) == read(file), file


def test_every_file_is_in_the_table():
    rest = {"sitemap-gzip-cut.xml.gz", "sitemap-text-junk-line.txt"}  # below
    assert {path.name for path in FOLDER.iterdir()} == set(BY_FILE) | rest


def test_titles_keep_their_letters():
    german = ["Rathaus in Köln wird umgebaut", "Brücke über den Rhein gesperrt"]
    for file in ("rss-latin1-declared-utf8.xml", "rss-utf8-declared-latin1.xml",
                 "rss-utf16-declared-utf8.xml", "rss-bom.xml", "rss-unclosed-title.xml",
                 "rss-script-behind.xml"):  # fmt: skip
        assert [link.title for link in read(file).links[:2]] == german, file
    assert read("rss-bad-byte.xml").links[1].title == "Brücke’ über den Rhein gesperrt"
    assert read("rss-cyrillic-undeclared.xml").links[0].title.startswith("Мэр Москвы")
    assert read("rss-undeclared-entity.xml").links[0].title == "Rathaus — Köln"
    assert read("rss-unescaped-less-than.xml").links[0].title == "Zins < 3 Prozent"
    assert [link.title for link in read("rss-double-escaped-titles.xml").links] == [
        "Kunst & Kultur", "Brücke gesperrt", "Züge",
    ]  # fmt: skip


def test_dates_keep_the_offset_and_precision_they_state():
    assert [link.published_at for link in read("rss-dates.xml").links] == [
        "2026-03-05T23:30:00+01:00",  # Thu, 05 Mar 2026 23:30:00 +0100
        "2026-03-05T23:30-05:00",  # Thu, 5 Mar 26 23:30 EST
        "2026-03-05T23:30:00+02:00",  # 05 Mar 2026 23:30:00 MESZ
        "2026-03-05T23:30:00-05:00",  # ISO 8601
        "2026-03-05T23:30:00+00:00",  # with a fraction and Z
        "2026-03-05T23:30",  # 2026-03-05 23:30
        "2026-03-05",
        "2026-03-05T23:30:00+00:00",  # 20260305T233000Z
        "2026-03-05T23:30:00+01:00",  # Do, 05 Mär 2026 23:30:00 +0100
        "2026-03-05T23:30",  # jeudi 5 mars 2026 23:30
        "2026-03-05T23:30",  # 5 de marzo de 2026, 23:30
        "2026-03-05T23:30",  # 2026年3月5日 23:30
        "2026-03-05T23:30",  # 2026. 3. 5. 오후 11:30
        "2026-03-05T23:30",  # 05.03.2026 23.30 Uhr
        "2026-03-05T23:30:00+01:00",  # Thu Mar  5 23:30:00 CET 2026
        "2026-03-05T23:30",  # March 5, 2026 11:30 PM
        "2026-03-05T23:30",  # ٥ مارس ٢٠٢٦ ٢٣:٣٠
        "2026-03-05T22:30:00+00:00",  # 1772749800
        "2026-03-05T23:30:00",  # IST is India's, Israel's and Ireland's
        "2026-03-05T23:30:00",  # no zone
    ]


def test_no_entity_is_ever_expanded_or_loaded():
    assert read("rss-entity-expansion.xml").links[0].title == "Lacher &j;"
    assert read("rss-external-entity.xml").links[0].title == "Passwort &x;"


def test_a_cut_gzip_gives_its_whole_entries():
    found = read("sitemap-gzip-cut.xml.gz")
    assert len(found.links) > 50
    assert all(link.modified_at == "2026-03-05T23:30:00+01:00" for link in found.links)
    assert "the gzip data ends early" in found.faults


def test_a_line_that_is_no_url_costs_itself():
    found = read("sitemap-text-junk-line.txt")
    assert [found.links[i].url for i in (0, 1, 2, -1)] == [
        PAPER + p for p in ("one", "two", "0", "three")
    ]
    assert len(found.links) == 28
    assert found.faults == ("not a URL: # generated",)


def test_news_sitemaps_testify():
    for link in read("news-undeclared-prefix.xml").links:
        assert link.kind == "article"
        assert link.title.endswith("& more")
        assert (link.published_at, link.language) == ("2026-03-05T23:30-03:00", "pt")
    assert read("news-wrong-date.xml").links[0].published_at == "2026-03-05T23:30"
