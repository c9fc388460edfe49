"""Content codings: what honest, broken and hostile servers send."""

from __future__ import annotations

import gzip
import zlib
from itertools import repeat

import brotli
import pytest
import zstandard

from newscrawl.errors import TooLarge
from newscrawl.text.decompression import decode
from newscrawl.warc.http import body_of

TEXT = b"".join(b"line %d of a text that compresses well enough\n" % n for n in range(2000))
LIMIT = 10_000_000


def raw_deflate(data: bytes) -> bytes:
    state = zlib.compressobj(wbits=-15)
    return state.compress(data) + state.flush()


CODED = {
    "gzip": gzip.compress(TEXT),
    "x-gzip": gzip.compress(TEXT),
    "GZip ": gzip.compress(TEXT[:500]) + gzip.compress(TEXT[500:]),
    "deflate": zlib.compress(TEXT),
    "deflate,": raw_deflate(TEXT),
    "br": brotli.compress(TEXT),
    "zstd": zstandard.compress(TEXT),
    "identity, zstd": zstandard.compress(TEXT[:500]) + zstandard.compress(TEXT[500:]),
    "gzip, br": brotli.compress(gzip.compress(TEXT)),
    "br, gzip": gzip.compress(brotli.compress(TEXT)),
    "unheard-of": TEXT,
}


def cut(data: bytes, size: int) -> list[bytes]:
    return [data[at : at + size] for at in range(0, len(data), size)]


@pytest.mark.parametrize("size", [1, 7, 65536])
@pytest.mark.parametrize("coding", CODED)
def test_decodes(coding: str, size: int) -> None:
    assert b"".join(decode(cut(CODED[coding], size), coding, limit=LIMIT)) == TEXT


@pytest.mark.parametrize("coding", ["gzip", "deflate", "deflate,"])
def test_no_byte_is_lost_where_the_steps_of_decoding_end(coding: str) -> None:
    for size in range(262_144 - 300, 262_144 + 600, 37):
        zeros = bytes(size)
        coded = {"gzip": gzip.compress, "deflate": zlib.compress, "deflate,": raw_deflate}[coding]
        assert sum(map(len, decode([coded(zeros)], coding, limit=LIMIT))) == size


@pytest.mark.parametrize("size", [1, 65536])
@pytest.mark.parametrize("coding", ["gzip", "deflate", "br", "zstd", "gzip, br"])
def test_a_body_that_is_not_coded_is_given_as_it_is(coding: str, size: int) -> None:
    page = b"<!DOCTYPE html><title>plain after all</title>" * 30
    assert b"".join(decode(cut(page, size), coding, limit=LIMIT)) == page
    assert b"".join(decode([], coding, limit=LIMIT)) == b""


@pytest.mark.parametrize("coding", ["gzip", "deflate", "deflate,", "br", "zstd"])
def test_a_truncated_body_ends_early(coding: str) -> None:
    text = bytes(n * n % 251 for n in range(400_000))
    coded = {
        "gzip": gzip.compress(text),
        "deflate": zlib.compress(text),
        "deflate,": raw_deflate(text),
        "br": brotli.compress(text, quality=1),
        "zstd": zstandard.compress(text),
    }[coding]
    out = b"".join(decode(cut(coded[: len(coded) - 9], 100), coding, limit=LIMIT))
    assert text.startswith(out)
    assert len(out) >= len(text) // 2 or coding in ("br", "zstd")


@pytest.mark.parametrize("coding", ["gzip", "deflate"])
def test_what_follows_the_end_is_dropped(coding: str) -> None:
    assert b"".join(decode([CODED[coding] + b"junk"], coding, limit=LIMIT)) == TEXT


def bomb(coding: str, size: int) -> bytes:
    zeros = bytes(1 << 20)
    blocks = repeat(zeros, size >> 20)
    if coding == "br":
        br = brotli.Compressor(quality=1)
        return b"".join(br.process(block) for block in blocks) + br.finish()
    if coding == "zstd":
        zs = zstandard.ZstdCompressor().compressobj()
        return b"".join(zs.compress(block) for block in blocks) + zs.flush()
    z = zlib.compressobj(wbits=31 if coding == "gzip" else 15)
    return b"".join(z.compress(block) for block in blocks) + z.flush()


@pytest.mark.parametrize("coding", ["gzip", "deflate", "br", "zstd"])
def test_a_bomb_costs_no_more_than_the_limit(coding: str) -> None:
    largest = total = 0
    with pytest.raises(TooLarge, match="5000000 bytes"):
        for block in decode([bomb(coding, 64 << 20)], coding, limit=5_000_000):
            largest = max(largest, len(block))
            total += len(block)
    assert total <= 5_000_000
    assert largest <= 1 << 20


@pytest.mark.parametrize(
    ("media_type", "layers"), [("text/html; charset=utf-8", 0), ("application/gzip", 1)]
)
def test_a_page_in_two_gzip_streams_of_which_one_is_named(media_type, layers):
    head = f"HTTP/1.1 200 OK\r\nContent-Type: {media_type}\r\nContent-Encoding: gzip\r\n\r\n"
    inner = gzip.compress(TEXT)
    assert body_of(head.encode() + gzip.compress(inner))[1] == (inner if layers else TEXT)
