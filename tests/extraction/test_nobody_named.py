"""Who is not named as an author: what a claim needs as evidence."""

from __future__ import annotations

import pytest

from newscrawl.extraction import extract_article

TEXT = "".join(
    f"<p>{t}</p>"
    for t in (
        "The town council of Saltmarsh voted on Monday evening to keep the old ferry for two summers.",
        "Seven members spoke for the ferry and four against it, and the treasurer warned of the roof.",
        "The first crossing of the season is planned for the last Saturday in April, if it starts.",
    )
)
DATE = '<meta property="article:published_time" content="2026-03-10T10:00:00Z">'


def authors(head="", beside="", end="", language="en", title="A ferry is kept"):
    page = f"<head><title>{title}</title>{DATE}{head}</head><body><h1>{title}</h1>{TEXT}{end}{beside}</body>"
    return extract_article(f"<html lang={language}>{page}</html>").authors


@pytest.mark.parametrize(
    ("end", "language"),
    [
        ("<p>انتهای پیام</p>", "fa"),
        ("<p>نهاية الخبر</p>", "ar"),
        ("<p>סוף הידיעה</p>", "he"),
        ("<p>จบข่าว</p>", "th"),
    ],
)
def test_words_without_capitals_sign_nothing(end, language):
    assert authors(end=end, language=language) == ()


def test_the_last_of_a_list_of_names_signs_nothing():
    cast = "".join(f"<p>{n}</p>" for n in ("Wilma Hartog", "Idris Okafor", "Li Wei"))
    assert authors(end=cast) == ()


def test_a_name_under_a_note_signs_the_text():
    assert authors(end="<p>Blessing, 816 pages</p><p>Wilma Hartog</p>") == ("Wilma Hartog",)


@pytest.mark.parametrize("label", ["Weitere Informationen", "More Information"])
def test_a_label_over_links_signs_nothing(label):
    assert authors(end=f"<p>{label}</p>") == ()


@pytest.mark.parametrize("name", ["Wilma Hartog", "Ντίνα Μέγιερ", "Вера Орлова"])
def test_a_name_under_the_text_signs_it(name):
    assert authors(end=f"<p>{name}</p>") == (name,)


@pytest.mark.parametrize(
    "head",
    [
        '<meta name=generator content="Hartog CMS 2.1"><meta name=author content="Wilma Hartog">',
        '<meta name=author content="Wilma Hartog, design, w@paper.example, Li Wei, l@paper.example">',
    ],
)
def test_who_made_the_site_did_not_write_the_story(head):
    assert authors(head=head) == ()


def test_a_writer_with_an_address_is_named():
    assert authors(head='<meta name=author content="Wilma Hartog">') == ("Wilma Hartog",)


@pytest.mark.parametrize(
    ("day", "named"),
    [
        ("November 15, 2015", ()),
        ("March 10, 2026", ("Wilma Hartog",)),
        ("11 March 2026", ("Wilma Hartog",)),
    ],
)
def test_a_byline_of_another_day_is_another_storys(day, named):
    box = (
        f"<div class=byline><a rel=author href=/author/wh>Wilma Hartog</a> <span>{day}</span></div>"
    )
    assert authors(beside=f"<div><div><div>{box}</div></div></div>") == named


def test_a_chinese_page_that_does_not_say_so_names_papers_as_such():
    title = "旧渡轮再保留两个夏天"
    head = f'<title>{title}</title><meta name=author content="网易">'
    assert extract_article(f"{head}<h1>{title}</h1>{TEXT}").authors == ()


def test_a_reporter_named_in_the_text_goes_before_a_box_of_writers():
    title = "旧渡轮再保留两个夏天"
    box = "<div class=author>吴晓求</div>"
    text = f"<p>新镇报快讯（记者 裴剑飞）盐沼镇议会星期一晚上投票决定把旧渡轮再保留两个夏天。</p>{TEXT}"
    page = f"<title>{title}</title><h1>{title}</h1>{text}<div><div>{box}</div></div>"
    assert extract_article(f"<html lang=zh>{page}</html>").authors == ("裴剑飞",)
