"""The index: its lines, merging and looking up."""

from __future__ import annotations

import json
import multiprocessing
import resource
import tempfile
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from newscrawl.archive import cdxj_file
from newscrawl.errors import DamagedRecord, StorageError
from newscrawl.items import Capture
from newscrawl.warc import cdxj
from newscrawl.warc.surt import surt


def capture(**changes: object) -> Capture:
    values = {
        "warc": "news-20260305142233123-abcd-00000.warc.gz",
        "offset": 512,
        "length": 300,
        "record_id": "urn:uuid:1",
        "payload_digest": "sha256:00",
        "captured_at": "2026-03-05T14:22:33.123456Z",
        "status": 200,
    }
    return Capture(**(values | changes))  # type: ignore[arg-type]


def line(url: str, **changes: object) -> str:
    return cdxj.index_line(capture(**changes), url=url, mime="text/html")


def test_a_line_is_as_other_tools_write_it() -> None:
    key, stamp, text = line("https://www.Paper.example/A?b=1&a=2").split(" ", 2)
    assert (key, stamp) == ("example,paper)/a?a=2&b=1", "20260305142233")
    fields = json.loads(text)
    assert list(fields) == ["url", "mime", "status", "digest", "length", "offset", "filename"]
    assert all(isinstance(value, str) for value in fields.values())


@pytest.mark.parametrize(
    "url", ["https://paper.example/a b\nc\td", "https://paper.example/é", "https://[::1]/x"]
)
def test_a_hostile_url_stays_on_its_line(url: str) -> None:
    written = line(url)
    assert "\n" not in written
    entry = cdxj.parse(written)
    assert entry.url == url
    assert (entry.status, entry.offset, entry.length) == (200, 512, 300)


def test_an_answer_without_a_status() -> None:
    assert cdxj.parse(line("https://paper.example/", status=0)).status is None


@pytest.mark.parametrize("bad", ["", "a b", "a b c", 'a 1 {"url": "x"}', "a 1 []", "a 1 7"])
def test_not_a_line(bad: str) -> None:
    with pytest.raises(ValueError, match="not a CDXJ line"):
        cdxj.parse(bad)


@pytest.mark.parametrize(
    ("date", "digits"),
    [
        ("2026-03-05T14:22:33.123Z", "20260305142233"),
        ("2026-03-05T14:22Z", "20260305142200"),
        ("2026-03", "20260301000000"),
        ("2026", "20260101000000"),
    ],
)
def test_timestamp(date: str, digits: str) -> None:
    assert cdxj.timestamp(date) == digits


paths = st.text("abcdz/?é~", max_size=6)
runs = st.lists(st.lists(paths, max_size=30), max_size=6)


@given(runs)
def test_merging_sorts_and_keeps_every_line_once(found: list[list[str]]) -> None:
    with tempfile.TemporaryDirectory() as folder:
        index = Path(folder) / "index.cdxj"
        for run in found:
            cdxj_file.merge(index, [line("https://paper.example/" + path) for path in run])
        expected = {line("https://paper.example/" + path) for run in found for path in run}
        have = index.read_bytes().splitlines() if expected else []
        assert have == sorted(one.encode() for one in expected)


@given(st.sets(paths, max_size=40), paths)
def test_lookup_finds_what_is_there_and_nothing_else(have: set[str], asked: str) -> None:
    with tempfile.TemporaryDirectory() as folder:
        index = Path(folder) / "index.cdxj"
        urls = ["https://paper.example/" + path for path in have]
        cdxj_file.merge(index, [line(url) for url in urls])
        wanted = "https://paper.example/" + asked
        found = [entry.url for entry in cdxj_file.lookup(index, wanted)]
        assert sorted(found) == sorted(u for u in urls if surt(u) == surt(wanted))


