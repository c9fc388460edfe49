"""Which captures are replayed?"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from newscrawl.text.timespec import Span
from newscrawl.urls import named
from newscrawl.warc.cdxj import timestamp
from newscrawl.warc.surt import surt

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import datetime

_EVER = Span()


@dataclass(frozen=True, slots=True)
class Selection:
    """The chosen captures. An empty one chooses everything.

    `prefixes` are the beginnings of URLs without scheme and `www.`; `since` and `until` are
    14 digits of a time in UTC, both inclusive. `statuses` and `mimes` say which answers are pages;
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


def select(
    *,
    prefixes: Iterable[str] = (),
    domains: Iterable[str] = (),
    span: Span = _EVER,
    statuses: Iterable[int] = (),
    mimes: Iterable[str] = (),
) -> Selection:
    """The selection that a user's words name. Raises UsageError."""
    return Selection(
        prefixes=tuple(_bare(named(prefix)) for prefix in prefixes),
        domains=tuple(domain.lower().strip(".") for domain in domains),
        since=_stamp(span.begin) if span.begin else "",
        # Captures are dated to the second, and the end of a span is outside of it.
        until=_stamp(span.end - timedelta(seconds=1)) if span.end else "",
        statuses=frozenset(statuses) or frozenset({200}),
        mimes=tuple(mime.lower() for mime in mimes),
    )


def _bare(url: str) -> str:
    """The URL without its scheme, and without `www.`, as an index has it."""
    return re.sub(r"^https?://(www\d*\.)?", "", url, flags=re.IGNORECASE)


def _stamp(moment: datetime) -> str:
    return moment.strftime("%Y%m%d%H%M%S")
