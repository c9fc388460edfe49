"""What is stated of a host's pace holds as long as it is stated, and no longer."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

from scrapy import Request
from scrapy.settings import Settings

from newscrawl.crawl.source_rules import SourceRules
from newscrawl.middlewares.pace import PaceMiddleware
from newscrawl.sources.source import Source

URL = "https://paper.example/a"


class Downloader:
    """The part of Scrapy's downloader that holds the delays of its slots."""

    def __init__(self, **stated: Any) -> None:
        self.per_slot_settings: dict[str, dict[str, Any]] = stated
        self.slots = {"paper.example": SimpleNamespace(delay=1.0, jitter=0.5)}

    def get_slot_key(self, request: Request) -> str:
        return "paper.example"


def paced(downloader: Downloader, rules: SourceRules) -> PaceMiddleware:
    engine = SimpleNamespace(downloader=downloader)
    crawler: Any = SimpleNamespace(engine=engine, settings=Settings({"USER_AGENT": "newscrawl/1"}))
    return PaceMiddleware(crawler, rules, longest_delay=60)


def source(rate: float | None) -> Source:
    return Source("Paper", "https://paper.example/", rate=rate)


def test_a_raised_rate_acts_at_the_next_request() -> None:
    downloader, rules = Downloader(), SourceRules([source(0.5)])
    pace = paced(downloader, rules)
    delays = []
    for rate in (0.5, 4.0, 0.1, None):
        rules.replace([source(rate)])
        pace.process_request(Request(URL))
        delays.append(downloader.per_slot_settings["paper.example"].get("delay"))
    assert delays == [2.0, 0.25, 10.0, None]
    assert downloader.slots["paper.example"].delay == 10.0


def test_the_slowest_of_what_is_stated_holds() -> None:
    downloader = Downloader(**{"paper.example": {"delay": 3.0}})
    rules = SourceRules([source(0.5)])
    pace = paced(downloader, rules)
    pace.process_request(Request(URL))
    assert downloader.slots["paper.example"].delay == 3.0
    pace.robots_parsed(SimpleNamespace(crawl_delay=lambda _agent: 7), Request(URL))  # type: ignore[arg-type]
    assert downloader.slots["paper.example"].delay == 7.0
    request = Request(URL)
    pace.process_request(request)
    assert request.meta["autothrottle_dont_adjust_delay"]
    pace.robots_parsed(SimpleNamespace(crawl_delay=lambda _agent: None), Request(URL))  # type: ignore[arg-type]
    assert downloader.slots["paper.example"].delay == 3.0


def test_a_host_of_which_nothing_is_stated_is_left_to_autothrottle() -> None:
    downloader = Downloader()
    pace, request = paced(downloader, SourceRules([source(None)])), Request(URL)
    pace.process_request(request)
    assert "autothrottle_dont_adjust_delay" not in request.meta
    assert downloader.per_slot_settings == {}
