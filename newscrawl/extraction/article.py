"""What one page says: bytes in, an Article with the provenance of its fields out."""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import nullcontext
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
    boilerplate,
    bylines,
    contributors,
    headline,
    language,
    origin,
    ruled,
    ruled_body,
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
    from collections.abc import Callable, Sequence
    from contextlib import AbstractContextManager

    from lxml.html import HtmlElement

    from newscrawl.rules.rule import Rule

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
    rule: Rule | None = None,
    bounded: Callable[[], AbstractContextManager[object]] = nullcontext,
    on_tree: Callable[[HtmlElement], None] | None = None,
) -> Article:
    """The article that the page states.

    `captured_at` is "now" for relative times and for refusing later dates: a datetime, or ISO 8601; in UTC
    where it names no zone. `headers` are those of the answer (X-Robots-Tag, TDM-Reservation), `zone` is the
    IANA zone of the source and `language` its language, `announced` is what a feed or news sitemap said of
    the page: `title`, `published`, `language`, and `by`, its own address. `rule` is the rule of the page's
    site; its selectors are evaluated in a context that `bounded` makes, which may limit them. `on_tree`
    is called with each tree of the page before anything is changed in it; a page that is hard to read has
    several. Raises TypeError and UsageError, naming the argument, for what it cannot take; never for what the
    page contains.
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
        now=now,
        zone=zone,
        language=language,
        headers=headers or {},
        announced=announced or {},
        rule=rule,
        bounded=bounded,
        on_tree=on_tree,
    )
    text = decode(html, content_type=content_type).text
    try:
        record = _read(text, own, context)
    except Unreadable as error:
        return _unread(own, error, rule)
    except RecursionError:
        return _unread(own, "nested too deeply", rule)
    except MemoryError:
        raise  # it says something about the process, and not about the page
    except Exception as error:  # whatever a page contains, its record says what went wrong
        return _unread(own, f"{type(error).__name__}: {error}", rule)
    extractor = EXTRACTOR | record.version
    return Article(url=own, extractor=extractor, provenance=record.provenance, **record.values)


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
        return _record(text, url, context, deep=True)
    except RecursionError:
        return _record(text, url, context, deep=False)


def _record(text: str, url: str | None, context: PageContext, *, deep: bool) -> _Record:
    page = ruled.RuledPage()

    def apply_rule(root: HtmlElement) -> None:
        nonlocal page
        page = ruled.read(context.rule, root, context.bounded)

    document = parse(text, url=url, deep=deep, prepare=apply_rule, on_tree=context.on_tree)
    return _Record(ruled.without_ignored(document, page), context, page)


def _unread(url: str | None, reason: object, rule: Rule | None) -> Article:
    problem = line(f"extraction-failed: {reason}", LIMITS["problem"])
    version = ruled.RuledPage(rule).version
    return Article(url=url, extractor=EXTRACTOR | version, problem=problem)


@dataclass(frozen=True, slots=True)
class PageContext:
    """What is known of the page besides its bytes."""

    now: datetime | None
    zone: str | None
    language: str | None
    headers: Mapping[str, str]
    announced: Mapping[str, str]
    rule: Rule | None = None
    bounded: Callable[[], AbstractContextManager[object]] = nullcontext
    on_tree: Callable[[HtmlElement], None] | None = None


class _Record:
    """The fields of an Article, filled in the order in which they need each other."""

    def __init__(self, document: Document, context: PageContext, page: ruled.RuledPage) -> None:
        self.values: dict[str, Any] = {}
        self.provenance: dict[str, Provenance] = {}
        self.version = page.version
        self._document, self._context, self._ruled = document, context, page
        self._markup = (page.language or language.of_markup(document)).lower()
        self._describe(context)
        self._lines = headline.lines(document, self.values["title"])
        self._date(context)
        reader, makers = self._credit()
        blocks = self._read(reader, makers)
        problem = articlehood.reason_against(
            document, title=self.values["title"], blocks=blocks, dated=self._is_dated()
        )
        if page.not_article is not None:
            problem = f"{page.source}, {page.not_article}"
        elif page.article is not None:
            problem = None
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
        self._keep("title", ruled.title(self._ruled, title))
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
        page = self._ruled
        moment, provenance = times.published(
            self._document,
            clock,
            zone=context.zone,
            announced=context.announced,
            lines=lines,
            first=ruled.moments(page, clock),
            rule_zone=page.zone,
        )
        provenance = ruled.noted(page, provenance)
        self._keep("published_at", (moment.text if moment else None, provenance))
        self.values["published_precision"] = moment.precision if moment else None
        changed, provenance = times.modified(
            self._document,
            clock,
            zone=context.zone,
            published=moment,
            lines=lines,
            rule_zone=page.zone,
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
        stated = ruled.byline(self._ruled, reader)
        if stated is None:
            return reader, self._ascribe(found, reader)
        self._bylines = [stated, *found]
        return reader, self._keep_makers(ruled.makers(self._ruled, stated, found, reader))

    def _ascribe(self, found: Sequence[bylines.Byline], reader: bylines.Reader) -> Credits:
        return self._keep_makers(ascribe(found, papers=reader.papers))

    def _keep_makers(self, makers: Credits) -> Credits:
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

    def _text(self, titles: list[str], standfirsts: list[str]) -> body.Body:
        """The text of the elements that the rule names, if they have one; else what the readers find."""
        page = self._ruled
        if (found := page.found.get("body")) is not None and (
            blocks := ruled_body.read(found.elements)
        ):
            kept = boilerplate.without(blocks, titles=titles, standfirsts=standfirsts)
            if kept:
                return body.Body(tuple(kept), page.source, str(found.selector))
        return body.read(self._document, titles=titles, standfirsts=standfirsts)

    def _read(self, reader: bylines.Reader, makers: Credits) -> Sequence[Block]:
        """The text; the last to be read, for the tree is pruned for it."""
        document = self._document
        metas = document.metas.get("og:title", ())
        told = (self.values["title"], *document.headings, document.html_title, *metas)
        seconds = second_bylines.marked(document, reader=reader)
        # A standfirst that the description does not hold would be nowhere else.
        described = folded(self.values["description"] or "")
        under = [t for t in about.standfirsts(document) if folded(t) in described]
        read = self._text([t for t in told if t], under)
        signed = None
        is_ruled = any(b.source == self._ruled.source for b in self._bylines)
        if not makers.authors and not is_ruled:
            signed = second_bylines.signature(read.blocks, reader=reader)
        if not makers.credit and signed is None and not is_ruled:
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
        self._keep("language", ruled.language(self._ruled, found))
        self._keep("is_accessible", access.is_accessible(document, self.values["body"] or ""))
        return text.blocks
