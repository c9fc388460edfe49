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
