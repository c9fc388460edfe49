"""Which papers are there? Values from sources.toml and OPML.

Pure: nothing here asks the network. `newscrawl sources discover` and `check` do, in the ring.
"""

from __future__ import annotations

from importlib.resources import files

from newscrawl.sources.opml import read_opml, write_opml
from newscrawl.sources.parser import parse_sources, read_sources
from newscrawl.sources.source import Poll, RequestOptions, Source, in_force
from newscrawl.sources.writer import table, write_toml

__all__ = [
    "Poll", "RequestOptions", "Source", "example", "in_force", "parse_sources", "read_opml",
    "read_sources", "table", "write_opml", "write_toml",
]  # fmt: skip


def example() -> str:
    """A sources file that explains each key."""
    return files("newscrawl.sources").joinpath("example.toml").read_text("utf-8")
