"""The documentation states the bounds and the fields that there are."""

from __future__ import annotations

import re
from dataclasses import fields
from pathlib import Path

from newscrawl.extraction.wording import LIMITS, MOST_AGAINST, MOST_NAMES, MOST_RIGHTS, MOST_TAGS
from newscrawl.items import Article

DOCS = (Path(__file__).parents[2] / "docs" / "explanation" / "extraction.md").read_text("utf-8")
BOUNDS = [line.split("|") for line in DOCS.split("## Bounds")[1].splitlines() if line[:3] == "| `"]


def bound(field, column):
    cell = next(cells[column] for cells in BOUNDS if f"`{field}`" in cells[1])
    return int(re.search(r"[\d,]+", cell)[0].replace(",", ""))


def test_every_field_has_its_order():
    apart = {
        "url",
        "source",
        "body_markdown",
        "provenance",
        "capture",
        "extractor",
        "revision",
        "problem",
    }
    apart |= {"published_precision", "modified_precision"}
    orders = DOCS.split("## Order of witnesses")[1].split("\n## ")[0]
    for field in fields(Article):
        assert field.name in apart or f"`{field.name}`" in orders, field.name


def test_bounds():
    for field, limit in (
        ("url", "url"),
        ("title", "title"),
        ("authors", "name"),
        ("tags", "tag"),
        ("description", "description"),
        ("publisher", "publisher"),
        ("section", "section"),
        ("rights", "rights"),
        ("language", "language"),
        ("published_at", "time"),
        ("body", "body"),
        ("raw", "raw"),
    ):
        assert bound(field, 2) == LIMITS[limit], field
    most = {"authors": MOST_NAMES, "tags": MOST_TAGS, "rights": MOST_RIGHTS, "raw": MOST_AGAINST}
    for field, number in most.items():
        assert bound(field, 3) == number, field
