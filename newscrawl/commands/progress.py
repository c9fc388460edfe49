"""How far is it? A line on a terminal: pages done, their rate, the time that is left."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, TypeVar

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from rich.console import Console
    from rich.progress import Progress, Task
    from rich.text import Text

T = TypeVar("T")


def shown(pages: Iterable[T], total: int, *, console: Console | None = None) -> Iterator[T]:
    """The pages as they come; on stderr how many of them came, if that is a terminal."""
    if not _is_terminal(console):  # rich takes a tenth of a second to import
        yield from pages
        return
    from rich.console import Console
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, ProgressColumn
    from rich.progress import TimeRemainingColumn as TimeLeft
    from rich.text import Text

    class Rate(ProgressColumn):
        """Pages a second."""

        def render(self, task: Task) -> Text:
            return Text(f"{task.speed or 0:.1f} pages/s")

    console = console or Console(stderr=True)
    columns = (BarColumn(), MofNCompleteColumn(), Rate(), TimeLeft())
    hidden = sys.stdout.isatty()  # records go by there
    with Progress(
        *columns,
        console=console,
        transient=True,
        disable=hidden,
        redirect_stdout=False,
        redirect_stderr=False,
    ) as progress:
        yield from progress.track(pages, total=total)


class Shards:
    """A line on a terminal while shards are processed: how many are done, their pages, the time left."""

    def __init__(self, *, console: Console | None = None) -> None:
        self._progress = _shards_line(console) if _is_terminal(console) else None
        self._pages = 0

    def __enter__(self) -> Shards:
        if self._progress is not None:
            self._progress.start()
        return self

    def __exit__(self, *_: object) -> None:
        if self._progress is not None:
            self._progress.stop()

    def expect(self, shards: int) -> None:
        """So many shards more are to be processed."""
        if self._progress is not None:
            [task] = self._progress.tasks
            self._progress.update(task.id, total=(task.total or 0) + shards)

    def shard_done(self) -> None:
        """A shard is done."""
        if self._progress is not None:
            self._progress.advance(self._progress.tasks[0].id)

    def page_done(self) -> None:
        """A page is read. Those that a cluster reads are not told."""
        self._pages += 1
        if self._progress is not None:
            [task] = self._progress.tasks
            elapsed = task.elapsed or 1.0
            said = f", {self._pages} pages, {self._pages / elapsed:.1f} pages/s"
            self._progress.update(task.id, pages=said)


def _shards_line(console: Console | None) -> Progress:
    from rich.console import Console
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn
    from rich.progress import TimeRemainingColumn as TimeLeft

    columns = (
        BarColumn(),
        MofNCompleteColumn(),
        TextColumn("shards{task.fields[pages]}"),
        TimeLeft(),
    )
    progress = Progress(
        *columns,
        console=console or Console(stderr=True),
        transient=True,
        redirect_stdout=False,
        redirect_stderr=False,
    )
    progress.add_task("", total=None, pages="")
    return progress


def _is_terminal(console: Console | None) -> bool:
    return sys.stderr.isatty() if console is None else console.is_terminal
