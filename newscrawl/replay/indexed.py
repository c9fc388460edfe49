"""Which captures does an index say are chosen? Only these are read."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

from newscrawl.archive.captures import with_original
from newscrawl.archive.cdxj_file import IndexReader
from newscrawl.archive.revisits import in_cdxj
from newscrawl.errors import CaptureNotFound, DamagedRecord
from newscrawl.replay.indexes import Indexes
from newscrawl.warc.reader import read_record
from newscrawl.warc.validity import valid_response_in

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Iterator, Mapping
    from pathlib import Path

    from newscrawl.replay.selection import Selection
    from newscrawl.warc.captured_response import CapturedResponse
    from newscrawl.warc.cdxj import IndexEntry
    from newscrawl.warc.reader import OnDamage


def by_index(
    warcs: Iterable[Path],
    named: Path | None = None,
    *,
    folder: Path | None = None,
    on_damage: OnDamage | None = None,
) -> tuple[dict[Path, dict[str, Path]], list[Path]]:
    """The indexes of these files, each with its files by name, and the files that have none.

    The index of a file is the one that was `named`, that of its archive, or `index.cdxj` beside it. With a
    `folder` to copy it to, it may be in the file's WACZ, or beside it elsewhere. Files of one name have
    none: it does not say which of them it means.
    """
    indexed: dict[Path, dict[str, Path]] = {}
    rest = []
    indexes = Indexes(folder, on_damage)
    found = [(warc, named or indexes.of(warc)) for warc in warcs]
    alike = Counter((index, warc.name) for warc, index in found)
    for warc, index in found:
        if index is None or alike[index, warc.name] > 1:
            rest.append(warc)
        else:
            indexed.setdefault(index, {})[warc.name] = warc
    return indexed, rest


def chosen_answers(
    index: Path, files: Mapping[str, Path], chosen: Selection, *, on_damage: OnDamage
) -> Iterator[CapturedResponse]:
    """The chosen answers that this index has of these files, revisits with their originals."""
    lookup = in_cdxj(IndexReader(index), files.get)
    for entry in chosen_entries(index, files, chosen, on_damage=on_damage):
        answer = _answer(files[entry.filename], entry, on_damage)
        if answer is not None and answer.is_revisit:
            answer = with_original(answer, lookup, None) or answer
        if answer is not None:
            yield answer


def chosen_entries(
    index: Path, files: Collection[str], chosen: Selection, *, on_damage: OnDamage
) -> Iterator[IndexEntry]:
    """The lines of this index for chosen captures in the files of these names."""
    reader = IndexReader(index, on_damage)
    for prefix in chosen.index_prefixes():
        for entry in reader.entries(prefix):
            if entry.filename in files and chosen.has(entry.url, entry.timestamp):
                yield entry


def _answer(path: Path, entry: IndexEntry, on_damage: OnDamage) -> CapturedResponse | None:
    try:
        return valid_response_in(read_record(path, entry.offset, entry.length), on_damage)
    except DamagedRecord as damage:
        on_damage(damage)
    except CaptureNotFound as error:
        on_damage(DamagedRecord(str(path), entry.offset, str(error)))
    return None
