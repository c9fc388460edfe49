"""Records as tables that other programs open."""

from __future__ import annotations

import json
from dataclasses import fields
from datetime import UTC, date, datetime
from typing import TYPE_CHECKING, Any

import pytest

from newscrawl.items import Article, Capture, Provenance
from newscrawl.store import parquet
from tests.conftest import newscrawl

if TYPE_CHECKING:
    from pathlib import Path

    from tests.conftest import Crawled


def test_duckdb_and_pandas_open_them_with_their_types(part: Crawled, tmp_path: Path) -> None:
    import duckdb
    import pandas as pd

    root = tmp_path / "tables"
    ran = newscrawl("replay", part.archive, "--parquet", root)
    assert ran.code == 0, ran.err
    files = f"{root}/*/*.parquet"
    with duckdb.connect() as database:
        described = database.execute(f"DESCRIBE SELECT * FROM '{files}'").fetchall()
        types = {name: kind for name, kind, *_ in described}
        rows = database.execute(
            f"SELECT url, authors, provenance, capture.\"offset\", epoch_us(published_at) FROM '{files}'"
        ).fetchall()
    assert types["published_at"] == "TIMESTAMP WITH TIME ZONE"
    assert (types["published_day"], types["authors"]) == ("DATE", "VARCHAR[]")
    assert types["capture"].startswith("STRUCT(")
    assert types["provenance"].startswith("STRUCT(") and types["provenance"].endswith("[]")
    assert types["day"] == "DATE"
    records = part.records
    assert {row[0] for row in rows} == set(records)
    for url, authors, provenance, offset, published in rows:
        record = records[url]
        assert authors == record["authors"]
        assert offset == record["capture"]["offset"]
        assert {p["field"]: p["raw"] for p in provenance} == {
            name: statement["raw"] for name, statement in record["provenance"].items()
        }
        stated = datetime.fromisoformat(record["published_at"] or "2026-01-01")
        assert published == (stated.timestamp() * 1e6 if stated.tzinfo else None)
    frame = pd.read_parquet(root)
    assert str(frame["published_at"].dtype).endswith(", UTC]")
    assert {f"day={day}" for day in frame["day"]} == {path.name for path in root.iterdir()}
    again = newscrawl("replay", part.archive, "--parquet", root)
    assert (again.code, again.err) == (
        2,
        f"newscrawl: {root} is not empty: name a new folder\n",
    )


def record(captured_at: str, **fields: Any) -> dict[str, Any]:
    capture = {"warc": "a", "offset": 0, "length": 1, "captured_at": captured_at, "status": 200}
    return {**Article(url="http://paper.example/x").to_dict(), "capture": capture, **fields}


def test_every_field_of_a_record_is_a_column() -> None:
    assert set(parquet.row(record("2026-11-20T00:00:00Z"))) == set(parquet.schema().names)


@pytest.mark.parametrize(
    ("stated", "instant", "day"),
    [
        ("2026-03-05T23:30:00-05:00", datetime(2026, 3, 6, 4, 30, tzinfo=UTC), date(2026, 3, 5)),
        ("2026-03-05", None, date(2026, 3, 5)),
        ("2026-03-05T10:00:00", None, date(2026, 3, 5)),
        (None, None, None),
    ],
)
def test_a_time_is_an_instant_only_where_its_zone_is_stated(
    stated: str | None, instant: datetime | None, day: date | None
) -> None:
    row = parquet.row(record("2026-11-20T00:00:00Z", published_at=stated))
    assert (row["published_at"], row["published_day"]) == (instant, day)
    assert row["published_stated"] == stated


def test_the_same_records_make_the_same_files_by_day(tmp_path: Path) -> None:
    days = ["2026-11-20", "2026-11-21", "2026-11-20"]
    records = [record(f"{day}T10:00:00Z", title=day) for day in days]
    for folder in ("one", "two"):
        assert parquet.write(tmp_path / folder, json.loads(json.dumps(records))) == 3
    made = [
        {str(path.relative_to(root)): path.read_bytes() for path in root.rglob("*.parquet")}
        for root in (tmp_path / "one", tmp_path / "two")
    ]
    assert made[0] == made[1]
    assert sorted(made[0]) == [
        "day=2026-11-20/part-00000.parquet",
        "day=2026-11-21/part-00000.parquet",
    ]


def test_every_field_of_a_record_has_a_column_and_every_column_a_value() -> None:
    """pyarrow leaves out in silence what the schema does not name."""
    times = {"published", "modified"}
    columns = {f.name for f in fields(Article)} - {"problem"} | {"id"}
    columns |= {f"{name}_{part}" for name in times for part in ("day", "stated")}
    schema = parquet.schema()
    assert set(schema.names) == columns
    assert set(parquet.row(record("2026-03-05T00:00:00Z"))) == columns
    assert {field.name for field in schema.field("capture").type} == {
        f.name for f in fields(Capture)
    }
    statement = schema.field("provenance").type.value_type
    assert {field.name for field in statement} == {f.name for f in fields(Provenance)} | {"field"}
