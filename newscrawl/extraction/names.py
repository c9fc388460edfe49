"""Who is named in a byline: persons apart from papers and agencies.

A byline is cut into fragments, and each is told apart: a word that opens a byline ("By"), a name, an
aside (role, place, date, address, handle), or foreign text. `parse` takes the names. In a `loose`
statement, one that is read off the page and not from a field made for it, names are taken from where
the byline opens to the first foreign text.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from itertools import zip_longest
from typing import TYPE_CHECKING

from newscrawl.extraction import east, roles
from newscrawl.extraction.agencies import is_agency
from newscrawl.extraction.fragments import (
    CONJUNCTION,
    EAST,
    EDGES,
    fragments,
    opening,
    set_apart,
    without_by,
)
from newscrawl.extraction.persons import (
    HAN,
    is_body,
    is_chinese_name,
    is_full_name,
    is_nobody,
    is_uncapitalised_name,
    person_name,
)
from newscrawl.extraction.wording import LIMITS, MOST_NAMES, folded, line, unescaped, untagged
from newscrawl.text.calendar_words import month_pattern

if TYPE_CHECKING:
    from collections.abc import Iterable


@dataclass(frozen=True, slots=True)
class Name:
    """One name of a byline; `person` is false for a paper, an agency or a desk.

    `role` is empty for an author, else what the bearer did: `editor`, `photographer`, `translator`, ...
    """

    text: str
    person: bool
    role: str = ""


@dataclass(frozen=True, slots=True)
class Names:
    """The names in order, each once; `clean` where the statement held nothing foreign.

    `others` are those who edited, photographed, translated, by the statement's word.
    """

    names: tuple[Name, ...] = ()
    clean: bool = True
    others: tuple[Name, ...] = ()


# What joins two names that style sets apart: a comma at an end, or a conjunction.
_JOINT = re.compile(
    rf"^\s*(?:[,;&]|(?:{CONJUNCTION}|y|e|i|a|en)(?:\s|$))|[,;&]\s*$|\s(?:and|und|et|y|&)\s*$"
)
_DATE = re.compile(
    r"\d{1,2}[./:]\d{2}|\d{4}|\b\d{1,2}\s*(?:min|h|hours?|days?|Uhr)\b|\d+\s*[年月日]"
)
#: Where a script has no capitals, a name is told from a sentence by its length.
_MOST_UNCASED = 30
#: A longer line in Chinese, Japanese or Korean that speaks of no role is no byline.
_MOST_UNLABELLED = 40
_SET_APART = re.compile(r"\s[|·•]\s")
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
    if EAST.search(text) and (told := east.read(text, language)) is not None:
        return _credited(told, papers)
    if loose and len(text) > _MOST_UNLABELLED and EAST.search(text):
        return Names((), clean=False)
    whole, text = text, roles.OTHER_MAKER.split(text, maxsplit=1)[0]
    if source := roles.SOURCE.match(text):
        return _cited(text[source.end() :], papers, language)
    if loose:
        text = _opening(text, language)
    elif is_uncapitalised_name(text, papers):
        return Names((Name(text, person=True),))
    found: dict[str, Name] = {}
    apart: set[str] = set()
    clean = True
    last = ""
    for part, joined in fragments(text, papers, language):
        name = _name(
            part, papers, language=language, after=tuple(found.values()), joined=joined, loose=loose
        )
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
    chosen = without_labels(names[:MOST_NAMES], loose=loose)
    others = _other_makers(whole, chosen, papers, language) if len(whole) > len(text) else []
    return Names(tuple(chosen), clean, tuple(others))


def _other_makers(
    text: str, authors: Iterable[Name], papers: frozenset[str], language: str
) -> list[Name]:
    """Who translated or edited it or took the pictures: full names behind such words."""
    own = {folded(n.text) for n in authors}
    found: list[Name] = []
    makers = list(roles.OTHER_MAKER.finditer(text))
    for maker, following in zip_longest(makers, makers[1:]):
        role = next((r for word, r in roles.MAKERS if maker[0].casefold().startswith(word)), "")
        said = _SET_APART.split(text[maker.end() : following.start() if following else None])[0]
        named = parse(said, papers=papers, language=language).names if role else ()
        found += [
            Name(n.text, person=True, role=role)
            for n in named
            if n.person and is_full_name(n.text) and folded(n.text) not in own
        ]
    return found


def _credited(told: Iterable[east.Credit], papers: frozenset[str]) -> Names:
    """The names of a byline with roles, each once."""
    names: dict[str, Name] = {}
    others: dict[str, Name] = {}
    for one in told:
        author = one.role in (east.AUTHOR, east.SOURCE)
        person = one.role != east.SOURCE and not is_body(one.name, papers)
        name = Name(line(one.name, LIMITS["name"]), person, "" if author else one.role)
        if author:
            names.setdefault(folded(one.name), name)
        elif person:
            others.setdefault(folded(one.name), name)
    return Names(tuple(names.values())[:MOST_NAMES], others=tuple(others.values())[:MOST_NAMES])


def _cited(text: str, papers: frozenset[str], language: str) -> Names:
    """The agencies that a text is from, and who made it where a byline of its own follows."""
    first, *rest = [p for p in _SET_APART.split(text) if p.strip(EDGES)] or [""]
    cited = parse(first, papers=papers, language=language)
    names = [n for n in cited.names if not n.person]
    for part in (p for p in rest if begins_as_byline(p, language)):
        names += parse(part, papers=papers, language=language, loose=True).names
    return Names(tuple(names), cited.clean)


def _is_place(name: Name, names: Iterable[Name]) -> bool:
    """Whether it is the place beside a full name: a lone word, or a known one of several words."""
    if not name.person or not any(n.person and " " in n.text for n in names):
        return False
    return folded(name.text) in roles.PLACES or not (" " in name.text or EAST.search(name.text))


def _opening(text: str, language: str = "") -> str:
    """From where the byline opens. Where no word opens it, the first part with a name in it, for
    what style sets apart from a name is a label, a role or a date."""
    parts = _SET_APART.split(set_apart(text))
    for i, part in enumerate(parts):
        if opening(part.strip(EDGES), language):
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


def begins_as_byline(text: str, language: str = "") -> bool:
    """Whether a line of text, or a part of it that is set apart, says "By A" in some language."""
    for part in _SET_APART.split(set_apart(text)):
        start = part.strip(EDGES)
        if EAST.search(start):
            if east.read(start, language):
                return True
            continue
        found = opening(start, language)
        rest = start[found.end() :].strip(EDGES) if found else ""
        if rest[:1].isupper() or (
            0 < len(rest) <= _MOST_UNCASED and rest[0].lower() == rest[0].upper()
        ):
            return True
        if found and found.end() == len(start):
            return True
    return False


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
    part: str,
    papers: frozenset[str],
    *,
    language: str = "",
    after: tuple[Name, ...] = (),
    joined: bool = False,
    loose: bool = False,
) -> Name | _Aside | None:
    """The name in one fragment, or that it is an aside, or None for foreign text."""
    if is_nobody(part):
        return _ASIDE
    opened = opening(part.strip(EDGES), language) is not None
    part = without_by(_LABEL.sub("", part, count=1), language)
    part = roles.ABOUT.sub("", part, count=1)
    if not any(c.isalpha() for c in part) or is_nobody(part):
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
    if cut != part and is_full_name(cut.title()) and not is_body(cut, papers):
        part = cut
    if foreign or is_body(part, papers):
        fits = not role and len(part) <= 60
        return Name(line(part, LIMITS["name"]), person=False) if fits else _ASIDE if role else None
    if _is_about(part, after):
        return _ASIDE
    if language.startswith("zh") and HAN.fullmatch(part) and not is_chinese_name(part):
        return Name(part, person=False)
    name = person_name(part, language, placed=not joined if after else loose and not opened)
    return Name(name, person=True) if name else None


def _is_about(part: str, names: tuple[Name, ...]) -> bool:
    """Whether a part says something of a full name that was read: "Follow A on", "A's articles"."""
    words = part.split()
    told = [n.text.split() for n in names if n.person and " " in n.text]
    return any(len(t) < len(words) and set(t) <= set(words) for t in told)


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
