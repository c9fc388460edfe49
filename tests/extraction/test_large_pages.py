"""Pages that are large, deep or broken where the text is not: the text is read all the same."""

from __future__ import annotations

import time

import pytest

from newscrawl.extraction import extract_article
from newscrawl.processing.limits import LIMITS
from newscrawl.processing.markup_limits import markup_excess

TEXT = [
    "The town council of Saltmarsh voted on Monday evening to keep the old ferry for two summers.",
    "Seven members spoke for the ferry and four against it, and the treasurer warned of the roof.",
    "The first crossing of the season is planned for the last Saturday in April, if it starts.",
    "A bridge was promised in 1974 and again in 1988; the plans hang in the harbour office.",
]
STORY = "<h1>A ferry is kept</h1>" + "".join(f"<p>{t}</p>" for t in TEXT)


@pytest.mark.parametrize(
    "body",
    [
        "<script>" + "var state = 1;" * 1_100_000 + f"</script><article>{STORY}</article>",
        "<script type='application/json'>"
        + "[1]," * 900_000
        + f"</script><article>{STORY}</article>",
        "<style>" + "a{color:red}" * 200_000 + f"</style><article>{STORY}</article>",
        f"<!-- an advertisement <article>{STORY}</article>",
        f"<script>var open = 1;\n<div class=page><article>{STORY}</article></div>",
        f"<style>a {{}}\n<article>{STORY}</article>",
        f"<script>var a = 1;</script><!-- one --><SCRIPT>var b\n<div><article>{STORY}</article></div>",
        "<div>" * 300 + STORY + "</div>" * 300,
        "<font><b>" * 150 + STORY,
        "<ul>" + "<li><a href=/other>other</a></li>" * 3000 + f"</ul><article>{STORY}</article>",
        f"<!--{'abc ' * 3_300_000}--><article>{STORY}</article>",
        f"<img src='data:image/png;base64,{'iVBORw0KGgo' * 1_200_000}'><article>{STORY}</article>",
        f"{' ' * 13_000_000}<article>{STORY}</article>",
        f"<script type='application/ld+json'>[{'{}, ' * 3_300_000}{{}}]</script><article>{STORY}</article>",
        f"<!-- an advertisement <article>{STORY}</article><!-- the end --><p>Imprint</p>",
        f"<script>var a = 1;\n<article>{STORY}</article><script>var b = 1;</script>",
        f"<script>var a = 1;<article>{STORY}</article><script>var b = 1;</script>",
        f"<script src=/a.js><div><article>{STORY}</article></div><script src=/b.js></script>",
        f"<style>a {{}}<article>{STORY}</article><style>b {{}}</style>",
        f'<a href="/other>other</a><article>{STORY}</article><a href="/more">more</a>',
        f"</title></head><title>A ferry <head><meta name=a><article>{STORY}</article></title>",
    ],
    ids=[
        "script",
        "json",
        "style",
        "comment",
        "open",
        "open-style",
        "capitals",
        "deep",
        "fonts",
        "links",
        "long-comment",
        "long-value",
        "long-space",
        "long-data",
        "comment-closed-later",
        "script-closed-later",
        "script-on-one-line",
        "script-with-source",
        "style-closed-later",
        "value",
        "title",
    ],
)
def test_the_text_is_read(body):
    page = f"<html lang=en><head><title>A ferry is kept</title></head><body>{body}</body></html>"
    assert markup_excess(page.encode(), LIMITS) is None
    read = extract_article(page, url="https://riverpost.org/news/a-ferry-1").body
    assert [t for t in TEXT if t not in (read or "")] == []


@pytest.mark.parametrize("page", ["<!--" * 100_000, "<script>" * 100_000, "<style><!--" * 50_000])
def test_what_is_never_closed_takes_no_long_time(page):
    begun = time.process_time()
    extract_article("<html><body>" + page + STORY)
    assert time.process_time() - begun < 5


def test_of_a_page_that_is_nested_too_deeply_the_upper_part_is_read():
    page = f"<html lang=en><title>A ferry is kept</title><body>{STORY}{'<div>' * 2500}deep</body></html>"
    found = extract_article(page, url="https://riverpost.org/news/a-ferry-1")
    assert found.title == "A ferry is kept"
    assert found.body.split("\n") == TEXT
