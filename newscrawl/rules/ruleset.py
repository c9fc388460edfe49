"""Which rule is for a page?"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from newscrawl.urls import host

if TYPE_CHECKING:
    from newscrawl.rules.rule import Rule


@dataclass(frozen=True, slots=True)
class Ruleset:
    """The rules in force, in the order of their files."""

    rules: tuple[Rule, ...] = ()

    def rule_for(self, url: str, captured_at: str) -> Rule | None:
        """The first rule for this URL on the day of this capture (ISO 8601 in UTC)."""
        if not self.rules:
            return None
        of_url, path = host(url), urlsplit(url).path or "/"
        day = date.fromisoformat(captured_at[:10])
        return next((r for r in self.rules if r.is_for(of_url, path) and r.is_valid_on(day)), None)


NO_RULES = Ruleset()
