"""Whatever bytes a file or a message has, reading ends, and complains of damage alone.

`benchmarks/fuzz.py` looks for more of them.
"""

from __future__ import annotations

import random
from typing import TYPE_CHECKING

import pytest
from hostile_bytes import ARC, MESSAGES, RECORDS, read_file, read_message, stored

from newscrawl.warc.reader import iter_records, read_record
from newscrawl.wire.recorded import as_sent

if TYPE_CHECKING:
    from pathlib import Path

WHOLE = b"".join(RECORDS)
#: What mutations put in: the words of both formats, and bytes.
WORDS = (
    *(b"WARC/1.1\r\n", b"HTTP/1.1 200 OK\r\n", b"\r\n\r\n", b"\n", b"\x1f\x8b\x08", b"0\r\n\r\n"),
    *(b"Content-Length: 7\r\n", b"Transfer-Encoding: chunked\r\n", b"\x00", b"\xff" * 9, b" "),
)


def mutated(data: bytes, chance: random.Random) -> bytes:
    """The bytes with a few pieces taken out, doubled, changed or put in."""
    out = bytearray(data)
    for _ in range(chance.randint(1, 4)):
        at = chance.randrange(len(out) + 1)
        end = min(len(out), at + chance.choice((1, 2, 8, 60)))
        out[at:end] = chance.choice((b"", bytes(out[at:end]) * 2, chance.choice(WORDS)))
    return bytes(out)


@pytest.mark.parametrize("how", [b"p", b"g", b"m"])
@pytest.mark.parametrize("seed", range(40))
def test_any_file(how: bytes, seed: int, tmp_path: Path) -> None:
    chance, path = random.Random(seed), tmp_path / "a.warc.gz"
    path.write_bytes(stored(how + mutated(chance.choice((WHOLE, ARC)), chance)))
    read_file(path)


@pytest.mark.parametrize("seed", range(40))
def test_any_message(seed: int) -> None:
    chance = random.Random(seed)
    for message in MESSAGES:
        read_message(mutated(message, chance))


def test_a_record_that_is_read_in_its_turn_is_found_by_its_place(tmp_path: Path) -> None:
    """Whatever its first line is."""
    path = tmp_path / "a.warc"
    path.write_bytes(RECORDS[0] + RECORDS[1].replace(b"WARC-Type:", b"no field\r\nWARC-Type:"))
    _, second = iter_records(path, on_damage=print)
    assert read_record(path, second.offset, second.length).block == second.block


def test_only_the_beginning_of_an_answer_is_its_version() -> None:
    broken = b"HTTP/1\x01.1 200 OK\r\n\r\nHTTP/2 is a protocol"
    assert as_sent(broken) == broken
