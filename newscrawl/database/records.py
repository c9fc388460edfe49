"""How are records kept small in SQL? As JSON that zstd compresses with a dictionary of such records.

A record of usual size is cut into parts that fill a page of SQLite without a gap; a large one is one part,
which SQLite itself spreads over pages. It goes when the row of its article goes, by a trigger. A frame says
in its header by which dictionary it is read, 0 for none.
"""

from __future__ import annotations

from itertools import groupby
from threading import Lock
from typing import TYPE_CHECKING, Any

import zstandard
from sqlalchemy import (
    BigInteger,
    Column,
    Integer,
    LargeBinary,
    MetaData,
    Table,
    func,
    select,
    text,
)

from newscrawl.database.batches import batches
from newscrawl.database.inserting import insert_new

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from sqlalchemy import Connection, Engine

metadata = MetaData()

# SQLite's own row number, if the type has this very name.
_PLACE = BigInteger().with_variant(Integer, "sqlite")

# `place` is PARTS times the running number of the article, plus the number of the part.
records = Table(
    "records",
    metadata,
    Column("place", _PLACE, primary_key=True, autoincrement=False),
    Column("data", LargeBinary, nullable=False),
)
dictionaries = Table(
    "dictionaries",
    metadata,
    Column("number", Integer, primary_key=True, autoincrement=False),
    Column("data", LargeBinary, nullable=False),
)

#: Parts of a record, and bytes of each: with what SQLite adds, eight of them fill a page of 4,096 bytes.
PARTS, PART_BYTES = 8, 498
LEVEL = 4
#: Running numbers of the articles at which a dictionary is trained, for what is added from then on.
TRAINED_AT = (1_000, 30_000)
DICTIONARY_BYTES, SAMPLES = 128 * 1024, 1_000
#: Fewer samples than this make no dictionary that is worth its bytes.
MIN_SAMPLES = 200
#: Records that are held while all are gone through.
BATCH_SIZE = 100

# Without the types of columns, which SQLAlchemy would look at for each part.
_WRITING = text("INSERT INTO records (place, data) VALUES (:place, :data)")
_READING_SPAN = text(
    "SELECT place, data FROM records WHERE place BETWEEN :first AND :last ORDER BY place"
)
_READING = select(records.c.place, records.c.data).order_by(records.c.place)


