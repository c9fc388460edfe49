"""What does an answer hold: links, an article, or neither, and why? What follows for its URL?"""

from __future__ import annotations

from contextlib import suppress
from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING

from newscrawl import urls
from newscrawl.causes import CAUSES, status_cause
from newscrawl.errors import ArchiveError, Missed
from newscrawl.processing import interstitials
from newscrawl.processing.pages import find_links, read_record_of, refusal

if TYPE_CHECKING:
    from newscrawl.causes import CauseName
    from newscrawl.crawl.lists import Lists
    from newscrawl.crawl.outcomes import Outcomes
    from newscrawl.crawl.page_reader import PageReader
    from newscrawl.crawl.renderings import Renderings
    from newscrawl.discovery import Discovery
    from newscrawl.frontier import Lease
    from newscrawl.items import Page

#: Kinds of URL that may turn out to be a page with links or an article.
PAGES = frozenset({"seed", "section"})
_NOT_ASKED = Missed("http-status", "status 304, and it was not asked whether it has changed")


class Answers:
    """Takes the captured answers of one pass, at most `redirects` of them in the place of one URL."""

    def __init__(
        self, pages: PageReader, lists: Lists, outcomes: Outcomes, *, redirects: int
    ) -> None:
        self._pages, self._lists, self._outcomes = pages, lists, outcomes
        self._redirects = redirects

    async def redirect(self, lease: Lease, page: Page, location: str, *, chain: int) -> str | None:
        """Commit where a redirect leads; return the other spelling of its URL that it asks to fetch.

        `chain` is how many such spellings there are by now.
        """
        target = urls.fetchable(location, page.url) if location else None
        if target is None or chain > self._redirects:
            await self._outcomes.miss(page.url, _led_nowhere(location, target), page.capture)
        elif urls.key(target) == lease.key:
            return target
        else:
            await self._outcomes.moved(page, target)
        return None

    async def refuse(self, lease: Lease, page: Page) -> None:
        """Commit the miss of an answer whose status says that it holds no page."""
        await self._outcomes.miss(page.url, await self._refusal(lease, page), page.capture)

    async def announce(
        self, lease: Lease, page: Page, *, renderings: Renderings | None, max_age: float | None
    ) -> Page | None:
        """Announce what a list or front page links to; return it if it turns out to be an article.

        `renderings` draws front pages, if it is given; `max_age` is for how many seconds its server calls the
        answer fresh.
        """
        not_drawn: Missed | None = None
        try:
            read, found = await self._links_of(lease, page)
            if found.kind == "html" and renderings is not None and renderings.has_named(lease):
                page, not_drawn = await renderings.draw_named(page, lease)
                read, found = await self._links_of(lease, page)
        except Missed as miss:
            await self._outcomes.miss(page.url, miss, page.capture)
            return None
        if found.kind == "html" and lease.kind in PAGES:
            if await self._is_article(read):
                return page
            if not_drawn is not None and not found.links:
                await self._outcomes.miss(page.url, not_drawn, page.capture)
                return None
            if not_drawn is not None:
                fault = f"read without what was not drawn: {not_drawn.cause}: {not_drawn.detail}"
                found = replace(found, faults=(fault, *found.faults))
        elif found.kind in ("html", "other"):
            detail = f"{found.kind} where a {lease.kind} was announced"
            # What a user names may be of any kind.
            cause: CauseName = "no-links" if lease.kind == "seed" else "not-a-list"
            await self._outcomes.miss(page.url, Missed(cause, detail), page.capture)
            return None
        await self._lists.announce_all(lease, page, found, max_age=max_age)
        return None

    async def _refusal(self, lease: Lease, page: Page) -> Missed:
        """Why an answer holds no page; only those that may be a wall are looked into."""
        status = page.capture.status
        if status == 304 and lease.first_at is None:
            return _NOT_ASKED
        if status in interstitials.STATUSES:
            with suppress(Missed):  # it cannot be read: then its status has to do
                return await self._pages.read(refusal, page)
        return Missed(status_cause(status), f"status {status}")

    async def _links_of(self, lease: Lease, page: Page) -> tuple[Page, Discovery]:
        """What a page announces, and where it was read: in an earlier capture if nothing has changed.

        It is read again in that case, too: its links may be due, or left over from a crash. Raises Missed.
        """
        find = find_links
        if lease.kind in PAGES:
            find = partial(find_links, learned=await self._lists.learned(urls.site(page.url)))
        if page.capture.status != 304:
            try:
                return page, await self._pages.read_list(find, page)
            except Missed as miss:
                if miss.cause != "unchanged":
                    raise
        if (last := await self._pages.last_answer(page.url)) is None:
            raise _NOT_ASKED
        try:
            return last, await self._pages.read_list(find, last)
        except ArchiveError as error:
            raise Missed("extraction-failed", str(error)) from error

    async def _is_article(self, page: Page) -> bool:
        """Whether a page that was asked for by name is one article, or would be if it stood alone."""
        try:
            await self._pages.read_article(read_record_of, page)
        except Missed as miss:
            return not (CAUSES[miss.cause].not_article or miss.cause == "extraction-failed")
        return True


def _led_nowhere(location: str, target: str | None) -> Missed:
    """The miss of a redirect to `location` that is not followed; `target` is its URL, if it is one."""
    if target is not None:
        return Missed("redirects", f"now to {target}")
    if len(location) > urls.MAX_LENGTH:
        return Missed("url-too-long", f"redirect to a URL of {len(location)} characters")
    detail = f"redirect to {location[:200]!r}" if location else "redirect without Location"
    return Missed("http-status", detail)
