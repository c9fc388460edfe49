"""Components that a user adds: merged with newscrawl's, or refused in one sentence; nothing hangs."""

from __future__ import annotations

import asyncio
import json
from typing import TYPE_CHECKING, Any

import pytest
from scrapy.exceptions import DropItem
from scrapy.utils.test import get_crawler

from newscrawl.components import STAGES
from newscrawl.items import Capture, Page
from newscrawl.pipelines.processor import ItemProcessor
from tests.conftest import FAST, feed, newscrawl, story

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from tests.conftest import Ran, SmallSite

COMPONENTS = """
import asyncio
from dataclasses import replace

from itemadapter import ItemAdapter
from scrapy.exceptions import DropItem


class Adapts:
    def process_item(self, item):
        adapter = ItemAdapter(item)
        if adapter["title"].endswith("1"):
            adapter["title"] = "A title of  my own"
            adapter["authors"] = ["A. Writer"]
            adapter["published_at"] = "2026-05-19"
        elif adapter["title"].endswith("2"):
            raise DropItem("not wanted")
        return item


class Replaces:
    def process_item(self, item):
        return replace(item, title=item.title.upper())


class MakesDicts:
    def process_item(self, item):
        return {**item.to_dict(), "section": "Mine"}


class Spoils:
    def process_item(self, item):
        number = item.title[-1]
        if number == "0":
            item.title = "lost"
            return None
        if number == "1":
            item.url = "https://other.example/"
        else:
            item.title = 7
        return item


class Blocks:
    # Held, or the task that waits for it could be collected.
    never = asyncio.Event()

    async def process_request(self, request):
        await self.never.wait()


class Counts:
    @classmethod
    def from_crawler(cls, crawler):
        crawler.stats.set_value("my_extension", 1)
        return cls()
"""


@pytest.fixture
def crawl_with(tmp_path: Path, small_site: Callable[..., SmallSite]) -> Callable[..., Ran]:
    """Crawls three articles into tmp_path/news with these settings."""
    paths = [f"/news/2026/{n}.html" for n in range(3)]
    site = small_site({"/feed.xml": feed(*paths), **{p: story(n) for n, p in enumerate(paths)}})
    (tmp_path / "mine.py").write_text(COMPONENTS)

    def run(*settings: str) -> Ran:
        given = [word for setting in settings for word in ("-s", setting)]
        return newscrawl(
            "crawl", f"{site.base}/feed.xml", "--archive", tmp_path / "news", *FAST, *given,
            env={"PYTHONPATH": str(tmp_path)},
        )  # fmt: skip

    return run


def records(archive: Path) -> dict[str, dict[str, Any]]:
    found = newscrawl("export", "--archive", archive).lines
    return {record["url"].rpartition("/")[2].partition(".")[0]: record for record in found}


def test_what_a_pipeline_changes_is_known_to_verify_replay_and_adopt(
    tmp_path: Path, crawl_with: Callable[..., Ran]
) -> None:
    archive = tmp_path / "news"
    ran = crawl_with('ITEM_PIPELINES={"mine.Adapts": 350}')
    assert ran.code == 0, ran.err
    kept = records(archive)
    assert set(kept) == {"0", "1"}
    changed = kept["1"]
    assert changed["title"] == "A title of my own"
    assert changed["authors"] == ["A. Writer"]
    assert (changed["published_at"], changed["published_precision"]) == ("2026-05-19", "day")
    stated = changed["provenance"]["title"]
    assert stated["source"] == "pipeline:mine.Adapts"
    assert [each["raw"] for each in stated["against"]] == ["The harbour council decides, part 1"]
    assert "pipeline" not in str(kept["0"]["provenance"])
    verified = newscrawl("verify", "--records", "--archive", archive)
    assert verified.code == 0, verified.out
    assert newscrawl("replay", archive, "--check").code == 0
    assert newscrawl("replay", archive, "--adopt").code == 4  # as they are
    made = {record["id"]: record for record in newscrawl("replay", archive).lines}
    assert made[changed["id"]] == changed
    # What this code reads otherwise is adopted, and the change of the pipeline stays.
    [file] = (archive / "records").glob("*.jsonl")
    older = [{**json.loads(line), "language": "xx"} for line in file.read_text().splitlines()]
    file.write_text("".join(json.dumps(record) + "\n" for record in older))
    assert newscrawl("verify", "--records", "--archive", archive).code == 3
    assert newscrawl("replay", archive, "--adopt").code == 0
    assert records(archive)["1"] == changed
    # Fetched again and unchanged, it says what it said before.
    assert newscrawl("crawl", changed["url"], "--archive", archive, *FAST).code == 0
    assert records(archive)["1"] == changed
    assert newscrawl("verify", "--records", "--archive", archive).code == 0


