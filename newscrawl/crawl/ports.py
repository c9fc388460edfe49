"""What a crawl needs of the network side: a clock, and the recorder that writes captures."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    import asyncio
    from collections.abc import Sequence

    from newscrawl.archive.layout import Layout
    from newscrawl.items import Capture
    from newscrawl.warc.warc_fields import Resource


class Clock(Protocol):
    """Seconds since the epoch that never go back, and a wait until such a moment."""

    def now(self) -> float: ...

    async def wait(self, until: float, sooner: asyncio.Event) -> None: ...


class Recorder(Protocol):
    """Writes captures to files that carry `writer_id`, the name of this writer."""

    @property
    def layout(self) -> Layout: ...

    @property
    def writer_id(self) -> str: ...

    async def open(self) -> None: ...

    async def sync(self) -> None: ...

    async def write_notes(self, blocks: Sequence[bytes]) -> None: ...

    async def write_resources(self, resources: Sequence[Resource]) -> list[Capture]: ...
