"""A rule is a witness that wins: what it says of each field, what it removes, what it ignores."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from amounts import amount
from hypothesis import given, settings
from hypothesis import strategies as st

from newscrawl.extraction import extract_article
from newscrawl.rules import Rule, parse_rules

if TYPE_CHECKING:
    from newscrawl.items import Article

PAGES = sorted((Path(__file__).parents[1] / "pages").glob("*/page.html"))
NOW = "2026-05-20T00:00:00Z"
SENTENCE = (
    "The ferry of Riverpost is kept for another ten years, the council said on Monday after a long debate"
    " about what it costs and whom it serves. "
)
HTML = f"""<!doctype html><html lang=en><head><title>Riverpost Daily</title>
<meta name=author content="CMS User"><meta name=stamp content="2026-05-03T14:30">
<script type="application/ld+json">{{"@type": "NewsArticle", "headline": "Ten years more for the old ferry",
"author": {{"@type": "Person", "name": "Web Master"}},
"datePublished": "2026-05-01T08:00:00Z"}}</script></head>
<body class=story><div class=head>A ferry <b>is kept</b></div>
<span class=by>By <a href=/staff/1>Anna Berg</a> and <a href=/staff/2>Carl Dorn</a>,
Riverpost News Agency</span><p class=when>3 May 2026, 14:30</p>
<div class=text><p>{SENTENCE}</p><h3>Costs</h3><p>{SENTENCE}<strong>So</strong> said
<a href=/x>the mayor</a>.<br>Then they left.</p><div class=promo>Buy a boat from our partners.</div>
It ended there.<ul><li>One ferry</li><li>Two captains</li></ul><blockquote>{SENTENCE}</blockquote></div>
<div class=other><p>{SENTENCE * 4}</p><p>{SENTENCE * 5}</p></div></body></html>"""


def rule(text: str) -> Rule:
    read = parse_rules(f'[[rule]]\nname = "river"\nhosts = "river.example"\n{text}', file="f")
    assert not read.mistakes
    return read.rules.rules[0]


def extracted(text: str | None, html: str | bytes = HTML, **more: Any) -> Article:
    told = {"url": "https://river.example/news/ferry-1", "captured_at": NOW, **more}
    return extract_article(html, rule=rule(text) if text else None, **told)


def test_title() -> None:
    found = extracted("title = ['.nothing', '.head']")
    assert found.title == "A ferry is kept"
    told = found.provenance["title"]
    assert (told.source, told.raw, told.note) == ("rule:river", "A ferry is kept", "css .head")
    assert told.against[0] == {
        "source": "json-ld:headline",
        "raw": "Ten years more for the old ferry",
    }


def test_authors_are_read_as_bylines_are() -> None:
    found = extracted("authors = '.by'")
    assert found.authors == ("Anna Berg", "Carl Dorn")
    assert found.credit == ("Riverpost News Agency",)
    told = found.provenance["authors"]
    assert (told.source, told.note) == ("rule:river", "css .by")
    assert {"source": "meta:author", "raw": "CMS User"} in told.against


def test_authors_of_several_elements_and_as_they_are_written() -> None:
    assert extracted("authors = '.by a'").authors == ("Anna Berg", "Carl Dorn")
    written = extracted("authors = '//p[@class=\"when\"]'\nauthors_as_written = true")
    assert written.authors == ("3 May 2026, 14:30",)
    assert extracted("authors = '.when'").authors == extracted(None).authors


def test_an_agency_that_the_rule_finds_leaves_nobody_the_author() -> None:
    page = HTML.replace("By <a href=/staff/1>Anna Berg</a> and <a href=/staff/2>Carl Dorn</a>,", "")
    found = extracted("authors = '.by'", page)
    assert (found.authors, found.credit) == ((), ("Riverpost News Agency",))


def test_published() -> None:
    found = extracted("published = '.when'\nzone = 'Europe/Vienna'")
    assert found.published_at == "2026-05-03T14:30:00+02:00"
    told = found.provenance["published_at"]
    assert told.note == "css .when; zone of the rule, Europe/Vienna"
    assert told.against == ({"source": "json-ld:datePublished", "raw": "2026-05-01T08:00:00Z"},)
    of_meta = extracted("published = 'meta[name=stamp]'\nzone = 'Asia/Tokyo'", zone="Europe/Paris")
    assert of_meta.published_at == "2026-05-03T14:30:00+09:00"
    assert extracted("published = 'meta[name=author]'") == replace(
        extracted(None), extractor=extracted("published = 'meta[name=author]'").extractor
    )


def test_a_date_after_the_capture_is_no_witness() -> None:
    found = extracted("published = '.when'", captured_at="2026-05-02T00:00:00Z")
    assert found.provenance["published_at"].source == "json-ld:datePublished"


def test_body_is_all_the_text_of_the_elements() -> None:
    found = extracted("body = '.text'\nremove = '.promo'")
    text = SENTENCE.strip()
    assert found.body == "\n".join(
        [text, "Costs", f"{SENTENCE}So said the mayor.", "Then they left.", "It ended there.",
         "One ferry", "Two captains", text]
    )  # fmt: skip
    assert found.body_markdown is not None
    assert "### Costs\n\n" in found.body_markdown
    assert "**So** said [the mayor](https://river.example/x)." in found.body_markdown
    assert "- One ferry\n- Two captains\n\n> The ferry" in found.body_markdown
    told = found.provenance["body"]
    assert (told.source, told.note) == ("rule:river", "css .text")


def test_elements_inside_of_each_other_are_read_once() -> None:
    twice = extracted("body = 'div.text, div.text p'\nremove = '.promo'")
    assert twice.body == extracted("body = '.text'\nremove = '.promo'").body


def test_what_is_removed_states_nothing_and_is_no_text() -> None:
    found = extracted("remove = ['.other', 'meta[name=author]', '//script']")
    assert found.body is not None
    assert len(found.body) < 6 * len(SENTENCE)
    assert found.authors == ("Anna Berg", "Carl Dorn")
    assert found.title != "Ten years more for the old ferry"


def test_a_selector_may_name_what_is_removed() -> None:
    assert extracted("title = '.head'\nremove = '.head'").title == "A ferry is kept"


def test_what_is_ignored() -> None:
    found = extracted("ignore = ['meta:AUTHOR', 'json-ld:author', 'json-ld:datePublished']")
    assert found.authors == ("Anna Berg", "Carl Dorn")
    assert found.published_at == "2026-05-03T14:30:00"
    assert found.provenance["title"].source == "json-ld:headline"
    assert extracted("ignore = 'json-ld'").title != "Ten years more for the old ferry"


def test_what_is_an_article_and_what_is_not() -> None:
    said = extracted("not_article = 'body.story'").problem
    assert said == "not-an-article: rule:river, css body.story"
    assert extracted("not_article = 'body.gallery'").problem is None
    short = "<html><title>Search</title><body class=story><p>Two words</p>"
    assert extracted(None, short).problem is not None
    assert extracted("article = 'body.story'", short).problem is None
    both = extracted("article = 'body.story'\nnot_article = '//p'", short)
    assert both.problem == "not-an-article: rule:river, xpath //p"


def test_language() -> None:
    found = extracted("language = 'de'")
    assert found.language == "de"
    told = found.provenance["language"]
    assert told.source == "rule:river"
    assert told.against == ({"source": "html:lang", "raw": "en"},)


def test_the_record_names_its_rule_and_the_version() -> None:
    one = rule("title = '.head'")
    assert extracted("title = '.head'").extractor.items() >= {
        ("rule", "river"),
        ("rule_digest", one.digest),
    }
    assert "rule" not in extracted(None).extractor
    assert extracted("title = '.head'", b"").extractor["rule"] == "river"


def test_a_rule_with_a_fault_says_nothing_but_that() -> None:
    faulty = replace(
        rule("title = '.head'\nlanguage = 'de'\nremove = '.text'"), fault="took too long"
    )
    found = extract_article(
        HTML, url="https://river.example/news/ferry-1", captured_at=NOW, rule=faulty
    )
    assert found.extractor["rule_fault"] == "took too long"
    assert replace(found, extractor={}) == replace(extracted(None), extractor={})


UNMATCHED = """
title = "x-none"
authors = "//x-none/@y"
published = "x-none::attr(datetime)"
body = ["x-none", "//x-none"]
remove = "x-none p"
ignore = ["meta:x-none", "json-ld:x-none", "microdata:x-none"]
not_article = "x-none"
article = "body > x-none"
"""


@pytest.mark.parametrize("page", PAGES, ids=lambda path: path.parent.name)
def test_a_rule_that_matches_nothing_changes_nothing_but_the_generation(page: Path) -> None:
    html = page.read_bytes()
    with_rule = extracted(UNMATCHED, html)
    assert with_rule.extractor.pop("rule") == "river"
    assert with_rule.extractor.pop("rule_digest")
    assert with_rule == extracted(None, html)


names = st.sampled_from(["x-a", "x-b[c]", "p x-d", "//x-e", "//p/x-f/@g", "x-h:nth-child(2)::text"])
keys = st.dictionaries(
    st.sampled_from(["title", "authors", "published", "not_article", "article"]),
    st.lists(names, min_size=1, max_size=3),
    min_size=1,
)


@settings(max_examples=amount(20, thorough=40))
@given(keys, st.sampled_from(PAGES), st.integers(0, 2000))
def test_so_does_any_rule_that_matches_nothing_on_any_page(
    keys: dict[str, list[str]], page: Path, cut: int
) -> None:
    html = page.read_bytes()[cut:]
    found = extracted("\n".join(f"{key} = {value!r}" for key, value in keys.items()), html)
    assert replace(found, extractor={}) == replace(extracted(None, html), extractor={})