def test_pipelines_may_return_other_items_and_extensions_are_added(
    tmp_path: Path, crawl_with: Callable[..., Ran]
) -> None:
    ran = crawl_with(
        'ITEM_PIPELINES={"mine.Replaces": 150, "mine.MakesDicts": 250}',
        'EXTENSIONS={"mine.Counts": 500}',
        "LOG_LEVEL=INFO",
    )
    assert ran.code == 0, ran.err
    assert "'my_extension': 1" in ran.err
    assert "newscrawl/loop_lag" in ran.err
    record = records(tmp_path / "news")["0"]
    assert (record["title"], record["section"]) == ("THE HARBOUR COUNCIL DECIDES, PART 0", "Mine")
    assert record["provenance"]["section"]["source"] == "pipeline:mine.MakesDicts"
    assert newscrawl("verify", "--records", "--archive", tmp_path / "news").code == 0


def test_what_no_record_can_be_made_of_is_dropped_and_said(
    tmp_path: Path, crawl_with: Callable[..., Ran]
) -> None:
    ran = crawl_with('ITEM_PIPELINES={"mine.Spoils": 350}')
    assert ran.code == 0
    assert "3 dropped" in ran.err
    for said in (
        "mine.Spoils: returned NoneType, and not an item",
        "mine.Spoils: changed url, which belongs to the capture",
        "mine.Spoils: the item's title is int, and not text",
    ):
        assert said in ran.err
    misses = newscrawl("export", "misses", "--archive", tmp_path / "news").lines
    assert [miss["cause"] for miss in misses] == ["dropped"] * 3
    assert newscrawl("verify", "--records", "--archive", tmp_path / "news").code == 0


class Waits:
    async def process_item(self, item: Any) -> Any:
        await asyncio.Event().wait()


def test_a_pipeline_that_never_returns_drops_its_item() -> None:
    capture = Capture("a.warc.gz", 0, 1, "urn:uuid:1", "sha256:0", "2026-05-19T09:00:00Z", 200)
    crawler = get_crawler(settings_dict={"NEWSCRAWL_STALL_SECONDS": 0.01})
    processor = ItemProcessor(Waits(), crawler=crawler)
    with pytest.raises(DropItem, match=r"Waits did not return within 0\.01 s"):
        asyncio.run(processor.process_item_async(Page("https://paper.example/a", capture)))


def test_a_crawl_in_which_nothing_moves_ends_and_says_what_it_waited_for(
    tmp_path: Path, crawl_with: Callable[..., Ran]
) -> None:
    ran = crawl_with(
        'DOWNLOADER_MIDDLEWARES={"mine.Blocks": 50}', "NEWSCRAWL_STALL_SECONDS=1",
        "DOWNLOAD_TIMEOUT=1", "NEWSCRAWL_STOP_SECONDS=0.5", "NEWSCRAWL_PAGE_SECONDS=0.1",
    )  # fmt: skip
    assert ran.code == 1
    assert "nothing has moved for 1 s: the crawl ends. It waited for 1 answer (" in ran.err
    assert "/feed.xml)" in ran.err
    assert "nothing captured is lost" in ran.err
    assert newscrawl("verify", "--archive", tmp_path / "news").code == 0
    assert crawl_with().code == 0
    assert len(records(tmp_path / "news")) == 3


@pytest.mark.parametrize(
    ("setting", "said"),
    [
        ('ITEM_PIPELINES={"absent.P": 5}', "ITEM_PIPELINES: No module named 'absent'"),
        ("ITEM_PIPELINES=mine.P", "--set ITEM_PIPELINES=mine.P: not a JSON object"),
        (f'ITEM_PIPELINES={{"{STAGES[3]}": null}}', f"ITEM_PIPELINES: {STAGES[3]} may not be left out"),
        (f'ITEM_PIPELINES={{"{STAGES[3]}": 50}}', "ITEM_PIPELINES: these stay in this order"),
        (
            'EXTENSIONS={"newscrawl.extensions.outcomes.Outcomes": null}',
            "EXTENSIONS: newscrawl.extensions.outcomes.Outcomes may not be left out",
        ),
        (
            'DOWNLOAD_HANDLERS={"https": "scrapy.core.downloader.handlers.http11.HTTP11DownloadHandler"}',
            "DOWNLOAD_HANDLERS: scrapy.core.downloader.handlers.http11.HTTP11DownloadHandler does not"
            " capture what it downloads: leave https to newscrawl.wire.handler.CaptureHandler",
        ),
        ("HTTPCACHE_ENABLED=True", "HTTPCACHE_ENABLED: a cached answer is not captured"),
        (
            "ITEM_PROCESSOR=scrapy.pipelines.ItemPipelineManager",
            "ITEM_PROCESSOR: leave it to newscrawl.pipelines.processor.ItemProcessor",
        ),
    ],
)  # fmt: skip
def test_what_a_crawl_cannot_work_with_is_refused_in_one_sentence(
    tmp_path: Path, setting: str, said: str
) -> None:
    ran = newscrawl("crawl", "http://127.0.0.1:9/", "--archive", tmp_path / "news", "-s", setting)
    assert (ran.code, ran.out) == (2, "")
    assert ran.err.startswith("newscrawl: ")
    assert said in ran.err
    assert len([line for line in ran.err.splitlines() if "operator" not in line]) == 1
