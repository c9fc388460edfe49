"""Which part of `<title>` the page shows as its headline, where no h1 does.

Old pages set their headline in a `div`, a table or bold letters. What stands both there and in `<title>`,
alone or between its separators, is the headline, whatever the site puts before and behind it.
"""

from __future__ import annotations

import re
from itertools import islice
from typing import TYPE_CHECKING

from newscrawl.extraction.tree import said
from newscrawl.extraction.wording import folded, line

if TYPE_CHECKING:
    from lxml.html import HtmlElement

    from newscrawl.extraction.document import Document

_EAST = r"[\u3040-\u30ff\u4e00-\u9fff\uac00-\ud7af]"
#: What sets the parts of a title apart; beside Chinese, Japanese and Korean letters no blank is needed.
BREAK = re.compile(
    r"\s+[|\-–—―·•»«:⋆★☆✦✧*~›‹>/_¦→←‖⁄]+\s+|\s*[|｜¦]+\s*|\s*:::*\s*"
    rf"|(?<={_EAST})\s*[-–—―_·]+\s*(?=\S)|(?<=\S)\s*[-–—―_·]+\s*(?={_EAST})"
)
# As one looks for parts, also at what may well be of the headline itself.
_ANY_BREAK = re.compile(BREAK.pattern + r"|[:：]\s*|\s[/／]\s?|\s{2,}| (?=\S+$)")
_MOST_PARTS = 12
_SHORTEST = 6
_LONGEST = 300
_PLACES = (
    "div",
    "span",
    "td",
    "th",
    "p",
    "b",
    "strong",
    "font",
    "h2",
    "h3",
    "h4",
    "h5",
    "em",
    "big",
    "center",
)
_HEADINGS = ("h2", "h3", "h4", "h5")
_BEGINNING = 5
#: Elements inside of a headline: line breaks, bold letters.
_MOST_INSIDE = 4


def read(document: Document) -> str | None:
    """The longest run of the title's parts that an element of the page holds, and nothing else."""
    runs = _runs(document.html_title)
    if not runs:
        return None
    best = ("", False)
    body = document.root.find("body")
    whole = document.html_title.casefold()
    for element in document.root.iter(*_PLACES) if body is None else body.iter(*_PLACES):
        text = (element.text or "").strip()
        # Most elements begin with nothing of the title, and are passed over without being read.
        if not text or len(text) > _LONGEST or text[:_BEGINNING].casefold() not in whole:
            continue
        if len(element) > _MOST_INSIDE:
            continue
        run = runs.get(folded(line(said(element), _LONGEST)))
        if not run:
            continue
        found = (run, element.tag in _HEADINGS)
        if (found[1], len(run)) > (best[1], len(best[0])) and not _is_elsewhere(element):
            best = found
    return best[0] or None


def element_of(document: Document, title: str) -> HtmlElement | None:
    """The first element of the page that holds the title and nothing else, and is no link."""
    wanted, begin = folded(title), title[:_BEGINNING]
    body = document.root.find("body")
    for element in document.root.iter(*_PLACES) if body is None else body.iter(*_PLACES):
        if not (element.text or "").lstrip().startswith(begin) or len(element) > _MOST_INSIDE:
            continue
        if folded(line(said(element), _LONGEST)) == wanted and not _is_elsewhere(element):
            return element
    return None


def first_h2(document: Document) -> str | None:
    """The first h2 that is no link to another story."""
    for element in islice(document.root.iter("h2"), 8):
        text = line(said(element), _LONGEST)
        if text and element.find(".//a") is None and not _is_elsewhere(element):
            return text
    return None


def _runs(title: str) -> dict[str, str]:
    """Every run of neighbouring parts of the title, by its letters."""
    breaks = [
        (0, 0),
        *((m.start(), m.end()) for m in islice(_ANY_BREAK.finditer(title), _MOST_PARTS)),
    ]
    breaks.append((len(title), len(title)))
    runs = {}
    for i, (_, start) in enumerate(breaks[:-1]):
        for end, _ in breaks[i + 1 :]:
            run = title[start:end].strip()
            if len(gist := folded(run)) >= _SHORTEST:
                runs[gist] = run
    return runs


def _is_elsewhere(element: HtmlElement) -> bool:
    """Whether it stands in a link, a menu, breadcrumbs or the frame of the page."""
    for place in (element, *element.iterancestors()):
        if place.tag in ("a", "nav", "footer", "aside", "title", "option"):
            return True
        if re.search(
            r"breadcrumb|crumb|related|\bnav", f"{place.get('class')} {place.get('id')}", re.I
        ):
            return True
    return element.find(".//a") is not None
