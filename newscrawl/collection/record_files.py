"""Records as JSON lines, one file beside each WARC."""

from __future__ import annotations

import json
import os
from typing import TYPE_CHECKING, Any

from newscrawl.errors import ArchiveError
from newscrawl.printable import json_line
from newscrawl.storage.durable import storage_errors

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from pathlib import Path


def line(record: dict[str, Any]) -> str:
    """One record as it stands in a file: UTF-8, keys in documented order, ends with a line feed."""
    return json_line(record) + "\n"


def append(path: Path, records: Iterable[dict[str, Any]], *, sync: bool = True) -> None:
    """Append whole lines, or on failure none of them."""
    data = "".join(line(record) for record in records).encode()
    with storage_errors(path), path.open("ab", buffering=0) as file:
        size = file.tell()
        try:
            _write_all(file.fileno(), data)
            if sync:
                os.fsync(file.fileno())
        except OSError:
            file.truncate(size)
            raise


def read(path: Path) -> Iterator[dict[str, Any]]:
    """The records of a file. Raises ArchiveError, naming the line, for one that is not a record."""
    with path.open("rb") as file:
        for number, text in enumerate(file, 1):
            try:
                record = json.loads(text.decode())
            except ValueError as error:
                raise ArchiveError(f"{path}: line {number} is not a record: {error}") from error
            if not isinstance(record, dict):
                raise ArchiveError(f"{path}: line {number} is not a record: no object")
            yield record


def cut_torn_line(path: Path) -> int:
    """Cut off a last line that a crash has left unfinished; return how many bytes that were."""
    data = path.read_bytes()
    whole = data.rfind(b"\n") + 1
    if whole < len(data):
        os.truncate(path, whole)
    return len(data) - whole


def _write_all(handle: int, data: bytes) -> None:
    view = memoryview(data)
    while view:
        view = view[os.write(handle, view) :]
