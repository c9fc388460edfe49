"""What the pages say, in all their forms."""

from __future__ import annotations

import csv
import html
import io
import re
from dataclasses import replace
from typing import TYPE_CHECKING
from urllib.parse import quote
from xml.etree import ElementTree as ET

import pytest

from newscrawl.archive.layout import Layout
from newscrawl.database.engine import open_database
from newscrawl.items import Article, Capture
from newscrawl.store import Store
from tests.reader.conftest import browse

if TYPE_CHECKING:
    from pathlib import Path

    from tests.reader.conftest import Reading

_ATOM = "{http://www.w3.org/2005/Atom}"


def test_front_page_has_all_articles_page_by_page(reading: Reading) -> None:
    path, seen = "/index.json?limit=7", []
    while path:
        found = reading.get(path).json
        assert len(found["rows"]) <= 7
        seen += [row["id"] for row in found["rows"]]
        path = f"/index.json?limit=7&after={quote(found['next'])}" if found["next"] else ""
    assert len(seen) == len(set(seen)) == found["health"]["articles"] > 30


@pytest.mark.parametrize("sort", ["relevance", "published", "seen"])
def test_each_order_gives_every_result_once(reading: Reading, sort: str) -> None:
    whole = reading.rows(f"/search.json?q=the&limit=500&sort={sort}")
    assert len(whole) > 10
    path, seen = f"/search.json?q=the&limit=3&sort={sort}", []
    while path:
        found = reading.get(path).json
        seen += found["rows"]
        path = (
            f"{path.partition('&after')[0]}&after={quote(found['next'])}" if found["next"] else ""
        )
    assert [row["id"] for row in seen] == [row["id"] for row in whole]


def test_stated_times_fall_and_undated_articles_come_last(reading: Reading) -> None:
    rows = reading.rows("/search.json?sort=published&limit=500")
    days = [(row["published_at"] or "")[:10] for row in rows]
    assert [day for day in days if day] == sorted(filter(None, days), reverse=True)


def test_an_article_is_one_hit_and_says_in_which_revision(reading: Reading) -> None:
    old = reading.get(f"/article/{reading.changed['id']}.json?revision=1").json["record"]
    new = reading.get(f"/article/{reading.changed['id']}.json").json["record"]
    assert (old["revision"], new["revision"]) == (1, 2)
    gone = sorted(set(words(old)) - set(words(new)), key=len)[-1]
    both = sorted(set(words(old)) & set(words(new)), key=len)[-1]
    [hit] = [r for r in reading.rows(f"/search.json?q={quote(gone)}") if r["id"] == old["id"]]
    assert (hit["matching_revisions"], hit["latest_revision"]) == ([1], 2)
    assert "found in revision 1 only" in reading.get(f"/search?q={quote(gone)}").text
    [hit] = [r for r in reading.rows(f"/search.json?q={quote(both)}") if r["id"] == old["id"]]
    assert hit["matching_revisions"] == [1, 2]


def words(record: dict[str, str]) -> list[str]:
    text = f"{record['title']} {record['body']}".replace("’", " ")
    return [word for word in text.split() if word.isalpha()]


def test_two_chinese_characters_find_what_holds_them(reading: Reading) -> None:
    chinese = [a for a in reading.articles if (a["language"] or "").startswith("zh")]
    assert chinese
    two = chinese[0]["title"][1:3]
    found = {row["id"] for row in reading.rows(f"/search.json?q={quote(two)}")}
    assert chinese[0]["id"] in found


def test_exports_have_the_rows_that_the_page_has(reading: Reading) -> None:
    rows = reading.rows("/search.json?q=ferry")
    lines = reading.get("/search.jsonl?q=ferry").text.splitlines()
    table = list(csv.DictReader(io.StringIO(reading.get("/search.csv?q=ferry").text)))
    assert (
        len(rows)
        == len(lines)
        == len(table)
        == reading.get("/search.json?q=ferry").json["count"]["number"]
    )
    assert [row["id"] for row in table] == [row["id"] for row in rows]
    page = reading.get("/search?q=ferry").text
    assert all(f'href="/article/{row["id"]}"' in page for row in rows)
    assert "<mark>" in page


