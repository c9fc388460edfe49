"""`newscrawl proxy`: what a browser or a tool of the user's asks for is captured and read."""

from __future__ import annotations

import socket
from typing import TYPE_CHECKING, Any

import click

from newscrawl.commands import options, terminal
from newscrawl.commands.runner import LOGGED, run_spider
from newscrawl.errors import UsageError
from newscrawl.printable import counted

if TYPE_CHECKING:
    from pathlib import Path


@click.command()
@options.archive
@options.database
@click.option(
    "--port", type=click.IntRange(0, 65535), default=0, help="Port to listen on; 0: a free one."
)
@options.overrides
@click.option("-v", "--verbose", is_flag=True, help="Log each request.")
def proxy(archive: Path, port: int, overrides: tuple[str, ...], verbose: bool) -> None:
    """Capture what passes through an HTTP proxy on 127.0.0.1, until Ctrl-C.

    For a browser, or a tool such as curl, that you drive yourself, with your own login. Requests are sent by
    the rules of a crawl: robots.txt, pace, addresses and limits. Pages that hold an article become records.
    Encrypted requests need the certificate of the archive; its dangers are described in docs/how-to/proxy.md.
    """
    from newscrawl.spiders.proxy import ProxySpider

    def tell(at: int, certificate: str) -> None:
        terminal.say(f"proxy        http://127.0.0.1:{at}")
        terminal.say(f"certificate  {certificate}")
        terminal.say("Ctrl-C ends it.")

    settings: dict[str, Any] = {**options.overridden(overrides), "NEWSCRAWL_PROGRESS": ""}
    if verbose:
        # Its own lines and warnings: those of Scrapy say nothing of a request.
        settings = {**settings, **LOGGED, "NEWSCRAWL_LOG_OTHERS": False}
    with _listening(port) as place:
        crawler = run_spider(
            ProxySpider, archive, settings=settings, verbose=verbose, on_ready=tell, listening=place
        )
    assert crawler.stats is not None
    assert isinstance(crawler.spider, ProxySpider)
    for cause, times in crawler.spider.unanswered.most_common():
        terminal.say(f"newscrawl: {counted(times, 'request')} without an answer: {cause}", err=True)
    number = crawler.stats.get_value("newscrawl/article", 0)
    terminal.say(counted(number, "article"))


def _listening(port: int) -> socket.socket:
    try:
        return socket.create_server(("127.0.0.1", port))
    except OSError as error:
        raise UsageError(f"--port {port}: {error.strerror}") from error
