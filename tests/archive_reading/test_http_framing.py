"""Heads, interim answers, chunks and bodies of captured HTTP messages."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from newscrawl.errors import NotHttp, TooLarge
from newscrawl.warc.http import body_of, dechunk, interim_length, payload, read_head


def cut(data: bytes, size: int) -> list[bytes]:
    return [data[at : at + size] for at in range(0, len(data), size)]


class TestHead:
    def test_parts_are_as_they_stand(self) -> None:
        head = read_head(
            b"HTTP/1.1 200 Sehr sch\xf6n\r\nX-foO: a\r\nx-FOO:b\r\nno colon\r\n"
            b"Fold: one\r\n\t two\r\nName : v\r\n\r\nbody"
        )
        assert head is not None
        assert head.start_line == b"HTTP/1.1 200 Sehr sch\xf6n"
        assert head.headers == (("X-foO", "a"), ("x-FOO", "b"), ("Fold", "one two"), ("Name", "v"))
        assert head.get("x-foo") == "a"
        assert head.all("X-Foo") == ["a", "b"]
        assert head.get("absent") is None
        assert head.length == len(head.start_line) + 61

    @pytest.mark.parametrize("end", [b"\r\n", b"\n"])
    def test_length_ends_with_the_empty_line(self, end: bytes) -> None:
        message = end.join([b"HTTP/1.1 200 OK", b"A: b", b"", b"body" + end + end])
        head = read_head(message)
        assert head is not None
        assert message[head.length :].startswith(b"body")

    def test_no_end_is_no_head(self) -> None:
        assert read_head(b"HTTP/1.1 200 OK\r\nA: b\r\n") is None
        assert read_head(b"") is None

    @pytest.mark.parametrize(
        ("line", "status"),
        [
            (b"HTTP/1.1 404 Not Found", 404),
            (b"HTTP/1.0 200", 200),
            (b"HTTP/2 301 ", 301),
            (b"GET / HTTP/1.1", None),
            (b"HTTP/1.1 2000 OK", None),
            (b"", None),
        ],
    )
    def test_status(self, line: bytes, status: int | None) -> None:
        head = read_head(line + b"\r\n\r\n")
        assert head is not None
        assert head.status == status

    @pytest.mark.parametrize(
        ("headers", "chunked"),
        [
            (b"Transfer-Encoding: chunked", True),
            (b"transfer-encoding: gzip, Chunked", True),
            (b"Transfer-Encoding: gzip\r\nTransfer-Encoding: chunked", True),
            (b"Transfer-Encoding: chunked, identity", False),
            (b"X-Transfer-Encoding: chunked", False),
        ],
    )
    def test_chunked_is_the_last_coding(self, headers: bytes, chunked: bool) -> None:
        head = read_head(b"HTTP/1.1 200 OK\r\n" + headers + b"\r\n\r\n")
        assert head is not None
        assert head.chunked is chunked


class TestInterim:
    def test_counts_every_interim_answer(self) -> None:
        interim = b"HTTP/1.1 103 Early Hints\r\nLink: </a>\r\n\r\nHTTP/1.1 100 Continue\r\n\r\n"
        assert interim_length(interim + b"HTTP/1.1 200 OK\r\n\r\n") == len(interim)

    def test_101_is_final(self) -> None:
        assert interim_length(b"HTTP/1.1 101 Switching Protocols\r\n\r\n") == 0

    def test_a_cut_interim_answer_is_not_counted(self) -> None:
        assert interim_length(b"HTTP/1.1 103 Early") == 0


class TestDechunk:
    WIRE = b"5;ext=1\r\nhello\r\n0006\r\n world\r\n0\r\nTrailer: x\r\n\r\n"

    @given(st.integers(1, 60))
    def test_blocks_may_be_cut_anywhere(self, size: int) -> None:
        assert b"".join(dechunk(cut(self.WIRE, size))) == b"hello world"

    @given(st.lists(st.binary(min_size=1, max_size=300)), st.integers(1, 97))
    def test_gives_back_what_was_chunked(self, chunks: list[bytes], size: int) -> None:
        wire = b"".join(b"%x\r\n%b\r\n" % (len(c), c) for c in chunks) + b"0\r\n\r\n"
        assert b"".join(dechunk(cut(wire, size))) == b"".join(chunks)

    @pytest.mark.parametrize(
        ("wire", "data"),
        [
            (b"5\r\nhel", b"hel"),
            (b"5\r\nhello\r\n", b"hello"),
            (b"5\r\nhelloXX\r\n5\r\nlater", b"hello"),
            (b"-5\r\nhello\r\n", b""),
            (b"0x5\r\nhello\r\n", b""),
            (b"5\nhello\n0\n\n", b"hello"),
            (b"f" * 100_000, b""),
            (b"", b""),
        ],
    )
    def test_ends_where_the_framing_does(self, wire: bytes, data: bytes) -> None:
        assert b"".join(dechunk([wire])) == data

    def test_many_small_chunks_in_one_block_take_linear_time(self) -> None:
        wire = b"1\r\nx\r\n" * 500_000 + b"0\r\n\r\n"
        assert sum(map(len, dechunk([wire]))) == 500_000


class TestPayload:
    HEAD = read_head(b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n")

    @pytest.mark.parametrize(
        "stored",
        [
            b"<html>already without chunks</html>",
            b"12\nlines of text, and none of them a chunk",
            b"",
        ],
    )
    def test_a_body_stored_without_its_chunks_is_kept(self, stored: bytes) -> None:
        assert self.HEAD is not None
        assert b"".join(payload(self.HEAD, cut(stored, 3))) == stored

    def test_chunks_are_taken_off(self) -> None:
        assert self.HEAD is not None
        assert b"".join(payload(self.HEAD, cut(TestDechunk.WIRE, 4))) == b"hello world"

    def test_a_truncated_first_chunk_is_a_chunk(self) -> None:
        assert self.HEAD is not None
        assert b"".join(payload(self.HEAD, [b"ffff\r\nhello"])) == b"hello"


class TestBodyOf:
    def test_takes_off_both_codings(self) -> None:
        import gzip

        coded = gzip.compress(b"text")
        wire = b"%x\r\n%b\r\n0\r\n\r\n" % (len(coded), coded)
        head, body = body_of(
            b"HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\nTransfer-Encoding: chunked\r\n\r\n"
            + wire
        )
        assert (head.status, body) == (200, b"text")

    def test_no_http(self) -> None:
        with pytest.raises(NotHttp, match="garbage"):
            body_of(b"garbage")

    def test_limit(self) -> None:
        block = b"HTTP/1.1 200 OK\r\n\r\n0123456789"
        assert body_of(block, limit=10)[1] == b"0123456789"
        with pytest.raises(TooLarge):
            body_of(block, limit=9)
