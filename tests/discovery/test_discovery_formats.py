"""Every format that announces articles, as its specification writes it."""

from __future__ import annotations

import gzip
import io

import feedparser
import pytest

from newscrawl.discovery import Link, discover, iter_sitemap
from newscrawl.discovery.links import BOUNDS

PAPER = "https://paper.example"


def found(text, path="/feed"):
    return discover(text.encode(), url=PAPER + path)


RSS_091 = """<?xml version="1.0"?>
<!DOCTYPE rss PUBLIC "-//Netscape Communications//DTD RSS 0.91//EN" "http://my.netscape.com/publish/formats/rss-0.91.dtd">
<rss version="0.91"><channel><title>Paper</title><link>https://paper.example/</link><language>en-us</language>
<image><title>Logo</title><url>https://paper.example/logo.png</url><link>https://paper.example/</link></image>
<item><title>One</title><link>https://paper.example/one</link><description>x</description></item>
<textinput><title>Search</title><name>q</name><link>https://paper.example/search</link></textinput>
</channel></rss>"""

RSS_20 = """<?xml version="1.0"?>
<rss version="2.0" xmlns:content="http://purl.org/rss/1.0/modules/content/"
 xmlns:dc="http://purl.org/dc/elements/1.1/" xmlns:media="http://search.yahoo.com/mrss/">
<channel><title>Paper &amp; Ink</title><link>https://paper.example/</link><ttl>15</ttl>
<item><media:title>Photo</media:title><title>One</title>
<link>https://paper.example/one?utm_source=feed</link>
<guid isPermaLink="false">1</guid><pubDate>Thu, 05 Mar 2026 23:30:00 GMT</pubDate>
<dc:language>fr</dc:language>
<content:encoded><![CDATA[<item><link>https://paper.example/quoted</link></item>]]>
</content:encoded></item>
</channel></rss>"""

RSS_10 = """<?xml version="1.0"?>
<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#" xmlns="http://purl.org/rss/1.0/"
 xmlns:dc="http://purl.org/dc/elements/1.1/" xmlns:sy="http://purl.org/rss/1.0/modules/syndication/">
<channel rdf:about="https://paper.example/"><title>Paper</title><link>https://paper.example/</link>
<sy:updatePeriod>daily</sy:updatePeriod><sy:updateFrequency>4</sy:updateFrequency>
<items><rdf:Seq><rdf:li rdf:resource="https://paper.example/one"/></rdf:Seq></items></channel>
<item rdf:about="https://paper.example/one"><title>One</title><link>https://paper.example/one</link>
<dc:date>2026-03-05T23:30:00+09:00</dc:date></item></rdf:RDF>"""

ATOM = """<?xml version="1.0"?>
<feed xmlns="http://www.w3.org/2005/Atom" xml:lang="de"><title>Paper</title>
<link rel="self" href="https://paper.example/feed"/><updated>2026-03-06T00:00:00Z</updated>
<entry xml:lang="nl"><title type="xhtml">
<div xmlns="http://www.w3.org/1999/xhtml">One <b>bold</b></div></title>
<link rel="alternate" type="text/html" href="https://paper.example/one"/><id>urn:1</id>
<published>2026-03-05T23:30:00-05:00</published><updated>2026-03-06T08:00:00-05:00</updated>
<source><title>Other</title><link href="https://other.example/"/></source></entry></feed>"""

ATOM_03 = """<feed version="0.3" xmlns="http://purl.org/atom/ns#"><title>Paper</title>
<entry><title>One</title><link rel="alternate" type="text/html" href="https://paper.example/one"/>
<issued>2026-03-05T23:30:00Z</issued><modified>2026-03-06T08:00:00Z</modified></entry></feed>"""

JSON_FEED = """{"version": "https://jsonfeed.org/version/1", "title": "Paper", "language": "en-GB",
 "items": [
{"id": "1", "url": "https://paper.example/one", "title": "One",
 "date_published": "2026-03-05T23:30:00-05:00",
 "date_modified": "2026-03-06"}, {"id": "https://paper.example/two"},
{"id": "3", "external_url": "https://other.example/3"}]}"""


