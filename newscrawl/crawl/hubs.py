"""What becomes of an answer to a seed, feed, sitemap or section: its links are announced, or it is a page."""

from __future__ import annotations

from typing import TYPE_CHECKING

from newscrawl.crawl.answers import PAGES
from newscrawl.errors import Missed

if TYPE_CHECKING:
    from newscrawl.causes import CauseName
    from newscrawl.crawl.session import CrawlSession
    from newscrawl.frontier import Lease
    from newscrawl.items import Page


async def read_hub(
    session: CrawlSession, lease: Lease, page: Page, *, max_age: float | None
) -> Page | None:
    """Announce what the page links to; return it if it turns out to be an article.

    `max_age` is for how many seconds its server calls the answer fresh.
    """
    drawing = session.renderings
    try:
        read, found = await session.answers.links_of(lease, page)
        if found.kind == "html" and drawing is not None and drawing.has_named(lease):
            page = await drawing.draw_named(page, lease)
            read, found = await session.answers.links_of(lease, page)
    except Missed as miss:
        await session.outcomes.miss(page.url, miss, page.capture)
        return None
    if found.kind == "html" and lease.kind in PAGES:
        if await session.answers.is_article(read):
            return page
    elif found.kind in ("html", "other"):
        detail = f"{found.kind} where a {lease.kind} was announced"
        # What a user names may be of any kind.
        cause: CauseName = "no-links" if lease.kind == "seed" else "not-a-list"
        await session.outcomes.miss(page.url, Missed(cause, detail), page.capture)
        return None
    await session.lists.announce_all(lease, page, found, max_age=max_age)
    return None
