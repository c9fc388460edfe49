"""`newscrawl rules`: an example, what is wrong with a file, what a rule does, which still match."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from tests.conftest import FAST, crawl, feed, newscrawl, story

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from tests.conftest import SmallSite

    Start = Callable[[dict[str, dict[str, Any]]], SmallSite]


def test_the_example_is_written_once_and_has_no_mistakes(tmp_path: Path) -> None:
    file = tmp_path / "rules.toml"
    assert newscrawl("rules", "init", file).code == 0
    again = newscrawl("rules", "init", file)
    assert (again.code, "is there already" in again.err) == (2, True)
    checked = newscrawl("rules", "check", file)
    assert (checked.code, checked.out) == (0, f"{file}: 1 rule, no mistakes\n")


def test_all_mistakes_are_named_by_line(tmp_path: Path) -> None:
    file = tmp_path / "rules.toml"
    rule = '[[rule]]\nname = "a"\nhosts = ["a.example"]\ntitle = "h1["\nzone = "Mars"\n'
    file.write_text(rule + rule.replace('"a"', '"b"').replace("h1[", "h1"))
    ran = newscrawl("rules", "check", file)
    assert (ran.code, ran.out) == (2, "")
    assert [line.split(": ")[:3] for line in ran.err.splitlines()] == [
        ["newscrawl", f"{file}:4", "title"],
        ["newscrawl", f"{file}:5", "zone"],
        ["newscrawl", f"{file}:10", "zone"],
    ]


def test_what_is_not_there_to_be_checked(tmp_path: Path) -> None:
    gone = newscrawl("rules", "check", tmp_path / "gone.toml")
    assert (gone.code, gone.err.count("\n")) == (2, 1)
    none = newscrawl("rules", "check", "--rules", "none")
    assert (none.code, none.err) == (4, "newscrawl: no rules: name a file or folder of them\n")


@pytest.fixture
def site(small_site: Start) -> SmallSite:
    answers: dict[str, Any] = {"/feed.xml": feed(*(f"/news/a-story-{n}" for n in range(6)))}
    for number in range(6):
        page = story(number)["body"].replace("<article>", "<article><p class=by>By Anna Berg</p>")
        answers[f"/news/a-story-{number}"] = {"body": page.replace("<h1>", "<h1 class=head>")}
    return small_site(answers)


def rules_file(folder: Path, *lines: str) -> Path:
    file = folder / "rules.toml"
    text = "\n".join(('[[rule]]\nname = "harbour"\nhosts = "127.0.0.1"', *lines))
    file.write_text(text + "\n")
    return file


def test_a_captured_page_without_and_with_its_rule(site: SmallSite, tmp_path: Path) -> None:
    archive, url = tmp_path / "news", f"{site.base}/news/a-story-1"
    crawl(archive, f"{site.base}/feed.xml", "--rules", "none")
    rules = rules_file(tmp_path, 'title = ".by"', 'authors = ".none"', 'not_article = "em"')
    options = ("--rules", rules, "--archive", archive)
    ran = newscrawl("rules", "try", url, *options)
    assert ran.code == 0
    lines = ran.out.splitlines()
    assert lines[0] == url
    assert max(map(len, lines)) <= 80
    told = " ".join(ran.out.split())
    [title] = [line for line in lines if line.startswith("title  ") and "css" not in line]
    assert title.endswith("By Anna Berg")
    assert "language en (the same)" in told
    assert (
        "title css .by 1: By Anna Berg authors css .none nothing not_article css em nothing" in told
    )
    [record] = [r for r in newscrawl("export", "--archive", archive).lines if r["url"] == url]
    for wanted in (url, record["id"]):
        [trial] = newscrawl("rules", "try", wanted, *options, "--json").lines
        assert trial["without"]["title"] == record["title"]
        assert trial["with"]["title"] == "By Anna Berg"
        assert [m["found"] for m in trial["matches"]] == [1, 0, 0]
    assert trial["rule_digest"] == trial["with"]["extractor"]["rule_digest"]


def test_a_file_and_a_page_that_no_archive_has(
    site: SmallSite, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    rules = rules_file(tmp_path, 'title = ".by"', 'not_article = "h1.head"')
    page = tmp_path / "page.html"
    page.write_text(story(1)["body"])
    [trial] = newscrawl("rules", "try", page, "--rules", rules, "--json").lines
    assert trial["with"]["title"] == trial["without"]["title"]
    elsewhere = newscrawl("rules", "try", page, "--rules", rules, "--url", "https://a.example/1")
    assert (elsewhere.code, "no rule is for https://a.example/1" in elsewhere.err) == (4, True)
    url = f"{site.base}/news/a-story-2"
    [fetched] = newscrawl("rules", "try", url, "--rules", rules, "--json", *FAST).lines
    assert fetched["with"]["problem"] == "not-an-article: rule:harbour, css h1.head"
    assert site.asked.count("/news/a-story-2") == 1
    gone = newscrawl("rules", "try", f"{site.base}/gone", "--rules", rules, *FAST)
    assert (gone.code, gone.err) == (1, f"newscrawl: {site.base}/gone: http-404: status 404\n")
    missing = newscrawl("rules", "try", "0123456789abcdef", "--rules", rules)
    assert (missing.code, "no such file, and no record" in missing.err) == (1, True)


def test_rules_that_match_and_rules_that_have_stopped(site: SmallSite, tmp_path: Path) -> None:
    archive = tmp_path / "news"
    crawl(archive, f"{site.base}/feed.xml", "--rules", "none")
    rules = rules_file(tmp_path, 'title = "h1.head"', 'authors = ".none"', 'remove = "x-none"')
    options = ("--rules", rules, "--archive", archive)
    covered = newscrawl("rules", "coverage", *options)
    assert covered.code == 0
    assert covered.out.splitlines()[1].split() == [
        "harbour",
        "matches",
        "6",
        "100%",
        "0%",
        "-",
        "-",
    ]
    checked = newscrawl("status", "--check", *options)
    assert (checked.code, checked.out, checked.err) == (0, "", "")
    rules_file(tmp_path, 'title = ["h1.old", "//h1[@id]"]', 'body = "article"')
    covered = newscrawl("rules", "coverage", *options, "--json")
    assert covered.code == 1
    [told] = covered.lines
    assert (told["state"], told["found"]) == ("fails", {"title": 0, "body": 6})
    checked = newscrawl("status", "--check", *options)
    assert checked.code == 1
    says = "title (css h1.old | xpath //h1[@id]) finds nothing on the latest 6 pages"
    assert checked.out.count("\n") == 1
    assert "lost-rule since 20" in checked.out
    assert f"rule harbour ({rules}:1): {says}" in checked.out
    rules.write_text("[[rule]]\nname = 'bad'\nhosts = ['127.0.0.1']\ntitle = 'h1['\n")
    [verdict] = newscrawl("status", "--check", *options, "--json").lines
    assert (verdict["what"], verdict["source"]) == ("lost-rule", str(rules))
    assert "is not a CSS selector" in verdict["says"]
