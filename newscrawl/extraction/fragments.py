"""How a byline is cut into fragments, each a name or something that stands beside names.

It is cut at commas, slashes, dashes and conjunctions; runs of Chinese and Korean names are divided, Japanese
names, which are written with a space inside, are not.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from newscrawl.extraction import roles
from newscrawl.extraction.agencies import is_agency
from newscrawl.extraction.east import EAST as EAST
from newscrawl.extraction.wording import folded

if TYPE_CHECKING:
    from collections.abc import Iterator

#: What may stand around a name without being of it.
EDGES = " \t\n.,;:：|/／\\•·*-–—―_\"'“”„«»‹›<>#+=~©⁄"
_ADDRESS = re.compile(r"\S+@\S+\.\w+|https?://\S*|www\.\S+|(?<!\w)@\w+")
_BRACKETS = re.compile(r"[(\[（【〔<][^()\[\]（）【】〔〕<>]{0,80}[)\]）】〕>]")
_BREAK = re.compile(
    r"\s*[,;|•；，、\n\t]\s*|\s+[/／·–—⁄]\s+|\s+-\s+|[／⁄]|\s{3,}"
    r"|(?<=[^\W\d_]{4})(?<!Prof)\.\s+(?=[^\W\d_]{2})"
)
# Conjunctions are in small letters, for some are first names with a capital ("Dan", "Con").
# These may have one.
_ANY_CASE = r"[Aa]nd|AND|[Uu]nd|UND|[Ww]ith|WITH|ET|[Aa]s [Tt]old [Tt]o"
CONJUNCTION = (
    rf"{_ANY_CASE}|et|och|og|ve|és|și|și|και|и|та|й|&|\+|mit|avec|con|med|met|com|samt|sowie|oraz|ir|dan"
    r"|và|và|และ|और|तथा"
)
_AND = re.compile(rf"\s+(?:{CONJUNCTION})\s+(?=\S)|\s*&\s*|\s+و\s+|\s+ו(?=[\u05d0-\u05ea]{{2}})")
_LEADING_AND = re.compile(rf"^(?:{CONJUNCTION}|AND|UND|ET|و|y|e|i|a|en|ja|si)(?:\s+|$)")
# Short words that are also parts of names join two names only where each side is a full one.
_SHORT_AND = re.compile(r"\s+(?:y|e|i|a|en|ja|si|un)\s+")
# "Hill, John" is one name; "Hill, Smith, Jones" are three. A surname may have
# small words, apostrophes and hyphens.
_SURNAME = (
    r"(?:(?:van|von|de|der|den|del|della|di|da|dos|le|la|al|el|ter|ten) ){0,2}[^\W\d_]"
    r"[^\W\d_'’ʼ-]*(?:['’ʼ-][^\W\d_]+)*"
)
_LAST_FIRST = re.compile(rf"({_SURNAME}), ([^\W\d_]+(?:['’ʼ-][^\W\d_]+)*(?: [^\W\d_]\.?)?)")
# "Ahmet YILMAZ-Mehmet DEMIR"
_CAPITALS_THEN_NAME = re.compile(r"(?<=[^\W\d_][A-ZÀ-ÞĞİŞ])-(?=[^\W\d_][a-zß-ÿğış]+ )")
_HAN = re.compile(r"[\u4e00-\u9fff]")
_KANA = re.compile(r"[\u3040-\u30ff]")
_HANGUL = re.compile(r"[\uac00-\ud7af]")
_CJK_NAME = re.compile(r"[\u4e00-\u9fff·]{2,4}|[\uac00-\ud7af]{2,4}")
# "New York=Taro Yamada" and "Seoul=Kim Cheol-su": where it was written.
_WRITTEN_IN = re.compile(r"^[^=＝]{1,15}[=＝]\s*")
# A Chinese agency's "in Taipei, by wire on the 1st".
_WIRED = re.compile(r"[\u4e00-\u9fff]{2}\d{1,2}日[電电]$")


def fragments(text: str, papers: frozenset[str], language: str) -> Iterator[tuple[str, bool]]:
    """The fragments of a byline; whether a conjunction says that each is of one kind with the last."""
    text = _bare(text)
    text = roles.DATED.sub("", set_apart(text))
    if turned := surname_first(text):
        yield turned, False
        return
    if _HAN.search(text) or _HANGUL.search(text):
        yield from ((part, True) for part in _cjk_parts(without_by(text, language), language))
        return
    for chunk in _BREAK.split(text):
        for i, piece in enumerate(_pieces(chunk, papers, language)):
            if piece.strip(EDGES):
                yield piece, i > 0


def set_apart(text: str) -> str:
    """`text` with ` | ` in place of "Posted on 21 September" and a date, where "by" follows."""
    text = roles.POSTED.sub(" | ", text)
    return roles.DATE_BEFORE.sub(" | ", text) if any(map(str.isdecimal, text)) else text


def surname_first(text: str) -> str | None:
    """ "Hill, John" as "John Hill"; None where it is no such name."""
    turned = _LAST_FIRST.fullmatch(text)
    if not turned or not (turned[2][0].isupper() and turned[1][-1].islower()):
        return None
    if not turned[1].split()[-1][0].isupper():
        return None
    return f"{turned[2]} {turned[1]}"


def opening(text: str, language: str = "") -> re.Match[str] | None:
    """The words that open a byline ("By", "Text:"), unless they are a name in the page's language."""
    found = roles.BY.match(text)
    if found is None or found[0].rstrip()[-1:] in ":：／/・—–":
        return found
    word = found[0].strip().casefold()
    rest = text[found.end() :].strip(EDGES)
    if word in roles.ALSO_NAMES and text[:1].isupper():
        own = language[:2] in roles.ALSO_NAMES[word] if language else " " in rest
        return found if own else None
    if word in roles.NAMING and rest and " " not in rest:
        return None
    return found


