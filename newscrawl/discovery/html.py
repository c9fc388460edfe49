"""Which articles, sections and feeds an HTML page links to."""

from __future__ import annotations

import re
from dataclasses import dataclass
from itertools import islice
from typing import TYPE_CHECKING

from lxml import etree

from newscrawl.discovery import scoring
from newscrawl.discovery.html_tree import base_of, tree_of
from newscrawl.discovery.links import BOUNDS, Discovery, Link, note, note_address
from newscrawl.discovery.shapes import is_tried, shape
from newscrawl.discovery.titles import plain
from newscrawl.urls import fetchable, is_front, key, same_site

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

#: `a` elements of one page that are looked at; the fullest front pages seen have about 2,000.
ANCHORS_MAX = 20_000
#: How far up from a link its place is looked for.
ANCESTORS_MAX = 24
#: Elements inside one link that are looked at.
NODES_MAX = 200
#: Characters of one link's text that are read.
TEXT_MAX = 400

_HEADINGS = frozenset(("h1", "h2", "h3", "h4", "h5", "h6"))
_MARGINS = frozenset(("nav", "footer", "aside"))
_MARGIN_ROLES = frozenset(("navigation", "contentinfo", "menu", "menubar", "search"))
_UNSEEN = frozenset(("script", "style", "template", "noscript", "svg"))
_FEED_TYPES = ("application/rss+xml", "application/atom+xml", "application/feed+json",
               "application/rdf+xml")  # fmt: skip
_FOOTER = re.compile(r"(?:^|[\s_-])footer(?:$|[\s_-])", re.I)
_NAV = re.compile(
    r"(?:^|[\s_-])(?:nav|navigation|navbar|menu|main-?menu|footer|breadcrumbs?)(?:$|[\s_-])", re.I
)


@dataclass(slots=True)
class _Seen:
    """The best that is known of one address, from all its links on the page."""

    url: str
    score: float = -100.0
    text: str = ""
    worth: float = -100.0
    nav: bool = False
    footer: bool = True  # stands nowhere else


def read_html(
    text: str,
    *,
    url: str,
    faults: list[str],
    most: int = BOUNDS.links,
    learned: Mapping[str, bool] | None = None,
) -> Discovery:
    """Up to `most` links: feeds first, then articles and sections in the order of the page.

    `learned` as in `discover`.
    """
    root = tree_of(text)
    if root is None:
        return Discovery("html", (), (*faults, "no markup"))
    base = base_of(root, url)
    own = key(fetchable(url) or url)
    links = {key(link.url): link for link in _feeds(root, base)}
    seen: dict[str, _Seen] = {}
    for anchor in islice(root.iter("a", "area"), ANCHORS_MAX):
        target = fetchable(anchor.get("href") or "#", base)
        if target is None:
            note_address(faults, anchor.get("href") or "", base, long_only=True)
            continue
        if not same_site(target, url):
            continue
        if (name := key(target)) != own and name not in links:
            _look(anchor, seen.setdefault(name, _Seen(target)))
    language = root.get("lang") or None
    for name, found in seen.items():
        if len(links) >= most:
            note(faults, f"more than {most} links")
            break
        if link := _link(found, url, language, learned or {}):
            links[name] = link
    title = next((t for e in root.iter("title") if (t := plain(_text(e)))), None)
    return Discovery("html", tuple(links.values()), tuple(faults), title)


@dataclass(slots=True)
class _Place:
    """Where a link stands."""

    heading: bool = False
    article: bool = False
    main: bool = False
    margin: bool = False
    footer: bool = False


def _feeds(root: etree._Element, base: str) -> Iterator[Link]:
    for element in root.iter("link"):
        rels = (element.get("rel") or "").lower().split()
        kind = (element.get("type") or "").lower().partition(";")[0].strip()
        target = fetchable(element.get("href") or "#", base)
        if "alternate" in rels and kind in _FEED_TYPES and target:
            yield Link(target, "feed", title=plain(element.get("title")))


def _look(anchor: etree._Element, seen: _Seen) -> None:
    """Add what this link tells to what is known of its address."""
    text = plain(_text(anchor)) or plain(anchor.get("title") or anchor.get("aria-label")) or ""
    inside = islice(anchor.iter(etree.Element), NODES_MAX)
    heading = next((plain(_text(e)) for e in inside if e.tag in _HEADINGS), None)
    place = _place(anchor, within=heading is not None)
    seen.nav = seen.nav or place.margin
    seen.footer = seen.footer and place.footer
    score = scoring.place_score(
        heading=place.heading, article=place.article, main=place.main, margin=place.margin
    ) + scoring.text_score(heading or text)
    seen.score = max(seen.score, score)
    # The headline is the link in the best place that has one, not the picture's or "read more".
    worth = score + (1 if len(text) > 15 else 0)
    if (heading or text) and worth > seen.worth:
        seen.text, seen.worth = heading or text, worth


def _place(anchor: etree._Element, *, within: bool) -> _Place:
    place, header = _Place(heading=within), False
    for element in islice(anchor.iterancestors(), ANCESTORS_MAX):
        tag, role = element.tag, element.get("role") or ""
        label = element.get("class") or ""
        place.heading = place.heading or tag in _HEADINGS
        place.footer = place.footer or tag == "footer" or _FOOTER.search(label) is not None
        header = header or tag == "header" or role == "banner"
        if tag in ("article", "main") or role in ("article", "main"):
            place.article = place.article or "article" in (tag, role)
            place.main = place.main or "main" in (tag, role)
            header = False  # an article's own header is where its headline stands
        elif not place.article and not place.main:
            in_margin = tag in _MARGINS or role in _MARGIN_ROLES or _NAV.search(label) is not None
            place.margin = place.margin or in_margin
    place.margin = place.margin or header
    return place


def _link(seen: _Seen, page: str, language: str | None, learned: Mapping[str, bool]) -> Link | None:
    if _is_article(seen, learned):
        return Link(seen.url, "article", title=seen.text or None, language=language)
    if scoring.is_refused(seen.url) and not is_front(seen.url):
        return None
    front = is_front(seen.url) and key(seen.url) != key(page)
    if seen.footer or not scoring.is_short(seen.url):
        return None
    if seen.nav or front or scoring.text_score(seen.text) <= 0:
        return Link(seen.url, "section", title=seen.text or None, language=language)
    return None


def _is_article(seen: _Seen, learned: Mapping[str, bool]) -> bool:
    """By what its host has taught of such URLs, if that is anything; else by its score."""
    looks_like_one = scoring.url_score(seen.url) + seen.score >= scoring.THRESHOLD
    taught = learned.get(shape(seen.url)) if learned else None
    if taught is None:
        return looks_like_one
    return taught or (looks_like_one and is_tried(seen.url))


def _text(element: etree._Element) -> str:
    """The characters inside, up to TEXT_MAX, spaced where elements meet; scripts left out."""
    out: list[str] = []
    size = 0
    walk = etree.iterwalk(element, events=("start", "end"))
    for event, node in islice(walk, 2 * NODES_MAX):
        if event == "end":
            piece = node.tail if node is not element else None
        elif node.tag in _UNSEEN:
            continue
        else:
            piece = node.text
        if piece:
            out.append(piece)
            size += len(piece)
        if size > TEXT_MAX:
            break
    return " ".join(out)
