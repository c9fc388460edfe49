"""How `newscrawl replay --adopt` runs: the records of today's code take the place of an archive's own."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from newscrawl.archive.layout import Layout
from newscrawl.commands import printing
from newscrawl.commands.options import named_database
from newscrawl.errors import UsageError

if TYPE_CHECKING:
    from collections.abc import Sequence

    from newscrawl.commands.replaying import Job


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


def adopt(job: Job, layout: Layout) -> int:
    """Make the records again and put them in force; return how many are the old ones still."""
    from newscrawl import generations
    from newscrawl.database.engine import open_database
    from newscrawl.frontier import SqlFrontier
    from newscrawl.replay.adopting import gather
    from newscrawl.store import Store

    engine = open_database(named_database() or layout.database)
    store, frontier = Store(engine), SqlFrontier(engine)
    generations.enter(layout, store, frontier)
    number, old = gather(layout, job.results())
    replaced = generations.enter(layout, store, frontier)
    printing.say(
        f"{number} records are in force in {layout.root}/; the earlier ones are generation {replaced}"
    )
    if old:
        printing.say(f"{old} of them are the earlier ones: their pages could not be read")
    return old
