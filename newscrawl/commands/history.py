"""`newscrawl history`: the looks at one article, and what each of them showed."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from newscrawl.commands import change_output, options, terminal
from newscrawl.edits.wording import described, interval
from newscrawl.errors import NewscrawlError
from newscrawl.printable import counted

if TYPE_CHECKING:
    from pathlib import Path

    from newscrawl.history import History, HistoryLook

#: What a look showed that no fact tells of.
_SHOWN = {
    "first": "first seen",
    "changed": "changed",
    "unchanged": "unchanged",
    "missing": "not there",
    "gone": "gone",
    "wall": "behind a wall",
    "moved": "redirected",
    "unreadable": "no article in this answer",
}


@click.command()
@click.argument("wanted", metavar="URL|ID")
@options.archive
@options.database
@options.rules
@options.as_json
def history(wanted: str, archive: Path, rules: Path | None, as_json: bool) -> None:
    """Show each visit to an article, by its URL or its id: what was there, what had changed, and when.

    A change lies between two visits: the last one with the old text, and the first with the new.
    """
    from newscrawl import history as of
    from newscrawl.commands.archive_access import reader_of

    reader = reader_of(archive)
    ruleset = options.read_ruleset(rules)
    found = of.history(reader, options.readable(wanted), rules=ruleset)
    if found is None:
        raise NewscrawlError(f"{wanted}: no record in {archive}")
    change_output.tell_absent_rules(found.articles, ruleset)
    if as_json:
        for look in found.looks:
            terminal.json_line(_as_dict(look))
        return
    for line in _lines(found):
        terminal.say(line)


def _as_dict(look: HistoryLook) -> dict[str, object]:
    return {
        "captured_at": look.capture.captured_at,
        "url": look.url,
        "status": look.capture.status,
        "shows": look.shows,
        "revision": look.revision,
        "changes": [change.to_dict() for change in look.changes],
        "capture": look.capture.to_dict(),
    }


def _lines(found: History) -> list[str]:
    article, looks = found.article, found.looks
    urls = dict.fromkeys(each.url or "" for each in found.articles)
    lines = [article.title or "(no title)", *urls, f"id {article.id}", ""]
    last = looks[-1].capture.captured_at if looks else "-"
    lines += [f"looked at {counted(len(looks), 'time')}, last {terminal.when(last)} UTC", ""]
    before = ""
    for look in looks:
        day, time = look.capture.captured_at[:10], look.capture.captured_at[11:19]
        stamp = f"{day if day != before else '':10} {time} {look.capture.status}"
        before = day
        lines.append(f"{stamp}  {_shown(look)}")
        lines += [f"{'':24}{interval(c)}" for c in look.changes[:1]]
    return lines


def _shown(look: HistoryLook) -> str:
    revision = f"revision {look.revision}" if look.revision else ""
    said = [described(change) for change in look.changes]
    if not said:
        said = [_SHOWN[look.shows]]
    return ": ".join(filter(None, [revision, "; ".join(said)]))
