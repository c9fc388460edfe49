"""The HTTP responses in archive files, and the captures to which revisits refer."""

from __future__ import annotations

from contextlib import closing
from dataclasses import replace
from typing import TYPE_CHECKING

from newscrawl.archive.files import archive_files
from newscrawl.archive.revisits import OriginalIndex, resolve
from newscrawl.warc import http
from newscrawl.warc.captured_response import CapturedResponse, response_in
from newscrawl.warc.reader import iter_records, read_record
from newscrawl.warc.validity import valid_response_in

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from pathlib import Path

    from newscrawl.archive.revisits import Lookup
    from newscrawl.errors import DamagedRecord
    from newscrawl.warc.reader import OnDamage


def iter_captures(
    paths: Iterable[Path], *, on_damage: OnDamage, lookup: Lookup | None = None
) -> Iterator[CapturedResponse]:
    """Every HTTP response in these archives, folders and files, in their order.

    The `original` of a revisit is the capture to which it refers. It is looked for among the responses that
    were read before, and with `lookup`. A revisit whose original comes later is given at the end; one whose
    original is not found has None.
    """
    waiting: list[tuple[Path, int]] = []
    with closing(OriginalIndex()) as originals:
        for path in paths:
            for file in archive_files(path):
                for answer in captures_in(file, on_damage=on_damage):
                    if not answer.is_revisit:
                        originals.add(answer)
                        yield answer
                    elif (found := with_original(answer, originals, lookup)) is not None:
                        yield found
                    else:
                        waiting.append((answer.record.path, answer.record.offset))
        for path, offset in waiting:
            revisit = response_in(read_record(path, offset))
            if revisit is not None:
                yield with_original(revisit, originals, None) or revisit


def captures_in(path: Path, *, on_damage: OnDamage | None = None) -> Iterator[CapturedResponse]:
    """Every HTTP response in one file; revisits are not resolved. Without `on_damage` damage is raised."""
    complain = on_damage or _raise
    for record in iter_records(path, on_damage=complain):
        answer = valid_response_in(record, complain)
        if answer is not None:
            yield answer


def _raise(damage: DamagedRecord) -> None:
    raise damage


def with_original(
    answer: CapturedResponse, originals: Lookup, lookup: Lookup | None
) -> CapturedResponse | None:
    """A revisit with the capture to which it refers; None if neither look-up finds that."""
    original = resolve(answer.record, originals)
    if original is None and lookup is not None:
        original = resolve(answer.record, lookup)
    if original is None:
        return None
    if answer.head.length:
        return replace(answer, original=original)
    head, _ = http.read_message(original.message())
    capture = replace(answer.capture, status=head.status or 0)
    return replace(answer, head=head, capture=capture, original=original)
