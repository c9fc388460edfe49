"""What Prometheus is told while a crawl runs, and what the page on monitoring says of it."""

from __future__ import annotations

import re
import signal
import socket
import urllib.request
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from processes import still_runs
from prometheus_client.parser import text_string_to_metric_families
from scrapy.crawler import Crawler

from newscrawl.extensions.loop_lag import BOUNDS, LoopLag
from newscrawl.extensions.metrics import METRICS
from newscrawl.spiders.news import NewsSpider
from tests.conftest import crawl, feed, start_newscrawl, story

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from typing import Any

    from started_commands import StartedCommand

    from newscrawl.newspaper import Newspaper

PAGE = (Path(__file__).parents[2] / "docs" / "reference" / "monitoring.md").read_text("utf-8")
#: Slow enough to be asked in the middle.
SLOW = ("-s", "DOWNLOAD_DELAY=0.2", "-s", "AUTOTHROTTLE_ENABLED=False", "-s", "LOG_LEVEL=INFO")


@contextmanager
def crawling(archive: Path, *arguments: str) -> Iterator[StartedCommand]:
    process = start_newscrawl("crawl", "--archive", archive, *SLOW, *arguments)
    try:
        yield process
    finally:
        process.send_signal(signal.SIGINT)
        _, said = process.communicate(timeout=60)
        assert "Traceback" not in said


def scrape(url: str) -> dict[tuple[str, str], float]:
    """Samples by name and the value of their one label."""
    with urllib.request.urlopen(url, timeout=10) as answer:
        families = text_string_to_metric_families(answer.read().decode())
    return {
        (sample.name, next(iter(sample.labels.values()), "")): sample.value
        for family in families
        for sample in family.samples
    }


def test_a_running_crawl_tells_how_it_is(tmp_path: Path, paper: Newspaper) -> None:
    arguments = ("-s", "NEWSCRAWL_METRICS_PORT=0", *paper.seeds)
    with crawling(tmp_path / "news", *arguments) as process:
        assert process.stderr is not None
        lines = iter(process.stderr.readline, "")
        url = next(m[1] for line in lines if (m := re.search(r"metrics at (http://\S+)", line)))
        assert url.startswith("http://127.0.0.1:")
        found = scrape(url)
        names = {name for name, _ in found}
        while (
            found["newscrawl_articles_total", ""] < 3
            or not found["newscrawl_urls_in_hand", ""]
            or "newscrawl_missed_total" not in names
        ):
            assert still_runs(process)
            found = scrape(url)
            names = {name for name, _ in found}
    for name in METRICS:
        assert {name, name + "_bucket"} & names, name
    assert found["newscrawl_responses_total", "200"] >= 3
    assert found["newscrawl_requests_total", ""] >= found["newscrawl_responses_total", "200"]
    assert found["newscrawl_captured_bytes_total", ""] > 3000
    assert found["newscrawl_event_loop_lag_seconds_bucket", "+Inf"] > 0
    assert found["newscrawl_event_loop_lag_seconds_count", ""] > 0
    assert found["process_resident_memory_bytes", ""] > 1e6


def test_a_port_that_is_taken_costs_the_metrics_alone(
    small_site: Callable[..., Any], tmp_path: Path
) -> None:
    site = small_site({"/feed": feed("/1"), "/1": story(1)})
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        options = ("-s", f"NEWSCRAWL_METRICS_PORT={port}")
        ran = crawl(tmp_path / "news", site.base + "/feed", "--json", *options)
    assert (ran.code, len(ran.lines)) == (0, 1)
    assert f"no metrics: 127.0.0.1 port {port}: " in ran.err


def test_a_port_that_is_none_is_a_mistake(tmp_path: Path) -> None:
    ran = crawl(tmp_path / "news", "http://127.0.0.1/", "-s", "NEWSCRAWL_METRICS_PORT=http")
    assert ran.code == 2
    assert "NEWSCRAWL_METRICS_PORT=http: not a number" in ran.err


def test_the_page_on_monitoring_lists_every_metric() -> None:
    listed = set(re.findall(r"^\| `(newscrawl_\w+)", PAGE, re.MULTILINE))
    assert listed == set(METRICS)
    examples = {name.removesuffix("_bucket") for name in re.findall(r"\bnewscrawl_[a-z_]+", PAGE)}
    assert examples == set(METRICS)


def test_lag_is_told_by_its_bounds() -> None:
    lag = LoopLag(Crawler(NewsSpider))
    assert lag.below(0.95) is None
    for _ in range(94):
        lag.note(0.001)
    for seconds in (0.03, 0.03, 0.2, 0.3, 0.4, 7.0):
        lag.note(seconds)
    assert sum(lag.counts) == 100
    assert lag.counts[-1] == 1
    assert lag.below(0.5) == BOUNDS[0]
    assert lag.below(0.95) == 0.05
    assert lag.below(1.0) == lag.longest == pytest.approx(7.0)
