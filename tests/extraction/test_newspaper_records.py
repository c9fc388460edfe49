"""Every page of the sample newspaper gives the record that a careful reader makes of it."""

from __future__ import annotations

import gzip
import re
from datetime import UTC, datetime, timedelta
from urllib.error import HTTPError
from urllib.request import HTTPRedirectHandler, build_opener

import pytest

from newscrawl.extraction import extract_article
from newscrawl.newspaper import Newspaper, expected, expected_misses

NOW = datetime(2026, 5, 20, 16, 30, tzinfo=UTC)
#: Members of the expected record that are no fields of an Article, or are compared apart.
APART = {
    "standfirst",
    "published_ago",
    "zone_evidence",
    "body_patterns",
    "body",
    "published_at",
    "description",
    "kind",
}
KINDS = {"photo": "gallery"}


class NoRedirects(HTTPRedirectHandler):
    def redirect_request(self, *_):
        return None


@pytest.fixture(scope="module")
def paper():
    with Newspaper() as paper:
        yield paper


def extract(url, **capture):
    with build_opener(NoRedirects).open(url, timeout=20) as answer:
        body, headers = answer.read(), dict(answer.headers)
    if headers.get("Content-Encoding") == "gzip":
        body = gzip.decompress(body)
    return extract_article(
        body,
        url=url,
        captured_at=NOW,
        content_type=headers.get("Content-Type"),
        headers=headers,
        **capture,
    )


def test_records(paper):
    stories = expected(paper.sites)
    assert len(stories) > 30
    for url, record in stories.items():
        # What tells the zone stands outside the page: in the feed or sitemap that announced it.
        said = {"published": record["published_at"]} if record.get("zone_evidence") else {}
        article = extract(url, announced=said)
        found = article.to_dict()
        wanted = {k: v for k, v in record.items() if k not in APART}
        assert {k: found[k] for k in wanted} == wanted, url
        assert found["kind"] == KINDS.get(record["kind"], record["kind"]), url
        assert found["description"] in (record["description"], record["standfirst"]), url
        assert found["published_at"] == published(record), url
        assert article.problem is None, url


def published(record):
    if not record.get("published_ago"):
        return record["published_at"]
    hours = int(re.fullmatch(r"PT(\d+)H", record["published_ago"])[1])
    return (NOW - timedelta(hours=hours)).isoformat()


def test_texts(paper):
    for url, record in expected(paper.sites).items():
        lines = (extract(url).body or "").split("\n")
        assert len(lines) == len(record["body"]), url
        patterns = record.get("body_patterns") or {}
        for number, (line, wanted) in enumerate(zip(lines, record["body"], strict=True)):
            if str(number) in patterns:
                assert re.fullmatch(patterns[str(number)], line), url
            else:
                assert line == wanted, url


def test_what_is_no_article(paper):
    misses = [u for u, cause in expected_misses(paper.sites).items() if cause == "not-an-article"]
    assert len(misses) > 10
    for url in misses:
        try:
            article = extract(url)
        except HTTPError as error:
            pytest.fail(f"{url}: {error}")
        assert (article.problem or "").startswith("not-an-article: "), url
