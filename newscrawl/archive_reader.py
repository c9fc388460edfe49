"""An archive from Python: its articles, revisions, captures and misses as typed objects, and search.

Nothing is written, and everything is read while it is asked for.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import asdict, dataclass
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any, Generic, TypeVar

from newscrawl.archive.layout import Layout
from newscrawl.database.engine import read_database
from newscrawl.frontier import SqlFrontier
from newscrawl.frontier.miss_filter import MissFilter
from newscrawl.items import Article, Capture, Page
from newscrawl.query import narrowed, parse
from newscrawl.store import Store
from newscrawl.text import timespec

if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import Self

    from newscrawl.query import Query

    #: A time as `--since` takes it, a day, or a moment; UTC where no zone is named.
    Time = str | date | datetime
    #: One name, or several.
    Names = str | Iterable[str]

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Miss:
    """How a URL ended without an article; `cause` is one of docs/reference/causes.md."""

    url: str
    source: str
    cause: str
    detail: str | None
    target: str | None
    over_limit: bool
    status: int | None
    seen_at: str | None
    capture: Capture | None


@dataclass(frozen=True, slots=True)
class SearchHit:
    """An article that was found; `snippet` marks what was found with `[` and `]`."""

    article: Article
    snippet: str


class Rows(Generic[T]):
    """Objects that are read anew each time they are iterated over."""

    def __init__(self, read: Callable[[], Iterator[T]]) -> None:
        self._read = read

    def __iter__(self) -> Iterator[T]:
        return self._read()

    def first(self) -> T | None:
        """The first object; None if there is none."""
        return next(iter(self), None)

    def to_pandas(self) -> Any:
        """A pandas DataFrame with a row for each object and the columns of a capture beside the others.

        Raises ImportError where pandas is not installed.
        """
        import pandas as pd

        return pd.DataFrame.from_records([_row(each) for each in self])


class ArchiveReader:
    """Reads the archive at `root`, with the tables in `database` (a URL) or else in those of the folder.

    Use it in a `with` statement, or call `close`. Raises NotAnArchive, ArchiveError.
    """

    def __init__(self, root: Path | str, *, database: str | None = None) -> None:
        if not isinstance(root, Path | str):
            raise TypeError(f"root: str or Path, not {type(root).__name__}")
        layout = Layout(Path(root))
        layout.require()
        self.layout, self.root = layout, layout.root
        self.engine = read_database(database or layout.database)
        self.store, self.frontier = Store(self.engine), SqlFrontier(self.engine)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def __repr__(self) -> str:
        return f"<newscrawl archive {str(self.root)!r}>"

    def close(self) -> None:
        """Close the database."""
        self.store.close()

    def articles(
        self,
        *,
        since: Time | None = None,
        until: Time | None = None,
        source: Names | None = None,
        language: Names | None = None,
        query: str | None = None,
        latest: bool = True,
    ) -> Rows[Article]:
        """The articles, each in its last revision; with `latest=False` all revisions.

        `since` and `until` choose by `published_at`, or by the capture where no date is stated; `source`,
        `language` and `query` are as in a query (docs/reference/search.md). Raises UsageError for a time
        that is none, QueryError for a query.
        """
        asked = narrowed(
            _query(query or "", since, until, source=source, language=language), latest=latest
        )
        return Rows(lambda: (_article(r) for _, r in self.store.records(query=asked)))

    def article(self, wanted: str, *, revision: int | None = None) -> Article | None:
        """The article with this id or URL in its last revision, or in the one that is asked for."""
        record = self.store.find(wanted, revision=revision)
        return _article(record) if record else None

    def revisions(self, wanted: str) -> Rows[Article]:
        """All revisions of the article with this id or URL, the first one first."""
        return Rows(lambda: map(_article, self.store.revisions(wanted)))

    def captures(self, *, since: Time | None = None, until: Time | None = None) -> Rows[Page]:
        """The captures in the order of their times, each with its URL."""
        begin, end = _span(since, until)
        return Rows(lambda: self.store.captures(since=begin, until=end))

    def misses(
        self,
        *,
        since: Time | None = None,
        until: Time | None = None,
        source: Names | None = None,
    ) -> Rows[Miss]:
        """The URLs that ended without an article, by when that was."""
        begin, end = _span(since, until)
        which = MissFilter(begin, end, _names("source", source))
        return Rows(lambda: (_miss(m) for m in self.frontier.misses() if which.has(m)))

    def search(
        self,
        query: str,
        *,
        limit: int = 20,
        since: Time | None = None,
        until: Time | None = None,
        source: Names | None = None,
        language: Names | None = None,
    ) -> Rows[SearchHit]:
        """The articles that match a query (docs/reference/search.md), best first; filters as of `articles`.

        Raises QueryError.
        """
        asked = _query(query, since, until, source=source, language=language)
        return Rows(lambda: self._found(asked, limit))

    def _found(self, query: Query, limit: int) -> Iterator[SearchHit]:
        for hit in self.store.search(query, limit=limit):
            yield SearchHit(_article(hit.record), hit.snippet)


def _article(record: dict[str, Any]) -> Article:
    return Article.from_dict(record)


def _miss(miss: dict[str, Any]) -> Miss:
    capture = miss["capture"]
    return Miss(**{**miss, "capture": Capture(**capture) if capture else None})


def _row(each: Any) -> dict[str, Any]:
    """An object as a row: lists are lists, and a capture's fields are columns."""
    if isinstance(each, SearchHit):
        return {**_row(each.article), "snippet": each.snippet}
    row = each.to_dict() if isinstance(each, Article) else asdict(each)
    capture = row.pop("capture", None) or {}
    row.pop("provenance", None)
    return row | {name: value for name, value in capture.items() if name not in row}


def _query(
    text: str,
    since: Time | None,
    until: Time | None,
    *,
    source: Names | None,
    language: Names | None,
) -> Query:
    """The query with these filters. Raises QueryError, UsageError, TypeError."""
    begin, end = _span(since, until)
    return narrowed(
        parse(text, now=datetime.now(UTC)),
        since=begin,
        until=end,
        sources=sorted(_names("source", source)),
        languages=sorted(_names("language", language)),
    )


def _names(argument: str, given: Names | None) -> frozenset[str]:
    if given is None:
        return frozenset()
    if isinstance(given, str):
        return frozenset({given})
    names = list(given) if isinstance(given, Iterable) else [given]
    if not all(isinstance(name, str) for name in names):
        raise TypeError(f"{argument}: str or several, not {given!r}")
    return frozenset(names)


def _span(since: Time | None, until: Time | None) -> tuple[datetime | None, datetime | None]:
    """Begin and end. Raises TypeError, naming the argument, for what is no time, and UsageError."""
    now = datetime.now(UTC)
    begin = None if since is None else _interval("since", since, now).begin
    end = None if until is None else _interval("until", until, now).end
    return begin, end


def _interval(argument: str, given: object, now: datetime) -> timespec.Interval:
    if isinstance(given, str):
        return timespec.interval(given, argument, now=now)
    if isinstance(given, datetime):
        moment = given if given.tzinfo else given.replace(tzinfo=UTC)
        return timespec.Interval(moment, moment)
    if isinstance(given, date):
        begin = datetime(given.year, given.month, given.day, tzinfo=UTC)
        return timespec.Interval(begin, begin + timedelta(days=1))
    raise TypeError(f"{argument}: str, date or datetime, not {type(given).__name__}")
