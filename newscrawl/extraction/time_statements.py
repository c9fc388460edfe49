"""Every place of a page that states when it was published or modified, best first."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING

from newscrawl.extraction import jsonld
from newscrawl.extraction.headline import is_near
from newscrawl.extraction.tree import said
from newscrawl.extraction.witness import ANNOUNCEMENT
from newscrawl.extraction.wording import LIMITS, line, stated, words
from newscrawl.text.calendar_words import ago
from newscrawl.text.dates import EARLIEST, Moment, parse

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from lxml.html import HtmlElement

    from newscrawl.extraction.document import Document
    from newscrawl.extraction.headline import Line
    from newscrawl.text.context import DateContext

_PUBLISHED = words(
    """
    article:published_time article:published article:published_date article:publish_date
    article:created_time og:published_time og:article:published_time datepublished
    parsely-pub-date sailthru.date article.published published_time publish-date publish_date
    publication_date publicationdate pubdate date.available citation_publication_date
    citation_date dc.date.issued dcterms.issued dc.date.created dcterms.created dcterms.date
    dc.date dc:date rnews:datepublished bt:pubdate cxenseparse:recs:publishtime
    cxenseparse:publishtime iso-8601-publish-date displaydate ptime article_date_original
    originalpublicationdate datecreated date og:pubdate og:release_date
    analyticsattributes.articledate content_create_date last-publish
    """
)
_MODIFIED = words(
    """
    article:modified_time og:updated_time datemodified dcterms.modified dc.date.modified lastmod
    last-modified og:article:modified_time revised modified_time last_updated_date updated_time
    cxenseparse:recs:modifiedtime
    """
)
_ELSEWHERE = re.compile(
    r"comment|related|sidebar|teaser|recommend|footer|copyright|popular|promo|newsletter|card"
    r"|more-|next-|trending|latest|widget|event",
    re.IGNORECASE,
)
_UPDATED = re.compile(
    r"updated?|modified|aktualisier|mis à jour|actualiz|aggiorna|atualiz|opdater|oppdater|uppdater"
    r"|更新|수정|bijgewerkt|обновлено|оновлено|güncelle|تحديث|עודכן|päivitetty|actualisé|modifi[eé]|modificad|ažurirano"
    r"|aktualizov|frissítve|ενημ|cập nhật|แก้ไข|diperbarui|अपडेट",
    re.IGNORECASE,
)
_URL_DATE = re.compile(
    r"(?<!\d)((?:19|20)\d{2})[/_-]?(0[1-9]|1[0-2])[/_-]?(0[1-9]|[12]\d|3[01])(?!\d)"
)


# A comma inside of Chinese or Japanese text, with as much behind it as no stamp has.
_SENTENCE = re.compile(
    r"[\u3040-\u30ff\u4e00-\u9fff][，、,][^|]{0,3}[\u3040-\u30ff\u4e00-\u9fff][^|]{12}|。."
)
#: Words of a link that is a headline.
_HEADLINE = 4
#: A part of a line with more words than this is a sentence, and its date is that of an event.
_WORDS = 9


@dataclass(frozen=True, slots=True)
class Stated:
    """A moment, and where and how it stood."""

    moment: Moment
    source: str
    raw: str


@dataclass(frozen=True, slots=True)
class Clock:
    """What strings are read against: the moment of capture, and where and in what language the page is."""

    now: datetime | None
    context: DateContext

    def read(self, raw: str, source: str) -> Iterator[Stated]:
        moment = parse(raw, now=self.now, context=self.context)
        if moment is not None:
            yield Stated(moment, source, line(raw, LIMITS["raw"]))


def published(document: Document, lines: Sequence[Line], clock: Clock) -> Iterator[Stated]:
    """JSON-LD, meta tags, microdata, `<time>`, those by the headline first."""
    yield from _json_ld(document, ("datePublished", "uploadDate", "dateCreated"), clock)
    yield from _metas(document, _PUBLISHED, clock)
    names = ("datepublished", "pubdate", "datecreated", "issued", "created")
    yield from _items(document, names, clock)
    yield from _times(document, lines, clock, modified=False, near=True)


def elsewhere(document: Document, lines: Sequence[Line], clock: Clock) -> Iterator[Stated]:
    """`<time>` that does not stand by the headline: it may be of another story."""
    yield from _times(document, lines, clock, modified=False, near=False)


def modified(document: Document, lines: Sequence[Line], clock: Clock) -> Iterator[Stated]:
    """JSON-LD, meta tags, microdata, `<time>` that speaks of an update."""
    yield from _json_ld(document, ("dateModified",), clock)
    yield from _metas(document, _MODIFIED, clock)
    yield from _items(document, ("datemodified", "modified"), clock)
    for near in (True, False):
        yield from _times(document, lines, clock, modified=True, near=near)


def seen(document: Document, lines: Sequence[Line], clock: Clock) -> Iterator[Stated]:
    """What a reader sees by the headline, then elsewhere in elements marked as dates."""
    for one in lines:
        if _is_of_a_link(one.element):
            continue
        text = _UPDATED.split(one.text)[0]
        read = list(clock.read(_without_sentences(text), "line"))
        if read and ago(text):
            # "3 hours ago" is rounded; what a script counts from is not.
            yield from _machine_read(one.element, clock)
        yield from read
    for element in document.surface.dated[:40]:
        text = line(said(element), 300)
        if 0 < len(text) <= 200 and not _is_elsewhere(element):
            yield from _attributes(element, clock)
            yield from clock.read(_UPDATED.split(text)[0], "date-element")


def _is_of_a_link(element: HtmlElement) -> bool:
    """Whether a line is a link to another story with its date."""
    link = element if element.tag == "a" else element.find(".//a")
    return link is not None and len(said(link).split()) >= _HEADLINE


_MACHINE_READ = (
    "datetime", "data-datetime", "data-timestamp", "data-time", "data-date", "data-utc", "data-published",
    "data-unixtime", "data-epoch", "data-utime", "data-ts", "title",
)  # fmt: skip


def _machine_read(element: HtmlElement, clock: Clock) -> Iterator[Stated]:
    """The moments in attributes of the element of a line and of those inside and right around it."""
    parent = element.getparent()
    around = [parent] if parent is not None and len(parent) <= 3 else []
    for each in (*element.iter("*"), *around):
        yield from _attributes(each, clock)


def _attributes(element: HtmlElement, clock: Clock) -> Iterator[Stated]:
    for name in _MACHINE_READ:
        yield from clock.read(element.get(name) or "", "date-element")


def _without_sentences(text: str) -> str:
    """The parts of a line that are too short to tell a story."""
    return " | ".join(p for p in text.split(" | ") if not _is_sentence(p))


def _is_sentence(part: str) -> bool:
    """Whether a part has more words than a stamp; Chinese and Japanese are told by their commas."""
    return len(part.split()) > _WORDS or bool(_SENTENCE.search(part))


def seen_updates(lines: Sequence[Line], clock: Clock) -> Iterator[Stated]:
    """What a line by the headline says after "updated"."""
    for one in lines:
        if len(one.text) <= 160 and (found := _UPDATED.search(one.text)):
            yield from clock.read(one.text[found.end() :], "line")


def announced(announcement: Mapping[str, str], clock: Clock) -> Iterator[Stated]:
    if raw := announcement.get("published"):
        yield from clock.read(raw, ANNOUNCEMENT)


def of_url(document: Document) -> Iterator[Stated]:
    if document.url and (found := _URL_DATE.search(document.url)):
        try:
            day = date(int(found[1]), int(found[2]), int(found[3]))
        except ValueError:
            return
        yield Stated(Moment(day), "url", found[0])


def by_htmldate(document: Document, clock: Clock) -> Iterator[Stated]:
    from htmldate import find_date

    # Its own latest date would be the clock's.
    latest = (clock.now + timedelta(hours=14)).date() if clock.now else date(2099, 12, 31)
    found = find_date(
        document.root,
        original_date=True,
        url=document.url,
        min_date=EARLIEST.isoformat(),
        max_date=latest.isoformat(),
    )
    if found and not found.endswith("-01-01"):  # which it makes of a year in a copyright line
        yield Stated(Moment(date.fromisoformat(found)), "htmldate", found)


def _json_ld(document: Document, members: tuple[str, ...], clock: Clock) -> Iterator[Stated]:
    for member in members:
        if raw := stated(jsonld.text(document.article.get(member)), 100):
            yield from clock.read(raw, f"json-ld:{member}")
    for node in document.nodes:
        if node is document.article or not jsonld.types(node) & {"webpage", "itempage"}:
            continue
        if raw := stated(jsonld.text(node.get(members[0])), 100):
            yield from clock.read(raw, f"json-ld:webpage.{members[0]}")


def _metas(document: Document, names: tuple[str, ...], clock: Clock) -> Iterator[Stated]:
    for name, raw in document.meta(*names):
        yield from clock.read(raw, f"meta:{name}")


def _items(document: Document, names: tuple[str, ...], clock: Clock) -> Iterator[Stated]:
    for name in names:
        for element in document.items.get(name, ())[:3]:
            raw = element.get("content") or element.get("datetime") or element.get("title")
            yield from clock.read(raw or line(said(element), 200), f"microdata:{name}")


def _times(
    document: Document, lines: Sequence[Line], clock: Clock, *, modified: bool, near: bool
) -> Iterator[Stated]:
    for element in document.surface.times[:12]:
        if _is_elsewhere(element) or is_near(element, lines) != near:
            continue
        text = line(said(element), 200)
        first, *later = _UPDATED.split(text, maxsplit=1)
        around = f"{_marks(element)} {element.get('itemprop') or ''} {_before(element)}"
        # "Published 9 March, updated 10 March"
        both = bool(later) and any(c.isdecimal() for c in first)
        changed = bool(_UPDATED.search(around)) or (bool(later) and not both)
        if both and not changed and modified:
            yield from clock.read(later[0], "time")
        if changed != modified:
            continue
        yield from clock.read(element.get("datetime") or "", "time")
        if ago(text):
            yield from _attributes(element, clock)
        yield from clock.read(first if both else text, "time")


def _is_elsewhere(element: HtmlElement) -> bool:
    """Whether a date belongs to a comment, another story or the frame of the page."""
    if _ELSEWHERE.search(_marks(element)):
        return True
    return any(a.tag in ("aside", "footer", "nav") for a in element.iterancestors())


def _marks(element: HtmlElement) -> str:
    near = (element, *(a for a, _ in zip(element.iterancestors(), range(4), strict=False)))
    return " ".join(f"{e.get('class') or ''} {e.get('id') or ''}" for e in near)


def _before(element: HtmlElement) -> str:
    """The words right before the element."""
    previous = element.getprevious()
    if previous is not None:
        return line(f"{' '.join(previous.itertext())} {previous.tail or ''}"[-200:], 200)[-40:]
    parent = element.getparent()
    return line((parent.text or "")[-200:], 200)[-40:] if parent is not None else ""