class Records:
    """Reads and writes the records of one database, and knows its dictionaries. Used by several threads."""

    def __init__(self) -> None:
        self._lock = Lock()
        self._dictionaries: dict[int, zstandard.ZstdCompressionDict] = {}
        self._decompressors: dict[int, zstandard.ZstdDecompressor] = {}
        self._compressor: zstandard.ZstdCompressor | None = None
        self._newest = 0

    def write(self, connection: Connection, texts: Iterable[tuple[int, bytes]]) -> None:
        """Put in the records (JSON) of new articles, each with its running number."""
        rows = []
        with self._lock:
            compressor = self._compressor or self._made_compressor(connection)
            for number, text in texts:
                for part, data in enumerate(_parts(compressor.compress(text))):
                    rows.append({"place": number * PARTS + part, "data": data})
        if rows:
            connection.execute(_WRITING, rows)

    def read(self, connection: Connection, numbers: Sequence[int]) -> dict[int, str]:
        """The records (JSON) of these articles by their running numbers."""
        return {n: data.decode() for n, data in self.read_data(connection, numbers).items()}

    def read_data(self, connection: Connection, numbers: Sequence[int]) -> dict[int, bytes]:
        """As `read`, the JSON in UTF-8."""
        found: dict[int, bytes] = {}
        for some in batches(numbers, BATCH_SIZE):
            rows, wanted = _parts_of(connection, some), set(some)
            found |= {n: data for n, data in self._joined(connection, rows) if n in wanted}
        return found

    def stream(self, connection: Connection, *, after: int = 0) -> Iterator[tuple[int, str]]:
        """All records (JSON) in the order of their running numbers, from the first one after `after`."""
        query = _READING.where(records.c.place >= (after + 1) * PARTS)
        query = query.execution_options(yield_per=BATCH_SIZE * PARTS)
        with connection.execute(query) as rows:
            yield from ((n, data.decode()) for n, data in self._joined(connection, rows))

    def is_to_learn(self, last: int) -> bool:
        """Whether a dictionary is due to be trained, now that the last article has this running number."""
        with self._lock:
            known = self._newest
            return (
                self._compressor is not None
                and known < len(TRAINED_AT)
                and last >= TRAINED_AT[known]
            )

    def learn(self, engine: Engine, last: int) -> None:
        """Train the next dictionary from records up to this running number, in a transaction of its own.

        Nothing else is in it, so that no record is ever written with a dictionary that was rolled back.
        """
        step = max(1, last // SAMPLES)
        numbers = range(max(1, last - step * SAMPLES), last + 1, step)
        with engine.begin() as connection:
            self.train(connection, self._newest + 1, self.read(connection, numbers).values())
        self.renew()

    def train(self, connection: Connection, number: int, texts: Iterable[str]) -> None:
        """Make dictionary `number` from these records, unless there is one. `renew` follows the commit."""
        data = _trained([text.encode() for text in texts], number)
        row = {"number": number, "data": data}
        connection.execute(insert_new(connection, dictionaries), [row])

    def renew(self) -> None:
        """Look again which dictionary is the newest."""
        with self._lock:
            self._compressor = None

    def _made_compressor(self, connection: Connection) -> zstandard.ZstdCompressor:
        self._newest = connection.scalar(select(func.max(dictionaries.c.number))) or 0
        known = self._dictionary(connection, self._newest)
        self._compressor = zstandard.ZstdCompressor(level=LEVEL, dict_data=known)
        return self._compressor

    def _joined(self, connection: Connection, rows: Iterable[Any]) -> Iterator[tuple[int, bytes]]:
        for number, parts in groupby(rows, key=_number_of):
            data = b"".join([part for _, part in parts])
            with self._lock:
                text = self._decompressor(connection, data).decompress(data)
            yield number, text

    def _decompressor(self, connection: Connection, data: bytes) -> zstandard.ZstdDecompressor:
        number = zstandard.get_frame_parameters(data).dict_id
        if number not in self._decompressors:
            known = self._dictionary(connection, number)
            self._decompressors[number] = zstandard.ZstdDecompressor(dict_data=known)
        return self._decompressors[number]

    def _dictionary(
        self, connection: Connection, number: int
    ) -> zstandard.ZstdCompressionDict | None:
        if number and number not in self._dictionaries:
            query = select(dictionaries.c.data).where(dictionaries.c.number == number)
            data = connection.scalar(query) or b""
            self._dictionaries[number] = zstandard.ZstdCompressionDict(data)
        return self._dictionaries.get(number)


def _number_of(row: tuple[int, bytes]) -> int:
    return row[0] // PARTS


def _parts_of(connection: Connection, numbers: Sequence[int]) -> Sequence[Any]:
    """The parts of these records in the order of their places, and of those between if these are few."""
    first, last = min(numbers), max(numbers)
    if last - first < 2 * len(numbers):
        span = {"first": first * PARTS, "last": last * PARTS + PARTS - 1}
        return connection.execute(_READING_SPAN, span).all()
    places = [number * PARTS + part for number in numbers for part in range(PARTS)]
    return connection.execute(_READING.where(records.c.place.in_(places))).all()


def _parts(data: bytes) -> list[bytes]:
    if len(data) > PARTS * PART_BYTES:
        return [data]
    return [data[at : at + PART_BYTES] for at in range(0, len(data), PART_BYTES)]


def _trained(samples: list[bytes | bytearray | memoryview[int]], number: int) -> bytes:
    """The dictionary of these samples; empty, which compresses as none does, where they are too few."""
    if len(samples) < MIN_SAMPLES:
        return b""
    try:
        # With `k` and `d` given, zstd does not try out several.
        made = zstandard.train_dictionary(DICTIONARY_BYTES, samples, dict_id=number, k=500, d=6)
    except zstandard.ZstdError:
        # Samples that are all alike.
        return b""
    return made.as_bytes()
