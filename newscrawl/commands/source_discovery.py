"""`newscrawl sources discover`: from a URL to a table for sources.toml."""

from __future__ import annotations

from dataclasses import asdict
from typing import TYPE_CHECKING, Any

from newscrawl import urls
from newscrawl.commands import terminal
from newscrawl.commands.runner import operator_hint, run_spider
from newscrawl.errors import NewscrawlError, StorageError

if TYPE_CHECKING:
    from pathlib import Path

    from newscrawl.spiders.discover import DiscoverSpider


def run(url: str, archive: Path, *, as_json: bool, overrides: dict[str, str]) -> None:
    """Look and print. Raises NewscrawlError if there is no front page to start from."""
    from newscrawl.sources import table
    from newscrawl.spiders.discover import DiscoverSpider

    operator_hint([urls.named(url)], overrides)
    crawler = run_spider(DiscoverSpider, archive, settings=overrides, url=url)
    spider: Any = crawler.spider
    findings = spider.findings
    if spider.fault is not None:
        raise StorageError(str(spider.fault))
    if findings is None:
        raise NewscrawlError(_why_not(spider))
    if as_json:
        terminal.json_line({**findings.source().to_dict(), "findings": asdict(findings)})
        return
    terminal.say(table(findings.source(), notes=findings.notes()), nl=False)
    for what in ("feed", "sitemap"):
        if not any(surface.kind == what for surface in findings.surfaces):
            terminal.say(f"newscrawl: {findings.home}: no {what} found", err=True)


def _why_not(spider: DiscoverSpider) -> str:
    home = getattr(spider, "home", None)
    if home is None or home.is_html:
        return f"{spider.url}: stopped before the end"
    return f"{home.url}: {home.missed or 'not a page to start from'}"
