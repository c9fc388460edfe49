"""How changes of articles are printed: in words, as a table, as CSV, as an Atom feed."""

from __future__ import annotations

import csv
import sys
from typing import TYPE_CHECKING
from xml.etree import ElementTree as ET

from newscrawl.commands import terminal
from newscrawl.edits.wording import described, entry_ids, interval, stamp, values
from newscrawl.printable import printable, spreadsheet_cell
from newscrawl.version import __version__

if TYPE_CHECKING:
    from collections.abc import Iterable

    from newscrawl.edits.change import Change
    from newscrawl.items import Article
    from newscrawl.rules import Ruleset

_ATOM = "http://www.w3.org/2005/Atom"
_COLUMNS = ("not_before", "not_after", "source", "kind", "silent", "noise", "before", "after",
            "words_in", "words_out", "words_moved", "statement", "from_revision", "to_revision", "article",
            "from_article", "url", "rule", "record_id")  # fmt: skip


def tell_absent_rules(articles: Iterable[Article], rules: Ruleset) -> None:
    """Say on stderr which rules for sites made records and are not given, where captures are read again."""
    from newscrawl.replay.absent_rules import AbsentRules

    absent = AbsentRules(rule.name for rule in rules.rules)
    for article in articles:
        absent.add({"extractor": article.extractor})
    if hint := str(absent):
        terminal.say(f"newscrawl: {hint}", err=True)


def print_table(changes: Iterable[Change]) -> int:
    """Print two lines for each change; return how many there were."""
    number = 0
    for change in changes:
        number += 1
        terminal.say(f"{stamp(change.not_after)}  {change.source}  {described(change)}")
        if said := values(change):
            terminal.say(f"    {said}")
        terminal.say(f"    {change.url}")
    return number


def write_csv(changes: Iterable[Change]) -> int:
    """Print the changes as CSV; return how many there were."""
    writer = csv.writer(sys.stdout)
    writer.writerow(_COLUMNS)
    number = 0
    for change in changes:
        number += 1
        fact = change.to_dict()
        cells = ("" if fact[name] is None else fact[name] for name in _COLUMNS)
        writer.writerow([spreadsheet_cell(c) if isinstance(c, str) else c for c in cells])
    return number


def atom_feed(changes: Iterable[Change], *, title: str, updated: str) -> bytes:
    """The changes as an Atom feed (RFC 4287), the latest first; `updated` is its time if it has none."""
    ET.register_namespace("", _ATOM)
    feed = ET.Element(f"{{{_ATOM}}}feed")
    latest = sorted(changes, key=lambda each: each.not_after, reverse=True)
    _add(feed, "id", "urn:newscrawl:changes")
    _add(feed, "title", title)
    _add(feed, "updated", latest[0].not_after if latest else updated)
    _add(feed, "generator", f"newscrawl {__version__}")
    for id_, change in zip(entry_ids(latest), latest, strict=True):
        entry = ET.SubElement(feed, f"{{{_ATOM}}}entry")
        _add(entry, "id", id_)
        _add(entry, "title", f"{change.source}: {described(change)}")
        _add(entry, "updated", change.not_after)
        author = ET.SubElement(entry, f"{{{_ATOM}}}author")
        _add(author, "name", change.source)
        ET.SubElement(entry, f"{{{_ATOM}}}link", href=change.url)
        _add(entry, "summary", "\n".join(filter(None, [values(change), interval(change)])))
    text: bytes = ET.tostring(feed, encoding="utf-8", xml_declaration=True)
    return text


def _add(parent: ET.Element, name: str, text: str) -> None:
    ET.SubElement(parent, f"{{{_ATOM}}}{name}").text = printable(text)
