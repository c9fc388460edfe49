"""`newscrawl verify --independent`: warcio reads what we read, or it is said where and why not."""

from __future__ import annotations

import gzip
import json
import shutil
import tracemalloc
from typing import TYPE_CHECKING

import foreign_tools
import pytest
from making import HEAD, exchange, page, writer

from newscrawl.archive.layout import Layout
from newscrawl.archive.verify import Fault, Summary, verify, verify_files
from newscrawl.warc.reader import iter_records
from tests.conftest import Crawled, SmallSite, newscrawl, story

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path
    from types import SimpleNamespace

URL = "https://paper.example/"
PLAIN = b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\n"
CHUNKED = PLAIN + b"Transfer-Encoding: chunked\r\n\r\n"


def compared(*paths: Path) -> tuple[list[Fault], list[Fault], Summary]:
    """The faults of these files, the notes, and how much was looked at."""
    summary = Summary()
    found = list(verify_files(paths, summary=summary, independent=True))
    faults = [fault for fault in found if not fault.is_note]
    assert summary.faults == len(faults)
    return faults, [fault for fault in found if fault.is_note], summary


def written(tmp_path: Path, *records: bytes, name: str = "a.warc.gz") -> Path:
    path = tmp_path / name
    path.write_bytes(b"".join(records))
    return path


@pytest.mark.parametrize("level", [0, 6])
def test_what_we_write_is_read_alike_record_by_record(tmp_path: Path, level: int) -> None:
    chunks = b"5\r\nhello\r\n3;ext=1\r\nyou\r\n0\r\n\r\n"
    out = writer(tmp_path, level=level, roll_bytes=4000)
    for n in range(20):
        out.write([page(n)], None, "")
    out.write([exchange(answer=CHUNKED + chunks)], None, "")
    out.write([exchange(answer=b"HTTP/1.1 103 Hints\r\n\r\n" + HEAD + b"page")], None, "")
    out.write([exchange(answer=HEAD + b"page", complete=False)], None, "")
    out.write([exchange(request=b"HEAD /1 HTTP/1.1\r\n\r\n", answer=HEAD)], None, "")
    out.write([exchange(answer=b"SSH-2.0-OpenSSH\r\n")], None, "")
    out.close()
    summary = Summary()
    assert list(verify(tmp_path, summary=summary, independent=True))[1:] == []  # no records/ alone
    assert summary.files > 1
    assert summary.independent == summary.records > 50


def test_a_crawl_is_proved_and_the_number_of_records_is_said(crawled: Crawled) -> None:
    ran = newscrawl("verify", "--archive", crawled.archive, "--independent")
    *_, said, summary = ran.out.splitlines()
    assert (ran.code, "no faults" in summary) == (0, True), ran.out
    number = summary.split(" WARC, ")[1].split()[0]
    assert said.startswith(f"{number} records read with warcio 1.")
    ran = newscrawl("verify", "--archive", crawled.archive, "--independent", "--json")
    facts = [json.loads(line) for line in ran.out.splitlines()]
    assert facts[-2]["independent"]["records"] == int(number) == facts[-1]["summary"]["independent"]


