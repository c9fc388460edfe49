"""Tells the operator of a crawl that goes on which alarms begin and end: what `status --check` would say."""

from __future__ import annotations

import asyncio
import logging
from typing import TYPE_CHECKING

from scrapy import signals
from scrapy.exceptions import NotConfigured
from sqlalchemy.exc import DatabaseError

from newscrawl.assembly import session_of
from newscrawl.monitoring.alerts import judge
from newscrawl.monitoring.metrics import gather
from newscrawl.monitoring.notification import Notifier
from newscrawl.wire.extension import wire_of

if TYPE_CHECKING:
    from typing import Self

    from scrapy.crawler import Crawler

    from newscrawl.monitoring.alerts import Verdict

logger = logging.getLogger(__name__)


class Alarms:
    """Looks every `NEWSCRAWL_ALARM_SECONDS`, in a watch that has someone to tell; logs what it tells."""

    def __init__(self, crawler: Crawler, notifier: Notifier, *, interval: float) -> None:
        self._crawler, self._notifier, self._interval = crawler, notifier, interval
        self._known: dict[tuple[str | None, str], Verdict] = {}
        self._task: asyncio.Task[None] | None = None

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Self:
        settings = crawler.settings
        notifier = Notifier.named(settings["NEWSCRAWL_NOTIFY"], settings["NEWSCRAWL_WEBHOOK"])
        if not (notifier.is_given and settings.getbool("NEWSCRAWL_WATCH")):
            raise NotConfigured
        alarms = cls(crawler, notifier, interval=settings.getfloat("NEWSCRAWL_ALARM_SECONDS"))
        crawler.signals.connect(alarms.spider_opened, signals.spider_opened)
        crawler.signals.connect(alarms.spider_closed, signals.spider_closed)
        return alarms

    def spider_opened(self) -> None:
        self._task = asyncio.ensure_future(self._watch())

    def spider_closed(self) -> None:
        if self._task is not None:
            self._task.cancel()

    async def _watch(self) -> None:
        while True:
            await asyncio.sleep(self._interval)
            now, only = wire_of(self._crawler).clock.now(), session_of(self._crawler).rules.labels
            try:
                found = await asyncio.to_thread(self._verdicts, now, only)
            except DatabaseError:
                continue  # the crawl says so, and waits
            new = {(verdict.source, verdict.what): verdict for verdict in found}
            began = [verdict for each, verdict in new.items() if each not in self._known]
            over = [verdict for each, verdict in self._known.items() if each not in new]
            self._known = new
            if began or over:
                await self._tell(began, over)

    async def _tell(self, began: list[Verdict], over: list[Verdict]) -> None:
        lines = [v.line() for v in began]
        lines += [f"{v.source or 'all sources'}: {v.what} is over" for v in over]
        for line in lines:
            logger.warning("%s", line)
        facts = {"began": [v.to_dict() for v in began], "over": [v.to_dict() for v in over]}
        for failure in await asyncio.to_thread(self._notifier.send, "alarms", lines, facts):
            logger.error("%s", failure)

    def _verdicts(self, now: float, only: set[str]) -> list[Verdict]:
        session = session_of(self._crawler)
        engine = session.ledger.frontier.register.engine
        everything = gather(engine, now=now, only=only, whole=False)
        return judge(everything, now=now, known=session.ledger.frontier.register.known())
