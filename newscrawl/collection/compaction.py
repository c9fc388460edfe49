"""Join the small WARCs of many runs into full ones."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from newscrawl.archive.rewriting import Part
from newscrawl.collection import rewriting
from newscrawl.collection.replacement import Replacement
from newscrawl.errors import DamagedRecord
from newscrawl.storage.file_names import WARC_SUFFIX, writer_id_of

if TYPE_CHECKING:
    from newscrawl.collection.commit import Collection
    from newscrawl.collection.replacement import Signature


@dataclass(frozen=True, slots=True)
class FileGroup:
    """Neighbours in time that become one file."""

    paths: tuple[Path, ...]
    size: int


def choose(collection: Collection, *, full: int) -> list[FileGroup]:
    """Groups of two files or more that are no more than `full` bytes together, the oldest first.

    Of our own finished files on this disk, of which every capture has been dealt with.
    """
    settled = collection.store.settled_warcs()
    groups: list[FileGroup] = []
    waiting: list[Path] = []
    size = 0
    for path in collection.layout.finished():
        is_own = path.name.endswith(WARC_SUFFIX) and writer_id_of(path.name) is not None
        if not is_own or path.name not in settled or path.is_symlink() or not path.is_file():
            continue
        more = path.stat().st_size
        if waiting and size + more > full:
            groups.append(FileGroup(tuple(waiting), size))
            waiting, size = [], 0
        waiting.append(path)
        size += more
    groups.append(FileGroup(tuple(waiting), size))
    return [group for group in groups if len(group.paths) > 1]


def carry_out(
    collection: Collection, group: FileGroup, signature: Signature
) -> tuple[str, list[str]]:
    """Join one group; return the name of the new file, and those of damaged files that were left alone.

    The name is empty where fewer than two sound files are left. The caller has the archive alone.
    """
    sound, damaged = list(group.paths), list[str]()
    while len(sound) > 1:
        work = rewriting.Rewriting(collection.layout)
        new = Replacement(collection.layout, work, signature)
        try:
            new.write([Part(path, is_whole=True) for path in sound])
        except DamagedRecord as damage:
            path = Path(damage.path)
            if path not in sound:
                raise
            sound.remove(path)
            damaged.append(path.name)
            continue
        work.complete(new.plan("compact", collection.store.database, settled=tuple(new.new)))
        rewriting.replace_files(collection)
        return new.new[0], damaged
    return "", damaged
