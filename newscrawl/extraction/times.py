"""When the article was published and modified, with the zone that the page gives evidence of.

Witnesses in order: JSON-LD, meta tags, microdata, `<time>` by the headline, the announcement, a date in
words by the headline, the URL, and htmldate where nothing else speaks. A moment after the capture or
before 1990 is no witness. The first wins; a coarser winner takes what a later one adds to the same moment.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta, timezone
from typing import TYPE_CHECKING

from newscrawl.extraction import jsonld, zones
from newscrawl.extraction.moments import EARLIEST, Moment, parse
from newscrawl.extraction.tree import said
from newscrawl.extraction.wording import LIMITS, MOST_AGAINST, line, stated
from newscrawl.items import Provenance

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from lxml.html import HtmlElement

    from newscrawl.extraction.document import Document
    from newscrawl.extraction.headline import Line


@dataclass(frozen=True, slots=True)
class Stated:
    """A moment, and where and how it stood."""

    moment: Moment
    source: str
    raw: str


_PUBLISHED = (
    "article:published_time", "og:published_time", "og:article:published_time", "datepublished", "parsely-pub-date",
    "sailthru.date", "article.published", "published_time", "publish-date", "publish_date", "publication_date",
    "publicationdate", "pubdate", "date.available", "citation_publication_date", "citation_date", "dc.date.issued",
    "dcterms.issued", "dc.date.created", "dcterms.created", "dcterms.date", "dc.date", "dc:date", "rnews:datepublished",
    "bt:pubdate", "cxenseparse:recs:publishtime", "cxenseparse:publishtime", "iso-8601-publish-date", "displaydate", "ptime",
    "article_date_original", "originalpublicationdate", "datecreated", "date", "og:pubdate", "og:release_date",
    "analyticsattributes.articledate", "content_create_date", "last-publish",
)  # fmt: skip
_MODIFIED = (
    "article:modified_time", "og:updated_time", "datemodified", "dcterms.modified", "dc.date.modified", "lastmod", "last-modified",
    "og:article:modified_time", "revised", "modified_time", "last_updated_date", "updated_time", "cxenseparse:recs:modifiedtime",
)  # fmt: skip

_FOREIGN = re.compile(
    r"comment|related|sidebar|teaser|recommend|footer|copyright|popular|promo|newsletter|card|more-|next-|trending|latest|widget|event",
    re.IGNORECASE,
)
_UPDATED = re.compile(
    r"updated?|modified|aktualisier|mis à jour|actualiz|aggiorna|atualiz|opdater|oppdater|uppdater|更新|수정|bijgewerkt",
    re.IGNORECASE,
)
_URL_DATE = re.compile(
    r"(?<!\d)((?:19|20)\d{2})[/_-]?(0[1-9]|1[0-2])[/_-]?(0[1-9]|[12]\d|3[01])(?!\d)"
)


def published(
    document: Document,
    *,
    now: datetime | None,
    zone: str | None,
    language: str,
    announced: Mapping[str, str],
    lines: Sequence[Line],
) -> tuple[Moment | None, Provenance | None]:
    def sources() -> Iterator[Iterator[Stated]]:
        yield _json_ld(document, ("datePublished", "uploadDate", "dateCreated"), now, language)
        yield _metas(document, _PUBLISHED, now, language)
        yield _items(
            document,
            ("datepublished", "pubdate", "datecreated", "issued", "created"),
            now,
            language,
        )
        yield _time_elements(document, now, language, modified=False)

    found = _credible((s for source in sources() for s in source), now)
    if not any(s.moment.time for s in found):
        found += _credible(_lines(lines, now, language), now)
        found += _credible(_visible(document, now, language), now)
    found += _credible(_announced(announced, now), now)
    if not found:
        found = _credible(_url_date(document), now) or _credible(_htmldate(document, now), now)
    return _chosen(found, zone, document.root)


def modified(
    document: Document,
    *,
    now: datetime | None,
    zone: str | None,
    language: str,
    published: Moment | None,
) -> tuple[Moment | None, Provenance | None]:
    found = [
        *_json_ld(document, ("dateModified",), now, language),
        *_metas(document, _MODIFIED, now, language),
        *_items(document, ("datemodified", "modified"), now, language),
        *_time_elements(document, now, language, modified=True),
    ]
    found = _credible(found, now)
    if published is not None:
        found = [s for s in found if s.moment.day >= published.day - timedelta(days=1)]
    return _chosen(found, zone, document.root)


def _chosen(found: list[Stated], zone: str | None, root: HtmlElement) -> tuple[Moment | None, Provenance | None]:
    if not found:
        return None, None
    winner = found[0]
    moment = _completed(winner, found[1:], zone, root)
    against = [
        {"source": s.source, "raw": s.raw} for s in found[1:] if not _agree(moment, s.moment)
    ]
    unique = list({(a["source"], a["raw"]): a for a in against}.values())
    note = moment.note
    if moment.time is not None and not moment.aware:
        note = "; ".join(n for n in (note, "zone unknown") if n)
    return moment, Provenance(winner.source, winner.raw, tuple(unique[:MOST_AGAINST]), note)


def _completed(
    winner: Stated, others: list[Stated], zone: str | None, root: HtmlElement
) -> Moment:
    """The winner's moment, with the time and zone that others state for the same moment."""
    moment = winner.moment
    if moment.time is None or _is_midnight(moment):
        finer = [
            s
            for s in others
            if s.moment.time and moment.day in s.moment.days() and not _is_midnight(s.moment)
        ]
        best = next((s for s in finer if s.moment.aware), None) or next(iter(finer), None)
        if best is not None:
            note = f"time of day from {best.source}"
            moment = Moment(best.moment.day, best.moment.time, best.moment.precision, note)
    if moment.time is None or moment.aware:
        return moment
    for other in others:
        if other.moment.aware and (offset := _offset_between(moment, other.moment)) is not None:
            return moment.at(offset, f"zone from {other.source}")
    if zone and (offset := zones.of_source(zone, moment.time)):
        return moment.at(offset, f"zone of the source, {zone}")
    if named := zones.of_all_times("".join(root.itertext()), moment.time):
        return moment.at(named[0], f"the page says of all its times: {named[1]}")
    return moment


