"""Who is named in a byline: persons apart from papers and agencies.

A byline is cut into fragments, and each is told apart: a word that opens a byline ("By"), a name, an
aside (role, place, date, address, handle), or foreign text. `parse` takes the names. In a `loose`
statement, one that is read off the page and not from a field made for it, names are taken from where
the byline opens to the first foreign text.
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


@dataclass(frozen=True, slots=True)
class Names:
    """The names in order, each once; `clean` where the statement held nothing foreign."""

    names: tuple[Name, ...] = ()
    clean: bool = True


_ADDRESS = re.compile(r"\S+@\S+\.\w+|https?://\S*|www\.\S+|(?<!\w)@\w+")
_BRACKETS = re.compile(r"[(\[（【〔<][^()\[\]（）【】〔〕<>]{0,80}[)\]）】〕>]")
_EDGES = " \t\n.,;:：|/／\\•·*-–—―_\"'“”„«»‹›<>#+=~©"
_BREAK = re.compile(r"\s*[,;|•；，、\n\t]\s*|\s+[/／·–—]\s+|\s+-\s+|[／]|\s{3,}")
_CONJUNCTION = (
    r"and|und|et|och|og|ve|és|și|και|и|та|&|\+|with|mit|avec|con|med|samt|sowie|dan|và|as told to"
)
_AND = re.compile(rf"\s+(?:{_CONJUNCTION})\s+|\s*&\s*|\s+و\s+", re.IGNORECASE)
_LEADING_AND = re.compile(rf"^(?:{_CONJUNCTION}|AND|UND|ET|و|y|e|i|a|en|ja|si)(?:\s+|$)")
# "Hill, John" is one name; "Hill, Smith, Jones" are three.
_LAST_FIRST = re.compile(r"([^\W\d_]+), ([^\W\d_]+)")
# A lone word of capitals is a station's or a paper's sign.
_ACRONYM = re.compile(r"[A-Z][A-Z0-9]{1,5}")
# What joins two names that style sets apart: a comma at an end, or a conjunction.
_JOINT = re.compile(
    rf"^\s*(?:[,;&]|(?:{_CONJUNCTION}|y|e|i|a|en)(?:\s|$))|[,;&]\s*$|\s(?:and|und|et|y|&)\s*$"
)
# Short words that are also parts of names join two names only where each side is a full one.
_SHORT_AND = re.compile(r"\s+(?:y|e|i|a|en|ja|si|com)\s+")
_DATE = re.compile(
    r"\d{1,2}[./:]\d{2}|\d{4}|\b\d{1,2}\s*(?:min|h|hours?|days?|Uhr)\b|\d+\s*[年月日]"
)
_DOMAIN = re.compile(
    r"[\w-]+(?:\.[\w-]+)*\.(?:[a-z]{2}|com|org|net|info|news|tv|online|media)(?:/\w+)?",
    re.IGNORECASE,
)
_HAN = re.compile(r"[\u4e00-\u9fff]")
_KANA = re.compile(r"[\u3040-\u30ff]")
_HANGUL = re.compile(r"[\uac00-\ud7af]")
_EAST = re.compile(r"[\u3040-\u30ff\u4e00-\u9fff\uac00-\ud7af]")
_CJK_NAME = re.compile(r"[\u4e00-\u9fff·]{2,4}|[\uac00-\ud7af]{2,4}")
_TITLE = re.compile(
    r"^(?:(?:Dr|Prof|Mr|Mrs|Ms|Sr|Sra|Dott|Ing|Mag|Dipl|med|phil|jur|h\.c)\.\s*(?:-\w+\.?\s*)?)+(?=\w)"
)
_SET_APART = re.compile(r"\s[|·•]\s")
_SENTENCE = re.compile(r"[{}<>=?!…%$€\"“”„]|\w\. \w{3,} \w")


def parse(
    byline: str, *, papers: frozenset[str] = frozenset(), language: str = "", loose: bool = False
) -> Names:
    """The names in `byline`.

    `papers` are the folded names of the site itself; `language` tells Japanese names, which are
    written with a space inside, from a run of Chinese ones.
    """
    text = line(untagged(unescaped(byline)), 1000)
    if is_agency(text) or folded(text) in papers:
        return Names((Name(line(text.strip(_EDGES + "()[]"), LIMITS["name"]), person=False),))
    text = roles.OTHER_MAKER.split(text, maxsplit=1)[0]
    if source := roles.SOURCE.match(text):
        cited = parse(text[source.end() :], papers=papers, language=language)
        return Names(tuple(n for n in cited.names if not n.person), cited.clean)
    if loose:
        text = _opening(text)
    found: dict[str, Name] = {}
    clean = True
    for part in _parts(text, papers, language):
        name = _name(part, papers, after_name=bool(found))
        if isinstance(name, Name):
            found.setdefault(folded(name.text), name)
        elif name is None:
            clean = False
            if loose and found:
                break
    names = list(found.values())[:MOST_NAMES]
    return Names(tuple(without_labels(names, loose=loose)), clean)


def _opening(text: str) -> str:
    """From where the byline opens. Where no word opens it, the first part with a name in it, for
    what style sets apart from a name is a label, a role or a date."""
    parts = _SET_APART.split(roles.POSTED.sub(" | ", text))
    for i, part in enumerate(parts):
        if roles.BY.match(part.strip(_EDGES)):
            return " | ".join(parts[i:])
    for i, part in enumerate(parts):
        if isinstance(_name(part, frozenset(), after_name=False), Name):
            end = i + 1
            while end < len(parts) and (_JOINT.search(parts[end - 1]) or _JOINT.match(parts[end])):
                end += 1
            return " | ".join(parts[i:end])
    return text


def begins_as_byline(text: str) -> bool:
    """Whether a line of text, or a part of it that is set apart, says "By A" in some language."""
    for part in _SET_APART.split(roles.POSTED.sub(" | ", text)):
        start = part.strip(_EDGES)
        found = roles.BY.match(start)
        if found and start[found.end() :].strip(_EDGES)[:1].isupper():
            return True
        if found and found.end() == len(start):
            return True
    return False


_FULL_NAME = re.compile(r"[^\W\d_][\w.'’-]*(?: [^\W\d_][\w.'’-]*){1,3}")


def is_full_name(text: str) -> bool:
    """Whether it is two to four words, each with a capital: what a name is where nothing says so."""
    return bool(_FULL_NAME.fullmatch(text)) and text == text.title()


def without_labels(names: list[Name], *, loose: bool) -> list[Name]:
    """Beside a full name a single word is a label ("Share", "Tue"), beside a paper it is a place."""
    full = any(n.person and " " in n.text for n in names)
    if (full and loose) or (not full and any(not n.person for n in names)):
        return [n for n in names if not n.person or " " in n.text or _EAST.search(n.text)]
    return names


def _parts(text: str, papers: frozenset[str], language: str) -> list[str]:
    text = _ADDRESS.sub(" , ", _BRACKETS.sub(" ", text)).strip(_EDGES)
    text = roles.DATED.sub("", roles.POSTED.sub(" | ", text))
    if (turned := _LAST_FIRST.fullmatch(text)) and turned[1].istitle() and turned[2].istitle():
        return [f"{turned[2]} {turned[1]}"]
    if _HAN.search(text) or _HANGUL.search(text):
        return _cjk_parts(_without_by(text), language)
    parts: list[str] = []
    for chunk in _BREAK.split(text):
        if is_agency(chunk) or folded(chunk) in papers:
            parts.append(chunk)
            continue
        for piece in _AND.split(chunk):
            for side in _split_slash(piece):
                parts.extend(_split_short(side))
    return [p for p in parts if p.strip(_EDGES)]


def _without_by(text: str) -> str:
    """`text` without the words before the name, however many there are."""
    text = text.strip(_EDGES)
    for _ in range(4):
        rest = _LEADING_AND.sub("", roles.BY.sub("", text, count=1).strip(_EDGES), count=1)
        if rest == text:
            break
        text = rest
    return text.strip(_EDGES)


def _split_slash(text: str) -> list[str]:
    """ "A B/dpa" are a person and an agency, "A B/C D" two persons; other slashes are signs."""
    sides = text.split("/")
    apart = all(" " in s.strip() or is_agency(s) for s in sides) and not is_agency(text)
    return sides if len(sides) > 1 and apart else [text]


def _split_short(text: str) -> list[str]:
    sides = _SHORT_AND.split(text)
    full = all(len(s.split()) >= 2 and s.strip()[:1].isupper() for s in sides)
    return sides if len(sides) > 1 and full else [text]


def _cjk_parts(text: str, language: str) -> list[str]:
    text = roles.CJK_ROLE.sub(" , ", text)
    japanese = language.startswith("ja") or bool(_KANA.search(text))
    parts: list[str] = []
    for chunk in _BREAK.split(text.replace("·", " , ") if _HANGUL.search(text) else text):
        words = chunk.split()
        run = len(words) > 1 and all(_CJK_NAME.fullmatch(w) for w in words)
        parts.extend(words if run and not japanese else [chunk])
    return parts


class _Aside:
    """A fragment that belongs to a byline and is no name."""


_ASIDE = _Aside()


def _name(part: str, papers: frozenset[str], *, after_name: bool) -> Name | _Aside | None:
    """The name in one fragment, or that it is an aside, or None for foreign text."""
    part = _without_by(part)
    if not any(c.isalpha() for c in part) or folded(part) in roles.NOBODY:
        return _ASIDE
    if after_name and (roles.DEGREE.fullmatch(part) or roles.SPECIAL.match(part)):
        return _ASIDE
    if is_agency(part) or folded(part) in papers:
        return Name(line(part, LIMITS["name"]), person=False)
    if _DATE.search(part) or (
        " " in part and re.search(r"\d", part) and not roles.BODY_WORD.search(part)
    ):
        return _ASIDE
    role = roles.ROLE.search(part)
    if role:
        before, after = part[: role.start()].strip(_EDGES), part[role.end() :].strip(_EDGES)
        part = before if before[:1].isupper() or not after else after
        if (after_name and (before or len(after.split()) < 2)) or len(part.split()) < 2:
            return _ASIDE
    if _is_body(part, papers):
        return (
            _ASIDE
            if role
            else Name(line(part, LIMITS["name"]), person=False)
            if len(part) <= 60
            else None
        )
    return _person(part)


def _person(part: str) -> Name | _Aside | None:
    part = _TITLE.sub("", part)
    if roles.PLACED.match(part):
        return None
    cut = roles.TAIL.sub("", part)
    if cut != part and len(cut.split()) >= 2:
        part = cut
    part = part.strip(_EDGES) + ("." if part.endswith((" Jr.", " Sr.")) else "")
    return Name(part, person=True) if _is_name(part) else None


def _is_body(part: str, papers: frozenset[str]) -> bool:
    if _DOMAIN.fullmatch(part) or _ACRONYM.fullmatch(part):
        return True
    if roles.BODY_WORD.search(part) or roles.CJK_BODY.search(part):
        return len(part.split()) <= 6
    words = {folded(w) for w in part.split()}
    return any(p in folded(part) if len(p) > 4 else p in words for p in papers)


def _is_name(text: str) -> bool:
    words = text.split()
    if not text or len(text) > 60 or len(words) > 6 or folded(text) in roles.NOBODY:
        return False
    if not any(c.isalpha() for c in text) or _SENTENCE.search(text):
        return False
    if words[-1] in roles.PARTICLES:
        return False
    words = [w for w in words if w not in roles.PARTICLES]
    small = sum(w[:1].islower() for w in words)
    return (
        small == 0
        or len(words) == 1
        or (bool(words) and small < len(words) - small and words[-1][:1].isupper())
    )
