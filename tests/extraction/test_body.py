"""Which reader's text a record has, and what is left out of it."""

from __future__ import annotations

import json

import pytest

from newscrawl.extraction import extract_article

TEXT = [
    "The town council of Saltmarsh voted on Monday evening to keep the old ferry for two summers.",
    "Seven members spoke for the ferry and four against it, and the treasurer warned of the roof.",
    "“Nobody comes here for the roof,” said the ferryman, who keeps a tally in a cupboard door.",
    "The first crossing of the season is planned for the last Saturday in April, if it starts.",
    "Until then the boat stays in the shed, where two apprentices are scraping off the paint.",
    "A bridge was promised in 1974 and again in 1988; the plans hang in the harbour office.",
]
OTHER = [
    "Our readers tell us every week what moves them, and every week we print the best of it here.",
    "Send us what you have seen by the water, and we will find a place for it in this column.",
    "The column began in 1951 with a letter about a heron and has never missed a week since.",
]


def paragraphs(texts):
    return "".join(f"<p>{t}</p>" for t in texts)


def extract(body, **stated):
    node = {"@type": "NewsArticle", "headline": "A ferry is kept", **stated}
    head = f'<script type="application/ld+json">{json.dumps(node)}</script>'
    return extract_article(f"<html lang=en><head>{head}</head><body>{body}</body></html>")


def test_the_text_is_read():
    article = extract(f"<h1>A ferry is kept</h1><article>{paragraphs(TEXT)}</article>")
    assert article.body.split("\n") == TEXT
    assert article.body_markdown.split("\n\n") == TEXT
    assert article.provenance["body"].source == "trafilatura"


def test_text_that_the_page_does_not_show_is_taken_from_json_ld():
    stated = "\n\n".join(TEXT)
    shown = f"<h1>A ferry is kept</h1><article>{paragraphs(TEXT[:1])}</article>"
    article = extract(shown, articleBody=stated)
    assert article.body.split("\n") == TEXT
    assert article.provenance["body"].source == "json-ld:articleBody"
    assert "trafilatura read" in article.provenance["body"].note


STATES = {
    "list of parts": [{"type": "text", "content": t} for t in TEXT],
    "html": "".join(f"<p>{t}</p>" for t in TEXT),
    "nested runs": {
        "type": "doc",
        "content": [{"type": "paragraph", "content": [{"type": "text", "text": t}]} for t in TEXT],
    },
}


@pytest.mark.parametrize("state", STATES)
@pytest.mark.parametrize(
    "script", ["<script type=application/json>{}</script>", "<script>a.b={};c()</script>"]
)
def test_text_that_a_script_builds_is_taken_from_its_data(script, state):
    held = {"story": {"headline": "A ferry is kept", "body": STATES[state]}, "n": OTHER}
    article = extract("<div id=app></div>" + script.format(json.dumps(held)))
    assert article.body.split("\n") == TEXT
    assert article.provenance["body"].source == "script"


def test_the_data_of_another_story_is_not_taken():
    held = {"story": {"headline": "A bridge is closed", "body": STATES["html"]}}
    article = extract(f"<div id=app></div><script>a={json.dumps(held)};</script>")
    assert article.body is None


def test_what_json_ld_does_not_hold_is_cut_off_at_the_ends():
    shown = f"<article>{paragraphs([OTHER[0], *TEXT, OTHER[1]])}</article>"
    assert extract(shown, articleBody=" ".join(TEXT)).body.split("\n") == TEXT
    assert OTHER[1] in extract(shown).body


def test_a_beginning_in_json_ld_does_not_shorten_the_text():
    shown = f"<article>{paragraphs(TEXT)}</article>"
    assert extract(shown, articleBody=" ".join(TEXT[:3] * 2)).body.split("\n") == TEXT


def test_a_wrong_part_of_the_page_is_read_again():
    wrong = f'<div class="post-content">{paragraphs(OTHER[:2])}</div>'
    right = f'<div class="r7"><div class="k2">{paragraphs(TEXT * 3)}</div></div>'
    article = extract(f"<h1>A ferry is kept</h1>{wrong}{right}")
    assert article.body.count(TEXT[0]) >= 1
    assert TEXT[5] in article.body
    assert article.provenance["body"].note.startswith("read twice")


