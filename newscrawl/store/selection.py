"""Which records are wanted, by date, source, language and revision?"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

from sqlalchemy import exists, func, or_

from newscrawl.store.tables import articles

if TYPE_CHECKING:
    from sqlalchemy import ColumnElement

#: A time in SQL is compared as text, and its offset from UTC is at most this long.
_MAX_OFFSET = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class RecordFilter:
    """Records dated from `since` up to and without `until`, of these sources and languages; empty is any.

    A record is dated by `published_at`, one that states none by its capture. `en` includes `en-GB`. With
    `latest` only the last revision of each article is wanted.
    """

    since: datetime | None = None
    until: datetime | None = None
    sources: frozenset[str] = field(default_factory=frozenset)
    languages: frozenset[str] = field(default_factory=frozenset)
    latest: bool = False

    def conditions(self) -> list[ColumnElement[bool]]:
        """What SQL can tell; `has_date` tells the rest."""
        dated = func.coalesce(articles.c.published_at, articles.c.captured_at)
        found: list[ColumnElement[bool]] = []
        if self.since:
            found.append(dated >= _day(self.since - _MAX_OFFSET))
        if self.until:
            found.append(dated < _day(self.until + 2 * _MAX_OFFSET))
        if self.sources:
            found.append(articles.c.source.in_(sorted(self.sources)))
        if self.languages:
            language = func.lower(articles.c.language)
            names = sorted(name.lower() for name in self.languages)
            begins = [language.startswith(f"{name}-", autoescape=True) for name in names]
            found.append(or_(language.in_(names), *begins))
        if self.latest:
            later = articles.alias("later")
            is_later = (later.c.id == articles.c.id, later.c.revision > articles.c.revision)
            found.append(~exists().where(*is_later))
        return found

    def has(self, record: dict[str, Any]) -> bool:
        """Whether the record has such a date, source and language."""
        if self.sources and record["source"] not in self.sources:
            return False
        if self.languages:
            language = (record["language"] or "").lower()
            wanted = {name.lower() for name in self.languages}
            if not any(language == name or language.startswith(f"{name}-") for name in wanted):
                return False
        return self.has_date(record)

    def has_date(self, record: dict[str, Any]) -> bool:
        """Whether the record is dated within the limits. A day begins at midnight UTC; no zone is UTC."""
        if self.since is None and self.until is None:
            return True
        at = datetime.fromisoformat(record["published_at"] or record["capture"]["captured_at"])
        at = at if at.tzinfo else at.replace(tzinfo=UTC)
        return (self.since is None or at >= self.since) and (self.until is None or at < self.until)


#: All records.
EVERY_RECORD = RecordFilter()


def _day(moment: datetime) -> str:
    return moment.astimezone(UTC).date().isoformat()
