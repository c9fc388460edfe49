"""When has a rule stopped matching? Not for a page or two without an author."""

from __future__ import annotations

import pytest

from newscrawl.baselines.rule_hits import failing


def judged(key: str, hits: str) -> str | None:
    times = [f"2026-05-{20 - n}T10:00:00Z" for n in range(len(hits))]
    found = failing(key, [hit == "x" for hit in hits], times)
    return f"{found.pages} {found.since[8:10]} {found.says}" if found else None


@pytest.mark.parametrize(
    ("key", "hits"),
    [("title", "xxxx"), ("title", "....x"), ("body", ".."), ("published", ""), ("authors", "." * 9),
     ("authors", ".........x"), ("title", "x.....")],
)  # fmt: skip
def test_matches_or_may_by_chance_not(key: str, hits: str) -> None:
    assert judged(key, hits) is None


def test_has_stopped() -> None:
    until = "finds nothing on the latest 5 pages, and did until 2026-05-15T10:00Z"
    assert judged("title", ".....x.x") == f"5 16 {until}"
    assert judged("body", "...") == "3 18 finds nothing on the latest 3 pages"
    assert judged("authors", "." * 10) == "10 11 finds nothing on the latest 10 pages"