@pytest.mark.parametrize(
    "foreign",
    [
        "<p>A ferry is kept</p>",
        "<p><a href='/bridge'>The bridge that nobody wanted is closed again</a></p>",
        "<p>Read more: <a href='/bridge'>The bridge that nobody wanted</a></p>",
        "<p>Lesen Sie auch: <a href='/b'>Die Brücke, die niemand wollte</a></p>",
        "<p>À lire aussi : <a href='/b'>Le pont dont personne ne voulait</a></p>",
        "<div class='newsletter'><p>Sign up for the newsletter of the river.</p></div>",
        "<figure><img src=x><figcaption>The ferry on a Sunday in the rain</figcaption></figure>",
        "<aside><h4>Also on the river</h4><p>A heron has been seen.</p></aside>",
        "<p>Advertisement</p>",
        "<p>Article continues after advertisement</p>",
        "<p>Weiter nach der Anzeige</p>",
        "<p>Save</p>",
        "<div><p>Video Player is loading.</p><p>This is a modal window.</p></div>",
        "<h4>You might also like</h4><ul><li><a href='/b'>The bridge that nobody wanted</a></li></ul>",
        "<div><h3>The Morning Tide</h3><p>All of the river in your inbox every morning.</p></div>",
        "<span class='sr-only'>opens in a new window</span>",
        "<div class='related-stories'><p>Other stories of the river and its boats.</p></div>",
    ],
)
def test_what_is_not_the_article_is_left_out(foreign):
    for body in (foreign + paragraphs(TEXT), paragraphs(TEXT[:3]) + foreign + paragraphs(TEXT[3:])):
        article = extract(f"<h1>A ferry is kept</h1><article>{body}</article>")
        if "A ferry is kept" in foreign and body.startswith("<p>The"):
            continue  # a headline stands again at the beginning only
        assert article.body.split("\n") == TEXT


@pytest.mark.parametrize(
    ("last", "credit"),
    [
        ("dpa", ("dpa",)),
        ("(Reuters)", ("Reuters",)),
        ("Source: AFP", ("AFP",)),
        ("来源：新华社", ("新华社",)),
    ],
)
def test_an_agency_under_the_text_is_credited(last, credit):
    article = extract(f"<h1>A ferry is kept</h1><article>{paragraphs([*TEXT, last])}</article>")
    assert article.body.split("\n") == TEXT
    assert article.credit == credit


def test_text_that_is_folded_up_is_read():
    folded_up = f"<div style='display:none'>{paragraphs(TEXT[2:])}</div><button>Read more</button>"
    html = f"<h1>A ferry is kept</h1><article>{paragraphs(TEXT[:2])}{folded_up}</article>"
    assert extract(html).body.split("\n") == TEXT


def test_structure_is_kept():
    body = (
        paragraphs(TEXT[:2])
        + "<h2>A tally in a cupboard</h2>"
        + "<ul><li>Fourteen crossings a day</li><li>Nine thousand passengers</li></ul>"
        + "<blockquote><p>It starts when it wants to, and so do I.</p></blockquote>"
        + "<table><tr><th>Year</th><th>Crossings</th></tr><tr><td>2024</td><td>4,100</td></tr></table>"
        + paragraphs(TEXT[2:])
        + "<p>See the <a href='/t(1)'>timetable</a> for *May*, which has <b>more</b> crossings</p>"
    )
    article = extract_article(
        f"<html lang=en><body><h1>A ferry is kept</h1><article>{body}</article></body></html>",
        url="https://river.example/news/ferry-is-kept-1",
    )
    marked = article.body_markdown
    assert "\n\n## A tally in a cupboard\n\n- Fourteen crossings a day\n- Nine" in marked
    assert "\n\n> It starts when it wants to, and so do I.\n\n" in marked
    assert "| Year | Crossings |\n| --- | --- |\n| 2024 | 4,100 |" in marked
    assert (
        "[timetable](https://river.example/t%281%29) for \\*May\\*, which has **more** cross"
        in marked
    )
    assert "Year | Crossings\n2024 | 4,100\n" in article.body
    assert "*" not in article.body.replace("*May*", "")


