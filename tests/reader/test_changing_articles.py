"""History, comparison and list of changes; days and captures."""

from __future__ import annotations

from typing import TYPE_CHECKING
from urllib.parse import quote

import pytest

if TYPE_CHECKING:
    from tests.reader.conftest import Reading


def test_history_has_each_look_and_what_it_showed(reading: Reading) -> None:
    id_ = reading.changed["id"]
    found = reading.get(f"/article/{id_}/history.json").json
    assert [row["revision"] for row in found["rows"]] == [2, 1]
    [change] = found["rows"][0]["changes"]
    assert change["not_before"] == found["rows"][1]["captured_at"]
    assert change["not_after"] == found["rows"][0]["captured_at"]
    page = reading.get(f"/article/{id_}/history").text
    assert change["says"] in page
    assert f'href="/article/{id_}/diff/1/2"' in page


def test_a_comparison_says_deleted_and_inserted_in_words(reading: Reading) -> None:
    id_ = reading.changed["id"]
    for layout in ("side", "inline"):
        page = reading.get(f"/article/{id_}/diff/1/2?layout={layout}").text
        assert '<del><span class="vh">deleted: </span>' in page
        assert '<ins><span class="vh">inserted: </span>' in page
        assert "paragraphs equal" in page
    assert "paragraphs equal" not in reading.get(f"/article/{id_}/diff/1/2?all=1").text


def test_a_comparison_is_mirrored_the_other_way_round(reading: Reading) -> None:
    id_ = reading.changed["id"]
    there, back = (reading.get(f"/article/{id_}/diff/{way}.json").json for way in ("1/2", "2/1"))
    [one], [other] = (
        [field for field in found["fields"] if field["name"] == "body"] for found in (there, back)
    )
    assert one["words_deleted"] == other["words_inserted"] > 0
    assert [row["old"] for row in one["rows"]] == [row["new"] for row in other["rows"]]


def test_any_two_revisions_are_chosen_by_a_form(reading: Reading) -> None:
    id_ = reading.changed["id"]
    answer = reading.get(f"/article/{id_}/diff?from=2&to=1")
    assert (answer.status, answer.headers["location"]) == (303, f"/article/{id_}/diff/2/1")
    assert reading.get(f"/article/{id_}/diff?from=x&to=1").status == 400
    assert reading.get(f"/article/{id_}/diff/1/9").status == 404
    assert "one and the same revision" in reading.get(f"/article/{id_}/diff/1/1").text


def test_changes_are_listed_filtered_and_followed(reading: Reading) -> None:
    rows = reading.rows("/changes.json?noise=1")
    assert reading.changed["id"] in {row["article"] for row in rows}
    kinds = {row["kind"] for row in rows}
    for kind in kinds:
        assert {row["kind"] for row in reading.rows(f"/changes.json?noise=1&kind={kind}")} == {kind}
    assert reading.rows("/changes.json?words=100000") == []
    assert reading.get("/changes.json?kind=nosuch").status == 400
    assert all(row["silent"] for row in reading.rows("/changes.json?silent=1"))
    assert rows[0]["says"] in reading.get("/changes?noise=1").text
    assert f"/article/{reading.changed['id']}/diff/1/2" in reading.get("/changes.atom").text


def test_changes_are_given_page_by_page(reading: Reading) -> None:
    whole = reading.rows("/changes.json?noise=1")
    path, seen = "/changes.json?noise=1&limit=1", []
    while path:
        found = reading.get(path).json
        seen += found["rows"]
        path = (
            f"/changes.json?noise=1&limit=1&after={quote(found['next'])}" if found["next"] else ""
        )
    assert seen == whole


def test_a_day_has_the_articles_that_state_it(reading: Reading) -> None:
    found = reading.get("/day/2026-05-18.json").json
    assert {row["published_at"][:10] for row in found["rows"]} >= {"2026-05-18"}
    assert (found["previous_day"], found["next_day"]) == ("2026-05-17", "2026-05-19")
    assert reading.get("/day/2026-02-30").status == 404


def test_captures_of_an_address_in_any_spelling(reading: Reading) -> None:
    url = reading.changed["url"]
    rows = reading.rows(f"/captures.json?url={quote(url, safe='')}")
    assert len(rows) == 2
    assert not rows[1]["is_same"]
    assert (
        reading.rows(f"/captures.json?url={quote(url.removeprefix('http://'), safe='')}/") == rows
    )
    first = reading.get(f"/captures.json?limit=1&url={quote(url, safe='')}").json
    rest = reading.rows(f"/captures.json?after={quote(first['next'])}&url={quote(url, safe='')}")
    assert first["rows"] + rest == rows
    day = rows[0]["captured_at"][:10]
    page = reading.get(f"/captures?url={quote(url, safe='')}").text
    assert f"day={day}" in page
    assert reading.rows(f"/captures.json?url={quote(url, safe='')}&day=2020-01-01") == []
    capture = reading.get(f"/capture/{rows[0]['record_id']}.json").json
    assert (capture["previous"], capture["next"]) == (None, rows[1]["record_id"])


def test_timemaps_lead_to_the_captures(reading: Reading) -> None:
    url = reading.changed["url"]
    found = reading.get(f"/timemap.json?url={quote(url, safe='')}").json
    lines = reading.get(f"/timemap.link?url={quote(url, safe='')}")
    assert lines.headers["content-type"].startswith("application/link-format")
    assert lines.text.count("memento") == len(found["mementos"]["list"]) == 2
    assert f'<{url}>; rel="original"' in lines.text
    first = reading.get(found["mementos"]["first"]["uri"])
    assert first.status == 302
    assert reading.get(first.headers["location"]).status == 200


def test_the_payload_is_given_as_it_was_sent(reading: Reading) -> None:
    from newscrawl.warc.digests import digest

    capture = reading.get(f"/article/{reading.changed['id']}.json").json["record"]["capture"]
    answer = reading.get(f"/capture/{capture['record_id']}/payload")
    assert digest([answer.body]) == capture["payload_digest"]
    assert answer.headers["content-disposition"].startswith("attachment")


@pytest.mark.parametrize("path", ["/captures", "/captures?url=nonsense", "/changes?since=1d"])
def test_empty_lists_are_pages(reading: Reading, path: str) -> None:
    assert reading.get(path).status == 200
