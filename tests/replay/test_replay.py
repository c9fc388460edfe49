"""The same records again, from the captures alone."""

from __future__ import annotations

import io
import json
import re
import shlex
import shutil
import sqlite3
import subprocess
import sys
from contextlib import chdir, closing
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from warcio.statusandheaders import StatusAndHeaders
from warcio.warcwriter import WARCWriter

from newscrawl.newspaper import expected
from newscrawl.replay import Comparison, Difference
from tests.conftest import crawl, feed, newscrawl, story

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.conftest import Crawled, SmallSite

    Start = Callable[[dict[str, dict[str, Any]]], SmallSite]

OFFLINE = {"PYTHONPATH": str(Path(__file__).parents[1] / "support" / "offline")}


@pytest.fixture(scope="module")
def archive(two_editions: Path) -> Path:
    return two_editions


@pytest.fixture(scope="module")
def small(two_small_editions: Path) -> Path:
    return two_small_editions


def record_files(archive: Path) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in (archive / "records").iterdir()}


def test_the_ban_on_networks_works() -> None:
    code = "import socket; socket.create_connection(('127.0.0.1', 9))"
    ran = subprocess.run(
        [sys.executable, "-c", code], env=OFFLINE, capture_output=True, text=True, check=False
    )
    assert "must not reach a network" in ran.stderr


def test_all_records_are_identical_without_a_network(archive: Path) -> None:
    number = sum(content.count(b"\n") for content in record_files(archive).values())
    ran = newscrawl("replay", archive, "--check", env=OFFLINE)
    assert number > 37
    assert (ran.code, ran.out, ran.err) == (0, f"{number} records, {number} identical\n", "")


def test_any_number_of_workers_gives_the_same_bytes(small: Path) -> None:
    one, three = (newscrawl("replay", small, "--workers", n).out for n in (1, 3))
    assert one == three
    assert one.count("\n") > 16


def test_a_changed_record_is_named_field_by_field(small: Path, tmp_path: Path) -> None:
    copy = shutil.copytree(small, tmp_path / "copy")
    path = next((copy / "records").iterdir())
    first, *rest = path.read_text("utf-8").splitlines()
    record = json.loads(first)
    record["title"] = "Something else"
    path.write_text("\n".join([json.dumps(record), *rest[:-1]]) + "\n", "utf-8")
    ran = newscrawl("replay", copy, "--check")
    assert ran.code == 3
    assert (
        f"{record['url']} ({record['capture']['warc']} at {record['capture']['offset']})" in ran.out
    )
    assert "title: kept 'Something else'" in ran.out
    assert "record: kept None" in ran.out  # the last line, which is gone
    number = sum(content.count(b"\n") for content in record_files(small).values())
    assert ran.out.endswith(f"{number} records, {number - 2} identical\n")


def test_a_field_that_came_later_differs_where_it_says_something(
    small: Path, tmp_path: Path
) -> None:
    copy = shutil.copytree(small, tmp_path / "copy")
    path = next((copy / "records").iterdir())
    records = [json.loads(line) for line in path.read_text("utf-8").splitlines()]
    for record in records:
        del record["contributors"], record["rights"]
    path.write_text("".join(json.dumps(record) + "\n" for record in records), "utf-8")
    made = [json.loads(line) for line in record_files(small)[path.name].splitlines()]
    stating = sum(bool(record["contributors"] or record["rights"]) for record in made)
    number = sum(content.count(b"\n") for content in record_files(small).values())
    ran = newscrawl("replay", copy, "--check")
    assert ran.out.endswith(f"{number} records, {number - stating} identical\n")


def test_records_index_and_database_are_rebuilt_from_the_warcs_alone(
    small: Path, tmp_path: Path
) -> None:
    ran = newscrawl("replay", *sorted((small / "warc").iterdir()), "--into", tmp_path / "again")
    assert ran.code == 0, ran.err
    again = tmp_path / "again"
    for name, content in record_files(small).items():
        assert sorted(record_files(again)[name].splitlines()) == sorted(content.splitlines())
    assert (again / "index.cdxj").read_bytes() == (small / "index.cdxj").read_bytes()
    tables = [
        {
            (each["id"], each["revision"]): each
            for each in newscrawl("export", "--archive", root).lines
        }
        for root in (small, again)
    ]
    assert tables[0] == tables[1]
    assert newscrawl("replay", again, "--check").code == 0
    assert newscrawl("verify", "--archive", again).code == 0
    assert newscrawl("search", "--archive", again, "ferry").code == 0