def test_right_to_left_and_unspaced_scripts():
    arabic = "قرر مجلس البلدية مساء الاثنين الإبقاء على العبّارة القديمة صيفين آخرين في النهر."
    japanese = (
        "町の議会は月曜日の夜、古い渡し船を二年間運航することを決めた。船頭は川を渡ったという。"
    )
    for text in (arabic, japanese):
        html = f"<article><h1>{text[:9]}</h1>{paragraphs([text, text[::-1]])}</article>"
        assert extract_article(html).body.split("\n") == [text, text[::-1]]


LIVE = [
    {
        "headline": f"Update {i}",
        "datePublished": f"2026-05-20T1{i}:00:00Z",
        "articleBody": f"{i}. {SAID}",
    }
    for i, SAID in enumerate(
        ["The council of Saltmarsh met at the quay and heard the ferryman. " * 3] * 4
    )
]


def test_posts_of_a_live_blog_that_stand_in_json_ld_alone():
    node = {"@type": "LiveBlogPosting", "headline": "A ferry", "liveBlogUpdate": LIVE}
    head = f'<script type="application/ld+json">{json.dumps(node)}</script>'
    page = f"{head}<h1>A ferry</h1><div id=live></div>"
    found = extract_article(f"<html lang=en>{page}</html>")
    assert found.kind == "live"
    assert found.provenance["body"].source == "json-ld:liveBlogUpdate"
    assert found.body.split("\n")[::2] == [f"2026-05-20T1{i}:00:00Z · Update {i}" for i in range(4)]


STORY = paragraphs(TEXT)


def blocks(html):
    found = extract_article(f"<html lang=en><title>A ferry</title>{html}</html>").body
    return (found or "").split("\n")


def test_a_text_inside_an_aside_is_read():
    consent = "<div id=cc><p>We and our partners store information on your device.</p></div>"
    assert blocks(f"<h1>A ferry</h1><aside>{STORY}</aside>{consent}") == TEXT


def test_the_next_story_in_the_same_page_is_left_out():
    other = f"<article><h1>A column</h1>{paragraphs(OTHER)}{paragraphs(OTHER[::-1])}</article>"
    assert blocks(f"<article><h1>A ferry</h1>{STORY}</article>{other}") == TEXT


def test_headings_inside_list_items_are_blocks_of_their_own():
    items = "".join(f"<li><h2>Plan {i}</h2><p>{t}</p></li>" for i, t in enumerate(TEXT))
    read = blocks(f"<article><h1>A ferry</h1><ol>{items}</ol></article>")
    assert read == [b for i, t in enumerate(TEXT) for b in (f"Plan {i}", t)]


@pytest.mark.parametrize(
    "end",
    [
        "<h3>Comments (12)</h3><p>anna 09.03.26, 19:16</p><p>{}</p>",
        "<h3>Komentarze</h3><p>ss (gość) 07.01.12, 19:16:26</p><p>{}</p>",
        "<p>Комментарии:</p><p>Гость 12:30</p><p>{}</p>",
        "<p>相关新闻</p><p>河口镇的渡船</p><p>两个夏天</p>",
        "<p>Read This Next</p><p>Dec 19, 2025</p><p>How to wait</p><p>Airlines</p>",
        "<div class='user-comments'>" + "<p>{}</p>" * 6 + "</div>",
    ],
)
def test_the_text_ends_at_comments_and_other_stories(end):
    said = "What I think of this council and of its ferry is known to everybody in the town, is it not."
    assert blocks(f"<article><h1>A ferry</h1>{STORY}{end.replace('{}', said)}</article>") == TEXT


def test_a_box_in_the_middle_does_not_end_the_text():
    box = "<h3>Related</h3><p>One box</p>"
    read = blocks(f"<article><h1>A ferry</h1>{paragraphs(OTHER)}{box}{STORY}</article>")
    assert read[-len(TEXT) :] == TEXT
