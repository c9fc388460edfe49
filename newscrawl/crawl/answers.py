"""What does an answer hold: links, an article, or neither, and why?"""

from __future__ import annotations

from contextlib import suppress
from functools import partial
from typing import TYPE_CHECKING

from newscrawl import urls
from newscrawl.causes import CAUSES, status_cause
from newscrawl.errors import ArchiveError, Missed
from newscrawl.processing import interstitials
from newscrawl.processing.pages import find_links, read_record_of, refusal

if TYPE_CHECKING:
    from newscrawl.crawl.lists import Lists
    from newscrawl.crawl.page_reader import PageReader
    from newscrawl.discovery import Discovery
    from newscrawl.frontier import Lease
    from newscrawl.items import Page

#: Kinds of URL that may turn out to be a page with links or an article.
PAGES = frozenset({"seed", "section"})
_NOT_ASKED = Missed("http-status", "status 304, and it was not asked whether it has changed")


class Answers:
    """Reads captured answers for one pass."""

    def __init__(self, pages: PageReader, lists: Lists) -> None:
        self._pages, self._lists = pages, lists

    async def refused(self, lease: Lease, page: Page) -> Missed:
        """Why an answer holds no page; only those that may be a wall are looked into."""
        status = page.capture.status
        if status == 304 and lease.first_at is None:
            return _NOT_ASKED
        if status in interstitials.STATUSES:
            with suppress(Missed):  # it cannot be read: then its status has to do
                return await self._pages.read(refusal, page)
        return Missed(status_cause(status), f"status {status}")

    async def links_of(self, lease: Lease, page: Page) -> tuple[Page, Discovery]:
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

    async def is_article(self, page: Page) -> bool:
        """Whether a page that was asked for by name is one article, or would be if it stood alone."""
        try:
            await self._pages.read_article(read_record_of, page)
        except Missed as miss:
            return not (CAUSES[miss.cause].not_article or miss.cause == "extraction-failed")
        return True


def led_nowhere(location: str, target: str | None) -> Missed:
    """The miss of a redirect to `location` that is not followed; `target` is its URL, if it is one."""
    if target is not None:
        return Missed("redirects", f"now to {target}")
    if len(location) > urls.MAX_LENGTH:
        return Missed("url-too-long", f"redirect to a URL of {len(location)} characters")
    detail = f"redirect to {location[:200]!r}" if location else "redirect without Location"
    return Missed("http-status", detail)
