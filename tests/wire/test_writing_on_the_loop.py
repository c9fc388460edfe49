"""Small exchanges are written on the event loop, large ones in a thread, none beside another."""

from __future__ import annotations

import asyncio
import gzip
import threading

import pytest
from making import page, writer
from strict_warc import faults, read_warc

from newscrawl.errors import StorageError
from newscrawl.wire.recorder import MAX_FAST_INLINE_BYTES, MAX_INLINE_BYTES, WriterThread

SIZES = (
    100,
    MAX_INLINE_BYTES * 2,
    300,
    MAX_FAST_INLINE_BYTES * 2,
    MAX_INLINE_BYTES,
    MAX_INLINE_BYTES * 3,
    50,
)


def new(number, size):
    made = page(number, size // 4)
    made.check_duplicates = False
    return made


def files(root):
    return sorted((root / "warc").iterdir())


def threads():
    return {thread.name for thread in threading.enumerate() if thread.name.startswith("warc_")}


def test_a_small_exchange_is_in_the_file_on_return_without_a_thread(tmp_path):
    out = writer(tmp_path)
    out.open()

    async def crawl():
        thread = WriterThread(out)
        (capture,) = await thread.write([new(1, 500)], None, "")
        (path,) = files(tmp_path)
        assert gzip.decompress(path.read_bytes()[capture.offset :]).startswith(b"WARC/1.1\r\n")
        assert not threads()
        await thread.run(out.close)
        thread.shutdown()

    asyncio.run(crawl())


@pytest.mark.parametrize("roll_bytes", [1 << 30, 20_000])
def test_of_many_at_once_each_is_whole_and_known_by_its_place(tmp_path, roll_bytes):
    out = writer(tmp_path, roll_bytes=roll_bytes)
    sizes = SIZES * 6

    async def crawl():
        thread = WriterThread(out)
        first = [thread.write([new(n, size)], None, "") for n, size in enumerate(sizes)]
        captures = await asyncio.gather(*first, thread.sync())
        # What waits is written before what is run behind it.
        last = asyncio.gather(
            *(thread.write([new(n, MAX_INLINE_BYTES * 9)], None, "") for n in (98, 99))
        )
        await asyncio.sleep(0)
        await thread.run(out.close)
        thread.shutdown()
        return [*captures[:-1], *await last]

    captures = [capture for (capture,) in asyncio.run(crawl())]
    records = {
        (path.name, record.offset): record
        for path in files(tmp_path)
        for record in read_warc(path)
        if record.type == "response"
    }
    assert [fault for path in files(tmp_path) for fault in faults(path)] == []
    found = [records[c.warc, c.offset].url for c in captures]
    assert found == [f"http://paper.example/{n}" for n in (*range(len(sizes)), 98, 99)]
    assert (len(files(tmp_path)) > 5) == (roll_bytes < 1 << 30)


def test_what_may_repeat_another_asks_the_database_in_the_thread(tmp_path):
    asked = []
    out = writer(tmp_path, original=lambda *_: asked.append(threading.current_thread().name))
    out.open()

    async def crawl():
        thread = WriterThread(out)
        await thread.write([new(1, 500)], None, "")
        assert asked == []
        await thread.write([page(2, 100)], None, "")
        await thread.run(out.close)
        thread.shutdown()

    asyncio.run(crawl())
    assert [name.startswith("warc") for name in asked] == [True]


@pytest.mark.parametrize("size", [500, MAX_FAST_INLINE_BYTES * 2])
def test_what_cannot_be_written_fails_alone(tmp_path, size):
    out = writer(tmp_path)
    out.open()

    async def crawl():
        thread = WriterThread(out)
        lost = new(2, size)
        lost.failed = OSError(28, "No space left on device")
        writing = [thread.write([each], None, "") for each in (new(1, size), lost, new(3, size))]
        first, second, third = await asyncio.gather(*writing, return_exceptions=True)
        await thread.run(out.close)
        thread.shutdown()
        return first, second, third

    first, second, third = asyncio.run(crawl())
    assert isinstance(second, StorageError)
    (path,) = files(tmp_path)
    urls = [record.url for record in read_warc(path) if record.type == "response"]
    assert (urls, len(first + third)) == (["http://paper.example/1", "http://paper.example/3"], 2)
