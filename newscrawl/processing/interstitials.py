"""Is this answer a wall that was put before the page: a challenge to bots, or a question for consent?

Or does it do nothing but send its reader on to another page?

An answer is taken for one only if it has next to no text of its own. What vendors of such walls send is
a table (`interstitials.json`); what they say to people is matched in titles and headings alone.
"""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from lxml import etree, html

from newscrawl.errors import Missed
from newscrawl.processing.refresh import refresh_target

if TYPE_CHECKING:
    from newscrawl.warc.http import Head

#: Statuses that such walls are served with, apart from 200.
STATUSES = frozenset({202, 401, 403, 405, 406, 429, 503})
#: Visible characters up to which a page may be a challenge; consent pages explain themselves.
_CHALLENGE, _CONSENT = 1_200, 8_000
#: With no more than this a page says nothing but that one has to wait, or to solve something.
_SILENT = 300
#: Bytes of a page that are looked at: walls are small.
_LONGEST = 400_000
_UNSEEN = "script|style|noscript|template|svg|head"
_ARTICLE = re.compile(r'"@type"\s*:\s*\[?\s*"(?:\w*NewsArticle|Article|BlogPosting)"')

_TABLE = json.loads(Path(__file__).with_name("interstitials.json").read_text("utf-8"))


def _any(phrases: list[str]) -> re.Pattern[str]:
    return re.compile("|".join(phrases), re.IGNORECASE)


_CHECKING, _ASKING = _any(_TABLE["checking"]), _any(_TABLE["consent"])
_CAPTCHA, _AGREEING = _any([_TABLE["captchas"]]), _any([_TABLE["agreeing"]])
_CONSENT_PLACE = _any([_TABLE["consent_places"]])


@dataclass(frozen=True, slots=True)
class _Seen:
    """What a browser shows of a page and what it runs.

    `headings` are its title and its h1 where that is the only one: banners have smaller ones.
    """

    headings: str
    text: int
    markup: str
    buttons: str
    states_article: bool


#: Characters of text beside which a refresh is obeyed: a page that says more is a page, wherever it leads.
MAX_REFRESHED = 500


def wall(head: Head, body: bytes, *, url: str) -> Missed | None:
    """The miss of what is no page: `bot-wall` or `consent-wall`, with whose wall it is or what it says;
    `moved`, with the URL to which it goes on by itself. None for a page.
    """
    headers = {name.lower(): value for name, value in head.headers}
    status = head.status or 200
    for entry in _TABLE["named"]:
        applies = "headers" in entry and status in entry.get("status", (status,))
        if applies and _has(headers, entry["headers"]):
            return Missed("bot-wall", f"{entry['name']}, status {status}")
    seen = _see(body, headers.get("content-type"))
    if seen is not None and seen.states_article:
        return None
    if seen is not None and (found := _challenge(seen, status) or _consent(seen, url)):
        return found
    if status != 200 or (seen is not None and seen.text > MAX_REFRESHED):
        return None
    target = refresh_target(head, body, url=url)
    return Missed("moved", target=target) if target else None


def _has(headers: dict[str, str], wanted: dict[str, str]) -> bool:
    return all(re.search(said, headers.get(name, ""), re.I) for name, said in wanted.items())


def _challenge(seen: _Seen, status: int) -> Missed | None:
    if seen.text > _CHALLENGE:
        return None
    said = _CHECKING.search(seen.headings)
    # Scripts of these vendors and captchas stand in ordinary pages, too, which have something to say.
    if not said and status not in STATUSES and seen.text > _SILENT:
        return None
    for entry in _TABLE["named"]:
        if "scripts" in entry and re.search(entry["scripts"], seen.markup):
            return Missed("bot-wall", f"{entry['name']}, status {status}")
    if _CAPTCHA.search(seen.markup):
        return Missed("bot-wall", f"a captcha, status {status}")
    if said and (status in STATUSES or (seen.text <= _SILENT and "<script" in seen.markup)):
        return Missed("bot-wall", f"{said[0]!r}, status {status}")
    return None


def _consent(seen: _Seen, url: str) -> Missed | None:
    if seen.text > _CONSENT or not _AGREEING.search(seen.buttons):
        return None
    if said := _ASKING.search(seen.headings):
        return Missed("consent-wall", repr(said[0]))
    if place := _CONSENT_PLACE.search(url):
        return Missed("consent-wall", f"at {place[0]}")
    return None


def _see(body: bytes, content_type: str | None) -> _Seen | None:
    from newscrawl.text.charset import decode

    text = decode(body[:_LONGEST], content_type=content_type).text
    try:
        root = html.document_fromstring(text.replace("\0", "").encode("utf-8", "replace"), _PARSER)
    except (etree.ParserError, etree.XMLSyntaxError):
        return None
    titles, tops = list(root.iter("title"))[:1], list(root.iter("h1"))
    headings = " | ".join(map(_line, [*titles, *(tops if len(tops) == 1 else ())]))
    buttons = root.xpath("//button | //input[@type='submit' or @type='button'] | //form//a")
    words = " | ".join(f"{_line(each)} {each.get('value') or ''}" for each in buttons)
    og_type = root.xpath("string(//meta[@property='og:type']/@content)")
    stated = og_type.lower() == "article" or _ARTICLE.search(text) is not None
    return _Seen(headings, _visible(root), text, words, stated)


_PARSER = html.HTMLParser(encoding="utf-8", remove_comments=True, remove_pis=True)


def _visible(root: html.HtmlElement) -> int:
    unseen = " or ".join(f"self::{name}" for name in _UNSEEN.split("|"))
    pieces = root.xpath(f"//text()[not(ancestor::*[{unseen}])]")
    return sum(len(" ".join(piece.split())) for piece in pieces)


def _line(element: html.HtmlElement) -> str:
    return " ".join(element.text_content().split())
