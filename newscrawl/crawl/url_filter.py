"""Which announced URLs are wanted, by the patterns and sections that a user named for one crawl?"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING
from urllib.parse import unquote, urlsplit

from newscrawl import urls
from newscrawl.errors import Missed, UsageError
from newscrawl.frontier import HUBS

if TYPE_CHECKING:
    from collections.abc import Iterable
    from re import Pattern
    from typing import Self

    from newscrawl.frontier import DiscoveredUrl, Lease
    from newscrawl.items import Article


@dataclass(frozen=True, slots=True)
class Section:
    """A department of a paper: a name (`Transport`), a path (`/news/transport/`) or the URL of its page.

    `path` are the parts of its path in lower case; of a name there is one, which may stand anywhere in a
    path. `host` is that of a URL.
    """

    text: str
    path: tuple[str, ...]
    is_name: bool
    host: str = ""

    @classmethod
    def named(cls, text: str) -> Self:
        """From what a user wrote. Raises UsageError where that is empty."""
        host = urls.bare_host(text) if "://" in text else ""
        path = _parts(urlsplit(text).path if host else text) if "/" in text else (_slug(text),)
        if not all(path) or not path:
            raise UsageError(f"--section {text!r}: neither a name nor a path such as /transport/")
        return cls(text, path, "/" not in text, host)

    def has(self, url: str) -> bool:
        """Whether the path of this URL is in the section, or is that of its page or feed."""
        if self.host and urls.bare_host(url) != self.host:
            return False
        parts = _parts(urlsplit(url).path)
        return self.path[0] in parts if self.is_name else parts[: len(self.path)] == self.path

    def is_called(self, name: str) -> bool:
        """Whether this is what an article calls its section."""
        return _slug(name) == self.path[-1]


@dataclass(frozen=True, slots=True)
class UrlFilter:
    """`include` and `exclude` as in a source; `sections`, if any, of which an article must be in one."""

    include: tuple[Pattern[str], ...] = ()
    exclude: tuple[Pattern[str], ...] = ()
    sections: tuple[Section, ...] = ()

    @classmethod
    def named(cls, include: Iterable[str], exclude: Iterable[str], sections: Iterable[str]) -> Self:
        """From what a user wrote. Raises UsageError."""
        return cls(
            tuple(_pattern("--include", text) for text in include),
            tuple(_pattern("--exclude", text) for text in exclude),
            tuple(map(Section.named, sections)),
        )

    def exclusion(self, url: Lease | DiscoveredUrl) -> Missed | None:
        """Why an announced URL is not fetched; what was asked for by name always is."""
        why = None if url.depth == 0 else self._why_left_out(url)
        return Missed("not-selected", why) if why else None

    def exclusion_of(self, article: Article, known: Lease | None) -> Missed | None:
        """Why an article is not wanted that its section's page announced: it states another section."""
        is_named = known is not None and known.depth == 0
        if (
            is_named
            or not self.sections
            or not article.section
            or self.is_section(article.url or "")
        ):
            return None
        if any(section.is_called(article.section) for section in self.sections):
            return None
        return Missed("not-selected", f"its section is {article.section!r}")

    def is_section(self, url: str) -> bool:
        """Whether the URL lies in one of the sections."""
        return any(section.has(url) for section in self.sections)

    def takes_again(self, url: DiscoveredUrl, *, by_section: bool) -> bool:
        """Whether a URL that an earlier crawl left out is wanted now; `by_section`: since its article states
        another section."""
        if by_section and self.sections and not self.is_section(url.url):
            return False
        return self.exclusion(url) is None

    def _why_left_out(self, url: Lease | DiscoveredUrl) -> str | None:
        for pattern in self.exclude:
            if pattern.search(url.url):
                return f"matches --exclude {pattern.pattern!r}"
        if url.kind in HUBS and url.kind != "section":
            return None
        if self.sections and not (self.is_section(url.url) or self.is_section(url.via or "")):
            return f"not of --section {', '.join(section.text for section in self.sections)}"
        if url.kind in HUBS or not self.include:
            return None
        is_included = any(pattern.search(url.url) for pattern in self.include)
        return None if is_included else "matches no --include"


#: Leaves nothing out.
NO_FILTER = UrlFilter()


def _pattern(option: str, text: str) -> Pattern[str]:
    try:
        return re.compile(text)
    except (re.error, OverflowError, RecursionError) as error:
        raise UsageError(f"{option} {text!r}: not a regular expression: {error}") from None


def _parts(path: str) -> tuple[str, ...]:
    """The parts of a path in lower case, the last one without the ending of a file."""
    *folders, last = [part for part in unquote(path).casefold().split("/") if part] or [""]
    parts = [*folders, re.sub(r"\.[a-z]{2,5}$", "", last)]
    return tuple(part for part in parts if part)


def _slug(name: str) -> str:
    """A name as it stands in a path: `Home News` is `home-news`."""
    return re.sub(r"[\W_]+", "-", name.casefold()).strip("-")
