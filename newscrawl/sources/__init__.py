"""Which papers are there? Values from sources.toml and OPML.

Pure: nothing here asks the network. `newscrawl sources discover` and `check` do, in the ring.
"""

from __future__ import annotations

from newscrawl.sources.reading import parse_sources, read_sources
from newscrawl.sources.source import Poll, Source, in_force

__all__ = ["Poll", "Source", "in_force", "parse_sources", "read_sources"]
