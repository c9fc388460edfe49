"""What does an archive know of an article that tells where its words come from? Names, links, times."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from newscrawl.errors import ArchiveError, Missed, NotHttp
from newscrawl.lineage.direction import Revision, Sighting, StatedTime, Witness
from newscrawl.lineage.units import units
from newscrawl.urls import key, site
from newscrawl.warc.http import body_of
from newscrawl.warc.reader import read_record

if TYPE_CHECKING:
    from collections.abc import Sequence

    from newscrawl.archive_reader import ArchiveReader
    from newscrawl.items import Article, Page

#: Captures of a list that are looked at for when it did not name an article yet.
MAX_LOOKS = 12
#: Bytes of a list that are looked at.
MAX_LIST_BYTES = 20_000_000
#: Offsets of zones: a time without one may lie so many hours to either side.
_WEST, _EAST = timedelta(hours=12), timedelta(hours=14)
_LINK = re.compile(r"\]\((https?://[^)\s]+)\)")
_STAMP = "%Y-%m-%dT%H:%M:%SZ"


def witness(archive: ArchiveReader, revisions: Sequence[Article]) -> Witness:
    """What is known of an article by all of its revisions, the first one first."""
    first = revisions[0]
    url = first.url or ""
    own = {key(each.url) for each in revisions if each.url}
    links = {key(found) for found in _LINK.findall(first.body_markdown or "")}
    if first.canonical_url:
        links.add(key(first.canonical_url))
    return Witness(
        names=_names(first),
        credits=frozenset(map(_folded, (*first.credit, *first.authors))),
        url_keys=frozenset(own),
        link_keys=frozenset(links - own),
        revisions=tuple(Revision(units(each.body or ""), _seen_at(each)) for each in revisions),
        sighting=Sighting(_absent_at(archive, url, _seen_at(first)), _seen_at(first)),
        stated=_stated(revisions),
    )


def _names(article: Article) -> frozenset[str]:
    """By what others may call the paper: publisher, source, and the name of its site."""
    domain = site(article.url or "").partition(":")[0]
    named = [article.publisher, article.source, domain]
    label = domain.partition(".")[0]
    if not label.isdigit():
        named.append(label)
    return frozenset(_folded(each) for each in named if each)


def _folded(name: str) -> str:
    return " ".join(name.casefold().split())


def _seen_at(article: Article) -> str:
    return article.capture.captured_at if article.capture else ""


def _absent_at(archive: ArchiveReader, url: str, seen_at: str) -> str | None:
    """The last look at the list that announced an article at which it was not named; None without one."""
    lease = next(iter(archive.frontier.known([url]).values()), None)
    if lease is None or lease.via is None:
        return None
    pages = [p for p in archive.store.captures_of([lease.via]) if p.capture.captured_at < seen_at]
    path = urlsplit(url).path.encode()
    for page in reversed(pages[-MAX_LOOKS:]):
        if page.capture.status == 200 and len(path) > 1:
            body = _body(archive, page)
            if body is None:
                return None
            if path not in body:
                return page.capture.captured_at
    return None


def _body(archive: ArchiveReader, page: Page) -> bytes | None:
    """The body of a capture of a list; None if it cannot be read, or refers to another capture."""
    capture = archive.store.original(page.url, page.capture.payload_digest) or page.capture
    path = archive.layout.warc(capture.warc)
    try:
        record = read_record(path, capture.offset, capture.length)
        return body_of(record.message(), limit=MAX_LIST_BYTES)[1]
    except (ArchiveError, Missed, NotHttp, OSError, ValueError):
        return None


def _stated(revisions: Sequence[Article]) -> StatedTime | None:
    """When a page says that it was published; None if it says nothing, or has said several things."""
    stated = {each.published_at for each in revisions}
    if len(stated) != 1 or not (time := revisions[0].published_at):
        return None
    moment = datetime.fromisoformat(time)
    width = {"day": timedelta(days=1), "hour": timedelta(hours=1), "minute": timedelta(minutes=1)}
    end = moment + width.get(revisions[0].published_precision or "", timedelta(0))
    if moment.tzinfo is None:
        return StatedTime(_stamp(moment - _EAST), _stamp(end + _WEST))
    return StatedTime(_stamp(moment), _stamp(end))


def _stamp(moment: datetime) -> str:
    aware = moment if moment.tzinfo else moment.replace(tzinfo=UTC)
    return aware.astimezone(UTC).strftime(_STAMP)
