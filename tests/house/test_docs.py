"""The documents say everything that a user can name, and nothing that is not there."""

from __future__ import annotations

import ast
import re
import shlex
import tomllib
from dataclasses import fields
from pathlib import Path
from typing import get_args

import click
import pytest

from newscrawl import errors, settings
from newscrawl.causes import CAUSES, OutcomeKind, UrlKind, UrlState
from newscrawl.commands import COMMANDS, cli
from newscrawl.commands.examples import EXAMPLES
from newscrawl.items import Article, Capture
from newscrawl.monitoring.alerts import VERDICTS
from tools import examples
from tools.lint_prose import faults, pages, rules
from tools.make_reference import PAGES as GENERATED
from tools.make_reference import setting_rows
from tools.run_examples import why_not

ROOT = Path(__file__).parents[2]
REFERENCE = ROOT / "docs" / "reference"
README = (ROOT / "README.md").read_text("utf-8")
ARCHITECTURE = (ROOT / "ARCHITECTURE.md").read_text("utf-8")
GLOSSARY = (ROOT / "docs" / "glossary.md").read_text("utf-8")
#: Rooms whose classes a newcomer meets first.
PUBLIC_ROOMS = ("archive", "collection", "crawl", "frontier", "replay", "storage", "warc", "wire")

PAGES = sorted(
    str(path.relative_to(ROOT))
    for path in [
        *ROOT.glob("*.md"),
        *(ROOT / "docs").rglob("*.md"),
        ROOT / "archives" / "README.md",
    ]
)

OWN_SETTINGS = sorted(name for name in dir(settings) if name.startswith("NEWSCRAWL_"))


@pytest.mark.parametrize("name", COMMANDS)
def test_every_command_has_help(name: str) -> None:
    command = cli.get_command(click.Context(cli), name)
    assert command is not None
    assert command.help
    assert COMMANDS[name].endswith(".")


@pytest.mark.parametrize("name", COMMANDS)
def test_every_option_has_help(name: str) -> None:
    command = cli.get_command(click.Context(cli), name)
    commands = [*command.commands.values()] if isinstance(command, click.Group) else [command]
    options = [p for each in commands if each for p in each.params if isinstance(p, click.Option)]
    undescribed = [o.opts[0] for o in options if not o.help and not o.show_default]
    assert undescribed == []


def test_every_setting_is_described_and_read_somewhere() -> None:
    code = "".join(
        p.read_text("utf-8") for p in (ROOT / "newscrawl").rglob("*.py") if p.name != "settings.py"
    )
    described = {name: meaning for _, name, _, meaning in setting_rows()}
    assert sorted(described) == OWN_SETTINGS
    assert [name for name, meaning in described.items() if len(meaning) < 15] == []
    assert [name for name in OWN_SETTINGS if f'"{name}"' not in code] == []


@pytest.mark.parametrize("page", [page for page in PAGES if page.startswith(("README", "docs"))])
def test_settings_that_are_named_are_there(page: str) -> None:
    named = set(re.findall(r"NEWSCRAWL_[A-Z_]+", (ROOT / page).read_text("utf-8")))
    # What a program that is notified finds in its environment, and a switch of a test.
    assert named - {"NEWSCRAWL_EVENT", "NEWSCRAWL_DAYS"} - set(OWN_SETTINGS) == set()


