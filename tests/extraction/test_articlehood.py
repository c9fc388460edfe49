"""Words of an error in a headline do not make an article an error page."""

from __future__ import annotations

import json

import pytest

from newscrawl.extraction import extract_article

BRIEF = (
    "<p>The town council of Saltmarsh voted on Monday evening to keep the old ferry for two more summers, "
    "although its motor has to be started by hand every morning and its papers were never found.</p>"
)


def problem(title, *, stated=True, text=BRIEF, lang="en"):
    node = {"@type": "NewsArticle", "headline": title, "datePublished": "2026-03-09T19:30:00Z"}
    head = f'<script type="application/ld+json">{json.dumps(node)}</script>' if stated else ""
    html = f"<html lang={lang}><title>{title}</title>{head}<h1>{title}</h1>{text}</html>"
    return extract_article(html, url="https://riverpost.org/news/ferry-1").problem


@pytest.mark.parametrize(
    "title",
    [
        "Weapon not found in Carrow search, police say",
        "Missing ferry not found",
        "500 jobs to go at the shipyard",
        "404 ferries sold in a year",
        "Täter nicht gefunden: Polizei sucht weiter",
        "Access denied: how a town lost its beach",
        "Page not found: the story of a lost manuscript",
    ],
)
def test_an_article_with_such_a_headline(title):
    assert problem(title) is None


@pytest.mark.parametrize(
    "title", ["Weapon not found in Carrow search", "500 jobs to go at the shipyard"]
)
def test_words_inside_a_headline_are_no_error_without_markup_either(title):
    assert problem(title, stated=False, text=BRIEF * 3) is None


@pytest.mark.parametrize(
    "title",
    [
        "404",
        "404 - Page not found",
        "Error 404",
        "Not found | River Post",
        "Seite nicht gefunden",
        "Access denied",
        "Just a moment...",
        "页面不存在",
    ],
)
def test_an_error_page(title):
    text = "<p>Sorry, there is nothing here.</p>"
    assert problem(title, stated=False, text=text) == "not-an-article: an error page"
