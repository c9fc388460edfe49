"""`newscrawl rules try`: the record of one page without and with its rule, side by side."""

from __future__ import annotations

import sys
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import partial
from io import StringIO
from pathlib import Path
from typing import TYPE_CHECKING, Any

from newscrawl import urls
from newscrawl.commands import options, terminal
from newscrawl.errors import Missed, NewscrawlError, NothingToDo, StorageError, UsageError
from newscrawl.items import Article, Capture, Page

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from rich.table import Table

    from newscrawl.processing.rule_matches import Match
    from newscrawl.processing.workers import Workers
    from newscrawl.rules import Rule, Ruleset

#: Where pages are captured that no archive has.
_FETCHED = Path("archives/discover")
#: Columns in a pipe, and the most on a terminal.
_WIDTH, _WIDEST = 80, 160
#: Characters of a text that are shown, at its begin and its end.
_BEGIN, _END = 100, 40
#: Paragraphs that are shown of those that only one side has.
_MOST = 4
_SHOWN = ("title", "authors", "credit", "contributors", "published_at", "modified_at", "language",
          "kind")  # fmt: skip


@dataclass(frozen=True, slots=True)
class _Subject:
    """A page to try: `article` and `matches` are calls for a worker, which take `rule`."""

    url: str
    captured_at: str
    article: Callable[..., Any]
    matches: Callable[..., Any]


@dataclass(frozen=True, slots=True)
class Trial:
    """What the page gives without the rule and with it, and what each selector finds."""

    url: str
    rule: Rule
    without: Article | Missed
    ruled: Article | Missed
    matches: tuple[Match, ...] | Missed

    def to_dict(self) -> dict[str, Any]:
        told = [] if isinstance(self.matches, Missed) else self.matches
        return {
            "url": self.url,
            "rule": self.rule.name,
            "rule_digest": self.rule.digest,
            "without": _plain(self.without),
            "with": _plain(self.ruled),
            "matches": [
                {"key": m.key, "selector": m.selector, "found": m.number, "first": m.first,
                 "fault": m.fault}
                for m in told
            ],
        }  # fmt: skip


def try_rule(
    wanted: str,
    rules: Path | None,
    archive: Path,
    *,
    url: str | None,
    overrides: dict[str, str],
) -> Trial:
    """Read the page that `wanted` names without and with its rule.

    Raises UsageError, NothingToDo where no rule is for the page.
    """
    path, read = options.read_rules_of(rules)
    subject = _subject(wanted, archive, url=url, overrides=overrides)
    rule = _rule_for(subject, read.rules, path)
    return _tried(subject, rule)


def _rule_for(subject: _Subject, ruleset: Ruleset, path: Path) -> Rule:
    if subject.url and (rule := ruleset.rule_for(subject.url, subject.captured_at)):
        return rule
    if not subject.url and len(ruleset.rules) == 1:
        return ruleset.rules[0]
    if not subject.url:
        raise UsageError("--url: say where the file is from, so that its rule can be found")
    day = subject.captured_at[:10]
    raise NothingToDo(f"{path}: no rule is for {subject.url}, captured on {day}")


def _subject(wanted: str, archive: Path, *, url: str | None, overrides: dict[str, str]) -> _Subject:
    if wanted == "-" or Path(wanted).is_file():
        return _of_file(wanted, url)
    if url is not None:
        raise UsageError(f"--url goes with a file, and {wanted} is none")
    if (found := _of_archive(wanted, archive)) is not None:
        return found
    if "/" not in wanted and "." not in wanted:
        raise NewscrawlError(f"{wanted}: no such file, and no record of this id in {archive}")
    return _fetched(urls.named(wanted), overrides)


def _of_file(name: str, url: str | None) -> _Subject:
    from newscrawl.extraction import extract_article
    from newscrawl.processing.rule_limits import bounded
    from newscrawl.processing.rule_matches import matches

    try:
        html = sys.stdin.buffer.read() if name == "-" else Path(name).read_bytes()
    except OSError as error:
        raise UsageError(f"{name}: {error.strerror}") from error
    address, now = urls.named(url) if url else None, datetime.now(UTC)
    article = partial(extract_article, html, url=address, captured_at=now, bounded=bounded)
    return _Subject(address or "", now.isoformat(), article, partial(matches, html, None))


def _of_archive(wanted: str, archive: Path) -> _Subject | None:
    """The latest capture of a URL, or that of the record with this id, in this archive."""
    from newscrawl.archive.layout import Layout
    from newscrawl.commands.archive_access import store_of

    layout = Layout(archive)
    if not (options.named_database() or layout.database.exists()):
        return None
    store = store_of(archive)
    record = store.find(options.readable(wanted))
    capture = Capture(**record["capture"]) if record else store.original(wanted, None)
    if capture is None or not layout.has(capture.warc):
        return None
    page = Page(record["url"] if record else wanted, capture)
    bytes_of = store.original(page.url, capture.payload_digest) or capture
    place = (str(layout.warc(bytes_of.warc)), bytes_of.offset, bytes_of.length)
    return _of_capture(page, layout.warc(capture.warc), place if bytes_of != capture else None)


def _of_capture(page: Page, warc: Path, original: Any = None) -> _Subject:
    from newscrawl.processing.pages import read_article
    from newscrawl.processing.rule_matches import rule_matches

    given = (str(warc), page, original)
    article, matches = partial(read_article, *given), partial(rule_matches, *given)
    return _Subject(page.url, page.capture.captured_at, article, matches)


