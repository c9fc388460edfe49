"""The examples of the documentation: what a page's code blocks say, and what their commands print.

A page is Markdown. Of its fenced blocks

* ``console`` has commands (lines that begin with ``$ ``) and what they print; ``...`` stands for any lines;
* any other block may be a file of the example.

An HTML comment above a block says what a test has to know:

* ``<!-- not run: REASON -->``: the block is not run, because it needs the internet or a service;
* ``<!-- exits with N -->``: the exit code of the block's last command, if it is not 0;
* ``<!-- file: NAME -->``: the block is written to this file;
* ``<!-- serves edition 2 -->``: before the block the sample newspaper is replaced by its second edition.

A page with ``<!-- starts in an empty folder -->`` has no archive at its begin; every other one has the sample
newspaper's in `archives/news`.
"""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

EMPTY = "<!-- starts in an empty folder -->"
SECOND_EDITION = "<!-- serves edition 2 -->"
#: What the sample newspaper's addresses are in the documentation.
PORT = 8471
#: What a PostgreSQL database and an object store are called there. A test has an empty database and a folder.
DATABASE = "postgresql+psycopg://newscrawl@db.example/news"
BUCKET = "s3://our-bucket"

_BLOCK = re.compile(
    r"(?P<notes>(?:^<!--[^\n]*-->\n\n?)*)^```(?P<language>\w*)\n(?P<text>.*?)^```$",
    re.DOTALL | re.MULTILINE,
)
_NOTE = re.compile(r"<!-- ([a-z ]+?)(?:: | (?=\d))(.*?) -->")


@dataclass(frozen=True, slots=True)
class Command:
    """One command of a block, and the lines that the page says it prints."""

    text: str
    printed: tuple[str, ...]
    code: int = 0


@dataclass(frozen=True, slots=True)
class Block:
    """A fenced block: `begin` and `end` are the offsets of its text in the page."""

    language: str
    text: str
    begin: int
    end: int
    notes: dict[str, str]

    @property
    def reason(self) -> str | None:
        """Why the block is not run; None if it is."""
        return self.notes.get("not run")

    @property
    def begins_second_edition(self) -> bool:
        """Whether the newspaper has its second edition from here on."""
        return "serves edition" in self.notes

    @property
    def commands(self) -> list[Command]:
        """The commands of a console block."""
        commands: list[Command] = []
        for part in re.split(r"^\$ ", self.text, flags=re.MULTILINE)[1:]:
            lines = part.splitlines()
            count = 1
            while lines[count - 1].endswith("\\"):
                count += 1
            commands.append(Command("\n".join(lines[:count]), tuple(lines[count:])))
        if commands and (code := self.notes.get("exits with")):
            commands[-1] = Command(commands[-1].text, commands[-1].printed, int(code))
        return commands


def blocks(page: str) -> Iterator[Block]:
    """The fenced blocks of a page."""
    for match in _BLOCK.finditer(page):
        notes = dict(_NOTE.findall(match["notes"]))
        begin, end = match.span("text")
        yield Block(match["language"], match["text"], begin, end, notes)


def starts_empty(page: str) -> bool:
    """Whether the example begins without an archive."""
    return EMPTY in page


def has_second_edition(page: str) -> bool:
    """Whether the example needs a newspaper of its own, whose edition changes."""
    return SECOND_EDITION in page


def pages(root: Path) -> list[Path]:
    """All pages of the documentation whose commands are run."""
    named = [root / "README.md", root / "docs" / "tutorial.md", root / "docs" / "faq.md"]
    return [page for page in named if page.exists()] + sorted(
        (root / "docs" / "how-to").glob("*.md")
    )


def shape(line: str) -> str:
    """A line without what differs from run to run: numbers, ids, digests, and how wide columns are."""
    words = re.sub(r"[\w-]+\.warc\.gz", "#.warc.gz", line)
    words = re.sub(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}", "#", words)
    words = re.sub(r"[0-9a-f]{12,}", "#", words)
    words = re.sub(r"(newscrawl search .*)\b\w+$", r"\1#", words)  # a word of one of the articles
    words = re.sub(r"\d[\d,.:]*", "#", words)
    return " ".join(re.sub(r"[-─━]{3,}", "---", words).split())


def differs(command: Command, printed: str) -> str | None:
    """What the page says otherwise than the command prints; None if nothing. The order does not count."""
    actual = Counter(shape(line) for line in printed.splitlines() if line.strip())
    said = [line for line in command.printed if line.strip()]
    wanted = Counter(shape(line) for line in said if line.strip() != "...")
    if missing := wanted - actual:
        return f"not printed: {[*missing]}, but: {printed[:600]}"
    if said and "..." not in {line.strip() for line in said} and (more := actual - wanted):
        return f"printed as well: {[*more]}"
    return None
