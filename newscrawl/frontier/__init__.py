"""What is known and when it is due, across runs and machines: URLs are leased, not queued."""

from newscrawl.frontier.protocol import Frontier, Lease, NewUrl, Outcome
from newscrawl.frontier.sql import SqlFrontier

__all__ = ["Frontier", "Lease", "NewUrl", "Outcome", "SqlFrontier"]
