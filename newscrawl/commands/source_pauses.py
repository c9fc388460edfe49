"""Pause and resume sources, and say which ones are paused. The archive's database keeps it."""

from __future__ import annotations

import time
from difflib import get_close_matches
from typing import TYPE_CHECKING

from newscrawl.commands import options, terminal
from newscrawl.errors import UsageError

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import date
    from pathlib import Path

    from newscrawl.frontier import SourceRegister
    from newscrawl.sources import Source


def pause(names: Sequence[str], archive: Path, file: Path) -> None:
    """Pause these sources. Raises UsageError for one that neither archive nor file knows."""
    register, known = _register(archive), _known(archive, file)
    _require(names, known, where=archive)
    for name in names:
        was_free = register.pause(name, now=time.time())
        said = "is paused" if was_free else "was paused already"
        terminal.say(f"{name} {said}; to go on: newscrawl sources resume {name!r}", err=True)


def resume(names: Sequence[str], archive: Path, file: Path) -> None:
    """Resume these sources. Raises UsageError for one that neither archive nor file knows."""
    register, known = _register(archive), _known(archive, file)
    _require(names, known, where=archive)
    for name in names:
        was_paused = register.resume(name)
        terminal.say(f"{name} {'is crawled again' if was_paused else 'was not paused'}", err=True)


def paused_sources(archive: Path) -> dict[str, float]:
    """Since when sources are paused, by name; none without an archive."""
    from newscrawl.archive.layout import Layout
    from newscrawl.commands.archive_access import engine_of
    from newscrawl.frontier import SourceRegister

    if not (options.named_database() or Layout(archive).database.exists()):
        return {}
    known = SourceRegister(engine_of(archive)).known().values()
    return {each.name: each.paused_at for each in known if each.paused_at is not None}


def state_of(source: Source, paused_at: float | None, day: date) -> str:
    """Why nothing of a source is fetched on this day; empty where it is."""
    from newscrawl.monitoring.alerts import said

    if not source.enabled:
        return "disabled"
    if source.valid_until is not None and source.valid_until < day:
        return "ended"
    return f"paused since {said(paused_at)}" if paused_at is not None else ""


def _register(archive: Path) -> SourceRegister:
    from newscrawl.commands.archive_access import layout_of
    from newscrawl.database.engine import open_database
    from newscrawl.frontier import SourceRegister

    return SourceRegister(open_database(options.named_database() or layout_of(archive).database))


def _known(archive: Path, file: Path) -> set[str]:
    """The names of all sources that the archive or the file has."""
    from newscrawl.commands.archive_access import engine_of, known_sources
    from newscrawl.frontier import SourceRegister
    from newscrawl.sources import read_sources

    engine = engine_of(archive)
    of_file = [source.name for source in read_sources(file)] if file.exists() else []
    return {*known_sources(engine), *SourceRegister(engine).known(), *of_file}


def _require(names: Sequence[str], known: set[str], *, where: Path) -> None:
    for name in names:
        if name not in known:
            near = get_close_matches(name, known, n=1)
            hint = f"; did you mean {near[0]!r}?" if near else ""
            raise UsageError(f"{name!r} is no source of {where}{hint}")
