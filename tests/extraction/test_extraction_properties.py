"""Whatever the bytes are: nothing raises, every field keeps its bound, the same gives the same."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from pathlib import Path

import pytest
from amounts import amount
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from newscrawl.extraction import extract_article
from newscrawl.extraction.wording import (
    LIMITS,
    MOST_AGAINST,
    MOST_NAMES,
    MOST_RIGHTS,
    MOST_TAGS,
)

NOW = datetime(2026, 3, 10, 12, tzinfo=UTC)
PAGES = [p.read_bytes() for p in sorted((Path(__file__).parents[1] / "pages").glob("*/page.html"))]

bounded = settings(
    max_examples=amount(40, thorough=200),
    deadline=None,
    derandomize=True,
    database=None,
    suppress_health_check=list(HealthCheck),
)

WORDS = """
By von Par 記者 بقلم Anna Brandt und and , ; | / dpa 9 March 2026 19:30 ET 3時間前 vor 2 Stunden &amp; &#0;
<b> </b> <br> 👩‍👩‍👧 é ﷽ null {{name}} http://x.example/ a@b.c
"""
words = st.sampled_from([*WORDS.split(), "\u202e", "\ud800", "\x00", "e\u0301"])
phrases = st.lists(words, max_size=12).map(" ".join)
MEMBERS = """
headline author datePublished dateModified articleBody keywords image publisher @type @id name
inLanguage isAccessibleForFree mainEntityOfPage @graph hasPart articleSection url
"""
members = st.sampled_from(MEMBERS.split())
json_values = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | phrases
    | st.sampled_from(["NewsArticle", "Person"]),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(members, inner, max_size=6),
    max_leaves=25,
)


def check(article):
    record = article.to_dict()
    json.dumps(record, ensure_ascii=False).encode("utf-8")  # no lone surrogate is left
    for name, limit in (
        ("title", LIMITS["title"]),
        ("description", LIMITS["description"]),
        ("publisher", LIMITS["publisher"]),
        ("section", LIMITS["section"]),
        ("language", LIMITS["language"]),
        ("url", LIMITS["url"]),
        ("canonical_url", LIMITS["url"]),
        ("image", LIMITS["url"]),
        ("published_at", LIMITS["time"]),
        ("modified_at", LIMITS["time"]),
        ("body", LIMITS["body"]),
        ("body_markdown", LIMITS["body"]),
        ("problem", LIMITS["problem"]),
    ):
        value = getattr(article, name)
        assert value is None or 0 < len(value) <= limit, name
    for name, most, limit in (
        ("authors", MOST_NAMES, LIMITS["name"]),
        ("contributors", MOST_NAMES, LIMITS["name"]),
        ("credit", MOST_NAMES, LIMITS["name"]),
        ("tags", MOST_TAGS, LIMITS["tag"]),
        ("rights", MOST_RIGHTS, LIMITS["rights"]),
    ):
        values = getattr(article, name)
        assert len(values) <= most, name
        assert all(0 < len(v) <= limit for v in values), name
    for said in article.provenance.values():
        assert len(said.raw or "") <= LIMITS["raw"]
        assert len(said.against) <= MOST_AGAINST
    assert "\x00" not in json.dumps(record)
    assert article.capture is None
    assert article.revision == 1


def extract(html, **capture):
    capture = {"url": "https://paper.example/news/a-b-c-d-1", "captured_at": NOW, **capture}
    article = extract_article(html, **capture)
    assert not (article.problem or "").startswith("extraction-failed: ") or article.body is None
    assert "Error" not in (article.problem or "")
    return article


@bounded
@given(
    st.binary(max_size=3000), st.sampled_from([None, "text/html; charset=utf-16", "x; charset=x"])
)
def test_any_bytes(html, content_type):
    check(extract(html, content_type=content_type))


@bounded
@given(st.sampled_from(PAGES), st.data())
def test_damaged_pages(page, data):
    at = data.draw(st.integers(0, len(page)))
    cut = data.draw(st.integers(0, 400))
    damaged = page[:at] + data.draw(st.binary(max_size=40)) + page[at + cut :]
    check(extract(damaged))


@bounded
@given(json_values)
def test_any_json_ld(value):
    block = json.dumps(value)
    check(extract(f'<script type="application/ld+json">{block}</script><h1>A title</h1><p>Text.'))


@bounded
@given(
    st.lists(
        st.tuples(
            st.sampled_from(
                [
                    "author",
                    "article:published_time",
                    "og:title",
                    "og:image",
                    "robots",
                    "article:tag",
                    "og:locale",
                    "og:url",
                    "description",
                ]
            ),
            phrases,
        ),
        max_size=8,
    ),
    phrases,
    phrases,
)
def test_any_statements(metas, byline, date):
    head = "".join(f'<meta property="{name}" content="{value}">' for name, value in metas)
    html = f'{head}<h1>{byline}</h1><p class="byline">{byline}</p><time>{date}</time><p>{date}'
    check(extract(html))


@bounded
@given(st.text(max_size=2000))
def test_any_text(html):
    check(extract(html, url=None, captured_at=None))


@pytest.mark.parametrize(
    "html",
    [
        b"",
        b"\xff\xfe",
        b"\x00" * 1000,
        "<p>".encode("utf-16"),
        b"<div>" * 50_000,
        b"<p>x" * amount(30_000, thorough=100_000),
        b"<table><tr><td>" * 3000,
        b"<!--" + b"x" * 100_000,
        b"<script>" + b"[" * 100_000,
        b'<script type="application/ld+json">' + b'{"a":[' * 50_000,
        b'<script type="application/ld+json">' + b"/*" * 50_000,
        b"<a href='" + b"x" * 100_000 + b"'>" + b"By " * 50_000,
        b"<h1>" + b"A and " * 50_000 + b"</h1>",
        b"<p class=byline>" + b"By A. B, " * 30_000,
        b"<meta name=author content='" + b"(" * 100_000 + b"'>",
        b"<title>" + b" | " * 50_000,
        "<p>\ud800\udfff lone</p>",
        "<html lang='" + "x" * 5000 + "'><p>" + "word " * 100,
    ],
    ids=lambda html: repr(html[:24]),
)
def test_traps(html):
    check(extract(html))


def test_megabytes():
    sentence = "The ferry crossed the river again, and nobody wrote down how often. "
    paragraph = f"<p>{sentence * 80}</p>\n"
    size = amount(1_500_000, thorough=5_000_000)
    html = "<h1>The ferry crossed again</h1>" + paragraph * (size // len(paragraph))
    article = extract(html)
    check(article)
    assert article.title == "The ferry crossed again"
    assert article.body.startswith("The ferry crossed the river again")
