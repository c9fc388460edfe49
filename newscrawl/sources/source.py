"""One paper as its table in sources.toml describes it."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from newscrawl.urls import key

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from datetime import date
    from re import Pattern

    from newscrawl.causes import RenderRule, SourceRequisites

MINUTE, HOUR, DAY = 60.0, 3600.0, 86_400.0


@dataclass(frozen=True, slots=True)
class Poll:
    """The bounds of the time between two polls of a feed, in seconds."""

    min: float = 5 * MINUTE
    max: float = 6 * HOUR


@dataclass(frozen=True, slots=True)
class RequestOptions:
    """What requests to a source's own hosts carry beside what all requests carry.

    `cookies` is the path of a Netscape cookie file; `auth` are the names of the environment variables that
    hold the user and the password of HTTP Basic authentication.
    """

    headers: tuple[tuple[str, str], ...] = ()
    cookies: str | None = None
    user_agent: str | None = None
    proxy: str | None = None
    auth: tuple[str, str] | None = None

    def described(self) -> str:
        """What there is, without a value."""
        names = [name for name, _ in self.headers]
        stated = {"Cookie": self.cookies, "User-Agent": self.user_agent, "Authorization": self.auth}
        names += [name for name, value in stated.items() if value]
        return ", ".join([*names, *(["by proxy"] if self.proxy else [])])


@dataclass(frozen=True, slots=True)
class Source:
    """A paper: where it announces its articles, and how it is to be treated.

    `rate` is in requests a second and holds for each host of the paper; None leaves the pace to the
    crawler. `revisit` are ages of an article, in seconds and rising, at which it is looked at again.
    `valid_until` is the last day on which the source is crawled; it is not where it is not `enabled`.
    Reports of papers with one `owner` count as one.
    """

    name: str
    home: str
    feeds: tuple[str, ...] = ()
    sitemaps: tuple[str, ...] = ()
    include: tuple[Pattern[str], ...] = ()
    exclude: tuple[Pattern[str], ...] = ()
    language: str | None = None
    zone: str | None = None
    rate: float | None = None
    poll: Poll = Poll()
    revisit: tuple[float, ...] = (HOUR, 6 * HOUR, DAY, 7 * DAY)
    valid_until: date | None = None
    enabled: bool = True
    owner: str | None = None
    request: RequestOptions = RequestOptions()
    #: What is fetched of what articles need; None where the crawl says it.
    requisites: SourceRequisites | None = None
    #: Which of its pages a browser draws; None where the crawl says it.
    render: RenderRule | None = None

    @property
    def urls(self) -> tuple[str, ...]:
        """Home, feeds and sitemaps: what the table names itself, and no pattern leaves out."""
        return (self.home, *self.feeds, *self.sitemaps)

    def why_left_out(self, url: str, *, announces: bool = False) -> str | None:
        """Which pattern keeps an announced URL from being fetched; None if it is wanted.

        Feeds and sitemaps (`announces`) need not match `include`: what they announce has to.
        """
        for pattern in self.exclude:
            if pattern.search(url):
                return f"matches exclude {pattern.pattern!r}"
        if announces or not self.include or any(p.search(url) for p in self.include):
            return None
        return "matches no include"

    def moved(self, where: Mapping[str, str]) -> Source:
        """The same with the URLs that have moved at their new places; what comes together is one."""

        def new(listed: tuple[str, ...]) -> tuple[str, ...]:
            there = [where.get(url, url) for url in listed]
            return tuple({key(url): url for url in reversed(there)}.values())[::-1]

        feeds, sitemaps = new(self.feeds), new(self.sitemaps)
        return replace(self, home=where.get(self.home, self.home), feeds=feeds, sitemaps=sitemaps)

    def to_dict(self) -> dict[str, Any]:
        """A source for JSON: the keys of its table, lengths of time in seconds."""
        return {
            "name": self.name,
            "home": self.home,
            "feeds": self.feeds,
            "sitemaps": self.sitemaps,
            "include": [pattern.pattern for pattern in self.include],
            "exclude": [pattern.pattern for pattern in self.exclude],
            "language": self.language,
            "zone": self.zone,
            "rate": self.rate,
            "poll": {"min": self.poll.min, "max": self.poll.max},
            "revisit": self.revisit,
            "valid_until": self.valid_until.isoformat() if self.valid_until else None,
            "enabled": self.enabled,
            "owner": self.owner,
            # Without values: they are secrets more often than not.
            "requests": self.request.described() or None,
            "requisites": self.requisites,
            "render": self.render,
        }


def in_force(sources: Iterable[Source], day: date) -> tuple[Source, ...]:
    """The sources that are enabled and whose `valid_until` has not passed on this day."""
    return tuple(
        s for s in sources if s.enabled and (s.valid_until is None or day <= s.valid_until)
    )
