"""JSON-LD in the dialects and with the faults that pages have."""

from __future__ import annotations

import json

import pytest

from newscrawl.extraction import jsonld


@pytest.mark.parametrize(
    "block",
    [
        '{"@type": "NewsArticle", "headline": "A ferry"}',
        '[{"@type": "NewsArticle", "headline": "A ferry"}]',
        '{"@graph": [{"@type": ["Thing", "https://schema.org/NewsArticle"], "headline": "A ferry"}]}',
        '{"@type": "WebPage", "mainEntity": {"@type": "NewsArticle", "headline": "A ferry"}}',
        '{"@type": "NewsArticle", "headline": "A ferry",}',
        '{"@type": "NewsArticle", /* why */ "headline": "A ferry" // so\n}',
        '<!-- {"@type": "NewsArticle", "headline": "A ferry"} -->',
        '//<![CDATA[\n{"@type": "NewsArticle", "headline": "A ferry"}\n//]]>',
        '{"@type": "NewsArticle", "headline": "A ferry"};',
        '{"@type": "BreadcrumbList"} {"@type": "NewsArticle", "headline": "A ferry"}',
        '{"@type": "NewsArticle",, "headline": "A ferry"}',
        '{"@type": "NewsArticle", "headline": "A ferry", "articleBody": "cut off he',
        '{"@type": "NewsArticle", "headline": "A ferry", "x": "a \\d b"}',
        '{"@type": "NewsArticle", "headline": "A ferry", "x": "a\tb\nc"}',
    ],
)
def test_the_article_is_found(block):
    node = jsonld.article(jsonld.nodes([block]), names_page=lambda a: False, headings=["A ferry"])
    assert node is not None
    assert node["headline"] == "A ferry"


@pytest.mark.parametrize(
    "block", ["", "null", "3", '"text"', "[", "{", "{}", "[[[[", "not json", "{'a': 1}"]
)
def test_what_says_nothing(block):
    assert jsonld.article(jsonld.nodes([block]), names_page=lambda a: False, headings=[]) is None


def test_the_article_that_names_the_page_wins():
    nodes = jsonld.nodes(
        json.dumps({"@type": "NewsArticle", "headline": h, "url": u})
        for h, u in (("Other", "https://x.example/1"), ("Mine", "https://x.example/2"))
    )
    found = jsonld.article(nodes, names_page=lambda a: a.endswith("/2"), headings=[])
    assert found["headline"] == "Mine"


def test_a_list_of_other_stories_is_no_article():
    items = [{"@type": "NewsArticle", "headline": f"Story {i}"} for i in range(6)]
    assert (
        jsonld.article(jsonld.nodes([json.dumps(items)]), names_page=lambda a: False, headings=[])
        is None
    )
    listed = [{"@type": "ItemList", "itemListElement": items}]
    assert jsonld.nodes([json.dumps(listed)]) == listed
