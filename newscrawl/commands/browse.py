"""`newscrawl browse`: the archive in a browser."""

from __future__ import annotations

import re
import signal
import threading
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

import click

from newscrawl.commands import options, terminal
from newscrawl.errors import UsageError

if TYPE_CHECKING:
    from collections.abc import Iterator

    from newscrawl.reader.guard import Access

_LOOPBACK = ("127.0.0.1", "localhost", "::1")
_TOKEN = re.compile(r"[A-Za-z0-9._~-]{16,200}")


@click.command()
@options.archive
@options.database
@click.option("--host", default="127.0.0.1", show_default=True, metavar="ADDRESS",
              help="The address to listen on; beyond this machine only with --token-file.")  # fmt: skip
@click.option(
    "--port", type=click.IntRange(0, 65535), default=0, help="Port to listen on; 0: a free one."
)
@click.option(
    "--token-file",
    type=click.Path(path_type=Path),
    metavar="FILE",
    help="Answer only requests with the token in this file (at least 16 letters or digits).",
)
@click.option(
    "--pywb",
    type=click.Path(path_type=Path),
    metavar="PATH",
    help="Also show captures with pywb, from this virtual environment.",
)
@click.option(
    "--replay-assets",
    "assets",
    type=click.Path(path_type=Path),
    metavar="DIR",
    help="Also show captures with ReplayWeb.page, whose ui.js and sw.js are in this folder.",
)
@click.option("--open", "opens", is_flag=True, help="Open it in a browser at once.")
def browse(
    archive: Path,
    host: str,
    port: int,
    token_file: Path | None,
    pywb: Path | None,
    assets: Path | None,
    opens: bool,
) -> None:
    """Read, search, follow and check the archive in a browser, until Ctrl-C.

    Listens on 127.0.0.1 unless --host names another address. Writes nothing. The pages are described in
    docs/reference/reader.md.
    """
    require_reader()
    from newscrawl.commands.archive_access import layout_of, reader_of
    from newscrawl.reader.running import Addressed, run

    access = _access(host, token_file)
    layout_of(archive)
    reader = reader_of(archive)
    for end in (signal.SIGTERM, signal.SIGHUP):
        if signal.getsignal(end) is not signal.SIG_IGN:  # as nohup has it
            signal.signal(end, signal.default_int_handler)

    def started(at: Addressed) -> None:
        click.echo(f"reader  {at.url}")
        if access.is_open:
            say = f"newscrawl: whoever reaches {host} and has the token can read all of {archive}"
            terminal.say(say, err=True)
        click.echo("Ctrl-C ends it.", err=True)
        if opens:
            click.launch(at.url)

    try:
        with _running_pywb(pywb, archive) as first, _running_replay_web(assets, archive) as second:
            beside = {**first, **second}
            run(reader, access, host=host, port=port, beside=beside, started=started)
    except KeyboardInterrupt:
        click.echo("newscrawl: stopped", err=True)


@contextmanager
def _running_pywb(pywb: Path | None, archive: Path) -> Iterator[dict[str, str]]:
    """pywb beside the reader, if it is named: its address."""
    if pywb is None:
        yield {}
        return
    from newscrawl.serving.pywb import program_in, serving

    with serving(program_in(pywb), archive) as wayback:
        yield {"pywb": wayback.base}


@contextmanager
def _running_replay_web(assets: Path | None, archive: Path) -> Iterator[dict[str, str]]:
    """ReplayWeb.page beside the reader, if its folder is named: its address. It shows a copy, as a WACZ."""
    if assets is None:
        yield {}
        return
    from newscrawl.commands.serve import replay_web_site

    with replay_web_site(assets, archive) as site:
        thread = threading.Thread(target=site.serve_forever, daemon=True)
        thread.start()
        yield {"replay_web": site.base}
        site.shutdown()


def require_reader() -> None:
    """Raise UsageError where what the reader needs is not installed."""
    from importlib.util import find_spec

    for name in ("starlette", "uvicorn", "jinja2"):
        if find_spec(name) is None:
            raise UsageError(f"the reader needs {name}: pip install 'newscrawl[reader]'")


def _access(host: str, token_file: Path | None) -> Access:
    from newscrawl.reader.guard import LOOPBACK_NAMES, Access

    token = None if token_file is None else _token_in(token_file)
    if host in _LOOPBACK:
        return Access(token=token)
    if token is None:
        raise UsageError(
            f"--host {host}: others could then read the whole archive; name a --token-file"
        )
    import socket

    names = {*LOOPBACK_NAMES, host.lower(), socket.gethostname().lower()}
    return Access(frozenset(names), is_open=True, token=token)


def _token_in(path: Path) -> str:
    try:
        token = path.read_text("utf-8").strip()
    except (OSError, UnicodeDecodeError) as error:
        raise UsageError(
            f"--token-file {path}: {getattr(error, 'strerror', None) or error}"
        ) from error
    if not _TOKEN.fullmatch(token):
        raise UsageError(
            f"--token-file {path}: a token is 16 to 200 of the characters A-Z a-z 0-9 . _ ~ -"
        )
    return token
