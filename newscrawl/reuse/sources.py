"""How often does a source print the words of others, and whose?"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from newscrawl.archive_reader import ArchiveReader
    from newscrawl.store.reuse_sources import SourceReuse


def source_reuse(archive: ArchiveReader, source: str) -> SourceReuse:
    """The counts of one source; all are 0 if it shares no words with others, or is not in the archive."""
    return archive.store.reuse_log.by_source(source)[source]
