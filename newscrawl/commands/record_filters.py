"""Options that choose records or misses by date, source, language, revision and query."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import click

from newscrawl.commands import options
from newscrawl.errors import UsageError

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence
    from pathlib import Path

    from newscrawl.query import Query


@dataclass(frozen=True, slots=True)
class Chosen:
    """What the options say."""

    since: str | None
    until: str | None
    sources: tuple[str, ...]
    languages: tuple[str, ...]
    latest: bool
    query: Query | None = None

    @property
    def is_everything(self) -> bool:
        """Whether no option leaves anything out."""
        given = (self.since, self.until, self.sources, self.languages, self.latest, self.query)
        return not any(given)

    def of_records(self) -> Query:
        """The query that all options together are. Raises UsageError for a time that is none."""
        from newscrawl.query import EVERYTHING, narrowed

        span = options.span(self.since, self.until)
        return narrowed(
            self.query or EVERYTHING,
            since=span.begin,
            until=span.end,
            sources=self.sources,
            languages=self.languages,
            latest=self.latest,
        )

    def of_misses(self, misses: Iterable[dict[str, Any]]) -> Iterator[dict[str, Any]]:
        """The misses that are wanted, by when they were seen. Raises UsageError."""
        if self.languages or self.latest or self.query:
            raise UsageError(
                "--language, --latest and --query choose records, and misses have none"
            )
        from newscrawl.frontier.miss_filter import MissFilter

        span = options.span(self.since, self.until)
        return filter(MissFilter(span.begin, span.end, frozenset(self.sources)).has, misses)


def chosen_records(
    archive: Path, chosen: Chosen, *, names: tuple[str, ...] | None = None
) -> Iterator[dict[str, Any]]:
    """The chosen records of an archive, or these fields of theirs and perhaps others.

    Raises UsageError for a source that the archive does not know.
    """
    from newscrawl.commands.archive_access import engine_of, require_sources
    from newscrawl.store import Store
    from newscrawl.store.articles import COLUMN_FIELDS

    engine = engine_of(archive)
    require_sources(engine, chosen.sources)
    if names is not None and set(names) <= set(COLUMN_FIELDS):
        return Store(engine).columns(names, query=chosen.of_records())
    records = Store(engine).records(query=chosen.of_records())
    return (record for _, record in records)


def chosen_values(
    archive: Path, chosen: Chosen, names: tuple[str, ...]
) -> Iterator[list[Sequence[Any]]]:
    """The values of these fields of the chosen records, in this order, some records at a time.

    Raises UsageError as `chosen_records` does.
    """
    from newscrawl.commands.archive_access import engine_of, require_sources
    from newscrawl.export.field_reader import FieldReader
    from newscrawl.store import Store
    from newscrawl.store.articles import COLUMN_FIELDS

    engine = engine_of(archive)
    require_sources(engine, chosen.sources)
    store, query = Store(engine), chosen.of_records()
    if set(names) <= set(COLUMN_FIELDS):
        return store.column_values(names, query=query)
    return map(FieldReader(names).rows, store.record_data(query))


def record_filters(command: options.F) -> options.F:
    """The options; the command passes them to `Chosen`."""
    for option in (
        click.option("--latest", is_flag=True, help="Only the last revision of each article."),
        click.option("--query", "asked", metavar="QUERY",
                     help="Only records that match it: see docs/reference/search.md."),
        click.option("--language", "--lang", "languages", multiple=True, metavar="TAG",
                     help="Only in this language; `en` includes `en-GB`. May be repeated."),
        click.option("--source", "sources", multiple=True, metavar="NAME",
                     help="Only of this source. May be repeated."),
        click.option("--until", metavar="TIME", help="Only dated up to then; a day is included."),
        click.option("--since", metavar="TIME",
                     help="Only dated since then: published, or captured where no date is stated."),
    ):  # fmt: skip
        command = option(command)
    return command
