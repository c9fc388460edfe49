"""Workers that lease at the same time, each in a process of its own."""

from __future__ import annotations

import multiprocessing
from collections import Counter, defaultdict
from itertools import pairwise
from time import monotonic
from typing import TYPE_CHECKING, Any

import pytest

from newscrawl.database.engine import open_database
from newscrawl.frontier import DiscoveredUrl, Outcome, SqlFrontier
from newscrawl.urls import host

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

WORKERS, HOSTS, EACH = 4, 12, 15
PER_HOST = 4
COUNT = PER_HOST * HOSTS // WORKERS


def work(target: Path | str, owner: str, start: Any, said: Any) -> None:
    """Lease and settle until nothing is left; each URL of the first ones announces one of another host."""
    engine = open_database(target)
    frontier = SqlFrontier(engine)
    start.wait()
    is_first = True
    while leases := frontier.lease(owner=owner, now=10, count=COUNT, seconds=60, per_host=PER_HOST):
        began = monotonic()
        if is_first:
            # Nobody goes on before each has some: else one may be done before the others begin.
            start.wait()
            is_first = False
        frontier.add([announced(lease.url) for lease in leases if lease.depth == 0], now=10)
        for lease in leases:
            said.put((owner, lease.url, began, monotonic()))
            frontier.settle([(lease.key, Outcome("article"))], now=10)
    said.put((owner, None, 0, 0))
    engine.dispose()


def announced(url: str) -> DiscoveredUrl:
    number = int(host(url).split(".")[0].removeprefix("host"))
    path = url.rpartition("/")[2]
    return DiscoveredUrl(
        f"https://host{(number + 1) % HOSTS}.example/more-{path}", "article", "s", depth=1
    )


@pytest.fixture(params=["file", "postgresql"])
def target(request: pytest.FixtureRequest, tmp_path: Path) -> Path | str:
    if request.param == "postgresql":
        return request.getfixturevalue("postgresql").database()
    return tmp_path / "news.db"


@pytest.fixture
def frontier(target: Path | str) -> Iterator[SqlFrontier]:
    engine = open_database(target)
    yield SqlFrontier(engine)
    engine.dispose()


def test_each_url_goes_to_one_worker_and_each_host_to_one_at_a_time(
    frontier: SqlFrontier, target: Path | str
) -> None:
    first = [f"https://host{h}.example/{n}" for h in range(HOSTS) for n in range(EACH)]
    frontier.add([DiscoveredUrl(url, "article", "s") for url in first], now=1)
    context = multiprocessing.get_context("forkserver")
    context.set_forkserver_preload([__name__])  # else each worker imports SQLAlchemy for itself
    said, start = context.Queue(), context.Barrier(WORKERS)
    workers = [
        context.Process(target=work, args=(target, f"worker{n}", start, said), daemon=True)
        for n in range(WORKERS)
    ]
    for worker in workers:
        worker.start()
    fetched, running = [], WORKERS
    while running:
        owner, url, began, ended = said.get(timeout=60)
        running -= url is None
        fetched += [(owner, url, began, ended)] if url else []
    for worker in workers:
        worker.join(30)
    assert [worker.exitcode for worker in workers] == [0] * WORKERS
    every = Counter(first) + Counter(announced(url).url for url in first)
    assert Counter(url for _, url, _, _ in fetched) == every
    assert len({owner for owner, *_ in fetched}) == WORKERS
    assert overlaps(fetched) == []
    assert frontier.counts() == {"s": {"article": 2 * HOSTS * EACH}}
    assert frontier.owners() == set()


def overlaps(fetched: list[tuple[str, str, float, float]]) -> list[Any]:
    """Where two workers had the same host at one time."""
    times = defaultdict(list)
    for owner, url, began, ended in fetched:
        times[host(url)].append((began, ended, owner))
    return [
        (name, one, other)
        for name, of_host in times.items()
        for one, other in pairwise(sorted(of_host))
        if one[2] != other[2] and other[0] < one[1]
    ]
