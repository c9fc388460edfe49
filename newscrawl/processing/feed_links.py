"""Which links of a page lead to feeds, or to a page that lists feeds? By their address and their text."""

from __future__ import annotations

import re
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from lxml import etree

from newscrawl import urls
from newscrawl.warc.http import body_of
from newscrawl.warc.reader import read_record

if TYPE_CHECKING:
    from newscrawl.items import Page

#: Bytes of a page and links on it that are looked at.
_PAGE_MAX = 5_000_000
_ANCHORS_MAX = 5_000

_ADDRESS = re.compile(r"(?:^|[/._?=&-])(?:rss|feeds?|atom|rdf)(?:\d|[/._?=&-]|$)|\.xml$", re.I)
_TEXT = re.compile(r"\b(?:rss|atom|feeds?)\b", re.IGNORECASE)
_NOT_ARTICLES = re.compile(r"/comments?/", re.IGNORECASE)


def feed_links(warc: str, page: Page) -> list[str]:
    """The URLs in question, in the order of the captured page, each once."""
    record = read_record(Path(warc), page.capture.offset, page.capture.length)
    _, body = body_of(record.message(), limit=_PAGE_MAX)
    try:
        root = etree.fromstring(body, etree.HTMLParser(huge_tree=True, no_network=True))
    except etree.XMLSyntaxError:  # not a single element in it
        return []
    found: dict[str, str] = {}
    for anchor in islice(root.iter("a"), _ANCHORS_MAX):
        target = urls.fetchable(anchor.get("href") or "#", page.url)
        if target and _is_one(target, "".join(anchor.itertext())[:80], page.url):
            found.setdefault(urls.key(target), target)
    found.pop(urls.key(page.url), None)
    return list(found.values())


def _is_one(target: str, text: str, page: str) -> bool:
    parts = urlsplit(target)
    address = f"{parts.path}?{parts.query}"
    if _NOT_ARTICLES.search(address) or "sitemap" in address.lower():
        return False
    # Some papers leave their feeds to a service, whose host says so.
    near = urls.same_site(target, page) or parts.netloc.startswith(("feeds.", "rss."))
    return near and bool(_ADDRESS.search(address) or _TEXT.search(text))
