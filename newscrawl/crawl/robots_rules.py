"""What may be asked of an origin, as its robots.txt says, and why where it may not."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from newscrawl.errors import Missed

if TYPE_CHECKING:
    from newscrawl.text.robots import RobotsTxt


@dataclass(frozen=True, slots=True)
class RobotsRules:
    """What one origin's robots.txt says. Without a text everything is forbidden, and `why` says why.

    `word` is what is kept with each capture that it allows.
    """

    robots: RobotsTxt | None
    why: Missed = field(default_factory=lambda: Missed("robots"))
    word: str = ""

    def allowed(self, url: str, agent: str) -> bool:
        return self.robots is not None and self.robots.allows(url, agent)

    def crawl_delay(self, agent: str) -> float | None:
        return self.robots.crawl_delay(agent) if self.robots is not None else None

    @property
    def sitemaps(self) -> tuple[str, ...]:
        return self.robots.sitemaps if self.robots is not None else ()

    def rules_for(self, agent: str) -> tuple[str, ...]:
        """The lines that hold for this crawler, for people."""
        return self.robots.rules_for(agent) if self.robots is not None else ()
