"""Archive files of any tool, wherever they are: every fault that a replay of them would name."""

from __future__ import annotations

from typing import TYPE_CHECKING

from newscrawl.archive.files import archive_files
from newscrawl.archive.verify.faults import Fault, Summary
from newscrawl.archive.verify.independent import check_with_warcio
from newscrawl.archive.verify.package_check import package_faults
from newscrawl.storage.files import is_wacz
from newscrawl.warc.reader import iter_records
from newscrawl.warc.validity import valid_response_in

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from pathlib import Path

    from newscrawl.errors import DamagedRecord


def verify_files(
    paths: Iterable[Path], *, summary: Summary, independent: bool = False
) -> Iterator[Fault]:
    """Every fault of these archive files, or of those in these folders and WACZ files, as it is found.

    Of a WACZ the descriptions, their digests and the signature are checked as well.

    With `independent` each is read with warcio, too. `summary` grows meanwhile. Raises CaptureNotFound,
    StorageError or NotAnArchive for a path at which there is nothing to read.
    """
    for path in paths:
        if is_wacz(path):
            for fault in package_faults(path):
                summary.faults += not fault.is_note
                yield fault
        for file in archive_files(path):
            faults = _faults(file, summary)
            for fault in faults:
                summary.faults += not fault.is_note
                yield fault
            if independent:
                for fault in check_with_warcio(file, str(file), summary):
                    summary.faults += not fault.is_note
                    yield fault


def _faults(path: Path, summary: Summary) -> Iterator[Fault]:
    found: list[DamagedRecord] = []
    summary.files += 1
    for record in iter_records(path, on_damage=found.append):
        summary.records += 1
        summary.bytes += record.length
        if valid_response_in(record, found.append) is not None:
            summary.answers += 1
        yield from _taken(found)
    yield from _taken(found)


def _taken(found: list[DamagedRecord]) -> Iterator[Fault]:
    for damage in found:
        yield Fault(damage.path, damage.offset, damage.cause)
    found.clear()
