"""Items of a user's own spider that are records of articles."""

from __future__ import annotations

from dataclasses import fields

from newscrawl.item_records import article_of, has_record_fields
from newscrawl.items import Article, Capture

CAPTURE = Capture("a.warc.gz", 1, 2, "urn:uuid:1", "sha256:0", "2026-05-20T00:00:00Z", 200)


def test_an_item_may_state_its_source() -> None:
    item = {"url": "https://paper.example/a", "title": "A", "source": "The Paper"}
    assert has_record_fields(item)
    article = article_of(item, capture=CAPTURE, spider="spider")
    assert (article.source, "source" in article.provenance) == ("The Paper", False)
    assert article_of({**item, "source": ""}, capture=CAPTURE, spider="spider").source is None


def test_an_item_may_state_every_field_that_newscrawl_does_not_state_itself() -> None:
    own = {"provenance", "capture", "extractor", "revision", "problem"}
    own |= {"published_precision", "modified_precision"}
    values = {"published_at": "2026-05-20", "modified_at": "2026-05-21", "is_accessible": True}
    values |= {name: ["x"] for name in ("authors", "contributors", "credit", "tags", "rights")}
    names = {each.name for each in fields(Article)} - own
    item = {name: values.get(name, "x") for name in names}
    article = article_of(item, capture=CAPTURE, spider="spider")
    assert {name for name in names if not getattr(article, name)} == set()
    assert set(article.provenance) == names - {"url", "source"}
