"""Where two sets of records differ, field by field."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator


@dataclass(frozen=True, slots=True)
class Difference:
    """One field of one record. A record that only one side has differs in the field `record`."""

    url: str
    where: str
    field: str
    kept: Any
    made: Any


Key = tuple[str, int]


def by_capture(records: Iterable[dict[str, Any]]) -> dict[Key, dict[str, Any]]:
    """The records by the place of their capture."""
    return {(r["capture"]["warc"], r["capture"]["offset"]): r for r in records}


def differences(
    kept: dict[Key, dict[str, Any]], made: dict[Key, dict[str, Any]]
) -> Iterator[Difference]:
    """What differs between the records that are kept and those that were made again, in their order."""
    for key in sorted({*kept, *made}):
        old, new = kept.get(key), made.get(key)
        either = old or new or {}
        url, where = str(either.get("url")), f"{key[0]} at {key[1]}"
        if old is None or new is None:
            yield Difference(url, where, "record", _brief(old), _brief(new))
            continue
        for name in dict.fromkeys([*old, *new]):
            if old.get(name) != new.get(name):
                yield Difference(url, where, name, old.get(name), new.get(name))


def _brief(record: dict[str, Any] | None) -> str | None:
    return None if record is None else str(record.get("title"))