def test_a_search_is_followed_as_a_feed(reading: Reading) -> None:
    answer = reading.get("/search.atom?q=ferry")
    assert answer.headers["content-type"].startswith("application/atom+xml")
    root = ET.fromstring(answer.body)
    links = [link.get("href") for link in root.iter(f"{_ATOM}link") if not link.get("rel")]
    assert links and all(link and link.startswith(reading.base + "article/") for link in links)


def test_facets_narrow_and_are_taken_back(reading: Reading) -> None:
    found = reading.get("/search.json?q=the").json
    [first, *_] = found["facets"]["source"]
    narrowed = reading.get(
        f"/search.json?q={quote('the source:' + chr(34) + first['value'] + chr(34))}"
    ).json
    assert {row["source"] for row in narrowed["rows"]} == {first["value"]}
    assert narrowed["count"]["number"] == first["articles"]


@pytest.mark.parametrize(
    "query", ["park.", 'a"b', "NEAR(", "-", "foo:bar", "((((", "*", "title:", "\u202e"]
)
def test_any_query_gives_results_or_says_that_there_are_none(reading: Reading, query: str) -> None:
    answer = reading.get(f"/search?q={quote(query)}")
    assert answer.status == 200
    assert reading.get(f"/search.json?q={quote(query)}").status in (200, 400)


def test_an_unknown_operator_is_said(reading: Reading) -> None:
    assert "foo: is no operator" in reading.get("/search?q=foo:bar").text
    assert "silent" in reading.get("/search?q=is:new").text
    assert reading.get("/search.json?q=is:new").status == 400


@pytest.mark.parametrize(
    "path",
    ["/search?nosuch=1", "/search?sort=best", "/search?limit=0", "/search?limit=x", "/search?after=x",
     "/search?since=then", "/search?q=%ff", "/search?q=a%00b", "/article/0000000000000000?revision=0"],
)  # fmt: skip
def test_a_parameter_that_cannot_be_is_said(reading: Reading, path: str) -> None:
    answer = reading.get(path)
    assert answer.status in (400, 404)
    assert "Traceback" not in answer.text


def test_article_shows_text_provenance_and_citation(reading: Reading) -> None:
    row = next(a for a in reading.articles if a["authors"] and a["title"].isascii())
    record = reading.get(f"/article/{row['id']}.json").json["record"]
    page = reading.get(f"/article/{row['id']}").text
    assert record["provenance"]["title"]["source"] in page
    assert record["capture"]["payload_digest"] in page
    assert "@article{newscrawl" in page
    cited = reading.get(f"/article/{row['id']}.json").json["citation"]
    assert cited["csl"]["title"] == record["title"]
    assert cited["csl"]["archive"] == record["capture"]["warc"]
    assert record["capture"]["payload_digest"] in cited["bibtex"]


def test_a_capture_is_checked_when_it_is_opened(reading: Reading) -> None:
    record = reading.get(f"/article/{reading.changed['id']}.json").json["record"]
    found = reading.get(f"/capture/{record['capture']['record_id']}.json").json
    assert found["verdict"] == "sound"
    assert {check["holds"] for check in found["checks"]} == {True}
    assert found["request"].startswith("GET /")
    assert found["response_head"].startswith("HTTP/1.1 200")
    assert record["title"] in found["body"]


def test_a_parameter_of_any_script_may_be_as_long_as_the_document_says(reading: Reading) -> None:
    assert reading.get(f"/search.json?q={quote(chr(0x20000) * 10_000)}").status == 200
    assert reading.get(f"/search.json?q={quote(chr(0x20000) * 10_001)}").status == 400


def test_what_is_not_there_is_said(reading: Reading) -> None:
    for path in ("/nosuch", "/article/0000000000000000", "/capture/urn:uuid:0"):
        assert reading.get(path).status == 404
        assert reading.get(f"{path}.json").json["error"]


def test_a_span_of_time_and_a_source_narrow_a_search(reading: Reading) -> None:
    found = reading.get("/search.json?since=2026-05-18&until=2026-05-19&limit=500").json
    stated = [row["published_at"][:10] for row in found["rows"]]
    assert set(stated) >= {"2026-05-18", "2026-05-19"}
    assert found["count"]["number"] == len(stated)
    assert sum(each["articles"] for each in found["facets"]["day"]) == len(stated)
    source = found["rows"][0]["source"]
    some = reading.rows(f"/search.json?since=2026-05-18&until=2026-05-19&source={quote(source)}")
    assert [row for row in found["rows"] if row["source"] == source] == some
    path, seen = "/search.json?since=2026-05-18&until=2026-05-19&limit=2", []
    while path:
        page = reading.get(path).json
        seen += page["rows"]
        path = f"{path.partition('&after')[0]}&after={quote(page['next'])}" if page["next"] else ""
    assert seen == found["rows"]


