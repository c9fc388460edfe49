"""What one page says: bytes in, an Article with the provenance of its fields out."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

import trafilatura

from newscrawl import urls
from newscrawl.errors import UsageError
from newscrawl.extraction import (
    about,
    access,
    addresses,
    articlehood,
    body,
    bylines,
    contributors,
    headline,
    language,
    origin,
    second_bylines,
    times,
    titles,
)
from newscrawl.extraction.authors import Credits, ascribe
from newscrawl.extraction.blocks import Block, markdown_of, text_of
from newscrawl.extraction.document import Document, parse
from newscrawl.extraction.time_statements import Clock
from newscrawl.extraction.tree import Unreadable
from newscrawl.extraction.unclosed import reopened
from newscrawl.extraction.witness import ANNOUNCEMENT
from newscrawl.extraction.wording import LIMITS, MOST_NAMES, folded, line
from newscrawl.items import Article, Provenance
from newscrawl.text import dates
from newscrawl.text.charset import decode
from newscrawl.version import __version__

if TYPE_CHECKING:
    from collections.abc import Sequence

#: Witnesses of a time of publication that do not make a page an article.
_NO_STATEMENTS = frozenset({"date-element", "url", "htmldate", ANNOUNCEMENT})

#: Characters of a text that are less than an article has as a rule.
_SHORT = 200

EXTRACTOR = {
    "name": "newscrawl",
    "version": __version__,
    "trafilatura": trafilatura.__version__,
}


def extract_article(
    html: bytes | str,
    *,
    url: str | None = None,
    captured_at: datetime | str | None = None,
    content_type: str | None = None,
    headers: Mapping[str, str] | None = None,
    zone: str | None = None,
    language: str | None = None,
    announced: Mapping[str, str] | None = None,
) -> Article:
    """The article that the page states.

    `captured_at` is "now" for relative times and for refusing later dates: a datetime, or ISO 8601; in UTC
    where it names no zone. `headers` are those of the answer (X-Robots-Tag, TDM-Reservation), `zone` is the
    IANA zone of the source and `language` its language, `announced` is what a feed or news sitemap said of
    the page: `title`, `published`, `language`, and `by`, its own address. Raises TypeError and UsageError,
    naming the argument, for what it cannot take; never for what the page contains.
    """
    _require("html", html, bytes, str)
    for name, value in {"url": url, "content_type": content_type, "zone": zone,
                        "language": language}.items():  # fmt: skip
        _require(name, value, str, type(None))
    for name, pairs in {"headers": headers, "announced": announced}.items():
        _require(name, pairs, Mapping, type(None))
    now = _instant(captured_at)
    own = urls.fetchable(url) if url else None
    context = PageContext(
        now=now, zone=zone, language=language, headers=headers or {}, announced=announced or {}
    )
    text = decode(html, content_type=content_type).text
    try:
        record = _read(text, own, context)
    except Unreadable as error:
        return _unread(own, error)
    except RecursionError:
        return _unread(own, "nested too deeply")
    except MemoryError:
        raise  # it says something about the process, and not about the page
    except Exception as error:  # whatever a page contains, its record says what went wrong
        return _unread(own, f"{type(error).__name__}: {error}")
    return Article(
        url=own, extractor=dict(EXTRACTOR), provenance=record.provenance, **record.values
    )


def _require(name: str, value: object, *types: type) -> None:
    if not isinstance(value, types):
        wanted = " or ".join("None" if each is type(None) else each.__name__ for each in types)
        raise TypeError(f"{name}: {wanted}, not {type(value).__name__}")


def _instant(captured_at: datetime | str | None) -> datetime | None:
    """The time with its zone. Raises TypeError for what is no time, UsageError for text that is none."""
    _require("captured_at", captured_at, datetime, str, type(None))
    if isinstance(captured_at, str):
        try:
            captured_at = datetime.fromisoformat(captured_at.strip())
        except ValueError:
            raise UsageError(f"captured_at: {captured_at!r} is not a time in ISO 8601") from None
    if captured_at is None or captured_at.tzinfo:
        return captured_at
    return captured_at.replace(tzinfo=UTC)


def _read(text: str, url: str | None, context: PageContext) -> _Record:
    """The record of the page. Where it has no text, what was never closed may have swallowed it."""
    record = _parsed(text, url, context)
    read = len(record.values["body"] or "")
    if (record.values["problem"] or read < _SHORT) and (mended := reopened(text)) is not None:
        second = _parsed(mended, url, context)
        if len(second.values["body"] or "") > read + _SHORT:
            return second
    return record


def _parsed(text: str, url: str | None, context: PageContext) -> _Record:
    """The record of the page; of one that is nested deeper than Python can go, of its upper elements."""
    try:
        return _Record(parse(text, url=url), context)
    except RecursionError:
        return _Record(parse(text, url=url, deep=False), context)


def _unread(url: str | None, reason: object) -> Article:
    problem = line(f"extraction-failed: {reason}", LIMITS["problem"])
    return Article(url=url, extractor=dict(EXTRACTOR), problem=problem)


@dataclass(frozen=True, slots=True)
class PageContext:
    """What is known of the page besides its bytes."""

    now: datetime | None
    zone: str | None
    language: str | None
    headers: Mapping[str, str]
    announced: Mapping[str, str]


class _Record:
    """The fields of an Article, filled in the order in which they need each other."""

    def __init__(self, document: Document, context: PageContext) -> None:
        self.values: dict[str, Any] = {}
        self.provenance: dict[str, Provenance] = {}
        self._document, self._context = document, context
        self._markup = language.of_markup(document)
        self._describe(context)
        self._lines = headline.lines(document, self.values["title"])
        self._date(context)
        reader, makers = self._credit()
        blocks = self._read(reader, makers)
        problem = articlehood.reason_against(
            document, title=self.values["title"], blocks=blocks, dated=self._is_dated()
        )
        self.values["problem"] = f"not-an-article: {problem}" if problem else None

    def _keep(self, name: str, chosen: tuple[Any, Provenance | None]) -> None:
        self.values[name], provenance = chosen
        if provenance is not None:
            self.provenance[name] = provenance

    def _describe(self, context: PageContext) -> None:
        document = self._document
        self._keep("publisher", about.publisher(document))
        self._keep("section", about.section(document))
        title = titles.read(
            document,
            self.values["publisher"],
            announced=context.announced,
            sections=about.sections(document),
        )
        self._keep("title", title)
        self._keep("description", about.description(document))
        self._keep("tags", about.tags(document))
        self._keep("canonical_url", addresses.canonical_url(document))
        self._keep("image", addresses.image(document))
        values = self.values
        kind = access.kind(document, title=values["title"], section=values["section"])
        self._keep("kind", kind)
        self._keep("rights", access.rights(document, context.headers))

    def _is_dated(self) -> bool:
        """Whether the page itself states the time of publication, and not just shows some date."""
        found = self.provenance.get("published_at")
        return found is not None and found.source not in _NO_STATEMENTS

    def _date(self, context: PageContext) -> None:
        clock = Clock(context.now, origin.of_page(self._document, self._markup))
        lines = [*self._lines, *headline.above(self._document, self.values["title"])]
        moment, provenance = times.published(
            self._document, clock, zone=context.zone, announced=context.announced, lines=lines
        )
        self._keep("published_at", (moment.text if moment else None, provenance))
        self.values["published_precision"] = moment.precision if moment else None
        changed, provenance = times.modified(
            self._document, clock, zone=context.zone, published=moment, lines=lines
        )
        told = self.provenance.get("published_at")
        others = [dates.parse(one["raw"]) for one in told.against] if told else []
        stated = (moment, changed, *others)
        self._days = {day for m in stated if m is not None for day in m.days()}
        self._keep("modified_at", (changed.text if changed else None, provenance))
        self.values["modified_precision"] = changed.precision if changed else None

    def _credit(self) -> tuple[bylines.Reader, Credits]:
        papers = bylines.papers(self._document, self.values["publisher"])
        section = folded(self.values["section"] or "")
        reader = bylines.Reader(papers, self._markup, frozenset([section] if section else ()))
        found = list(
            bylines.read(self._document, reader=reader, lines=self._lines, days=self._days)
        )
        if not any(b.persons for b in found):
            found += bylines.by_the_date(self._lines, reader=reader, days=self._days)
        self._bylines = found
        return reader, self._ascribe(found, reader)

    def _ascribe(self, found: Sequence[bylines.Byline], reader: bylines.Reader) -> Credits:
        makers = ascribe(found, papers=reader.papers)
        self.values.update(authors=makers.authors, credit=makers.credit)
        self.provenance.pop("credit", None)
        self.provenance.update(makers.provenance)
        return makers

    def _help(self, text: second_bylines.Sorted, makers: Credits) -> None:
        """Who else had a part in it: second bylines in the text, and bylines that state another role."""
        others = contributors.of_bylines(self._bylines, authors=makers.authors)
        names = {folded(n): n for n in (*text.contributors, *others.names)}
        self.values["contributors"] = tuple(names.values())[:MOST_NAMES]
        if text.contributors:
            first = text.witnesses[0]
            self.provenance["contributors"] = Provenance(first.source, first.raw, note=others.note)
        elif others.provenance:
            self.provenance["contributors"] = others.provenance

    def _read(self, reader: bylines.Reader, makers: Credits) -> Sequence[Block]:
        """The text; the last to be read, for the tree is pruned for it."""
        document = self._document
        metas = document.metas.get("og:title", ())
        told = (self.values["title"], *document.headings, document.html_title, *metas)
        seconds = second_bylines.marked(document, reader=reader)
        # A standfirst that the description does not hold would be nowhere else.
        described = folded(self.values["description"] or "")
        under = [t for t in about.standfirsts(document) if folded(t) in described]
        read = body.read(document, titles=[t for t in told if t], standfirsts=under)
        signed = None
        if not makers.authors:
            signed = second_bylines.signature(read.blocks, reader=reader)
        if not makers.credit and signed is None:
            signed = second_bylines.agencies_at_end(read.blocks, reader=reader)
        if signed is not None:
            makers = self._ascribe([*self._bylines, signed], reader)
        byline = makers.provenance.get("authors")
        text = second_bylines.sort_out(
            read.blocks,
            reader=reader,
            named=(*makers.authors, *makers.credit),
            byline=byline.raw if byline else None,
            marked=seconds,
        )
        self._help(text, makers)
        self.values["body"] = text_of(text.blocks)[: LIMITS["body"]] or None
        marked = markdown_of(text.blocks, absolute=document.absolute)
        self.values["body_markdown"] = marked[: LIMITS["body"]] or None
        if text.blocks:
            self.provenance["body"] = Provenance(read.source, note=read.note)
        context = self._context
        found = language.read(
            document,
            self.values["body"] or "",
            announced=context.announced,
            source=context.language,
        )
        self._keep("language", found)
        self._keep("is_accessible", access.is_accessible(document, self.values["body"] or ""))
        return text.blocks
