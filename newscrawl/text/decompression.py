"""The bytes under content codings: gzip, deflate, br, zstd, or several in a row.

`decode` undoes those that a header names, `unpack` the gzip that a file is by its own bytes.

Whatever a server sends comes out as far as it can be read: a truncated body ends early, a body that
does not have the coding it claims is given as it is. Damage is named: a stream that ends before its
end, data that cannot be decoded, a checksum that does not hold. Memory is bounded by the block size.
"""

from __future__ import annotations

from contextlib import suppress
from itertools import chain
from typing import TYPE_CHECKING

import brotli  # type: ignore[import-untyped]
import zstandard

from newscrawl.errors import Bomb, TooLarge
from newscrawl.text import inflate
from newscrawl.text.blocks import limited, peek

if TYPE_CHECKING:
    from collections.abc import Callable, Generator, Iterable, Iterator

    #: Blocks under one coding, and the list to which damage is added.
    Decoder = Callable[[Iterable[bytes], list[str]], Iterator[bytes]]

#: Decoded bytes that are made at a time.
_STEP = 256 * 1024
#: RFC 9659: a zstd window over 8 MB is not allowed in a Content-Encoding.
_ZSTD_WINDOW = 8 * 1024 * 1024
#: Coded bytes that are given to a decoder at a time: it says nothing of those among which the damage is.
_SLICE = 1024
#: Bytes in which data that is not deflated at all shows itself.
_SIGN = 64
#: Decoded bytes that no ratio makes a bomb of.
_HARMLESS = 1024 * 1024
#: Content codings of one body that are undone.
_LAYERS = 5
#: Gzip in gzip (a .gz file that the server compressed again) is opened this often.
_FILE_LAYERS = 3
#: How much is read of a file and given of it at a time.
CHUNK = 65_536
_GZIP_MAGIC = b"\x1f\x8b"
_ZSTD_MAGIC = b"\x28\xb5\x2f\xfd"
#: Coded bytes that are given to zstd at a time: of four of them it may make 128 KB.
_ZSTD_SLICE = 16


def decode(
    blocks: Iterable[bytes],
    coding: str | None,
    *,
    limit: int,
    ratio: int = 0,
    damage: list[str] | None = None,
) -> Iterator[bytes]:
    """The body without its content codings. What is damaged in them is added to `damage`, once read.

    Raises TooLarge once a layer has more than `limit` bytes, and Bomb once all of them have made the
    body more than `ratio` times as long as it came: a bomb costs no more than that. 0: any ratio.
    """
    names = [name.strip().lower() for name in (coding or "").split(",")]
    decoders = [_DECODERS[name] for name in reversed(names) if name in _DECODERS]
    if len(decoders) > _LAYERS:
        raise Bomb(ratio, f"{len(decoders)} content codings")
    came = _Counted(_sliced(limited(blocks, limit)) if decoders else limited(blocks, limit))
    decoded: Iterator[bytes] = iter(came)
    found: list[str] = [] if damage is None else damage
    for decoder in decoders:  # the last coding named was applied last
        decoded = decoder(_sliced(decoded), found)
        if ratio:
            decoded = _within(decoded, came, ratio)
        decoded = limited(decoded, limit)
    return decoded


def begin(blocks: Iterable[bytes], coding: str | None, length: int) -> bytes:
    """The first bytes of the body without its content codings, however it goes on."""
    out = b""
    with suppress(TooLarge):
        for block in decode(blocks, coding, limit=max(length, _STEP) + _STEP):
            out += block
            if len(out) >= length:
                break
    return out[:length]


def unpack(
    blocks: Iterable[bytes],
    faults: list[str],
    *,
    limit: int,
    ratio: int,
) -> Iterator[bytes]:
    """The bytes of a file that may be gzip, as its first bytes tell, in pieces of at most CHUNK bytes.

    It ends early, with a line in `faults`, where the data is damaged and where there is more than `limit`.
    Raises Bomb where there is more than `ratio` times what came.
    """
    came = _Counted(blocks)
    pieces: Iterator[bytes] = iter(came)
    for _ in range(_FILE_LAYERS):
        first, pieces = peek(pieces, len(_GZIP_MAGIC))
        if not first.startswith(_GZIP_MAGIC):
            break
        pieces = _gzip(pieces, faults)
    try:
        for piece in limited(_within(pieces, came, ratio), limit):
            yield from (piece[at : at + CHUNK] for at in range(0, len(piece), CHUNK))
    except Bomb:
        raise
    except TooLarge:
        faults.append(f"cut at {limit} bytes")


