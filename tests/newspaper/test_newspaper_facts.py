"""The expected records against the bytes that are served, and that every address is announced."""

from __future__ import annotations

import gzip
import html
import json
import re
import urllib.error
import urllib.request
from collections import Counter
from datetime import datetime
from urllib.parse import urljoin, urlsplit

import pytest

from newscrawl.causes import CAUSES
from newscrawl.newspaper import expected, expected_misses

ARTICLE_FIELDS = {
    "url", "canonical_url", "title", "authors", "contributors", "credit", "published_at",
    "published_precision", "modified_at", "modified_precision", "language", "publisher", "section",
    "tags", "image", "description", "kind", "is_accessible", "standfirst", "body",
}  # fmt: skip
SURFACES = {
    "gazette": [
        "/feed.xml", "/transport/atom.xml", "/sitemap-news.xml", "/sitemap-2026-05.xml.gz",
        "/sitemap-sections.xml", "/",
    ],
    "meridian": ["/atom.xml", "/feed.json", "/sitemap-news.xml", "/sitemap-archive.xml.gz", "/"],
    "newsbasket": [
        "/feed/", "/wp-sitemap-posts-post-1.xml", "/wp-sitemap-posts-page-1.xml",
        "/wp-sitemap-taxonomies-1.xml", "/",
    ],
}  # fmt: skip


class NoRedirect(urllib.request.HTTPRedirectHandler):
    def redirect_request(self, *args):
        return None


OPENER = urllib.request.build_opener(NoRedirect)


def fetch(url):
    try:
        with OPENER.open(url) as answer:
            return answer.status, answer.read()
    except urllib.error.HTTPError as error:
        with error:
            return error.code, error.read()


def text_of(page):
    """The page as a reader sees it, spaces folded."""
    page = re.sub(r"(?s)<(script|style)\b.*?</\1>", " ", page)
    return " ".join(html.unescape(re.sub(r"<[^>]+>", "", page)).split())


def json_ld(page):
    scripts = re.findall(r'(?s)<script type="application/ld\+json">(.*?)</script>', page)
    return [json.loads(script) for script in scripts]


def links(page):
    return [html.unescape(h) for h in re.findall(r'<a [^>]*?href="([^"#]+)"', page)]


def announced(paper):
    """Every URL that a front or surface of the paper names, and how many of them do."""
    found = Counter()
    for name, base in paper.sites.items():
        for path in SURFACES[name]:
            status, body = fetch(base + path)
            assert status == 200, path
            body = gzip.decompress(body) if path.endswith(".gz") else body
            text = body.decode()
            named = links(text) if path == "/" else re.findall(r"http://127[^\"<\s]+", text)
            found.update({urljoin(base + path, html.unescape(u)).partition("?")[0] for u in named})
    return found


@pytest.fixture(scope="session")
def facts(paper):
    return expected(paper.sites)


@pytest.fixture(scope="session")
def pages(facts):
    answers = {url: fetch(url) for url in facts}
    assert {status for status, _ in answers.values()} == {200}
    return {url: body.decode() for url, (_, body) in answers.items()}


def test_enough_and_varied(facts):
    assert len(facts) >= 30
    assert len({record["language"].partition("-")[0] for record in facts.values()}) >= 6
    assert {r["kind"] for r in facts.values()} == {"article", "opinion", "live", "photo", "video"}
    assert len({urlsplit(url).netloc for url in facts}) == 3


def test_records_have_every_field_and_sound_values(facts):
    for url, record in facts.items():
        assert record.keys() >= ARTICLE_FIELDS, url
        assert record["url"] == url
        assert (record["published_at"] is None) == ("published_ago" in record), url
        assert record["body"], url
        for member in ("published", "modified"):
            stated, precision = record[f"{member}_at"], record[f"{member}_precision"]
            if precision in ("second", "minute"):
                assert datetime.fromisoformat(stated).tzinfo, url
            elif precision == "day":
                assert len(stated) == len("2026-05-20"), url
            else:
                assert stated is None, url


def test_ordinary_articles_are_of_ordinary_length(facts):
    for url, record in facts.items():
        words = sum(len(p.split()) for p in record["body"])
        if record["kind"] in ("article", "opinion") and record["is_accessible"] is not False:
            unspaced = record["language"] in ("zh-CN", "ja")
            assert sum(map(len, record["body"])) > 500 if unspaced else words > 180, url


