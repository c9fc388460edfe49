"""The commands of README, tutorial and how-tos do what the pages say, against the sample newspaper."""

from __future__ import annotations

import shutil
import sys
from contextlib import ExitStack, chdir
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from newscrawl.newspaper import Newspaper
from tests.conftest import newscrawl, python
from tools import run_examples
from tools.examples import (
    DATABASE,
    Command,
    blocks,
    differs,
    has_second_edition,
    pages,
    starts_empty,
)
from tools.pipelines import Part, Pipeline, pipeline
from tools.run_examples import ROOT, Sandbox, faults

if TYPE_CHECKING:
    from tests.conftest import Crawled

PAGES = [str(page.relative_to(ROOT)) for page in pages(ROOT)]
#: Pages that read every capture of the archive, and say nothing that takes more than its first site.
OF_ONE_SITE = {f"docs/how-to/{name}.md" for name in ("cc-news", "object-store", "repair")}


def _start(
    words: list[str], folder: Path, exported: dict[str, str], given: str
) -> tuple[int, str, str]:
    program, *arguments = words
    with chdir(folder):
        if program == "newscrawl" and not given and "PYTHONPATH" not in exported:
            ran = newscrawl(*arguments, env=exported)
        else:
            # `newscrawl` by its script: `python -m` would find the modules of the folder by itself.
            script = [] if program == "python" else [Path(sys.executable).parent / program]
            ran = python(*script, *arguments, env=exported, given=given)
    return ran.code, ran.out, ran.err


@pytest.mark.parametrize("name", PAGES)
def test_commands_do_what_the_page_says(
    name: str, tmp_path: Path, request: pytest.FixtureRequest
) -> None:
    page = (ROOT / name).read_text("utf-8")
    if all(block.reason for block in blocks(page) if block.language == "console"):
        return
    crawled: Crawled = request.getfixturevalue("part" if name in OF_ONE_SITE else "crawled")
    with ExitStack() as stack:
        paper = crawled.paper
        if has_second_edition(page):
            paper = stack.enter_context(Newspaper())
        sandbox = Sandbox(tmp_path, paper, _start)
        if DATABASE in page:
            sandbox.database = request.getfixturevalue("postgresql").database()
        if not starts_empty(page):
            shutil.copytree(crawled.archive, tmp_path / "archives" / "news")
        assert faults(page, sandbox) == []


def test_a_command_that_prints_something_else_is_found() -> None:
    command = Command("newscrawl stats", ("Source   Articles", "...", "The Paper   12"))
    assert differs(command, "Source  Articles\nAnother 3\nThe Paper  7\n") is None
    assert differs(command, "Source  Articles\nAnother 3\n")
    assert differs(command, "Articles\nThe Paper 12\n")
    no_gap = Command("newscrawl stats", ("Source   Articles", "The Paper   12"))
    assert differs(no_gap, "Source  Articles\nAnother 3\nThe Paper  7\n")


def test_pipes_and_files_need_no_shell_and_all_else_that_a_shell_reads_does() -> None:
    stats = ["newscrawl", "stats"]
    assert pipeline("newscrawl stats") == Pipeline([Part("newscrawl stats", stats)])
    assert pipeline("newscrawl stats > a.txt") == Pipeline(
        [Part("newscrawl stats", stats)], "a.txt"
    )
    piped = pipeline("head urls.txt | newscrawl crawl - --notify 'cat | wc > $X'")
    assert piped is not None
    assert [part.words for part in piped.parts] == [
        None,
        ["newscrawl", "crawl", "-", "--notify", "cat | wc > $X"],
    ]
    for_a_shell = (
        "stats *.gz",
        "stats >> a.txt",
        "stats; ls",
        "stats $A",
        'stats "$A"',
        "stats | wc > b",
    )
    assert [each for each in for_a_shell if pipeline(f"newscrawl {each}")] == []


@pytest.mark.parametrize("command", ["newscrawl sample crawl", "newscrawl stats"])
def test_nothing_is_written_where_the_port_of_the_pages_is_taken(
    command: str,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    page = tmp_path / "page.md"
    page.write_text(f"```console\n$ {command}\n???\n```\n", "utf-8")
    with Newspaper() as paper:
        monkeypatch.setattr(run_examples, "PORT", paper.own_port)
        monkeypatch.setattr("sys.argv", ["run_examples", "--write", str(page)])
        assert run_examples.main() == 1
    assert str(paper.own_port) in capsys.readouterr().err
    assert "???" in page.read_text("utf-8")
