"""The pictures of the sample newspaper: sea, sky and sun, of colours and places that their names choose."""

from __future__ import annotations

import hashlib
import struct
import zlib
from functools import lru_cache

WIDTH, HEIGHT = 480, 320


@lru_cache(64)
def picture(path: str) -> bytes:
    """A PNG for this path; `NAME-small.png` is `NAME.png` at half its width."""
    name = path.rpartition("/")[2].removesuffix(".png").removesuffix("-small")
    scale = 2 if path.endswith("-small.png") else 1
    if name == "wave":
        return _png(_wave())
    seed = hashlib.sha256(name.encode()).digest()
    return _png([row[::scale] for row in _landscape(seed)[::scale]])


#: The colours of the sky above.
_SKIES = (b"\x26\x54\x7c", b"\x86\x4a\x6b", b"\x4a\x86\xb0", b"\xb0\x6a\x3c", b"\x5b\x5f\x97")

#: Rows of pixels, each three bytes.
_Rows = list[list[bytes]]


def _landscape(seed: bytes) -> _Rows:
    horizon = HEIGHT // 2 + seed[0] % (HEIGHT // 4)
    sun_x, sun_y, radius = 60 + seed[1] * 360 // 255, horizon - 20 - seed[2] % 60, 18 + seed[3] % 20
    above, below = _SKIES[seed[4] % len(_SKIES)], bytes(205 + v // 6 for v in seed[7:10])
    sun, deep = b"\xff\xf1\xc4", bytes(20 + v // 4 for v in seed[10:13])
    rows = []
    for y in range(HEIGHT):
        if y < horizon:
            row = [_between(above, below, y / horizon)] * WIDTH
            half = max(radius**2 - (y - sun_y) ** 2, 0) ** 0.5
            row[int(sun_x - half) : int(sun_x + half)] = [sun] * (
                int(sun_x + half) - int(sun_x - half)
            )
        else:
            depth = (y - horizon) / (HEIGHT - horizon)
            row = [_between(below, deep, depth**0.5)] * WIDTH
            if (y - horizon) % 7 == 3:  # the glitter below the sun
                half = int(8 + 60 * depth)
                row[sun_x - half : sun_x + half] = [below] * len(row[sun_x - half : sun_x + half])
        rows.append(row)
    return rows


def _wave() -> _Rows:
    line, ground = b"\x26\x54\x7c", b"\xff\xfd\xf8"
    heights = [abs((x % 24) - 12) // 2 for x in range(240)]
    return [[line if height <= y < height + 3 else ground for height in heights] for y in range(14)]


def _between(one: bytes, other: bytes, part: float) -> bytes:
    return bytes(round(a + (b - a) * part) for a, b in zip(one, other, strict=True))


def _png(rows: _Rows) -> bytes:
    def chunk(kind: bytes, data: bytes) -> bytes:
        return (
            struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))
        )

    header = struct.pack(">IIBBBBB", len(rows[0]), len(rows), 8, 2, 0, 0, 0)
    data = zlib.compress(b"".join(b"\0" + b"".join(row) for row in rows))
    return (
        b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IDAT", data) + chunk(b"IEND", b"")
    )
