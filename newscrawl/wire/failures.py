"""The cause for which a request has no response, as `newscrawl.items.CAUSES` names it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from scrapy.exceptions import (
    CannotResolveHostError,
    DownloadCancelledError,
    DownloadConnectionRefusedError,
    DownloadFailedError,
    DownloadTimeoutError,
    IgnoreRequest,
    NotSupported,
    ResponseDataLossError,
    UnsupportedURLSchemeError,
)
from twisted.internet.error import ConnectionLost, SSLError
from twisted.python.failure import Failure
from twisted.web._newclient import ParseError

from newscrawl.errors import Missed

if TYPE_CHECKING:
    from newscrawl.causes import CauseName

_CAUSE_BY_TYPE: tuple[tuple[type[Exception], CauseName], ...] = (
    (CannotResolveHostError, "dns"),
    (DownloadTimeoutError, "timeout"),
    (DownloadConnectionRefusedError, "connection"),
    (DownloadCancelledError, "too-large"),
    (ResponseDataLossError, "truncated"),
    (UnsupportedURLSchemeError, "bad-url"),
    (NotSupported, "bad-url"),
    (ConnectionLost, "connection"),
    (OSError, "connection"),
)

#: Packages whose errors are about encryption and certificates.
_NAMES_PACKAGE = "service_identity"
_TLS_PACKAGES = ("OpenSSL", _NAMES_PACKAGE)


def missed(error: BaseException | None) -> Missed | None:
    """The miss that this failure of a request is; None for a fault of our own."""
    if isinstance(error, Missed):
        return error
    if isinstance(error, IgnoreRequest):
        return getattr(error, "missed", None) or Missed("error", str(error))
    if isinstance(error, DownloadFailedError):
        return _of_connection(error)
    for kind, cause in _CAUSE_BY_TYPE:
        if isinstance(error, kind):
            return Missed(cause, _line(error))
    return None


def _of_connection(error: DownloadFailedError) -> Missed:
    # Twisted wraps what happened to the connection once more, in a list of reasons.
    reasons = getattr(error.__cause__, "reasons", [])
    inner = [reason.value for reason in reasons if isinstance(reason, Failure)]
    for each in inner:
        if isinstance(each, ParseError):
            return Missed("not-http", _line(each))
        if isinstance(each, SSLError) or type(each).__module__.startswith(_TLS_PACKAGES):
            return Missed("tls", _of_encryption(each))
    return Missed("connection", _line(inner[0] if inner else error))


def _of_encryption(error: BaseException | None) -> str:
    """What is wrong with a TLS connection: the reasons that OpenSSL gives, or the names of a certificate."""
    if type(error).__module__.startswith(_NAMES_PACKAGE):
        return "the certificate is for another host"
    reasons = error.args[0] if error is not None and error.args else None
    if not isinstance(reasons, list):
        return _line(error)
    # Triples of library, function and reason, the cause first (pyOpenSSL); the function is empty since 3.0.
    said = [each[-1] for each in reasons if isinstance(each, tuple) and each and each[-1]]
    return "; ".join(dict.fromkeys(map(str, said)))[:200] or "the connection was not encrypted"


def _line(error: BaseException | None) -> str:
    return " ".join(str(error).split())[:200] or type(error).__name__