def _fetched(url: str, overrides: dict[str, str]) -> _Subject:
    """The page as its site answers now; captured in the archive for what is only looked at."""
    from newscrawl.archive.layout import Layout
    from newscrawl.commands.runner import operator_hint, run_spider
    from newscrawl.spiders.fetch import FetchSpider

    operator_hint([url], overrides)
    crawler = run_spider(FetchSpider, _FETCHED, settings=overrides, url=url)
    spider: Any = crawler.spider
    if spider.fault is not None:
        raise StorageError(str(spider.fault))
    page = spider.page
    if page is None:
        raise NewscrawlError(f"{url}: {spider.missed or 'stopped before the end'}")
    return _of_capture(page, Layout(_FETCHED).warc(page.capture.warc))


def _tried(subject: _Subject, rule: Rule) -> Trial:
    from newscrawl import settings
    from newscrawl.processing.workers import Workers

    workers = Workers(
        1, seconds=settings.NEWSCRAWL_PAGE_SECONDS, memory=settings.NEWSCRAWL_WORKER_BYTES
    )
    try:
        found = _outcome(workers, partial(subject.matches, rule=rule))
        without = _article(workers, subject, None)
        return Trial(subject.url, rule, without, _article(workers, subject, rule), found)
    finally:
        workers.close()


def _article(workers: Workers, subject: _Subject, rule: Rule | None) -> Article | Missed:
    """As a crawl reads the page, but that a page that is no article has its record, too."""
    from newscrawl.processing.record_rules import normalised
    from newscrawl.processing.rule_limits import without_effect

    found = _outcome(workers, partial(subject.article, rule=rule))
    if isinstance(found, Missed):
        again = without_effect(rule, found)
        return found if again is None else _article(workers, subject, again)
    article: Article = found
    return normalised(article)


def _outcome(workers: Workers, call: Callable[..., Any]) -> Any:
    try:
        return workers.outcome(workers.submit(call))
    except Missed as missed:
        return missed


def _plain(found: Article | Missed) -> dict[str, Any]:
    if isinstance(found, Missed):
        return {"missed": found.cause, "detail": found.detail}
    return found.to_dict()


def show(trial: Trial) -> None:
    """Print both records in two columns, and what each selector found."""
    from rich.table import Table

    terminal.say(trial.url or "the page")
    terminal.say(f"rule {trial.rule.name}, {trial.rule.digest}\n")
    table = Table(box=None, pad_edge=False)
    table.add_column("", no_wrap=True)
    for name in ("Without the rule", "With the rule"):
        table.add_column(name, ratio=1, overflow="fold")
    for label, *cells in _rows(trial):
        terminal.add_row(table, label, *cells)
        table.add_row("")
    _print(table)
    table = Table(box=None, pad_edge=False)
    for name in ("Key", "Selector", "Found"):
        table.add_column(name, overflow="fold")
    for row in _found(trial):
        terminal.add_row(table, *row)
    _print(table)


def _print(table: Table) -> None:
    """Print a table as wide as the terminal, or as a pipe's reader can see, without blanks at its right."""
    from rich.console import Console

    width = min(terminal.console().width, _WIDEST) if sys.stdout.isatty() else _WIDTH
    out = Console(width=width, file=StringIO(), highlight=False, emoji=False, markup=False)
    with out.capture() as capture:
        out.print(table)
    for line in capture.get().splitlines():
        terminal.say(line.rstrip())


def _rows(trial: Trial) -> Iterator[tuple[str, str, str]]:
    sides = (trial.without, trial.ruled)
    yield "article", *_both(*("yes" if (why := _problem(side)) is None else why for side in sides))
    records = [{} if isinstance(side, Missed) else side.to_dict() for side in sides]
    for name in _SHOWN:
        values = ["; ".join(v) if isinstance(v := r.get(name), list) else v for r in records]
        if any(values):
            yield name.removesuffix("_at"), *_both(*(str(value or "-") for value in values))
    without, ruled = (record.get("body") or "" for record in records)
    yield "body", *_both(f"{len(without):,} characters", f"{len(ruled):,} characters")
    if without == ruled:
        yield "", _shortened(without), "(the same)"
    else:
        yield "only here", _only(without, ruled), _only(ruled, without)
    if not isinstance(trial.ruled, Missed) and (fault := trial.ruled.extractor.get("rule_fault")):
        yield "fault", "", fault


def _both(without: str, ruled: str) -> tuple[str, str]:
    return without, "(the same)" if without == ruled else ruled


def _problem(side: Article | Missed) -> str | None:
    return str(side) if isinstance(side, Missed) else side.problem


def _only(body: str, other: str) -> str:
    """The paragraphs of a text that the other one does not have, shortened."""
    theirs = set(other.split("\n"))
    own = [paragraph for paragraph in body.split("\n") if paragraph not in theirs]
    more = f" ... and {len(own) - _MOST} more" if len(own) > _MOST else ""
    return " ¶ ".join(map(_shortened, own[:_MOST])) + more if any(own) else "-"


def _shortened(text: str) -> str:
    text = " ¶ ".join(text.split("\n"))
    return text if len(text) <= _BEGIN + _END else f"{text[:_BEGIN]} ... {text[-_END:]}"


def _found(trial: Trial) -> Iterator[tuple[str, str, str]]:
    if isinstance(trial.matches, Missed):
        yield "-", "-", str(trial.matches)
        return
    for match in trial.matches:
        first = f": {match.first[:60]}" if match.first else ""
        yield match.key, match.selector, match.fault or f"{match.number or 'nothing'}{first}"
