"""How articles changed: the looks at one article, two of its versions compared, the changes of all.

>>> import newscrawl
>>> from newscrawl.history import changes, diff, history
>>> with newscrawl.open_archive("archives/news") as archive:  # doctest: +SKIP
...     for change in changes(archive, since="7d", silent=True):
...         print(change.not_after, change.kind, change.url)
"""

from __future__ import annotations

from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from newscrawl.archive.drawn_pages import looks_of
from newscrawl.edits.change import Change
from newscrawl.edits.comparison import FIELDS
from newscrawl.edits.diff import diff as text_diff
from newscrawl.edits.look import HTTP_OK, NOT_MODIFIED, absence_of
from newscrawl.edits.revision import fingerprint
from newscrawl.errors import ArchiveError, Missed, UsageError
from newscrawl.items import Article, Page
from newscrawl.rules import NO_RULES
from newscrawl.store.change_filter import ChangeFilter
from newscrawl.text import timespec

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from newscrawl.archive_reader import ArchiveReader
    from newscrawl.edits.diff import TextDiff
    from newscrawl.items import Capture
    from newscrawl.rules import Ruleset

__all__ = [
    "ArticleDiff",
    "Change",
    "FieldDiff",
    "History",
    "HistoryLook",
    "changes",
    "diff",
    "history",
]

#: Fields that are shown beside the texts when two versions are compared.
COMPARED = (*FIELDS, "published_at", "modified_at")
#: Times of captures in an archive, as they are compared.
_STAMP = "%Y-%m-%dT%H:%M:%SZ"


@dataclass(frozen=True, slots=True)
class HistoryLook:
    """One look at an article: when, the answer's status, and what it showed.

    `shows` is `first`, `changed`, `unchanged`, or what was there instead (`missing`, `gone`, `wall`, `moved`,
    `unreadable`); `revision` is the one that it made.
    """

    capture: Capture
    url: str
    shows: str
    revision: int | None
    changes: tuple[Change, ...]


@dataclass(frozen=True, slots=True)
class History:
    """All looks at one article, the first one first; `articles` are its revisions, also under former URLs."""

    articles: tuple[Article, ...]
    looks: tuple[HistoryLook, ...]

    @property
    def article(self) -> Article:
        """Its last revision."""
        return self.articles[-1]

    @property
    def changes(self) -> list[Change]:
        """All that changed, in the order of the looks."""
        return [change for look in self.looks for change in look.changes]


@dataclass(frozen=True, slots=True)
class FieldDiff:
    """A field of two versions; `words` compares those that are texts."""

    name: str
    before: Any
    after: Any
    words: TextDiff | None


@dataclass(frozen=True, slots=True)
class ArticleDiff:
    """Two versions of an article and the fields in which they differ.

    `is_same_text` tells whether readers see the same: title, authors and body.
    """

    old: Article
    new: Article
    fields: tuple[FieldDiff, ...]

    @property
    def is_same_text(self) -> bool:
        """Whether both say the same to readers, white space apart."""
        return fingerprint(self.old) == fingerprint(self.new)


def history(archive: ArchiveReader, wanted: str, *, rules: Ruleset = NO_RULES) -> History | None:
    """The history of the article with this id or URL; None if there is none.

    A capture of which no fact is kept is read again, by these rules for sites, to say what it shows.
    """
    articles = _versions(archive, wanted)
    if not articles:
        return None
    ids = {article.id for article in articles}
    facts: dict[str, list[Change]] = {}
    for change in archive.store.change_log.changes(
        ChangeFilter(articles=frozenset(ids), noise=True)
    ):
        facts.setdefault(change.record_id, []).append(change)
    revisions = {a.capture.record_id: a.revision for a in articles if a.capture}
    urls = dict.fromkeys(article.url or "" for article in articles)
    pages = sorted(
        archive.store.captures_of(urls),
        key=lambda page: (page.capture.captured_at, page.capture.warc),
    )
    reading = _Reading(archive, rules)
    seen = looks_of(archive.layout, pages)
    looks = [_look(reading, page, facts, revisions, articles) for page in seen]
    return History(tuple(articles), tuple(looks))


def diff(
    archive: ArchiveReader,
    wanted: str,
    old: str | int | None = None,
    new: str | int | None = None,
    *,
    rules: Ruleset = NO_RULES,
) -> ArticleDiff:
    """Compare two versions of an article: revisions by number, or captures by their time in UTC.

    Without `new` the last revision, without `old` the one before the new one. Captures are read by these
    rules for sites. Raises UsageError.
    """
    reading = _Reading(archive, rules)
    articles = _versions(archive, wanted)
    if not articles:
        raise UsageError(f"{wanted}: no record in {archive.root}")
    newer = _version(reading, articles, new if new is not None else articles[-1].revision)
    before = [a for a in articles if _age(a) < _age(newer)]
    if old is None and not before:
        raise UsageError(f"{wanted}: there is no earlier version than revision {newer.revision}")
    older = before[-1] if old is None else _version(reading, articles, old)
    return compared(older, newer)


