"""Whatever the bytes of an answer are: documented errors, and the same however they come."""

from __future__ import annotations

import gzip
import zlib
from itertools import repeat
from typing import Any

import brotli
import pytest
import zstandard
from hypothesis import given, settings
from hypothesis import strategies as st

from newscrawl.errors import Bomb, NotHttp, TooLarge
from newscrawl.text.decompression import decode
from newscrawl.warc.http import body_of

TEXT = b"".join(b"line %d of a text that compresses well enough\n" % n for n in range(900))
CODED = {
    "gzip": gzip.compress(TEXT),
    "deflate": zlib.compress(TEXT),
    "br": brotli.compress(TEXT),
    "zstd": zstandard.compress(TEXT),
}
START = b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\n"
CHUNKED = (
    START + b"Transfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n6;x=1\r\n world\r\n0\r\nT: x\r\n\r\n"
)
MESSAGES = [
    CHUNKED,
    START + b"\r\n<html>",
    b"HTTP/1.1 103 Early Hints\r\nLink: </a>\r\n\r\n" + CHUNKED,
    *(START + b"Content-Encoding: %s\r\n\r\n" % c.encode() + body for c, body in CODED.items()),
]
PIECES = st.sampled_from(
    [b"\r\n", b"\r\n\r\n", b"\n", b":", b" ", b"HTTP/1.1 100 \r\n\r\n", b"Content-Encoding: gzip, br\r\n",
     b"Transfer-Encoding: chunked\r\n", b"0\r\n", b"ffffffffffffffff\r\n", b"-1\r\n", b"\x1f\x8b", b"\x00"]
) | st.binary(max_size=6)  # fmt: skip


def cut(data: bytes, size: int) -> list[bytes]:
    return [data[at : at + size] for at in range(0, len(data), size)]


def read(blocks: list[bytes]) -> Any:
    try:
        return body_of(blocks, limit=100_000, ratio=50)
    except (NotHttp, TooLarge) as error:
        return type(error)


@given(st.sampled_from(MESSAGES), st.data(), st.integers(1, 3000))
@settings(deadline=None, max_examples=200)
def test_damage_anywhere_reads_the_same_in_any_pieces(message, data, size):
    body = bytearray(message)
    for _ in range(data.draw(st.integers(0, 5))):
        at = data.draw(st.integers(0, len(body)))
        body[at : at + data.draw(st.integers(0, 30))] = data.draw(PIECES)
    assert read([bytes(body)]) == read(cut(bytes(body), size))


@pytest.mark.parametrize("coding", ["gzip", "deflate", "br"])
def test_what_stands_before_the_damage_is_read_however_it_comes(coding):
    broken = bytearray(CODED[coding] + CODED[coding])
    broken[2000:2100] = bytes(100)
    whole = b"".join(decode([bytes(broken)], coding, limit=10**6))
    assert len(whole) > 1000
    assert TEXT.startswith(whole[:1000])
    for size in (7, 900, 1500):
        assert b"".join(decode(cut(bytes(broken), size), coding, limit=10**6)) == whole


def test_what_says_nothing_is_given_as_it_is_from_its_first_byte():
    body = b"\x1f\x8b\x08\x08" + bytes(6) + b"name" * 1000  # the name of a file, without an end
    broken = body + b"\x00" + b"\xff" * 3000
    assert b"".join(decode(cut(broken, 100), "gzip", limit=10**6)) == broken


def test_a_bomb_is_one_however_it_comes():
    packed = gzip.compress(bytes(3_000_000)) + b"x" * 200_000
    for size in (len(packed), 1000):
        with pytest.raises(Bomb):
            list(decode(cut(packed, size), "gzip", limit=10**7, ratio=20))


def test_a_head_of_many_lines_costs_no_more_than_its_length():
    body = START + b" x\r\n" * 60_000 + b"\r\n<html>"
    assert read(cut(body, 4096))[1] == b"<html>"
    assert read([*repeat(b"HTTP/1.1 100 \r\n\r\n", 20_000), CHUNKED])[1] == b"hello world"
