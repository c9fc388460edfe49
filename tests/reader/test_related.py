"""The copies and sources of an article, and its story, as pages."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from tests.reader.conftest import Reading


def _id(reading: Reading, title: str) -> str:
    rows = reading.rows(f"/search.json?q=%22{title.replace(' ', '%20')}%22")
    [id_] = {row["id"] for row in rows if row["title"] == title}
    return str(id_)


def test_copies_are_shown_with_passages_and_substitutions(reading: Reading) -> None:
    id_ = _id(reading, "Fish market closes for ten weeks")
    [row] = reading.rows(f"/article/{id_}/related.json")
    assert (row["label"], row["role"]) == ("reworded", "source")
    assert row["passages"]
    page = reading.get(f"/article/{id_}/related").text
    assert "prfrozen waters" in page
    assert "traces in the texts (decides)" in page
    assert f'href="/article/{id_}/related"' in reading.get(f"/article/{id_}").text
    assert reading.get(f"/article/{id_}/related.csv").text.count("reworded") == 1


def test_a_story_folds_its_copies(reading: Reading) -> None:
    id_ = _id(reading, "Fish market closes for ten weeks")
    found = reading.get(f"/story/{id_}.json").json
    assert (found["independent"], len(found["rows"])) == (1, 2)
    page = reading.get(f"/story/{id_}").text
    assert "1 independent report" in page
    assert "1 copy" in page
    assert reading.get("/story/0000000000000000").status == 404
    assert reading.get("/article/0000000000000000/related").status == 404
