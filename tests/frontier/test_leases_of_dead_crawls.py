"""Whose leases a crawl gives back at its start: those of crawls that died here, and of nobody else."""

from __future__ import annotations

import fcntl
from typing import TYPE_CHECKING

from newscrawl.archive.layout import Layout
from newscrawl.collection.commit import Collection
from newscrawl.collection.recovery import recover
from newscrawl.frontier import SqlFrontier
from newscrawl.store import Store
from tests.frontier.conftest import take, urls

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from newscrawl.frontier import Frontier


def test_the_dead_are_told_from_the_living_and_from_those_elsewhere(
    connect: Callable[[], Frontier], tmp_path: Path
) -> None:
    frontier = connect()
    assert isinstance(frontier, SqlFrontier)
    names = ("dead", "alive", "elsewhere")
    frontier.add([each for name in names for each in urls(f"{name}.example", 2)], now=1)
    for name in names:
        take(frontier, owner=name, sources={f"{name}.example"})
    layout = Layout(tmp_path / "news")
    layout.create()
    open_file = "news-20260520000000000-{}-00000.warc.gz.open"
    (layout.warcs / open_file.format("dead")).touch()
    with (layout.warcs / open_file.format("alive")).open("wb") as living:
        fcntl.flock(living, fcntl.LOCK_EX)
        recovery = recover(Collection(layout, Store(frontier.engine), frontier), now=20)
    assert recovery.leases == 2
    assert frontier.owners() == {"alive", "elsewhere"}
    assert len(take(frontier, owner="next", now=20)) == 2
    # Who died elsewhere is not seen from here: those leases run out.
    assert len(take(frontier, owner="next", now=70)) == 4
