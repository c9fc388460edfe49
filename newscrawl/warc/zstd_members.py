"""A reader of `.warc.zst` files: zstd frames, and the dictionary with which they were compressed.

https://iipc.github.io/warc-specifications/specifications/warc-zstd/: a skippable frame with the magic number
0x184D2A5D at the beginning of the file holds the dictionary, which may be compressed with zstd itself.

A frame is read block by block (RFC 8878, 3.1.1). A block decompresses to 128 KiB at most, so memory is
bounded however much a frame decompresses to.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import zstandard

from newscrawl.warc.boundaries import MAX_RECORD_START_BYTES
from newscrawl.warc.member_reader import CompressedReader

if TYPE_CHECKING:
    from pathlib import Path

    from newscrawl.storage.files import StoredFile

FRAME_MAGIC = b"\x28\xb5\x2f\xfd"
DICTIONARY_MAGIC = b"\x5d\x2a\x4d\x18"

_SKIPPABLE = re.compile(rb"[\x50-\x5f]\x2a\x4d\x18", re.DOTALL)
_SKIPPABLE_HEADER_BYTES = 8
_BLOCK_HEADER_BYTES = 3
_MAX_BLOCK_BYTES = 128 * 1024
_RLE_BLOCK, _RESERVED_BLOCK = 1, 3
_CHECKSUM_BYTES = 4
#: Lengths of the fields in the header of a frame, by their flags.
_DICTIONARY_ID_BYTES = (0, 1, 2, 4)
_CONTENT_SIZE_BYTES = (0, 2, 4, 8)
#: Largest dictionary, and largest window of a frame, that are held in memory.
_MAX_DICTIONARY_BYTES = 16 * 1024 * 1024
_MAX_WINDOW_BYTES = 128 * 1024 * 1024


class ZstdFrameReader(CompressedReader):
    """Reads the frames of a `.warc.zst` file. Skippable frames between them are skipped."""

    MAGIC = re.compile(re.escape(FRAME_MAGIC))
    MAGIC_BYTES = 4

    def __init__(self, path: Path, file: StoredFile) -> None:
        super().__init__(path, file)
        self._dictionary = self._read_dictionary()
        self._state = self._decompressor().decompressobj()
        self._is_begun = self._is_over = self._has_checksum = False

    def next_member(self) -> bool:
        while self._fill(_SKIPPABLE_HEADER_BYTES) and _SKIPPABLE.match(self._input):
            size = int.from_bytes(self._input[4:_SKIPPABLE_HEADER_BYTES], "little")
            self.seek(self.end + _SKIPPABLE_HEADER_BYTES + size)
        self.offset = self.end
        self._start = self.position
        self._state = self._decompressor().decompressobj()
        self._is_begun = self._is_over = False
        self._clear(self._start)
        return bool(self._input)

    def _piece(self) -> bytes:
        try:
            if not self._is_begun:
                self._is_begun = True
                self._state.decompress(self._take_header())
            while not self._is_over:
                if piece := self._state.decompress(self._take_block()):
                    return piece
        except zstandard.ZstdError as error:
            raise self.damaged(f"not a sound zstd frame: {error}") from error
        return b""

    def _begin_of(self, offset: int) -> bytes:
        self._file.seek(offset)
        stored = self._file.read(_MAX_BLOCK_BYTES)
        try:
            with self._decompressor().stream_reader(stored) as begin:
                return begin.read(MAX_RECORD_START_BYTES)
        except zstandard.ZstdError:
            return b""

    def _decompressor(self) -> zstandard.ZstdDecompressor:
        return zstandard.ZstdDecompressor(
            dict_data=self._dictionary, max_window_size=_MAX_WINDOW_BYTES
        )

    def _take_header(self) -> bytes:
        """The header of the frame (RFC 8878, 3.1.1.1)."""
        magic = self._take(len(FRAME_MAGIC))
        if magic != FRAME_MAGIC:
            raise self.damaged("no zstd frame begins here")
        descriptor = self._take(1)
        flags = descriptor[0]
        is_single_segment = bool(flags & 0x20)
        self._has_checksum = bool(flags & 0x04)
        size = _DICTIONARY_ID_BYTES[flags & 0x03] + _CONTENT_SIZE_BYTES[flags >> 6]
        if is_single_segment:
            size += flags >> 6 == 0  # then the content size has one byte
        else:
            size += 1  # the window descriptor
        return magic + descriptor + self._take(size)

    def _take_block(self) -> bytes:
        """The next block of the frame; the last one has the checksum with it."""
        header = self._take(_BLOCK_HEADER_BYTES)
        value = int.from_bytes(header, "little")
        kind, size = value >> 1 & 0x03, value >> 3
        if kind == _RESERVED_BLOCK or size > _MAX_BLOCK_BYTES:
            raise self.damaged("not a sound zstd frame: a block of no known type or size")
        data = self._take(1 if kind == _RLE_BLOCK else size)
        self._is_over = bool(value & 1)
        checksum = self._take(_CHECKSUM_BYTES) if self._is_over and self._has_checksum else b""
        return header + data + checksum

    def _take(self, size: int) -> bytes:
        """The next stored bytes."""
        if not self._fill(size):
            raise self._cut_off("zstd frame")
        data, self._input = self._input[:size], self._input[size:]
        self.end += size
        return data

    def _fill(self, size: int) -> bool:
        """Read until `size` stored bytes are held; False if the file ends before."""
        while len(self._input) < size:
            data = self._file.read(max(self._chunk, size))
            if not data:
                return False
            self._input += data
        return True

    def _read_dictionary(self) -> zstandard.ZstdCompressionDict | None:
        """The dictionary at the beginning of the file. Raises DamagedRecord."""
        self.seek(0)
        header = self._file.read(_SKIPPABLE_HEADER_BYTES)
        self._file.seek(0)
        if not header.startswith(DICTIONARY_MAGIC):
            return None
        size = int.from_bytes(header[4:], "little")
        if size > _MAX_DICTIONARY_BYTES:
            raise self.damaged(f"a dictionary of {size} bytes")
        self._file.seek(_SKIPPABLE_HEADER_BYTES)
        data = self._read_all(size)
        self._file.seek(0)
        try:
            if data.startswith(FRAME_MAGIC):
                if zstandard.frame_content_size(data) > _MAX_DICTIONARY_BYTES:
                    raise self.damaged("the zstd dictionary is too large")
                decompressor = zstandard.ZstdDecompressor(max_window_size=_MAX_WINDOW_BYTES)
                data = decompressor.decompress(data, max_output_size=_MAX_DICTIONARY_BYTES)
            return zstandard.ZstdCompressionDict(data)
        except zstandard.ZstdError as error:
            raise self.damaged(f"not a sound zstd dictionary: {error}") from error

    def _read_all(self, size: int) -> bytes:
        data = b""
        while len(data) < size and (piece := self._file.read(size - len(data))):
            data += piece
        if len(data) < size:
            raise self.damaged("the file ends within its zstd dictionary")
        return data
