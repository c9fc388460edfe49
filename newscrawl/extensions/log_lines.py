"""What the log says: a full disk is one line, not one traceback a page; nothing that a page says can act."""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING, Any

from scrapy.logformatter import LogFormatter

from newscrawl.errors import StorageError
from newscrawl.items import Page
from newscrawl.printable import printable

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


class LogLines(LogFormatter):
    """Scrapy's own lines, but those of StorageError, which the run reports once, for debugging only."""

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Self:
        # Scrapy has set up its handlers by now, and makes them without asking for a formatter.
        for handler in logging.root.handlers:
            if handler.formatter is not None and not isinstance(handler.formatter, Plain):
                handler.setFormatter(Plain(handler.formatter))
        return super().from_crawler(crawler)

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
