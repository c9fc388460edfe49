"""What the URL alone tells: invented addresses in the styles of the press."""

from __future__ import annotations

import pytest

from newscrawl.discovery.scoring import THRESHOLD, is_refused, text_score, url_score


def _lines(text):
    return text.split()


ARTICLES = _lines("""
https://paper.example/2026/03/05/harbour-opens
https://paper.example/politics/2026-03-05-harbour-opens/
https://paper.example/news/20260305/harbour
https://paper.example/2026/mar/05/harbour-opens
https://paper.example/2026/03/harbour-opens-again
https://paper.example/article/harbour-opens-1234
https://paper.example/harbour-opens-after-two-years
https://paper.example/world/europe/harbour_opens_after_two_years.html
https://paper.example/news/harbour-opens-after-years/
https://paper.example/wirtschaft/hafen-oeffnet-wieder-12345678.html
https://paper.example/politik/article410396860/hafen.html
https://paper.example/stories/3376705/
https://paper.example/moskva/8836033
https://paper.example/a/dRwWqB/harbour-opens-again
https://paper.example/artikel/310144/hafen-oeffnet
https://paper.example/nachrichten/hafen-oeffnet-nach-zwei-jahren,UMXw2qF
https://paper.example/mundo/noticia/puerto/I7QCHL6HAZCBBIROIOUNHFGB5I/
https://paper.example/news/0d1b3c4e-5f60-4711-8899-aabbccddeeff
https://paper.example/apnews/harbour-opens-3cc842471fb9df42315d658d88c8403a
https://paper.example/noticia.php?id=48812
https://paper.example/?p=1234
https://paper.example/news/articleView.html?idxno=48812
https://paper.example/read.asp?guid=%7B49E8785A-F1C7-11EA-B8AA-ECF03EAB1839%7D
https://paper.example/story/2026/3/5/%D8%A7%D9%81%D8%AA%D8%AA%D8%A7%D8%AD/4943459
https://paper.example/news/%E9%A6%96%E7%9B%B8%E3%81%8C%E6%96%B0%E3%81%97%E3%81%84%E6%B3%95%E6%A1%88%E3%82%92
https://paper.example/autoren/jane-doe/warum-der-hafen-jetzt-wieder-offen-ist/amp
https://paper.example/harbour-opens-after-two-years/amp/
https://paper.example/sport/5-05-2026-harbour-team-wins-cup.php
""")

OTHERS = _lines("""
https://paper.example/
https://paper.example/politics
https://paper.example/sport/football/
https://paper.example/lifestyle/food-and-drink
https://paper.example/2026/03/05/
https://paper.example/2026/03
https://paper.example/archive/2026-03-05
https://paper.example/news/page/2/
https://paper.example/news?page=12
https://paper.example/list.php?cat_id=1234&page=2
https://paper.example/tag/harbour-opens-after-two-years
https://paper.example/category/world/new-york-city
https://paper.example/author/jane-doe-of-the-harbour-desk
https://paper.example/autor/12345678
https://paper.example/search?q=harbour+opens+after+two+years
https://paper.example/login?return=/2026/03/05/harbour-opens
https://paper.example/account/subscriptions
https://paper.example/about-us
https://paper.example/ueber-uns/
https://paper.example/datenschutz.html
https://paper.example/privacy-policy
https://paper.example/2026/03/05/harbour.jpg
https://paper.example/files/2026/03/05/harbour-opens-after-years.pdf
https://paper.example/feed.xml
https://paper.example/wp-content/uploads/2026/03/05/harbour-opens-after-years
https://paper.example/cdn-cgi/l/email-protection
https://paper.example/2026/03/05/harbour-opens?replytocom=12345
https://paper.example/2026/03/05/harbour-opens/comment-page-2
https://paper.example/en
https://paper.example/weather/berlin
""")


@pytest.mark.parametrize("url", ARTICLES)
def test_addresses_of_articles(url):
    assert url_score(url) >= THRESHOLD


@pytest.mark.parametrize("url", OTHERS)
def test_addresses_of_other_pages(url):
    assert url_score(url) < THRESHOLD


def test_a_list_stays_a_list_whatever_its_link_says():
    assert is_refused("https://paper.example/tag/harbour")
    assert not is_refused("https://paper.example/politics")


@pytest.mark.parametrize(
    ("longer", "shorter"),
    [
        ("Parliament passes the budget after a long night", "Parliament passes budget today"),
        ("Parliament passes budget today", "Sport"),
        ("首相が新しい予算案について説明した", "政治"),
        ("", "More"),
    ],
)
def test_a_sentence_is_worth_more_than_a_label(longer, shorter):
    assert text_score(longer) > text_score(shorter)
