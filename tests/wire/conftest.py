"""One raw server and one crawl of all it does, over plain sockets and TLS."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import pytest
from processes import exchanges, fetch, serving
from strict_warc import read_warc

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from processes import Exchange
    from strict_warc import Record


@dataclass(frozen=True)
class Crawl:
    """What the server saw, what the archive holds, and how each request ended."""

    server: dict[str, Any]
    archive: Path
    outcomes: dict[str, dict[str, Any]]
    exchanges: list[Exchange]
    asked: list[dict[str, Any]]
    ended: list[dict[str, Any]]

    @property
    def warcs(self) -> list[Path]:
        return sorted((self.archive / "warc").iterdir())

    @property
    def records(self) -> list[Record]:
        return [record for path in self.warcs for record in read_warc(path)]

    def of(self, name: str, kind: str) -> list[Record]:
        """The records of this type about the URL of this name."""
        return [r for r in self.records if r.type == kind and _name(r.url) == name]


def _name(url: str) -> str:
    return url.rpartition("/")[2].partition("?")[0]


@pytest.fixture(scope="session", params=["http", "https"])
def odd(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Crawl]:
    """A crawl of every odd behaviour, one after the other."""
    folder = tmp_path_factory.mktemp(request.param)
    archive = folder / "archive"
    with serving("raw_server.py", folder) as server:
        base = f"{request.param}://127.0.0.1:{server[request.param]}"
        asked = [
            {"url": f"{base}/{name}", **_how(each)} for name, each in server["expected"].items()
        ]
        asked += [{"url": f"{base}/drop-stale?{n}"} for n in range(2)]
        ended = fetch(
            asked,
            archive,
            CONCURRENT_REQUESTS=1,
            DOWNLOAD_TIMEOUT=10,
            DOWNLOAD_MAXSIZE=10_000_000,
        )
        outcomes = {_name(one["url"]): end for one, end in zip(asked, ended, strict=True)}
        yield Crawl(server, archive, outcomes, exchanges(server["log"]), asked, ended)


def _how(expected: dict[str, Any]) -> dict[str, Any]:
    return {"method": expected["method"], "body": expected["body"], "meta": expected["meta"]}
