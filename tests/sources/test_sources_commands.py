"""`newscrawl sources`: what it writes, prints and refuses."""

from __future__ import annotations

from typing import TYPE_CHECKING

from newscrawl.sources import example, parse_sources, read_opml, read_sources
from tests.conftest import newscrawl

if TYPE_CHECKING:
    from pathlib import Path

PAPERS = """\
[[source]]
name = "The Paper"
home = "https://paper.example/"
feeds = ["https://paper.example/a.xml", "https://paper.example/b.xml"]
rate = 0.5
revisit = ["1h"]

[[source]]
name = "Другая газета"
home = "https://other.example/"
"""


def test_init_writes_an_example_and_never_over_a_file(tmp_path: Path) -> None:
    file = tmp_path / "sources.toml"
    ran = newscrawl("sources", "init", file)
    assert (ran.code, ran.out) == (0, "")
    assert file.read_text("utf-8") == example()
    file.write_text("mine")
    ran = newscrawl("sources", "init", file)
    assert (ran.code, "is left as it is" in ran.err) == (2, True)
    assert file.read_text("utf-8") == "mine"


def test_list_shows_the_sources(tmp_path: Path) -> None:
    file = tmp_path / "sources.toml"
    file.write_text(PAPERS, "utf-8")
    ran = newscrawl("sources", "list", "--sources", file)
    assert ran.code == 0
    assert [row.split("  ")[0] for row in ran.out.splitlines()[1:]] == [
        "The Paper",
        "Другая газета",
    ]
    first, second = newscrawl("sources", "list", "--sources", file, "--json").lines
    assert first["feeds"] == ["https://paper.example/a.xml", "https://paper.example/b.xml"]
    assert (first["rate"], first["revisit"]) == (0.5, [3600.0])
    assert second["poll"] == {"min": 300.0, "max": 21600.0}


def test_every_mistake_is_a_line_of_its_own(tmp_path: Path) -> None:
    file = tmp_path / "sources.toml"
    file.write_text('[[source]]\nname = "A"\nfeed = 1\n[[source]]\nrate = 0\nx\n')
    for command in (["sources", "list"], ["sources", "check"], ["crawl"]):
        where = [] if command[-1] == "list" else ["--archive", tmp_path / "none"]
        ran = newscrawl(*command, "--sources", file, *where)
        assert (ran.code, ran.out) == (2, "")
        assert [line.split(": ")[:3] for line in ran.err.splitlines()] == [
            ["newscrawl", f"{file}:1", "home"],
            ["newscrawl", f"{file}:3", "feed"],
            ["newscrawl", f"{file}:6", "not TOML"],
        ]
    assert not (tmp_path / "none").exists()


def test_a_file_without_a_source_in_force(tmp_path: Path) -> None:
    file = tmp_path / "sources.toml"
    file.write_text('[[source]]\nname = "A"\nhome = "a.example"\nvalid_until = 2001-01-01\n')
    for command in (["sources", "check"], ["crawl"]):
        ran = newscrawl(*command, "--sources", file, "--archive", tmp_path / "none")
        assert (ran.code, "no source is in force today" in ran.err) == (4, True)
    missing = newscrawl("crawl", "--sources", tmp_path / "none.toml")
    assert (missing.code, "none.toml: No such file" in missing.err) == (2, True)


def test_opml_there_and_back(tmp_path: Path) -> None:
    file, opml, again = (tmp_path / name for name in ("s.toml", "s.opml", "again.toml"))
    file.write_text(PAPERS, "utf-8")
    assert newscrawl("sources", "export", "--opml", "--sources", file, "-o", opml).code == 0
    assert len(read_opml(opml.read_bytes())) == 2
    assert newscrawl("sources", "import", opml, "-o", again).code == 0
    before, after = read_sources(file), read_sources(again)
    assert [(s.name, s.home, s.feeds) for s in after] == [(s.name, s.home, s.feeds) for s in before]
    printed = newscrawl("sources", "export", "--toml", "--sources", file)
    assert parse_sources(printed.out, file="x") == before


def test_import_says_what_it_cannot_use(tmp_path: Path) -> None:
    file = tmp_path / "list.opml"
    for content, said in (
        ("hello", "not OPML"),
        ("<opml><outline text='x'/></opml>", "no feed in"),
    ):
        file.write_text(content)
        ran = newscrawl("sources", "import", file)
        assert (ran.code, ran.out) == (2, "")
        assert f"newscrawl: {file}: {said}" in ran.err
    file.write_text("<opml><outline xmlUrl='x'/><outline xmlUrl='http://a.example/f'/></opml>")
    ran = newscrawl("sources", "import", file)
    assert ran.code == 0
    assert f"newscrawl: {file}: 'x' is not a URL" in ran.err
    assert len(parse_sources(ran.out, file="x")) == 1
