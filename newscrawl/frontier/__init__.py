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
from newscrawl.frontier.sql import SqlFrontier

__all__ = [
    "HUBS",
    "DiscoveredUrl",
    "Frontier",
    "Lease",
    "Outcome",
    "Place",
    "SqlFrontier",
    "place_of",
]
