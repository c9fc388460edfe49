"""Front pages in the styles that papers write them."""

from __future__ import annotations

import pytest

from newscrawl.discovery import discover

HOME = "https://paper.example/"


def kinds(text, url=HOME):
    """The page's links as {kind: [URLs without the paper's address]}."""
    page = discover(text.encode(), url=url)
    assert page.kind == "html"
    out = {}
    for link in page.links:
        out.setdefault(link.kind, []).append(link.url.removeprefix(HOME))
    return out


MODERN = """<!doctype html><html lang="en"><head><title>The Paper</title>
<link rel="alternate" type="application/rss+xml" title="All news" href="/feed">
<link rel="alternate" type="application/atom+xml" href="https://feeds.paper.example/atom">
<link rel="alternate" type="application/feed+json; charset=utf-8" href="feed.json">
<link rel="alternate" hreflang="de" href="/de/"><link rel="stylesheet" href="/style.css"></head>
<body>
<header><a href="/"><img src="logo.svg" alt="The Paper"></a><a href="/login">Sign in</a>
<a href="/subscribe">Subscribe</a></header>
<nav><ul><li><a href="/politics">Politics</a><li><a href="/sport/">Sport</a>
<li><a href="/about-us">About</a><li><a href="https://other.example/politics">Other</a></ul></nav>
<main>
<article><h2><a href="/politics/2026/03/05/parliament-passes-budget?utm_source=home">Parliament
passes budget
</a></h2><a href="/author/jane-doe">Jane Doe</a> <a href="/tag/budget">Budget</a></article>
<a href="/sport/derby-ends-in-a-draw-48812345"><img src="x.jpg"></a>
<a href="/sport/derby-ends-in-a-draw-48812345"><h3>Derby ends in a draw</h3></a>
<a href="/sport/derby-ends-in-a-draw-48812345#comments">12 comments</a>
<article><a href="/short"><h3>A story behind a very short address</h3></a></article>
<a href="/media/chart.pdf">The whole chart as a document</a>
<a href="/gallery/flood.jpg">The flood in pictures</a>
<a href="mailto:desk@paper.example">Write to the desk of the paper</a>
<a href="javascript:void(0)">Show more stories from today</a>
<a href="#top">Back to the top of this page</a>
<a href="https://paper.example/">Our front page with all the stories</a>
<a href="https://other.example/2026/03/05/story-of-another-paper">A story of another paper here</a>
<a href="/search?q=budget">More stories about the budget vote</a>
</main>
<aside><a href="/world/2026/03/04/ship-leaves-the-harbour-at-last">Ship leaves harbour</a></aside>
<footer><a href="/privacy-policy">Privacy</a><a href="/contact">Contact</a>
<a href="/imprint.html">Imprint</a>
<a href="/our-house-rules">House rules</a></footer></body></html>"""


def test_a_modern_front_page():
    assert kinds(MODERN) == {
        "feed": ["feed", "https://feeds.paper.example/atom", "feed.json"],
        "section": ["politics", "sport/"],
        "article": [
            "politics/2026/03/05/parliament-passes-budget",
            "sport/derby-ends-in-a-draw-48812345",
            "short",
            "world/2026/03/04/ship-leaves-the-harbour-at-last",
        ],
    }


def test_titles_are_the_headlines():
    page = discover(MODERN.encode(), url=HOME)
    assert page.title == "The Paper"
    titles = {link.url.removeprefix(HOME): link.title for link in page.links}
    assert titles["feed"] == "All news"
    assert titles["politics/2026/03/05/parliament-passes-budget"] == "Parliament passes budget"
    assert titles["sport/derby-ends-in-a-draw-48812345"] == "Derby ends in a draw"
    assert {link.language for link in page.links if link.kind == "article"} == {"en"}


TABLES = """<HTML><HEAD><TITLE>Noticias</TITLE>
<BASE HREF="http://www.diario.example/portada/"></HEAD>
<BODY><TABLE><TR><TD><A HREF="seccion.php?cat_id=12">Deportes</A><TD>
<FONT SIZE=4><A HREF="noticia.php?id=48812">El alcalde inaugura el nuevo puente</A></FONT><BR>
<A HREF="noticia.php?id=48813&amp;PHPSESSID=1"><B>Lluvias en el norte del pa&iacute;s</B></A><BR>
<A HREF="../nota.asp?IdNota=48814">Ver</A>
<A HREF="listado.php?page=2">M&aacute;s noticias de la semana pasada</A></TABLE>"""


def test_a_page_of_tables_with_queries():
    page = discover(TABLES.encode("latin-1"), url="http://www.diario.example/")
    articles = [link for link in page.links if link.kind == "article"]
    assert [link.url for link in articles] == [
        "http://www.diario.example/portada/noticia.php?id=48812",
        "http://www.diario.example/portada/noticia.php?id=48813&PHPSESSID=1",
        "http://www.diario.example/nota.asp?IdNota=48814",
    ]
    assert articles[1].title == "Lluvias en el norte del país"


JAPANESE = """<html lang="ja"><body><div class="gnav"><a href="/seiji/">政治</a>
<a href="/keizai/">経済</a></div>
<div id="top"><p><a href="/articles/ASV35">首相が新しい予算案について記者会見で説明した</a></p>
<p><a href="/kiji/20260305.html">新幹線が大雪で運転を見合わせ、乗客に影響広がる</a></p>
<p><a href="/news/首相が新しい法案を発表">首相会見</a></p>
<p><a href="/kaisha/">会社案内</a></p></div></body></html>"""


