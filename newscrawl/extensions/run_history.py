"""Writes each pass into the table of runs, and how far it is, so that one that is killed is known, too."""

from __future__ import annotations

import asyncio
import os
import socket
from typing import TYPE_CHECKING

from scrapy import signals
from scrapy.exceptions import NotConfigured
from sqlalchemy.exc import DatabaseError

from newscrawl.assembly import session_of
from newscrawl.errors import StorageError
from newscrawl.store.runs import Progress, Run
from newscrawl.wire.extension import wire_of

if TYPE_CHECKING:
    from typing import Self

    from scrapy.crawler import Crawler

#: Seconds between two notes of how far a pass is.
_INTERVAL = 5.0
#: How the reasons for which Scrapy closes a spider are called.
_ENDS = {"finished": "finished", "shutdown": "stopped", "storage": "storage failed"}


class RunHistory:
    """One row for each pass of the news spider."""

    def __init__(self, crawler: Crawler) -> None:
        self._crawler = crawler
        self._task: asyncio.Task[None] | None = None
        self._noted = Progress()

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Self:
        if getattr(crawler.spider, "rules", None) is None or not hasattr(crawler.spider, "watches"):
            raise NotConfigured  # it has no pass over what is due
        history = cls(crawler)
        crawler.signals.connect(history.spider_opened, signals.spider_opened)
        crawler.signals.connect(history.spider_closed, signals.spider_closed)
        return history

    async def spider_opened(self) -> None:
        session, now = session_of(self._crawler), wire_of(self._crawler).clock.now()
        spider = self._crawler.spider
        kind = "watch" if getattr(spider, "watches", False) else "crawl"
        run = Run(
            session.ledger.writer_id, kind, getattr(spider, "summary", ""), socket.gethostname(),
            os.getpid(), now, now,
        )  # fmt: skip
        try:
            await session.ledger.ask(lambda: session.ledger.store.runs.begin(run))
        except StorageError as error:
            session.stop(error)
            return
        self._task = asyncio.ensure_future(self._note())

    async def spider_closed(self, reason: str) -> None:
        if self._task is None:
            return
        self._task.cancel()
        session = session_of(self._crawler)
        ended = _ENDS.get(reason, reason) if session.fault is None else f"failed: {session.fault}"
        store, now = session.ledger.store, wire_of(self._crawler).clock.now()
        progress = self._progress()

        def note() -> None:
            store.runs.note(session.ledger.writer_id, progress, now=now, ended=ended)
            store.close()

        try:
            # The session may be closed by now, and its thread with it.
            await asyncio.to_thread(note)
        except DatabaseError as error:
            # The crawl has said so itself, if it did not end by this.
            self._crawler.stats.set_value("newscrawl/run_not_noted", str(error.orig))

    async def _note(self) -> None:
        session = session_of(self._crawler)
        while not session.is_closed:
            await asyncio.sleep(_INTERVAL)
            progress, now = self._progress(), wire_of(self._crawler).clock.now()
            store, run_id = session.ledger.store, session.ledger.writer_id
            try:
                await session.ledger.ask(
                    lambda s=store, i=run_id, p=progress, n=now: s.runs.note(i, p, now=n)  # type: ignore[misc]
                )
            except StorageError as error:
                session.stop(error)
                return

    def _progress(self) -> Progress:
        session = session_of(self._crawler)
        return Progress(
            self._crawler.stats.get_value("response_received_count", 0),
            session.lists.found,
            session.outcomes.articles,
            {str(cause): number for cause, number in session.outcomes.missed.items()},
        )
