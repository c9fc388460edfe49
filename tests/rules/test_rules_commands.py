"""`newscrawl rules`: an example, and what is wrong with a file."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tests.conftest import newscrawl

if TYPE_CHECKING:
    from pathlib import Path


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