@pytest.mark.parametrize(
    ("text", "link", "interval"),
    [
        (RSS_091, Link(f"{PAPER}/one", "article", "One", language="en-us"), None),
        (RSS_20, Link(f"{PAPER}/one", "article", "One", "2026-03-05T23:30:00+00:00", None, "fr"),
         900),
        (RSS_10, Link(f"{PAPER}/one", "article", "One", "2026-03-05T23:30:00+09:00"), 21_600),
        (ATOM, Link(f"{PAPER}/one", "article", "One bold", "2026-03-05T23:30:00-05:00",
                    "2026-03-06T08:00:00-05:00", "nl"), None),
        (ATOM_03, Link(f"{PAPER}/one", "article", "One", "2026-03-05T23:30:00+00:00",
                       "2026-03-06T08:00:00+00:00"), None),
    ],
    ids=["RSS 0.91", "RSS 2.0", "RSS 1.0", "Atom 1.0", "Atom 0.3"],
)  # fmt: skip
def test_xml_feeds(text, link, interval):
    feed = found(text)
    assert (feed.kind, feed.links, feed.faults, feed.interval) == ("feed", (link,), (), interval)
    assert feed.title in ("Paper", "Paper & Ink")


def test_json_feed():
    feed = found(JSON_FEED)
    assert [(link.url, link.language) for link in feed.links] == [
        (f"{PAPER}/one", "en-GB"),
        (f"{PAPER}/two", "en-GB"),
        ("https://other.example/3", "en-GB"),
    ]
    assert feed.links[0].published_at == "2026-03-05T23:30:00-05:00"
    assert feed.links[0].modified_at == "2026-03-06"
    assert (feed.title, feed.faults) == ("Paper", ())


def test_an_atom_entry_that_states_only_its_update_has_no_publication_date():
    text = ATOM.replace("<published>2026-03-05T23:30:00-05:00</published>", "")
    assert found(text).links[0].published_at is None
    assert found(text).links[0].modified_at == "2026-03-06T08:00:00-05:00"


@pytest.mark.parametrize("text", [RSS_091, RSS_20, RSS_10, ATOM, ATOM_03])
def test_feedparser_sees_the_same_entries(text):
    theirs = feedparser.parse(io.BytesIO(text.encode()))
    ours = found(text)
    assert [link.url for link in ours.links] == [e.link.partition("?")[0] for e in theirs.entries]


def test_ttl_of_nothing_is_no_interval():
    assert found(RSS_20.replace("<ttl>15<", "<ttl>0<")).interval is None
    assert found(RSS_20.replace("<ttl>15<", "<ttl>soon<")).interval is None


def test_entries_are_bounded():
    items = "".join(f"<item><link>/{n}</link></item>" for n in range(BOUNDS.entries + 5))
    feed = found(f"<rss><channel>{items}</channel></rss>")
    assert len(feed.links) == BOUNDS.entries
    assert feed.faults == (f"more than {BOUNDS.entries} entries",)


SITEMAP = """<?xml version="1.0" encoding="UTF-8"?>
<urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9" xmlns:xhtml="http://www.w3.org/1999/xhtml"
 xmlns:n="http://www.google.com/schemas/sitemap-news/0.9" xmlns:image="http://www.google.com/schemas/sitemap-image/1.1">
<url><loc>https://paper.example/news</loc><lastmod>2026-03-05</lastmod><changefreq>hourly</changefreq>
 <xhtml:link rel="alternate" hreflang="de" href="https://paper.example/de/news"/></url>
<url><image:image><image:loc>https://paper.example/1.jpg</image:loc></image:image>
 <loc>https://paper.example/one</loc>
 <n:news><n:publication><n:name>Paper</n:name><n:language>zh-cn</n:language></n:publication>
 <n:publication_date>2026-03-05T23:30:00+08:00</n:publication_date>
 <n:title>A &amp; B</n:title></n:news></url>
</urlset>"""

INDEX = """<?xml version="1.0"?><sitemapindex xmlns="http://www.sitemaps.org/schemas/sitemap/0.9">
<sitemap><loc>https://paper.example/2026-03.xml.gz</loc><lastmod>2026-03-05T23:30+01:00</lastmod></sitemap>
<sitemap><loc>https://paper.example/feed</loc></sitemap></sitemapindex>"""


def test_sitemap():
    plain, news = found(SITEMAP, "/sitemap.xml").links
    assert plain == Link(f"{PAPER}/news", "page", modified_at="2026-03-05")
    assert news == Link(
        f"{PAPER}/one", "article", "A & B", "2026-03-05T23:30:00+08:00", None, "zh-cn"
    )


