"""Bytes that come in pieces read as if they came at once."""

from __future__ import annotations

import re

from hypothesis import given
from hypothesis import strategies as st

from newscrawl.warc.boundaries import find_boundaries
from newscrawl.warc.byte_reader import ByteReader


class Pieces(ByteReader):
    """A window on data that is cut anywhere."""

    def __init__(self, data: bytes, sizes: list[int]) -> None:
        super().__init__()
        self._data, self._sizes = data, sizes

    def _piece(self) -> bytes:
        size = self._sizes.pop() if self._sizes else 3
        piece, self._data = self._data[:size], self._data[size:]
        return piece


texts = st.text("ab\n", max_size=60).map(str.encode)
sizes = st.lists(st.integers(1, 9), max_size=30)


@given(texts, sizes, st.integers(0, 5), st.sampled_from([b"\n", b"a\n", b"ab", b"aab"]))
def test_until(data: bytes, cuts: list[int], skipped: int, mark: bytes) -> None:
    window = Pieces(data, cuts)
    skipped = window.skip(skipped)
    rest = data[skipped:]
    end = rest.find(mark)
    expected = None if end < 0 else rest[: end + len(mark)]
    assert window.read_until(mark, 1000) == expected
    assert window.position == skipped + len(expected or b"")
    assert window.read(1000) == rest[len(expected or b"") :]
    assert window.at_end()


@given(texts, sizes, st.integers(0, 5), st.sampled_from([rb"\n", rb"a(?=b)", rb"aab", rb"b\na"]))
def test_find(data: bytes, cuts: list[int], skipped: int, pattern: str) -> None:
    window = Pieces(data, cuts)
    skipped = window.skip(skipped)
    match = re.search(pattern, data[skipped:])
    assert window.find(re.compile(pattern), overlap=4, within=1000) == (match is not None)
    if match:
        assert window.position == skipped + match.end()
        assert window.read(1000) == data[skipped + match.end() :]


@given(texts, sizes, st.lists(st.integers(0, 20), max_size=6))
def test_take_skip_and_peek(data: bytes, cuts: list[int], steps: list[int]) -> None:
    window = Pieces(data, cuts)
    at = 0
    for number, step in enumerate(steps):
        assert window.peek(step) == data[at : at + step]
        if number % 2:
            assert window.skip(step) == len(data[at : at + step])
        else:
            assert window.read(step) == data[at : at + step]
        at = min(at + step, len(data))
        assert window.position == at
    line_ends = len(data[at:]) - len(data[at:].lstrip(b"\n"))
    assert window.skip_line_ends() == line_ends


class Bytes:
    """A file in memory."""

    def __init__(self, data: bytes) -> None:
        self._data, self._at = data, 0
        self.size = len(data)

    def read(self, size: int, /) -> bytes:
        data = self._data[self._at : self._at + size]
        self._at += len(data)
        return data

    def seek(self, offset: int, /) -> object:
        self._at = offset
        return offset


def test_places_are_found_once_wherever_blocks_end() -> None:
    mark = b"\x1f\x8b\x08"
    for shift in range(-4, 5):
        places = [7, 16384 + shift, 49152 + shift, 49152 + shift + 3, 114_688 + shift, 200_000]
        data = bytearray(250_000)
        for place in places:
            data[place : place + 3] = mark
        found = find_boundaries(Bytes(bytes(data)), re.compile(re.escape(mark)), 1, overlap=2)
        assert list(found) == places
