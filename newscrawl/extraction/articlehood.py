"""Is this page one article, or a front, a list, a search or an error?

No single sign decides: what the page states, what its address says and what its text is like are
weighed. Text counts most, for a list of teasers has no paragraphs of its own.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from newscrawl import urls
from newscrawl.extraction import jsonld
from newscrawl.extraction.fragments import EAST
from newscrawl.extraction.wording import words

if TYPE_CHECKING:
    from collections.abc import Sequence

    from newscrawl.extraction.blocks import Block
    from newscrawl.extraction.document import Document

_LISTS = frozenset(
    words(
        """
    collectionpage itemlist searchresultspage profilepage aboutpage contactpage faqpage
    checkoutpage
    """
    )
)
_LIST_ADDRESS = re.compile(
    r"/(?:tags?|topics?|category|categories|kategorie|categoria|categorie|rubrik|section|sections"
    r"|search|suche|buscar|recherche|cerca"
    r"|authors?|autor|autoren|auteur|archive|archiv|archivo|themen?|thema|tema|temas|page/\d+"
    r"|feed|login|register|subscribe|newsletter)(?:/[^/]*){0,2}/?$"
    r"|[?&](?:s|q|query|search|suche)=",
    re.IGNORECASE,
)
_STANDING = re.compile(
    r"/(?:about(?:-us)?|privacy(?:-policy)?|terms(?:-[\w-]+)?|cookies?(?:-policy)?"
    r"|contact(?:-us)?|imprint|impressum|datenschutz(?:erklaerung)?|agb|kontakt"
    r"|subscribe|subscription|newsletters?|login|sign-?in|register|account|advertise|jobs|careers"
    r"|faq|help|mentions-legales|aviso-legal|politica-de-privacidad)(?:\.\w+|/)?$",
    re.IGNORECASE,
)
_ERROR = re.compile(
    r"^(?:error\s*)?(?:404|403|410|500|502|503)(?=\W*$|\s*[-–—:|·!]|\s+(?:not|page|error|forbidden"
    r"|internal"
    r"|service|server|gone|bad|seite|página|pagina|страница)\b)|\b(?:page|seite|page web|página|pagina"
    r"|страница)\s+(?:was |cannot be |could not be |is )?(?:not found|nicht gefunden|introuvable"
    r"|no encontrada|non trovata|não encontrada|не найдена)"
    r"|^\W*(?:error\W*)?(?:not found|nicht gefunden|introuvable|no encontrado|non trovato"
    r"|не найдено)\W*(?:[-–—|].*)?$"
    r"|^\W*(?:access denied|attention required|just a moment|are you a robot|zugriff verweigert"
    r"|nicht verfügbar)|ページが見つかりません|页面不存在|페이지를 찾을 수 없",
    re.IGNORECASE,
)
#: A paragraph is running text from this length on.
_PARAGRAPH = 140
_LONG_TEXT = 900


def reason_against(
    document: Document, *, title: str | None, blocks: Sequence[Block], dated: bool
) -> str | None:
    """Why the page is no article; None if it is one."""
    sizes = [(b, _weight(b.text)) for b in blocks]
    text = sum(size for _, size in sizes)
    running = sum(size for b, size in sizes if size >= _PARAGRAPH or b.kind == "quote")
    if not text and not title:
        return "no text"
    score, against = _stated(document, dated)
    told = score > 0 and dated and (running or jsonld.is_article(document.article))
    if title and _ERROR.search(title) and text < 2 * _LONG_TEXT and not told:
        return "an error page"
    if running >= _LONG_TEXT:
        score += 3
    elif running >= 250:
        score += 2
    elif text < 80:
        score -= 1
        against.append("no text")
    if text and running < 0.35 * text and document.surface.teasers >= 5:
        score -= 2
        against.append("a list of teasers")
    return None if score > 0 else (against or ["nothing speaks for an article"])[0]


def _weight(text: str) -> int:
    """Its length in letters; a Chinese, Japanese or Korean one says as much as two or three others."""
    return len(text) * 5 // 2 if EAST.search(text) else len(text)


def _stated(document: Document, dated: bool) -> tuple[int, list[str]]:
    score, against = 0, []
    if jsonld.is_article(document.article):
        score += 3
    types = {t for node in document.nodes for t in jsonld.types(node)}
    if types & _LISTS and not jsonld.is_article(document.article):
        score -= 2
        against.append("stated to be a list")
    kinds = {v.lower() for v in document.metas.get("og:type", ())}
    score += 2 if "article" in kinds or document.metas.get("article:published_time") else 0
    score += 1 if dated else 0
    address = document.url or ""
    if address and urls.is_front(address):
        score -= 5
        against.append("the front page of the site")
    elif address and _LIST_ADDRESS.search(urlsplit(address).path + "?" + urlsplit(address).query):
        score -= 2
        against.append("the address is one of a list")
    elif address and _STANDING.search(urlsplit(address).path):
        score -= 4
        against.append("the address is one of a standing page")
    return score, against
