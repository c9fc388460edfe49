"""How the URLs of a shape ended is counted where they end, each URL once."""

from __future__ import annotations

from typing import TYPE_CHECKING

from newscrawl.frontier import DiscoveredUrl, Outcome
from newscrawl.frontier.learning import FEW, MANY
from newscrawl.urls import key, site
from tests.frontier.conftest import DONE, take

if TYPE_CHECKING:
    from collections.abc import Callable

    from newscrawl.frontier import Frontier

NONE = Outcome("miss", "not-an-article")
PAPER = "https://www.paper.example"


def end(frontier: Frontier, outcome: Outcome, *paths: str, now: float = 20) -> None:
    """Let these URLs, known or not, be fetched and end so."""
    new = [DiscoveredUrl(PAPER + path, "article", "s", again_before=now) for path in paths]
    frontier.add(new, now=now)
    take(frontier, now=now, count=1000, per_host=1000)
    frontier.settle([(key(url.url), outcome) for url in new], now=now + 1)


def test_ends_are_counted_by_shape_and_site(connect: Callable[[], Frontier]) -> None:
    end(connect(), DONE, *(f"/p/{n}" for n in range(FEW)))
    end(connect(), NONE, *(f"/p/x{n}0000" for n in range(2)), now=40)
    end(connect(), Outcome("miss", "not-html"), *(f"/t/{n}" for n in range(FEW)), now=60)
    end(connect(), DONE, *(f"/few/{n}" for n in range(FEW - 1)), now=80)
    assert connect().shapes(site(PAPER)) == {
        "paper.example/p/#": (FEW, 2),
        "paper.example/t/#": (0, FEW),
    }
    assert connect().shapes("other.example") == {}


def test_what_does_not_tell_what_a_url_is_does_not_count(frontier: Frontier) -> None:
    paths = [f"/p/{n}" for n in range(FEW)]
    for n, cause in enumerate(("timeout", "robots", "http-404", "moved", "duplicate", "bot-wall")):
        end(frontier, Outcome("miss", cause), *paths, now=100.0 * n)
    end(frontier, Outcome("links"), *paths, now=1000)
    assert frontier.shapes(site(PAPER)) == {}


def test_a_url_that_is_seen_again_does_not_count_again(frontier: Frontier) -> None:
    paths = [f"/p/{n}" for n in range(FEW)]
    end(frontier, DONE, *paths, now=100)
    end(frontier, DONE, *paths, now=200)
    end(frontier, Outcome("miss", "http-410"), *paths, now=300)
    end(frontier, NONE, *paths, now=400)
    end(frontier, DONE, *paths, now=500)
    assert frontier.shapes(site(PAPER)) == {"paper.example/p/#": (FEW, 0)}
    others = [f"/t/{n}" for n in range(FEW)]
    end(frontier, NONE, *others, now=600)
    end(frontier, NONE, *others, now=700)
    assert frontier.shapes(site(PAPER))["paper.example/t/#"] == (0, FEW)


def test_what_was_long_ago_fades(frontier: Frontier) -> None:
    end(frontier, NONE, *(f"/p/{n}" for n in range(MANY)), now=100)
    end(frontier, DONE, "/p/70001", now=200)
    end(frontier, DONE, "/p/70002", now=300)
    assert frontier.shapes(site(PAPER)) == {"paper.example/p/#": (2, MANY // 2)}
