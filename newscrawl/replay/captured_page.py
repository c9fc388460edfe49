"""A captured page, and what is known of it from its place alone."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from newscrawl.archive.layout import Layout
from newscrawl.errors import Missed
from newscrawl.items import Article
from newscrawl.storage.file_names import writer_id_of

if TYPE_CHECKING:
    from pathlib import Path

    from newscrawl.items import Page
    from newscrawl.processing.pages import Place
    from newscrawl.processing.text_index import TextIndex

#: Name of a WARC, and offset in it.
CapturePlace = tuple[str, int]


@dataclass(frozen=True, slots=True)
class CapturedPage:
    """A captured page, the file its capture lies in and, for a revisit, where its bytes are.

    `source` is the source that the metadata beside the capture names, `text_index` what a worker made of its
    record for the tables.
    """

    warc: Path
    page: Page
    original: Place | None = None
    source: str | None = None
    text_index: TextIndex | None = None

    @property
    def place(self) -> CapturePlace:
        """Where the capture lies."""
        return self.page.capture.warc, self.page.capture.offset

    @property
    def age(self) -> tuple[str, str, int]:
        """The key that captures are sorted by, the oldest first."""
        return self.page.capture.captured_at, *self.place


#: A captured page and its record, or the reason why it has none.
Result = tuple[CapturedPage, Article | Missed]


def is_ours(warc: Path) -> bool:
    """Whether the file lies where a crawl of ours put it, with its records or without."""
    layout = Layout(warc.parent.parent)
    return warc.parent == layout.warcs and (
        layout.records.is_dir() or bool(writer_id_of(warc.name))
    )


def is_robots(url: str) -> bool:
    """Whether a crawl asks for this URL of itself, and never for a page."""
    return urlsplit(url).path == "/robots.txt"
