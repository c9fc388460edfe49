"""Which captures is a replay asked for?"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from newscrawl.errors import UsageError
from newscrawl.urls import named
from newscrawl.warc.cdxj import timestamp, timestamp_prefix
from newscrawl.warc.surt import surt

if TYPE_CHECKING:
    from collections.abc import Iterable


@dataclass(frozen=True, slots=True)
class Selection:
    """What is chosen; what names nothing chooses everything.

    `prefixes` are the beginnings of URLs without scheme and `www.`; `since` and `until` are the first
    digits of a time in UTC, both inclusive. `statuses` and `mimes` say which answers are pages;
    revisits, which often do not repeat the media type of their original, are chosen whatever it is.
    """

    prefixes: tuple[str, ...] = ()
    domains: tuple[str, ...] = ()
    since: str = ""
    until: str = ""
    statuses: frozenset[int] = frozenset({200})
    mimes: tuple[str, ...] = ()

    @property
    def is_narrow(self) -> bool:
        """Whether an index can say which captures need not be read."""
        return bool(self.prefixes or self.domains or self.since or self.until)

    def has(self, url: str, captured_at: str) -> bool:
        """Whether the capture of this URL at this time is chosen."""
        stamp = timestamp(captured_at)
        if self.since and stamp[: len(self.since)] < self.since:
            return False
        if self.until and stamp[: len(self.until)] > self.until:
            return False
        return self._has_url(url)

    def is_page(self, status: int, mime: str) -> bool:
        """Whether an answer with this status and media type may be a page."""
        if status not in self.statuses:
            return False
        kind = mime.partition("/")[0] + "/*"
        return not self.mimes or mime in self.mimes or kind in self.mimes

    def index_prefixes(self) -> list[bytes]:
        """How the lines of an index begin among which all chosen captures are."""
        hosts = [*self.domains, *(prefix.partition("/")[0] for prefix in self.prefixes)]
        if not hosts:
            return [b""]
        keys = sorted(surt(f"http://{host}/").partition(")")[0].encode() for host in hosts)
        # What begins with another of them is found with that one.
        return [k for n, k in enumerate(keys) if not any(k.startswith(o) for o in keys[:n])]

    def _has_url(self, url: str) -> bool:
        if not (self.prefixes or self.domains):
            return True
        host = (urlsplit(url).hostname or "").lower()
        if any(host == domain or host.endswith("." + domain) for domain in self.domains):
            return True
        return _bare(url).startswith(self.prefixes) if self.prefixes else False


def selection(
    *,
    prefixes: Iterable[str] = (),
    domains: Iterable[str] = (),
    since: str | None = None,
    until: str | None = None,
    statuses: Iterable[int] = (),
    mimes: Iterable[str] = (),
) -> Selection:
    """The selection that a user's words name. Raises UsageError."""
    return Selection(
        prefixes=tuple(_bare(named(prefix)) for prefix in prefixes),
        domains=tuple(domain.lower().strip(".") for domain in domains),
        since=_moment("--since", since) if since else "",
        until=_moment("--until", until) if until else "",
        statuses=frozenset(statuses) or frozenset({200}),
        mimes=tuple(mime.lower() for mime in mimes),
    )


def _bare(url: str) -> str:
    """The URL without its scheme, and without `www.`, as an index has it."""
    return re.sub(r"^https?://(www\d*\.)?", "", url, flags=re.IGNORECASE)


def _moment(option: str, text: str) -> str:
    try:
        return timestamp_prefix(text)
    except ValueError:
        raise UsageError(f"{option} {text!r} is not an ISO 8601 time, day, month or year") from None
