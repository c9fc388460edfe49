"""What the log says: a full disk is one line, not one traceback a page; nothing that a page says can act."""

from __future__ import annotations

import logging
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from scrapy import signals
from scrapy.logformatter import LogFormatter

from newscrawl.errors import StorageError
from newscrawl.items import Page
from newscrawl.printable import json_line, printable

if TYPE_CHECKING:
    from typing import Self

    from scrapy import Request, Spider
    from scrapy.crawler import Crawler
    from scrapy.http import Response
    from scrapy.logformatter import LogFormatterResult
    from twisted.python.failure import Failure


class Plain(logging.Formatter):
    """Another formatter's lines, with what could act on a terminal written out."""

    def __init__(self, lines: logging.Formatter) -> None:
        super().__init__()
        self._lines = lines

    def format(self, record: logging.LogRecord) -> str:
        return printable(self._lines.format(record))


class JsonLines(logging.Formatter):
    """A JSON object for each line: time, level, logger, message, and the `facts` in `extra` of the call."""

    def format(self, record: logging.LogRecord) -> str:
        at = datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds")
        message = record.getMessage()
        if record.exc_info:
            message += "\n" + self.formatException(record.exc_info)
        said = {"time": at, "level": record.levelname, "logger": record.name, "message": message}
        return json_line({**said, **getattr(record, "facts", {})})


def _is_of_crawl(record: logging.LogRecord) -> bool:
    """Whether a line says what was crawled, or that something is wrong."""
    is_own = record.name.partition(".")[0] in ("newscrawl", "news")
    return is_own or record.levelno >= logging.WARNING


class LogLines(LogFormatter):
    """Scrapy's own lines, but those of StorageError, which the run reports once, for debugging only."""

    crawler: Crawler

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Self:
        lines = super().from_crawler(crawler)
        lines.form_handlers(crawler)
        # Scrapy makes its handler anew between this and the first signal.
        crawler.signals.connect(lines.spider_opened, signals.spider_opened)
        lines.crawler = crawler
        return lines

    def spider_opened(self) -> None:
        if self.crawler.settings["NEWSCRAWL_PROGRESS"] == "log":
            logging.disable(logging.NOTSET)
        self.form_handlers(self.crawler)

    @staticmethod
    def form_handlers(crawler: Crawler) -> None:
        """Give all handlers of the log the form of its lines: Scrapy asks no formatter of ours."""
        as_json = crawler.settings.getbool("NEWSCRAWL_LOG_JSON")
        is_all = crawler.settings.getbool("NEWSCRAWL_LOG_OTHERS")
        for handler in logging.root.handlers:
            formatter = handler.formatter
            if formatter is not None and not isinstance(formatter, Plain | JsonLines):
                handler.setFormatter(JsonLines() if as_json else Plain(formatter))
                if not is_all:
                    handler.addFilter(_is_of_crawl)

    def dropped(
        self,
        item: Any,
        exception: BaseException,
        response: Response | Failure | None,
        spider: Spider,
    ) -> LogFormatterResult:
        # What was captured is not for reading.
        shown = item.url if isinstance(item, Page) else item
        return super().dropped(shown, exception, response, spider)

    def item_error(
        self,
        item: Any,
        exception: BaseException,
        response: Response | Failure | None,
        spider: Spider,
    ) -> LogFormatterResult:
        return _quiet(super().item_error(item, exception, response, spider), exception)

    def spider_error(
        self, failure: Failure, request: Request, response: Response | Failure, spider: Spider
    ) -> LogFormatterResult:
        return _quiet(super().spider_error(failure, request, response, spider), failure.value)

    def download_error(
        self, failure: Failure, request: Request, spider: Spider, errmsg: str | None = None
    ) -> LogFormatterResult:
        return _quiet(super().download_error(failure, request, spider, errmsg), failure.value)


def _quiet(line: LogFormatterResult, error: BaseException | None) -> LogFormatterResult:
    if isinstance(error, StorageError):
        line["level"] = logging.DEBUG
    return line
