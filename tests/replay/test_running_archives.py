"""The WARC that a crawl is writing is read up to its last whole record."""

from __future__ import annotations

import json
import shutil
from typing import TYPE_CHECKING

import pytest

from tests.archive_reading.conftest import HTTP, gz, info, record, response
from tests.conftest import newscrawl, story

if TYPE_CHECKING:
    from pathlib import Path

    from tests.conftest import Crawled


@pytest.fixture
def running(few: Crawled, tmp_path: Path) -> tuple[Path, Path, int]:
    """The archive while its WARC is being written; the WARC, and where its last whole record ends."""
    root = shutil.copytree(few.archive, tmp_path / "news")
    [warc] = (root / "warc").iterdir()
    end = warc.stat().st_size
    torn = gz(response(story(1)["body"].encode(), uri="https://paper.example/torn"))[:-100]
    with warc.rename(warc.with_name(f"{warc.name}.open")).open("ab") as file:
        file.write(torn)
    return root, warc, end


def told(warc: Path, end: int) -> str:
    return f"newscrawl: {warc} is not finished: it is read up to its last whole record, to byte {end}\n"


def test_records_of_a_running_archive(few: Crawled, running: tuple[Path, Path, int]) -> None:
    root, warc, end = running
    ran = newscrawl("replay", root)
    assert (ran.code, ran.err) == (0, told(warc, end))
    assert {each["url"]: each for each in ran.lines} == few.records


def test_tables_of_a_running_archive(
    few: Crawled, running: tuple[Path, Path, int], tmp_path: Path
) -> None:
    import pandas as pd  # takes half a second, which workers without this test save

    root, warc, end = running
    ran = newscrawl("replay", root, "--parquet", tmp_path / "tables")
    assert (ran.code, ran.err) == (0, told(warc, end))
    assert set(pd.read_parquet(tmp_path / "tables")["url"]) == set(few.records)


def test_an_archive_of_a_running_archive(
    few: Crawled, running: tuple[Path, Path, int], tmp_path: Path
) -> None:
    root, warc, end = running
    again = tmp_path / "again"
    ran = newscrawl("replay", root, "--into", again)
    assert (ran.code, ran.err) == (0, told(warc, end))
    # A copy, because the crawl goes on to write.
    copy = again / "warc" / warc.name
    assert (copy.is_symlink(), copy.stat().st_size) == (False, end)
    [records] = (again / "records").iterdir()
    lines = map(json.loads, records.read_text("utf-8").splitlines())
    assert {each["url"]: each for each in lines} == few.records
    assert newscrawl("verify", "--archive", again).code == 0
    assert newscrawl("replay", again, "--check").code == 0


def test_it_is_left_out_where_its_records_are_not_complete(running: tuple[Path, Path, int]) -> None:
    root, warc, _ = running
    for form in (("--check",), ("--into", root)):
        ran = newscrawl("replay", root, *form)
        assert f"newscrawl: {warc} is not finished: it is left out\n" in ran.err
        assert ran.code == 4


def test_captured_pages_are_counted_and_nothing_else(tmp_path: Path) -> None:
    """What is no HTML is read to see that, but is no page."""
    page = response(story(1)["body"].encode(), uri="https://paper.example/1")
    wall = response(b"<html><p>Nothing.</p></html>", uri="https://paper.example/2")
    others = [
        record(
            "response", HTTP.replace(b"text/html", kind) + b"?", uri=f"https://paper.example/{n}"
        )
        for n, kind in enumerate((b"image/png", b"text/css", b"application/rss+xml"), 3)
    ]
    (tmp_path / "a.warc.gz").write_bytes(gz(info(), page, *others, wall))
    for form in ("--into", "--parquet"):
        ran = newscrawl("replay", tmp_path / "a.warc.gz", form, tmp_path / form)
        assert ran.out == f"1 record of 2 captured pages written to {tmp_path / form}/\n"
