"""The names of archive files, of unfinished ones, and of pointers to files elsewhere."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from datetime import datetime
    from pathlib import Path

WARC_SUFFIX = ".warc.gz"
#: The suffix of an unfinished file. Only its writer, or recovery once that is dead, changes it.
OPEN_SUFFIX = ".open"
#: The suffix of a pointer: `NAME.url` has the URL at which NAME is.
POINTER_SUFFIX = ".url"

#: The name of a file of captures, of our writer or another tool.
ARCHIVE_NAME = re.compile(r"\.w?arc(\.gz|\.zst)?$")

_NAME = re.compile(r"(?P<prefix>.+)-(?P<stamp>\d{17})-(?P<writer_id>[a-z0-9]+)-(?P<serial>\d{5})")


def stem(warc: str) -> str:
    """The name of a WARC without its suffixes."""
    return re.sub(r"\.(w?arc)(\.gz|\.zst)?(\.open)?$", "", warc)


def warc_name(*, prefix: str, now: datetime, writer_id: str, serial: int) -> str:
    """A file name by the pattern of WARC 1.1, annex C: prefix, 17 digits of time, writer id, serial."""
    stamp = now.strftime("%Y%m%d%H%M%S%f")[:17]
    return f"{prefix}-{stamp}-{writer_id}-{serial:05d}{WARC_SUFFIX}"


def local_size(warc: Path) -> int:
    """The size of a file on this disk; 0 if it is elsewhere."""
    try:
        return warc.stat().st_size
    except FileNotFoundError:
        return 0


def writer_id_of(warc: str) -> str | None:
    """The id of the writer of a file; None for a file of another tool."""
    match = _NAME.fullmatch(stem(warc))
    return match["writer_id"] if match else None


def age_of(name: str) -> tuple[str, str]:
    """A sort key: the time in a name of ours and the name; names of other tools come first."""
    match = _NAME.fullmatch(stem(name))
    return (match["stamp"], name) if match else ("", name)


def successor(warc: str, *, now: datetime, writer_id: str, serial: int) -> str:
    """The name of a file that takes the place of this one: of its prefix and time, by another writer."""
    match = _NAME.fullmatch(stem(warc))
    if match is None:
        return warc_name(prefix=stem(warc), now=now, writer_id=writer_id, serial=serial)
    return f"{match['prefix']}-{match['stamp']}-{writer_id}-{serial:05d}{WARC_SUFFIX}"
