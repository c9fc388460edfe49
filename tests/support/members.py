"""The gzip members of WARCs, byte for byte, by the ids of their records."""

from __future__ import annotations

from typing import TYPE_CHECKING

from newscrawl.warc.reader import iter_records

if TYPE_CHECKING:
    from pathlib import Path

    from newscrawl.errors import DamagedRecord


def members_of(archive: Path) -> dict[str, bytes]:
    """Every member of the finished WARCs of an archive."""
    found = {}
    for path in sorted((archive / "warc").glob("*.warc.gz")):
        data = path.read_bytes()
        for record in iter_records(path, on_damage=raised):
            found[record.id] = data[record.offset : record.offset + record.length]
    return found


def urls_in(archive: Path) -> set[str]:
    """The target URIs of all records of an archive."""
    paths = sorted((archive / "warc").glob("*.warc.gz"))
    return {r.uri for path in paths for r in iter_records(path, on_damage=raised) if r.uri}


def raised(damage: DamagedRecord) -> None:
    raise damage
