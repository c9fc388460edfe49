"""What the pages read: one archive, opened for reading alone."""

from __future__ import annotations

import time
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from threading import Lock, Thread
from typing import TYPE_CHECKING
from urllib.parse import quote

from newscrawl.database.engine import reading
from newscrawl.reader.templating import IN_PATH, stamp
from newscrawl.serving import replay_web
from newscrawl.store import tallies
from newscrawl.store.capture_list import CaptureList
from newscrawl.store.result_pages import ResultPages
from newscrawl.urls import fetchable
from newscrawl.warc import cdxj

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from sqlalchemy import Engine

    from newscrawl.archive_reader import ArchiveReader
    from newscrawl.monitoring.alerts import Verdict
    from newscrawl.monitoring.audit import Account
    from newscrawl.monitoring.metrics import Everything

#: A time behind all captures.
LATEST = "99991231235959"
#: Seconds after which the facts of all sources are taken anew, and those after which a page waits for it: to
#: judge thousands takes a second or two.
MAX_WATCHED_AGE, MAX_STALE_AGE = 60.0, 600.0
#: Days whose articles are counted, and seconds for which a page waits for facts that it can do without.
DAYS, PATIENCE = 90, 0.4


@dataclass(frozen=True, slots=True)
class ReplayLinks:
    """Where captures are shown as they were.

    Our own server of captures has a port of its own, and `prefix` is how the paths there begin, which nobody
    can guess. `pywb` and `replay_web` are the addresses of a pywb and a ReplayWeb.page that run beside it.
    """

    port: int
    prefix: str
    pywb: str | None = None
    replay_web: str | None = None


@dataclass(frozen=True, slots=True)
class Watched:
    """The facts of all sources at a moment, what follows from them, and which are paused since when.

    `by_day` has the articles of all sources by the day of their capture, the last `DAYS` days; `begun` is the
    day of the first one. `account` is the audit of all pages that were announced.
    """

    at: float
    everything: Everything
    verdicts: tuple[Verdict, ...]
    paused: Mapping[str, float]
    by_day: Mapping[str, int]
    begun: str | None
    account: Account


@dataclass(slots=True)
class Library:
    """An archive, the time as `now()` tells it in seconds, and where its captures are shown."""

    archive: ArchiveReader
    links: ReplayLinks
    now: Callable[[], float] = time.time
    results: ResultPages = field(init=False)
    captures: CaptureList = field(init=False)
    _watched: Watched | None = field(default=None, init=False)
    #: Takes the facts anew, if it was ever needed.
    watcher: Thread | None = field(default=None, init=False)
    _lock: Lock = field(default_factory=Lock, init=False)

    def __post_init__(self) -> None:
        self.results = ResultPages(self.archive.engine)
        self.captures = CaptureList(self.archive.engine)

    @property
    def title(self) -> str:
        """How the archive is called: by its folder."""
        return self.archive.root.resolve().name

    @property
    def engine(self) -> Engine:
        return self.archive.engine

    def watched(self) -> Watched:
        """How all sources do. What is a minute old is taken anew beside the page that asks for it."""
        if self._watched is None and self.watcher is not None:
            self.watcher.join()  # they are being taken
        with self._lock:
            age = self.now() - self._watched.at if self._watched else MAX_STALE_AGE
            if self._watched is None or age >= MAX_STALE_AGE:
                self._watched = self._watch()
            elif age > MAX_WATCHED_AGE and not (self.watcher and self.watcher.is_alive()):
                self.watcher = Thread(target=self._watch_again, daemon=True)
                self.watcher.start()
            return self._watched

    def watched_soon(self) -> Watched | None:
        """The same, or None where these facts are still being taken for the first time."""
        if self._watched is not None:
            return self.watched()
        with self._lock:
            if self.watcher is None or not self.watcher.is_alive():
                self.watcher = Thread(target=self._watch_again, daemon=True)
                self.watcher.start()
        self.watcher.join(PATIENCE)
        return self._watched

    def _watch_again(self) -> None:
        found = self._watch()
        with self._lock:
            self._watched = found

    def _watch(self) -> Watched:
        from newscrawl.frontier import SourceRegister
        from newscrawl.monitoring.alerts import judge
        from newscrawl.monitoring.audit import Account, audit
        from newscrawl.monitoring.metrics import gather

        now = self.now()
        facts = gather(self.engine, now=now, only=None, whole=True)
        known = SourceRegister(self.engine).known()
        verdicts = judge(facts, now=now, known=known)
        paused = {name: each.paused_at for name, each in known.items() if each.paused_at}
        first = datetime.fromtimestamp(now, UTC).date() - timedelta(days=DAYS - 1)
        with reading(self.engine).connect() as connection:
            by_day = dict(tallies.daily(connection, since=first.isoformat()))
            begun = tallies.first_day(connection, None)
        account = Account()
        for each in audit(self.engine, since=None, until=None, only=None):
            account.join(each.pages)
        return Watched(now, facts, tuple(verdicts), paused, by_day, begun, account)

    def stamp(self) -> str:
        """The time, as RFC 3339 has it."""
        return stamp(self.now())

    def as_it_was(self, url: str | None, at: str) -> str | None:
        """The address that leads to the capture nearest to a time, as it was."""
        return self.at(url, at) if url else None

    @staticmethod
    def at(url: str, at: str | None) -> str:
        """The same for a URL; without a time, the last capture."""
        return f"/at/{cdxj.timestamp(at) if at else LATEST}/{quote(url, safe=IN_PATH)}"

    def in_tools(self, url: str | None, at: str) -> dict[str, str]:
        """Where pywb and ReplayWeb.page show it, by their names, of those that run."""
        found = {}
        if url and self.links.pywb:
            found["pywb"] = f"{self.links.pywb}{cdxj.timestamp(at)}/{url}"
        if url and self.links.replay_web:
            found["ReplayWeb.page"] = replay_web.capture_url(self.links.replay_web, url, at)
        return found

    @staticmethod
    def spellings(url: str) -> list[str]:
        """The address as it may have been captured: as it is, as it is requested, with the other scheme."""
        found = dict.fromkeys(filter(None, (url, fetchable(url), fetchable(f"https://{url}"))))
        for each in list(found):
            scheme, colon, rest = each.partition("://")
            if colon and scheme in ("http", "https"):
                found |= dict.fromkeys(
                    f"{other}://{path}"
                    for other in ("http", "https")
                    for path in (rest, rest.rstrip("/"), rest.rstrip("/") + "/")
                )
        return list(found)
