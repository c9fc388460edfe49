"""Writes the pages of docs/reference/ that follow from the code.

python -m tools.make_reference            # writes them
python -m tools.make_reference --check    # names those that are not what the code says

"""

from __future__ import annotations

import argparse
import ast
import inspect
import json
import os
import re
import sys
import types
import typing
from dataclasses import fields, is_dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from newscrawl import archive_reader, extract_article, history, open_archive
from newscrawl.addon import NewscrawlAddon
from newscrawl.causes import CAUSES, Cause
from newscrawl.commands import cli
from newscrawl.items import Article, page_of

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

ROOT = Path(__file__).parents[1]
REFERENCE = ROOT / "docs" / "reference"
NOTE = "<!-- Made by `python -m tools.make_reference`: change the code, and run that. -->\n"
_SETTINGS = ROOT / "newscrawl" / "settings.py"
#: What each flag of a cause says in its table.
_FLAGS = {
    "transient": "tried again",
    "unreached": "the host gave no answer",
    "refusal": "the site refuses",
    "over_limit": "a limit of newscrawl",
    "unasked": "no request was sent",
}


# --- commands -----------------------------------------------------------------------------------
def commands() -> str:
    """Every command with its usage, help and options."""
    context = click.Context(cli, info_name="newscrawl", **cli.context_settings)
    parts = [f"# Commands\n\n{NOTE}\n{_prose(cli.help)}\n"]
    for name in cli.list_commands(context):
        command = cli.get_command(context, name)
        assert command is not None
        parts += _command(command, click.Context(command, parent=context, info_name=name), 2)
    return "\n".join(parts)


def _command(command: click.Command, context: click.Context, level: int) -> Iterator[str]:
    usage = re.sub(r"\s+", " ", context.get_usage().removeprefix("Usage: "))
    yield f"{'#' * level} {context.command_path}\n\n```text\n{usage}\n```\n\n{_prose(command.help)}\n"
    options = [each for each in command.params if isinstance(each, click.Option)]
    records = [each.get_help_record(context) for each in options]
    rows = [record for record in records if record is not None]
    if rows:
        yield "| option | meaning |\n| --- | --- |"
        for names, meaning in rows:
            # As many as this machine has cores.
            anywhere = (
                re.sub(r"default: \d+", "default: one a core", meaning)
                if names.startswith("--workers")
                else meaning
            )
            yield f"| `{_cell(names)}` | {_cell(anywhere)} |"
        yield ""
    if isinstance(command, click.Group):
        for name in command.list_commands(context):
            below = command.get_command(context, name)
            assert below is not None
            yield from _command(
                below, click.Context(below, parent=context, info_name=name), level + 1
            )


def _prose(help_text: str | None) -> str:
    text = inspect.cleandoc(help_text or "")
    text = re.sub(r"\x08\n(.*?)(?=\n\n|$)", r"```text\n\1\n```", text, flags=re.DOTALL)
    return re.sub(r"(?<![`\w/])(docs/reference/|docs/how-to/)([\w-]+)\.md", _link, text)


def _link(match: re.Match[str]) -> str:
    folder = "" if "reference" in match[1] else "../how-to/"
    return f"[{match[2]}]({folder}{match[2]}.md)"


def _cell(text: str) -> str:
    return re.sub(r"\s+", " ", text).replace("|", "\\|")


# --- settings -----------------------------------------------------------------------------------
def settings() -> str:
    """Every NEWSCRAWL_ setting, by the section of settings.py that it stands in."""
    parts = [
        f"# Settings\n\n{NOTE}\nSet them in Scrapy's ways, or for one command with `-s NAME=VALUE`."
        " Those that the environment sets as well say so.\n"
    ]
    section = ""
    for heading, name, value, meaning in setting_rows():
        if heading != section:
            section = heading
            parts.append(
                f"\n## {heading.capitalize()}\n\n| setting | default | meaning |\n| --- | --- | --- |"
            )
        parts.append(f"| `{name}` | {value} | {_cell(meaning)} |")
    return "\n".join(parts).replace("\n\n\n", "\n\n") + "\n"


def setting_rows() -> Iterator[tuple[str, str, str, str]]:
    """Section, name, default and meaning of every setting."""
    source = _SETTINGS.read_text("utf-8")
    lines = source.splitlines()
    section = ""
    nodes = {
        node.lineno: node
        for node in ast.parse(source).body
        if isinstance(node, ast.Assign | ast.AnnAssign)
    }
    for number, line in enumerate(lines, 1):
        if found := re.match(r"# --- ([^:-]+?)(?: -+|:.*)$", line):
            section = found[1]
        node = nodes.get(number)
        if node is None or node.value is None:
            continue
        target = node.targets[0] if isinstance(node, ast.Assign) else node.target
        if isinstance(target, ast.Name) and target.id.startswith("NEWSCRAWL_"):
            yield section, target.id, _default(target.id, node.value), _meaning(lines, number)


def _meaning(lines: list[str], number: int) -> str:
    """The `#:` lines above line `number`, which counts from 1."""
    first = number - 1
    while first and lines[first - 1].startswith("#:"):
        first -= 1
    return " ".join(line.removeprefix("#:").strip() for line in lines[first : number - 1])


