"""Which URLs has this pass leased that have not ended yet?"""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

from newscrawl.urls import key

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from newscrawl.frontier import Lease


class Leases:
    """The leases of one pass, by URL. `changed` is set whenever a URL has ended."""

    def __init__(self) -> None:
        self.changed = asyncio.Event()
        self._by_key: dict[str, Lease] = {}

    def __len__(self) -> int:
        return len(self._by_key)

    def __iter__(self) -> Iterator[Lease]:
        return iter(self._by_key.values())

    def add(self, leases: Iterable[Lease]) -> list[Lease]:
        """Take these leases on; return those whose URLs were not leased already.

        A lease may run out and be given once more while its URL is still fetched: the first one stays.
        """
        new = [lease for lease in leases if lease.key not in self._by_key]
        self._by_key |= {lease.key: lease for lease in new}
        return new

    def of(self, url: str) -> Lease | None:
        """The lease of this URL, in any spelling."""
        return self._by_key.get(key(url))

    def end(self, url: str) -> None:
        """Note that this URL has ended."""
        self._by_key.pop(key(url), None)
        self.changed.set()

    async def change(self) -> None:
        """Wait until some URL has ended."""
        await self.changed.wait()
        self.changed.clear()
