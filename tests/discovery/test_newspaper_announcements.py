"""Every story of the sample newspaper is announced where its sites announce stories."""

from __future__ import annotations

import http.client
from urllib.parse import urlsplit

import pytest

from newscrawl.discovery import discover
from newscrawl.newspaper import Newspaper, expected
from newscrawl.urls import key

PLACES = ("feed", "sitemap", "section")


@pytest.fixture(scope="module")
def paper():
    with Newspaper() as running:
        yield running


def fetch(url):
    parts = urlsplit(url)
    connection = http.client.HTTPConnection(parts.netloc, timeout=20)
    try:
        connection.request("GET", parts.path or "/")
        answer = connection.getresponse()
        return answer.read(), answer.headers.get("Content-Type")
    finally:
        connection.close()


def announcements(seed):
    """All that the places announce that can be reached from a front page, as (place, link)."""
    waiting, seen, out = [(seed, "section"), (seed + "robots.txt", "robots")], set(), []
    while waiting:
        url, place = waiting.pop()
        if key(url) in seen:
            continue
        seen.add(key(url))
        body, content_type = fetch(url)
        for link in discover(body, url=url, content_type=content_type).links:
            out.append((place, link))
            if link.kind in PLACES:
                waiting.append((link.url, link.kind))
    return out


@pytest.fixture(scope="module")
def announced(paper):
    return [entry for seed in paper.seeds for entry in announcements(seed)]


def test_every_story_is_announced(paper, announced):
    told = {key(link.url) for _, link in announced if link.kind in ("article", "page")}
    missing = [url for url in expected(paper.sites) if key(url) not in told]
    assert not missing


def test_pages_tell_stories_from_sections(paper, announced):
    """What a front or section page calls a section is never a story."""
    sections = {key(link.url) for _, link in announced if link.kind == "section"}
    assert sections
    assert sections.isdisjoint(map(key, expected(paper.sites)))


def test_feeds_and_news_sitemaps_state_times(paper, announced):
    stories = {key(url): record for url, record in expected(paper.sites).items()}
    dated = [
        (link, stories[key(link.url)])
        for place, link in announced
        if place in ("feed", "sitemap") and link.published_at and key(link.url) in stories
        if stories[key(link.url)]["published_at"]
    ]
    assert len(dated) > 10
    for link, story in dated:
        assert link.published_at[:10] == story["published_at"][:10], link.url
