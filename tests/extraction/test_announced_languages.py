"""The language that a feed or the source states, where the page states none."""

from __future__ import annotations

import pytest

from newscrawl.extraction import extract_article

NORWEGIAN = (
    "<p>Kommunestyret vedtok på tirsdag at den gamle fergen skal gå i to somre til, selv om motoren må"
    " startes for hånd hver morgen. Det var sju som stemte for og fire som stemte imot.</p>"
)
BY = "https://avisen.example/feed"


def read(head: str = "<html>", **said: object) -> tuple[str | None, dict[str, object]]:
    page = (
        f"<!doctype html>{head}<title>Fergen går</title><article><h1>Fergen går</h1>{NORWEGIAN * 3}"
    )
    article = extract_article(page, **said)  # type: ignore[arg-type]
    return article.language, article.provenance["language"].to_dict()


@pytest.mark.parametrize(
    ("said", "language", "provenance"),
    [
        (
            {"announced": {"language": "nb-NO", "by": BY}},
            "nb-NO",
            {"source": "announcement", "raw": "nb-NO", "note": f"announced by {BY}"},
        ),
        ({"language": "no"}, "no", {"source": "source", "raw": "no"}),
        (
            {"announced": {"language": "nb"}, "language": "no"},
            "nb",
            {"source": "announcement", "raw": "nb"},
        ),
    ],
)
def test_it_is_taken_if_the_text_confirms_it(said, language, provenance):
    assert read(**said) == (language, provenance)


def test_the_page_knows_better():
    language, provenance = read("<html lang=nn>", announced={"language": "de", "by": BY})
    assert language == "nn"
    assert provenance["against"] == [{"source": "announcement", "raw": "de"}]
    assert "note" not in provenance


def test_the_text_knows_better():
    language, provenance = read(announced={"language": "de", "by": BY}, language="en")
    assert language == "no"
    assert provenance["source"] not in ("announcement", "source")
    assert [each["source"] for each in provenance["against"]] == ["announcement", "source"]
