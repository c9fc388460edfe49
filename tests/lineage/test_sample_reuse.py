"""The sample newspaper's reprints, a part, a reworded copy and a quotation, in a crawl and in a replay."""

from __future__ import annotations

import csv
import shutil
from collections import Counter
from typing import TYPE_CHECKING
from xml.etree import ElementTree as ET

import pytest
from made_once import copied

import newscrawl
from newscrawl.newspaper import Newspaper
from newscrawl.reuse import compare, related, source_reuse
from tests.conftest import crawl
from tests.conftest import newscrawl as run

if TYPE_CHECKING:
    from pathlib import Path

    from tests.conftest import Crawled

#: By the path of the copy: path of the original, label, what decides, and whether it was corrected since.
FOUND = {
    "/2026/05/20/lighthouse-turns-electric/":
        ("/news/lighthouse-lamp-47131", "reprint", "declared", True),
    "/2026/05/20/strikes-fill-the-bicycle-lanes/":
        ("/transport/bridge-bicycle-counter-47101", "part", "stated", False),
    "/2026/05/19/fish-market-closes-for-ten-weeks/":
        ("/news/fish-market-roof-47087", "reworded", "text", False),
    "/2026/05/20/evening-ferries-return-to-the-estuary/":
        ("/transport/ferry-summer-timetable-47112", "part", "declared", False),
    "/2026/05/20/rail-crews-walk-out-on-the-coast-line/":
        ("/transport/coast-line-strike-47125", "reprint", "declared", False),
    "/2026/05/20/tears-over-onions/":
        ("/living/school-kitchen-northgate-47090", "quotation", "stated", False),
}  # fmt: skip


@pytest.fixture(scope="module")
def archive(two_editions: Path) -> Path:
    return two_editions