def test_a_script_without_spaces():
    found = kinds(JAPANESE)
    assert [url.split("/")[0] for url in found["article"]] == ["articles", "kiji", "news"]
    assert found["section"][:2] == ["seiji/", "keizai/"]


ARABIC = """<html dir="rtl" lang="ar"><body><div role="navigation"><a href="/سياسة">سياسة</a></div>
<section><h3><a href="/story/2026/3/5/افتتاح-الجسر-الجديد/4943459">افتتاح الجسر الجديد فوق
النهر</a></h3>
<div><a href="/رياضة/فوز-المنتخب-في-المباراة-الأخيرة">فوز
المنتخب</a></div></section></body></html>"""


def test_a_page_from_right_to_left():
    page = discover(ARABIC.encode(), url=HOME)
    assert [link.kind for link in page.links] == ["section", "article", "article"]
    assert page.links[1].title == "افتتاح الجسر الجديد فوق النهر"
    assert page.links[1].url.isascii()


SOUP = """<div class="main-nav"><a href="/lokales">Lokales</a>
<a href="/mehr-zu-essen-und-trinken">Essen und Trinken</a></div>
<div class="teaser" onclick="go()"><div class="t"><span>Verkehr</span>
<a href="/lokales/article410396860/bruecke.html">
<span class="kicker">Verkehr</span>
<span class="head">Brücke über den Rhein bleibt gesperrt</span></a></div></div>
<div class="teaser"><a href="/a/dRwWqB">Rathaus wird im Sommer umgebaut</a></div>
<div class="teaser"><a href="/zuege-fuer-muenster">Größere Züge für Münster ab Dezember</a></div>
<div class="pager"><a href="/lokales/page/2">Weitere Meldungen aus dem Lokalen</a>
<a href="/lokales?page=3">3</a></div>
<div class="footer"><a href="/agb">AGB</a><a href="/mediadaten">Mediadaten</a>
<a href="/team">Das Team</a></div>"""


def test_a_soup_of_divs():
    assert kinds(SOUP) == {
        "section": ["lokales"],
        "article": ["lokales/article410396860/bruecke.html", "a/dRwWqB", "zuege-fuer-muenster"],
    }


BLOG = """<html><body><div id="menu">
<a href="https://blog.paper.example/category/notes/">Notes</a></div>
<article class="post"><header><h1 class="entry-title">
<a href="https://blog.paper.example/hello-world/">Hello world</a></h1>
<time><a href="https://blog.paper.example/2026/03/05/">5 March 2026</a></time></header>
<p>... <a class="more-link" href="https://blog.paper.example/hello-world/">Continue
reading</a></p></article>
<article class="post"><h1>
<a href="https://blog.paper.example/?p=1234">A post without a pretty address</a></h1>
</article><a href="https://blog.paper.example/2026/03/">March 2026</a></body></html>"""


def test_a_blog():
    assert kinds(BLOG, "https://blog.paper.example/") == {
        "article": ["https://blog.paper.example/hello-world/", "https://blog.paper.example/?p=1234"]
    }


def test_hosts_that_are_addresses_count_with_their_port():
    page = """<a href="/2026/03/05/one-story-here">x</a><a href="http://127.0.0.1:81/2026/03/05/two-story">x</a>
    <a href="http://127.0.0.2:80/2026/03/05/three-story">x</a>"""
    found = discover(page.encode(), url="http://127.0.0.1/")
    assert [link.url for link in found.links] == ["http://127.0.0.1/2026/03/05/one-story-here"]


def test_subdomains_belong_to_the_site():
    page = (
        '<h2><a href="https://sport.example.org/derby-ends-in-draw">Derby ends in a draw</a></h2>'
    )
    found = kinds(page, "https://www.example.org/")
    assert found == {"article": ["https://sport.example.org/derby-ends-in-draw"]}


def test_a_page_never_announces_itself():
    page = '<h2><a href="https://www.example.org/2026/03/05/one?utm_source=x#top">One</a></h2>'
    assert kinds(page, "https://example.org/2026/03/05/one/?utm_medium=rss") == {}


def test_where_a_link_stands_decides_on_a_short_address():
    link = '<h2><a href="/sport/derby-draw">Derby draw</a></h2>'
    assert "article" not in kinds(link)
    assert kinds(f"<main>{link}</main>") == {"article": ["sport/derby-draw"]}
    assert "article" not in kinds(f"<aside>{link}</aside>")


def test_a_section_stays_one_in_a_heading():
    page = '<h2><a href="/world/europe">Everything about Europe today</a></h2>'
    assert "article" not in kinds(page)


def test_scripts_are_no_text():
    page = '<a href="/2026/03/05/one">Flood<script>"no title"</script><style>b{}</style> falls</a>'
    assert discover(page.encode(), url=HOME).links[0].title == "Flood falls"


@pytest.mark.parametrize("declared", ["text/xml", "application/rss+xml", None])
def test_a_page_is_html_whatever_it_is_called(declared):
    assert discover(MODERN.encode(), url=f"{HOME}feed.xml", content_type=declared).kind == "html"
