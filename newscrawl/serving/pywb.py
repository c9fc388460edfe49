"""An archive in pywb: its working folder, its port, its beginning and its end."""

from __future__ import annotations

import json
import socket
import tempfile
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from newscrawl.archive.cdxj_file import IndexReader
from newscrawl.archive.layout import Layout
from newscrawl.errors import NewscrawlError, NotAnArchive, UsageError
from newscrawl.serving.site import LOOPBACK
from newscrawl.serving.wayback import Wayback

if TYPE_CHECKING:
    from collections.abc import Iterator

    from newscrawl.warc.cdxj import IndexEntry

INSTALL = "python3 -m venv pywb && pywb/bin/pip install 'pywb>=2.10,<3'"

_COLLECTION = "news"

#: Others may take a port between our finding it free and pywb's binding it.
_PORTS_TRIED = 3


def program_in(path: Path) -> Path:
    """pywb's `wayback` in a virtual environment, or in its bin folder. Raises UsageError."""
    for program in (path / "bin" / "wayback", path / "wayback"):
        if program.is_file():
            return program.absolute()
    raise UsageError(f"{path} has no bin/wayback; pywb is installed with: {INSTALL}")


@contextmanager
def serving(program: Path, root: Path, *, port: int = 0) -> Iterator[Wayback]:
    """pywb with the archive at `root`, up and answering for as long as the block lasts.

    Port 0 takes a free one. Raises NotAnArchive if nothing has been captured, NewscrawlError if
    pywb does not start.
    """
    layout = Layout(root)
    layout.require()
    known = _first_entry(layout)
    with tempfile.TemporaryDirectory(prefix="newscrawl-pywb-") as folder:
        _furnish(Path(folder), layout)
        wayback = _started(program, Path(folder), port, known)
        try:
            yield wayback
        finally:
            wayback.stop()


def _first_entry(layout: Layout) -> IndexEntry:
    for entry in IndexReader(layout.index).entries():  # `verify` names the damaged lines before it
        return entry
    raise NotAnArchive(f"{layout.root} has no index.cdxj: nothing has been captured")


def _furnish(folder: Path, layout: Layout) -> None:
    """A working folder of pywb's with links to the archive.

    The configuration names the links: pywb would read some signs in a path as patterns.
    """
    (folder / "warc").symlink_to(layout.warcs.resolve())
    (folder / "index.cdxj").symlink_to(layout.index.resolve())
    collection = {"index_paths": "./index.cdxj", "archive_paths": "./warc/"}
    config = {"enable_auto_colls": False, "collections": {_COLLECTION: collection}}
    # JSON is YAML.
    (folder / "config.yaml").write_text(json.dumps(config), "utf-8")


def _started(program: Path, folder: Path, port: int, known: IndexEntry) -> Wayback:
    tries = 1 if port else _PORTS_TRIED
    while True:
        wayback = Wayback(program, folder, port=_free_port(port), collection=_COLLECTION)
        tries -= 1
        try:
            wayback.wait_until_up(known)
        except BaseException as error:
            wayback.stop()
            if not (tries and isinstance(error, NewscrawlError) and wayback.lost_its_port):
                raise
        else:
            return wayback


def _free_port(wanted: int) -> int:
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((LOOPBACK, wanted))
        except OSError as error:
            raise NewscrawlError(f"port {wanted}: {error.strerror}") from error
        port: int = probe.getsockname()[1]
        return port
