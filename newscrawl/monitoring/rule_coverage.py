"""Do the rules for sites still match the latest pages of their sites? Read where their captures lie."""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import partial
from typing import TYPE_CHECKING, Any

from newscrawl.baselines.rule_hits import Failing, failing
from newscrawl.errors import ArchiveError, Missed
from newscrawl.processing.rule_limits import FAULT
from newscrawl.processing.rule_matches import rule_matches
from newscrawl.rules.rule import STATEMENTS

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence
    from datetime import date

    from newscrawl.archive.layout import Layout
    from newscrawl.items import Page
    from newscrawl.processing.rule_matches import Match
    from newscrawl.processing.workers import Workers
    from newscrawl.rules import Rule, Ruleset
    from newscrawl.store import Store

#: Pages of one rule that are looked at, and records among which they are looked for.
MAX_PAGES = 20
MAX_RECORDS = 20_000


@dataclass(frozen=True, slots=True)
class Looked:
    """A page, and which keys of the rule found something on it; `fault` says why it could not be read."""

    page: Page
    hits: Mapping[str, bool]
    fault: str | None = None


@dataclass(frozen=True, slots=True)
class Coverage:
    """A rule and the latest pages that it is for, the latest first."""

    rule: Rule
    source: str | None = None
    pages: tuple[Looked, ...] = ()
    failing: tuple[Failing, ...] = field(default=())

    @property
    def state(self) -> str:
        """`matches`, `fails`, or `no pages`."""
        if not self.pages:
            return "no pages"
        return "fails" if self.failing else "matches"

    def hits(self, key: str) -> int:
        """On how many of the pages the key found something."""
        return sum(looked.hits.get(key, False) for looked in self.pages)

    def to_dict(self) -> dict[str, Any]:
        keys = self.pages[0].hits if self.pages else {}
        return {
            "rule": self.rule.name, "digest": self.rule.digest, "file": self.rule.file,
            "line": self.rule.line, "source": self.source, "state": self.state,
            "pages": len(self.pages), "found": {key: self.hits(key) for key in keys},
            "failing": [
                {"key": each.key, "pages": each.pages, "since": each.since, "says": each.says}
                for each in self.failing
            ],
        }  # fmt: skip


def coverage(
    ruleset: Ruleset, store: Store, layout: Layout, workers: Workers, *, today: date
) -> list[Coverage]:
    """The coverage of each rule that is in force today, in the order of the rules."""
    pages = _latest_pages(ruleset, store, layout)
    waiting = {
        rule.name: [_reading(rule, page, store, layout, workers) for _, page in pages[rule.name]]
        for rule in ruleset.rules
        if rule.is_valid_on(today)
    }
    found = []
    for rule in ruleset.rules:
        if rule.name not in waiting:
            continue
        of_rule = pages[rule.name]
        looked = [
            each
            for (_, page), future in zip(of_rule, waiting[rule.name], strict=True)
            if (each := _looked(page, future, workers)) is not None
        ]
        source = of_rule[0][0] if of_rule else None
        found.append(Coverage(rule, source, tuple(looked), tuple(_failing(rule, looked))))
    return found


def _latest_pages(
    ruleset: Ruleset, store: Store, layout: Layout
) -> dict[str, list[tuple[str, Page]]]:
    """Of each rule the latest articles that it is for and that lie in this archive, with their sources."""
    found: dict[str, list[tuple[str, Page]]] = {rule.name: [] for rule in ruleset.rules}
    for source, page in store.latest_pages(MAX_RECORDS):
        rule = ruleset.rule_for(page.url, page.capture.captured_at)
        is_wanted = rule is not None and len(found[rule.name]) < MAX_PAGES
        if rule is not None and is_wanted and layout.has(page.capture.warc):
            found[rule.name].append((source, page))
    return found


def _reading(rule: Rule, page: Page, store: Store, layout: Layout, workers: Workers) -> Any:
    """The future of what the rule's selectors find on a page, wherever its bytes lie."""
    capture = store.original(page.url, page.capture.payload_digest) or page.capture
    place = (str(layout.warc(capture.warc)), capture.offset, capture.length)
    original = place if capture != page.capture and layout.has(capture.warc) else None
    warc = str(layout.warc(page.capture.warc))
    return workers.submit(partial(rule_matches, rule=rule), warc, page, original)


def _looked(page: Page, future: Any, workers: Workers) -> Looked | None:
    """None for a page that cannot be read, which says nothing of the rule."""
    try:
        matches: Sequence[Match] = workers.outcome(future)
    except Missed as missed:
        return Looked(page, {}, FAULT) if missed.over_limit else None
    except ArchiveError:
        return None
    fault = next((match.fault for match in matches if match.fault), None)
    hits: dict[str, bool] = {}
    for match in matches:
        hits[match.key] = hits.get(match.key, False) or match.number > 0
    return Looked(page, hits, fault)


def _failing(rule: Rule, looked: Sequence[Looked]) -> Iterator[Failing]:
    """What of the rule does not match any more."""
    times = [each.page.capture.captured_at for each in looked]
    faults = [each.fault for each in looked]
    if faults and faults[0]:
        yield Failing("", sum(map(bool, faults)), times[0], f"cannot be applied: {faults[0]}")
        return
    for key in STATEMENTS:
        selectors = getattr(rule, key)
        if not selectors:
            continue
        hits = [each.hits.get(key, False) for each in looked]
        if found := failing(key, hits, times):
            shown = " | ".join(map(str, selectors))
            yield Failing(key, found.pages, found.since, f"{key} ({shown}) {found.says}")
