"""From a file of rules, or a folder of such files, to rules; what is wrong costs the rule it stands in."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from newscrawl.errors import UsageError
from newscrawl.rules import values
from newscrawl.rules.rule import MARKS, STATEMENTS, Rule
from newscrawl.rules.ruleset import Ruleset
from newscrawl.text import toml_values
from newscrawl.text.toml_mistakes import Mistakes, Place, Wrong, meant
from newscrawl.text.toml_positions import Scan
from newscrawl.text.toml_tables import UnreadableFile, plain_text, read_text, tables

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable
    from pathlib import Path

#: The keys of a `[[rule]]` table, and what reads each.
KEYS: dict[str, Callable[[Any, Place], Any]] = {
    "name": values.name,
    "hosts": values.hosts,
    "paths": values.paths,
    "valid_from": toml_values.day,
    "valid_until": toml_values.day,
    "title": values.texts,
    "authors": values.texts,
    "authors_as_written": toml_values.flag,
    "published": values.texts,
    "body": values.elements,
    "remove": values.elements,
    "ignore": values.ignored,
    "not_article": values.texts,
    "article": values.texts,
    "zone": toml_values.zone,
    "language": toml_values.language,
}
_REQUIRED = ("name", "hosts")
_WHERE = ("paths", "valid_from", "valid_until")
_ACTING = (*STATEMENTS, *MARKS, "ignore", "zone", "language")


@dataclass(frozen=True, slots=True)
class RulesRead:
    """The rules that can be used, and all mistakes, each as `file:line: key: what`.

    `skipped` are the lines of the mistakes, one for each rule that cannot be used, with its name.
    """

    rules: Ruleset = field(default_factory=Ruleset)
    mistakes: tuple[str, ...] = ()
    skipped: tuple[str, ...] = ()


def read_rules(path: Path) -> RulesRead:
    """The rules of a file, or of the `*.toml` files of a folder in the order of their names.

    Raises UsageError if the path is not there, or is a folder without such files.
    """
    files = sorted(path.glob("*.toml")) if path.is_dir() else [path]
    if not files:
        raise UsageError(f"{path}: no *.toml file in this folder")
    found: list[RulesRead] = []
    for each in files:
        try:
            found.append(parse_rules(read_text(each), file=str(each)))
        except UnreadableFile as error:
            if each is path:
                raise UsageError(str(error)) from error
            found.append(RulesRead(mistakes=(str(error),), skipped=(str(error),)))
    return found[0] if len(found) == 1 else _joined(found)


def parse_rules(text: str, *, file: str) -> RulesRead:
    """As `read_rules`, of a text; `file` is its name in what is said about it."""
    text = plain_text(text)
    mistakes = Mistakes(file, Scan(text))
    try:
        listed = tables("rule", "rule", text, mistakes)
    except RecursionError:
        return _unusable(f"{file}:1: nested too deeply")
    skipped = list(mistakes.lines())
    if not listed and not mistakes.found:
        return _unusable(f"{file}:1: no [[rule]] table; `newscrawl rules init` writes an example")
    rules: list[Rule] = []
    for number, table in enumerate(listed):
        if table is None:
            continue
        before = set(mistakes.lines())
        rule = _rule(table, Place(mistakes, ("rule", number)), rules)
        if rule is not None:
            rules.append(rule)
        elif new := [line for line in mistakes.lines() if line not in before]:
            more = f" (and {len(new) - 1} more)" if len(new) > 1 else ""
            skipped.append(
                f"{new[0]}{more}; rule {toml_values.shown(table.get('name'))} is left out"
            )
    return RulesRead(Ruleset(tuple(rules)), mistakes.lines(), tuple(dict.fromkeys(skipped)))


def _unusable(line: str) -> RulesRead:
    return RulesRead(mistakes=(line,), skipped=(line,))


def _rule(table: dict[str, Any], at: Place, others: Iterable[Rule]) -> Rule | None:
    """The rule of a table, or None, with what is wrong noted."""
    known = len(at.mistakes.found)
    found: dict[str, Any] = {}
    for key, value in table.items():
        with at.item(key).noting():
            if key not in KEYS:
                raise Wrong(f"is not a key of a rule{meant(key, KEYS)}")
            found[key] = KEYS[key](value, at.item(key))
    for key in _REQUIRED:
        if key not in table:
            at.item(key).wrong("is missing")
    if not set(table) - set(_REQUIRED) - set(_WHERE):
        at.wrong(f"says nothing of a page: give it one of {', '.join(_ACTING)}")
    _compare(found, at, others)
    if len(at.mistakes.found) != known:
        return None
    return Rule(**found, file=at.mistakes.file, line=at.line)


def _compare(found: dict[str, Any], at: Place, others: Iterable[Rule]) -> None:
    """Note what does not go together, in the rule or with rules before it."""
    begin, end = found.get("valid_from"), found.get("valid_until")
    if begin and end and end < begin:
        at.item("valid_until").wrong(f"{end} is before valid_from, {begin}")
    if found.get("authors_as_written") and not found.get("authors"):
        at.item("authors_as_written").wrong("goes with authors")
    for other in others:
        if other.name.casefold() == str(found.get("name", "")).casefold():
            at.item("name").wrong(f"is also the name of the rule on line {other.line}")
        if _covers(other, found):
            at.item("hosts").wrong(
                f"never acts: the rule on line {other.line} is for all its pages"
            )


def _covers(other: Rule, found: dict[str, Any]) -> bool:
    """Whether a rule that comes before is for all pages of this one."""
    if not found.get("hosts") or not set(found["hosts"]) <= set(other.hosts):
        return False
    if other.paths and not (found.get("paths") and set(found["paths"]) <= set(other.paths)):
        return False
    begin, end = found.get("valid_from"), found.get("valid_until")
    since = other.valid_from is None or (begin is not None and begin >= other.valid_from)
    until = other.valid_until is None or (end is not None and end <= other.valid_until)
    return since and until


def _joined(read: list[RulesRead]) -> RulesRead:
    """What several files say; of two rules of one name the second is left out."""
    rules: dict[str, Rule] = {}
    again: list[str] = []
    for rule in (rule for each in read for rule in each.rules.rules):
        first = rules.setdefault(rule.name.casefold(), rule)
        if first is not rule:
            same = f"is also the name of a rule in {first.file}, line {first.line}"
            again.append(f"{rule.file}:{rule.line}: name: {same}")
    return RulesRead(
        Ruleset(tuple(rules.values())),
        (*(line for each in read for line in each.mistakes), *again),
        (*(line for each in read for line in each.skipped), *again),
    )
