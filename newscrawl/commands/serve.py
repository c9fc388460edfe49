"""`newscrawl serve`: captures as they were, in a browser."""

from __future__ import annotations

import signal
import tempfile
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from newscrawl.commands import options
from newscrawl.errors import UsageError
from newscrawl.printable import counted

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from newscrawl.serving.site import Site


@click.command()
@options.archive
@options.database
@click.option(
    "--pywb",
    type=click.Path(path_type=Path),
    metavar="PATH",
    help="Serve with pywb, from this virtual environment.",
)
@click.option(
    "--replay-assets",
    "assets",
    type=click.Path(path_type=Path),
    metavar="DIR",
    help="Serve with ReplayWeb.page's ui.js and sw.js from this folder.",
)
@click.option(
    "--wacz",
    type=click.Path(path_type=Path),
    metavar="FILE",
    help="With --replay-assets: this WACZ file instead of the archive.",
)
@click.option(
    "--port", type=click.IntRange(0, 65535), default=0, help="Port to listen on; 0: a free one."
)
def serve(
    archive: Path, pywb: Path | None, assets: Path | None, wacz: Path | None, port: int
) -> None:
    """Show captures as they were, in a browser, until Ctrl-C.

    Listens on 127.0.0.1 alone, with pywb or with ReplayWeb.page. To get one of them, see
    docs/how-to/browsing.md
    """
    # Whatever tells us to end: the blocks below stop what they started and remove their folders.
    for end in (signal.SIGTERM, signal.SIGHUP):
        if signal.getsignal(end) is not signal.SIG_IGN:  # as nohup has it
            signal.signal(end, signal.default_int_handler)
    if pywb is not None and assets is None and wacz is None:
        _with_pywb(pywb, archive, port)
    elif assets is not None and pywb is None:
        _with_replay_web(assets, archive, wacz, port)
    else:
        raise UsageError(_choose())


def _with_pywb(path: Path, archive: Path, port: int) -> None:
    from newscrawl.serving import pywb

    _tell_of_remote_files(archive)
    with pywb.serving(pywb.program_in(path), archive, port=port) as wayback:
        example = _an_article(archive)
        _shown_at(wayback.base, example and wayback.capture_url(*example), wayback.wait)


def _tell_of_remote_files(archive: Path) -> None:
    from newscrawl.archive.layout import Layout

    if number := sum(not path.exists() for path in Layout(archive).finished()):
        click.echo(
            f"newscrawl: {counted(number, 'WARC')} not on this disk: pywb shows no captures of"
            " what is in a store alone; --replay-assets does",
            err=True,
        )


def _with_replay_web(assets: Path, archive: Path, wacz: Path | None, port: int) -> None:
    from newscrawl.serving import replay_web

    replay_web.require_assets(assets)
    with tempfile.TemporaryDirectory(prefix="newscrawl-replay-") as name:
        folder = Path(name)
        if wacz is None:
            example, title = _an_article(archive), archive.resolve().name
            shown = _packaged(archive, folder / "archive.wacz", title=title)
        else:
            replay_web.require_wacz(wacz)
            example, shown, title = None, wacz, wacz.name
        with replay_web.site(assets, shown, folder=folder, title=title, port=port) as site:
            article = example and replay_web.capture_url(site.base, *example)
            _shown_at(site.base, article, site.serve_forever)


@contextmanager
def replay_web_site(assets: Path, archive: Path) -> Iterator[Site]:
    """A site with ReplayWeb.page that shows the archive, packaged as a WACZ. It is not served yet."""
    from newscrawl.serving import replay_web

    replay_web.require_assets(assets)
    with tempfile.TemporaryDirectory(prefix="newscrawl-replay-") as name:
        folder, title = Path(name), archive.resolve().name
        shown = _packaged(archive, folder / "archive.wacz", title=title)
        with replay_web.site(assets, shown, folder=folder, title=title) as site:
            yield site


def _packaged(archive: Path, out: Path, *, title: str) -> Path:
    from newscrawl.archive.wacz import write_wacz
    from newscrawl.commands.export_wacz import wacz_page

    pages = map(wacz_page, _records(archive))
    now = datetime.now(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
    write_wacz(archive, out, pages=pages, created=now, title=title)
    return out


def _an_article(archive: Path) -> tuple[str, str] | None:
    """URL and time of the first capture that became a record, if there is one."""
    for record in _records(archive):
        return record["url"], record["capture"]["captured_at"]
    return None


def _records(archive: Path) -> Iterator[dict[str, Any]]:
    """The records; none in an archive of captures alone."""
    from newscrawl.commands.archive_access import layout_of, store_of

    if options.named_database() or layout_of(archive).database.is_file():
        yield from (record for _, record in store_of(archive).records())


def _shown_at(base: str, example: str | None, wait: Callable[[], None]) -> None:
    """Say where, then wait until Ctrl-C or a signal, which is how it is meant to end."""
    try:
        click.echo(f"all captures  {base}")
        if example:
            click.echo(f"one article   {example}")
        click.echo("Ctrl-C ends it.", err=True)
        wait()
    except KeyboardInterrupt:
        click.echo("newscrawl: stopped", err=True)


def _choose() -> str:
    from newscrawl.serving.pywb import INSTALL as PYWB
    from newscrawl.serving.replay_web import INSTALL as REPLAY_WEB

    return (
        f"give either --pywb pywb (after: {PYWB})"
        f" or --replay-assets package (after: {REPLAY_WEB}); --wacz goes with the latter"
    )
