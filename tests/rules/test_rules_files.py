"""Files of rules: what they may say, every mistake by its line, and what a mistake costs."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

import pytest

from newscrawl.crawl.rules_file import RulesFile
from newscrawl.errors import UsageError
from newscrawl.rules import NO_RULES, example, locate, parse_rules, read_rules

if TYPE_CHECKING:
    from pathlib import Path

HEAD = '[[rule]]\nname = "a"\nhosts = ["a.example"]\n'


def mistakes(text: str) -> list[str]:
    return [line.removeprefix("f:") for line in parse_rules(text, file="f").mistakes]


def test_the_example_is_right_and_has_every_key_but_those_in_comments() -> None:
    read = parse_rules(example(), file="f")
    assert read.mistakes == ()
    [rule] = read.rules.rules
    assert rule.valid_from == date(2026, 3, 1)
    assert [str(s) for s in rule.authors] == [
        "css span.by a",
        "xpath //meta[@name='writer']/@content",
    ]


@pytest.mark.parametrize(
    ("line", "said"),
    [
        ("titel = 'h1'", "4: titel: is not a key of a rule; did you mean 'title'?"),
        ("title = 'h1['", "4: title: 'h1[' is not a CSS selector: Expected ident or '*', got <EOF at 3>"),
        ("title = ['h1',\n  'p[']", "5: title: 'p[' is not a CSS selector: Expected ident"),
        ("title = { css = 'h1', xpath = '//h1' }", "4: title: {'css': 'h1', 'xpath': '//h1'} is neither"),
        ("title = []", "4: title: has no selector"),
        ("body = 'p::text'", "4: body: 'p::text' selects text; it has to select elements"),
        ("zone = 'Europe/Wien'", "4: zone: 'Europe/Wien' is not a time zone"),
        ("language = 'xx'", "4: language: 'xx' is not a language tag"),
        ("valid_from = '2026-01-01'\nzone = 'UTC'", "4: valid_from: '2026-01-01' is not a day"),
        ("ignore = 'byline'", "4: ignore: 'byline' is not a statement that can be ignored"),
        ("paths = 'news'\ntitle = 'h1'", "4: paths: 'news' is not a pattern of paths"),
        ("authors_as_written = 1\nauthors = 'p'", "4: authors_as_written: 1 is neither true nor false"),
        ("authors_as_written = true", "4: authors_as_written: goes with authors"),
        ("title = 'h1'\nvalid_from = 2026-02-01\nvalid_until = 2026-01-01", "6: valid_until: 2026"),
        ("", "1: rule: says nothing of a page"),
    ],
)  # fmt: skip
def test_mistakes_by_line(line: str, said: str) -> None:
    [found] = mistakes(HEAD + line)
    assert found.startswith(said)


@pytest.mark.parametrize("host", ["http://a.example", "a.example/x", "*", "a.*.example", "", 7])
def test_what_is_no_host(host: object) -> None:
    [found] = mistakes(f'[[rule]]\nname = "a"\nhosts = [{host!r}]\ntitle = "h1"\n')
    assert "is not a host" in found


def test_a_mistake_costs_its_rule_alone() -> None:
    bad = HEAD + "title = 'h1['\nbody = 'p::text'\n"
    good = '[[rule]]\nname = "b"\nhosts = ["b.example"]\ntitle = "h1"\n'
    broken = '[[rule]]\nname = "c"\nhosts = \n'
    read = parse_rules(bad + broken + good, file="f")
    assert [rule.name for rule in read.rules.rules] == ["b"]
    assert [line[:20] for line in read.skipped] == ["f:8: not TOML: Inval", "f:4: title: 'h1[' is"]
    assert read.skipped[1].endswith("(and 1 more); rule 'a' is left out")
    assert len(read.mistakes) == 3


def test_rules_that_never_act_are_named() -> None:
    text = HEAD + "title = 'h1'\n" + HEAD.replace('"a"', '"b"') + "paths = '/x/*'\ntitle = 'h2'\n"
    assert mistakes(text) == ["7: hosts: never acts: the rule on line 1 is for all its pages"]
    swapped = (
        HEAD + "paths = '/x/*'\ntitle = 'h2'\n" + HEAD.replace('"a"', '"b"') + "title = 'h1'\n"
    )
    assert mistakes(swapped) == []
    dated = text.replace("title = 'h1'", "title = 'h1'\nvalid_until = 2026-01-31")
    assert mistakes(dated) == []


def test_a_folder_of_files(tmp_path: Path) -> None:
    (tmp_path / "b.toml").write_text(HEAD + "title = 'h1'\n")
    (tmp_path / "a.toml").write_text(HEAD.replace("a.example", "b.example") + "title = 'h2'\n")
    (tmp_path / "c.toml").write_bytes(b"\xff")
    (tmp_path / "notes.txt").write_text("no rules")
    read = read_rules(tmp_path)
    assert [rule.hosts for rule in read.rules.rules] == [("b.example",)]
    assert len(read.mistakes) == 2
    assert read.mistakes[0] == f"{tmp_path}/c.toml:1: byte 0xff is not UTF-8"
    assert "is also the name of a rule in" in read.mistakes[1]


def test_what_is_not_there(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match=r"no such file|No such file"):
        read_rules(tmp_path / "rules.toml")
    with pytest.raises(UsageError, match=r"no \*.toml file"):
        read_rules(tmp_path)


def test_where_rules_are_looked_for(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    sources = tmp_path / "papers" / "sources.toml"
    folder = sources.parent / "rules"
    folder.mkdir(parents=True)
    assert locate("", sources) is None
    (folder / "a.toml").write_text(HEAD)
    assert locate(None, str(sources)) == folder
    (sources.parent / "rules.toml").write_text(HEAD)
    assert locate("", sources) == sources.parent / "rules.toml"
    assert locate("none", sources) is None
    assert str(locate("x.toml", sources)) == "x.toml"
    assert locate("", "") is None


def test_files_are_read_again_when_they_change(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    folder = tmp_path / "rules"
    folder.mkdir()
    (folder / "a.toml").write_text(HEAD + "title = 'h1'\n")
    file = RulesFile(folder)
    first = file.in_force()
    assert file.in_force() is first
    (folder / "b.toml").write_text(HEAD.replace('"a', '"b') + "title = 'h2'\n")
    assert [rule.name for rule in file.in_force().rules] == ["a", "b"]
    (folder / "a.toml").write_text(HEAD + "title = 'h1['\n")
    assert [rule.name for rule in file.in_force().rules] == ["b"]
    assert "a.toml:4: title: 'h1[' is not a CSS selector" in caplog.text
    for path in folder.iterdir():
        path.unlink()
    assert [rule.name for rule in file.in_force().rules] == ["b"]
    assert "The rules stay as they were." in caplog.text
    assert len(caplog.records) == 2
    assert RulesFile().in_force() == NO_RULES
    with pytest.raises(UsageError):
        RulesFile(tmp_path / "none.toml")


def test_which_rule_is_for_a_page() -> None:
    text = """
