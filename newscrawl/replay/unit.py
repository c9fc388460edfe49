"""Which pieces is the work of a replay cut into, and what decides what each of them says?"""

from __future__ import annotations

import hashlib
import json
from dataclasses import asdict, dataclass
from importlib import metadata
from typing import TYPE_CHECKING, Any

from newscrawl.processing.limits import LIMITS, Limits
from newscrawl.storage import remote
from newscrawl.storage.files import open_stored
from newscrawl.storage.wacz_members import wacz_around
from newscrawl.version import __version__

if TYPE_CHECKING:
    from pathlib import Path

    from newscrawl.replay.captured import Captured
    from newscrawl.replay.selection import Selection

#: Changes whenever a part would be written in another way.
_FORMAT = 1


@dataclass(frozen=True, slots=True)
class Unit:
    """What is read in one go, by one process: a file, a range of a long one, or some captures in it.

    `warc` is a path that every worker can open, and `stamp` tells its content from any other. Of the file
    those records are read that begin at `start` or behind and before `end`; with `places`, offsets and
    lengths, only the answers there; with `pages`, revisits whose originals are known, only these.
    """

    warc: Path
    stamp: str
    start: int = 0
    end: int | None = None
    places: tuple[tuple[int, int], ...] = ()
    pages: tuple[Captured, ...] = ()


@dataclass(frozen=True, slots=True)
class Recipe:
    """What decides, beside its bytes, what a unit says: the choice, and what one page may cost."""

    chosen: Selection
    seconds: float
    memory: int
    limits: Limits = LIMITS


def code() -> dict[str, str]:
    """What reads pages, by name and version."""
    return {"newscrawl": __version__, "trafilatura": metadata.version("trafilatura")}


def part_name(unit: Unit, recipe: Recipe) -> str:
    """The name of the file for what the unit says; that of another file, code or choice is another."""
    made_from = {
        "format": _FORMAT,
        "code": code(),
        "unit": _plain(unit),
        "recipe": _plain(recipe),
    }
    text = json.dumps(made_from, sort_keys=True, default=_simple)
    return hashlib.sha256(text.encode()).hexdigest()[:32] + ".part"


def stamp(warc: Path) -> str:
    """Size and time of a file, or where it is and its size.

    Raises CaptureNotFound, StorageError, and DamagedRecord for one that cannot be had out of its WACZ.
    """
    outer = wacz_around(warc) or warc
    if url := remote.url_of(outer):
        with open_stored(warc, in_order=False) as stored:
            return f"{url} {warc.relative_to(outer)} {stored.size}"
    for path in (warc, *warc.parents):  # a file in a WACZ is as old as that
        if path.is_file():
            found = path.stat()
            return f"{warc} {found.st_size} {found.st_mtime_ns}"
    return str(warc)


def _plain(value: Any) -> dict[str, Any]:
    return {name: each for name, each in asdict(value).items() if name != "warc"}


def _simple(value: Any) -> Any:
    return sorted(value) if isinstance(value, frozenset) else str(value)
