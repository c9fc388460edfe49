"""`newscrawl diff`: two versions of an article, word by word."""

from __future__ import annotations

import sys
from dataclasses import asdict
from html import escape
from typing import TYPE_CHECKING, Any

import click

from newscrawl.commands import change_output, options, terminal

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from newscrawl.edits.diff import TextDiff
    from newscrawl.history import ArticleDiff, FieldDiff

_HEAD = """<!doctype html>
<html lang="en"><head><meta charset="utf-8"><title>{title}</title>
<meta name="viewport" content="width=device-width">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'">
<style>
:root {{ color-scheme: light dark }}
body {{ font: 1rem/1.5 serif; margin: 2em auto; max-width: 70em; padding: 0 1em }}
table {{ border-collapse: collapse; width: 100%; table-layout: fixed }}
th, td {{ padding: .4em .6em; text-align: start; vertical-align: top }}
td {{ overflow-wrap: anywhere; white-space: pre-wrap }}
tr {{ border-bottom: 1px solid #8884 }}
{style}</style></head><body>
"""


@click.command()
@click.argument("wanted", metavar="URL|ID")
@options.archive
@options.database
@click.option(
    "--from", "old", metavar="N", help="Revision, or time of a capture; the one before --to."
)
@click.option("--to", "new", metavar="M", help="Revision, or time of a capture; the last revision.")
@click.option("--format", "form", type=click.Choice(["text", "html", "json"]), default="text",
              show_default=True, help="How the difference is written.")  # fmt: skip
@options.rules
@options.as_json
def diff(
    wanted: str,
    archive: Path,
    old: str | None,
    new: str | None,
    form: str,
    rules: Path | None,
    as_json: bool,
) -> None:
    """Compare two versions of an article, paragraph by paragraph and word by word.

    On a terminal what was deleted is red and what was inserted green; in a pipe it stands in [-...-] and
    {+...+}.
    """
    from newscrawl.commands.archive_access import reader_of
    from newscrawl.history import diff as diff_of

    ruleset = options.read_ruleset(rules)
    found = diff_of(reader_of(archive), options.readable(wanted), old, new, rules=ruleset)
    if not all((named or "0").isdecimal() for named in (old, new)):  # a capture was read
        change_output.tell_absent_rules((found.old, found.new), ruleset)
    if as_json or form == "json":
        terminal.json_line(_as_dict(found))
    elif form == "html":
        click.echo("".join(_page(found)), nl=False)
    else:
        for line in _lines(found):
            click.echo(line)


def _version(article: Any) -> str:
    at = article.capture.captured_at if article.capture else ""
    return f"revision {article.revision}, captured {at}"


def _as_dict(found: ArticleDiff) -> dict[str, Any]:
    return {
        "from": _side(found.old),
        "to": _side(found.new),
        "same_text": found.is_same_text,
        "fields": [
            {
                "name": each.name,
                "before": each.before,
                "after": each.after,
                "words": _words_as_dict(each.words) if each.words else None,
            }
            for each in found.fields
        ],
    }


def _side(article: Any) -> dict[str, Any]:
    return {
        "id": article.id,
        "url": article.url,
        "revision": article.revision,
        "capture": article.capture.to_dict() if article.capture else None,
    }


def _words_as_dict(words: TextDiff) -> dict[str, Any]:
    found = asdict(words)
    return {"complete": found.pop("is_complete"), **found}


def _lines(found: ArticleDiff) -> Iterator[str]:
    from newscrawl.edits.rendering import text_lines
    from newscrawl.printable import printable

    yield printable(found.new.url or "")
    yield f"from {_version(found.old)}"
    yield f"to   {_version(found.new)}"
    if found.is_same_text:
        yield f"revision {found.new.revision} says the same as revision {found.old.revision}"
    for each in found.fields:
        yield ""
        if each.words is None:
            yield printable(f"{each.name}: {each.before or '(none)'} -> {each.after or '(none)'}")
            continue
        yield f"{each.name}: {_counts(each.words)}"
        yield from text_lines(each.words, _deleted, _inserted)


def _counts(words: TextDiff) -> str:
    counts = [f"-{words.deleted} +{words.inserted} words"]
    if words.moved:
        counts.append(f"{words.moved} moved")
    if not words.is_complete:
        counts.append("too long: some paragraphs are compared as wholes")
    return ", ".join(counts)


def _deleted(text: str) -> str:
    return click.style(text, fg="red", strikethrough=True) if sys.stdout.isatty() else f"[-{text}-]"


def _inserted(text: str) -> str:
    return click.style(text, fg="green", bold=True) if sys.stdout.isatty() else f"{{+{text}+}}"


def _page(found: ArticleDiff) -> Iterator[str]:
    from newscrawl.edits.rendering import STYLE, html_rows

    title = escape(found.new.title or found.new.url or "")
    yield _HEAD.format(title=title, style=STYLE)
    yield f"<h1>{title}</h1>\n<p>{escape(found.new.url or '')}</p>\n"
    if found.is_same_text:
        yield f"<p>Revision {found.new.revision} says the same as revision {found.old.revision}.</p>\n"
    for each in found.fields:
        yield f"<h2>{each.name}</h2>\n"
        yield from _table(found, each, html_rows)
    yield "</body></html>\n"


def _table(found: ArticleDiff, each: FieldDiff, html_rows: Any) -> Iterator[str]:
    yield f"<table><tr><th>{_version(found.old)}<th>{_version(found.new)}</tr>\n"
    if each.words is None:
        cells = (escape(str(value or "")) for value in (each.before, each.after))
        yield "<tr>" + "".join(f"<td>{cell}</td>" for cell in cells) + "</tr>\n"
    else:
        yield from html_rows(each.words)
    yield "</table>\n"
    if each.words is not None:
        yield f"<p>{_counts(each.words)}</p>\n"
