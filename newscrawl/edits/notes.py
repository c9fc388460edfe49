"""Correction and update notes: the paragraphs by which a publisher says that an article was changed.

The words are in `notes.txt`. All languages are tried, since papers write such notes in the language of their
newsroom.
"""

from __future__ import annotations

from functools import cache
from importlib import resources
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from regex import Pattern

#: Characters that may stand before the first word of a note.
_BEFORE = r"^[\s\p{P}\p{S}]*"
#: What follows a word that is usual in other sentences, too: a colon, a dash, a bracket or nothing; or a time
#: and then one of these, as in "Updated at 10:15: ...".
_END_OF_HEADING = r"[:：–—\-\]】)）]"
_AS_HEADING = (
    rf"(?=[\s,.]{{0,2}}(?:{_END_OF_HEADING}|$)"
    rf"|[^\n:：]{{0,40}}?\p{{N}}[\p{{L}}\p{{N}}\s:.,/]{{0,40}}{_END_OF_HEADING})"
)
#: A note is no longer than this, in characters: a longer paragraph is text that begins alike.
MAX_NOTE = 1500


def is_note(paragraph: str) -> bool:
    """Whether a paragraph is a correction or update note."""
    return len(paragraph) <= MAX_NOTE and _pattern().search(paragraph) is not None


def notes(text: str) -> list[str]:
    """The notes of a text, in their order."""
    lines = (line.strip() for line in text.split("\n"))
    return [line for line in lines if line and is_note(line)]


def new_notes(old: str, new: str) -> list[str]:
    """The notes of the new text that the old one does not have; white space apart."""
    had = {" ".join(line.split()) for line in old.split("\n")}
    lines = (line.strip() for line in new.split("\n"))
    # To look for words takes far longer than to see that a line is an old one.
    return [line for line in lines if " ".join(line.split()) not in had and is_note(line)]


def words() -> dict[str, list[str]]:
    """The words by language, each with its colon if it needs one."""
    text = (resources.files("newscrawl.edits") / "notes.txt").read_text("utf-8")
    lines = (line for line in text.splitlines() if line and not line.startswith("#"))
    return {
        tag: rest.strip().split("|") for tag, _, rest in (line.partition(":") for line in lines)
    }


@cache
def _pattern() -> Pattern[str]:
    import regex

    alternatives = sorted({w for some in words().values() for w in some}, key=len, reverse=True)
    free = "|".join(regex.escape(w) for w in alternatives if not w.endswith(":"))
    headings = "|".join(regex.escape(w[:-1]) for w in alternatives if w.endswith(":"))
    # A free word ends at a word's end, but in scripts without spaces.
    bounded = (
        rf"(?:{free})(?!(?<=[\p{{Latin}}\p{{Cyrillic}}\p{{Greek}}\p{{Arabic}}\p{{Hebrew}}])\p{{L}})"
    )
    return regex.compile(
        f"{_BEFORE}(?:{bounded}|(?:{headings}){_AS_HEADING})", regex.IGNORECASE | regex.VERSION1
    )
