"""Which files become of records, in whatever order they come?"""

from __future__ import annotations

from typing import TYPE_CHECKING

from pyarrow import parquet as pq

from newscrawl.items import Article, Capture
from newscrawl.store import parquet

if TYPE_CHECKING:
    from pathlib import Path


def test_days_that_come_mixed_make_few_files(tmp_path: Path) -> None:
    days = [f"2026-05-0{n % 3 + 1}T00:00:00Z" for n in range(6_100)]
    places = [
        Capture("a.warc.gz", n, 9, f"urn:{n}", "sha256:0", day, 200) for n, day in enumerate(days)
    ]
    records = [
        Article(url=f"https://paper.example/{n}", title=f"Story {n}", capture=place).to_dict()
        for n, place in enumerate(places)
    ]
    assert parquet.write(tmp_path, records) == len(records)
    assert [len(list(day.iterdir())) for day in sorted(tmp_path.iterdir())] == [3, 3, 3]
    table = pq.read_table(tmp_path)
    assert sorted(table.column("title").to_pylist()) == sorted(r["title"] for r in records)