def test_the_recipe_for_an_archive_of_warcs_alone(small: Path, tmp_path: Path) -> None:
    """What docs/how-to/repair.md says, word for word."""
    copy = shutil.copytree(small, tmp_path / "archives" / "news")
    docs = (Path(__file__).parents[2] / "docs" / "how-to" / "repair.md").read_text("utf-8")
    [recipe] = [section for section in docs.split("\n## ") if "$ mkdir aside" in section]
    steps = re.findall(r"^\$ (.+)$", recipe, re.MULTILINE)
    for step in steps:
        if step.startswith("newscrawl "):
            with chdir(tmp_path):
                ran = newscrawl(*shlex.split(step)[1:])
            assert ran.code == 0, ran.err
        else:
            subprocess.run(["bash", "-c", step], cwd=tmp_path, check=True)
    for name, content in record_files(small).items():
        assert sorted(record_files(copy)[name].splitlines()) == sorted(content.splitlines())
    assert (copy / "index.cdxj").read_bytes() == (small / "index.cdxj").read_bytes()
    assert sorted(path.name for path in (tmp_path / "aside").iterdir())[0] == "index.cdxj"


def test_records_are_never_overwritten(small: Path) -> None:
    before = record_files(small)
    ran = newscrawl("replay", small, "--into", small)
    assert ran.code == 2
    assert f"--into {small}: this archive has its records. Name a new folder" in ran.err
    assert record_files(small) == before


def test_an_article_is_recorded_from_its_variant_if_its_own_url_has_none(
    tmp_path: Path, small_site: Start
) -> None:
    """Many a canonical link leads nowhere; the article must not be lost for that."""
    there, nowhere = "/news/the-harbour-council-decides-1", "/news/the-council-decides-nothing-2"
    variants = {f"/amp{path}": path for path in (there, nowhere)}
    answers = {there: story(1), "/feed.xml": feed(*variants)}
    for number, (variant, own) in enumerate(variants.items(), 1):
        answers[variant] = story(number, head=f'<link rel="canonical" href="{own}">')
    site = small_site(answers)
    ran = crawl(tmp_path / "news", f"{site.base}/feed.xml", "--json")
    recorded = {record["url"] for record in ran.lines}
    assert recorded == {site.base + there, f"{site.base}/amp{nowhere}"}
    misses = newscrawl("export", "misses", "--archive", tmp_path / "news").lines
    assert {miss["url"]: miss["cause"] for miss in misses} == {
        f"{site.base}/amp{there}": "duplicate",
        site.base + nowhere: "http-404",
    }
    assert newscrawl("replay", tmp_path / "news", "--check").code == 0


def test_live_and_replay_agree_on_what_is_shown(part: Crawled) -> None:
    replayed = {record["url"]: record for record in newscrawl("replay", part.archive).lines}
    assert replayed == part.records
    assert set(replayed) == {
        u for u in expected(part.paper.sites) if u.startswith(part.paper.seeds[0])
    }


def test_differences_are_ordered_and_complete() -> None:
    def record(offset: int, **fields: object) -> dict[str, Any]:
        return {"url": f"u{offset}", "capture": {"warc": "a", "offset": offset}, **fields}

    kept = [
        record(2, title="x", body="b"),
        record(1, title="only kept"),
        record(4, title="same"),
    ]
    made = [record(3, title="only made"), record(4, title="same"), record(2, title="y", body="b")]
    with closing(Comparison({("a", r["capture"]["offset"]): r for r in kept})) as comparison:
        for each in made:
            comparison.add(each)
        assert list(comparison.differences()) == [
            Difference("u1", "a at 1", "record", "only kept", None),
            Difference("u2", "a at 2", "title", "x", "y"),
            Difference("u3", "a at 3", "record", None, "only made"),
        ]
        assert (comparison.number, comparison.identical) == (4, 1)


def test_one_warc_of_an_archive_is_compared_as_part_of_it(small: Path) -> None:
    """Revisions go on from those in its other files, and a variant's original may be there."""
    for warc in sorted((small / "warc").iterdir()):
        beside = small / "records" / f"{warc.name.removesuffix('.warc.gz')}.jsonl"
        number = beside.read_bytes().count(b"\n")
        ran = newscrawl("replay", warc, "--check")
        assert (ran.code, ran.out) == (0, f"{number} records, {number} identical\n")


def test_where_no_records_lie_beside_there_is_nothing_to_compare(
    small: Path, tmp_path: Path
) -> None:
    warc = shutil.copy(next((small / "warc").iterdir()), tmp_path)
    ran = newscrawl("replay", warc, "--check")
    assert (ran.code, ran.out) == (4, "")
    assert ran.err == f"newscrawl: no records beside {warc} to compare with\n"