@pytest.mark.parametrize("name", GENERATED)
def test_pages_made_of_the_code_are_what_the_code_says(
    name: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    for setting in OWN_SETTINGS:
        monkeypatch.delenv(setting, raising=False)
    written = (REFERENCE / name).read_text("utf-8")
    assert written == GENERATED[name](), "run: python -m tools.make_reference"


def test_every_field_of_the_record_is_in_its_table() -> None:
    table = (REFERENCE / "record.md").read_text("utf-8")
    record = Article(problem="x").to_dict()
    names = {*record, *(f.name for f in fields(Capture)), "capture"} - {"problem"}
    missing = [name for name in sorted(names) if f"`{name}`" not in table]
    assert not missing, f"docs/reference/record.md has no {missing}"


def test_the_readme_is_short() -> None:
    assert len(README.splitlines()) < 150


def test_every_page_is_in_the_index() -> None:
    index = (ROOT / "docs" / "index.md").read_text("utf-8")
    pages = [str(p.relative_to(ROOT / "docs")) for p in (ROOT / "docs").rglob("*.md")]
    assert [
        page for page in sorted(pages) if page != "index.md" and f"]({page})" not in index
    ] == []


def test_messages_of_the_page_on_trouble_are_printed_by_the_code() -> None:
    code = "".join(p.read_text("utf-8") for p in (ROOT / "newscrawl").rglob("*.py"))
    joined = re.sub(r'"\s+f?"', "", code)
    page = (ROOT / "docs" / "troubleshooting.md").read_text("utf-8")
    messages = re.findall(r"^### (?!Many misses)(.+)$", page, re.MULTILINE)
    parts = [part.strip(" ,.:()[]'`") for each in messages for part in each.split("...")]
    asked = [re.sub(r" \(`newscrawl .*", "", part) for part in parts if len(part) > 6]
    assert len(asked) > 20
    assert [part for part in asked if part not in joined] == []


def test_every_verdict_is_in_the_page_on_monitoring() -> None:
    table = (ROOT / "docs" / "reference" / "monitoring.md").read_text("utf-8")
    assert [verdict for verdict in VERDICTS if f"`{verdict}`" not in table] == []


def test_exit_codes_are_those_of_the_table() -> None:
    page = (REFERENCE / "exit-codes.md").read_text("utf-8")
    table = {int(code) for code in re.findall(r"^\| (\d) \|", page, re.MULTILINE)}
    raised = {
        error.exit_code
        for error in vars(errors).values()
        if isinstance(error, type) and issubclass(error, errors.NewscrawlError)
    }
    assert raised <= table
    assert table == {0, 1, 2, 3, 4}


def test_every_error_is_in_its_tree() -> None:
    tree = (errors.__doc__ or "").split()
    names = [n for n, e in vars(errors).items() if isinstance(e, type) and issubclass(e, Exception)]
    assert [name for name in names if name not in tree] == []


def test_every_room_is_on_the_map() -> None:
    rooms = [p.name + "/" for p in (ROOT / "newscrawl").iterdir() if (p / "__init__.py").exists()]
    assert len(rooms) > 10
    assert [room for room in rooms if f"`{room}`" not in ARCHITECTURE] == []


def test_every_invariant_names_a_test_that_is_there() -> None:
    named = re.findall(r"`(tests/[\w/.]+)`", ARCHITECTURE)
    assert len(named) > 10
    assert [name for name in named if not (ROOT / name).exists()] == []


def _anchors(page: Path) -> set[str]:
    """The anchors of a page's headings, as GitHub names them."""
    prose = re.sub(r"^```.*?^```", "", page.read_text("utf-8"), flags=re.DOTALL | re.MULTILINE)
    headings = re.findall(r"^#+ (.+?)\s*$", prose, re.MULTILINE)
    plain = [re.sub(r"\[([^]]*)\]\([^)]*\)", r"\1", heading).lower() for heading in headings]
    return {re.sub(r"[^\w\- ]", "", heading).replace(" ", "-") for heading in plain}


@pytest.mark.parametrize("page", PAGES)
def test_links_and_anchors_lead_somewhere(page: str) -> None:
    path = ROOT / page
    prose = re.sub(r"^```.*?^```", "", path.read_text("utf-8"), flags=re.DOTALL | re.MULTILINE)
    dead = []
    for link in re.findall(r"\]\((?!https?:|mailto:)([^)\s]+)\)", prose):
        name, _, anchor = link.partition("#")
        target = (path.parent / name).resolve() if name else path
        if not target.exists() or (anchor and anchor not in _anchors(target)):
            dead.append(link)
    assert dead == []


@pytest.mark.parametrize("page", PAGES)
def test_pages_that_are_named_are_there(page: str) -> None:
    named = re.findall(r"(?<![\w/.-])docs/[\w/-]+\.md", (ROOT / page).read_text("utf-8"))
    assert [name for name in named if not (ROOT / name).exists()] == []


def test_pages_that_the_code_names_are_there() -> None:
    files = [*(ROOT / "newscrawl").rglob("*.py"), *(ROOT / "newscrawl").rglob("*.toml")]
    named = {
        n for p in files for n in re.findall(r"(?<![\w/])docs/[\w/-]+\.md", p.read_text("utf-8"))
    }
    assert len(named) > 3
    assert [name for name in sorted(named) if not (ROOT / name).exists()] == []


def test_every_cause_kind_and_state_is_in_the_glossary() -> None:
    words = {
        *CAUSES,
        *get_args(UrlKind),
        *get_args(UrlState),
        *get_args(OutcomeKind),
    }
    missing = [word for word in sorted(words) if f"`{word}`" not in GLOSSARY]
    assert not missing, f"docs/glossary.md has no {missing}"


@pytest.mark.parametrize("room", PUBLIC_ROOMS)
def test_every_class_of_the_public_rooms_is_in_the_glossary(room: str) -> None:
    files = (ROOT / "newscrawl" / room).rglob("*.py")
    trees = [ast.parse(path.read_text("utf-8")) for path in files]
    names = [n.name for tree in trees for n in tree.body if isinstance(n, ast.ClassDef)]
    public = sorted({name for name in names if not name.startswith("_")})
    assert public
    missing = [name for name in public if f"`{name}`" not in GLOSSARY]
    assert not missing, f"docs/glossary.md has no {missing}"


def test_the_layers_are_those_that_are_checked() -> None:
    contracts = tomllib.loads((ROOT / "pyproject.toml").read_text())["tool"]["importlinter"]
    layers = [layer.replace(" : ", ", ") for layer in contracts["contracts"][0]["layers"]]
    assert "\n".join(layer for layer in layers if layer != "__main__") in ARCHITECTURE


@pytest.mark.parametrize("page", [str(page.relative_to(ROOT)) for page in examples.pages(ROOT)])
def test_commands_are_run_or_say_why_not(page: str) -> None:
    """<!-- not run: REASON --> above a block is the mark; see tools/examples.py."""
    for block in examples.blocks((ROOT / page).read_text("utf-8")):
        if block.reason is not None:
            assert len(block.reason) > 10
        elif block.language == "console":
            assert [why for command in block.commands if (why := why_not(command.text))] == []


def test_every_page_is_in_the_site() -> None:
    site = (ROOT / "mkdocs.yml").read_text("utf-8")
    pages = [str(p.relative_to(ROOT / "docs")) for p in (ROOT / "docs").rglob("*.md")]
    assert [
        page for page in sorted(pages) if not re.search(rf"[ -]{page}$", site, re.MULTILINE)
    ] == []


def test_the_rules_of_prose_find_what_they_name() -> None:
    found = list(faults("It goes on.\n`goes on`\n\n```\ngoes on\n```\nFile of papers.", rules()))
    assert [(line, words) for line, words, _ in found] == [(1, "goes on"), (7, "File of papers")]


def _commands() -> dict[str, click.Command]:
    named = {name: cli.get_command(click.Context(cli), name) for name in COMMANDS}
    found = {}
    for name, command in named.items():
        below = command.commands if isinstance(command, click.Group) else {}
        found |= {f"{name} {each}": one for each, one in below.items()} or {name: command}
    return {name: command for name, command in found.items() if command}


def test_every_command_has_an_example_that_it_takes(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    for name in ("page.html", "feeds.opml", "news.wacz", "sources.toml"):
        Path(name).touch()
    for folder in ("backup/news", "archives/other", "pywb"):
        Path(folder).mkdir(parents=True)
    assert EXAMPLES.keys() == _commands().keys()
    for name, command in _commands().items():
        for example in EXAMPLES[name]:
            assert example in (command.help or "")
            if example.startswith("newscrawl "):
                words = shlex.split(example.partition(" | ")[0], comments=True)
                arguments = words[1 + len(name.split()) :]
                assert " ".join(words[1 : 1 + len(name.split())]) == name
                command.make_context(name, arguments)


def test_pages_have_none_of_the_words_that_are_not_wanted() -> None:
    wanted = rules()
    found = [(p.name, *fault) for p in pages() for fault in faults(p.read_text("utf-8"), wanted)]
    assert found == []
