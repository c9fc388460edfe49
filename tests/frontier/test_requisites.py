"""Leases of requisites: bounded for each host, given back by dead crawls, and due again only if asked for."""

from __future__ import annotations

from typing import TYPE_CHECKING

from newscrawl.frontier import DiscoveredUrl
from newscrawl.frontier.requisites import NeededUrl, RequisiteEnd

if TYPE_CHECKING:
    from collections.abc import Callable

    from newscrawl.frontier import Frontier

PAGE = "https://paper.example/story"


def needed(host: str, number: int, *, source: str = "paper", priority: int = 2) -> list[NeededUrl]:
    return [
        NeededUrl(f"https://{host}/{n}.png", "image", source, PAGE, priority=priority)
        for n in range(number)
    ]


def take(
    frontier: Frontier,
    *,
    owner: str = "a",
    now: float = 10,
    per_host: int = 100,
    sources: set[str] | None = None,
) -> list[str]:
    leases = frontier.requisites.lease(
        owner=owner, now=now, count=100, seconds=60, per_host=per_host, sources=sources
    )
    return [lease.key for lease in leases]


def test_each_is_leased_once(frontier: Frontier) -> None:
    assert frontier.requisites.add(needed("cdn.example", 3), now=1, again_before=0) == 3
    assert frontier.requisites.add(needed("cdn.example", 3), now=1, again_before=0) == 0
    assert len(take(frontier)) == 3
    assert take(frontier) == []
    assert len(take(frontier, now=71)) == 3, "a lease that has run out is due again"


def test_of_a_host_only_so_many_are_in_hand(frontier: Frontier) -> None:
    new = [*needed("a.example", 5), *needed("b.example", 5)]
    frontier.requisites.add(new, now=1, again_before=0)
    assert len(take(frontier, per_host=2)) == 4
    assert take(frontier, per_host=2) == []
    frontier.requisites.settle([("a.example/0.png", RequisiteEnd())], now=11)
    assert len(take(frontier, per_host=2)) == 1


def test_style_sheets_are_leased_first(frontier: Frontier) -> None:
    frontier.requisites.add(needed("cdn.example", 2), now=1, again_before=0)
    late = NeededUrl("https://cdn.example/a.css", "style", "paper", PAGE, priority=0)
    frontier.requisites.add([late], now=5, again_before=0)
    assert take(frontier, per_host=1) == ["cdn.example/a.css"]


def test_a_host_has_one_owner_at_a_time(connect: Callable[[], Frontier]) -> None:
    one, two = connect(), connect()
    one.requisites.add([*needed("a.example", 2), *needed("b.example", 1)], now=1, again_before=0)
    one.add([DiscoveredUrl("https://b.example/story", "article", "paper")], now=1)
    assert one.lease(owner="a", now=2, count=1, seconds=60)
    assert take(one, owner="a", per_host=1) == ["a.example/0.png", "b.example/0.png"]
    assert take(two, owner="b") == [], "the other crawl is at work on both hosts"
    two.requisites.release(["a"], now=20)
    assert take(two, owner="b", now=20) == ["a.example/0.png", "a.example/1.png"]


def test_one_that_was_fetched_is_due_only_if_it_is_needed_later(frontier: Frontier) -> None:
    new = needed("cdn.example", 1)
    frontier.requisites.add(new, now=1, again_before=0)
    assert take(frontier) == ["cdn.example/0.png"]
    frontier.requisites.settle([("cdn.example/0.png", RequisiteEnd(status=200))], now=20)
    assert take(frontier, now=10_000) == []
    assert frontier.requisites.add(new, now=10_000, again_before=20) == 0
    assert frontier.requisites.add(new, now=10_000, again_before=21) == 1
    assert take(frontier, now=10_000) == ["cdn.example/0.png"]


def test_counts_and_sources(frontier: Frontier) -> None:
    frontier.requisites.add(needed("a.example", 3), now=1, again_before=0)
    frontier.requisites.add(needed("b.example", 1, source="other"), now=1, again_before=0)
    assert take(frontier, sources={"other"}) == ["b.example/0.png"]
    ends = [
        ("a.example/0.png", RequisiteEnd(status=200)),
        ("a.example/1.png", RequisiteEnd("http-404", "status 404", 404)),
    ]
    frontier.requisites.settle(ends, now=20)
    assert frontier.requisites.counts() == {
        "other": {"due": 1},
        "paper": {"due": 1, "fetched": 1, "http-404": 1},
    }
    assert frontier.requisites.number_of(PAGE) == 4
    # They are no URLs of the frontier: nothing that counts, judges or learns from these sees them.
    assert frontier.counts() == {}
    assert frontier.next_due(now=100) is None
