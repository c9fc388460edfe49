"""Rules in a crawl and in a replay: the same records, their generation, and what a faulty rule costs."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest

from tests.conftest import crawl, feed, newscrawl, story

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from tests.conftest import SmallSite

    Start = Callable[[dict[str, dict[str, Any]]], SmallSite]

RULE = """
[[rule]]
name = "harbour"
hosts = ["127.0.0.1"]
title = "h2.head"
authors = ".by"
not_article = "body.gallery"
"""


def page(number: int, head: str = "The rule's own title", more: str = "") -> dict[str, Any]:
    answer = story(number)
    shown = f"<h2 class=head>{head}</h2><p class=by>By Anna Berg</p>{more}"
    return {"body": answer["body"].replace("<article>", f"<article>{shown}")}


@pytest.fixture
def site(small_site: Start) -> SmallSite:
    gallery = story(3)["body"].replace("<body>", "<body class=gallery>")
    answers = {
        "/feed.xml": feed("/news/a-story-1", "/news/a-story-2", "/news/a-story-3"),
        "/news/a-story-1": page(1),
        "/news/a-story-2": story(2),
        "/news/a-story-3": {"body": gallery},
    }
    return small_site(answers)


def records(archive: Path) -> dict[str, dict[str, Any]]:
    return {r["url"][-1]: r for r in newscrawl("export", "--archive", archive).lines}


def test_rules_act_in_a_crawl_and_in_a_replay_alike(site: SmallSite, tmp_path: Path) -> None:
    archive, rules = tmp_path / "news", tmp_path / "rules.toml"
    rules.write_text(RULE)
    ran = crawl(archive, f"{site.base}/feed.xml", "--rules", rules)
    assert ran.code == 0
    assert f"pages are read by the rules of {rules}" in ran.err
    found = records(archive)
    assert set(found) == {"1", "2"}
    assert (found["1"]["title"], found["1"]["authors"]) == ("The rule's own title", ["Anna Berg"])
    assert found["1"]["provenance"]["title"]["source"] == "rule:harbour"
    assert found["2"]["title"] == "The harbour council decides, part 2"
    for record in found.values():
        assert record["extractor"]["rule"] == "harbour"
    [missed] = newscrawl("export", "misses", "--archive", archive).lines
    assert missed["cause"] == "not-an-article"
    assert missed["detail"] == "rule:harbour, css body.gallery"
    same = newscrawl("replay", archive, "--check", "--rules", rules)
    assert (same.code, same.out) == (0, "2 records, 2 identical\n")
    assert newscrawl("verify", "--archive", archive, "--records", "--rules", rules).code == 0
    [file] = (archive / "records").glob("*.jsonl")
    kept = file.read_text("utf-8").splitlines(keepends=True)
    made = newscrawl("replay", archive, "--rules", rules, "--workers", "2").out
    assert sorted(made.splitlines(keepends=True)) == sorted(kept)


def test_the_rule_is_part_of_the_generation(site: SmallSite, tmp_path: Path) -> None:
    archive, rules = tmp_path / "news", tmp_path / "rules.toml"
    assert crawl(archive, f"{site.base}/feed.xml").code == 0
    assert "rule" not in records(archive)["1"]["extractor"]
    rules.write_text(RULE)
    differs = newscrawl("replay", archive, "--diff", "--json", "--rules", rules)
    assert differs.code == 3
    tallies = {t["field"]: t for t in json.loads(differs.out)["fields"]}
    assert tallies["rule"]["new"] == 2
    assert tallies["rule"]["examples"][0]["new"].startswith("harbour ")
    assert tallies["title"]["changed"] == 1
    assert tallies["record"]["lost"] == 1
    adopted = newscrawl("replay", archive, "--adopt", "--rules", rules)
    assert adopted.code == 0
    assert records(archive)["1"]["title"] == "The rule's own title"
    assert newscrawl("replay", archive, "--check", "--rules", rules).code == 0
    rules.write_text(RULE.replace('"h2.head"', '["h2.head", "h3"]'))
    changed = newscrawl("replay", archive, "--diff", "--json", "--rules", rules)
    fields = [t["field"] for t in json.loads(changed.out)["fields"]]
    assert (changed.code, fields) == (3, ["rule"])


def test_records_made_with_a_rule_that_is_not_there_are_named(
    site: SmallSite, tmp_path: Path
) -> None:
    archive, rules = tmp_path / "news", tmp_path / "rules.toml"
    rules.write_text(RULE)
    crawl(archive, f"{site.base}/feed.xml", "--rules", rules)
    hint = "2 records were made by rules that are not given here (harbour): name their file with --rules"
    for command in (("replay", archive, "--check"), ("replay", archive, "--diff")):
        ran = newscrawl(*command)
        assert ran.code == 3
        assert hint in ran.err
    verified = newscrawl("verify", "--archive", archive, "--records")
    assert (verified.code, hint in verified.err) == (3, True)
    refused = newscrawl("replay", archive, "--adopt")
    assert refused.code == 2
    assert hint in refused.err
    assert records(archive)["1"]["title"] == "The rule's own title"
    assert newscrawl("replay", archive, "--adopt", "--rules", "none").code == 0
    assert records(archive)["1"]["title"] == "The harbour council decides, part 1"


def test_rules_beside_the_file_of_sources(site: SmallSite, tmp_path: Path) -> None:
    sources, folder = tmp_path / "sources.toml", tmp_path / "rules"
    sources.write_text(f'[[source]]\nname = "Harbour"\nhome = "{site.base}/feed.xml"\n')
    folder.mkdir()
    (folder / "harbour.toml").write_text(RULE)
    archive = tmp_path / "news"
    assert crawl(archive, "--sources", sources).code == 0
    assert records(archive)["1"]["title"] == "The rule's own title"
    ran = newscrawl("replay", archive, "--check", env={"NEWSCRAWL_SOURCES": str(sources)})
    assert ran.code == 0
    assert crawl(tmp_path / "other", "--sources", sources, "--rules", "none").code == 0
    assert records(tmp_path / "other")["1"]["title"] == "The harbour council decides, part 1"


def test_a_faulty_rule_costs_itself_alone(site: SmallSite, tmp_path: Path) -> None:
    archive, rules = tmp_path / "news", tmp_path / "rules.toml"
    bad = '[[rule]]\nname = "bad"\nhosts = ["127.0.0.1"]\ntitle = "h2["\n'
    rules.write_text(bad + RULE)
    ran = crawl(archive, f"{site.base}/feed.xml", "--rules", rules)
    assert ran.code == 0
    line = f"{rules}:4: title: 'h2[' is not a CSS selector: Expected ident or '*', got <EOF at 3>"
    assert ran.err.count(f"{line}; rule 'bad' is left out") == 1
    assert records(archive)["1"]["title"] == "The rule's own title"
    gone = crawl(archive, f"{site.base}/feed.xml", "--rules", tmp_path / "gone.toml")
    assert gone.code == 2
    assert gone.err == f"newscrawl: --rules {tmp_path}/gone.toml: no such file or folder\n"


@pytest.mark.long
def test_a_rule_that_takes_too_long_is_left_out_for_the_page(
    small_site: Start, tmp_path: Path
) -> None:
    slow = page(1, more="<p class=x>word</p>" * 3_000)
    site = small_site({"/feed.xml": feed("/news/a-story-1"), "/news/a-story-1": slow})
    archive, rules = tmp_path / "news", tmp_path / "rules.toml"
    rules.write_text(RULE + 'remove = "p.x ~ p.x ~ p.x"\n')
    soon = ("-s", "NEWSCRAWL_PAGE_SECONDS=1")
    ran = crawl(archive, f"{site.base}/feed.xml", "--rules", rules, *soon)
    assert ran.code == 0
    assert "/news/a-story-1 is read without the rule 'harbour'" in ran.err
    found = records(archive)["1"]
    assert found["title"] == "The harbour council decides, part 1"
    fault = "the page could not be read with it within the limits"
    assert found["extractor"]["rule_fault"] == fault
    within = ("--rules", rules, "--page-seconds", 1)
    assert newscrawl("replay", archive, "--check", *within).code == 0


def test_history_and_diff_read_captures_by_the_rules(site: SmallSite, tmp_path: Path) -> None:
    archive, rules = tmp_path / "news", tmp_path / "rules.toml"
    rules.write_text(RULE)
    assert crawl(archive, f"{site.base}/feed.xml", "--rules", rules).code == 0
    url = f"{site.base}/news/a-story-1"
    at = records(archive)["1"]["capture"]["captured_at"][:19]
    versions = ("--from", at, "--to", "1", "--json")
    told = newscrawl("diff", "--archive", archive, url, *versions, "--rules", rules)
    assert [each["name"] for each in told.lines[0]["fields"]] == []
    told = newscrawl("diff", "--archive", archive, url, *versions, "--rules", "none")
    assert [each["name"] for each in told.lines[0]["fields"]] == ["title", "body", "authors"]
    assert newscrawl("history", "--archive", archive, url, "--rules", rules).err.count("\n") == 1
    without = newscrawl("history", "--archive", archive, url, "--rules", "none")
    assert "made by rules that are not given here (harbour)" in without.err