def test_pages_say_what_the_records_say(facts, pages):
    for url, record in facts.items():
        page, seen = pages[url], text_of(pages[url])
        said = html.unescape(page) + json.dumps(json_ld(page), ensure_ascii=False)
        for name in [*record["authors"], *record["contributors"], *record["credit"]]:
            assert name in seen, (url, name)
        assert f"<title>{html.escape(record['title'])}" in page, url
        assert f'lang="{record["language"]}"' in page, url
        assert f'rel="canonical" href="{record["canonical_url"]}"' in page, url
        assert record["publisher"] in seen, url
        for member in ("section", "description", "standfirst", "image"):
            assert record[member] is None or record[member] in said, (url, member)
        for tag in record["tags"]:
            assert tag in said, (url, tag)


def test_times_to_the_second_stand_in_the_page(facts, pages):
    for url, record in facts.items():
        for member in ("published", "modified"):
            if record[f"{member}_precision"] == "second":
                assert record[f"{member}_at"] in pages[url], (url, member)


def test_accessibility_is_stated_where_expected(facts, pages):
    for url, record in facts.items():
        page = pages[url]
        told = re.search(r'"isAccessibleForFree": (true|false)', page)
        assert (told and json.loads(told[1])) == record["is_accessible"], url


def test_body_is_the_text_in_order(facts, pages):
    for url, record in facts.items():
        seen, at = text_of(pages[url]), 0
        for number, paragraph in enumerate(record["body"]):
            pattern = record.get("body_patterns", {}).get(str(number))
            wanted = pattern or re.escape(" ".join(paragraph.split()))
            found = re.compile(wanted).search(seen, at)
            assert found, (url, paragraph)
            at = found.end()


def test_json_ld_is_json(pages):
    shapes = Counter()
    for page in pages.values():
        for data in json_ld(page):
            shapes["graph" if "@graph" in data else type(data).__name__] += 1
            shapes["live"] += "LiveBlogPosting" in json.dumps(data)
    assert shapes["graph"] >= 2
    assert shapes["list"] >= 2
    assert shapes["dict"] >= 5
    assert shapes["live"] == 1


def test_every_article_and_every_miss_is_announced(paper, facts):
    found = announced(paper)
    assert [url for url in facts if url not in found] == []
    assert max(found[url] for url in facts) >= 3
    misses = expected_misses(paper.sites)
    for cause in ("moved", "http-404", "http-410", "robots", "duplicate", "not-an-article"):
        assert any(u in found for u, c in misses.items() if c == cause), cause


def test_every_announced_address_is_accounted_for(paper, facts):
    misses = expected_misses(paper.sites)
    surfaces = {base + path for name, base in paper.sites.items() for path in SURFACES[name]}
    feeds = surfaces | {base + "/sitemap_index.xml" for base in paper.sites.values()}
    known = facts.keys() | misses.keys() | feeds | set(paper.sites.values())
    on_site = {u for u in announced(paper) if u.startswith(tuple(paper.sites.values()))}
    assert {u for u in on_site if u not in known and not u.endswith("/static/site.css")} == set()


def test_misses_are_what_they_are_called(paper, facts):
    misses = expected_misses(paper.sites)
    assert misses.keys().isdisjoint(facts)
    assert set(misses.values()) <= CAUSES.keys()
    status = {"moved": 301, "http-404": 404, "http-410": 410}
    for url, cause in misses.items():
        assert fetch(url)[0] == status.get(cause, 200), url


def test_variants_point_at_their_article(paper, facts):
    variants = [u for u, cause in expected_misses(paper.sites).items() if cause == "duplicate"]
    assert len(variants) == 2
    for url in variants:
        canonical = re.search(r'rel="canonical" href="([^"]+)"', fetch(url)[1].decode())
        assert canonical[1] in facts


def test_robots_names_the_forbidden_and_the_sitemaps(paper):
    for base in paper.sites.values():
        text = fetch(f"{base}/robots.txt")[1].decode()
        sitemaps = re.findall(r"(?m)^Sitemap: (.+)$", text)
        assert sitemaps
        assert all(fetch(url)[0] == 200 for url in sitemaps)
        assert re.search(r"(?m)^Disallow: /", text)
    forbidden = [u for u, cause in expected_misses(paper.sites).items() if cause == "robots"]
    assert all(urlsplit(u).path.startswith(("/members/", "/archive/")) for u in forbidden)


def test_no_page_links_into_the_void(paper, facts, pages):
    misses = expected_misses(paper.sites)
    dead = [u for u, cause in misses.items() if cause in ("http-404", "http-410")]
    for url, page in pages.items():
        for link in links(page):
            target = urljoin(url, link)
            if target.startswith("http://127") and target.partition("?")[0] not in dead:
                assert fetch(target)[0] in (200, 301), (url, link)
        for source in re.findall(r'src="([^"]+)"', page):
            assert fetch(urljoin(url, source))[0] == 200, (url, source)
