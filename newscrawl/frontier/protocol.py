"""The contract of a frontier; every backend passes `tests/frontier/test_contract.py`.

All times are seconds since the epoch and come from the caller. `source` names the site or paper that
a URL was asked for or announced by; a run leases from the sources it was started for.
"""

from __future__ import annotations

from dataclasses import dataclass
from hashlib import sha256
from typing import TYPE_CHECKING, Any, Literal, Protocol

from newscrawl import urls
from newscrawl.causes import HUBS
from newscrawl.errors import Missed

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterable, Iterator, Mapping

    from sqlalchemy import Connection

    from newscrawl.causes import CauseName, OutcomeKind, UrlKind
    from newscrawl.frontier.requisites import Requisites
    from newscrawl.frontier.source_register import SourceRegister
    from newscrawl.items import Capture


@dataclass(frozen=True, slots=True)
class DiscoveredUrl:
    """A URL as it was asked for or announced.

    Lower `priority` is leased first, then higher `rank`. A URL that has been settled becomes due again if
    it was settled before `again_before`, or if `modified_at` (seconds) is later than at its last
    announcement. With `not_before_due` a feed or sitemap is not due before its time, if it has one, and a
    page that was looked at a short while ago is not, unless its time of modification is its own
    (`modified_apart`) and not that of all that was announced with it. `published_at` and `announcement` are
    what was said of it where it was announced: the moment, and all as a JSON object. With `missed` it cannot
    be requested: it is entered as ended so, and is never leased.
    """

    url: str
    kind: UrlKind
    source: str
    depth: int = 0
    priority: int = 50
    rank: float = 0.0
    via: str | None = None
    modified_at: float | None = None
    again_before: float | None = None
    not_before_due: bool = False
    published_at: float | None = None
    announcement: str | None = None
    missed: Missed | None = None
    modified_apart: bool = False

    @property
    def key(self) -> str:
        """As `newscrawl.urls.key`; of what is no URL, one that no URL has."""
        if self.missed is None:
            return urls.key(self.url)
        return f"{self.host}/!{sha256(self.url.encode('utf-8', 'replace')).hexdigest()}"

    @property
    def host(self) -> str:
        """The host that is asked; of what cannot be, the one that announced it."""
        return urls.host(self.url if self.missed is None else self.via or "")


@dataclass(frozen=True, slots=True)
class Lease:
    """The right and the duty to fetch one URL and say how it ended, until the lease runs out.

    `first_at` is when it first ended as an article, `settled_at` when it last ended at all, `rhythm` what its
    last outcome kept for the next, `via` the URL that first announced it.
    """

    key: str
    url: str
    kind: UrlKind
    source: str
    depth: int
    attempts: int
    modified_at: float | None = None
    published_at: float | None = None
    announcement: str | None = None
    first_at: float | None = None
    rhythm: str | None = None
    settled_at: float | None = None
    added_at: float | None = None
    via: str | None = None


@dataclass(frozen=True, slots=True)
class Outcome:
    """How a URL ended: `kind` is `article`, `links` (it announced others) or `miss` with its `cause`.

    With `again_at` the URL becomes due again at that time, and keeps the cause until then; its attempts
    go on being counted if that is another try (`is_retry`). `rhythm` is kept for its next lease; None
    leaves what is kept; so with `published_at`, the article's own date in seconds. `target` and
    `over_limit` are those of `newscrawl.errors.Missed`.
    """

    kind: OutcomeKind
    cause: CauseName | None = None
    detail: str | None = None
    status: int | None = None
    seen_at: str | None = None
    capture: Capture | None = None
    again_at: float | None = None
    is_retry: bool = False
    rhythm: str | None = None
    target: str | None = None
    over_limit: bool = False
    published_at: float | None = None

    @classmethod
    def of_miss(cls, missed: Missed, *, capture: Capture | None, seen_at: str) -> Outcome:
        """The outcome of a URL that ended as this miss."""
        return cls(
            "miss",
            missed.cause,
            missed.detail or None,
            capture.status if capture else None,
            seen_at,
            capture,
            target=missed.target,
            over_limit=missed.over_limit,
        )

    @property
    def missed(self) -> Missed | None:
        """The miss that this outcome states; None where it is none."""
        if self.kind != "miss" or self.cause is None:
            return None
        return Missed(self.cause, self.detail or "", target=self.target, over_limit=self.over_limit)


#: What a URL is counted among that is left out.
Place = Literal["list", "page"]


def place_of(kind: UrlKind) -> Place:
    """Of a kind of URLs: whether they are fetched for the links they hold."""
    return "list" if kind in HUBS else "page"