def test_sitemap_index():
    index = found(INDEX, "/sitemap.xml")
    assert (index.kind, index.faults) == ("sitemap", ())
    assert index.links == (
        Link(f"{PAPER}/2026-03.xml.gz", "sitemap", modified_at="2026-03-05T23:30+01:00"),
        Link(f"{PAPER}/feed", "sitemap"),
    )


def test_text_sitemap():
    text = found(f"\ufeff{PAPER}/one\r\n{PAPER}/two\r\n", "/sitemap.txt")
    assert text.kind == "sitemap"
    assert text.links == (Link(f"{PAPER}/one", "page"), Link(f"{PAPER}/two", "page"))


def test_gzip_is_told_by_its_bytes():
    packed = gzip.compress(SITEMAP.encode())
    assert discover(packed, url=f"{PAPER}/sitemap.xml") == found(SITEMAP)
    assert discover(gzip.compress(RSS_20.encode()), url=f"{PAPER}/feed") == found(RSS_20)


def test_iter_sitemap_reads_what_discover_reads():
    for text in (SITEMAP, INDEX, f"{PAPER}/one\n{PAPER}/two"):
        for body in (text.encode(), gzip.compress(text.encode())):
            links = tuple(iter_sitemap(io.BytesIO(body), url=f"{PAPER}/sitemap.xml"))
            assert links == found(text, "/sitemap.xml").links


def test_robots():
    text = """User-agent: *
Disallow: /search
sitemap: https://paper.example/news.xml   # the last two days
Sitemap:/sitemap.xml
Site-map: https://cdn.example/paper.xml.gz
Sitemap: mailto:web@paper.example
Sitemap:
Disallow: /print
"""
    robots = found(text, "/robots.txt")
    assert robots.kind == "robots"
    assert robots.links == (
        Link(f"{PAPER}/news.xml", "sitemap"),
        Link(f"{PAPER}/sitemap.xml", "sitemap"),
        Link("https://cdn.example/paper.xml.gz", "sitemap"),
    )
    assert robots.faults == ("not a URL: mailto:web@paper.example",)


@pytest.mark.parametrize("named", ["hex", "idna", "utf-7", "utf-16", "undefined", "x" * 30])
def test_a_charset_that_no_page_can_have_is_not_believed(named):
    text = f'<?xml version="1.0" encoding="{named}"?><rss><item><title>Caf\xe9</title><link>/one</link>'
    body = text.encode("latin-1") + b"</item></rss>"
    feed = discover(body, url=f"{PAPER}/feed", content_type=f"text/xml; charset={named}")
    assert [(link.url, link.title) for link in feed.links] == [(f"{PAPER}/one", "Caf\xe9")]


def test_a_guid_is_an_address_only_if_it_is_a_whole_one():
    assert found("<rss><item><title>x</title><guid>4711</guid></item></rss>").links == ()


def test_a_title_whose_section_never_ends():
    item = "<item><title><![CDATA[%s</title><link>/one</link></item>"
    feed = found(f"<rss>{item % 'Harbour'}</rss>")
    assert [(link.url, link.title) for link in feed.links] == [(f"{PAPER}/one", "Harbour")]


@pytest.mark.parametrize("codec", ["utf-16-le", "utf-16-be"])
def test_utf16_without_a_mark(codec):
    feed = discover(
        "<rss><item><title>é</title><link>/one</link></item></rss>".encode(codec), url=PAPER
    )
    assert feed.links == (Link(f"{PAPER}/one", "article", "é"),)


@pytest.mark.parametrize("base", ["http://[::1", "://", "mailto:x@paper.example", ""])
def test_a_base_that_is_no_url_is_not_used(base):
    feed = found(f'<feed xml:base="{base}"><entry><link href="/one"/></entry></feed>')
    assert [link.url for link in feed.links] == [f"{PAPER}/one"]


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"   ",
        b"\x89PNG\r\n\x1a\n" + bytes(range(256)),
        b"%PDF-1.7",
        b'{"error": 404}',
        b"OK",
        b"\xff\xfe",
    ],
)
def test_what_announces_nothing_is_other(body):
    other = discover(body, url=f"{PAPER}/feed")
    assert (other.kind, other.links) == ("other", ())
