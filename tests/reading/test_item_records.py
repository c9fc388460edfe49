"""Items of a user's own spider that are records of articles."""

from __future__ import annotations

from newscrawl.item_records import article_of, has_record_fields
from newscrawl.items import Capture

CAPTURE = Capture("a.warc.gz", 1, 2, "urn:uuid:1", "sha256:0", "2026-05-20T00:00:00Z", 200)


def test_an_item_may_state_its_source() -> None:
    item = {"url": "https://paper.example/a", "title": "A", "source": "The Paper"}
    assert has_record_fields(item)
    article = article_of(item, capture=CAPTURE, source="item:spider")
    assert (article.source, "source" in article.provenance) == ("The Paper", False)
    assert article_of({**item, "source": ""}, capture=CAPTURE, source="item:spider").source is None
