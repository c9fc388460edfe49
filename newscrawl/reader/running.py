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
    from collections.abc import Callable, Mapping

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
    beside: Mapping[str, str],
    started: Callable[[Addressed], None],
) -> None:
    """Serve an archive until SIGINT or SIGTERM; `beside` has the addresses of `pywb` and
    `replay_web`, of those that run.

    Raises NewscrawlError where it cannot listen.
    """
    listener = listening(host, port)
    shown = "127.0.0.1" if host in ("0.0.0.0", "::") else f"[{host}]" if ":" in host else host  # noqa: S104
    base = f"http://{shown}:{listener.getsockname()[1]}/"
    url = base + (f"?token={access.token}" if access.token else "")
    captures = listening(host, 0)
    links = ReplayLinks(captures.getsockname()[1], token_urlsafe(12), **beside)
    library = Library(archive, links)
    apps = [(make_app(library, access), listener), (make_capture_app(library, access), captures)]
    serve(apps, started=lambda: started(Addressed(url)))
