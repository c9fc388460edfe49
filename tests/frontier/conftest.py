"""The backends, and how tests put URLs into a frontier and take them out."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

import pytest

from newscrawl.database.engine import open_database
from newscrawl.frontier import DiscoveredUrl, Frontier, Outcome, SqlFrontier
from newscrawl.urls import host

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

BACKENDS = ("memory", "file", "postgresql")
DONE = Outcome("article")


@pytest.fixture(params=BACKENDS)
def connect(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Callable[[], Frontier]]:
    """Opens the same frontier each time it is called, as a second process would."""
    if request.param == "memory":
        engine = open_database(":memory:")
        yield lambda: SqlFrontier(engine)
        engine.dispose()
        return
    target = tmp_path / "news.db"
    if request.param == "postgresql":
        target = request.getfixturevalue("postgresql").database()
    engines = []

    def reopen() -> Frontier:
        engines.append(open_database(target))
        return SqlFrontier(engines[-1])

    yield reopen
    for engine in engines:
        engine.dispose()


@pytest.fixture
def frontier(connect: Callable[[], Frontier]) -> Frontier:
    return connect()


def urls(host: str, number: int, **more: object) -> list[DiscoveredUrl]:
    return [DiscoveredUrl(f"https://{host}/{n}", "article", host, **more) for n in range(number)]  # type: ignore[arg-type]


def take(
    frontier: Frontier, *, owner: str = "a", now: float = 10, count: int = 100, **more: object
) -> list[str]:
    leases = frontier.lease(owner=owner, now=now, count=count, seconds=60, **more)  # type: ignore[arg-type]
    return [lease.url for lease in leases]


def taken_of(urls: list[str]) -> dict[str, int]:
    """How many of these URLs each host has."""
    return dict(Counter(map(host, urls)))
