"""A command that is forked from a ready process is the command that a user starts."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.conftest import newscrawl, python

if TYPE_CHECKING:
    from pathlib import Path

#: Another environment than the ready process has: a command with it starts anew.
ANEW = {"STARTED": "anew"}


@pytest.mark.parametrize(
    ("arguments", "code"),
    [
        (["--version"], 0),
        (["crawl", "--help"], 0),
        (["export", "--archive", "none"], 2),
        (["crawl", "--limit", "none"], 2),
        (["replay", "."], 2),
    ],
)
def test_it_says_the_same(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, arguments: list[str], code: int
) -> None:
    monkeypatch.chdir(tmp_path)
    ready, anew = newscrawl(*arguments), newscrawl(*arguments, env=ANEW)
    assert ready == anew
    assert ready.code == code


def test_one_leaves_nothing_to_the_next(tmp_path: Path) -> None:
    assert newscrawl("export", "--db", "sqlite:///none", "--archive", tmp_path).code == 3
    ran = newscrawl("export", "--archive", tmp_path)
    assert "none" not in ran.err


@pytest.mark.long
def test_it_finds_settings_and_modules_of_its_environment(tmp_path: Path) -> None:
    (tmp_path / "clocks.py").write_text(
        "import sys\nfrom newscrawl.wire.clock import Clock\nprint('clocks', file=sys.stderr)\n"
    )
    words = ("crawl", "http://127.0.0.1:9/", "-s", "NEWSCRAWL_CLOCK=clocks.Clock")
    env = {"NEWSCRAWL_ARCHIVE": str(tmp_path / "its"), "PYTHONPATH": str(tmp_path)}
    ready, anew = newscrawl(*words, env=env), newscrawl(*words, env={**env, **ANEW})
    assert ready.code == anew.code == 1
    assert "clocks" in ready.err.splitlines()
    assert ready.err == anew.err
    nothing = newscrawl("status", env={"NEWSCRAWL_ARCHIVE": str(tmp_path / "none")})
    assert str(tmp_path / "none") in nothing.err
    assert str(tmp_path / "none") not in newscrawl("status").err


def test_a_script_and_a_module_find_themselves_as_python_starts_them(tmp_path: Path) -> None:
    tells = "import sys\nprint(__name__, sys.argv, sys.path[0], sys.stdin.read())\nsys.exit(3)\n"
    (tmp_path / "tells.py").write_text(tells)
    for words in (("tells.py", "a", "-m"), ("-m", "tells", "b")):
        ready = python(*words, cwd=tmp_path, given="given")
        anew = python(*words, cwd=tmp_path, given="given", env=ANEW)
        assert ready.out.startswith("__main__ ")
        assert ready.out.endswith(" given\n")
        assert ready.code == anew.code == 3
        assert ready.out == anew.out
