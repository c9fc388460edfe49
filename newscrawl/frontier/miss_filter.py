"""Which misses are wanted?"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from typing import Any


@dataclass(frozen=True, slots=True)
class MissFilter:
    """Misses seen from `since` up to and without `until`, of these sources; empty is any."""

    since: datetime | None = None
    until: datetime | None = None
    sources: frozenset[str] = field(default_factory=frozenset)

    def has(self, miss: dict[str, Any]) -> bool:
        """Whether this miss, as `Frontier.misses` gives it, is wanted."""
        if self.sources and miss["source"] not in self.sources:
            return False
        if self.since is None and self.until is None:
            return True
        if miss["seen_at"] is None:
            return False
        at = datetime.fromisoformat(miss["seen_at"])
        return (self.since is None or at >= self.since) and (self.until is None or at < self.until)
