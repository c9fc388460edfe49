"""Is a fragment of a byline a person's name, a paper's or a desk's, or the name of a place?"""

from __future__ import annotations

import re

from newscrawl.extraction import east, roles
from newscrawl.extraction.agencies import is_agency
from newscrawl.extraction.fragments import EAST, EDGES, opening, surname_first
from newscrawl.extraction.wording import LIMITS, folded, line, unescaped, untagged

# A lone word of capitals is a station's or a paper's sign.
_ACRONYM = re.compile(r"[A-Z][A-Z0-9]{1,4}")
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
_SENTENCE = re.compile(r"[{}<>=?!…%$€:：\"“”„]|\w\. \w{3,} \w")


_FULL_NAME = re.compile(r"[^\W\d_][\w.'’-]*(?: [^\W\d_][\w.'’-]*){1,3}")


def is_full_name(text: str) -> bool:
    """Whether it is two to four words, each with a capital: what a name is where nothing says so."""
    return bool(_FULL_NAME.fullmatch(text)) and text == text.title()


def of_person(text: str, *, papers: frozenset[str] = frozenset(), language: str = "") -> str | None:
    """The name of what the markup says is a person, where nothing in it speaks of several or of a body.

    Lists of words do not act against such a name: "Emmy Post", "Im Soo-jung" and "Dan Holloway" are persons.
    """
    text = line(untagged(unescaped(text)), LIMITS["name"]).strip(EDGES)
    text = surname_first(text) or text
    words = [w for w in text.split() if w not in roles.PARTICLES]
    if not (2 <= len(words) <= 4) or not _PERSON.fullmatch(text) or is_nobody(text):
        return None
    if opening(text, language) and len(words) > 2:
        return None
    if not all(w[0].isupper() for w in words) or text.isupper() or is_agency(text):
        return None
    if any(map(roles.INSTITUTION.fullmatch, words[:-1])):
        return None
    last = words[-1].casefold()
    surname = last in roles.SURNAMES or not (
        roles.ROLE.search(text) or roles.BODY_WORD.search(text) or roles.INSTITUTION.fullmatch(last)
    )
    own = folded(text) in papers and last in roles.SURNAMES
    return text if surname and not own else None


# Words with letters, apostrophes and hyphens, and initials.
_PERSON = re.compile(r"[^\W\d_](?:[^\W\d_]|['’ʼ.-])*(?: [^\W\d_](?:[^\W\d_]|['’ʼ.-])*){1,5}")


HAN = re.compile(r"[\u4e00-\u9fff]+")


def is_chinese_name(text: str) -> bool:
    return 2 <= len(text) <= 4 and east.is_surname(text)


def is_uncapitalised_name(text: str, papers: frozenset[str]) -> bool:
    if not (text.islower() and _LOWER_NAME.fullmatch(text)):
        return False
    return not (is_body(text, papers) or roles.ROLE.search(text) or is_nobody(text))


def is_nobody(part: str) -> bool:
    return folded(part) in roles.NOBODY


def person_name(part: str, language: str = "", *, placed: bool = True) -> str | None:
    part = _TITLE.sub("", part)
    if placed and is_placed(part, language):
        return None
    cut = roles.TAIL.sub("", part)
    if cut != part and len(cut.split()) >= 2:
        part = cut
    part = roles.STUB.sub("", part.strip(EDGES)) + ("." if part.endswith((" Jr.", " Sr.")) else "")
    return part if _is_name(part) else None


def is_placed(part: str, language: str) -> bool:
    """Whether it begins with "in" and the like; in another language that may be a name ("Im", "An")."""
    found = roles.PLACED.match(part)
    if not found or not found["capital"]:
        return bool(found)
    spoken = roles.PLACED_IN.get(found["capital"].casefold(), ())
    return not language or language[:2] in spoken


def is_body(part: str, papers: frozenset[str]) -> bool:
    if _DOMAIN.fullmatch(part) or _ACRONYM.fullmatch(part) or part.startswith("The "):
        return True
    if roles.BODY_WORD.search(part) or roles.CJK_BODY.search(part):
        return len(part.split()) <= 6
    return names_paper(part, papers)


_WORD = re.compile(r"\w+")


def names_paper(part: str, papers: frozenset[str]) -> bool:
    """Whether whole words of `part` are one of the paper's names: "Stern" is none of "Morgenstern"."""
    words = [f for w in _WORD.findall(part) if (f := folded(w))]
    if EAST.search(part):
        return any(p in folded(part) for p in papers)
    runs = ("".join(words[i:j]) for i in range(len(words)) for j in range(i + 1, len(words) + 1))
    return any(run in papers for run in runs)


def _is_name(text: str) -> bool:
    words = text.split()
    if not text or len(text) > 60 or len(words) > 6 or folded(text) in roles.NOBODY:
        return False
    if not any(c.isalpha() for c in text) or _SENTENCE.search(text):
        return False
    if all(folded(w) in roles.WEEKDAYS for w in words):
        return False
    if words[-1] in roles.PARTICLES:
        return False
    words = [w for w in words if w not in roles.PARTICLES]
    if len(words) > 1 and any(w.islower() and len(w) > 4 and w.isalpha() for w in words):
        return False
    small = sum(w[:1].islower() for w in words)
    return (
        small == 0
        or len(words) == 1
        or (bool(words) and small < len(words) - small and words[-1][:1].isupper())
    )