def _sliced(blocks: Iterable[bytes]) -> Iterator[bytes]:
    """The same bytes in pieces of one length: what a damaged body says does not depend on how it comes."""
    rest = b""
    for block in blocks:
        rest += block
        whole = len(rest) - len(rest) % _SLICE
        yield from (rest[at : at + _SLICE] for at in range(0, whole, _SLICE))
        rest = rest[whole:]
    if rest:
        yield rest


class _Counted:
    """Blocks, counted as they are taken."""

    def __init__(self, blocks: Iterable[bytes]) -> None:
        self._blocks, self.size = blocks, 0

    def __iter__(self) -> Iterator[bytes]:
        for block in self._blocks:
            self.size += len(block)
            yield block


def _within(blocks: Iterable[bytes], came: _Counted, ratio: int) -> Iterator[bytes]:
    size = 0
    for block in blocks:
        size += len(block)
        if size > _HARMLESS and size > ratio * came.size:
            raise Bomb(ratio)
        yield block


def _gzip(blocks: Iterable[bytes], damage: list[str]) -> Iterator[bytes]:
    first, blocks = peek(blocks, len(_GZIP_MAGIC))
    if not first.startswith(_GZIP_MAGIC):
        yield from blocks
        return
    while first.startswith(_GZIP_MAGIC):
        rest = yield from _inflate(blocks, inflate.GZIP, "gzip", damage)
        first, blocks = peek(rest, len(_GZIP_MAGIC))


def _deflate(blocks: Iterable[bytes], damage: list[str]) -> Iterator[bytes]:
    """RFC 9110 means the zlib format; some servers have always sent raw deflated data."""
    first, blocks = peek(blocks, _SIGN)
    is_zlib = len(first) > 1 and first[0] & 0x0F == 8 and (first[0] << 8 | first[1]) % 31 == 0
    yield from _inflate(blocks, inflate.ZLIB if is_zlib else inflate.RAW, "deflate", damage)


def _inflate(
    blocks: Iterable[bytes], wbits: int, name: str, damage: list[str]
) -> Generator[bytes, None, Iterable[bytes]]:
    """One stream; what stands behind its end is the generator's return value."""
    rest = iter(blocks)
    state = inflate.decompressor(wbits)
    came, produced, silent = False, False, []
    for block in rest:
        came = True
        if not produced:
            silent.append(block)
        data, full = block, False
        while (data or full) and not state.eof:
            try:
                out = state.decompress(data, _STEP)
            except inflate.Error as error:
                # What begins as gzip or zlib does is damaged, and no plain text.
                if produced or wbits != inflate.RAW:
                    damage.append(f"damaged {name}: {error}")
                if not produced:
                    yield from chain(silent, rest)
                return ()
            if out:
                produced = True
                yield out
            data, full = state.unconsumed_tail, len(out) == _STEP
        if state.eof:
            return chain([state.unused_data], rest)
    if came:
        damage.append(f"the {name} data ends early")
    return ()


def _brotli(blocks: Iterable[bytes], damage: list[str]) -> Iterator[bytes]:
    _, blocks = peek(blocks, _SIGN)
    state = brotli.Decompressor()
    produced, silent = False, []
    for block in blocks:
        if not produced:
            silent.append(block)
        data = block
        while True:
            try:
                out = state.process(data, output_buffer_limit=_STEP)
            except brotli.error:
                if not produced:
                    yield from chain(silent, blocks)
                else:
                    damage.append("damaged br")
                return
            if out:
                produced = True
                yield out
            if state.is_finished():
                return
            if state.can_accept_more_data():
                break
            data = b""
    if silent:
        damage.append("the br data ends early")


def _zstd(blocks: Iterable[bytes], damage: list[str]) -> Iterator[bytes]:
    first, blocks = peek(blocks, len(_ZSTD_MAGIC))
    if not first.startswith(_ZSTD_MAGIC):
        yield from blocks
        return
    engine = zstandard.ZstdDecompressor(max_window_size=_ZSTD_WINDOW)
    rest = _in_slices(blocks, _ZSTD_SLICE)
    while first.startswith(_ZSTD_MAGIC):
        frame = engine.decompressobj()
        while not frame.eof:
            if not (data := next(rest, b"")):
                damage.append("the zstd data ends early")
                return
            try:
                out = frame.decompress(data)
            except zstandard.ZstdError as error:
                damage.append(f"damaged zstd: {error}")
                return
            if out:
                yield out
        first, rest = peek(chain([frame.unused_data], rest), len(_ZSTD_MAGIC))


def _in_slices(blocks: Iterable[bytes], size: int) -> Iterator[bytes]:
    for block in blocks:
        for at in range(0, len(block), size):
            yield block[at : at + size]


_DECODERS: dict[str, Decoder] = {
    "gzip": _gzip,
    "x-gzip": _gzip,
    "deflate": _deflate,
    "br": _brotli,
    "zstd": _zstd,
}