def test_lookup_gives_the_oldest_first(tmp_path: Path) -> None:
    index = tmp_path / "index.cdxj"
    for second in (7, 3, 5):
        cdxj_file.merge(
            index, [line("https://a.example/", captured_at=f"2026-03-05T14:22:0{second}Z")]
        )
    stamps = [entry.timestamp[-1] for entry in cdxj_file.lookup(index, "http://a.example/")]
    assert stamps == ["3", "5", "7"]
    assert list(cdxj_file.lookup(tmp_path / "absent.cdxj", "http://a.example/")) == []


DAMAGED = [
    b"cut off",
    b"\xff\xfe {}",
    b"[" * 50_000,
    b'{"url": 5, "filename": "a.warc.gz", "offset": 0, "length": 9}',
    b'{"url": "https://a.example/", "filename": "a\\u0000.warc.gz", "offset": 0, "length": 9}',
    b'{"url": "https://a.example/", "filename": "a.warc.gz", "offset": -1, "length": 9}',
    b'{"url": "https://a.example/", "filename": "a.warc.gz", "offset": 1e400, "length": 9}',
    b'{"url": "https://a.example/", "filename": "a.warc.gz", "offset": 1%s, "length": 9}'
    % (b"0" * 30),
]


@pytest.mark.parametrize("damaged", DAMAGED, ids=range(len(DAMAGED)))
def test_a_damaged_line_is_skipped_and_reported_once(tmp_path: Path, damaged: bytes) -> None:
    index = tmp_path / "index.cdxj"
    cdxj_file.merge(
        index, [line("https://a.example/", captured_at=f"2026-03-05T14:22:0{n}Z") for n in (3, 5)]
    )
    first, last = index.read_bytes().splitlines(keepends=True)
    between = [b"example,a)/ 2026030514220400 " + damaged + b"%d\n" % n for n in range(2)]
    index.write_bytes(b"".join([first, *between, last]))
    damage: list[DamagedRecord] = []
    reader = cdxj_file.IndexReader(index, damage.append)
    for _ in range(2):
        stamps = [entry.timestamp[-1] for entry in reader.lookup("https://a.example/")]
        assert stamps == ["3", "5"]
    assert [(d.path, d.offset) for d in damage] == [(str(index), len(first))]
    assert "such lines are skipped" in str(damage[0])
    assert "\n" not in str(damage[0])
    assert [entry.timestamp[-1] for entry in cdxj_file.lookup(index, "https://a.example/")] == [
        "3",
        "5",
    ]


def test_a_last_line_without_its_end_stays_a_line(tmp_path: Path) -> None:
    index = tmp_path / "index.cdxj"
    cdxj_file.merge(index, [line("https://paper.example/a")])
    index.write_bytes(index.read_bytes().rstrip(b"\n"))
    cdxj_file.merge(index, [line("https://paper.example/b")])
    assert len(index.read_bytes().splitlines()) == 2


def _merge_many(index: Path, worker: int) -> None:
    for n in range(40):
        cdxj_file.merge(index, [line(f"https://paper.example/{n * 7 % 40}/{worker}")])


def test_several_processes_may_merge_at_once(tmp_path: Path) -> None:
    index = tmp_path / "index.cdxj"
    context = multiprocessing.get_context("fork")
    workers = [context.Process(target=_merge_many, args=(index, n)) for n in range(3)]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()
        assert worker.exitcode == 0
    have = index.read_bytes().splitlines()
    assert len(have) == 120
    assert have == sorted(have)


def _merge_with_no_room(index: Path) -> None:
    resource.setrlimit(resource.RLIMIT_FSIZE, (20_000, 20_000))
    try:
        cdxj_file.merge(index, [line(f"https://paper.example/{n}") for n in range(1000)])
    except StorageError:
        return
    raise AssertionError("the index fits into a disk that is too small for it")


def test_without_room_the_index_stays_as_it_was(tmp_path: Path) -> None:
    index = tmp_path / "index.cdxj"
    cdxj_file.merge(index, [line("https://paper.example/")])
    before = index.read_bytes()
    worker = multiprocessing.get_context("fork").Process(target=_merge_with_no_room, args=(index,))
    worker.start()
    worker.join()
    assert worker.exitcode == 0
    assert index.read_bytes() == before
    assert not list(tmp_path.glob(".*.new"))