def _default(name: str, value: ast.expr) -> str:
    """What the setting is in an empty environment."""
    of_nothing = types.SimpleNamespace(environ={})
    found = eval(compile(ast.Expression(value), name, "eval"), {"os": of_nothing})
    if found in ("", []):
        return ""
    if isinstance(found, list):
        return ", ".join(f"`{each}`" for each in found)
    if name.endswith("_BYTES") and found and found % 1024 == 0:
        return next(f"{found // n} {unit}" for n, unit in _UNITS if found % n == 0)
    return f"{found:,}" if type(found) is int else f"`{found}`"


_UNITS = ((1 << 30, "GiB"), (1 << 20, "MiB"), (1 << 10, "KiB"))


# --- causes -------------------------------------------------------------------------------------
def causes() -> str:
    """The table of causes of misses."""
    parts = [
        f"# Causes of misses\n\n{NOTE}\nA miss is a URL that was announced or asked for and has no article."
        " `newscrawl export misses` prints one JSON object a line with `url`, `source`, `cause`, `detail`,"
        " `target` (the URL that stands in its place, if there is one), `over_limit`, `status`, `seen_at` and"
        " `capture`.\n\n| cause | meaning | notes |\n| --- | --- | --- |"
    ]
    for name, cause in CAUSES.items():
        parts.append(f"| `{name}` | {_cell(cause.meaning)} | {_notes(cause)} |")
    return "\n".join(parts) + "\n"


def _notes(cause: Cause) -> str:
    return ", ".join(text for flag, text in _FLAGS.items() if getattr(cause, flag))


# --- record -------------------------------------------------------------------------------------
def record_schema() -> str:
    """JSON Schema of one record, as `newscrawl export` writes it."""
    schema = _schema(Article)
    properties = {"id": {"type": "string", "pattern": "^[0-9a-f]{16}$"}, **schema["properties"]}
    del properties["problem"]
    whole = {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": "A record of newscrawl",
        "type": "object",
        "properties": properties,
        "required": [name for name in properties if name != "capture"],
        "additionalProperties": False,
    }
    return json.dumps(whole, indent=2) + "\n"


def _schema(kind: Any) -> dict[str, Any]:
    if is_dataclass(kind):
        hints = typing.get_type_hints(kind)
        return {
            "type": "object",
            "properties": {f.name: _schema(hints[f.name]) for f in fields(kind)},
        }
    origin, arguments = typing.get_origin(kind), typing.get_args(kind)
    if origin in (types.UnionType, typing.Union):
        return {"anyOf": [_schema(each) for each in arguments]}
    if origin is tuple:
        return {"type": "array", "items": _schema(arguments[0])}
    if origin is dict:
        return {"type": "object", "additionalProperties": _schema(arguments[1])}
    simple = {str: "string", int: "integer", bool: "boolean", float: "number", type(None): "null"}
    return {"type": simple[kind]} if kind in simple else {}


# --- Python -------------------------------------------------------------------------------------
def python_api() -> str:
    """Signatures and docstrings of what other programs may import."""
    parts = [
        f"# Python signatures\n\n{NOTE}\nWhat other programs may import. [Python](python.md) has examples.\n",
        _function("newscrawl.open_archive", open_archive),
        _function("newscrawl.extract_article", extract_article),
        _class("newscrawl.archive_reader.ArchiveReader", archive_reader.ArchiveReader),
        _class("newscrawl.archive_reader.Rows", archive_reader.Rows),
        *(
            _function(f"newscrawl.history.{n}", getattr(history, n))
            for n in ("history", "diff", "changes")
        ),
        _function("newscrawl.items.page_of", page_of),
        _function("newscrawl.NewscrawlAddon", NewscrawlAddon),
    ]
    return "\n".join(parts)


def _class(path: str, kind: type) -> str:
    methods = [
        _function(f"{kind.__name__}.{name}", member, level=3)
        for name, member in vars(kind).items()
        if not name.startswith("_") and inspect.isfunction(member)
    ]
    return "\n".join([_function(path, kind, signed=False), *methods])


def _function(
    path: str, function: Callable[..., Any], *, level: int = 2, signed: bool = True
) -> str:
    signature = ""
    if signed and not inspect.isclass(function):
        stated = re.sub(r"<class '([\w.]+)'>", r"\1", str(inspect.signature(function))).replace(
            "'", ""
        )
        signature = f"```python\n{path.rpartition('.')[2]}{stated}\n```\n\n"
    return f"{'#' * level} {path}\n\n{signature}{_prose(function.__doc__)}\n"


PAGES: dict[str, Callable[[], str]] = {
    "commands.md": commands,
    "settings.md": settings,
    "causes.md": causes,
    "record.schema.json": record_schema,
    "python-signatures.md": python_api,
}


def main() -> int:
    parser = argparse.ArgumentParser(
        description="Writes the pages of docs/reference/ that follow from the code."
    )
    parser.add_argument("--check", action="store_true")
    options = parser.parse_args()
    stale = []
    for name, make in PAGES.items():
        path, text = REFERENCE / name, make()
        if path.exists() and path.read_text("utf-8") == text:
            continue
        stale.append(name)
        if not options.check:
            path.write_text(text, "utf-8")
    print(*(f"docs/reference/{name}" for name in stale), sep="\n")
    return int(options.check and bool(stale))


if __name__ == "__main__":
    for _name in [name for name in os.environ if name.startswith("NEWSCRAWL_")]:
        del os.environ[_name]
    sys.exit(main())
