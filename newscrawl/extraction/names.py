"""Who is named in a byline: persons apart from papers and agencies.

`parse` takes a byline as it stands, in any of the known languages, and gives its names in order. What
is neither (roles, places, dates, addresses, handles) is left out.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from newscrawl.extraction import roles
from newscrawl.extraction.agencies import is_agency
from newscrawl.extraction.wording import LIMITS, MOST_NAMES, folded, line, unescaped, untagged


@dataclass(frozen=True, slots=True)
class Name:
    """One name of a byline; `person` is false for a paper, an agency or a desk."""

    text: str
    person: bool


_ADDRESS = re.compile(r"\S+@\S+\.\w+|https?://\S*|www\.\S+|(?<!\w)@\w+")
_BRACKETS = re.compile(r"[(\[（【〔<][^()\[\]（）【】〔〕<>]{0,80}[)\]）】〕>]")
_EDGES = " \t\n.,;:：|/／\\•·*-–—―_\"'“”„«»‹›<>#+=~"
_BREAK = re.compile(r"\s*[,;|•；，、\n\t]\s*|\s+[/／·–—]\s+|\s+-\s+|[／]|\s{3,}")
_AND = re.compile(
    r"\s+(?:and|und|et|och|og|ve|és|și|και|и|та|&|\+|with|mit|avec|con|med|samt|sowie|dan|và|as told to)\s+|\s*&\s*|\s+و\s+",
    re.IGNORECASE,
)
# Short words that are also parts of names join two names only where each side is a full one.
_SHORT_AND = re.compile(r"\s+(?:y|e|i|a|en|ja|si|com|in)\s+")
_DATE = re.compile(
    r"\d{1,2}[./:]\d{2}|\d{4}|\b\d{1,2}\s*(?:min|h|hours?|days?|Uhr)\b|\d+\s*(?:年|月|日)"
)
_DOMAIN = re.compile(r"^[\w-]+(?:\.[\w-]+)*\.[a-z]{2,10}$", re.IGNORECASE)
_HAN = re.compile(r"[\u4e00-\u9fff]")
_KANA = re.compile(r"[\u3040-\u30ff]")
_HANGUL = re.compile(r"[\uac00-\ud7af]")
_CJK_NAME = re.compile(r"[\u4e00-\u9fff·]{2,4}|[\uac00-\ud7af]{2,4}")


def parse(byline: str, *, papers: frozenset[str] = frozenset(), language: str = "") -> list[Name]:
    """The names in `byline`, in order, each once.

    `papers` are the folded names of the site itself; `language` tells Japanese names, which are
    written with a space inside, from a run of Chinese ones.
    """
    text = line(untagged(unescaped(byline)), 1000)
    if is_agency(text) or folded(text) in papers:
        return [Name(line(text.strip(_EDGES), LIMITS["name"]), person=False)]
    found: dict[str, Name] = {}
    for part in _parts(text, papers=papers, language=language):
        name = _name(part, papers)
        if name is not None:
            found.setdefault(folded(name.text), name)
    return list(found.values())[:MOST_NAMES]


def _parts(text: str, *, papers: frozenset[str], language: str) -> list[str]:
    text = _ADDRESS.sub(" , ", _BRACKETS.sub(" ", text))
    text = _without_by(text)
    text = roles.DATED.sub("", text)
    if _HAN.search(text) or _HANGUL.search(text):
        return _cjk_parts(text, language)
    parts: list[str] = []
    for chunk in _BREAK.split(text):
        if is_agency(chunk) or folded(chunk) in papers:
            parts.append(chunk)
            continue
        for piece in _AND.split(chunk):
            parts.extend(_split_short(_without_by(piece)))
    return _turned(parts) if parts else []


def _without_by(text: str) -> str:
    """`text` without the words before the name, however many there are."""
    text = text.strip(_EDGES)
    for _ in range(4):
        rest = roles.BY.sub("", text, count=1).strip(_EDGES)
        if rest == text:
            break
        text = rest
    return text


def _split_short(text: str) -> list[str]:
    sides = _SHORT_AND.split(text)
    full = all(len(s.split()) >= 2 and s[:1].isupper() for s in sides)
    return sides if len(sides) > 1 and full else [text]


def _turned(parts: list[str]) -> list[str]:
    """ "Hill, John" is one name; "Hill, Smith, Jones" are three."""
    words = [p.split() for p in parts]
    if len(parts) == 2 and all(len(w) == 1 for w in words):
        last, first = parts
        proper = (
            last[:1].isupper()
            and last[1:].islower()
            and first[:1].isupper()
            and first[1:].islower()
        )
        if proper and not is_agency(first) and not is_agency(last):
            return [f"{first} {last}"]
    return parts


def _cjk_parts(text: str, language: str) -> list[str]:
    text = roles.CJK_ROLE.sub(" , ", text)
    parts: list[str] = []
    for chunk in _BREAK.split(text.replace("·", " , ") if _HANGUL.search(text) else text):
        words = chunk.split()
        run = len(words) > 1 and all(_CJK_NAME.fullmatch(w) for w in words)
        japanese = language.startswith("ja") or _KANA.search(text)
        parts.extend(words if run and not japanese else [chunk])
    return parts


def _name(part: str, papers: frozenset[str]) -> Name | None:
    part = _without_by(part.strip(_EDGES))
    if not part or folded(part) in roles.NOBODY or not any(c.isalpha() for c in part):
        return None
    if is_agency(part) or folded(part) in papers or _is_body(part, papers):
        return Name(line(part, LIMITS["name"]), person=False) if len(part) <= 80 else None
    if _DATE.search(part):
        return None
    part = _without_role(part)
    cut = roles.TAIL.sub("", part)
    if cut != part and len(cut.split()) >= 2:
        part = cut
    part = part.strip(_EDGES) + ("." if part.endswith((" Jr.", " Sr.")) else "")
    return Name(part, person=True) if _is_name(part) else None


def _is_body(part: str, papers: frozenset[str]) -> bool:
    if _DOMAIN.match(part) and "." in part and not re.search(r"\.\s|^\w\.", part):
        return True
    if roles.BODY_WORD.search(part) or roles.CJK_BODY.search(part):
        return True
    return any(p and len(p) > 3 and p in folded(part) for p in papers)


def _without_role(part: str) -> str:
    found = roles.ROLE.search(part)
    if not found:
        return part
    before, after = part[: found.start()].strip(_EDGES), part[found.end() :].strip(_EDGES)
    if not before:
        return after  # "Reporter Max Muster"
    return before if len(before.split()) >= 2 else ""


def _is_name(text: str) -> bool:
    words = text.split()
    if not text or len(text) > 60 or len(words) > 6 or folded(text) in roles.NOBODY:
        return False
    if not any(c.isalpha() for c in text) or re.search(r"[{}<>=?!…%$€\"“”„]", text):
        return False
    small = sum(w[:1].islower() for w in words)
    return len(words) <= 3 or small * 2 <= len(words)
