"""What one response announces, as values."""

from __future__ import annotations

import hashlib
from collections import Counter
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from newscrawl.urls import is_too_long, joined

if TYPE_CHECKING:
    from newscrawl.causes import CauseName, ResponseKind, UrlKind

#: Faults of one response that are listed.
FAULTS_MAX = 50
#: URLs of one response that cannot be requested and are listed, and characters of each.
MAX_UNFETCHABLE, MAX_CHARACTERS = 100, 300


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
class Unfetchable:
    """An announced URL that cannot be requested as it stands, cut to MAX_CHARACTERS.

    `target` is the URL that browsers request in its place, if there is one.
    """

    url: str
    cause: CauseName
    detail: str
    target: str | None = None


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

    #: URLs that are announced and cannot be requested as they stand, the first MAX_UNFETCHABLE of them.
    unfetchable: tuple[Unfetchable, ...] = ()
    #: How many URLs are left out beyond those, by cause.
    left_out: tuple[tuple[CauseName, int], ...] = ()
    #: What was said of a body that grows beyond all measure when it is unpacked.
    bomb: str | None = None

    @property
    def too_long(self) -> int:
        """How many URLs were passed over because they are too long."""
        listed = sum(each.cause == "url-too-long" for each in self.unfetchable)
        return listed + dict(self.left_out).get("url-too-long", 0)


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


def note_address(
    faults: list[str],
    address: str,
    base: str,
    *,
    target: str | None = None,
    long_only: bool = False,
) -> None:
    """Note what is no URL that can be requested as it stands; `target` is what is requested instead.

    With `long_only` only a URL that is too long is noted: pages link to much that is no page.
    """
    is_long = target is None and is_too_long(address, base)
    if not isinstance(faults, Faults) or not address or (long_only and not is_long):
        return
    cause: CauseName = "url-too-long" if is_long else "bad-url"
    detail = f"{len(address)} characters" if is_long else "no http or https URL"
    if target is not None:
        detail = "a backslash stands for a slash"
    url = joined(address, base)
    if len(url) > MAX_CHARACTERS:
        # Its length and sum tell it from others that begin alike.
        url = f"{url[:MAX_CHARACTERS]}...[{len(address)} characters, {_sum(address)}]"
    faults.unfetchable.append(Unfetchable(url, cause, detail, target))


def leave_out(faults: list[str], number: int, cause: CauseName = "list-quota") -> None:
    """Count what is announced and not listed."""
    if isinstance(faults, Faults) and number > 0:
        faults.left_out[cause] += number


def note_bomb(faults: list[str], said: str) -> None:
    """Note that the body grows beyond all measure when it is unpacked."""
    note(faults, f"a bomb: {said}")
    if isinstance(faults, Faults):
        faults.bomb = said


def _sum(text: str) -> str:
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()[:8]


class Faults(list[str]):
    """What was wrong with one response, one short line each, and what is left out of it.

    Counting stops nowhere; what is listed is bounded.
    """

    def __init__(self) -> None:
        super().__init__()
        self.unfetchable = _Listed()
        self.left_out: Counter[CauseName] = Counter()
        self.bomb: str | None = None

    def of(self, found: Discovery) -> Discovery:
        """The same discovery with what was left out."""
        counts = self.left_out + self.unfetchable.beyond
        return replace(
            found,
            unfetchable=tuple(self.unfetchable.found.values()),
            left_out=tuple(sorted(counts.items())),
            bomb=self.bomb,
        )


class _Listed:
    """Unfetchable URLs, each once: the first of them, and by cause how many more there are."""

    def __init__(self) -> None:
        self.found: dict[str, Unfetchable] = {}
        self.beyond: Counter[CauseName] = Counter()

    def append(self, each: Unfetchable) -> None:
        if each.url in self.found:
            return
        if len(self.found) < MAX_UNFETCHABLE:
            self.found[each.url] = each
        else:
            self.beyond[each.cause] += 1
