"""From files elsewhere that have an index, only what is chosen is asked for."""

from __future__ import annotations

import gzip
import random
import zipfile
from typing import TYPE_CHECKING, Any

import pytest
from making import HEAD, exchange, writer
from ranged_files import served
from replaying import captured_pages

from newscrawl.archive.wacz import write_wacz
from newscrawl.replay import select
from newscrawl.storage.files import warcs_in
from tests.conftest import newscrawl, story

if TYPE_CHECKING:
    from pathlib import Path

#: Bytes beside those of the chosen record: heads of files, directory, index, and what is read ahead.
_ASIDE = 64 * 1024
URL = "http://paper.example/2"
ONE = ("--url-prefix", URL, "--workers", "1")


def given(log: Path) -> int:
    """How many bytes of files the server gave."""
    return sum(int(line.split()[1]) for line in log.read_text().splitlines())


@pytest.fixture(scope="module")
def archive(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Three articles, and between them what nobody wants to fetch."""
    root = tmp_path_factory.mktemp("large") / "news"
    out, noise = writer(root, writer_id="aaaa0000"), random.Random(1)
    for number in range(1, 4):
        page = HEAD + story(number)["body"].encode()
        out.write([exchange(f"http://paper.example/{number}", page)], None, "")
        filling = HEAD.replace(b"text/html", b"image/png") + noise.randbytes(1 << 20)
        out.write([exchange(f"http://paper.example/filling/{number}.png", filling)], None, "")
    out.close()
    created = "2026-03-05T14:22:33+00:00"
    write_wacz(root, root.parent / "news.wacz", pages=[], created=created)
    return root


@pytest.fixture(scope="module")
def record(archive: Path) -> dict[str, Any]:
    [found] = newscrawl("replay", archive, *ONE).lines
    assert found["url"] == URL
    return found


@pytest.mark.parametrize("where", ["news/warc/{warc}", "news.wacz"])
def test_by_https_ranges(where: str, archive: Path, record: dict[str, Any], tmp_path: Path) -> None:
    log = tmp_path / "log"
    with served(archive.parent, log=log) as base:
        ran = newscrawl("replay", f"{base}/{where.format(**record['capture'])}", *ONE)
    assert (ran.code, ran.err, ran.lines) == (0, "", [record])
    assert given(log) < record["capture"]["length"] + _ASIDE
    assert given(log) < (1 << 20) / 10


def test_into_a_folder(archive: Path, record: dict[str, Any], tmp_path: Path) -> None:
    """The captures of a replay into a folder are chosen in the same way."""
    log, root = tmp_path / "log", tmp_path / "again"
    with served(archive.parent, log=log) as base:
        ran = newscrawl(
            "replay", f"{base}/news/warc/{record['capture']['warc']}", *ONE, "--into", root
        )
    assert (ran.code, ran.err) == (0, "")
    assert given(log) < record["capture"]["length"] + 2 * _ASIDE
    assert newscrawl("export", "--archive", root).lines == [record]


def test_in_a_bucket(archive: Path, record: dict[str, Any], tmp_path: Path) -> None:
    """The real client of S3, against a server that answers as S3 does."""
    log = tmp_path / "log"
    with served(archive.parent, log=log) as base:
        keys = dict.fromkeys(("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"), "none")
        env = {**keys, "AWS_ENDPOINT_URL": base, "AWS_DEFAULT_REGION": "us-east-1"}
        ran = newscrawl("replay", "s3://news/warc/*.warc.gz", *ONE, env=env)
    assert (ran.code, ran.err, ran.lines) == (0, "", [record])
    assert given(log) < record["capture"]["length"] + _ASIDE


def repacked(wacz: Path, to: Path, how: str) -> Path:
    """The same WACZ, with its index as other tools have it, and a fault where nothing is chosen."""
    with zipfile.ZipFile(wacz) as old, zipfile.ZipFile(to, "w") as new:
        for name in old.namelist():
            data = old.read(name)
            if name.startswith("archive/"):
                new.writestr(name, data[:500_000] + bytes(100) + data[500_100:])
            elif name == "indexes/index.cdxj":
                new.writestr(*index_as(how, data))
            else:
                new.writestr(name, data)
    return to


def index_as(how: str, data: bytes) -> tuple[str, bytes]:
    lines = data.splitlines(keepends=True)
    if how == "gzip":
        about = b'!meta 0 {"format": "cdxj-gzip-1.0"}\n'
        return "indexes/index.cdx.gz", b"".join(map(gzip.compress, [about, *lines]))
    if how == "places":
        return "indexes/index.cdxj", data.replace(b'"filename": "', b'"filename": "archive/')
    if how == "unsorted":
        return "indexes/index.cdxj", b"".join(reversed(lines))
    if how == "another":
        return "indexes/index.cdx", b" CDX N b a m s k r M S V g\nexample,paper)/ 1 x\n"
    return "indexes/none.txt", b""


@pytest.mark.parametrize("how", ["gzip", "places", "unsorted", "another", "none"])
def test_indexes_of_others_choose_the_same(how: str, archive: Path, tmp_path: Path) -> None:
    wacz = repacked(archive.parent / "news.wacz", tmp_path / "other.wacz", how)
    damages: list[object] = []
    found = captured_pages(warcs_in(wacz), select(prefixes=[URL]), on_damage=damages.append)
    assert [page.page.url for page in found] == [URL]
    # Who reads everything sees the fault.
    assert len(damages) == (how in ("another", "none"))


def test_an_index_within_a_wacz_that_is_damaged_is_named(archive: Path, tmp_path: Path) -> None:
    wacz = archive.parent / "news.wacz"
    data = bytearray(wacz.read_bytes())
    with zipfile.ZipFile(wacz) as package:
        entry = package.getinfo("indexes/index.cdxj")
    data[entry.header_offset + 80] ^= 0xFF
    broken = tmp_path / "broken.wacz"
    broken.write_bytes(data)
    damages: list[Any] = []
    found = captured_pages(warcs_in(broken), select(prefixes=[URL]), on_damage=damages.append)
    # What has no sound index is read as a whole.
    assert [page.page.url for page in found] == [URL]
    assert [(damage.path, "not a sound ZIP file" in str(damage)) for damage in damages] == [
        (str(broken), True)
    ]
