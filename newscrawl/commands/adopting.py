"""How `newscrawl replay --adopt` runs: the records of today's code take the place of an archive's own."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from newscrawl.archive.layout import Layout
from newscrawl.commands import terminal
from newscrawl.commands.options import named_database
from newscrawl.errors import NothingToDo, UsageError

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
    """Make the records again and put them in force; return the exit code."""
    from newscrawl.collection import generations
    from newscrawl.collection.commit import Collection
    from newscrawl.database.engine import open_database
    from newscrawl.frontier import SqlFrontier
    from newscrawl.replay.adopting import Standing, gather
    from newscrawl.replay.kept import KeptRecords
    from newscrawl.replay.remade import place
    from newscrawl.store import Store

    engine = open_database(named_database() or layout.database)
    click.get_current_context().call_on_close(engine.dispose)
    store, frontier = Store(engine), SqlFrontier(engine)
    if named_database() and (others := store.warcs() - {path.name for path in layout.finished()}):
        raise UsageError(
            f"--adopt: {store.database} has captures of other archives, too, as in {min(others)}"
        )
    collection = Collection(layout, store, frontier)
    generations.enter(collection)
    kept = KeptRecords(layout.finished())
    standing = Standing(layout, kept, map(place, job.captures.pages))
    try:
        number, old = gather(layout, kept, job.results(standing=standing), standing)
    except NothingToDo as error:
        if not job.code:
            raise
        terminal.say(f"newscrawl: {error}", err=True)
        return job.code
    replaced = generations.enter(collection)
    terminal.say(
        f"{number} records are in force in {layout.root}/; the earlier ones are generation {replaced}"
    )
    if old:
        terminal.say(f"{old} of them are the earlier ones: their pages could not be read")
    return job.code
