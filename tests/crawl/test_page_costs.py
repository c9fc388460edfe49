"""Pages that take far more CPU than most are named."""

from __future__ import annotations

from newscrawl.crawl.page_costs import MAX_NAMED, PageCosts, timed


def costs_of(*seconds: float, call: str = "read_article") -> PageCosts:
    costs = PageCosts()
    for number, each in enumerate(seconds):
        costs.add(f"https://paper.example/{number}", call, each)
    return costs


def test_a_page_that_takes_twenty_times_the_median_is_named() -> None:
    costs = costs_of(*[0.02] * 30, 0.5, 0.3)
    assert costs.stats() == [
        {"url": "https://paper.example/30", "call": "read_article", "seconds": 0.5, "median": 0.02}
    ]


def test_calls_of_less_than_a_step_of_the_clock_have_a_median() -> None:
    (dear,) = costs_of(*[0.0] * 30, 0.4).dear
    assert (dear.seconds, dear.median) == (0.4, 0.001)


def test_few_pages_and_short_times_say_nothing() -> None:
    assert costs_of(*[0.02] * 10, 5.0).dear == []
    assert costs_of(*[0.001] * 30, 0.1).dear == []


def test_each_call_has_its_own_median() -> None:
    costs = costs_of(*[0.02] * 30)
    for number in range(30):
        costs.add(f"https://paper.example/feed/{number}", "find_links", 0.5)
    assert costs.dear == []


def test_not_more_than_some_are_named() -> None:
    assert len(costs_of(*[0.02] * 900, *[1.0] * 50).dear) == MAX_NAMED


def test_the_cpu_of_a_call_is_taken() -> None:
    result, seconds = timed(sum, range(200_000))
    assert result == sum(range(200_000))
    assert seconds > 0