@pytest.mark.parametrize("where", ["first", "middle", "last"])
def test_damaged_members_are_passed_over_and_all_others_compared(
    tmp_path: Path, where: str
) -> None:
    out = writer(tmp_path)
    for n in range(10):
        out.write([page(n)], None, "")
    out.close()
    (warc,) = Layout(tmp_path).finished()
    records = list(iter_records(warc, on_damage=_fail))
    hit = {"first": records[0], "middle": records[9], "last": records[-1]}[where]
    data = bytearray(warc.read_bytes())
    data[hit.offset + hit.length // 2] ^= 0x55
    data[hit.offset + hit.length // 2 + 1] ^= 0x55
    warc.write_bytes(data)
    faults, notes, summary = compared(warc)
    assert [(fault.offset, fault.cause.split(":")[0]) for fault in faults] == [
        (hit.offset, "not a sound gzip member")
    ]
    assert notes == []
    assert summary.independent == summary.records == len(records) - 1


def test_a_file_that_was_cut_off(tmp_path: Path) -> None:
    out = writer(tmp_path)
    for n in range(3):
        out.write([page(n)], None, "")
    out.close()
    (warc,) = Layout(tmp_path).finished()
    warc.write_bytes(warc.read_bytes()[:-40])
    faults, notes, summary = compared(warc)
    assert [fault.cause for fault in faults] == ["the file ends within a gzip member"]
    assert (notes, summary.independent) == ([], summary.records)


class TestDifferences:
    """Records that warcio reads otherwise for no known reason are faults, with the exit code of faults."""

    def test_a_target(self, tmp_path: Path, make: SimpleNamespace) -> None:
        # One byte that is not UTF-8: then our reader takes all fields for Latin-1, warcio that line.
        record = make.response(WARC_Target_URI=URL + "b\u00fccher", X_Note="#").replace(
            b"X-Note: #", b"X-Note: \xff"
        )
        path = written(tmp_path, make.gz(make.info(), record, make.response()))
        (fault,), notes, summary = compared(path)
        assert fault.offset
        assert fault.cause.startswith("WARC-Target-URI is ")
        assert "as warcio reads it 'https://paper.example/b\u00fccher'" in fault.cause
        assert (notes, summary.independent) == ([], 3)
        ran = newscrawl("verify", "--independent", path)
        assert (ran.code, "1 fault" in ran.out) == (3, True)
        assert newscrawl("verify", path).code == 0

    def test_a_record_that_it_cannot_read_and_goes_on_behind(
        self, tmp_path: Path, make: SimpleNamespace
    ) -> None:
        newer = make.record("response", PLAIN + b"\r\npage", version="1.2")
        path = written(tmp_path, make.gz(make.info(), newer, make.response(), make.response()))
        (fault,), _, summary = compared(path)
        assert fault.cause.startswith("warcio cannot read this record: ")
        assert (summary.records, summary.independent) == (4, 3)

    def test_what_our_reader_names_is_not_said_twice(
        self, tmp_path: Path, make: SimpleNamespace
    ) -> None:
        path = written(tmp_path, make.gz(make.info()), gzip.compress(b""), make.gz(make.response()))
        (fault,), notes, summary = compared(path)
        assert (fault.cause, notes) == ("no record begins here", [])
        assert summary.independent == 2


KNOWN = {
    "trailer": (CHUNKED + b"4\r\npage\r\n0\r\nX: y\r\n\r\n", {}, "decodes chunks otherwise"),
    "bare line feeds": (CHUNKED + b"4\npage\n0\n\n", {}, "decodes chunks otherwise"),
    "stored without chunks": (CHUNKED + b"<html>page</html>", {}, None),
    "cut off": (
        CHUNKED + b"4\r\npage\r\n1",
        {"WARC_Truncated": "length"},
        "decodes chunks otherwise",
    ),
    "long extension": (
        CHUNKED + b"4;%s\r\npage\r\n0\r\n\r\n" % (b"e" * 90),
        {},
        "decodes chunks otherwise",
    ),
    "capitals": (
        PLAIN + b"Transfer-Encoding: Chunked\r\n\r\n4\r\npage\r\n0\r\n\r\n",
        {},
        "only where Transfer-Encoding",
    ),
    "interim": (b"HTTP/1.1 103 Hints\r\n\r\n" + PLAIN + b"\r\npage", {}, "interim response"),
    "blank line": (PLAIN + b" \r\nX: y\r\n\r\npage", {}, "header line of blanks"),
    "blank in URI": (PLAIN + b"\r\npage", {"WARC_Target_URI": URL + "a b"}, "replaces blanks"),
}


@pytest.mark.parametrize("name", KNOWN)
def test_a_known_reason_is_said_once_and_is_no_fault(
    name: str, tmp_path: Path, make: SimpleNamespace
) -> None:
    block, fields, reason = KNOWN[name]
    records = [make.record("response", block, **fields) for _ in range(3)]
    path = written(tmp_path, make.gz(make.info(), *records))
    faults, notes, summary = compared(path)
    assert faults == []
    assert summary.independent == 4
    if reason is None:
        assert notes == []
        return
    (note,) = notes
    assert reason in note.cause
    assert "(3 records, the first at byte " in note.cause
    ran = newscrawl("verify", "--independent", path)
    assert (ran.code, ran.out.count(reason)) == (0, 1)


def test_one_member_for_all_records(tmp_path: Path, make: SimpleNamespace) -> None:
    path = written(tmp_path, gzip.compress(make.info() + make.response() + make.response()))
    faults, (note,), _ = compared(path)
    assert faults == []
    assert "gzip members that hold several records" in note.cause


def test_not_compressed(tmp_path: Path, make: SimpleNamespace) -> None:
    path = written(tmp_path, make.info(), make.response(), make.response(), name="a.warc")
    assert compared(path)[:2] == ([], [])
    assert compared(path)[2].independent == 3


def test_lines_without_end_take_no_memory(tmp_path: Path, make: SimpleNamespace) -> None:
    block = PLAIN + b"X: " + b"x" * (40 << 20) + b"\r\n\r\npage"
    path = written(tmp_path, make.gz(make.info(), make.record("response", block)))
    tracemalloc.start()
    try:
        faults, _, _ = compared(path)
        assert tracemalloc.get_traced_memory()[1] < 30 << 20
    finally:
        tracemalloc.stop()
    assert any("a line of more than 1048576 bytes" in fault.cause for fault in faults)


@pytest.mark.parametrize("tool", ["wget", "warcprox", "warcio"])
def test_what_other_tools_write(
    tool: str, small_site: Callable[..., SmallSite], tmp_path: Path
) -> None:
    if reason := foreign_tools.missing(tool):
        pytest.skip(reason)
    site = small_site(
        {
            "/robots.txt": {"body": ""},
            "/1.html": story(1),
            "/2.html": {**story(2), "coded": ["gzip", "chunked"]},
            "/again.html": story(1),
        }
    )
    urls = [site.base + path for path in ("/1.html", "/2.html", "/again.html")]
    warc = getattr(foreign_tools, f"with_{tool}")(urls, tmp_path)
    faults, notes, summary = compared(warc)
    assert (faults, notes) == ([], [])
    assert summary.independent == summary.records > 3
    if tool != "warcio":
        return
    for other in (foreign_tools.as_arc(warc, tmp_path), foreign_tools.as_wacz(warc, tmp_path)):
        faults, notes, summary = compared(other)
        # Whether a package is signed is another question.
        notes = [note for note in notes if note.cause != "is not signed"]
        assert (faults, notes) == ([], []), other
        assert summary.independent == summary.records > 2


def test_files_and_folders_are_checked_without_an_archive(
    tmp_path: Path, make: SimpleNamespace
) -> None:
    (tmp_path / "a").mkdir()
    written(tmp_path / "a", make.gz(make.info(), make.response()))
    torn = written(tmp_path, make.gz(make.info(), make.response())[:-9], name="torn.warc.gz")
    ran = newscrawl("verify", tmp_path / "a", torn)
    fault, summary = ran.out.splitlines()
    assert (ran.code, fault.startswith(f"{torn}: at byte ")) == (3, True)
    assert fault.endswith("the file ends within a gzip member")
    assert summary.startswith("2 WARCs, 3 records, 1 answer,")
    shutil.rmtree(tmp_path / "a")
    for arguments, said in (
        ([tmp_path / "a"], "no such file or folder"),
        ([torn, "--records"], "--records is for an archive"),
        ([torn, "--archive", tmp_path], "--archive is for an archive"),
        ([torn, "--db", "sqlite:///x.db"], "--db is for an archive"),
    ):
        ran = newscrawl("verify", *arguments)
        assert (ran.code, ran.out) == (2, "")
        assert said in ran.err


def _fail(damage: object) -> None:
    raise AssertionError(damage)
