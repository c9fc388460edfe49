"""What a replay prints while it runs and once it has ended."""

from __future__ import annotations

from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from newscrawl.archive.layout import Layout
from newscrawl.commands import progress, terminal
from newscrawl.errors import UsageError
from newscrawl.printable import counted
from newscrawl.replay import Observer

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from newscrawl.errors import DamagedRecord, Missed
    from newscrawl.items import Page
    from newscrawl.replay import Adoption, ShardProgress
    from newscrawl.replay.captured_page import Result

#: Failed pages that are named; the rest is counted.
MAX_NAMED = 50


class TerminalObserver(Observer):
    """Prints on stderr. With `name_failed_pages` the first pages that could not be read are named."""

    def __init__(self, *, name_failed_pages: bool = False) -> None:
        self._name_failed_pages = name_failed_pages
        self._failed = 0

    def damaged(self, damage: DamagedRecord) -> None:
        terminal.say(f"newscrawl: {damage}", err=True)

    def page_failed(self, page: Page, missed: Missed) -> None:
        self._failed += 1
        if self._name_failed_pages and self._failed <= MAX_NAMED:
            terminal.say(f"newscrawl: {page.url}: {missed}", err=True)

    def notice(self, text: str) -> None:
        terminal.say(f"newscrawl: {text}", err=True)

    @contextmanager
    def processing(self) -> Iterator[ShardProgress]:
        with progress.Shards() as shown:
            yield shown

    def merging(self, results: Iterator[Result], total: int, /) -> Iterator[Result]:
        return progress.shown(results, total)

    def print_failed(self) -> None:
        """Count the failed pages that are not named."""
        if self._name_failed_pages and self._failed > MAX_NAMED:
            more = self._failed - MAX_NAMED
            terminal.say(f"newscrawl: {counted(more, 'more page')} could not be read", err=True)


def print_written(root: Path, records: int, pages: int) -> None:
    """How many records were written into the folder."""
    of_pages = counted(pages, "captured page")
    terminal.say(f"{counted(records, 'record')} of {of_pages} written to {root}/")


def print_adoption(layout: Layout, adoption: Adoption) -> None:
    """How many records are in force now."""
    if adoption.replaced is None:
        terminal.say(
            f"the records of {layout.root}/ are as they were; its history is made from the captures anew:"
            " newscrawl changes shows it"
        )
        return
    are = "is" if adoption.records == 1 else "are"
    terminal.say(
        f"{counted(adoption.records, 'record')} {are} in force in {layout.root}/;"
        f" the earlier ones are generation {adoption.replaced}"
    )
    if adoption.retained:
        terminal.say(
            f"{adoption.retained} of them are the earlier ones: their pages could not be read"
        )


def layout_to_adopt(paths: Sequence[str]) -> Layout:
    """The one archive that is named. Raises UsageError for anything else, or if a crawl is at work in it."""
    if len(paths) != 1 or not Layout(Path(paths[0])).warcs.is_dir():
        raise UsageError("--adopt: name one archive folder")
    layout = Layout(Path(paths[0]))
    if not layout.records.is_dir():
        raise UsageError(f"--adopt: {layout.root} has no records to replace; --into makes them")
    if left := layout.unfinished():
        raise UsageError(
            f"--adopt: {left[0].name} is not finished: a crawl is at work in {layout.root}, or died there"
            " and the next crawl puts it in order"
        )
    return layout
