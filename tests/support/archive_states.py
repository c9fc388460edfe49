"""States in which the files of an archive may be found: each function brings a copy of one into its state."""

from __future__ import annotations

import random
import shutil
import sqlite3
from contextlib import closing
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    #: Changes the archive in this folder; the folder to give to the commands.
    State = Callable[[Path], Path]

_NOISE = random.Random(7).randbytes(3_000)


def copy(archive: Path, target: Path) -> Path:
    """A copy of an archive that nobody has open, with all of its database in one file."""
    shutil.copytree(archive, target)
    with closing(sqlite3.connect(target / "news.db")) as tables:
        tables.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        tables.execute("PRAGMA journal_mode = DELETE")
    return target


def _files(pattern: str, change: Callable[[Path], object]) -> State:
    def state(archive: Path) -> Path:
        found = sorted(archive.glob(pattern))
        assert found, pattern
        change(found[0])
        return archive

    return state


def _rewritten(change: Callable[[bytes], bytes]) -> Callable[[Path], object]:
    return lambda path: path.write_bytes(change(path.read_bytes()))


def _cut(data: bytes) -> bytes:
    return data[: len(data) * 3 // 5]


def _flipped(data: bytes) -> bytes:
    at = len(data) // 2
    return data[:at] + bytes(byte ^ 0x5A for byte in data[at : at + 20]) + data[at + 20 :]


def _unsorted(data: bytes) -> bytes:
    return b"".join(reversed(data.splitlines(keepends=True)))


def _bad_lines(data: bytes) -> bytes:
    lines = data.splitlines(keepends=True)
    bad = [b"\xff\xfe no line of this file\n", b'{"url": 1}\n', b"[]\n", b"\n", b'{"id": \n']
    return b"".join([*lines[:1], *bad, *lines[1:]])


def _folder(path: Path) -> None:
    path.unlink()
    path.mkdir()


def _looping(path: Path) -> None:
    path.unlink()
    path.symlink_to(path)


_CHANGES: dict[str, Callable[[Path], object]] = {
    "deleted": lambda path: path.unlink(),
    "empty": lambda path: path.write_bytes(b""),
    "cut": _rewritten(_cut),
    "flipped": _rewritten(_flipped),
    "noise": lambda path: path.write_bytes(_NOISE),
    "a folder": _folder,
    "a link to itself": _looping,
}
_OF_LINES: dict[str, Callable[[Path], object]] = {
    "unsorted": _rewritten(_unsorted),
    "bad lines": _rewritten(_bad_lines),
}
_PLACES = {
    "database": ("news.db", _CHANGES),
    "index": ("index.cdxj", {**_CHANGES, **_OF_LINES}),
    "records": ("records/*.jsonl", {**_CHANGES, **_OF_LINES}),
    "WARC": ("warc/*.warc.gz", _CHANGES),
}


def _moved(name: str) -> State:
    return lambda archive: archive.rename(archive.parent / name)


def _linked(archive: Path) -> Path:
    link = archive.parent / "link"
    link.symlink_to(archive)
    return link


def _without(folder: str) -> State:
    def state(archive: Path) -> Path:
        shutil.rmtree(archive / folder)
        return archive

    return state


def _missing(archive: Path) -> Path:
    return archive.parent / "no-such-archive"


def _file(archive: Path) -> Path:
    shutil.rmtree(archive)
    archive.write_text("no folder")
    return archive


STATES: dict[str, State] = {
    f"{place} {how}": _files(pattern, change)
    for place, (pattern, changes) in _PLACES.items()
    for how, change in changes.items()
}
STATES |= {
    "whole": lambda archive: archive,
    "blanks in its name": _moved(" my  news "),
    "other scripts in its name": _moved("新聞 новости \u202e%20#?&'\""),
    "a newline in its name": _moved("my\nnews\t"),
    "bytes that are no text in its name": _moved("news\udcff\udc80"),
    "a name like an option": _moved("-news"),
    "a link": _linked,
    "no folder of WARCs": _without("warc"),
    "no folder of records": _without("records"),
    "missing": _missing,
    "a file": _file,
}
