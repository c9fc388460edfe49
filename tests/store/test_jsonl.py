"""Record files survive a crash in the middle of a line."""

from __future__ import annotations

import resource
from typing import TYPE_CHECKING

import pytest

from newscrawl.collection import record_files
from newscrawl.errors import ArchiveError, StorageError

if TYPE_CHECKING:
    from pathlib import Path

RECORDS = [{"title": "Überschrift"}, {"title": "見出し\u2028"}]


def test_what_is_appended_is_read(tmp_path: Path) -> None:
    path = tmp_path / "a.jsonl"
    record_files.append(path, RECORDS[:1])
    record_files.append(path, RECORDS[1:])
    assert list(record_files.read(path)) == RECORDS


def test_a_torn_line_is_cut_off_wherever_it_tore(tmp_path: Path) -> None:
    path = tmp_path / "a.jsonl"
    whole = "".join(map(record_files.line, RECORDS)).encode()
    first = len(record_files.line(RECORDS[0]).encode())
    for size in range(len(whole)):
        path.write_bytes(whole[:size])
        kept = first if size >= first else 0
        assert record_files.cut_torn_line(path) == size - kept
        assert path.read_bytes() == whole[:kept]


def test_a_line_that_is_no_record_is_named(tmp_path: Path) -> None:
    path = tmp_path / "a.jsonl"
    path.write_text('{"title": "x"}\n{"title": \n')
    with pytest.raises(ArchiveError, match=r"a\.jsonl: line 2"):
        list(record_files.read(path))


def test_a_failed_append_leaves_the_file_as_it_was(tmp_path: Path) -> None:
    path = tmp_path / "a.jsonl"
    record_files.append(path, RECORDS)
    before = path.read_bytes()
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (len(before) + 10, hard))
    try:
        with pytest.raises(StorageError, match=r"a\.jsonl"):
            record_files.append(path, RECORDS)
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))
    assert path.read_bytes() == before
