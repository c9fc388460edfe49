"""Where does a page send its reader without being asked? What HTML and scripts use in place of a redirect.

Read are the header `Refresh` and `<meta http-equiv=refresh>`, also in `<noscript>`, in the syntax of the
HTML standard (4.2.5.3), and in a page that has nothing else a script's assignment to `location`.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from lxml import etree, html

from newscrawl import urls
from newscrawl.text.charset import decode

if TYPE_CHECKING:
    from newscrawl.warc.http import Head

#: Seconds after which a page that goes on to another one is still a page of its own.
MAX_SECONDS = 30
#: Characters of a page that are looked at.
_LONGEST = 200_000
#: Characters that a page shows at most which sends its reader on, by its markup or by a script.
_BRIEF, _SILENT = 1_200, 300
_CONTENT = re.compile(
    r"\s*(?P<seconds>\d*)(?:\.[\d.]*)?(?:\s*[;,]\s*|\s+)(?:url\s*=\s*)?(?P<quote>[\"']?)(?P<url>.+)",
    re.IGNORECASE | re.DOTALL,
)
_SCRIPT = re.compile(
    r"(?:^|[\s;{(.])location(?:\.href)?\s*(?:=|\.(?:replace|assign)\s*\()\s*"
    r"(?P<quote>[\"'])(?P<url>[^\"'\s]+)(?P=quote)"
)


def refresh_target(head: Head, body: bytes, *, url: str) -> str | None:
    """The other URL that a page goes on to within `MAX_SECONDS`; None for one that stays, or loads itself."""
    found = _named(head.get("refresh") or "")
    base = url
    if found is None:
        text = decode(body[:_LONGEST], content_type=head.get("content-type")).text
        if "refresh" not in text.lower() and "location" not in text:
            return None
        try:
            root = html.document_fromstring(text.encode(), parser=html.HTMLParser(encoding="utf-8"))
        except (etree.LxmlError, ValueError):
            return None
        base = urls.fetchable(next(iter(root.xpath("//base/@href")), ""), url) or url
        shown = _shown(root)
        found = _of_markup(root) if shown <= _BRIEF else None
        found = found or (_of_script(root) if shown <= _SILENT else None)
    target = urls.fetchable(found, base) if found else None
    return None if target is None or urls.key(target) == urls.key(url) else target


def _of_markup(root: html.HtmlElement) -> str | None:
    for meta in root.iter("meta"):
        if (meta.get("http-equiv") or "").strip().lower() == "refresh":
            return _named(meta.get("content") or "")
    return None


def _of_script(root: html.HtmlElement) -> str | None:
    found = (_SCRIPT.search(e.text or "") for e in root.iter("script"))
    return next((f["url"] for f in found if f), None)


def _shown(root: html.HtmlElement) -> int:
    """How many characters a page shows to those whose browser runs scripts."""
    seen = root.xpath("//body//text()[not(ancestor::script|ancestor::style|ancestor::noscript)]")
    return sum(len(text.strip()) for text in seen)


def _named(content: str) -> str | None:
    """The address in a refresh that comes soon enough."""
    found = _CONTENT.fullmatch(content)
    if found is None or int(found["seconds"][:9] or 0) > MAX_SECONDS:
        return None
    named = found["url"]
    return (named.split(found["quote"])[0] if found["quote"] else named).strip() or None
