"""What stands around a headline and is none of it: the paper's name, a section, a rubric.

A part is taken off only where it says what it is: behind or before a bar, if it is short; by a dash, if it is
the name of the paper or section; before a colon, if it is a rubric ("Opinion", "Analyse"). So "Mayor: I did
not lie" keeps its speaker, and "Ferry sinks - 20 dead" its number.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

#: Words of a part beside a bar, at most, and of what is left, at least.
MAX_AFFIX, MIN_HEADLINE = 4, 3
#: Characters of a headline that is cut off, at least: a shorter beginning tells nothing.
MIN_CUT = 12
_BAR = re.compile(r"\s+[|｜│·]\s+")
_DASH = re.compile(r"\s+[-–—]\s+")
_COLON = re.compile(r"[:：]\s*")
_CUT = re.compile(r"\s*(?:…|\.\.\.)$")
_RUBRICS = frozenset(
    word.casefold()
    for word in (
        "analysis", "column", "columnist", "comment", "commentary", "editorial", "essay", "explainer",
        "feature", "gallery", "interview", "letters", "op-ed", "op-ed columnist", "op-ed contributor",
        "opinion", "podcast", "review", "video", "watch",
        "analyse", "gastbeitrag", "glosse", "interview", "kolumne", "kommentar", "leitartikel", "meinung",
        "rezension", "analyse", "chronique", "éditorial", "entretien", "opinion", "tribune", "vidéo",
        "análisis", "columna", "editorial", "entrevista", "opinión", "vídeo", "análise", "opinião",
        "analisi", "commento", "editoriale", "intervista", "opinie", "commentaar", "opinia", "komentarz",
        "мнение", "интервью", "社説", "解説", "評論", "评论", "社论", "사설", "칼럼", "رأي", "مقال",
    )
)  # fmt: skip


def is_same_without_affixes(old: str, new: str, *, names: Iterable[str]) -> bool:
    """Whether two headlines say the same but for their affixes, or one is the other's cut-off beginning.

    `names` are those of the paper, its source and the section.
    """
    known = {name.casefold() for name in names}
    a, b = (headline(text, known) for text in (old, new))
    if a == b:
        return old != new
    return _is_beginning(a, b) or _is_beginning(b, a)


def headline(title: str, names: set[str]) -> str:
    """A title without its affixes, in small letters, white space folded; `names` are in small letters."""
    text = " ".join(title.casefold().split())
    while (shorter := _without_one(text, names)) is not None:
        text = shorter
    return text


def _without_one(text: str, names: set[str]) -> str | None:
    """The text without an affix at one of its ends; None if it has none."""
    for breaks, is_affix in _AFFIXES:
        found = list(breaks.finditer(text))
        if not found:
            continue
        first, last = found[0], found[-1]
        sides = [(text[: first.start()], text[first.end() :])]
        if breaks is not _COLON:
            sides.append((text[last.end() :], text[: last.start()]))
        for part, rest in sides:
            if is_affix(part, names) and _is_headline(rest) and len(part) < len(rest):
                return rest
    return None


def _is_short(part: str, _: set[str]) -> bool:
    return len(part.split()) <= MAX_AFFIX and not any(map(str.isdigit, part))


def _is_name(part: str, names: set[str]) -> bool:
    return part in names


def _is_rubric(part: str, _: set[str]) -> bool:
    return part in _RUBRICS


#: What parts a title, and which parts are affixes then.
_AFFIXES: tuple[tuple[re.Pattern[str], Callable[[str, set[str]], bool]], ...] = (
    (_BAR, _is_short), (_DASH, _is_name), (_COLON, _is_rubric),
)  # fmt: skip


def _is_headline(text: str) -> bool:
    return len(text.split()) >= MIN_HEADLINE or any(not c.isascii() for c in text)


def _is_beginning(short: str, whole: str) -> bool:
    cut = _CUT.search(short)
    return cut is not None and cut.start() >= MIN_CUT and whole.startswith(short[: cut.start()])