def without_by(text: str, language: str = "") -> str:
    """`text` without the words before the name, however many there are."""
    text = text.strip(EDGES)
    for _ in range(4):
        opened = opening(text, language)
        rest = text[opened.end() :] if opened else text
        rest = _LEADING_AND.sub("", rest.strip(EDGES), count=1)
        if rest == text:
            break
        text = rest
    return text.strip(EDGES)


def _bare(text: str) -> str:
    """Without addresses and what stands in brackets, unless all does: `mail@paper (Name)`."""
    bare = _ADDRESS.sub(" , ", _BRACKETS.sub(" ", text)).strip(EDGES)
    if any(c.isalpha() for c in bare) or len(_BRACKETS.findall(text)) != 1:
        return bare
    return re.sub(r"[(\[（【〔<>〕】）\])]", " ", _ADDRESS.sub(" , ", text)).strip(EDGES)


def _pieces(chunk: str, papers: frozenset[str], language: str) -> list[str]:
    if is_agency(chunk) or folded(chunk) in papers:
        return [chunk]
    return [
        part
        for piece in _AND.split(chunk)
        for side in _split_at_sign(piece)
        for part in _split_short(side, language)
    ]


def _split_at_sign(text: str) -> list[str]:
    """ "A B/dpa" are a person and an agency, "A B/C D" two persons; other slashes are signs."""
    if is_agency(text):
        return [text]
    sides = text.split("/")
    if len(sides) > 1 and all(" " in s.strip() or is_agency(s) for s in sides):
        return sides
    if len(sides) > 1 and any(" " in s.strip() for s in sides):
        return [s for s in sides if " " in s.strip()]
    dashed = re.split(r"\s?[–—-]\s?", text)
    if len(dashed) > 1 and any(map(is_agency, dashed)):
        return dashed
    return _CAPITALS_THEN_NAME.split(text)


def _split_short(text: str, language: str) -> list[str]:
    sides = _SHORT_AND.split(without_by(text, language))
    full = all(len(s.split()) >= 2 and s.strip()[:1].isupper() for s in sides)
    return sides if len(sides) > 1 and full else [text]


def _cjk_parts(text: str, language: str) -> list[str]:
    text = _WIRED.sub("", _WRITTEN_IN.sub("", text))
    text = roles.CJK_ROLE.sub(" , ", text)
    japanese = language.startswith("ja") or bool(_KANA.search(text))
    parts: list[str] = []
    for chunk in _BREAK.split(text.replace("·", " , ") if _HANGUL.search(text) else text):
        words = chunk.split()
        run = len(words) > 1 and all(_CJK_NAME.fullmatch(w) for w in words)
        whole = all(len(w) >= 3 for w in words)
        parts.extend(words if run and (whole or not japanese) else [chunk])
    return [p for p in parts if p.strip(EDGES)]
