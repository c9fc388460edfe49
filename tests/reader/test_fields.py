"""Which fields of a record the page of an article shows with their sources."""

from __future__ import annotations

from newscrawl.items import Article
from newscrawl.reader.pages.article import FIELDS

#: Fields that say what the record is, and those that are shown with another one.
OTHERS = {
    "id", "url", "revision", "source", "extractor", "provenance", "published_precision",
    "modified_precision", "body_markdown", "capture", "problem",
}  # fmt: skip


def test_every_field_is_shown_or_named_here() -> None:
    missing = sorted({*Article().to_dict()} - {*FIELDS} - OTHERS)
    assert not missing, f"newscrawl/reader/pages/article.py: FIELDS has no {missing}"
