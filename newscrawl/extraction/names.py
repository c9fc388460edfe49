"""Who is named in a byline: persons apart from papers and agencies.

A byline is cut into fragments, and each is told apart: a word that opens a byline ("By"), a name, an
aside (role, place, date, address, handle), or foreign text. `parse` takes the names. In a `loose`
statement, one that is read off the page and not from a field made for it, names are taken from where
the byline opens to the first foreign text.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from newscrawl.extraction import roles
from newscrawl.extraction.agencies import is_agency
from newscrawl.extraction.fragments import CONJUNCTION, EAST, EDGES, fragments, without_by
from newscrawl.extraction.wording import LIMITS, MOST_NAMES, folded, line, unescaped, untagged
from newscrawl.text.calendar_words import month_pattern

if TYPE_CHECKING:
    from collections.abc import Iterable


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


# A lone word of capitals is a station's or a paper's sign.
_ACRONYM = re.compile(r"[A-Z][A-Z0-9]{1,4}")
# What joins two names that style sets apart: a comma at an end, or a conjunction.
_JOINT = re.compile(
    rf"^\s*(?:[,;&]|(?:{CONJUNCTION}|y|e|i|a|en)(?:\s|$))|[,;&]\s*$|\s(?:and|und|et|y|&)\s*$"
)
_DATE = re.compile(
    r"\d{1,2}[./:]\d{2}|\d{4}|\b\d{1,2}\s*(?:min|h|hours?|days?|Uhr)\b|\d+\s*[年月日]"
)
_DOMAIN = re.compile(
    r"[\w-]+(?:\.[\w-]+)*\.(?:[a-z]{2}|com|org|net|info|news|tv|online|media)(?:/\w+)?",
    re.IGNORECASE,
)
_TITLE = re.compile(
    r"^(?:(?:Dr|Prof|Mr|Mrs|Ms|Sr|Sra|Dott|Ing|Mag|Dipl|med|phil|jur|h\.c)\.\s*(?:-\w+\.?\s*)?)+(?=\w)"
)
# In a field made for names, two words may be one without capitals.
_LOWER_NAME = re.compile(
    r"(?!(?:by|the|no|not|von|par|por|our|kein|sin|your) )[^\W\d_A-Z]{2,15} [^\W\d_A-Z]{2,20}"
)
#: Where a script has no capitals, a name is told from a sentence by its length.
_MOST_UNCASED = 30
_SET_APART = re.compile(r"\s[|·•]\s")
_SENTENCE = re.compile(r"[{}<>=?!…%$€\"“”„]|\w\. \w{3,} \w")
# "Audio version: A", "Name: A": whatever the label says, what follows is the name.
_LABEL = re.compile(r"^[^\W\d_][^:：\d]{1,24}[:：]\s*(?=[^\W\d_]+ [^\W\d_])")


def parse(
    byline: str, *, papers: frozenset[str] = frozenset(), language: str = "", loose: bool = False
) -> Names:
    """The names in `byline`.

    `papers` are the folded names of the site itself; `language` tells Japanese names, which are
    written with a space inside, from a run of Chinese ones.
    """
    text = line(untagged(unescaped(byline)), 1000)
    if is_agency(text) or folded(text) in papers:
        return Names((Name(line(text.strip(EDGES + "()[]"), LIMITS["name"]), person=False),))
    text = roles.OTHER_MAKER.split(text, maxsplit=1)[0]
    if source := roles.SOURCE.match(text):
        return _cited(text[source.end() :], papers, language)
    if loose:
        text = _opening(text)
    elif _is_uncapitalised_name(text, papers):
        return Names((Name(text, person=True),))
    found: dict[str, Name] = {}
    apart: set[str] = set()
    clean = True
    last = ""
    for part, joined in fragments(text, papers, language):
        name = _name(part, papers, language=language, after=tuple(found.values()))
        if isinstance(name, Name):
            key = folded(name.text)
            apart -= {last} if joined else set()
            apart |= {key} if key not in found and not joined else set()
            found.setdefault(key, name)
            last = key
        elif name is None:
            clean = False
            if loose and found:
                break
    names = [n for key, n in found.items() if not (key in apart and _is_place(n, found.values()))]
    return Names(tuple(without_labels(names[:MOST_NAMES], loose=loose)), clean)


def _cited(text: str, papers: frozenset[str], language: str) -> Names:
    """The agencies that a text is from, and who made it where a byline of its own follows."""
    first, *rest = [p for p in _SET_APART.split(text) if p.strip(EDGES)] or [""]
    cited = parse(first, papers=papers, language=language)
    names = [n for n in cited.names if not n.person]
    for part in filter(begins_as_byline, rest):
        names += parse(part, papers=papers, language=language, loose=True).names
    return Names(tuple(names), cited.clean)


def _is_place(name: Name, names: Iterable[Name]) -> bool:
    """Whether it is the place beside a full name: a lone word, or a known one of several words."""
    if not name.person or not any(n.person and " " in n.text for n in names):
        return False
    return folded(name.text) in roles.PLACES or not (" " in name.text or EAST.search(name.text))


def _opening(text: str) -> str:
    """From where the byline opens. Where no word opens it, the first part with a name in it, for
    what style sets apart from a name is a label, a role or a date."""
    parts = _SET_APART.split(roles.POSTED.sub(" | ", text))
    for i, part in enumerate(parts):
        if roles.BY.match(part.strip(EDGES)):
            return " | ".join(parts[i:])
    named = [i for i, p in enumerate(parts) if isinstance(_name(p, frozenset()), Name)]
    whole = [i for i in named if is_full_name(parts[i].strip(EDGES))]
    if not named:
        return text
    first = (whole or named)[0]
    end = first + 1
    while end < len(parts) and (_JOINT.search(parts[end - 1]) or _JOINT.match(parts[end])):
        end += 1
    return " | ".join(parts[first:end])


def begins_as_byline(text: str) -> bool:
    """Whether a line of text, or a part of it that is set apart, says "By A" in some language."""
    for part in _SET_APART.split(roles.POSTED.sub(" | ", text)):
        start = part.strip(EDGES)
        found = roles.BY.match(start)
        rest = start[found.end() :].strip(EDGES) if found else ""
        if rest[:1].isupper() or (
            0 < len(rest) <= _MOST_UNCASED and rest[0].lower() == rest[0].upper()
        ):
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
        return [n for n in names if not n.person or " " in n.text or EAST.search(n.text)]
    return names


class _Aside:
    """A fragment that belongs to a byline and is no name."""


_ASIDE = _Aside()


def _name(
    part: str, papers: frozenset[str], *, language: str = "", after: tuple[Name, ...] = ()
) -> Name | _Aside | None:
    """The name in one fragment, or that it is an aside, or None for foreign text."""
    if _is_nobody(part):
        return _ASIDE
    part = without_by(_LABEL.sub("", part, count=1))
    if not any(c.isalpha() for c in part) or _is_nobody(part):
        return _ASIDE
    for whole in (part, roles.TAIL.sub("", part)):
        if is_agency(whole) or folded(whole) in papers:
            return Name(line(whole, LIMITS["name"]), person=False)
    if after and (roles.DEGREE.fullmatch(part) or roles.BESIDE.match(part)):
        return _ASIDE
    if after and part.islower() and not roles.PLACED.match(part):
        return _ASIDE
    if re.search(r"\d", part) and not roles.BODY_WORD.search(part):
        part = _before_date(part, language)
        if not part:
            return _ASIDE
    part = _before_sign(part, papers)
    role = roles.ROLE.search(part)
    if role:
        before, behind = part[: role.start()].strip(EDGES), part[role.end() :].strip(EDGES)
        part = before if before[:1].isupper() or not behind else behind
        if (after and (before or len(behind.split()) < 2)) or len(part.split()) < 2:
            return _ASIDE
    foreign = after and part.isupper() and " " in part and not any(n.text.isupper() for n in after)
    cut = roles.TAIL.sub("", part)
    if cut != part and is_full_name(cut.title()) and not _is_body(cut, papers):
        part = cut
    if foreign or _is_body(part, papers):
        fits = not role and len(part) <= 60
        return Name(line(part, LIMITS["name"]), person=False) if fits else _ASIDE if role else None
    return _person(part)


def _before_date(part: str, language: str) -> str:
    """A full name that a date or a duration follows, or what has too few digits to be one."""
    before = re.split(r"\d", part, maxsplit=1)[0].strip(EDGES)
    months = list(month_pattern(language[:2]).finditer(before.casefold()))
    if months and months[-1].end() == len(before):
        before = before[: months[-1].start()].strip(EDGES)
    if is_full_name(before) and (months or _DATE.search(part)):
        return before
    return "" if " " in part or _DATE.search(part) else part


def _before_sign(part: str, papers: frozenset[str]) -> str:
    """A full name without the paper's or the agency's that follows it."""
    words = part.split()
    for i in range(2, len(words)):
        before, behind = " ".join(words[:i]), " ".join(words[i:])
        if (is_agency(behind) or folded(behind) in papers) and not roles.BODY_WORD.search(before):
            return before
    return part


def _is_uncapitalised_name(text: str, papers: frozenset[str]) -> bool:
    if not (text.islower() and _LOWER_NAME.fullmatch(text)):
        return False
    return not (_is_body(text, papers) or roles.ROLE.search(text) or _is_nobody(text))


def _is_nobody(part: str) -> bool:
    return folded(part) in roles.NOBODY


def _person(part: str) -> Name | _Aside | None:
    part = _TITLE.sub("", part)
    if roles.PLACED.match(part):
        return None
    cut = roles.TAIL.sub("", part)
    if cut != part and len(cut.split()) >= 2:
        part = cut
    part = roles.STUB.sub("", part.strip(EDGES)) + ("." if part.endswith((" Jr.", " Sr.")) else "")
    return Name(part, person=True) if _is_name(part) else None


def _is_body(part: str, papers: frozenset[str]) -> bool:
    if _DOMAIN.fullmatch(part) or _ACRONYM.fullmatch(part) or part.startswith("The "):
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