def compared(old: Article, new: Article) -> ArticleDiff:
    """The fields in which two versions of an article differ."""
    found = [
        _field(name, getattr(old, name), getattr(new, name))
        for name in COMPARED
        if getattr(old, name) != getattr(new, name)
    ]
    return ArticleDiff(old, new, tuple(found))


def changes(
    archive: ArchiveReader,
    *,
    since: str | None = None,
    until: str | None = None,
    sources: Iterable[str] = (),
    kinds: Iterable[str] = (),
    silent: bool = False,
    noise: bool = False,
    min_words: int = 0,
) -> Iterator[Change]:
    """The changes of all articles, by when they were seen first.

    `since` and `until` are times as options take them; with `noise` those are among them that are none to a
    reader. Raises UsageError for a time that is none.
    """
    span = timespec.span(since, until, now=datetime.now(UTC))
    which = ChangeFilter(
        since=span.begin.strftime(_STAMP) if span.begin else None,
        until=span.end.strftime(_STAMP) if span.end else None,
        sources=frozenset(sources),
        kinds=frozenset(kinds),
        silent=silent,
        noise=noise,
        words=min_words,
    )
    return archive.store.change_log.changes(which)


def _versions(archive: ArchiveReader, wanted: str) -> list[Article]:
    """The revisions of an article, those under its former addresses first."""
    found = [Article.from_dict(record) for record in archive.store.revisions(wanted)]
    if not found:
        return []
    known = {article.id for article in found}
    log = archive.store.change_log
    for _ in range(8):  # an address that changes more often is no article's
        more = {
            id_
            for change in log.changes(ChangeFilter(articles=frozenset(known), noise=True))
            for id_ in (change.article, change.from_article)
            if id_ and id_ not in known
        }
        if not more:
            break
        known |= more
        for id_ in sorted(more):
            found += map(Article.from_dict, archive.store.revisions(id_))
    return sorted(found, key=_age)


def _age(article: Article) -> tuple[str, int]:
    return article.capture.captured_at if article.capture else "", article.revision


@dataclass(frozen=True, slots=True)
class _Reading:
    """What this extractor and these rules make of captures of an archive."""

    archive: ArchiveReader
    rules: Ruleset

    def read(self, page: Page) -> Article:
        """Raises Missed, ArchiveError."""
        # Imported here: extraction takes half a second to import.
        from newscrawl.processing.pages import read_record_of

        warc = str(self.archive.layout.warc(page.capture.warc))
        rule = self.rules.rule_for(page.url, page.capture.captured_at)
        return read_record_of(warc, page, rule=rule)


def _look(
    reading: _Reading,
    page: Page,
    facts: dict[str, list[Change]],
    revisions: dict[str, int],
    articles: Sequence[Article],
) -> HistoryLook:
    record_id = page.capture.record_id
    shown = tuple(facts.get(record_id, ()))
    revision = revisions.get(record_id)
    if revision is not None:
        what = "first" if revision == 1 and not shown else "changed"
    else:
        what = _shown(reading, page, shown, articles)
    return HistoryLook(page.capture, page.url, what, revision, shown)


def _shown(
    reading: _Reading, page: Page, shown: Sequence[Change], articles: Sequence[Article]
) -> str:
    """What a capture that made no revision shows."""
    status = page.capture.status
    if absence := absence_of(status, None):
        return absence
    if status == NOT_MODIFIED or any(_digest(a) == page.capture.payload_digest for a in articles):
        return "unchanged"
    if status != HTTP_OK:
        return "unreadable"
    if any(change.kind == "removed" for change in shown):
        return "missing"
    if shown:
        return "changed"
    try:
        reading.read(page)
    except Missed as missed:
        return absence_of(status, missed.cause) or "unreadable"
    except ArchiveError:
        return "unreadable"
    return "unchanged"


def _digest(article: Article) -> str | None:
    return article.capture.payload_digest if article.capture else None


def _version(reading: _Reading, articles: Sequence[Article], named: str | int) -> Article:
    """A revision by its number, or what a capture shows by its time. Raises UsageError."""
    with suppress(ValueError):
        number = int(named)
        found = [article for article in articles if article.revision == number]
        if found:
            return found[-1]
        raise UsageError(f"no revision {number}: there are {_listed(articles)}")
    stamp = timespec.interval(str(named), "version", now=datetime.now(UTC)).begin
    urls = dict.fromkeys(article.url or "" for article in articles)
    for page in reading.archive.store.captures_of(urls):
        if datetime.fromisoformat(page.capture.captured_at).replace(microsecond=0) == stamp:
            try:
                return replace(reading.read(page), capture=page.capture)
            except (Missed, ArchiveError) as error:
                raise UsageError(f"the capture of {named} shows no article: {error}") from error
    raise UsageError(f"no capture at {named}: newscrawl history lists them")


def _listed(articles: Sequence[Article]) -> str:
    return ", ".join(str(article.revision) for article in articles)


def _field(name: str, before: Any, after: Any) -> FieldDiff:
    texts = [_text(value) for value in (before, after)]
    is_text = name in ("title", "description", "body", "authors")
    return FieldDiff(name, before, after, text_diff(*texts) if is_text else None)


def _text(value: Any) -> str:
    return "; ".join(value) if isinstance(value, tuple) else value or ""
