"""Each folder of tests/pages is a page, how it was captured, and the record that it must give."""

from __future__ import annotations

import json
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest

from newscrawl.extraction import extract_article

PAGES = Path(__file__).parents[1] / "pages"
CASES = sorted(p.parent.name for p in PAGES.glob("*/page.html"))


def record_of(case: str) -> dict[str, Any]:
    capture = json.loads((PAGES / case / "capture.json").read_text("utf-8"))
    capture["captured_at"] = datetime.fromisoformat(capture["captured_at"])
    article = extract_article((PAGES / case / "page.html").read_bytes(), **capture)
    record = article.to_dict()
    del record["id"], record["source"], record["extractor"], record["revision"]
    return record


def test_there_are_pages():
    assert len(CASES) >= 30


@pytest.mark.parametrize("case", CASES)
def test_page_gives_its_record(case, rerecord):
    record, path = record_of(case), PAGES / case / "article.json"
    if rerecord:
        path.write_text(json.dumps(record, ensure_ascii=False, indent=2) + "\n", "utf-8")
    assert record == json.loads(path.read_text("utf-8"))


@pytest.mark.parametrize("case", CASES)
def test_same_page_gives_same_record(case):
    assert record_of(case) == record_of(case)
