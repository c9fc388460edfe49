"""The commands of the documentation's pages: which of them need a shell, and which can be started without."""

from __future__ import annotations

import re
import shlex
from dataclasses import dataclass

#: What is started without a shell, where it comes alone, in a pipe or with its output in a file.
PROGRAMS = ("newscrawl", "python", "scrapy")
_QUOTED = r"'[^']*'|\"[^\"$`\\]*\""
_PIPED = re.compile(rf"(?:{_QUOTED}|[^|])+")
_INTO_A_FILE = re.compile(r"(.*[^>\s]) > ([\w.-]+)", re.DOTALL)
#: What a shell acts upon, outside of quotes.
_FOR_A_SHELL = re.compile(r"[|<>$&;#*?`~\n\\'\"]")


@dataclass(frozen=True, slots=True)
class Part:
    """One command of a pipe: its text, and its words if it needs no shell."""

    text: str
    words: list[str] | None


@dataclass(frozen=True, slots=True)
class Pipeline:
    """Commands of which each reads what the one before has written; `file` takes what the last one writes."""

    parts: list[Part]
    file: str | None = None


def pipeline(command: str) -> Pipeline | None:
    """A command as a pipeline; None if a shell has to run the whole of it."""
    text, file = command.replace("\\\n", " "), None
    if written := _INTO_A_FILE.fullmatch(text):
        text, file = written.groups()
    parts = [_part(each.strip()) for each in _PIPED.findall(text)]
    if not any(part.words for part in parts) or (file and not parts[-1].words):
        return None
    return Pipeline(parts, file)


def _part(text: str) -> Part:
    bare = re.sub(_QUOTED, "", text)
    is_plain = text.split()[:1] and text.split()[0] in PROGRAMS and not _FOR_A_SHELL.search(bare)
    return Part(text, shlex.split(text) if is_plain else None)
