"""What is known and when it is due, across runs and machines: URLs are leased, not queued."""

from newscrawl.causes import HUBS
from newscrawl.frontier.protocol import (
    DiscoveredUrl,
    Frontier,
    Lease,
    Outcome,
    Place,
    place_of,
)
from newscrawl.frontier.source_register import KnownSource, SourceRegister
from newscrawl.frontier.sql import SqlFrontier

__all__ = [
    "HUBS",
    "DiscoveredUrl",
    "Frontier",
    "KnownSource",
    "Lease",
    "Outcome",
    "Place",
    "SourceRegister",
    "SqlFrontier",
    "place_of",
]
