"""How much is fetched of what articles need to look as they did?"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from newscrawl.causes import RequisiteLevel


@dataclass(frozen=True, slots=True)
class RequisitePolicy:
    """What is fetched of the requisites of articles: nothing without a `level`.

    `in_hand` at a time, `per_host` of one host; at most `page` of one page, and `host` of one host in a pass.
    One that was fetched is not fetched again for `seconds`; one that could not be had waits for
    `retry_seconds`. A lease lasts for `lease_seconds`.
    """

    level: RequisiteLevel | None = None
    in_hand: int = 8
    per_host: int = 2
    page: int = 200
    host: int = 5_000
    seconds: float = 30 * 86_400.0
    retry_seconds: float = 600.0
    lease_seconds: float = 900.0