@pytest.fixture(scope="module")
def again(archive: Path, shared: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The same from its WARCs alone."""

    def make(folder: Path) -> None:
        warcs = sorted((archive / "warc").iterdir(), reverse=True)
        assert run("replay", *warcs, "--into", folder / "news").code == 0

    return copied(shared / "again", tmp_path_factory.mktemp("again") / "again", make) / "news"


def facts(root: Path) -> dict[str, tuple[str, str, str | None, bool]]:
    """Of each article of the copying site: whose words it has, the label, what decides, the correction."""
    out = {}
    with newscrawl.open_archive(root) as reader:
        for article in reader.articles():
            if article.publisher != "NewsBasket":
                continue
            found = related(reader, article.id)
            assert found is not None
            for each in found.articles:
                assert each.role in ("source", "undetermined")
                out[_path(article.url)] = (_path(each.article.url), each.label, each.direction.kind,
                                           each.corrected_at is not None)  # fmt: skip
    return out


def _path(url: str | None) -> str:
    return "/" + (url or "").split("/", 3)[3]


@pytest.mark.parametrize("made", ["archive", "again"])
def test_each_copy_is_found_with_its_label_and_direction(
    made: str, request: pytest.FixtureRequest
) -> None:
    found = facts(request.getfixturevalue(made))
    assert {path: found.get(path) for path in FOUND} == FOUND


def test_a_replay_derives_the_same_pairs(archive: Path, again: Path) -> None:
    pairs = []
    for root in (archive, again):
        with newscrawl.open_archive(root) as reader:
            pairs.append(list(reader.store.reuse_log.pairs()))
    assert pairs[0] == pairs[1]


def test_commands_show_the_copy_and_what_was_replaced(archive: Path) -> None:
    with newscrawl.open_archive(archive) as reader:
        urls = {_path(a.url): a.url or "" for a in reader.articles()}
        copy = "/2026/05/19/fish-market-closes-for-ten-weeks/"
        pair = compare(reader, urls[FOUND[copy][0]], urls[copy])
    assert pair.verdict is not None
    assert pair.verdict.rewording is not None
    found = {(s.before, s.after): s for s in pair.verdict.rewording.substitutions}
    assert found["ice", "frozen water"].count >= 2
    assert found["prices", "prfrozen waters"].of == ("ice", "frozen water")
    ran = run("related", urls[copy], "--archive", archive)
    assert ran.code == 0
    assert "reworded, earlier" in ran.out
    assert "a program has replaced words" in ran.out
    ran = run("compare", urls[FOUND[copy][0]], urls[copy], "--archive", archive)
    assert "prices -> prfrozen waters (ice -> frozen water inside a word)" in ran.out
    [line] = run("related", urls[copy], "--archive", archive, "--json").lines
    assert (line["label"], line["role"]) == ("reworded", "source")
    assert run("related", "https://no.example/", "--archive", archive).code == 1
    assert run("compare", urls[copy], "https://no.example/", "--archive", archive).code == 2


def test_stories_are_told_with_copies_folded_and_one_owner_as_one(
    few: Crawled, tmp_path: Path
) -> None:
    root = tmp_path / "news"
    shutil.copytree(few.archive, root)
    stories = run("stories", "--since", "2026-01-01", "--archive", root, "--json").lines
    ferry = next(s for s in stories if "ferries" in s["title"])
    copies = [r["label"] for r in ferry["reports"] if r["copy_of"]]
    assert (ferry["independent"], copies) == (1, ["part"])
    lone = ferry["reports"][1]["id"]
    assert run("stories", "--detach", lone, "--archive", root).code == 0
    again = run("stories", "--since", "2026-01-01", "--archive", root, "--json", "--alone").lines
    [story] = [s for s in again if any(r["id"] == lone for r in s["reports"])]
    assert [r["id"] for r in story["reports"]] == [lone]
    assert run("stories", "--attach", lone, "--archive", root).code == 0
    assert run("stories", "--since", "2026-01-01", "--archive", root, "--json").lines == stories
    assert (
        run("stories", "--since", "1990-01-01", "--until", "1990-02-01", "--archive", root).code
        == 1
    )


def test_owners_come_from_the_file_of_sources(tmp_path: Path) -> None:
    with Newspaper() as paper:
        hosts = paper.sites
        file = tmp_path / "sources.toml"
        file.write_text("".join(
            f'[[source]]\nname = "{name}"\nhome = "{base}/"\nowner = "One House"\n'
            for name, base in hosts.items()
        ))  # fmt: skip
        root = tmp_path / "news"
        assert crawl(root, "--sources", file, "--include", "ferr|coast-line").code == 0
    found = run("stories", "--since", "2026-01-01", "--archive", root, "--json").lines
    assert max(len(story["reports"]) for story in found) > 1
    assert {story["independent"] for story in found} == {1}


def test_pairs_are_exported_for_other_programs(archive: Path) -> None:
    rows = run("export", "lineage", "--archive", archive).lines
    text = run("export", "lineage", "--archive", archive, "--format", "csv").out
    table = list(csv.DictReader(text.splitlines()))
    assert [row["later"] for row in table] == [row["later"] for row in rows]
    stated = {(row["earlier"], row["later"]) for row in rows if row["is_stated"]}
    graph = ET.fromstring(run("export", "lineage", "--archive", archive, "--format", "graphml").out)
    edges = graph.findall(".//{*}edge")
    assert {frozenset((e.get("source"), e.get("target"))) for e in edges} == set(
        map(frozenset, stated)
    )
    assert run("export", "lineage", "--archive", archive, "--format", "xlsx").code == 2
    assert run("export", "--archive", archive, "--format", "graphml").code == 2


def test_status_says_how_often_a_source_has_words_of_others(archive: Path) -> None:
    said = run("status", "--archive", archive).out
    assert "text reuse in" in said
    [facts] = run("status", "--archive", archive, "--json").lines
    copying = {
        name: each["reuse"]["copies"] for name, each in facts["sources"].items() if each["reuse"]
    }
    # A crawl may fetch a copy before its original: what counts here is which one it captured first.
    pairs = run("export", "lineage", "--archive", archive).lines
    later = Counter(
        pair["later_source"]
        for pair in pairs
        if pair["is_stated"] and pair["earlier_source"] != pair["later_source"]
    )
    assert {name: number for name, number in copying.items() if number} == later
    [(name, number)] = later.most_common(1)
    assert number >= len(FOUND) // 2
    assert f"{name}: {copying[name]} articles with words of articles seen earlier elsewhere" in said
    with newscrawl.open_archive(archive) as reader:
        assert source_reuse(reader, name).to_dict() == facts["sources"][name]["reuse"]
