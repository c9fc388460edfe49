"""From what was asked for or announced to what the frontier is told."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import UTC, datetime
from math import inf
from typing import TYPE_CHECKING

from newscrawl import urls
from newscrawl.errors import Missed
from newscrawl.frontier import HUBS, DiscoveredUrl

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from newscrawl.causes import ResponseKind, UrlKind
    from newscrawl.discovery import Discovery, Link
    from newscrawl.frontier import Lease

HOUR, HALF_DAY, DAY = 3600.0, 43_200.0, 86_400.0

#: How often (seconds) a section's page is fetched at most, and how many of one home page are followed.
_SECTION_REST, MAX_SECTIONS = HOUR, 30

#: Of so few entries it cannot be said whether they are stamped; within so many seconds they are so together.
_FEW, _TOGETHER = 5, 120.0

# What was named first, then feeds and the sitemaps of robots.txt, then articles. Sitemaps inside a
# sitemap come behind the articles that are known: a large site has thousands of them. So do those of a
# robots.txt behind the first few.
_PRIORITY = {"seed": 0, "feed": 10, "sitemap": 12, "section": 15, "article": 20, "page": 25}
_CHILD_SITEMAP, _FIRST_SITEMAPS = 30, 10
# One that an earlier pass had no room for, and of which nobody says when it was modified, comes first.
_UNREAD_SITEMAP = 29


def seeds(
    named: Iterable[str],
    *,
    now: float,
    not_before_due: bool,
    known: Mapping[str, Lease],
    stay: bool = False,
) -> list[DiscoveredUrl]:
    """The URLs that a user asked for: due, or with `not_before_due` only what has no time at which it is
    due.

    One that is `known` by its key as an article stays what it is, with its source; with `not_before_due` or
    `stay` every one does that is known.
    """
    found = []
    for url in named:
        before = known.get(urls.key(url))
        new = asked_for(url, "seed", urls.site(url), now=now, not_before_due=not_before_due)
        if before is not None and (not_before_due or stay or before.first_at is not None):
            new = again(before, now=now, not_before_due=not_before_due)
        found.append(new)
    return found


def again(known: Lease, *, now: float, not_before_due: bool = False) -> DiscoveredUrl:
    """A known URL that is asked for by name, as what it is."""
    return DiscoveredUrl(
        known.url,
        known.kind,
        known.source,
        depth=known.depth,
        priority=_PRIORITY["seed"],
        again_before=now,
        not_before_due=not_before_due,
    )


def asked_for(
    url: str, kind: UrlKind, source: str, *, now: float, not_before_due: bool
) -> DiscoveredUrl:
    """A URL that was asked for by name."""
    return DiscoveredUrl(
        url, kind, source, priority=_PRIORITY[kind], again_before=now, not_before_due=not_before_due
    )


def announced(
    links: Iterable[Link],
    lease: Lease,
    *,
    url: str,
    kind: ResponseKind,
    now: float,
    again_before: float,
    not_before_due: bool,
) -> Iterator[DiscoveredUrl]:
    """What the answer at `url`, fetched for `lease` and read as `kind`, adds to the frontier.

    Feeds and sitemaps are due again if they were last fetched before `again_before`, or with `not_before_due`
    when their own time has come; a sitemap that its index says was not modified since is not, nor a
    section that was read within the hour. An article is due again when its announcement says that it was
    modified since the last one.
    """
    links = list(links)
    are_apart = not _is_stamped(links)
    for number, link in enumerate(links):
        is_hub = link.kind in HUBS
        dated = moment(link.modified_at) or moment(link.published_at)
        is_behind = kind == "robots" and number >= _FIRST_SITEMAPS
        is_child = link.kind == "sitemap" and (kind == "sitemap" or is_behind)
        # A front page shows what is current and says no date; a sitemap without dates may be of any age.
        undated = 0.0 if kind == "sitemap" or is_behind else now
        yield DiscoveredUrl(
            link.url,
            link.kind,
            lease.source,
            depth=lease.depth + 1,
            priority=_CHILD_SITEMAP if is_child else _PRIORITY[link.kind],
            # What says no date comes in the order in which it stands.
            rank=min(dated, now) if dated is not None else undated - number / 1000,
            via=url,
            modified_at=moment(link.modified_at),
            again_before=min(again_before, _rested(link, now)) if is_hub else None,
            not_before_due=not_before_due,
            published_at=moment(link.published_at),
            modified_apart=are_apart and not is_hub,
            # The text of a link on a front page is no statement about the page it leads to.
            announcement=_said(link, by=url)
            if kind in ("feed", "sitemap") and not is_hub
            else None,
        )


def _is_stamped(links: Sequence[Link]) -> bool:
    """Whether most of a list was modified at about the same time: when the list was made, that is."""
    times = [at for link in links if (at := moment(link.modified_at)) is not None]
    if len(times) < _FEW:
        return False
    latest = max(times)
    return 2 * sum(latest - at < _TOGETHER for at in times) > len(times)


def unread(left_out: DiscoveredUrl, *, now: float) -> DiscoveredUrl:
    """A list that an earlier pass had no room for, due again."""
    is_child = left_out.priority >= _CHILD_SITEMAP and left_out.modified_at is None
    priority = _UNREAD_SITEMAP if is_child else left_out.priority
    return replace(left_out, again_before=now, priority=priority)


def unfetchable(found: Discovery, lease: Lease, *, url: str) -> Iterator[DiscoveredUrl]:
    """What the answer at `url` announces and nobody can request, as URLs that have ended."""
    for each in found.unfetchable:
        text = each.url.replace("\0", "").encode("utf-8", "replace").decode()
        missed = Missed(each.cause, each.detail, target=each.target)
        kind: UrlKind = "article" if found.kind == "feed" else "page"
        yield DiscoveredUrl(text, kind, lease.source, depth=lease.depth + 1, via=url, missed=missed)


def _said(link: Link, *, by: str) -> str | None:
    """What a feed or sitemap says of a page, as a JSON object; None where it only names it."""
    said = {
        "published": link.published_at,
        "modified": link.modified_at,
        "title": link.title,
        "language": link.language,
    }
    stated = {name: value for name, value in said.items() if value}
    return json.dumps({"by": by, **stated}) if stated else None


def _still_said(lease: Lease) -> str | None:
    """What was said of a URL, for the one in its place: it was said of the same page."""
    if lease.announcement is None:
        return None
    said = json.loads(lease.announcement)
    return json.dumps({**said, "url": said.get("url", lease.url)})


def in_its_place(
    target: str, lease: Lease, *, again_before: float, not_before_due: bool
) -> DiscoveredUrl:
    """The URL that `lease`'s URL redirects to, or is a variant of."""
    again = again_before if lease.kind in HUBS else None
    return DiscoveredUrl(
        target,
        lease.kind,
        lease.source,
        depth=lease.depth + 1,
        priority=_PRIORITY.get(lease.kind, _CHILD_SITEMAP),
        rank=again_before,
        via=lease.url,
        again_before=again,
        not_before_due=not_before_due and lease.kind in HUBS,
        published_at=lease.published_at,
        announcement=_still_said(lease),
    )


def _rested(link: Link, now: float) -> float:
    """A list that was read after this moment need not be read again: for a sitemap, one surely after the
    modification that its index states, whatever zone it means."""
    if link.kind == "section":
        return now - _SECTION_REST
    at = moment(link.modified_at) if link.kind == "sitemap" else None
    if at is None:
        return inf
    return at + (HOUR if "T" in (link.modified_at or "") else DAY + HALF_DAY)


def moment(stated: str | None) -> float | None:
    """Seconds since the epoch of an announced time; one without a zone is taken as UTC, for order only."""
    if stated is None:
        return None
    try:
        parsed = datetime.fromisoformat(stated)
    except ValueError:
        return None
    return (parsed if parsed.tzinfo else parsed.replace(tzinfo=UTC)).timestamp()