class Frontier(Protocol):
    """Known URLs and who is fetching which; `register` has the sources that they belong to, `requisites`
    what captured pages need to look as they did."""

    register: SourceRegister
    requisites: Requisites

    def add(self, urls: Iterable[DiscoveredUrl], *, now: float) -> int:
        """Make known; return how many became due.

        What is known and due or leased stays as it is; what waits for its next try is due at once if
        it was asked for again.
        """

    def leave_out(
        self,
        via: str,
        source: str,
        left_out: Mapping[tuple[CauseName, Place], int],
        *,
        now: float,
    ) -> None:
        """Note how many URLs the list at `via` announces that are not made known, in place of what was
        noted of it before."""

    def lease(
        self,
        *,
        owner: str,
        now: float,
        count: int,
        seconds: float,
        sources: Collection[str] | None = None,
        keys: Collection[str] | None = None,
        per_host: int = 8,
    ) -> list[Lease]:
        """Up to `count` due URLs for `owner`, for `seconds`; of these sources and with these keys, if given.

        `owner` never has more than `per_host` of one host in hand; the host that has waited longest
        comes first. A host goes to one owner at a time. Leases that have run out are due again.
        An empty list does not mean that nothing is due: it may be held, or belong to another owner.
        """

    def renew(self, owner: str, *, until: float) -> None:
        """Let all that `owner` has leased be leased until then."""

    def settle(
        self,
        outcomes: Iterable[tuple[str, Outcome]],
        *,
        now: float,
        gaps: Mapping[str, float] | None = None,
        enter: Callable[[Connection, Collection[str]], None] | None = None,
    ) -> None:
        """Say how the URLs with these keys ended. What is unknown is ignored.

        `enter` is called in each transaction with the keys that it settles. What it writes there is
        committed with their ends or not at all.

        A host of which its owner has nothing in hand any more goes to whoever asks next; to another
        owner only after a rest, for which the gaps between two requests (seconds, by host) are told.
        """

    def restate(self, outcomes: Iterable[tuple[str, Outcome]]) -> None:
        """Say otherwise how the URLs with these keys ended, as articles or misses, by the same captures.

        One that was captured again since stays as it is, and so does when each is due.
        """

    def hold(self, host: str, *, until: float) -> None:
        """Lease nothing of this host before that time (Retry-After)."""

    def release(self, owners: Collection[str], *, now: float) -> int:
        """Make due what these owners have leased and not settled; return how many URLs that were."""

    def put_right(self, *, now: float) -> None:
        """Free the hosts that could be leased from by now, had the clock not been set back since."""

    def owners(self) -> set[str]:
        """Who has leased something."""

    def next_due(
        self,
        *,
        now: float,
        owner: str | None = None,
        sources: Collection[str] | None = None,
    ) -> float | None:
        """When `owner` should ask for leases again; None if nothing waits. At best that is `now`."""

    def free_at(
        self,
        *,
        owner: str,
        now: float,
        sources: Collection[str] | None = None,
        keys: Collection[str] | None = None,
    ) -> float | None:
        """When another owner's lease of a host ends, or its rest, of which something is due now."""

    def scheduled(self, source: str) -> list[tuple[Lease, float]]:
        """The hubs of a source that wait for their next poll, each with its time; not for another try."""

    def reschedule(self, due_at: Mapping[str, float]) -> None:
        """Make URLs that wait due at these times, by key, where that is earlier."""

    def sources(self) -> set[str]:
        """The sources that have URLs."""

    def seeds(self) -> list[str]:
        """The URLs that were ever asked for: of kind `seed`, and not where one of them redirects to."""

    def has_no_article(self, url: str) -> bool:
        """Whether this URL was answered for good, and not by an article or a variant of one.

        That a server could not answer is no answer.
        """

    def unread(self, count: int, *, after: str = "") -> list[tuple[str, Capture]]:
        """URLs, with their captures, that were left to a later crawl to read, in the order of their keys.

        `after` is the last one of those that came before.
        """

    def duplicates_of(self, url: str) -> list[tuple[str, Capture]]:
        """The URLs, with their captures, that ended as duplicates of this one."""

    def standing_for(self, keys: Collection[str]) -> dict[str, str]:
        """By key, the URLs that moved to those with these keys or are duplicates of them, and those of
        these in turn."""

    def rows(self) -> Iterator[dict[str, Any]]:
        """Everything that is known of all URLs, for another frontier."""

    def changed(self, *, since: float, count: int) -> list[dict[str, Any]]:
        """What has been added or has ended since then and is in no capture (`newscrawl.frontier.noting`)."""

    def resume(self, rows: Iterable[Mapping[str, Any]], *, now: float) -> None:
        """Take over what `changed` said of another frontier. What was captured since stands."""

    def date_by_captures(self) -> None:
        """Let URLs have ended, first and last, when the captures were made by which they ended."""

    def due(self, urls: Iterable[str]) -> dict[str, str]:
        """The kinds of those of these URLs that are due now or later."""

    def captures_of(self, urls: Iterable[str]) -> dict[str, Capture]:
        """By key, the captures by which those of these URLs ended that ended by one."""

    def known(self, urls: Iterable[str]) -> dict[str, Lease]:
        """What is known of these URLs, by key, in the words of a lease; nothing is leased."""

    def ended(self, urls: Iterable[str]) -> dict[str, Outcome]:
        """How those of these URLs ended that have: kind, cause, detail, target, over_limit and status."""

    def has_lists(self, source: str) -> bool:
        """Whether a feed or sitemap of this source is known that did not end as a miss the last time."""

    def shapes(self, site: str) -> dict[str, tuple[int, int]]:
        """Of each shape of URL (`newscrawl.discovery.shape`) on this site (`urls.site`), as far as it is
        much used: how many ended as articles, and how many as something else for good.

        A URL counts once for either, however often it is seen again; the latest of many count most.
        """

    def counts(self, *, sources: Collection[str] | None = None) -> dict[str, dict[str, int]]:
        """Per source: how many URLs are due, leased, ended as article or links, or missed, by cause."""

    def missed_for(self, cause: str) -> Iterator[DiscoveredUrl]:
        """The URLs that ended for this cause, as they were announced."""

    def misses(self) -> Iterator[dict[str, Any]]:
        """Every URL that ended without an article: url, source, cause, detail, target, over_limit, status,
        seen_at, capture."""
