"""Decompression of zlib's formats, by the fastest library that is installed."""

from __future__ import annotations

from typing import TYPE_CHECKING, cast

if TYPE_CHECKING:
    from typing import Protocol

    class Decompressor(Protocol):
        """What `zlib.decompressobj` returns."""

        @property
        def eof(self) -> bool: ...
        @property
        def unused_data(self) -> bytes: ...
        @property
        def unconsumed_tail(self) -> bytes: ...
        def decompress(self, data: bytes, max_length: int = 0, /) -> bytes: ...


try:
    from isal import isal_zlib as _engine
except ImportError:
    try:
        from zlib_ng import zlib_ng as _engine  # type: ignore[no-redef]
    except ImportError:
        import zlib as _engine  # type: ignore[no-redef]

GZIP = 31
ZLIB = 15
RAW = -15

#: What a decompressor raises on damage.
Error = cast("type[Exception]", _engine.error)


def decompressor(wbits: int = GZIP) -> Decompressor:
    """A decompressor of one gzip member, one zlib stream or raw deflated data."""
    return _engine.decompressobj(wbits)