def _offset_between(naive: Moment, aware: Moment) -> timezone | None:
    """The offset at which the wall time `naive` is the instant `aware`, if there can be one."""
    if naive.time is None or aware.time is None:
        return None
    wall = naive.time.replace(second=0)
    stated = aware.time.replace(second=0, microsecond=0)
    if wall == stated.replace(tzinfo=None) and stated.utcoffset():
        return timezone(stated.utcoffset() or timedelta(0))
    difference = wall.replace(tzinfo=UTC) - stated
    whole = difference % timedelta(minutes=15) == timedelta(0)
    if whole and abs(difference) <= timedelta(hours=14):
        return timezone(difference)
    return None


def _is_midnight(moment: Moment) -> bool:
    time = moment.time
    return time is not None and (time.hour, time.minute, time.second) == (0, 0, 0)


def _agree(a: Moment, b: Moment) -> bool:
    if a.aware and b.aware and a.time and b.time:
        return abs(a.time - b.time) <= timedelta(minutes=1)
    return bool(a.days() & b.days())


def _credible(found: Iterator[Stated] | list[Stated], now: datetime | None) -> list[Stated]:
    return [s for s in found if _is_credible(s.moment, now)]


def _is_credible(moment: Moment, now: datetime | None) -> bool:
    if moment.day < EARLIEST:
        return False
    if now is None:
        return True
    now = now if now.tzinfo else now.replace(tzinfo=UTC)
    if moment.time is not None and moment.time.tzinfo is not None:
        return moment.time <= now + timedelta(minutes=10)
    if moment.time is not None:
        return moment.time.replace(tzinfo=UTC) <= now + timedelta(hours=14)
    return moment.day <= (now + timedelta(hours=14)).date()


