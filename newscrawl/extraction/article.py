"""What one page says: bytes in, an Article with the provenance of its fields out."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import trafilatura

from newscrawl import urls
from newscrawl.extraction import about, authors, body, bylines, headline, times
from newscrawl.extraction.blocks import markdown_of, text_of
from newscrawl.extraction.decoding import decode
from newscrawl.extraction.document import Document, parse
from newscrawl.extraction.tree import Unreadable
from newscrawl.extraction.wording import LIMITS, line
from newscrawl.items import Article, Provenance
from newscrawl.version import __version__

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime

EXTRACTOR = {
    "name": "newscrawl",
    "version": __version__,
    "trafilatura": trafilatura.__version__,
}


def extract_article(
    html: bytes | str,
    *,
    url: str | None = None,
    captured_at: datetime | None = None,
    content_type: str | None = None,
    headers: Mapping[str, str] | None = None,
    zone: str | None = None,
    announced: Mapping[str, str] | None = None,
) -> Article:
    """The article that the page states.

    `captured_at` is "now" for relative times and for refusing later dates. `headers` are those of
    the answer (X-Robots-Tag, TDM-Reservation), `zone` is the IANA zone of the source, `announced`
    is what a feed or news sitemap said of the page: `title`, `published`.
    """
    own = urls.fetchable(url) if url else None
    try:
        document = parse(decode(html, content_type=content_type).text, url=own)
    except Unreadable as error:
        return _unread(own, error)
    except RecursionError:
        return _unread(own, "nested too deeply")
    try:
        values = _fields(document, now=captured_at, zone=zone, announced=announced or {})
    except Exception as error:  # whatever a page contains, its record says what went wrong
        return _unread(own, f"{type(error).__name__}: {error}")
    return Article(url=own, extractor=dict(EXTRACTOR), **values)


def _unread(url: str | None, reason: object) -> Article:
    problem = line(f"extraction-failed: {reason}", LIMITS["problem"])
    return Article(url=url, extractor=dict(EXTRACTOR), problem=problem)


def _fields(
    document: Document, *, now: datetime | None, zone: str | None, announced: Mapping[str, str]
) -> dict[str, Any]:
    values: dict[str, Any] = {}
    provenance: dict[str, Provenance] = {}

    def keep(name: str, chosen: tuple[Any, Provenance | None]) -> Any:
        values[name] = chosen[0]
        if chosen[1] is not None:
            provenance[name] = chosen[1]
        return chosen[0]

    language = (document.root.get("lang") or "").lower()[:5]
    publisher = keep("publisher", about.publisher(document))
    keep("title", about.title(document, publisher, announced=announced))
    keep("canonical_url", about.canonical(document))
    keep("section", about.section(document))
    keep("tags", about.tags(document))
    keep("image", about.image(document))
    keep("description", about.description(document))
    published = times.published(
        document, now=now, zone=zone, language=language, announced=announced
    )
    moment = published[0]
    keep("published_at", (moment.text if moment else None, published[1]))
    values["published_precision"] = moment.precision if moment else None
    changed = times.modified(document, now=now, zone=zone, language=language, published=moment)
    keep("modified_at", (changed[0].text if changed[0] else None, changed[1]))
    values["modified_precision"] = changed[0].precision if changed[0] else None
    known = bylines.papers(document, publisher)
    reader = bylines.Reader(known, language)
    lines = headline.lines(document, values["title"])
    found = list(bylines.read(document, reader=reader, lines=lines))
    if not any(b.persons for b in found):
        found += bylines.by_the_date(lines, reader=reader)
    credits = authors.ascribe(found)
    values.update(authors=credits.authors, credit=credits.credit)
    provenance.update(credits.provenance)
    titles = [t for t in (values["title"], *document.headings, document.html_title, *document.metas.get("og:title", ())) if t]
    read = body.read(document, titles=titles)
    values["language"] = language.split("-")[0] or None
    values["body"] = text_of(read.blocks) or None
    values["body_markdown"] = markdown_of(read.blocks, absolute=document.absolute) or None
    provenance["body"] = Provenance(read.source, note=read.note)
    values["provenance"] = provenance
    return values
