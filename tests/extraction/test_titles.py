"""What an article is called, whatever stands before, behind and instead of it."""

from __future__ import annotations

import json

import pytest

from newscrawl.extraction import extract_article

FERRY = "The old ferry is kept for two summers"
LONG = (
    "The town council of Saltmarsh keeps the old ferry for two more summers after engineers say the "
    "motor can be repaired for a fraction of the price"
)
TEXT = "<p>The town council of Saltmarsh voted on Monday evening to keep it.</p>" * 3


def title(title="", head="", body="", headline=None, url="https://riverpost.org/news/ferry-1"):
    if headline is not None:
        node = {"@type": "NewsArticle", "headline": headline}
        head += f'<script type="application/ld+json">{json.dumps(node)}</script>'
    html = f"<html lang=en><title>{title}</title>{head}<body>{body}{TEXT}</body></html>"
    return extract_article(html, url=url).title


SITE = '<meta property="og:site_name" content="The River Gazette">'


@pytest.mark.parametrize(
    "between", [" | ", " - ", " « ", " » ", " ⋆ ", " · ", " :: ", " / ", " ~ ", "|", " — "]
)
def test_the_site_is_taken_off_behind_any_separator(between):
    assert title(f"{FERRY}{between}The River Gazette", SITE) == FERRY
    og = f'<meta property="og:title" content="{FERRY}{between}The River Gazette">'
    assert title("", SITE + og) == FERRY


@pytest.mark.parametrize(
    ("stated", "site", "wanted"),
    [
        ("旧渡船再开两个夏天-河网", "河网", "旧渡船再开两个夏天"),
        ("旧渡船再开两个夏天_河流报", "河流报", "旧渡船再开两个夏天"),
        ("古い渡し船、あと二夏｜川新聞", "川新聞", "古い渡し船、あと二夏"),
        ("나룻배 두 여름 더-강뉴스", "강뉴스", "나룻배 두 여름 더"),
        ("河网-旧渡船再开两个夏天", "河网", "旧渡船再开两个夏天"),
    ],
)
def test_no_blank_is_needed_in_scripts_without_blanks(stated, site, wanted):
    assert title(stated, f'<meta property="og:site_name" content="{site}">') == wanted


@pytest.mark.parametrize(
    "whole", ["ARM : des puces qui n'ont pas fini de grandir", "Uwaga - choroby infekcyjne"]
)
def test_a_short_beginning_that_is_no_site_is_kept(whole):
    assert title(whole, '<meta property="og:site_name" content="TP">') == whole


def test_a_section_is_taken_off():
    section = '<meta property="article:section" content="Rivers">'
    assert title(f"{FERRY} | Rivers | The River Gazette", SITE + section) == FERRY


@pytest.mark.parametrize("cut", [LONG[:105] + "…", LONG[:105] + "...", LONG[:110].rstrip()])
def test_a_headline_that_is_cut_off_is_continued(cut):
    assert title(f"{LONG} | Gazette", body=f"<h1>{LONG}</h1>", headline=cut) == LONG
    og = f'<meta property="og:title" content="{LONG}">'
    assert title("", og, headline=cut) == LONG


def test_a_section_behind_a_long_headline_does_not_continue_it():
    assert title(f"{LONG} | Somewhere else", headline=LONG) == LONG


def test_a_lead_is_no_headline():
    lead = f"{LONG}, and the treasurer warns that the money will be missing for the school's roof."
    assert title(f"{FERRY} | Gazette", body=f"<h1>{FERRY}</h1>", headline=lead) == FERRY


@pytest.mark.parametrize("place", ["div", "td", "b", "h2"])
def test_what_title_and_page_have_in_common_is_the_headline(place):
    shown = f"<table><tr><{place}>{FERRY}</{place}></tr></table><h1>See also</h1>"
    assert title(f"Rivers: {FERRY} - Somewhere", body=shown) == FERRY


def test_a_link_or_a_breadcrumb_is_no_headline():
    body = f"<div class=breadcrumb><span>{FERRY}</span></div><a href=/x><div>{FERRY}</div></a>"
    assert title(f"{FERRY} : kept", body=body) == f"{FERRY} : kept"


def test_an_h1_that_leads_home_is_the_paper():
    assert title(f"{FERRY} - Some paper", body='<h1><a href="/">SMPPR</a></h1>') == FERRY


def test_an_h2_where_there_is_nothing_else():
    assert title(body=f"<h1></h1><h2>{FERRY}</h2>") == FERRY
    assert title(body=f"<h2><a href=/x>{FERRY}</a></h2>") is None
