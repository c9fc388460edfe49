"""How URLs end: the kinds of URLs and outcomes, and one table of the causes of misses.

Whoever adds a cause adds it to `CauseName` and `CAUSES`, and to the tables of
docs/reference/causes.md and docs/glossary.md; every set of causes
that the code uses is derived from the flags of this table.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal, cast

#: What a URL was asked for or announced as. `page` is a sitemap's plain entry, which may be an article.
UrlKind = Literal["seed", "section", "feed", "sitemap", "article", "page"]

#: Kinds of URLs that are fetched for the links they hold, in the order of the database's index over them.
HUBS: tuple[UrlKind, ...] = ("seed", "section", "feed", "sitemap")

#: What a page needs to look as it did, in the order in which it is wanted where there is not room for all.
RequisiteKind = Literal["style", "font", "image", "icon", "script", "frame"]
REQUISITE_KINDS: tuple[RequisiteKind, ...] = ("style", "font", "image", "icon", "script", "frame")

#: How much of that is fetched: what a page looks like, or all that its markup names.
RequisiteLevel = Literal["look", "all"]
REQUISITE_LEVELS: tuple[RequisiteLevel, ...] = ("look", "all")

#: The same as a source has it, which may leave all of it out.
SourceRequisites = Literal["no", "look", "all"]

#: Which pages a browser draws: none, those in which no article is read, or all.
RenderRule = Literal["never", "empty", "always"]
RENDER_RULES: tuple[RenderRule, ...] = ("never", "empty", "always")

#: What the metadata beside a capture calls the kind of a URL that a page needed to look as it did.
REQUISITE = "requisite"

#: A URL is `due`; or `later`, waiting for its time or leased until then; or `done`.
UrlState = Literal["due", "later", "done"]

#: How a URL ended: as an article, with links to other URLs, or as a miss, which has a cause.
OutcomeKind = Literal["article", "links", "miss"]

#: What a response turned out to be when it was read for links.
ResponseKind = Literal["feed", "sitemap", "html", "robots", "other"]

CauseName = Literal[
    "robots",
    "http-401",
    "http-403",
    "http-404",
    "http-410",
    "http-4xx",
    "http-5xx",
    "bot-wall",
    "consent-wall",
    "http-status",
    "moved",
    "timeout",
    "dns",
    "connection",
    "tls",
    "truncated",
    "damaged",
    "first-byte",
    "too-slow",
    "header-too-large",
    "too-large",
    "bomb",
    "too-complex",
    "redirects",
    "url-too-long",
    "host-pages",
    "list-quota",
    "not-http",
    "not-html",
    "not-an-article",
    "no-links",
    "not-a-list",
    "duplicate",
    "unchanged",
    "extraction-failed",
    "not-extracted",
    "render-failed",
    "render-timeout",
    "excluded",
    "not-selected",
    "out-of-range",
    "dropped",
    "error",
    "private-address",
    "not-in-archive",
    "bad-url",
    "removed",
]

#: What is there in an article's place: a page that is gone for good, one that is missing and may come back, a
#: wall, or a redirect to another address.
Absence = Literal["gone", "missing", "wall", "moved"]
#: Reasons for which a record may be cut short (WARC 1.1, 5.13).
TruncationReason = Literal["length", "time", "disconnect", "unspecified"]


@dataclass(frozen=True, slots=True)
class Cause:
    """Why a URL ended without an article.

    `transient`: another try may end otherwise. `unreached`: the host gave no answer, so it may be down.
    `refusal`: the site keeps the page from us. `gone`: what was there was taken down. `placed`: another
    URL, the target, stands in this one's place. `not_article`: what is there is no article, and will not
    become one. `over_limit`: a limit of newscrawl ended it, and other limits may read it. `unasked`: no
    request was sent. `ours`: it says nothing about the source, since newscrawl or its user decided.
    `by_options`: the options of one crawl left it out, and a crawl with others takes it.
    `truncation` is the reason that the WARC record of the answer states. `absence` is what a page with
    status 200 that ends so says of an article that was there before.
    """

    meaning: str
    transient: bool = False
    unreached: bool = False
    refusal: bool = False
    gone: bool = False
    placed: bool = False
    not_article: bool = False
    over_limit: bool = False
    unasked: bool = False
    ours: bool = False
    by_options: bool = False
    truncation: TruncationReason | None = None
    absence: Absence | None = None


CAUSES: dict[CauseName, Cause] = {
    "robots": Cause("robots.txt forbids it", refusal=True, unasked=True),
    "http-401": Cause("the server asks for a login", refusal=True),
    "http-403": Cause("the server forbids it", refusal=True),
    "http-404": Cause("not found", gone=True),
    "http-410": Cause("removed", gone=True),
    "http-4xx": Cause("another client error, the status says which"),
    "http-5xx": Cause("the server failed, after all attempts", transient=True),
    "bot-wall": Cause(
        "a challenge to bots in the page's place, the detail says whose",
        transient=True,
        refusal=True,
        absence="wall",
    ),
    "consent-wall": Cause(
        "a question for consent in the page's place", refusal=True, absence="wall"
    ),
    "http-status": Cause("an answer that is no page: 1xx, 204, 206 or an unknown status"),
    "moved": Cause(
        "redirects to another URL, which was added in its place, or leads to it by a refresh",
        placed=True,
        absence="moved",
    ),
    "timeout": Cause("no complete answer in time", transient=True, unreached=True),
    "dns": Cause("the host name does not resolve", transient=True, unreached=True),
    "connection": Cause("no connection, or it broke off", transient=True, unreached=True),
    "tls": Cause("no trusted TLS connection", transient=True, unreached=True),
    "truncated": Cause("the answer ended before its announced end", transient=True),
    "damaged": Cause(
        "its content coding is cut or broken, so that it cannot be read whole", transient=True
    ),
    "first-byte": Cause("no answer began in time", transient=True, truncation="time"),
    "too-slow": Cause("the answer came too slowly", transient=True, truncation="time"),
    "header-too-large": Cause("the answer's head is larger than allowed", truncation="length"),
    "too-large": Cause("more bytes than allowed", over_limit=True, truncation="length"),
    "bomb": Cause(
        "its decoded size exceeds the allowed ratio: a decompression bomb", over_limit=True
    ),
    "too-complex": Cause("more elements, attributes or nesting than a page has", over_limit=True),
    "redirects": Cause("redirects to one another without end"),
    "url-too-long": Cause("a URL that is longer than allowed, or leads to one"),
    # Taken up again like a fault: it counts as a try.
    "host-pages": Cause(
        "as many pages of its host as allowed were fetched in this pass",
        transient=True,
        unasked=True,
    ),
    # Taken up by the next pass, however often: `crawl.selection.open_sources`.
    "list-quota": Cause(
        "as many lists of its source, or entries of them, as allowed were read in this pass",
        unasked=True,
        ours=True,
    ),
    "not-http": Cause("the answer is not HTTP", transient=True),
    "not-html": Cause(
        "the answer is neither HTML nor a feed nor a sitemap, whatever it is declared as",
        not_article=True,
    ),
    "not-an-article": Cause("a page, but not one article", not_article=True, absence="missing"),
    "no-links": Cause("a feed, sitemap or front page that announces nothing"),
    "not-a-list": Cause("something else where a feed, sitemap or section was announced"),
    "duplicate": Cause("the same article under another URL, which has the record", placed=True),
    "unchanged": Cause("captured before, and the article says the same"),
    "extraction-failed": Cause("the extractor failed, ran out of time or died on it"),
    "not-extracted": Cause("captured, and left to a later crawl or a replay to be read"),
    "render-failed": Cause(
        "a browser could not draw it: it, or the page in it, has ended", transient=True
    ),
    "render-timeout": Cause("a browser did not draw it in time", transient=True),
    "excluded": Cause(
        "announced, and its source's include and exclude leave it out", unasked=True, ours=True
    ),
    "not-selected": Cause(
        "left out by --include, --exclude or --section of the crawl", ours=True, by_options=True
    ),
    "out-of-range": Cause("dated outside --since and --until", ours=True, by_options=True),
    "dropped": Cause("an item pipeline of the user dropped it before it was stored", ours=True),
    "error": Cause("a fault in newscrawl itself, which the log describes"),
    "private-address": Cause(
        "reached by link, and the address is not public", unasked=True, ours=True
    ),
    "not-in-archive": Cause(
        "not captured in the archive that stands for the network", unasked=True, ours=True
    ),
    "bad-url": Cause("not a URL that can be requested", ours=True),
    "removed": Cause(
        "newscrawl remove took it out of the archive; it is not fetched again",
        unasked=True,
        ours=True,
    ),
}

#: Cause of what a user has taken out of the archive.
REMOVED: CauseName = "removed"

#: Cause of a page that was captured for a later crawl to read.
UNREAD: CauseName = "not-extracted"

#: Statuses that send to another URL.
REDIRECTS = frozenset({301, 302, 303, 307, 308})

#: Statuses by which a server refuses a page, whatever cause stands beside them.
REFUSING_STATUSES = frozenset({401, 403, 429, 451})


def cause_of(name: str | None) -> Cause | None:
    """The cause of this name; None for none, and for a name that a newer version may have written."""
    return CAUSES.get(cast("CauseName", name)) if name else None


def names_with(flag: str) -> tuple[CauseName, ...]:
    """The names of the causes that have this flag, in the table's order."""
    return tuple(name for name, cause in CAUSES.items() if getattr(cause, flag))


def meaning_of(name: str) -> str:
    """What a cause means, or "" for a name that is none."""
    cause = cause_of(name)
    return cause.meaning if cause else ""


def is_refusal(name: str | None, status: int | None) -> bool:
    """Whether a site keeps a page from us: by status, by a wall, or by robots.txt."""
    cause = cause_of(name)
    return cause is not None and (cause.refusal or status in REFUSING_STATUSES)


def is_final(status: int) -> bool:
    """Whether an answer with this status is what the server has to say, and not that it cannot now."""
    return status < 500 and status not in (408, 425, 429)


def status_cause(status: int) -> CauseName:
    """The cause of a miss for an answer with this status."""
    if status in (401, 403, 404, 410):
        return cast("CauseName", f"http-{status}")
    if status in REDIRECTS:
        return "moved"
    if status == 304:
        return "unchanged"
    if 400 <= status <= 599:
        return "http-4xx" if status < 500 else "http-5xx"
    return "http-status"
