"""What is read from a damaged body, or is no text by its bytes, makes no record."""

from __future__ import annotations

import gzip
import random
import zlib

import brotli
import pytest
import zstandard

from newscrawl.processing.media_types import binary_type, has_markup
from newscrawl.warc.http import body_of

PAGE = b"<!doctype html><title>Harbour</title>" + b"".join(
    b"<p>Paragraph %d of the council's decision, %d pounds.</p>" % (n, n * n) for n in range(2000)
)


def raw(data: bytes) -> bytes:
    packer = zlib.compressobj(wbits=-15)
    return packer.compress(data) + packer.flush()


def framed(data: bytes) -> bytes:
    return zstandard.ZstdCompressor(write_checksum=True).compress(data)


PACKED = {
    "gzip": ("gzip", gzip.compress(PAGE)),
    "members": ("gzip", gzip.compress(PAGE[:900]) + gzip.compress(PAGE[900:])),
    "zlib": ("deflate", zlib.compress(PAGE)),
    "raw": ("deflate", raw(PAGE)),
    "br": ("br", brotli.compress(PAGE)),
    "zstd": ("zstd", framed(PAGE)),
    "frames": ("zstd", framed(PAGE[:900]) + framed(PAGE[900:])),
    "twice": ("gzip, br", brotli.compress(gzip.compress(PAGE))),
}


def read(coding: str, data: bytes) -> tuple[bytes, list[str]]:
    damage: list[str] = []
    head = b"HTTP/1.1 200 OK\r\nContent-Encoding: " + coding.encode() + b"\r\n\r\n"
    _, body = body_of(head + data, damage=damage)
    return body, damage


@pytest.mark.parametrize("which", PACKED)
def test_a_whole_body_is_not_damaged(which: str) -> None:
    assert read(*PACKED[which]) == (PAGE, [])
    coding, data = PACKED[which]
    if which in ("gzip", "zlib"):  # as browsers do
        assert read(coding, data + b"and more") == (PAGE, [])


@pytest.mark.parametrize("which", PACKED)
@pytest.mark.parametrize("share", [0.3, 0.6, 0.9, 1.0])
def test_a_body_that_is_cut_is_damaged(which: str, share: float) -> None:
    coding, data = PACKED[which]
    length = min(int(len(data) * share), len(data) - 1)
    body, damage = read(coding, data[:length])
    assert damage, body[:100]


@pytest.mark.parametrize("which", [name for name in PACKED if name not in ("raw", "br")])
@pytest.mark.parametrize("share", [0.3, 0.6, 0.9, 0.999])
def test_a_body_with_a_flipped_byte_is_damaged_wherever_it_is(which: str, share: float) -> None:
    coding, data = PACKED[which]
    at = min(int(len(data) * share), len(data) - 2)
    body, damage = read(coding, data[:at] + bytes([data[at] ^ 0x55]) + data[at + 1 :])
    assert damage or body == PAGE


def test_a_chunked_body_without_its_end_is_damaged() -> None:
    damage: list[str] = []
    head = b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n"
    body_of(head + b"5\r\nabcde\r\n0\r\n\r\n", damage=damage)
    assert damage == []
    assert body_of(head + b"5\r\nabcde\r\n", damage=damage)[1] == b"abcde"
    assert damage == ["the chunks end early"]


BINARY = {
    "application/pdf": b"%PDF-1.7\n%\xe2\xe3\xcf\xd3\n<rdf:RDF>" + bytes(900),
    "image/png": b"\x89PNG\r\n\x1a\n" + bytes(900),
    "image/jpeg": b"\xff\xd8\xff\xe0" + bytes(900),
    "application/zip": b"PK\x03\x04" + bytes(900),
    "application/gzip": gzip.compress(PAGE),
    "video/mp4": b"\0\0\0\x20ftypisom" + bytes(900),
    "application/octet-stream": bytes(n * n % 251 for n in range(4000)),
    "application/x-7z-compressed": b"7z\xbc\xaf\x27\x1c" + bytes(900),
    "application/x-tar": b"page.html".ljust(257, b"\0") + b"ustar\x0000" + PAGE,
    "application/rtf": b"{\\rtf1\\ansi The harbour council}",
}


@pytest.mark.parametrize("before", [b"\r\n  ", b"\xef\xbb\xbf", b"HTTP/1.1 200 OK\r\n\r\n"])
def test_a_pdf_is_known_behind_what_its_readers_pass_over(before: bytes) -> None:
    assert binary_type(before + BINARY["application/pdf"]) == "application/pdf"


def test_random_bytes_are_no_page() -> None:
    for size in (900, 5_000, 70_000):
        rng = random.Random(size)
        for _ in range(20):
            assert binary_type(rng.randbytes(size)) is not None


def test_a_text_without_a_tag_is_no_page() -> None:
    assert not has_markup(b'{"story": "1 < 2", "x": ["<3", "a<b"]}')
    assert all(map(has_markup, (PAGE, PAGE.decode().encode("utf-16"), b"a<br>b", b"<!-- x -->a")))


@pytest.mark.parametrize("name", BINARY)
def test_bytes_that_are_no_text_are_known(name: str) -> None:
    assert binary_type(BINARY[name]) == name


@pytest.mark.parametrize(
    "page",
    [
        PAGE,
        PAGE.decode().encode("utf-16"),
        PAGE.decode().encode("utf-16-le"),
        b"BM and other brands: a story",
        b"\x01\x02\x03" * 20 + PAGE,
        "Гавань".encode("koi8-r") * 90,
        b"\x1b$B" + b"%O%$" * 200 + PAGE,
        b"",
    ],
)
def test_text_is_text(page: bytes) -> None:
    assert binary_type(page) is None
