"""When a file begins and ends, and what its name and its lock say."""

from __future__ import annotations

import fcntl
import gzip
import os
import subprocess
import sys
from datetime import timedelta
from pathlib import Path

import pytest
from making import exchange, page, writer
from strict_warc import faults, read_warc

from newscrawl.errors import StorageError, UsageError
from newscrawl.warc import cdxj
from newscrawl.warc.exchange import Failure
from newscrawl.wire.extension import writer_policy as policy_of


def names(root):
    return sorted(path.name for path in (root / "warc").iterdir())


def test_a_full_file_is_finished_and_the_next_begun(tmp_path):
    out = writer(tmp_path, roll_bytes=4_000)
    captures = [c for n in range(40) for c in out.write([page(n)], None, "")]
    assert len([name for name in names(tmp_path) if name.endswith(".open")]) == 1
    out.close()
    files = sorted((tmp_path / "warc").iterdir())
    assert len(files) > 5
    assert [path.name[-13:-8] for path in files] == [f"{n:05d}" for n in range(len(files))]
    assert [fault for path in files for fault in faults(path)] == []
    responses = [r for path in files for r in read_warc(path) if r.type == "response"]
    assert [r.url for r in responses] == [f"http://paper.example/{n}" for n in range(40)]
    assert [(c.offset, c.length) for c in captures] == [(r.offset, r.length) for r in responses]
    assert all(path.stat().st_size < 4_000 + 2_000 for path in files)


def test_an_old_file_is_finished(tmp_path):
    out = writer(tmp_path, roll_seconds=60)
    out.write([page(1)], None, "")
    out.write([page(2)], None, "")
    assert len(names(tmp_path)) == 1
    out._now.now += timedelta(seconds=61)
    out.write([page(3)], None, "")
    finished, unfinished = names(tmp_path)
    assert finished.endswith("-00000.warc.gz")
    assert unfinished.endswith("-00001.warc.gz.open")
    out.close()
    assert names(tmp_path) == [finished]


def test_the_file_is_open_and_locked_while_it_is_written(tmp_path):
    out = writer(tmp_path)
    out.write([page(1)], None, "")
    (path,) = (tmp_path / "warc").iterdir()
    assert path.name == "news-20260305142233124-a1b2c3d4-00000.warc.gz.open"
    with path.open("rb") as other, pytest.raises(BlockingIOError):
        fcntl.flock(other, fcntl.LOCK_EX | fcntl.LOCK_NB)
    out.close()
    assert names(tmp_path) == [path.name.removesuffix(".open")]


def test_a_name_that_is_taken_is_never_overwritten(tmp_path):
    out = writer(tmp_path)
    out.write([page(1)], None, "")
    taken = tmp_path / "warc" / names(tmp_path)[0].removesuffix(".open")
    taken.write_text("somebody else's")
    with pytest.raises(StorageError, match=r"warc\.gz: File exists"):
        out.close()
    assert taken.read_text() == "somebody else's"
    assert len(names(tmp_path)) == 2


def test_a_file_without_captures_leaves_nothing_behind(tmp_path):
    out = writer(tmp_path)
    out.open()
    assert len(names(tmp_path)) == 1
    out.close()
    assert names(tmp_path) == []
    assert not (tmp_path / "index.cdxj").exists()


def test_a_failure_alone_is_worth_a_file(tmp_path):
    out = writer(tmp_path)
    url = "http://nowhere.example/"
    assert out.write([], Failure("CannotResolveHostError", "no such\nhost"), url) == []
    out.close()
    (path,) = (tmp_path / "warc").iterdir()
    assert faults(path) == []
    note = read_warc(path)[1]
    assert (note.type, note.url) == ("metadata", url)
    assert b"fetchErrorMessage: no such host\r\n" in note.block


def test_the_index_has_what_is_finished_and_no_heads(tmp_path):
    out = writer(tmp_path)
    out.write([page(1)], None, "")
    head = exchange("http://paper.example/h", request=b"HEAD /h HTTP/1.1\r\nHost: p\r\n\r\n")
    out.write([head], None, "")
    out.close()
    lines = (tmp_path / "index.cdxj").read_text().splitlines()
    assert [cdxj.parse(line).url for line in lines] == ["http://paper.example/1"]


def test_the_index_grows_before_a_long_file_ends(tmp_path, monkeypatch):
    monkeypatch.setattr("newscrawl.archive.writer._INDEX_BATCH_SIZE", 5)
    out = writer(tmp_path)
    for n in range(12):
        out.write([page(n)], None, "")
    assert len((tmp_path / "index.cdxj").read_text().splitlines()) == 10
    out.close()
    lines = (tmp_path / "index.cdxj").read_text().splitlines()
    assert (len(lines), lines) == (12, sorted(lines))


@pytest.mark.parametrize(
    ("fsync", "at_write", "at_sync", "at_close"),
    [("always", 1, 1, 1), ("commit", 0, 1, 1), ("close", 0, 1, 1)],
)
def test_when_the_disk_is_waited_for(tmp_path, monkeypatch, fsync, at_write, at_sync, at_close):
    policy = policy_of(_settings(NEWSCRAWL_FSYNC=fsync))
    assert policy.sync_always == (fsync == "always")
    out = writer(tmp_path, sync_always=policy.sync_always)
    out.open()
    synced = []
    fsync_of = os.fsync
    monkeypatch.setattr(
        os, "fsync", lambda handle: (synced.append(_name(handle)), fsync_of(handle))
    )
    out.write([page(1)], None, "")
    assert synced.count(".open") == at_write
    synced.clear()
    out.sync()
    assert synced.count(".open") == at_sync
    synced.clear()
    out.close()
    # First the captures, then the index, then their names.
    assert synced[0] == ".open"
    assert synced[-1] == "warc"
    assert any("index.cdxj" in name for name in synced[1:-1])


def _name(handle: int) -> str:
    path = Path(f"/proc/self/fd/{handle}").readlink()
    return ".open" if path.suffix == ".open" else path.name


def test_an_unknown_policy_is_refused():
    with pytest.raises(UsageError, match="commit, always, close"):
        policy_of(_settings(NEWSCRAWL_FSYNC="sometimes"))


def _settings(**changed):
    from scrapy.settings import Settings

    settings = Settings()
    settings.setmodule("newscrawl.settings")
    settings.setdict(changed)
    return settings


def test_what_is_written_in_a_hurry_is_the_same_and_larger(tmp_path):
    sizes = []
    for fast in (False, True):
        root = tmp_path / str(fast)
        out = writer(root)
        for n in range(5):
            out.write([page(n, 20_000)], None, "", fast=fast)
        out.close()
        (path,) = (root / "warc").iterdir()
        assert faults(path) == []
        sizes.append((path.stat().st_size, [record.block for record in read_warc(path)]))
    (thorough, blocks), (fast, same) = sizes
    assert blocks == same
    assert thorough < fast < thorough * 1.3


@pytest.mark.parametrize("missing", ["isal", "zlib_ng"])
def test_without_a_fast_library_it_is_plain_zlib(tmp_path, missing):
    code = (
        "import sys; sys.modules['isal'] = sys.modules[sys.argv[1]] = None\n"
        "from newscrawl.warc import compression\n"
        "for fast in (False, True):\n"
        "    made = compression.gzip_compressor(fast=fast)\n"
        "    sys.stdout.buffer.write(made.compress(b'x' * 1000) + made.flush())\n"
    )
    done = subprocess.run([sys.executable, "-c", code, missing], capture_output=True, check=True)
    assert gzip.decompress(done.stdout) == b"x" * 2000
