"""The reader and its server of captures, put together and run."""

from __future__ import annotations

from dataclasses import dataclass
from secrets import token_urlsafe
from typing import TYPE_CHECKING

from newscrawl.reader.app import make_app
from newscrawl.reader.capture_app import make_capture_app
from newscrawl.reader.library import Library, ReplayLinks
from newscrawl.reader.server import listening, serve

if TYPE_CHECKING:
    from collections.abc import Callable

    from newscrawl.archive_reader import ArchiveReader
    from newscrawl.reader.guard import Access


@dataclass(frozen=True, slots=True)
class Addressed:
    """Where the reader answers; with a token `url` has it, for the first visit."""

    url: str


def run(
    archive: ArchiveReader,
    access: Access,
    *,
    host: str,
    port: int,
    pywb: str | None,
    started: Callable[[Addressed], None],
) -> None:
    """Serve an archive until SIGINT or SIGTERM; `pywb` is the address of one that runs.

    Raises NewscrawlError where it cannot listen.
    """
    listener = listening(host, port)
    shown = "127.0.0.1" if host in ("0.0.0.0", "::") else f"[{host}]" if ":" in host else host  # noqa: S104
    base = f"http://{shown}:{listener.getsockname()[1]}/"
    url = base + (f"?token={access.token}" if access.token else "")
    beside = listening(host, 0)
    links = ReplayLinks(beside.getsockname()[1], token_urlsafe(12), pywb)
    library = Library(archive, links)
    apps = [(make_app(library, access), listener), (make_capture_app(library, access), beside)]
    serve(apps, started=lambda: started(Addressed(url)))
