"""Records as Parquet, a folder for each day of capture, for what reads tables by the million.

The columns are those of the record, with types: see docs/reference/record.md. Needs pyarrow
(`newscrawl[parquet]`).
"""

from __future__ import annotations

from datetime import UTC, date, datetime
from typing import TYPE_CHECKING, Any

from newscrawl.errors import UsageError
from newscrawl.storage.durable import partial_file, storage_errors, sync

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable
    from pathlib import Path

#: Records that are written together as a row group.
_TOGETHER = 1000
#: Records of several days that are held before some are written.
_MAX_HELD = 5000


def require() -> None:
    """Raise UsageError where pyarrow is not installed."""
    try:
        import pyarrow.parquet  # noqa: F401
    except ImportError as error:
        raise UsageError("pyarrow is not installed: pip install 'newscrawl[parquet]'") from error


def schema() -> Any:
    """The columns and their types."""
    import pyarrow as pa

    text, texts, moment = pa.string(), pa.list_(pa.string()), pa.timestamp("us", tz="UTC")
    statement = [("source", text), ("raw", text)]
    provenance = pa.struct(
        [("field", text), *statement, ("note", text), ("against", pa.list_(pa.struct(statement)))]
    )
    capture = pa.struct(
        [
            ("warc", text), ("offset", pa.int64()), ("length", pa.int64()), ("record_id", text),
            ("payload_digest", text), ("captured_at", moment), ("status", pa.int16()),
        ]
    )  # fmt: skip
    extractor = pa.struct(
        [
            (name, text)
            for name in ("name", "version", "trafilatura", "rule", "rule_digest", "rule_fault")
        ]
    )
    return pa.schema(
        [
            ("id", text), ("url", text), ("canonical_url", text), ("source", text),
            ("title", text),
            ("authors", texts), ("contributors", texts), ("credit", texts),
            ("published_at", moment), ("published_day", pa.date32()), ("published_stated", text),
            ("published_precision", text),
            ("modified_at", moment), ("modified_day", pa.date32()), ("modified_stated", text),
            ("modified_precision", text),
            ("language", text), ("publisher", text), ("section", text), ("tags", texts),
            ("image", text), ("description", text), ("kind", text), ("is_accessible", pa.bool_()),
            ("rights", texts), ("body", text), ("body_markdown", text),
            ("provenance", pa.list_(provenance)), ("capture", capture), ("extractor", extractor),
            ("revision", pa.int32()),
        ]
    )  # fmt: skip


def row(record: dict[str, Any]) -> dict[str, Any]:
    """A record as it stands in a table."""
    out = dict(record)
    for name in ("published", "modified"):
        stated = out.pop(f"{name}_at")
        out[f"{name}_stated"] = stated
        out[f"{name}_day"] = date.fromisoformat(stated[:10]) if stated else None
        out[f"{name}_at"] = _instant(stated)
    out["provenance"] = [
        {"field": name, **statement} for name, statement in record["provenance"].items()
    ]
    captured_at = _instant(record["capture"]["captured_at"])
    out["capture"] = {**record["capture"], "captured_at": captured_at}
    return out


def write(root: Path, records: Iterable[dict[str, Any]]) -> int:
    """Write `day=2026-11-20/part-00000.parquet` and so on into a folder; return the number of records.

    The same records in the same order make the same files. Raises StorageError.
    """
    waiting: dict[str, list[dict[str, Any]]] = {}
    parts: dict[str, int] = {}
    held = number = 0
    for record in records:
        day = record["capture"]["captured_at"][:10]
        rows = waiting.setdefault(day, [])
        rows.append(row(record))
        number, held = number + 1, held + 1
        if len(rows) == _TOGETHER or held == _MAX_HELD:
            # Of days that come mixed, the one with the most records.
            day = max(waiting, key=lambda each: len(waiting[each]))
            held -= len(waiting[day])
            _write(root, day, parts, waiting.pop(day))
    for day, rows in waiting.items():
        _write(root, day, parts, rows)
    return number


def take_out(root: Path, ids: Collection[str]) -> int:
    """Take the records of the articles with these ids out of the parts in a folder; return how many.

    Each part is replaced as a whole; one that is empty then is deleted. Raises StorageError.
    """
    import pyarrow as pa
    import pyarrow.compute as pc
    from pyarrow import parquet

    number = 0
    for path in sorted(root.rglob("*.parquet")):
        table = parquet.ParquetFile(path).read()
        if "id" not in table.column_names:
            continue
        is_kept = pc.invert(pc.is_in(table["id"], value_set=pa.array(sorted(ids), pa.string())))
        kept = table.filter(is_kept)
        gone = table.num_rows - kept.num_rows
        if gone:
            number += gone
            with storage_errors(path), partial_file(path) as working:
                parquet.write_table(kept, working, compression="zstd")
                sync(working)
            if not kept.num_rows:
                path.unlink()
    return number


def _write(root: Path, day: str, parts: dict[str, int], rows: list[dict[str, Any]]) -> None:
    import pyarrow as pa
    from pyarrow import parquet

    part = parts[day] = parts.get(day, -1) + 1
    path = root / f"day={day}" / f"part-{part:05d}.parquet"
    with storage_errors(path):
        path.parent.mkdir(parents=True, exist_ok=True)
        table = pa.Table.from_pylist(rows, schema=schema())
        parquet.write_table(table, path, compression="zstd")


def _instant(stated: str | None) -> datetime | None:
    """The instant that is stated; None for a bare day, and for a time without a zone."""
    if not stated or "T" not in stated:
        return None
    moment = datetime.fromisoformat(stated)
    return moment.astimezone(UTC) if moment.tzinfo else None
