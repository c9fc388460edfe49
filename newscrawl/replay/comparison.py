"""Compares records that exist with those made again, field by field."""

from __future__ import annotations

import json
import tempfile
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Protocol

from newscrawl.replay.absent_rules import AbsentRules

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from newscrawl.replay.captured_page import CapturePlace


#: The field of a difference where only one side has a record.
RECORD = "record"


@dataclass(frozen=True, slots=True)
class Difference:
    """One field of one record. A record that only one side has differs in the field `record`."""

    url: str
    where: str
    field: str
    kept: Any
    made: Any


class Records(Protocol):
    """Records by the place of their capture."""

    def keys(self) -> Iterable[CapturePlace]: ...
    def get(self, key: CapturePlace, /) -> dict[str, Any] | None: ...


class Comparison:
    """Compares records as they are made. Only places are held; records that differ are in a temporary file.

    `unread` counts pages that are compared with nothing, because this replay or the crawl could not read
    them within its limits; `left_out` those that the dates or sections of the crawl left out. To be closed.
    """

    def __init__(self, existing: Records, rules: Iterable[str] = ()) -> None:
        self._existing = existing
        #: Of the records that differ, those that a rule made which is none of `rules`.
        self.absent_rules = AbsentRules(rules)
        self.unread = self.left_out = 0
        self._same: set[CapturePlace] = set()
        self._other: dict[CapturePlace, int] = {}
        self._file = tempfile.TemporaryFile()  # noqa: SIM115 - until `close`

    def add(self, made: dict[str, Any]) -> None:
        """Compare a record that was made again."""
        key = made["capture"]["warc"], made["capture"]["offset"]
        if _is_same(kept := self._existing.get(key), made):
            self._same.add(key)
            return
        self.absent_rules.add(kept)
        self._other[key] = self._file.seek(0, 2)
        self._file.write(json.dumps(made).encode() + b"\n")

    @property
    def number(self) -> int:
        """How many records either side has."""
        return len({*self._existing.keys(), *self._same, *self._other})

    @property
    def identical(self) -> int:
        return len(self._same)

    def differences(self) -> Iterator[Difference]:
        """What differs, in the order of files and places, once all records are made."""
        for key in sorted({*self._existing.keys(), *self._other} - self._same):
            yield from _differences(key, self._existing.get(key), self._made(key))

    def close(self) -> None:
        self._file.close()

    def _made(self, key: CapturePlace) -> dict[str, Any] | None:
        if key not in self._other:
            return None
        self._file.seek(self._other[key])
        record: dict[str, Any] = json.loads(self._file.readline())
        return record


def _is_same(kept: dict[str, Any] | None, made: dict[str, Any]) -> bool:
    """Whether two records say the same."""
    return kept is not None and not _differing_fields(kept, made)


def _differing_fields(kept: dict[str, Any], made: dict[str, Any]) -> list[str]:
    """The fields of two records that differ.

    Records of older versions have no `source`, and none of the fields that came later: these differ where
    they say something.
    """
    names = dict.fromkeys([*kept, *made])
    if kept.get("source") is None:
        names.pop("source", None)
    return [
        name
        for name in names
        if kept.get(name) != made.get(name) and (name in kept or made[name] not in (None, [], {}))
    ]


def _differences(
    key: CapturePlace, kept: dict[str, Any] | None, made: dict[str, Any] | None
) -> Iterator[Difference]:
    url, where = str((kept or made or {}).get("url")), f"{key[0]} at {key[1]}"
    if kept is None or made is None:
        yield Difference(url, where, RECORD, _brief(kept), _brief(made))
        return
    for name in _differing_fields(kept, made):
        yield Difference(url, where, name, kept.get(name), made.get(name))


def _brief(record: dict[str, Any] | None) -> str | None:
    return None if record is None else str(record.get("title"))
