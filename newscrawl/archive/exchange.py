"""One exchange: the bytes that were sent for one request and the bytes that came back."""

from __future__ import annotations

import tempfile
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, BinaryIO, cast

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import datetime

#: Bytes of each direction that are held in memory before they go to a temporary file.
SPOOL_SIZE = 256 * 1024
_BLOCK = 64 * 1024


def _spool() -> BinaryIO:
    return cast("BinaryIO", tempfile.SpooledTemporaryFile(SPOOL_SIZE))


@dataclass(slots=True)
class Exchange:
    """What went over one connection for one transmission of one request.

    `received_length` bytes of `received` belong to the answer; what a server sends behind it is not
    kept. `complete` is set once the parser has seen the whole answer. `truncated` is the reason of
    WARC-Truncated for one that ended early. `to_proxy` says that `peer` is not the server's address.
    `failed` is set where the bytes could not be held: such an exchange must not be written.
    """

    url: str
    started_at: datetime
    sent: BinaryIO = field(default_factory=_spool)
    received: BinaryIO = field(default_factory=_spool)
    received_length: int = 0
    complete: bool = False
    truncated: str | None = None
    peer: str | None = None
    tls: tuple[str, str] | None = None
    to_proxy: bool = False
    failed: OSError | None = None
    _sealed: bool = field(default=False, init=False)

    def add_sent(self, data: bytes) -> None:
        self._add(self.sent, data)

    def add_received(self, data: bytes) -> None:
        if self._add(self.received, data):
            self.received_length += len(data)

    def finish(self, excess: int) -> None:
        """The parser has seen the end of the answer, `excess` bytes before the end of what came."""
        if not self._sealed:
            self.received_length -= excess
            self.complete = True

    def cut(self, reason: str) -> None:
        """The answer ends here, early."""
        if not self._sealed:
            self.truncated = reason

    def seal(self) -> None:
        """From here on nothing changes: what still comes belongs to nobody.

        A connection that was given up may deliver bytes while another thread writes the record.
        """
        self._sealed = True

    def close(self) -> None:
        self.seal()
        self.sent.close()
        self.received.close()

    def _add(self, spool: BinaryIO, data: bytes) -> bool:
        if self._sealed or self.failed:
            return False
        try:
            spool.write(data)
        except OSError as error:
            self.failed = error
        return not self.failed


@dataclass(frozen=True, slots=True)
class Failure:
    """A request that ended without a whole answer: `error` names the kind, `message` is for people."""

    error: str
    message: str


def size(file: BinaryIO) -> int:
    return file.seek(0, 2)


def blocks(file: BinaryIO, start: int, end: int) -> Iterator[bytes]:
    """The bytes `start` to `end` of `file`, 64 KiB at a time."""
    file.seek(start)
    left = end - start
    while left > 0 and (block := file.read(min(_BLOCK, left))):
        left -= len(block)
        yield block
