"""A disk that takes no more: nothing half-written is left, and it goes on when there is room again."""

from __future__ import annotations

import errno
import random
import string
import subprocess
from io import BytesIO

import pytest
from making import exchange, page, writer
from strict_warc import faults, read_warc

from newscrawl.archive.file_recovery import recover
from newscrawl.archive.layout import Layout
from newscrawl.commands import diff_output
from newscrawl.commands.export import _opened, _write_file
from newscrawl.errors import StorageError
from newscrawl.export import columns, csv_files
from newscrawl.export.folder import write_folder
from newscrawl.items import Article, Capture
from newscrawl.store import parquet
from newscrawl.warc.exchange import Exchange


@pytest.fixture
def small_disk(tmp_path):
    """A file system of 512 KiB."""
    folder = tmp_path / "disk"
    folder.mkdir()
    mount = ["mount", "-t", "tmpfs", "-o", "size=512k", "tmpfs", str(folder)]
    if subprocess.run(mount, capture_output=True, check=False).returncode:
        pytest.skip("a small file system cannot be mounted here")
    yield folder
    subprocess.run(["umount", "-l", str(folder)], check=True)


def fill(folder, leave: int) -> None:
    data = b"x" * 4096
    with pytest.raises(OSError), (folder / "ballast").open("wb", buffering=0) as file:
        while True:
            file.write(data)
    size = (folder / "ballast").stat().st_size
    with (folder / "ballast").open("r+b") as file:
        file.truncate(max(size - leave, 0))


def test_a_write_that_fails_is_undone(small_disk):
    out = writer(small_disk / "archive", level=0)
    kept = [out.write([page(n)], None, "") for n in range(3)]
    (path,) = (small_disk / "archive" / "warc").iterdir()
    before = path.read_bytes()
    fill(small_disk, leave=8192)
    with pytest.raises(StorageError, match=r"\.open: the disk is full$"):
        out.write([page(4, 20_000), page(5, 20_000)], None, "")
    assert path.read_bytes() == before
    (small_disk / "ballast").unlink()
    out.write([page(6)], None, "")
    out.close()
    (path,) = (small_disk / "archive" / "warc").iterdir()
    assert faults(path) == []
    responses = [r for r in read_warc(path) if r.type == "response"]
    assert [r.url[-1] for r in responses] == ["0", "1", "2", "6"]
    assert len((small_disk / "archive" / "index.cdxj").read_text().splitlines()) == len(kept) + 1


def test_a_file_that_cannot_begin_leaves_nothing(small_disk):
    out = writer(small_disk / "archive")
    fill(small_disk, leave=0)
    with pytest.raises(StorageError, match="the disk is full"):
        out.write([page(1)], None, "")
    assert list((small_disk / "archive" / "warc").iterdir()) == []
    (small_disk / "ballast").unlink()
    assert len(out.write([page(1)], None, "")) == 1


def test_no_room_for_the_index_leaves_the_file_to_recovery(small_disk):
    root = small_disk / "archive"
    out = writer(root, level=0)
    for n in range(10):
        out.write([page(n)], None, "")
    fill(small_disk, leave=0)
    with pytest.raises(StorageError, match=r"index\.cdxj: No space|the disk is full"):
        out.close()
    (path,) = (root / "warc").iterdir()
    assert path.suffix == ".open"
    (small_disk / "ballast").unlink()
    (recovered,) = recover(Layout(root))
    assert (recovered.lost, recovered.kept) == (0, path.with_suffix("").stat().st_size)
    assert faults(path.with_suffix("")) == []
    assert len((root / "index.cdxj").read_text().splitlines()) == 10


def test_bytes_that_could_not_be_held_are_never_written(tmp_path):
    class Full:
        """A temporary file on a full disk."""

        def write(self, data: bytes) -> int:
            raise OSError(errno.ENOSPC, "No space left on device")

    lost = Exchange("http://paper.example/2", exchange().started_at, BytesIO(), Full())
    lost.add_sent(b"GET /2 HTTP/1.1\r\n\r\n")
    lost.add_received(b"HTTP/1.1 200 OK\r\n\r\n")
    lost.finish(0)
    out = writer(tmp_path)
    out.write([page(1)], None, "")
    with pytest.raises(StorageError, match="the disk is full"):
        out.write([page(3), lost], None, "")
    out.close()
    (path,) = (tmp_path / "warc").iterdir()
    assert [r.url[-1:] for r in read_warc(path)] == ["", "1", "1"]


def test_what_comes_after_the_end_changes_nothing(tmp_path):
    late = exchange(answer=b"HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nhalf", complete=False)
    late.add_received(b"a body")
    late.finish(2)
    late.cut("disconnect")
    out = writer(tmp_path)
    out.write([late], None, "")
    out.close()
    (path,) = (tmp_path / "warc").iterdir()
    _, response, _ = read_warc(path)
    assert response.block.endswith(b"\r\n\r\nhalf")
    assert response.get("WARC-Truncated") == "unspecified"


def test_a_file_that_somebody_deletes_is_noticed_at_the_next_commit(tmp_path):
    out = writer(tmp_path)
    out.write([page(1)], None, "")
    out.sync()
    (path,) = (tmp_path / "warc").iterdir()
    path.unlink()
    out.write([page(2)], None, "")
    with pytest.raises(StorageError, match=r"\.open: was deleted while it was being written$"):
        out.sync()
    with pytest.raises(StorageError, match="was deleted"):
        out.duplicate_handle().sync()
    out.abandon()


def write_table(out, records):
    rows = [columns.values_of(record, columns.COLUMNS) for record in records]
    with _opened(out) as file:
        csv_files.write_csv(file, [rows], columns.COLUMNS, excel=False)


@pytest.mark.parametrize("form", ["csv", "jsonl", "xlsx", "folder", "parquet", "diff"])
def test_an_export_names_the_full_disk_in_one_line(small_disk, form):
    out = small_disk / "out"
    place = Capture("a.warc.gz", 1, 2, "urn:uuid:1", "sha256:0", "2026-05-20T00:00:00Z", 200)
    body = "".join(random.Random(1).choices(string.ascii_letters, k=30_000))
    records = [
        Article(url=f"https://paper.example/{n}", title="A", body=body, capture=place).to_dict()
        for n in range(3)
    ]
    fill(small_disk, leave=8192)
    writes = {
        "csv": lambda: write_table(out, records),
        "jsonl": lambda: _write_file(out, records, "jsonl", None, "records"),
        "xlsx": lambda: _write_file(out, records, "xlsx", None, "records"),
        "folder": lambda: write_folder(out, records, "html"),
        "parquet": lambda: parquet.write(out, records),
        "diff": lambda: diff_output._write(out, iter([body])),
    }
    with pytest.raises(StorageError, match=rf"^{out}[^:\n]*: the disk is full$"):
        writes[form]()
