"""How a miss leaves the pipelines: as Scrapy's DropItem, with the miss inside."""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING

from scrapy.exceptions import DropItem

from newscrawl.errors import Missed

if TYPE_CHECKING:
    from collections.abc import Iterator


class Dropped(DropItem):
    """An item that ends as this miss. Logged at DEBUG: misses are counted and listed, not shouted."""

    def __init__(self, missed: Missed) -> None:
        super().__init__(str(missed), log_level="DEBUG")
        self.missed = missed


@contextmanager
def dropping() -> Iterator[None]:
    """Raise Dropped for Missed."""
    try:
        yield
    except Missed as missed:
        raise Dropped(missed) from missed
