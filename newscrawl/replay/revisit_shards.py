"""Shards of the revisits that are pages of their own: what they refer to is known once all files are read."""

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
from newscrawl.replay.shard import Shard
from newscrawl.warc.captured_response import response_in
from newscrawl.warc.reader import read_record

if TYPE_CHECKING:
    from collections.abc import Iterator

    from newscrawl.archive.revisits import Lookup
    from newscrawl.replay.captured_page import CapturedPage
    from newscrawl.replay.merge import Merge
    from newscrawl.replay.selection import Selection
    from newscrawl.replay.split import Split

#: Revisits of a shard.
MAX_REVISITS = 500


def revisit_shards(merge: Merge, selection: Selection, split: Split) -> Iterator[Shard]:
    """The revisits that are pages, as shards: of each the file it lies in and where its original does.

    Originals are looked for among all answers, or in the index that chose among the captures of a file.
    """
    waiting = list(merge.revisits())
    if not waiting:
        return
    # Originals may lie in any of the files.
    stamp = hashlib.sha256("\n".join(split.stamps.values()).encode()).hexdigest()
    with closing(merge.originals()) as originals:
        # An index names files, and those of another one may have the same names.
        lookups = {
            warc: in_cdxj(IndexReader(index), files.get)
            for index, files in split.indexes.items()
            for warc in files.values()
        }
        found = (
            resolved
            for each in waiting
            if (resolved := _resolved(each, lookups.get(each.warc, originals), selection))
        )
        for warc, of_file in groupby(found, key=lambda each: each.warc):
            pages = tuple(of_file)
            for first in range(0, len(pages), MAX_REVISITS):
                some = pages[first : first + MAX_REVISITS]
                yield Shard(warc, stamp, pages=some)


def _resolved(revisit: CapturedPage, lookup: Lookup, selection: Selection) -> CapturedPage | None:
    answer = response_in(read_record(revisit.warc, revisit.page.capture.offset))
    found = with_original(answer, lookup, None) if answer is not None else None
    if found is None or found.original is None or found.status not in selection.statuses:
        return None
    original = (str(found.original.path), found.original.offset, found.original.length)
    return replace(revisit, page=Page(found.uri, found.capture), original=original)
