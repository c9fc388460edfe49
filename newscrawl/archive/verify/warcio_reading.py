"""The records of an archive file as warcio reads them. It shares no line of code with our reader.

Memory is bounded: lines are limited, and blocks are hashed as they pass.
"""

from __future__ import annotations

import contextlib
import hashlib
import io
import logging
from typing import TYPE_CHECKING, Any

from warcio.archiveiterator import ArchiveIterator
from warcio.bufferedreaders import ChunkedDataReader, DecompressingBufferedReader
from warcio.exceptions import ArchiveLoadFailed

from newscrawl.archive.verify.record_reading import (
    MAX_CHUNKED_BYTES,
    MAX_HTTP_HEAD_BYTES,
    RecordReading,
    may_have_http,
    sha256,
)
from newscrawl.errors import NewscrawlError

if TYPE_CHECKING:
    from collections.abc import Iterator

    from newscrawl.storage.files import StoredFile

_PIECE = 64 * 1024
#: Stored bytes that are read at a time: warcio holds all that they decompress to, a thousand times as much.
_READ_BYTES = 4096
#: Where warcio says that it replaces blanks in a URI.
_LOGGER = logging.getLogger("warcio.recordloader")


class WarcioFailure(NewscrawlError):
    """What warcio says of a record that it cannot read."""


class WarcioReader:
    """Reads one file from a given offset on, record by record."""

    def __init__(self, file: StoredFile, start: int) -> None:
        file.seek(start)
        self._said = io.StringIO()
        source = _Source(file, start)
        with self._listening():
            self._records: Any = ArchiveIterator(source, no_record_parse=True)
            self._records.reader = _BoundedReader(source, block_size=_READ_BYTES)

    def next(self) -> RecordReading | None:
        """The next record; None at the end. Raises WarcioFailure for one that cannot be read."""
        with self._listening():
            record = next(self._records, None)
            reading = None if record is None else self._read(record)
        if said := self._said.getvalue():
            raise WarcioFailure(" ".join(said.split())[:200])
        return reading

    @contextlib.contextmanager
    def _listening(self) -> Iterator[None]:
        """Take what warcio prints on standard error, and whatever it raises, for a failure."""
        was_disabled, _LOGGER.disabled = _LOGGER.disabled, True
        try:
            with contextlib.redirect_stderr(self._said):
                yield
        except (
            Exception
        ) as error:  # of any kind: warcio does not catch what damaged bytes make Python raise
            raise WarcioFailure(
                " ".join(str(error).split())[:200] or type(error).__name__
            ) from error
        finally:
            _LOGGER.disabled = was_disabled

    def _read(self, record: Any) -> RecordReading:
        is_arc = record.format == "arc"
        headers = record.rec_headers
        kind = record.rec_type or ""
        target = headers.get_header("uri" if is_arc else "WARC-Target-URI")
        stream = _Hashed(record.raw_stream)
        payload_length, payload = None, None
        if record.length and may_have_http(kind, target):
            payload_length, payload = self._payload(record, kind, target, stream)
        for _ in iter(lambda: stream.read(_PIECE), b""):
            pass
        return RecordReading(
            self._records.get_record_offset(),
            "warcinfo" if kind == "arc_header" else kind,
            headers.get_header("WARC-Record-ID"),
            target,
            headers.get_header("WARC-Block-Digest"),
            headers.get_header("WARC-Payload-Digest"),
            stream.length,
            stream.state.hexdigest(),
            payload_length,
            payload,
        )

    def _payload(
        self, record: Any, kind: str, target: str, stream: _Hashed
    ) -> tuple[int | None, str | None]:
        http_headers = self._records.loader.load_http_headers(kind, target, stream, record.length)
        if http_headers is None:
            return None, None
        length: int = record.length - stream.length
        if kind == "request" or length > MAX_CHUNKED_BYTES:
            return length, None
        if http_headers.get_header("transfer-encoding") == "chunked":
            body: Any = ChunkedDataReader(stream)
            return length, sha256(iter(lambda: body.read(_PIECE), b""))
        codings = (http_headers.get_header("transfer-encoding") or "").lower()
        if "chunked" in codings:
            return length, sha256(iter(lambda: stream.read(_PIECE), b""))
        return length, None


class _Source:
    """A file that warcio reads from its middle on."""

    def __init__(self, file: StoredFile, start: int) -> None:
        self._file, self._at = file, start

    def tell(self) -> int:
        return self._at

    def read(self, size: int) -> bytes:
        data = self._file.read(size)
        self._at += len(data)
        return data


class _BoundedReader(DecompressingBufferedReader):  # type: ignore[misc]
    """warcio's reader, without lines of any length."""

    def readline(self, length: int | None = None) -> bytes:
        line: bytes = super().readline(length or MAX_HTTP_HEAD_BYTES)
        if len(line) >= MAX_HTTP_HEAD_BYTES:
            raise ArchiveLoadFailed(f"a line of more than {MAX_HTTP_HEAD_BYTES} bytes")
        return line


class _Hashed:
    """The block of a record, which is hashed as it is read."""

    def __init__(self, stream: Any) -> None:
        self._stream = stream
        self.state = hashlib.sha256()
        self.length = 0

    def read(self, size: int) -> bytes:
        return self._passed(self._stream.read(size))

    def readline(self, size: int | None = None) -> bytes:
        return self._passed(self._stream.readline(size or MAX_HTTP_HEAD_BYTES))

    def tell(self) -> int:
        return self.length

    def _passed(self, data: bytes) -> bytes:
        self.state.update(data)
        self.length += len(data)
        return data