def test_undated_articles_are_counted_beside_a_span_of_time(tmp_path: Path) -> None:
    layout = Layout(tmp_path / "news")
    layout.create()
    store = Store(open_database(layout.database))
    seen = {"dated": ("2026-05-18", "2026-05-18T08:00:00Z"), "undated": ("2026-05-18", None),
            "later": ("2026-05-20", None)}  # fmt: skip
    for name, (day, published) in seen.items():
        taken = Capture("a.warc.gz", 1, 1, f"urn:uuid:{name}", "sha256:1", f"{day}T09:00:00Z", 200)
        article = Article(
            url=f"https://paper.example/{name}", source="paper", title=f"Of {name}", body="Words.",
            published_at=published, capture=taken,
        )  # fmt: skip
        store.add_articles([("paper", article)])
    later = replace(
        article, revision=2, extractor={"name": "newscrawl", "version": "9"},
        capture=replace(taken, record_id="urn:uuid:again", captured_at="2026-05-21T09:00:00Z"),
    )  # fmt: skip
    store.add_articles([("paper", later)])
    store.close()
    with browse(layout.root) as reading:
        for query in ("", "words"):
            path = f"/search.json?q={query}&since=2026-05-18&until=2026-05-18"
            found = reading.get(path).json
            assert [row["title"] for row in found["rows"]] == ["Of dated"]
            assert found["undated"] == {"number": 1, "is_more": False}
            page = reading.get(path.replace(".json", "")).text
            link = re.search(r'<a href="([^"]+)">1 more</a> that state no date', page)
            assert link
            rows = reading.rows(html.unescape(link[1]).replace("/search?", "/search.json?"))
            assert [row["title"] for row in rows] == ["Of undated"]
        assert reading.get("/search.json?q=words").json["undated"] is None
        history = reading.get(f"/article/{later.id}/history").text
        assert (
            "several versions of the extractor" in history
            and "revision 2 by newscrawl 9" in history
        )


def test_replay_web_page_is_linked_where_its_scripts_are(
    changing_archive: Path, tmp_path: Path
) -> None:
    for name in ("ui.js", "sw.js"):
        (tmp_path / name).write_text("// none")
    with browse(changing_archive, "--replay-assets", tmp_path) as reading:
        page = reading.get(f"/article/{reading.articles[0]['id']}").text
        link = re.search(r'<a href="([^"]+)"[^>]*>In ReplayWeb.page</a>', page)
        assert link and "url=" in link[1]
        assert reading.get(html.unescape(link[1]).partition("#")[0]).status == 200


def test_attention_goes_on_at_zero_to_the_end_and_is_a_share(reading: Reading) -> None:
    span = "since=2026-05-18&until=2026-05-31"
    found = reading.get(f"/attention.json?q=the&{span}").json
    by_day = {row["day"]: row for row in found["rows"]}
    assert list(by_day) == [f"2026-05-{day}" for day in range(18, 32)]
    listed = reading.get(f"/search.json?q=the&{span}").json["count"]["number"]
    assert found["articles"] == listed > 0
    whole = reading.get(f"/search.json?{span}").json["count"]["number"]
    assert sum(row["all"] or 0 for row in found["rows"]) == whole > listed
    assert by_day["2026-05-31"]["share"] is None
    assert all(r["share"] == r["articles"] / r["all"] for r in found["rows"] if r["all"])
    day = max(found["rows"], key=lambda row: row["articles"] or 0)
    one = reading.get(f"/attention.json?q=the&since={day['day']}&until={day['day']}").json["rows"]
    assert one == [day]
    source = reading.articles[0]["source"]
    some = reading.get(f"/attention.json?source={quote(source)}&{span}").json["rows"]
    assert {row["share"] for row in some} <= {None, 1.0}
    assert "Their share of all articles" in reading.get(f"/attention?q=the&{span}").text
