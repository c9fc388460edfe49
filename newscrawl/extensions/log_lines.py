"""What Scrapy's log says: a full disk is one line, not one traceback a page."""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING, Any

from scrapy.logformatter import LogFormatter

from newscrawl.errors import StorageError

if TYPE_CHECKING:
    from scrapy import Request, Spider
    from scrapy.http import Response
    from scrapy.logformatter import LogFormatterResult
    from twisted.python.failure import Failure


class LogLines(LogFormatter):
    """Scrapy's own lines, but those of StorageError, which the run reports once, for debugging only."""

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
