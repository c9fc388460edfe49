"""`newscrawl related`: who has the words of an article, and from whom it has its own."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from newscrawl.commands import options, terminal
from newscrawl.commands.reuse_output import evidence_lines, percent
from newscrawl.errors import NewscrawlError

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from newscrawl.reuse import Related, RelatedArticle

_ROLES = {"source": "earlier", "copy": "later", "undetermined": "undetermined which was first"}


@click.command()
@click.argument("wanted", metavar="URL|ID")
@click.option(
    "--all", "everything", is_flag=True, help="Also what was compared and shares too little."
)
@options.archive
@options.database
@options.as_json
def related(wanted: str, everything: bool, archive: Path, as_json: bool) -> int:
    """Show the copies and sources of an article, by its URL or id: label, shares, direction, evidence.

    "Earlier" means the earliest in the archive, which need not be the original
    (docs/explanation/lineage.md).
    """
    from newscrawl import reuse
    from newscrawl.commands.archive_access import reader_of

    reader = reader_of(archive)
    found = reuse.related(reader, options.readable(wanted), rejected=everything)
    if found is None:
        raise NewscrawlError(f"{wanted}: no record in {archive}")
    if waiting := reader.store.reuse_log.pending():
        terminal.say(
            f"newscrawl: {waiting} articles are still to be compared: newscrawl migrate", err=True
        )
    if as_json:
        for each in found.articles:
            terminal.json_line(each.to_dict())
    else:
        for line in _lines(found):
            terminal.say(line)
    return 0 if found.articles or _is_flagged(found) else 1


def _lines(found: Related) -> Iterator[str]:
    article = found.article
    yield f"{article.title or '(no title)'}"
    yield f"    {article.url}"
    if found.is_too_short:
        yield "    too short to say whose words it has"
    if _is_flagged(found) and found.suspicion:
        pairs = ", ".join(f"{e.before} -> {e.after}" for e in found.suspicion.entries)
        yield f"    words were replaced by a program, as {article.source} does: {pairs}"
    if not found.articles and not found.is_too_short:
        yield "    shares no words with another article that is held"
    for each in found.articles:
        yield from _article_lines(each)


def _article_lines(each: RelatedArticle) -> Iterator[str]:
    role = f", {_ROLES[each.role]}" if each.label not in ("unrelated", "same-source") else ""
    yield f"{each.label}{role}: {each.article.source}: {each.article.title or '(no title)'}"
    yield f"    {each.article.url}"
    yield f"    has {percent(each.shared)} of this text, which has {percent(each.has)} of that one"
    yield f"    {each.reason} (rule {each.rule})"
    if each.through:
        yield f"    both have words of {each.through}"
    yield from evidence_lines(each.direction, ("this article", "the other"))
    if each.corrected_at:
        yield f"    the earlier text was corrected by {each.corrected_at}, the later one was not"


def _is_flagged(found: Related) -> bool:
    return found.suspicion is not None and found.suspicion.is_flagged
