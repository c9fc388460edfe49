"""Puts a browser into one crawl: reads its settings, and gives it the crawl's own network.

Loaded only where a setting names a browser.
"""

from __future__ import annotations

import shutil
from typing import TYPE_CHECKING

from newscrawl.browser.authority import Authority
from newscrawl.browser.proxy import ProxyLimits
from newscrawl.browser.renderer import RenderBounds, Renderer
from newscrawl.causes import REQUISITE
from newscrawl.crawl.renderings import Renderings
from newscrawl.errors import UsageError
from newscrawl.processing.page_hints import fields
from newscrawl.wire.browsing import EngineSender
from newscrawl.wire.extension import wire_of

if TYPE_CHECKING:
    from scrapy.crawler import Crawler

    from newscrawl.crawl.session import CrawlSession
    from newscrawl.frontier import Lease


def renderings_of(crawler: Crawler, session: CrawlSession) -> Renderings:
    """What has pages drawn by the browser that the settings name. Raises UsageError."""
    settings, wire = crawler.settings, wire_of(crawler)
    program, picture = settings["NEWSCRAWL_BROWSER"], settings["NEWSCRAWL_SCREENSHOT"]
    if shutil.which(program) is None:
        raise UsageError(f"NEWSCRAWL_BROWSER: {program} is no program")
    if picture not in ("no", "view", "page"):
        raise UsageError(f"NEWSCRAWL_SCREENSHOT: {picture!r} is none of no, view, page")
    bounds = RenderBounds(
        tabs=settings.getint("NEWSCRAWL_BROWSER_TABS"),
        memory=settings.getint("NEWSCRAWL_BROWSER_BYTES"),
        pages=settings.getint("NEWSCRAWL_BROWSER_PAGES"),
        seconds=settings.getfloat("NEWSCRAWL_RENDER_SECONDS"),
        of_page=ProxyLimits(
            settings.getint("NEWSCRAWL_RENDER_REQUESTS"), settings.getint("NEWSCRAWL_RENDER_BYTES")
        ),
    )
    renderer = Renderer(
        shutil.which(program) or program,
        Authority.new(now=wire.clock.utc()),
        bounds,
        user_agent=settings["USER_AGENT"],
        screenshot=picture,
    )

    def sender(lease: Lease, url: str) -> EngineSender:
        known = fields(None, lease.source, None, kind=REQUISITE, depth=lease.depth + 1)
        return EngineSender(
            crawler,
            metadata=(("via", url), *known),
            public_only=lambda asked: not session.may_be_private(asked),
        )

    return Renderings(
        session.ledger,
        session.pages,
        wire.recorder,
        session.rules,
        renderer,
        rule=settings["NEWSCRAWL_RENDER"],
        sender=sender,
        count=crawler.stats.inc_value,
    )
