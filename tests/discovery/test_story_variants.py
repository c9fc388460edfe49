"""Which addresses name one story."""

from __future__ import annotations

import pytest

from newscrawl.discovery import same_story, told_apart_by_query

P = "https://paper.example"
SAME = [
    (f"{P}/news/harbour-opens-again", f"{P}/news/harbour-opens-again/amp/"),
    ("https://www.example.org/news/harbour", "https://amp.example.org/news/harbour"),
    (f"{P}/news/harbour-opens-again.html", f"{P}/news/harbour-opens-again.amp.html"),
    (f"{P}/news/harbour.html", f"{P}/amp/news/harbour.html"),
    (f"{P}/news/harbour.html", f"{P}/news/harbour.html?outputType=amp"),
    ("https://example.org/news/harbour.html", "https://m.example.org/news/harbour?ref=home"),
    (f"{P}/news/harbour", f"{P}/print/news/harbour"),
    (f"{P}/noticia.php?id=48812", f"{P}/noticia.php?id=48812&print=1"),
    (f"{P}/noticia.php?id=48812", f"{P}/puerto-abre-48812.html"),
    (f"{P}/politics/harbour-opens-again", f"{P}/economy/harbour-opens-again"),
    (f"{P}/news/harbour-opens-48812345", f"{P}/news/harbour-reopens-at-last-48812345"),
    (f"{P}/48812345", f"{P}/news/harbour-opens-48812345.html"),
    (f"{P}/2026/03/05/harbour-opens-again/", f"{P}/harbour-opens-again"),
    (f"{P}/story/", f"{P}/story"),
    ("http://127.0.0.1:8000/news/harbour/amp", "http://127.0.0.1:8000/news/harbour"),
    ("https://mirror.example.org/5", "https://www.example.org/5"),
    ("https://mirror.example.org/print/news/harbour", "https://www.example.org/news/harbour"),
    (f"{P}/read?n=48", f"{P}/read?n=48&output=print"),
    (f"{P}/read?story=harbour&amp;print=1", f"{P}/read?story=harbour"),
    (f"{P}/news/harbour-opens-again?page=all", f"{P}/news/harbour-opens-again"),
]
DIFFERENT = [
    ("https://one.blogspot.com/2026/harbour", "https://two.blogspot.com/2026/harbour"),
    # Told apart by their query alone, however it is written.
    (f"{P}/read?n=48", f"{P}/read"),
    (f"{P}/read?n=48", f"{P}/read?n=49"),
    (f"{P}/read?48", f"{P}/read?49"),
    (f"{P}/read?story=harbour", f"{P}/read?story=bridge"),
    (f"{P}/read?source=48", f"{P}/read?source=49"),
    (f"{P}/read?source=48", f"{P}/read"),
    (f"{P}/read?type=harbour", f"{P}/read?type=bridge"),
    (f"{P}/read?id=5", f"{P}/read?id=6"),
    (f"{P}/read?id=48;view=full", f"{P}/read?id=49;view=full"),
    (f"{P}/read?a=1&amp;id=48", f"{P}/read?a=1&amp;id=49"),
    (f"{P}/news/harbour-opens-again?id=48", f"{P}/news/harbour-opens-again?id=49"),
    (f"{P}/news/harbour-opens-again", "https://other.example/news/harbour-opens-again"),
    (f"{P}/2026/03/05/your-daily-horoscope-today", f"{P}/2026/03/06/your-daily-horoscope-today"),
    (f"{P}/your-daily-horoscope-11111", f"{P}/your-daily-horoscope-22222"),
    (f"{P}/noticia.php?id=48812", f"{P}/noticia.php?id=48813"),
    (f"{P}/news/harbour-opens-again", f"{P}/"),
    (f"{P}/news/harbour-opens-again", f"{P}/news/"),
    (f"{P}/politics/harbour", f"{P}/economy/harbour"),
    (f"{P}/politics/parliamentarians", f"{P}/economy/parliamentarians"),
    (f"{P}/harbour", f"{P}/bridge"),
    (f"{P}/", f"{P}/amp/"),
    ("http://127.0.0.1:8000/news/harbour", "http://127.0.0.2:8000/news/harbour"),
]


@pytest.mark.parametrize(("a", "b"), SAME)
def test_one_story(a, b):
    assert same_story(a, b)
    assert same_story(b, a)


@pytest.mark.parametrize(("a", "b"), DIFFERENT)
def test_two_stories(a, b):
    assert not same_story(a, b)
    assert not same_story(b, a)


@pytest.mark.parametrize(
    ("query", "is_doubtful"),
    [
        ("view=1", True), ("id=48", True), ("48", True), ("ref=48", True), ("story=bridge", True),
        ("view=print", False), ("print=1", False), ("page=2", False), ("page=all", False), ("amp", False),
        ("ref=home", False), ("output=amp&amp;print", False),
    ],
)  # fmt: skip
def test_a_query_that_may_choose_another_story(query: str, is_doubtful: bool) -> None:
    url = f"{P}/news/harbour-opens-again"
    assert told_apart_by_query(f"{url}?{query}", url) is is_doubtful
    assert not told_apart_by_query(f"{url}?{query}", f"{P}/bridge")