def _read(raw: str, source: str, now: datetime | None, language: str) -> Iterator[Stated]:
    moment = parse(raw, now=now, language=language)
    if moment is not None:
        yield Stated(moment, source, line(raw, LIMITS["raw"]))


def _json_ld(
    document: Document, members: tuple[str, ...], now: datetime | None, language: str
) -> Iterator[Stated]:
    for member in members:
        if raw := stated(jsonld.text(document.article.get(member)), 100):
            yield from _read(raw, f"json-ld:{member}", now, language)
    for node in document.nodes:
        if node is not document.article and jsonld.types(node) & {"webpage", "itempage"}:
            if raw := stated(jsonld.text(node.get(members[0])), 100):
                yield from _read(raw, f"json-ld:webpage.{members[0]}", now, language)


def _metas(
    document: Document, names: tuple[str, ...], now: datetime | None, language: str
) -> Iterator[Stated]:
    for name, raw in document.meta(*names):
        yield from _read(raw, f"meta:{name}", now, language)


def _items(
    document: Document, names: tuple[str, ...], now: datetime | None, language: str
) -> Iterator[Stated]:
    for name in names:
        for element in document.items.get(name, ())[:3]:
            raw = element.get("content") or element.get("datetime") or line(said(element), 200)
            yield from _read(raw, f"microdata:{name}", now, language)


def _time_elements(
    document: Document, now: datetime | None, language: str, *, modified: bool
) -> Iterator[Stated]:
    for element in document.surface.times[:12]:
        marks = " ".join(f"{a.get('class') or ''} {a.get('id') or ''}" for a in _with_near(element))
        if _FOREIGN.search(marks):
            continue
        text = line(said(element), 200)
        is_update = bool(
            _UPDATED.search(f"{marks} {text} {element.get('itemprop') or ''} {_before(element)}")
        )
        if is_update != modified:
            continue
        for raw in (element.get("datetime") or "", text):
            if found := list(_read(raw, "time", now, language)):
                yield from found
                break


def _visible(document: Document, now: datetime | None, language: str) -> Iterator[Stated]:
    for element in document.surface.dated[:40]:
        marks = " ".join(
            f"{a.get('class') or ''} {a.get('id') or ''} {a.tag}" for a in _with_near(element)
        )
        text = line(said(element), 300)
        if not text or len(text) > 200 or _FOREIGN.search(marks) or _UPDATED.search(text):
            continue
        yield from _read(text, "date-element", now, language)


def _lines(lines: Sequence[Line], now: datetime | None, language: str) -> Iterator[Stated]:
    for one in lines:
        if len(one.text) <= 120 and not _UPDATED.search(one.text):
            yield from _read(one.text, "line", now, language)


def _announced(announced: Mapping[str, str], now: datetime | None) -> Iterator[Stated]:
    if raw := announced.get("published"):
        yield from _read(raw, "announcement", now, "en")


def _url_date(document: Document) -> Iterator[Stated]:
    if document.url and (found := _URL_DATE.search(document.url)):
        try:
            day = date(int(found[1]), int(found[2]), int(found[3]))
        except ValueError:
            return
        yield Stated(Moment(day), "url", found[0])


def _htmldate(document: Document, now: datetime | None) -> Iterator[Stated]:
    from htmldate import find_date

    latest = (now + timedelta(hours=14)).date().isoformat() if now else "2099-12-31"
    found = find_date(
        document.root,
        original_date=True,
        url=document.url,
        min_date=EARLIEST.isoformat(),
        max_date=latest,
    )
    if found:
        yield Stated(Moment(date.fromisoformat(found)), "htmldate", found)


def _with_near(element: HtmlElement) -> list[HtmlElement]:
    return [element, *(a for a, _ in zip(element.iterancestors(), range(4), strict=False))]


def _before(element: HtmlElement) -> str:
    previous = element.getprevious()
    if previous is not None:
        return line(f"{' '.join(previous.itertext())} {previous.tail or ''}", 60)[-40:]
    parent = element.getparent()
    return line(parent.text or "", 60)[-40:] if parent is not None else ""
