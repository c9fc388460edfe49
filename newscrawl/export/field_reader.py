"""How are only the fields that an export asks for read from the JSON of many records?

What is not asked for is passed over without making an object of it, which is most of a record's text.
"""

from __future__ import annotations

from operator import itemgetter
from typing import TYPE_CHECKING, Any

import msgspec

from newscrawl.export.columns import CAPTURE_FIELDS

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence


class FieldReader:
    """Reads these fields of records, or of their captures, in this order."""

    def __init__(self, names: Sequence[str]) -> None:
        own = [name for name in names if name not in CAPTURE_FIELDS]
        of_capture = [name for name in names if name in CAPTURE_FIELDS]
        # A whole capture is read as it stands; its fields are then taken from that.
        self._is_whole = "capture" in own
        capture: Any = _struct("CaptureFields", of_capture)
        types: dict[str, Any] = dict.fromkeys(own, Any)
        if of_capture and not self._is_whole:
            types["capture"] = capture | None
        record: Any = _struct("RecordFields", types)
        self._decoder = msgspec.json.Decoder(record)
        self._capture, self._nothing = capture, capture()
        found = [*types, *of_capture]
        self._source = found.index("source") if "source" in own else None
        places = [found.index(name) for name in names]
        self._order = itemgetter(*places) if len(places) > 1 else lambda row: (row[places[0]],)
        self._at = found.index("capture") if "capture" in found else None

    def rows(self, some: Iterable[tuple[str, bytes]]) -> list[Sequence[Any]]:
        """The values of records, each given by the source that the tables have for it and its JSON."""
        return [self._row(source, data) for source, data in some]

    def _row(self, source: str, data: bytes) -> Sequence[Any]:
        values = list(msgspec.structs.astuple(self._decoder.decode(data)))
        if self._source is not None:
            values[self._source] = source
        if self._at is not None:
            capture = values[self._at]
            if self._is_whole:
                capture = msgspec.convert(capture or {}, self._capture)
            values += msgspec.structs.astuple(capture or self._nothing)
        row: Sequence[Any] = self._order(values)
        return row


def _struct(name: str, types: Iterable[str] | dict[str, Any]) -> Any:
    """A class whose objects have these attributes, None where JSON lacks them."""
    given = types if isinstance(types, dict) else dict.fromkeys(types, Any)
    fields = [(each, kind, None) for each, kind in given.items()]
    return msgspec.defstruct(name, fields, gc=False)
