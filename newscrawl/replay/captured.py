"""Which pages the captures in these files hold, in the order in which they were made."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from newscrawl.archive.captures import iter_captures
from newscrawl.archive.layout import Layout
from newscrawl.items import Page
from newscrawl.processing.validate import is_final
from newscrawl.replay.indexed import by_index, chosen_answers
from newscrawl.replay.selection import Selection
from newscrawl.storage.file_names import writer_id_of
from newscrawl.urls import key

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

    from newscrawl.errors import DamagedRecord
    from newscrawl.processing.pages import Place
    from newscrawl.warc.captured_response import CapturedResponse


@dataclass(frozen=True, slots=True)
class Captured:
    """A captured page, the file its capture lies in and, for a revisit, where its bytes are."""

    warc: Path
    page: Page
    original: Place | None = None


def is_ours(warc: Path) -> bool:
    """Whether the file lies where a crawl of ours put it, with its records or without."""
    layout = Layout(warc.parent.parent)
    return warc.parent == layout.warcs and (
        layout.records.is_dir() or bool(writer_id_of(warc.name))
    )


@dataclass(frozen=True, slots=True)
class Captures:
    """All that files hold: pages, the oldest first, and the keys of the URLs that were answered for good.

    The order is that of the captures, not of the files: several crawls may have written at once, and an
    article's revisions follow one another in time.
    """

    pages: tuple[Captured, ...]
    answered: frozenset[str]


def captures_of(
    warcs: Iterable[Path],
    *,
    on_damage: Callable[[DamagedRecord], None],
    chosen: Selection | None = None,
    index: Path | None = None,
) -> Captures:
    """The whole answers with status 200 (or those chosen), and what else was answered.

    A revisit of a URL's own earlier capture is left out: it says the same. One that stands for the
    capture of another URL is a page like any other. A narrow choice is made from the CDXJ `index`, or
    the one beside the files: what it does not choose is not read.
    """
    chosen = chosen or Selection()
    pages: list[Captured] = []
    revisits: list[Captured] = []
    answered: set[str] = set()
    for each in _answers(warcs, chosen, index, on_damage):
        if not chosen.has(each.uri, each.date):
            continue
        if is_final(each.status) and not each.record.get("WARC-Truncated"):
            answered.add(key(each.uri))
        if each.original is None or is_robots(each.uri):
            continue
        page, warc = Page(each.uri, each.capture), each.record.path
        if each.is_revisit and each.status in chosen.statuses:
            original = (str(each.original.path), each.original.offset, each.original.length)
            revisits.append(Captured(warc, page, original))
        elif not each.is_revisit and chosen.is_page(each.status, each.head.media_type):
            pages.append(Captured(warc, page))
    own = {key(captured.page.url) for captured in pages}
    pages += [captured for captured in revisits if key(captured.page.url) not in own]
    return Captures(tuple(sorted(pages, key=age)), frozenset(answered))


def _answers(
    warcs: Iterable[Path],
    chosen: Selection,
    index: Path | None,
    on_damage: Callable[[DamagedRecord], None],
) -> Iterator[CapturedResponse]:
    if not chosen.is_narrow:
        yield from iter_captures(warcs, on_damage=on_damage)
        return
    with TemporaryDirectory(prefix="newscrawl-") as folder:
        indexed, rest = by_index(warcs, index, folder=Path(folder), on_damage=on_damage)
        for path, files in indexed.items():
            yield from chosen_answers(path, files, chosen, on_damage=on_damage)
        yield from iter_captures(rest, on_damage=on_damage)


def is_robots(url: str) -> bool:
    """Whether a crawl asks for this URL of itself, and never for a page."""
    return urlsplit(url).path == "/robots.txt"


def age(captured: Captured) -> tuple[str, str, int]:
    """What captures are sorted by, the oldest first."""
    capture = captured.page.capture
    return capture.captured_at, capture.warc, capture.offset
