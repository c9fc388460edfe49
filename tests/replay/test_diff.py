"""What would change, before it does."""

from __future__ import annotations

import json
import shutil
from typing import TYPE_CHECKING, Any

from newscrawl.replay import Difference
from newscrawl.replay.diff_page import page
from newscrawl.replay.field_diff import Diff
from newscrawl.urls import site
from tests.conftest import newscrawl

if TYPE_CHECKING:
    from pathlib import Path

    from tests.conftest import Crawled


def with_another_rule(crawled: Crawled, folder: Path) -> tuple[Path, list[dict[str, Any]]]:
    """The archive as an older code would have left it: two titles from elsewhere, one record less."""
    root = shutil.copytree(crawled.archive, folder / "news")
    [path] = (root / "records").iterdir()
    records = [json.loads(line) for line in path.read_text("utf-8").splitlines()]
    touched = [record for record in records if "127.0.0.3" in record["url"]][:3]
    for record in touched[:2]:
        record["title"] = f"<b>Old</b> {record['title']}"
        record["provenance"]["title"] = {"source": "title", "raw": None}
        record["extractor"]["version"] = "0.0.1"
    rest = [record for record in records if record is not touched[2]]
    path.write_text("".join(json.dumps(record) + "\n" for record in rest), "utf-8")
    return root, touched


def test_a_change_of_one_rule_shows_its_field_and_records_alone(
    crawled: Crawled, tmp_path: Path
) -> None:
    root, (first, second, gone) = with_another_rule(crawled, tmp_path)
    html = tmp_path / "differences.html"
    ran = newscrawl("replay", root, "--diff", "--json", "--domain", "127.0.0.3", "--html", html)
    assert (ran.code, ran.err) == (3, "")
    [said] = ran.lines
    number = sum("127.0.0.3" in url for url in crawled.records)
    assert (said["records"], said["differ"]) == (number, 3)
    whole, title = said["fields"]
    assert {whole["source"], title["source"]} == {site(first["url"])}
    assert [(f["field"], f["new"], f["lost"], f["changed"]) for f in (whole, title)] == [
        ("record", 1, 0, 0),
        ("title", 0, 0, 2),
    ]
    assert [each["url"] for each in whole["examples"]] == [gone["url"]]
    assert {each["url"]: (each["old"], each["new"]) for each in title["examples"]} == {
        record["url"]: (record["title"], crawled.records[record["url"]]["title"])
        for record in (first, second)
    }
    shown = html.read_text("utf-8")
    assert "&lt;b&gt;Old&lt;/b&gt;</del>" in shown
    assert "<b>Old" not in shown


def test_two_folders_are_compared_without_reading_a_page(crawled: Crawled, tmp_path: Path) -> None:
    root, _ = with_another_rule(crawled, tmp_path)
    shutil.rmtree(root / "warc")
    ran = newscrawl("replay", crawled.archive / "records", "--diff", "--against", root)
    assert ran.code == 3
    assert ran.out.endswith(f"{len(crawled.records)} records, 3 differ\n")
    assert ran.out.count("\n") == 4
    same = newscrawl("replay", root, "--diff", "--against", root)
    assert (same.code, same.out) == (0, f"{len(crawled.records) - 1} records, 0 differ\n")
    nothing = newscrawl("replay", root, "--diff", "--against", tmp_path)
    assert (nothing.code, nothing.err) == (
        2,
        f"newscrawl: {tmp_path}: no records in this folder\n",
    )


def test_what_cannot_be_compared(crawled: Crawled, tmp_path: Path) -> None:
    for options, said in (
        (["--diff", "--check"], "--check, --diff, --into, --adopt and --parquet: one of them"),
        (["--html", "x.html"], "--against, --html and --json go with --diff"),
    ):
        ran = newscrawl("replay", crawled.archive, *options)
        assert (ran.code, ran.err) == (2, f"newscrawl: {said}\n")
    [warc] = (crawled.archive / "warc").iterdir()
    ran = newscrawl("replay", shutil.copy(warc, tmp_path), "--diff", "--domain", "127.0.0.3")
    assert (ran.code, "no records beside" in ran.err) == (4, True)


def test_where_a_field_comes_from_counts_if_the_field_is_the_same() -> None:
    def provenance(old: str, new: str) -> Difference:
        kept, made = ({"title": {"source": s}, "body": {"source": s}} for s in (old, new))
        return Difference("http://paper.example/", "a at 1", "provenance", kept, made)

    title = Difference("http://paper.example/", "a at 1", "title", "x", None)
    version = Difference("http://paper.example/", "a at 2", "extractor", {"v": 1}, {"v": 2})
    diff = Diff([title, provenance("h1", "meta"), version])
    assert [(t.field, t.new, t.lost, t.changed) for t in diff.tallies] == [
        ("provenance.body", 0, 0, 1),
        ("title", 0, 1, 0),
    ]
    assert diff.records == 1
    assert len(list(page(diff.tallies, number=2, differ=1))) > len(diff.tallies)