[[rule]]
name = "old"
hosts = ["www.paper.example"]
valid_until = 2026-03-31
title = "h1"
[[rule]]
name = "blog"
hosts = ["*.paper.example", "127.0.0.1:8000"]
paths = ["/blog/*"]
title = "h1"
[[rule]]
name = "rest"
hosts = ["www.paper.example", "127.0.0.1"]
title = "h2"
"""
    rules = parse_rules(text, file="f").rules

    def name(url: str, day: str = "2026-05-19") -> str | None:
        rule = rules.rule_for(url, f"{day}T23:59:59Z")
        return rule.name if rule else None

    assert name("https://www.paper.example/a", "2026-03-31") == "old"
    assert name("https://www.paper.example/a") == "rest"
    assert name("https://WWW.paper.example/blog/1?x=/") == "blog"
    assert name("https://paper.example/blog/1") is None
    assert name("http://127.0.0.1:8000/blog/a") == "blog"
    assert name("http://127.0.0.1:8001/blog/a") == "rest"
    assert name("https://other.example/") is None
    assert NO_RULES.rule_for("https://www.paper.example/", "no date") is None


def test_the_digest_is_of_what_acts_on_a_page() -> None:
    def digest(text: str) -> str:
        return parse_rules(text, file="f").rules.rules[0].digest

    first = digest(HEAD + "title = 'h1'")
    elsewhere = (
        '[[rule]]\nname = "b"\nhosts = ["b.example"]\nvalid_until = 2027-01-01\ntitle = "h1"'
    )
    assert digest(elsewhere) == first
    others = [
        digest(HEAD + more)
        for more in ("title = 'h2'", "body = 'h1'", "title = 'h1'\nzone = 'UTC'")
    ]
    assert len({first, *others}) == 4
