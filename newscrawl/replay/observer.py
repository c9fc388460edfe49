"""What a replay tells while it runs: damage, failed pages, notices and progress."""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from collections.abc import Iterator

    from newscrawl.errors import DamagedRecord, Missed
    from newscrawl.items import Page
    from newscrawl.replay.captured_page import Result


class ShardProgress(Protocol):
    """Is told how many shards and pages are done."""

    def expect(self, shards: int, /) -> None:
        """So many shards more are to be processed."""

    def shard_done(self) -> None: ...

    def page_done(self) -> None:
        """A page is read. Those that a cluster reads are not told."""


class Observer:
    """Does nothing with what it is told; a subclass prints it."""

    def damaged(self, damage: DamagedRecord) -> None:
        """A record is damaged. Each damage is told once."""

    def page_failed(self, page: Page, missed: Missed) -> None:
        """A page could not be read for want of time or memory, or because of an error."""

    def notice(self, text: str) -> None:
        """Something that a user should know, in one line."""

    @contextmanager
    def processing(self) -> Iterator[ShardProgress]:
        """Shards are processed as long as the context is open."""
        yield _NoProgress()

    def merging(self, results: Iterator[Result], _total: int, /) -> Iterator[Result]:
        """The results as they come, so many in total."""
        return results


class _NoProgress:
    def expect(self, shards: int, /) -> None: ...

    def shard_done(self) -> None: ...

    def page_done(self) -> None: ...
