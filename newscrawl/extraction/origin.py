"""Where a page was written, for what depends on it: the order of numbers in dates, and names of zones."""

from __future__ import annotations

from itertools import islice
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from newscrawl.extraction import jsonld
from newscrawl.extraction.wording import stated
from newscrawl.text.context import context_of, with_order_of

if TYPE_CHECKING:
    from collections.abc import Iterator

    from newscrawl.extraction.document import Document
    from newscrawl.text.context import DateContext

_LOCALES = ("og:locale", "content-language", "language", "dc.language")
_COUNTRIES = ("geo.region", "geo.country", "country", "icbm.country")
#: Texts of a page that are looked through for other dates.
_MAX_TEXTS = 4000


def of_page(document: Document, language: str) -> DateContext:
    """What the page's address, its meta tags and its publisher's address say; `language` is its own."""
    root = document.root
    tags = [(root.get("lang") or root.get("xml:lang") or "", "html:lang")]
    tags += [(value, f"meta:{name}") for name, value in document.meta(*_LOCALES)]
    countries = [(value, f"meta:{name}") for name, value in document.meta(*_COUNTRIES)]
    countries += [(country, "json-ld:addressCountry") for country in _publishers_country(document)]
    host = urlsplit(document.url or "").hostname or ""
    return context_of(language, host=host, tags=tags, countries=countries)


def _publishers_country(document: Document) -> Iterator[str]:
    publisher = document.resolved(document.article.get("publisher"))
    if isinstance(publisher, dict):
        address = document.resolved(publisher.get("address"))
        if isinstance(address, dict):
            yield stated(jsonld.text(address.get("addressCountry")), 10)


def with_other_dates(document: Document, context: DateContext) -> DateContext:
    """The context, with the order of those dates in numbers on the page that allow one order only."""
    texts = (t for t in islice(document.root.itertext(), _MAX_TEXTS) if len(t) <= 400)
    return with_order_of(texts, context, where="on the page")
