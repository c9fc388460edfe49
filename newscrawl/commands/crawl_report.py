"""What a pass has found, how it ended, and what to do next."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import UTC, datetime
from importlib.util import find_spec
from typing import TYPE_CHECKING, Any

from newscrawl import urls
from newscrawl.commands import options, terminal
from newscrawl.errors import NothingToDo
from newscrawl.printable import counted

if TYPE_CHECKING:
    from pathlib import Path

    from scrapy.crawler import Crawler

    from newscrawl.crawl.session import CrawlSession
    from newscrawl.frontier import Outcome
    from newscrawl.monitoring.notification import Notifier
    from newscrawl.store import Store

#: URLs without a result that are listed, the rest is counted; titles that a word to search for is taken from.
MAX_LISTED, MAX_TITLES = 40, 5
#: Articles, and failures, that a notification lists.
MAX_TOLD = 100


@dataclass(frozen=True, slots=True)
class CrawlReport:
    """Of a crawl that has ended: `asked` are the URLs that it was started for, `again` are the arguments
    of the command that goes on with it."""

    crawler: Crawler
    archive: Path
    asked: list[str]
    again: list[str]

    @property
    def session(self) -> CrawlSession:
        from newscrawl.assembly import session_of

        return session_of(self.crawler)

    def show(self, *, as_json: bool, named: bool) -> int:
        """Print what this pass has found; return the exit code. `named`: URLs were given.

        Raises NothingToDo.
        """
        from newscrawl.wire.extension import wire_of

        session = self.session
        reason = self.crawler.stats.get_value("finish_reason")
        if reason == "finished" and not self.crawler.stats.get_value("downloader/request_count"):
            if session.ledger.frontier.owners():
                terminal.say("newscrawl: another crawl is at work on these hosts", err=True)
            elif named and not session.selection.asked_for:
                raise NothingToDo("nothing that is named may be fetched: newscrawl sources list")
            elif not named and not session.outcomes.articles:
                raise NothingToDo(self._nothing_due())
        records = [record for _, record in session.ledger.store.records(after=session.first_number)]
        if as_json:
            for record in records:
                terminal.json_line(record)
        else:
            terminal.article_table(records)
        self._say_how_it_ended(records)
        asked = self._ended()
        failed = self._failed(asked)
        for line in failed[:MAX_LISTED]:
            terminal.say(f"newscrawl: {line}", err=True)
        if len(failed) > MAX_LISTED:
            rest = f"... and {counted(len(failed) - MAX_LISTED, 'more URL')}"
            terminal.say(f"newscrawl: {rest}: {self._command('export', 'misses')}", err=True)
        fault = session.fault or wire_of(self.crawler).recorder.fault
        if reason == "finished" and fault is None:
            return 1 if asked and len(failed) == len(asked) else 0
        return self.say_how_to_go_on()

    def tell(self, notifier: Notifier, code: int) -> None:
        """Tell of a pass that has new articles, or ended otherwise than it should; not of any other."""
        session = self.session
        records = [record for _, record in session.ledger.store.records(after=session.first_number)]
        if not (records or code) or not notifier.is_given:
            return
        names = ("id", "revision", "url", "source", "title", "published_at")
        failed = self._failed(self._ended())
        facts = {
            "archive": str(self.archive),
            "exit_code": code,
            "ended": self.crawler.stats.get_value("finish_reason"),
            "article_count": len(records),
            "articles": [{name: r[name] for name in names} for r in records[:MAX_TOLD]],
            "missed": {cause: n for cause, n in session.outcomes.missed.items() if n > 0},
            "failed": failed[:MAX_TOLD],
        }
        lines = [f"{self.archive}: {counted(len(records), 'new article')}, exit code {code}"]
        lines += [f"{r['source']}: {r['title']}: {r['url']}" for r in records[:MAX_TOLD]]
        for failure in notifier.send("pass", [*lines, *failed[:MAX_TOLD]], facts):
            terminal.say(f"newscrawl: {failure}", err=True)

    def say_how_to_go_on(self) -> int:
        """Say that it stopped before the end; return the exit code."""
        from newscrawl.archive.layout import Layout

        command = terminal.command_line("crawl", "--archive", str(self.archive), *self.again)
        is_there = Layout(self.archive).warcs.is_dir()
        kept = "nothing captured is lost" if is_there else "its archive is gone"
        terminal.say(f"newscrawl: stopped before the end; {kept}. To go on: {command}", err=True)
        return 1

    def _nothing_due(self) -> str:
        if paused := sorted(self.session.selection.control.paused):
            listed = ", ".join(paused)
            return f"nothing is due of what is not paused ({listed}: newscrawl sources resume NAME)"
        at = self.session.next_due()
        if at is None:
            return f"{self.archive} knows nothing that is due"
        moment = datetime.fromtimestamp(at, UTC).strftime("%Y-%m-%d %H:%M:%S UTC")
        return f"nothing is due before {moment}; --now polls all sources"

    def _say_how_it_ended(self, records: list[dict[str, Any]]) -> None:
        missed = self.session.outcomes.missed
        listed = ", ".join(f"{count} {cause}" for cause, count in missed.most_common() if count > 0)
        say = terminal.say
        say("", err=True)
        found = counted(len(records), "new article") if records else "no new articles"
        say(found + (f"; ended otherwise: {listed}" if listed else ""), err=True)
        undated = sum(record["published_at"] is None for record in records)
        if undated and self.session.scope.dates.is_given:
            were = "was" if undated == 1 else "were"
            say(f"{counted(undated, 'article')} without a date {were} taken", err=True)
        say(f"The archive is {self.archive}/ (captures in warc/, records in records/).", err=True)
        if records:
            self._say_what_next(records)

    def _say_what_next(self, records: list[dict[str, Any]]) -> None:
        latest = sorted(records, key=terminal.newest_first, reverse=True)
        terminal.say("Try next:", err=True)
        terminal.say(f"  {self._command('show', latest[0]['id'])}", err=True)
        if word := _word_of(latest, self.session.ledger.store):
            terminal.say(f"  {self._command('search', word)}", err=True)
        terminal.say(f"  {self._command('status')}", err=True)
        if find_spec("starlette") is not None:  # part of the extra `reader`
            terminal.say(f"  {self._command('browse', '--open')}", err=True)

    def _command(self, name: str, *words: str) -> str:
        where = [*options.archive_arguments(self.archive), *options.database_arguments()]
        return terminal.command_line(name, *where, *words)

    def _ended(self) -> list[str]:
        """The URLs that were asked for and have ended in this pass."""
        ended = self.session.outcomes.ended_seeds
        return [u for u in self.asked or self.session.selection.asked_for if urls.key(u) in ended]

    def _failed(self, asked: list[str]) -> list[str]:
        """A line for each of these URLs that led to nothing."""
        lines = []
        for url, end in self._ends(asked).items():
            if end.kind == "miss":
                lines.append(f"{url}: {end.cause}" + (f" ({end.detail})" if end.detail else ""))
        return lines

    def _ends(self, asked: list[str]) -> dict[str, Outcome]:
        """How these URLs ended, or the last of those that they redirect to or are variants of."""
        frontier = self.session.ledger.frontier
        at = {url: url for url in asked}
        seen = {url: {url} for url in asked}
        ends: dict[str, Outcome] = {}
        while at:
            found = {urls.key(u): end for u, end in frontier.ended(set(at.values())).items()}
            going = {}
            for url, place in at.items():
                if (end := found.get(urls.key(place))) is None:
                    ends.pop(url, None)
                    continue
                ends[url] = end
                if end.target is not None and end.target not in seen[url]:
                    seen[url].add(end.target)
                    going[url] = end.target
            at = going
        return {url: ends[url] for url in asked if url in ends}


def _word_of(records: list[dict[str, Any]], store: Store) -> str | None:
    """A word to search for: the longest of a late title that finds something."""
    for record in records[:MAX_TITLES]:
        words: list[str] = re.findall(r"[^\W\d_]+", record["title"] or "")
        for word in sorted(words, key=len, reverse=True)[:3]:
            if store.search(options.query(word), limit=1):
                return word
    return None
