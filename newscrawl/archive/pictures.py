"""The pictures of articles, where an archive has captured them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from newscrawl import urls
from newscrawl.archive import cdxj_file
from newscrawl.errors import ArchiveError, Missed, TooLarge
from newscrawl.warc.captured_response import response_in
from newscrawl.warc.reader import read_record

if TYPE_CHECKING:
    from collections.abc import Callable

    from newscrawl.archive.layout import Layout
    from newscrawl.warc.cdxj import IndexEntry

#: Bytes of the largest picture that is taken.
MAX_BYTES = 20_000_000
#: How files of the formats that browsers show begin, each with the ending of its name. SVG may hold scripts.
_FORMATS = (
    (b"\xff\xd8\xff", 0, "jpg"), (b"\x89PNG\r\n\x1a\n", 0, "png"), (b"GIF8", 0, "gif"),
    (b"WEBP", 8, "webp"), (b"ftypavif", 4, "avif"),
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Picture:
    """The bytes of a picture; `ending` is that of a file's name, by what its first bytes say."""

    data: bytes
    ending: str


class CapturedPictures:
    """Finds pictures by the index of an archive; `on_damage` is told of a capture that cannot be read."""

    def __init__(self, layout: Layout, on_damage: Callable[[Exception], None]) -> None:
        self._layout, self._on_damage = layout, on_damage

    def picture_of(self, url: str | None) -> Picture | None:
        """The last picture that was captured at this URL; None if there is none."""
        if url is None or urls.fetchable(url) is None:
            return None
        found = [
            entry
            for entry in cdxj_file.lookup(self._layout.index, url)
            if entry.status == 200 and not entry.is_revisit and self._layout.has(entry.filename)
        ]
        for entry in reversed(found):
            try:
                body = self._body(entry)
            except (ArchiveError, Missed, TooLarge) as error:
                self._on_damage(error)
                continue
            for begin, at, ending in _FORMATS:
                if body[at:].startswith(begin):
                    return Picture(body, ending)
        return None

    def _body(self, entry: IndexEntry) -> bytes:
        record = read_record(self._layout.warcs / entry.filename, entry.offset)
        answer = response_in(record)
        return answer.body(limit=MAX_BYTES) if answer is not None else b""
