"""What can go wrong, by who is to blame. Whoever adds an exception writes it here.

NewscrawlError
  UsageError             the user asked for something that cannot be (exit code 2)
    SourceError          a sources file has mistakes; one line for each
    RuleError            files of rules for sites have mistakes; one line for each
    QueryError           a search query has a value that its operator cannot have, or is too long
  NothingToDo            there is nothing that could be crawled or replayed (exit code 4)
  ArchiveError           something on disk is not as it should be (exit code 3)
    NotAnArchive         the folder or file holds no captures of ours
    DamagedRecord        one WARC record cannot be read; others can
    DigestMismatch       bytes and digest differ
    CaptureNotFound      a record points where no capture is
    NotHttp              a capture's bytes are no HTTP message
  TooLarge               a body has more bytes, once decoded, than may be held
    Bomb                 it grows more, while it is decoded, than any page does
  StorageError           the disk is full, read-only or gone (exit code 1)
  Missed                 one URL ends without an article, and this is why
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from newscrawl.causes import cause_of

if TYPE_CHECKING:
    from collections.abc import Sequence

    from newscrawl.causes import CauseName


class NewscrawlError(Exception):
    """Base of all errors below; its text is one line fit for a user."""

    exit_code = 1


class UsageError(NewscrawlError):
    """The command cannot do what was asked: bad URL, unknown file, wrong option."""

    exit_code = 2


class SourceError(UsageError):
    """A file of sources cannot be used; `lines` has all that is wrong, as `file:line: key: what`."""

    def __init__(self, lines: Sequence[str]) -> None:
        super().__init__("\n".join(lines))
        self.lines = tuple(lines)

    def __reduce__(self) -> tuple[type[SourceError], tuple[tuple[str, ...]]]:
        return type(self), (self.lines,)


class RuleError(UsageError):
    """Files of rules have mistakes; `lines` has all of them, as `file:line: key: what`."""

    def __init__(self, lines: Sequence[str]) -> None:
        super().__init__("\n".join(lines))
        self.lines = tuple(lines)

    def __reduce__(self) -> tuple[type[RuleError], tuple[tuple[str, ...]]]:
        return type(self), (self.lines,)


class QueryError(UsageError):
    """A query cannot be understood; `position` counts its characters from 1."""

    def __init__(self, position: int, message: str) -> None:
        super().__init__(f"query, character {position}: {message}")
        self.position, self.message = position, message

    def __reduce__(self) -> tuple[type[QueryError], tuple[int, str]]:
        return type(self), (self.position, self.message)


class NothingToDo(NewscrawlError):
    """What was asked for is empty: no URL is known, no page was captured."""

    exit_code = 4


class ArchiveError(NewscrawlError):
    """Something in an archive is damaged or missing."""

    exit_code = 3


class NotAnArchive(ArchiveError):
    """The path holds no captures."""

    exit_code = 2


class DamagedRecord(ArchiveError):
    """A WARC record cannot be read.

    `path` and `offset` say where the damage begins; `cause` what it is.
    """

    def __init__(self, path: str, offset: int, cause: str) -> None:
        super().__init__(f"{path}: at byte {offset}: {cause}")
        self.path, self.offset, self.cause = path, offset, cause

    def __reduce__(self) -> tuple[type[DamagedRecord], tuple[str, int, str]]:
        return type(self), (self.path, self.offset, self.cause)


class DigestMismatch(DamagedRecord):
    """A record's bytes do not have the digest that its header states."""


class CaptureNotFound(ArchiveError):
    """A pointer (file, offset) leads to no record."""


class NotHttp(ArchiveError):
    """Captured bytes have no HTTP head; `begin` are the first of them."""

    def __init__(self, begin: bytes) -> None:
        super().__init__(f"not an HTTP message: {begin!r}")
        self.begin = begin

    def __reduce__(self) -> tuple[type[NotHttp], tuple[bytes]]:
        return type(self), (self.begin,)


class TooLarge(NewscrawlError):
    """A body has more than `limit` bytes, once decoded."""

    def __init__(self, limit: int) -> None:
        super().__init__(f"more than {limit} bytes, once decoded")
        self.limit = limit

    def __reduce__(self) -> tuple[type[TooLarge], tuple[int | str, ...]]:
        return type(self), (self.limit,)


class Bomb(TooLarge):
    """A body grows to more than `ratio` times its length while it is decoded, or is coded too often."""

    def __init__(self, ratio: int, cause: str = "") -> None:
        NewscrawlError.__init__(self, cause or f"more than {ratio} times as long, once decoded")
        self.ratio, self.cause = ratio, cause

    def __reduce__(self) -> tuple[type[Bomb], tuple[int | str, ...]]:
        return type(self), (self.ratio, self.cause)


class StorageError(NewscrawlError):
    """The disk under the archive is full, read-only or gone."""


class Missed(NewscrawlError):
    """A URL ends without an article.

    `cause` is a name of `newscrawl.causes.CAUSES`; `detail` is for people and never parsed. `target` is
    the URL that stands in this one's place (`moved`, `duplicate`). `over_limit` says that a limit of
    newscrawl ended it, so that other limits may read it; it need not be given where the cause says so.
    `published_at` is the article's own date (seconds since the epoch), where that is why.
    """

    def __init__(
        self,
        cause: CauseName,
        detail: str = "",
        *,
        target: str | None = None,
        over_limit: bool = False,
        published_at: float | None = None,
    ) -> None:
        detail = detail or target or ""
        super().__init__(f"{cause}: {detail}" if detail else cause)
        self.cause, self.detail, self.target = cause, detail, target
        known = cause_of(cause)
        self.over_limit = over_limit or (known is not None and known.over_limit)
        self.published_at = published_at

    def __reduce__(self) -> tuple[Any, tuple[CauseName, str, str | None, bool, float | None]]:
        return _missed, (self.cause, self.detail, self.target, self.over_limit, self.published_at)


def _missed(
    cause: CauseName, detail: str, target: str | None, over_limit: bool, published_at: float | None
) -> Missed:
    return Missed(cause, detail, target=target, over_limit=over_limit, published_at=published_at)
