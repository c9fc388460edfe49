"""What workers made of the texts of articles, until these are stored."""

from __future__ import annotations

from threading import Lock
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from newscrawl.processing.text_index import TextIndex

#: Texts of articles that are held: of those that are never stored, the oldest ones go.
MAX_HELD = 1_000


class TextIndexes:
    """Holds them by their texts. Threads may share it."""

    def __init__(self) -> None:
        self._held: dict[bytes, TextIndex] = {}
        self._lock = Lock()

    def add(self, index: TextIndex) -> None:
        """Hold one until its article is stored."""
        with self._lock:
            self._held[index.key] = index
            if len(self._held) > MAX_HELD:
                del self._held[next(iter(self._held))]

    def take(self, record: dict[str, Any]) -> TextIndex | None:
        """That of a record with these very texts, if there is one."""
        if not self._held:
            return None
        # Imported here: what only looks into an archive holds none, and starts sooner.
        from newscrawl.processing.text_index import texts_key

        with self._lock:
            return self._held.pop(texts_key(record), None)
