"""Where do the latest captures of URLs lie that no lease names? For items of spiders of the user's own."""

from __future__ import annotations

from collections import OrderedDict
from typing import TYPE_CHECKING

from newscrawl.urls import key

if TYPE_CHECKING:
    from newscrawl.items import Capture

#: Captures that are remembered.
MAX_CAPTURES = 10_000


class RecentCaptures:
    """The captures of the latest answers, by URL in any spelling; the oldest is forgotten first."""

    def __init__(self) -> None:
        self._by_key: OrderedDict[str, Capture] = OrderedDict()

    def add(self, url: str, capture: Capture) -> None:
        """Remember the capture of an answer at this URL."""
        self._by_key[key(url)] = capture
        self._by_key.move_to_end(key(url))
        if len(self._by_key) > MAX_CAPTURES:
            self._by_key.popitem(last=False)

    def of(self, url: str) -> Capture | None:
        """The latest capture of this URL, if it is remembered."""
        return self._by_key.get(key(url))
