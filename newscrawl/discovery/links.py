"""What one response announces, as values."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from newscrawl.urls import is_too_long

if TYPE_CHECKING:
    from newscrawl.outcome import ResponseKind, UrlKind

#: Faults of one response that are listed.
FAULTS_MAX = 50
_TOO_LONG = "URLs that are too long: "


@dataclass(frozen=True, slots=True)
class Link:
    """A URL that a page, feed, sitemap or robots.txt announces, with what is said about it there.

    `kind` is "article", "feed", "sitemap", "section" or "page" (a sitemap's plain entry, which may
    or may not be an article). Times are ISO 8601 to the precision stated: with the offset if one
    is stated, without if not; a bare day stays a bare day.
    """

    url: str
    kind: UrlKind
    title: str | None = None
    published_at: str | None = None
    modified_at: str | None = None
    language: str | None = None


@dataclass(frozen=True, slots=True)
class Discovery:
    """All that one response announces; `kind` is "feed", "sitemap", "html", "robots" or "other"."""

    kind: ResponseKind
    links: tuple[Link, ...]
    #: What was wrong and survived, one short line each.
    faults: tuple[str, ...] = ()
    title: str | None = None
    #: Seconds between polls that a feed asks for.
    interval: float | None = None

    @property
    def too_long(self) -> int:
        """How many URLs were passed over because they are too long."""
        return sum(map(_too_long, self.faults))

    @property
    def bomb(self) -> str | None:
        """What was said of a body that grows beyond all measure when it is unpacked."""
        found = (f.removeprefix("a bomb: ") for f in self.faults if f.startswith("a bomb: "))
        return next(found, None)


@dataclass(frozen=True, slots=True)
class Bounds:
    """How much of one response is read: `links` of a page, `entries` of a feed, `pages` of a sitemap.

    What is gzip by its bytes may unpack to `unpacked` of them, and to `ratio` times its own length.
    """

    links: int = 3_000
    entries: int = 10_000
    pages: int = 100_000
    unpacked: int = 50 * 1024 * 1024
    ratio: int = 200


BOUNDS = Bounds()


def note(faults: list[str], fault: str) -> None:
    """Add what is wrong, in one short line, once."""
    fault = " ".join(fault.split())[:160]
    if fault not in faults and len(faults) < FAULTS_MAX:
        faults.append(fault)


def note_address(faults: list[str], address: str, base: str) -> None:
    """Count what is no URL that can be requested, if only because it is too long."""
    if not is_too_long(address, base):
        return
    for place, fault in enumerate(faults):
        if number := _too_long(fault):
            faults[place] = f"{_TOO_LONG}{number + 1}"
            return
    faults.insert(0, f"{_TOO_LONG}1")


def _too_long(fault: str) -> int:
    return int(fault.removeprefix(_TOO_LONG)) if fault.startswith(_TOO_LONG) else 0
