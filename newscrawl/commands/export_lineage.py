"""`newscrawl export lineage`: all pairs of articles that were compared, for other programs."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, TextIO

if TYPE_CHECKING:
    from pathlib import Path

    from newscrawl.commands.record_filters import Chosen

FORMATS = ("jsonl", "csv", "graphml")


def write_lineage(archive: Path, file: TextIO, chosen: Chosen, form: str, *, excel: bool) -> None:
    """Write all pairs, or those of the chosen sources."""
    from newscrawl.commands.archive_access import reader_of, require_sources
    from newscrawl.export import csv_files
    from newscrawl.reuse import links

    reader = reader_of(archive)
    require_sources(reader.engine, chosen.sources)
    found = links.links(reader, sources=chosen.sources)
    if form == "graphml":
        file.write(links.graph(found).decode())
    elif form == "csv":
        rows = ([[links.table_row(each)[n] for n in links.LINK_FIELDS]] for each in found)
        csv_files.write_csv(file, rows, links.LINK_FIELDS, excel=excel)
    else:
        for each in found:
            file.write(json.dumps(each.to_dict(), ensure_ascii=False) + "\n")
