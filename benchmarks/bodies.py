"""Bodies of pages for benchmarks: real pages where there are any, else pages that are made up."""

from __future__ import annotations

import random
import zlib
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

GOLD = Path(__file__).parents[2] / "shared" / "gold" / "pages"


def pages(number: int) -> Iterator[bytes]:
    """Real pages if there are any, else pages of words that compress as text does."""
    real = sorted(path for path in GOLD.rglob("*") if path.is_file())[:number]
    for path in real:
        data = path.read_bytes()
        yield zlib.decompress(data, 31) if data.startswith(b"\x1f\x8b") else data
    source = random.Random(1)
    words = [source.randbytes(source.randint(1, 6)).hex().encode() for _ in range(20_000)]
    for _ in range(number - len(real)):
        yield b" ".join(source.choices(words, k=15_000))
