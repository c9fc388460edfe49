"""One exchange: the bytes that were sent for a request, and the bytes that were received for it."""

from __future__ import annotations

import sys
import tempfile
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, BinaryIO, cast

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import datetime

#: Bytes of each direction that are held in memory. Longer exchanges go to temporary files.
MAX_SPOOL_IN_MEMORY = 1 << 20
_READ_BYTES = 64 * 1024
_MAX_RESPONSE_IN_MEMORY = 1 << 20


def _spool() -> BinaryIO:
    return cast("BinaryIO", tempfile.SpooledTemporaryFile(MAX_SPOOL_IN_MEMORY))


@dataclass(slots=True)
class Exchange:
    """The bytes on one connection of one transmission of one request.

    `received_length` bytes of `received` belong to the response; bytes that a server sends behind it are
    not kept. `complete` is set once the parser has seen the whole response. `truncated` is the value of
    WARC-Truncated for one that ended early. `to_proxy` says that `peer` is not the server's address.
    `failed` is set where the bytes could not be held: such an exchange must not be written.
    `metadata` are named fields with what is known of the response besides its bytes. `check_duplicates`
    is False where no earlier capture can have the same payload, so that none need be looked up. The
    values of `redacted_headers` (lower case) of the request are not written.
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
    metadata: tuple[tuple[str, str], ...] = ()
    check_duplicates: bool = True
    redacted_headers: frozenset[str] = frozenset()
    _sealed: bool = field(default=False, init=False)

    def add_sent(self, data: bytes) -> None:
        self._add(self.sent, data)

    def add_received(self, data: bytes) -> None:
        if self._add(self.received, data):
            self.received_length += len(data)

    def finish(self, excess: int) -> None:
        """The parser has seen the end of the response, `excess` bytes before the last received byte."""
        if not self._sealed:
            self.received_length -= excess
            self.complete = True

    def cut(self, reason: str) -> None:
        """The response ends here, early, even if its connection was closed as at a regular end."""
        if not self._sealed:
            self.truncated, self.complete = reason, False

    def seal(self) -> None:
        """Ignore all bytes from now on.

        A connection that was given up may deliver bytes while another thread writes the record.
        """
        self._sealed = True

    def request(self) -> bytes:
        return ByteRange(self.sent, 0, self.sent.seek(0, 2)).read(sys.maxsize)

    def response(self) -> ByteRange:
        """The received bytes; in memory if they are few, so that their file is read once."""
        if self.received_length > _MAX_RESPONSE_IN_MEMORY:
            return ByteRange(self.received, 0, self.received_length)
        self.received.seek(0)
        return ByteRange.of(self.received.read(self.received_length))

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
    """A request that ended without a whole response: `error` names the kind, `message` is for people.

    `metadata` are further fields. They are written where no response came whose records have them.
    """

    error: str
    message: str
    metadata: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, slots=True)
class ByteRange:
    """The bytes from `start` to `end` of a bytes object or of a file."""

    source: BinaryIO | bytes
    start: int
    end: int

    @classmethod
    def of(cls, data: bytes) -> ByteRange:
        """All of these bytes."""
        return cls(data, 0, len(data))

    @property
    def length(self) -> int:
        return self.end - self.start

    def part(self, start: int, end: int | None = None) -> ByteRange:
        """From `start` to `end`, as positions in the source; to the end of this range without `end`."""
        return ByteRange(self.source, start, self.end if end is None else end)

    def pieces(self) -> Iterator[bytes | memoryview]:
        """The bytes in pieces; of a file, 64 KiB at a time."""
        if isinstance(self.source, bytes):
            # Not a copy: copying blocks the event loop, hashing and compressing release the interpreter.
            yield memoryview(self.source)[self.start : self.end]
            return
        self.source.seek(self.start)
        left = self.length
        while left > 0 and (piece := self.source.read(min(_READ_BYTES, left))):
            left -= len(piece)
            yield piece

    def read(self, limit: int) -> bytes:
        """The first bytes, at most `limit`."""
        return b"".join(self.part(self.start, min(self.end, self.start + limit)).pieces())
