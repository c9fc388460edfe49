"""A shard: the piece of a replay's work that one process does in one go, and the name of its output."""

from __future__ import annotations

import hashlib
import json
from dataclasses import asdict, dataclass
from importlib import metadata
from typing import TYPE_CHECKING, Any

from newscrawl.storage import remote
from newscrawl.storage.files import open_stored
from newscrawl.storage.wacz_members import wacz_around
from newscrawl.version import __version__

if TYPE_CHECKING:
    from pathlib import Path

    from newscrawl.replay.captured_page import CapturedPage
    from newscrawl.replay.config import ReplayConfig

#: Changes whenever an output would be written in another format.
_FORMAT = 4


@dataclass(frozen=True, slots=True)
class Shard:
    """A file, a range of a long one, or some captures in it.

    `warc` is a path that every worker can open, and `stamp` tells its content from any other. Of the file
    those records are read that begin at `start` or behind and before `end`; with `places`, offsets and
    lengths, only the answers there; with `pages`, revisits whose originals are known, only these.
    """

    warc: Path
    stamp: str
    start: int = 0
    end: int | None = None
    places: tuple[tuple[int, int], ...] = ()
    pages: tuple[CapturedPage, ...] = ()


def code_versions() -> dict[str, str]:
    """The versions of the code that reads pages, by its name."""
    return {"newscrawl": __version__, "trafilatura": metadata.version("trafilatura")}


def output_prefixes(config: ReplayConfig) -> tuple[str, str]:
    """How names of outputs begin: those of this code, and of those the ones with this configuration."""
    code = _digest({"format": _FORMAT, "code": code_versions()})[:8]
    return f"{code}-", f"{code}-{_digest(asdict(config))[:8]}-"


def output_name(shard: Shard, config: ReplayConfig) -> str:
    """The name of a shard's output; for another file, range, code or configuration it is another one."""
    content = {name: each for name, each in asdict(shard).items() if name != "warc"}
    return f"{output_prefixes(config)[1]}{_digest(content)[:32]}.shard"


def stamp(warc: Path, *, end: int | None = None) -> str:
    """Path, size and time of a file, or its URL and size; of a file that still grows, its first `end` bytes.

    Raises CaptureNotFound, StorageError, and DamagedRecord for one that cannot be had out of its WACZ.
    """
    if end is not None:
        return f"{warc.absolute()} up to {end}"
    outer = wacz_around(warc) or warc
    if url := remote.url_of(outer):
        with open_stored(warc, in_order=False) as stored:
            return f"{url} {warc.relative_to(outer)} {stored.size}"
    for path in (warc, *warc.parents):  # a file in a WACZ is as old as that
        if path.is_file():
            found = path.stat()
            return f"{warc.absolute()} {found.st_size} {found.st_mtime_ns}"
    return str(warc)


def _digest(value: dict[str, Any]) -> str:
    text = json.dumps(value, sort_keys=True, default=_plain)
    return hashlib.sha256(text.encode()).hexdigest()


def _plain(value: Any) -> Any:
    return sorted(value) if isinstance(value, frozenset) else str(value)