def test_a_page_that_the_crawl_could_not_read_in_time_is_no_difference(
    small: Path, tmp_path: Path
) -> None:
    copy = shutil.copytree(small, tmp_path / "copy")
    path = next((copy / "records").iterdir())
    *rest, last = path.read_text("utf-8").splitlines(keepends=True)
    path.write_text("".join(rest), "utf-8")
    record = json.loads(last)
    with closing(sqlite3.connect(copy / "news.db")) as database, database:
        done = database.execute(
            "UPDATE urls SET outcome = 'miss', cause = 'extraction-failed',"
            " detail = 'took longer than 20 s', over_limit = 1, capture = ? WHERE url = ?",
            (record["capture"]["record_id"], record["url"]),
        )
        assert done.rowcount == 1
    number = sum(content.count(b"\n") for content in record_files(copy).values())
    ran = newscrawl("replay", copy, "--check")
    assert (ran.code, ran.out) == (
        0,
        f"1 page not read within the limits\n{number} records, {number} identical\n",
    )


def test_a_line_that_is_no_record_is_named(small: Path, tmp_path: Path) -> None:
    copy = shutil.copytree(small, tmp_path / "copy")
    path = next((copy / "records").iterdir())
    path.write_bytes(b"{}\n" + path.read_bytes())
    ran = newscrawl("replay", copy, "--check")
    assert ran.code == 3
    assert f"{path}: line 1 is not a record" in ran.err


# warcio leaves the temporary file of a record to the garbage collector.
@pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning")
def test_a_revisit_of_another_url_is_read_from_the_original(tmp_path: Path) -> None:
    """Other tools keep the same bytes once for all URLs; the second URL is an article all the same."""
    html = story(1)["body"].encode()
    urls = [f"http://paper.example/the-harbour-council-decides-{n}" for n in (1, 2)]
    path = tmp_path / "others.warc.gz"
    with path.open("wb") as file:
        writer = WARCWriter(file, gzip=True)
        head = StatusAndHeaders("200 OK", [("Content-Type", "text/html")], protocol="HTTP/1.1")
        first = writer.create_warc_record(
            urls[0], "response", payload=io.BytesIO(html), http_headers=head
        )
        writer.write_record(first)
        digest = first.rec_headers["WARC-Payload-Digest"]
        date = first.rec_headers["WARC-Date"]
        writer.write_record(writer.create_revisit_record(urls[1], digest, urls[0], date, head))
    records = newscrawl("replay", path).lines
    assert [record["url"] for record in records] == urls
    assert records[0]["body"] == records[1]["body"] != ""
    assert records[1]["capture"]["offset"] > 0


def test_a_wacz_becomes_an_archive(small: Path, tmp_path: Path) -> None:
    package, root = tmp_path / "news.wacz", tmp_path / "news"
    assert newscrawl("export", "--archive", small, "--format", "wacz", "-o", package).code == 0
    ran = newscrawl("replay", package, "--into", root)
    assert ran.code == 0, ran.err
    package.unlink()
    number = sum(content.count(b"\n") for content in record_files(small).values())
    assert newscrawl("replay", root, "--check").out == f"{number} records, {number} identical\n"


def test_it_reads_within_the_limits_of_a_crawl(tmp_path: Path, small_site: Start) -> None:
    site = small_site({"/feed.xml": feed("/news/story-1"), "/news/story-1": story(1)})
    root, small = tmp_path / "news", "NEWSCRAWL_PAGE_BYTES=500"
    crawl(root, f"{site.base}/feed.xml")
    assert len(newscrawl("replay", root).lines) == 1
    assert newscrawl("replay", root, "-s", small).lines == []
    checked = newscrawl("replay", root, "--check", "-s", small)
    assert "1 page not read within the limits" in checked.out
    for _ in range(2):  # what was made within other limits is not taken up again
        assert newscrawl("replay", root, "--into", tmp_path / "within", "-s", small).code == 0
        assert newscrawl("export", "--archive", tmp_path / "within").lines == []
    for wrong in ("NEWSCRAWL_PAGE_BYTES=many", "NEWSCRAWL_PAGE_BYTES=1.5", "NEWSCRAWL_LIMIT=3"):
        ran = newscrawl("replay", root, "-s", wrong)
        assert (ran.code, ran.err.count("\n")) == (2, 1)
        assert wrong.partition("=")[0] in ran.err
