"""How far is it? A line on a terminal: pages done, their rate, the time that is left."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, TypeVar

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from rich.console import Console
    from rich.progress import Task
    from rich.text import Text

T = TypeVar("T")


def shown(pages: Iterable[T], total: int, *, console: Console | None = None) -> Iterator[T]:
    """The pages as they come; on stderr how many of them came, if that is a terminal."""
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
    hidden = not console.is_terminal or sys.stdout.isatty()  # records go by there
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
        from rich.console import Console
        from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn
        from rich.progress import TimeRemainingColumn as TimeLeft

        console = console or Console(stderr=True)
        columns = (
            BarColumn(),
            MofNCompleteColumn(),
            TextColumn("shards{task.fields[pages]}"),
            TimeLeft(),
        )
        self._progress = Progress(
            *columns,
            console=console,
            transient=True,
            disable=not console.is_terminal,
            redirect_stdout=False,
            redirect_stderr=False,
        )
        self._task = self._progress.add_task("", total=None, pages="")
        self._pages = 0

    def __enter__(self) -> Shards:
        self._progress.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._progress.stop()

    def expect(self, shards: int) -> None:
        """So many shards more are to be processed."""
        task = self._progress.tasks[0]
        self._progress.update(self._task, total=(task.total or 0) + shards)

    def shard_done(self) -> None:
        """A shard is done."""
        self._progress.advance(self._task)

    def page_done(self) -> None:
        """A page is read. Those that a cluster reads are not told."""
        self._pages += 1
        elapsed = self._progress.tasks[0].elapsed or 1.0
        said = f", {self._pages} pages, {self._pages / elapsed:.1f} pages/s"
        self._progress.update(self._task, pages=said)
