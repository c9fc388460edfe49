"""`newscrawl compare`: two articles beside each other, with their common passages and substitutions."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from newscrawl.commands import options, terminal
from newscrawl.commands.reuse_output import evidence_lines, percent
from newscrawl.printable import counted

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from newscrawl.reuse import Comparison


@click.command()
@click.argument("first", metavar="URL|ID")
@click.argument("second", metavar="URL|ID")
@options.archive
@options.database
@options.as_json
def compare(first: str, second: str, archive: Path, as_json: bool) -> int:
    """Compare two articles: common passages, what was replaced by what, and which was first."""
    from newscrawl import reuse
    from newscrawl.commands.archive_access import reader_of

    found = reuse.compare(reader_of(archive), options.readable(first), options.readable(second))
    if as_json:
        terminal.json_line(found.to_dict())
    else:
        for line in _lines(found):
            terminal.say(line)
    is_related = found.verdict is not None and found.verdict.label != "unrelated"
    return 0 if is_related else 1


def _lines(found: Comparison) -> Iterator[str]:
    for name, article in (("first ", found.first), ("second", found.second)):
        yield f"{name}  {article.source}: {article.title or '(no title)'}"
        yield f"        {article.url}"
    verdict = found.verdict
    if verdict is None:
        yield "too short to say"
        return
    shared = verdict.overlap
    yield f"{verdict.label}: {verdict.reason} (rule {verdict.rule})"
    yield f"    {percent(shared.a_in_b)} of the first is in the second"
    yield f"    {percent(shared.b_in_a)} of the second is in the first"
    yield from evidence_lines(found.direction, ("the first", "the second"))
    if verdict.rewording and verdict.rewording.substitutions and verdict.label != "unrelated":
        yield "Substitutions (first -> second):"
        for each in verdict.rewording.substitutions:
            where = [
                f"{number} in {place}"
                for number, place in (
                    (each.in_words, "words"),
                    (each.in_names, "names"),
                    (each.in_quotations, "quotations"),
                )
                if number
            ]
            more = f", {', '.join(where)}" if where else ""
            of = f" ({each.of[0]} -> {each.of[1]} inside a word)" if each.of else ""
            yield f"    {each.before} -> {each.after}{of}: {counted(each.count, 'place')}{more}"
    yield f"{counted(len(found.passages), 'passage')}:"
    for passage in sorted(found.passages, key=lambda p: p.first_at):
        yield f"    {passage.units:>4}  {' '.join(passage.first.split())}"
