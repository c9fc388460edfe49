"""The three sites on their addresses."""

from __future__ import annotations

from typing import TextIO

from newscrawl.newspaper.site_server import RequestLog, SiteServer
from newscrawl.newspaper.stories import SITES, Site, read_sites
from newscrawl.newspaper.visit import Visit

#: How often a port that is free on one address is looked for on all of them.
_TRIES = 20


def open_sites(edition: int, port: int, log: TextIO | None) -> list[SiteServer]:
    """The three servers, on one port, bound and stocked but not yet serving.

    Port 0 is one that is free on all three addresses. Raises OSError if a port is taken.
    """
    sites, journal = read_sites(edition), RequestLog(log)
    for attempt in range(_TRIES):
        try:
            servers = _bind(sites, port, journal)
            break
        except OSError:
            if port or attempt == _TRIES - 1:
                raise
    bases = {server.site.name: server.base for server in servers}
    for server in servers:
        server.open(bases)
    return servers


def _bind(sites: dict[str, Site], port: int, journal: RequestLog) -> list[SiteServer]:
    servers: list[SiteServer] = []
    for number, name in enumerate(SITES, 1):
        address = f"127.0.0.{number}"
        try:
            servers.append(SiteServer(sites[name], (address, port), Visit, journal))
        except OSError as error:
            for server in servers:
                server.server_close()
            raise OSError(f"cannot listen on {address}:{port}: {error.strerror}") from error
        port = servers[0].server_address[1]
    return servers
