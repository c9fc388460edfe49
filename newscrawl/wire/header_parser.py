"""The parser of response heads, on connections and over captured bytes alike.

From the inside of Scrapy comes `_LenientHTTPClientParser`.
"""

from __future__ import annotations

import logging

from scrapy.core.downloader.handlers.http11 import _LenientHTTPClientParser
from twisted.web.http_headers import InvalidHeaderName

logger = logging.getLogger(__name__)


class HeaderParser(_LenientHTTPClientParser):
    """Leaves out a field whose name is no token (RFC 9110, 5.1), as browsers do: the WARC has its bytes.

    White space before the colon is no part of a name (RFC 9112, 5.1).
    """

    def headerReceived(self, name: bytes, value: bytes) -> None:  # noqa: N802 - Twisted's name
        try:
            super().headerReceived(name.rstrip(b" \t"), value)  # type: ignore[no-untyped-call]
        except InvalidHeaderName:
            logger.debug("A header field whose name is no token is left out: %r", name[:100])
