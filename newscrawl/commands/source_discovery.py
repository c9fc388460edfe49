"""`newscrawl sources discover` and `add`: from a URL to a table for sources.toml."""

from __future__ import annotations

import os
from dataclasses import asdict, replace
from typing import TYPE_CHECKING, Any

from newscrawl import urls
from newscrawl.commands import terminal
from newscrawl.commands.runner import operator_hint, run_spider
from newscrawl.errors import NewscrawlError, StorageError, UsageError

if TYPE_CHECKING:
    from pathlib import Path

    from newscrawl.sources.feed_candidates import Findings
    from newscrawl.spiders.discover import DiscoverSpider


def run(url: str, archive: Path, *, as_json: bool, overrides: dict[str, str]) -> None:
    """Look and print. Raises NewscrawlError if there is nothing to start from."""
    from newscrawl.sources import table

    findings = _look(url, archive, overrides)
    if as_json:
        terminal.json_line({**findings.source().to_dict(), "findings": asdict(findings)})
        return
    terminal.say(table(findings.source(), notes=findings.notes()), nl=False)
    _say_what_lacks(findings)


def add(
    url: str, file: Path, archive: Path, *, name: str | None, overrides: dict[str, str]
) -> None:
    """Look, append the table to the file and print it. What is in the file stays as it is.

    Raises SourceError for mistakes in the file, and where it has this source already; NewscrawlError if there
    is nothing to start from.
    """
    from newscrawl.sources import parse_sources, read_sources, table, write_toml

    if file.exists():
        read_sources(file)
    findings = _look(url, archive, overrides)
    source = findings.source()
    source = replace(source, name=name) if name else source
    new = table(source, notes=findings.notes())
    before = file.read_text("utf-8") if file.exists() else write_toml(())
    text = before.rstrip("\n") + "\n\n" + new
    parse_sources(text, file=str(file))
    _replace(file, text)
    terminal.say(new, nl=False)
    _say_what_lacks(findings)
    terminal.say(f"newscrawl: {source.name} is added to {file}", err=True)


def _look(url: str, archive: Path, overrides: dict[str, str]) -> Findings:
    from newscrawl.spiders.discover import DiscoverSpider

    operator_hint([urls.named(url)], overrides)
    crawler = run_spider(DiscoverSpider, archive, settings=overrides, url=url)
    spider: Any = crawler.spider
    if spider.fault is not None:
        raise StorageError(str(spider.fault))
    if spider.findings is None:
        raise NewscrawlError(_why_not(spider))
    found: Findings = spider.findings
    return found


def _say_what_lacks(findings: Findings) -> None:
    if findings.home_missed:
        why = f"{findings.home_missed}; the table is from the feed"
        terminal.say(f"newscrawl: {findings.home}: {why}", err=True)
    for what in ("feed", "sitemap"):
        if not any(surface.kind == what for surface in findings.surfaces):
            terminal.say(f"newscrawl: {findings.home}: no {what} found", err=True)
    if findings.without_text:
        why = f"{findings.why_browser()}: set NEWSCRAWL_BROWSER to have them drawn"
        terminal.say(f"newscrawl: {findings.home}: {why}", err=True)


def _replace(file: Path, text: str) -> None:
    """Write the file as a whole or not at all, with the mode that it has."""
    file = file.resolve()
    part = file.with_name(f".{file.name}.{os.getpid()}")
    try:
        part.write_text(text, "utf-8")
        if file.exists():
            part.chmod(file.stat().st_mode)
        part.replace(file)
    except OSError as error:
        part.unlink(missing_ok=True)
        raise UsageError(f"{file}: {error.strerror}") from error


def _why_not(spider: DiscoverSpider) -> str:
    home = spider.home
    if home is None or home.is_html:
        return f"{spider.url}: stopped before the end"
    return f"{home.url}: {home.missed or 'not a page to start from'}"
