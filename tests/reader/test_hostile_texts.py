"""Texts of others are text on every page and in every feed, however long, and whatever they hold."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING
from urllib.parse import quote
from xml.etree import ElementTree as ET

import pytest

from newscrawl.archive.layout import Layout
from newscrawl.database.engine import open_database
from newscrawl.edits.change import Change
from newscrawl.edits.observation import Observed, first_state
from newscrawl.items import Article, Capture, Provenance
from newscrawl.store import Store
from tests.reader.conftest import browse

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tests.reader.conftest import Reading

MARKUP = "<script>alert(1)</script><img src=x onerror=alert(2)>\"'`{{7*7}}&lt;"
BIDI = "left \u202eright\u202c \u2067and\u2069 \x1b[31mred\x00 \x07 \u2028"
LONG = "Water and wind. " * 640_000
NAME = "<b>A</b> & \u202eB.json/../x?y#z"


def article(number: int, **fields: object) -> tuple[str, Article]:
    capture = Capture("a<i>.warc.gz", number, 9, f"urn:uuid:{number}", f"sha256:{number}",
                      f"2026-05-1{number}T08:00:00.5Z", 200)  # fmt: skip
    values: dict[str, object] = {
        "url": f"https://paper.example/{number}?<script>", "source": NAME, "title": MARKUP + BIDI,
        "authors": (MARKUP, BIDI), "section": MARKUP, "tags": (MARKUP,), "language": '"><script>',
        "description": MARKUP + BIDI, "body": f"{MARKUP}\n{BIDI}\nferry", "publisher": MARKUP,
        "kind": MARKUP, "image": "javascript:alert(3)",
        "provenance": {"title": Provenance(MARKUP, MARKUP, ({"source": MARKUP, "raw": BIDI},), MARKUP)},
        "extractor": {"name": MARKUP, "version": MARKUP}, **fields,
    }  # fmt: skip
    return NAME, Article(capture=capture, **values)  # type: ignore[arg-type]


ARTICLES = [
    article(1, published_at="2026-05-11T08:00:00Z"),
    article(
        2, url="https://paper.example/1?<script>", revision=2, body=f"{MARKUP} {MARKUP}\n{BIDI}"
    ),
    article(3, body=LONG, title="Long " + "t" * 100_000),
    article(4, url="javascript:alert(4)", language="ar", title="قطار الليل"),
    article(
        5,
        title=None,
        body=None,
        description=None,
        authors=(),
        published_at="no time at all",
        extractor={},
    ),
]


@pytest.fixture(scope="module")
def hostile(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Reading]:
    layout = Layout(tmp_path_factory.mktemp("hostile") / "<i>news</i>")
    layout.create()
    engine = open_database(layout.database)
    store = Store(engine)
    first = ARTICLES[0][1]
    assert first.capture is not None
    change = Change(
        first.id, first.url or "", NAME, "headline", "title", MARKUP, BIDI, 1, 2,
        "2026-05-11T08:00:00Z", "2026-05-12T08:00:00Z", "urn:uuid:2", "rule",
        statement="modified-equal",
    )  # fmt: skip
    store.add_articles(ARTICLES)
    store.add_captures((a.url or "", a.capture) for _, a in ARTICLES if a.capture)
    store.change_log.enter([Observed("a.warc.gz", first_state(first), (change,))])
    engine.dispose()
    with browse(layout.root) as found:
        yield found


def paths(first: str) -> list[str]:
    source = quote(NAME, safe="")
    return [
        "/", "/search?q=ferry", "/search?q=" + quote(MARKUP), f"/article/{first}",
        f"/article/{first}?revision=1",
        f"/article/{first}/diff/1/2",
        f"/article/{first}/diff/1/2?layout=inline&all=1", f"/article/{first}/history",
        "/changes", "/day/2026-05-11", f"/source/{source}", "/health", "/capture/urn:uuid:1",
        "/captures?url=" + quote("https://paper.example/1?<script>", safe=""), "/search?" + "nosuch=<script>",
        "/article/<script>alert(1)", "/source/<script>alert(1)", "/captures?url=<script>alert(1)",
    ]  # fmt: skip


def test_texts_are_text_on_every_page(hostile: Reading) -> None:
    first = ARTICLES[0][1].id
    for path in paths(first):
        answer = hostile.get(path.replace("<", "%3C").replace(">", "%3E"))
        assert answer.status in (200, 400, 404), (path, answer.text[:300])
        page = answer.text
        assert re.findall(r"<script\b[^>]*>", page) == ['<script src="/static/reader.js" defer>'], (
            path
        )
        assert not re.search(r"<(?:img|iframe|i|b)\b", page), path
        assert not re.search("[\x00-\x08\x0e-\x1f\u202a-\u202e\u2066-\u2069]", page), path
        assert 'href="javascript' not in page, path
    assert "{{7*7}}" in hostile.get(f"/article/{first}").text


@pytest.mark.parametrize(
    "path", ["/index.atom", "/search.atom?q=ferry", "/changes.atom", "/day/2026-05-11.atom"]
)
def test_feeds_are_well_formed_and_hold_text(hostile: Reading, path: str) -> None:
    answer = hostile.get(path)
    root = ET.fromstring(answer.body)
    assert [
        each for each in root.iter() if not each.tag.startswith("{http://www.w3.org/2005/Atom}")
    ] == []
    assert list(root.iter("{http://www.w3.org/2005/Atom}entry"))
    assert "\u202e" not in answer.text


@pytest.mark.parametrize("form", ["json", "csv", "jsonl", "atom"])
def test_exports_hold_no_controls(hostile: Reading, form: str) -> None:
    text = hostile.get(f"/search.{form}").text
    assert not re.search("[\x00-\x08\x0e-\x1f\u202a-\u202e\u2066-\u2069]", text)


def test_ten_megabytes_are_cut_and_said(hostile: Reading) -> None:
    id_ = ARTICLES[2][1].id
    answer = hostile.get(f"/article/{id_}")
    assert answer.status == 200
    assert "more characters are left out here" in answer.text
    assert len(answer.body) < 2_500_000
    assert len(hostile.get(f"/article/{id_}.json").json["record"]["body"]) == len(LONG)
    assert len(hostile.get("/").body) < 100_000
    assert len(hostile.get("/search?q=water").body) < 100_000


def test_an_article_without_anything_is_a_page(hostile: Reading) -> None:
    page = hostile.get(f"/article/{ARTICLES[4][1].id}").text
    assert "Untitled" in page
    assert "No text was found" in page


def test_undated_articles_stand_beside_the_day_on_which_they_were_seen(hostile: Reading) -> None:
    found = hostile.get("/day/2026-05-13.json").json
    assert [row["id"] for row in found["undated"]] == [ARTICLES[2][1].id]
    assert found["rows"] == []


def test_a_capture_that_is_gone_is_said(hostile: Reading) -> None:
    found = hostile.get("/capture/urn:uuid:1.json").json
    assert found["verdict"] == "damaged"
    assert "is not in" in found["fault"]


def test_right_to_left_is_told_for_each_paragraph(hostile: Reading) -> None:
    page = hostile.get(f"/article/{ARTICLES[3][1].id}").text
    assert '<p dir="auto">' in page
    assert 'lang="ar"' in page
