"""Which bytes do revisits stand for that are pages of their own? Known once all files are read."""

from __future__ import annotations

import hashlib
from contextlib import closing
from dataclasses import replace
from itertools import groupby
from typing import TYPE_CHECKING

from newscrawl.archive.captures import with_original
from newscrawl.archive.cdxj_file import IndexReader
from newscrawl.archive.revisits import in_cdxj
from newscrawl.items import Page
from newscrawl.replay.unit import Unit
from newscrawl.warc.captured_response import response_in
from newscrawl.warc.reader import read_record

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from pathlib import Path

    from newscrawl.archive.revisits import Lookup
    from newscrawl.replay.captured import Captured
    from newscrawl.replay.gathered import Gathered
    from newscrawl.replay.selection import Selection

#: Revisits in a unit.
_TOGETHER = 500


def revisit_units(
    gathered: Gathered,
    chosen: Selection,
    indexes: Mapping[Path, Mapping[str, Path]],
    stamps: Mapping[Path, str],
) -> Iterator[Unit]:
    """The revisits that are pages, as units: of each the file it lies in and where its original does.

    Originals are looked for among all answers, or in the index that chose among a file's captures and
    has its files by name.
    """
    waiting = list(gathered.revisits())
    if not waiting:
        return
    # Originals may lie in any of the files.
    stamp = hashlib.sha256("\n".join(stamps.values()).encode()).hexdigest()
    with closing(gathered.originals()) as originals:
        # An index names files, and those of another one may have the same names.
        lookups = {
            warc: in_cdxj(IndexReader(index), files.get)
            for index, files in indexes.items()
            for warc in files.values()
        }
        found = (
            resolved
            for each in waiting
            if (resolved := _resolved(each, lookups.get(each.warc, originals), chosen))
        )
        for warc, of_file in groupby(found, key=lambda each: each.warc):
            pages = tuple(of_file)
            for first in range(0, len(pages), _TOGETHER):
                some = pages[first : first + _TOGETHER]
                yield Unit(warc, stamp, pages=some)


def _resolved(revisit: Captured, lookup: Lookup, chosen: Selection) -> Captured | None:
    answer = response_in(read_record(revisit.warc, revisit.page.capture.offset))
    found = with_original(answer, lookup, None) if answer is not None else None
    if found is None or found.original is None or found.status not in chosen.statuses:
        return None
    original = (str(found.original.path), found.original.offset, found.original.length)
    return replace(revisit, page=Page(found.uri, found.capture), original=original)
