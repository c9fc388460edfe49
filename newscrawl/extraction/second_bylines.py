"""Bylines inside the text: the article's own, which is no text, and those of further contributors.

"Analysis: A, Russia Editor" over a part of the article, "Additional reporting by B" under it.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from newscrawl.extraction import roles
from newscrawl.extraction.agencies import is_agency
from newscrawl.extraction.fragments import EAST
from newscrawl.extraction.names import begins_as_byline, parse
from newscrawl.extraction.persons import is_full_name
from newscrawl.extraction.tree import said
from newscrawl.extraction.witness import Witness, witness
from newscrawl.extraction.wording import MOST_NAMES, folded, line
from newscrawl.text.calendar_words import month_pattern
from newscrawl.text.dates import is_dated

if TYPE_CHECKING:
    from collections.abc import Sequence

    from newscrawl.extraction.blocks import Block
    from newscrawl.extraction.bylines import Byline, Reader
    from newscrawl.extraction.document import Document

_LONGEST = 140
#: Blocks at the beginning among which the lines around a headline may have been read as text.
_HEAD = 8
#: Blocks at the end among which agencies and editors sign.
_FOOT = 4

_PART = re.compile(
    r"^[(\[]?(?:analysis|explainer|commentary|comment|opinion|viewpoint|interview|review|box"
    r"|at the scene"
    r"|analyse|kommentar|einschätzung|hintergrund|análisis|opinión|analisi|commento|análise"
    r"|analyys[ií]|analiza|анализ|комментарий|تحليل|解説|分析)"
    r"\s*(?:by|von|par|por|di|av|af|:|：|\||–|—)+\s*(?P<who>.+?)[)\]]?$",
    re.IGNORECASE,
)
_HELP = re.compile(
    r"(?:additional|further|extra)? ?(?:reporting|research|contributions?|writing|editing|edited"
    r"|compiled|produced)(?: and (?:writing|editing|reporting))? by (?P<a>[^;.()]+)"
    r"|(?P<b>[^;.()]{3,80}?) contributed (?:to this|reporting)"
    r"|(?:mitarbeit|unter mitarbeit von|mit material von|redaktion"
    r"|bearbeitet von)\s*:?\s*(?P<c>[^;.()]+)"
    r"|avec (?:la collaboration|le concours) de (?P<d>[^;.()]+)|con (?:información"
    r"|la colaboración) de (?P<e>[^;.()]+)",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class Sorted:
    """The blocks that are text, and what the others said of contributors."""

    blocks: tuple[Block, ...]
    contributors: tuple[str, ...]
    witnesses: tuple[Witness, ...]


def sort_out(
    blocks: Sequence[Block],
    *,
    reader: Reader,
    named: Sequence[str],
    byline: str | None,
    marked: Sequence[tuple[str, list[str]]] = (),
) -> Sorted:
    """Takes bylines out of the text; `named` are authors and credit, `byline` is how they stood."""
    own = {folded(n) for n in named} | ({folded(byline)} if byline else set())
    kept: list[Block] = []
    contributors: dict[str, str] = {}
    witnesses: list[Witness] = []
    for raw, persons in marked:
        contributors |= {folded(name): name for name in persons if folded(name) not in own}
        witnesses.append(witness(", ".join(persons), "byline", raw))
    for i, block in enumerate(blocks):
        if i < _HEAD and _is_of_the_head(block, own, reader):
            continue
        if i >= len(blocks) - _FOOT and _is_of_the_foot(block):
            continue
        persons = _persons(block, reader, last=i >= len(blocks) - 3)
        if not persons:
            kept.append(block)
            continue
        for name in persons:
            if folded(name) not in own:
                contributors.setdefault(folded(name), name)
        witnesses.append(witness(", ".join(persons), "text", block.text))
    return Sorted(tuple(kept), tuple(contributors.values())[:MOST_NAMES], tuple(witnesses))


def signature(blocks: Sequence[Block], *, reader: Reader) -> Byline | None:
    """The names that the text ends with, where its last line is nothing else.

    A name that no word calls a byline signs a text, and not a list of other names; in a script without
    capitals it is not told from any other words.
    """
    for i, block in enumerate(blocks[:-3:-1], start=2):
        if len(block.text) > _LONGEST or block.text[-1:] in '.!?"”»':
            break
        found = reader.byline(block.text, "signature")
        whole = len(found.persons) == 1 and folded(found.persons[0]) == folded(block.text)
        opened = begins_as_byline(block.text)
        signs = (
            whole and _is_told_from_words(block.text) and not _names_others(blocks[-i:][:1], reader)
        )
        if not (signs or opened):
            continue
        full = all(is_full_name(p) or (opened and EAST.search(p)) for p in found.persons)
        if found.clean and found.persons and full:
            return found
    return None


def _is_told_from_words(name: str) -> bool:
    return name.lower() != name.upper() or bool(EAST.search(name))


def _names_others(blocks: Sequence[Block], reader: Reader) -> bool:
    """Whether the line before is a name as well, or says what somebody was: "Director: A"."""
    short = [b for b in blocks if len(b.text) <= _LONGEST and b.text[-1:] not in '.!?"”»']
    return any(map(is_full_name, (p for b in short for p in reader.byline(b.text, "line").persons)))


def agencies_at_end(blocks: Sequence[Block], *, reader: Reader) -> Byline | None:
    """The agency that one of the last lines is: "dpa", "Source: Reuters"."""
    for block in blocks[:-3:-1]:
        if len(block.text) <= 60 and (
            _is_agency_line(block.text) or roles.SOURCE.match(block.text)
        ):
            found = reader.byline(block.text, "signature")
            if found.bodies and not found.persons:
                return found
    return None


def marked(document: Document, *, reader: Reader) -> list[tuple[str, list[str]]]:
    """The raw text and the persons of marked bylines over a part of the article."""
    found = []
    for element in document.surface.bylines[:80]:
        raw = line(said(element), 200)
        if (part := _PART.match(raw)) and (persons := _full(part["who"], reader)):
            found.append((raw, persons))
    return found


def _is_of_the_head(block: Block, own: set[str], reader: Reader) -> bool:
    text = block.text
    if len(text) > _LONGEST or block.kind == "row":
        return False
    if folded(text) in own:
        return True
    if block.kind != "heading" and _is_stamp(text, reader.language):
        return True
    return bool(begins_as_byline(text) and _clean_persons(text, reader) & own)


_MAKER = re.compile(
    r"[\[【(（]?\s*(?:责任编辑|責任編輯|责编|責編|编辑|編輯|校对|校對|审核|作者|来源|來源)\s*[:：].{1,40}"
)


def _is_of_the_foot(block: Block) -> bool:
    """Whether a line under the text says no more than where it is from, or who edited it."""
    text = block.text
    if len(text) > 60 or block.kind == "row":
        return False
    source = roles.SOURCE.match(text)
    told = source and text[source.end() :].strip()
    return bool(told or _MAKER.fullmatch(text)) or _is_agency_line(text)


def _is_agency_line(text: str) -> bool:
    return is_agency(text.strip(" ()[].–—-"))


_STAMPED = re.compile(
    r"\W*(?:(?:first |last )?(?:published|posted|updated|modified)|veröffentlicht|aktualisiert"
    r"|stand|erstellt|publiée?|mise? à jour"
    r"|publicad[oa]|actualizad[oa]|pubblicato|aggiornato|atualizad[oa]|opdateret|oppdatert"
    r"|publisert|publicerad|uppdaterad"
    r"|gepubliceerd|bijgewerkt|julkaistu|päivitetty|опубликовано|обновлено|güncelleme|发布|發布|更新|입력"
    r"|수정)(?!\w)",
    re.IGNORECASE,
)


def _is_stamp(text: str, language: str) -> bool:
    """Whether a line is the date under a headline, or what is left of it without its `<time>`."""
    if _STAMPED.match(text) and (len(text) <= 30 or is_dated(text, language=language)):
        return True
    if len(text) > 60 or text[-1:] in '.!?:"”»':
        return False
    if is_dated(text, language=language):
        return True
    month = month_pattern(language[:2]).sub("", text.casefold())
    return len(text) <= 25 and month != text.casefold() and not re.search(r"[^\W\d]", month)


def _persons(block: Block, reader: Reader, *, last: bool) -> list[str]:
    """The persons whom a block that is a byline names; none for a block of text."""
    text = block.text
    if len(text) <= _LONGEST and (found := _PART.match(text)):
        return _full(found["who"], reader)
    if last and len(text) <= 3 * _LONGEST and (found := _HELP.search(text)):
        named = [g for f in _HELP.finditer(text) for g in f.groupdict().values() if g]
        covered = sum(len(f[0]) for f in _HELP.finditer(text))
        if covered >= 0.5 * len(text):
            return [n for who in named for n in _full(who, reader)]
    if len(text) <= 100 and text[-1:] != "." and begins_as_byline(text):
        return _full(text, reader)
    return []


def _full(text: str, reader: Reader) -> list[str]:
    found = parse(text, papers=reader.papers, language=reader.language, loose=True)
    persons = [n.text for n in found.names if n.person]
    return persons if found.clean and all(" " in p or not p.isascii() for p in persons) else []


def _clean_persons(text: str, reader: Reader) -> set[str]:
    found = parse(text, papers=reader.papers, language=reader.language, loose=True)
    return {folded(n.text) for n in found.names}
