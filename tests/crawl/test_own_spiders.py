"""newscrawl in a Scrapy project of the user's own, and Scrapy's commands with newscrawl's settings."""

from __future__ import annotations

import json
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from scrapy.exceptions import NotConfigured
from scrapy.settings import Settings

import newscrawl as package
from newscrawl.errors import UsageError
from newscrawl.items import page_of
from tests.conftest import Ran, newscrawl, python

if TYPE_CHECKING:
    from newscrawl.newspaper import Newspaper

ROOT = Path(__file__).parents[2]
FERRY = "/transport/ferry-summer-timetable-47112"
STORM = "/news/storm-warning-live-47129"

SETTINGS = """
BOT_NAME = "mine"
SPIDER_MODULES = ["mine.spiders"]
ADDONS = {"newscrawl.NewscrawlAddon": 500}
NEWSCRAWL_ARCHIVE = "archive"
ITEM_PIPELINES = {"mine.pipelines.Tags": 350}
ROBOTSTXT_OBEY = True
"""
SPIDERMON = """
EXTENSIONS = {"spidermon.contrib.scrapy.extensions.Spidermon": 500}
SPIDERMON_ENABLED = True
SPIDERMON_SPIDER_CLOSE_MONITORS = "mine.monitors.Suite"
"""
MONITORS = """
from spidermon import Monitor, MonitorSuite, monitors


class Articles(Monitor):
    @monitors.name("two articles")
    def test_articles(self):
        self.assertEqual(self.data.stats["newscrawl/article"], 2)


class Suite(MonitorSuite):
    monitors = [Articles]
"""
PIPELINES = """
from itemadapter import ItemAdapter


class Tags:
    def process_item(self, item):
        adapter = ItemAdapter(item)
        if "title" in adapter:
            adapter["tags"] = ["mine"]
        return item
"""
SPIDER = """
import scrapy

from newscrawl.items import page_of


class My(scrapy.Spider):
    name = "my"

    async def start(self):
        yield scrapy.Request(self.base)

    def parse(self, response):
        assert response.css("title::text").get()
        for path in self.paths.split(","):
            yield response.follow(path, self.story)

    def story(self, response):
        yield page_of(response)
        yield {"seen": response.url}
"""
SCRIPT = """
import sys
from pathlib import Path

from scrapy.crawler import CrawlerProcess
from scrapy.settings import Settings

with Path("starts.txt").open("a") as starts:
    starts.write("started\\n")
settings = Settings()
settings.setmodule("newscrawl.settings")
settings.set("DOWNLOAD_DELAY", 0)
settings.set("NEWSCRAWL_ARCHIVE", "archive")
process = CrawlerProcess(settings)
process.crawl("news", urls=sys.argv[1], limit="1")
process.start()
"""


def run(*arguments: object, cwd: Path, **environment: str) -> Ran:
    ran = python(*arguments, cwd=cwd, env=environment)
    assert ran.code == 0, ran.err
    return ran


@pytest.fixture
def project(tmp_path: Path) -> Path:
    """A Scrapy project that has one line for newscrawl, and a spider, a pipeline and a monitor of its own."""
    monitors = SPIDERMON if find_spec("spidermon") else ""
    for name, text in {
        "scrapy.cfg": "[settings]\ndefault = mine.settings\n",
        "mine/__init__.py": "",
        "mine/settings.py": SETTINGS + monitors,
        "mine/pipelines.py": PIPELINES,
        "mine/monitors.py": MONITORS,
        "mine/spiders/__init__.py": "",
        "mine/spiders/my.py": SPIDER,
    }.items():
        path = tmp_path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)
    return tmp_path


def test_an_add_on_captures_and_records_in_a_project_of_ones_own(
    project: Path, paper: Newspaper
) -> None:
    base, archive = paper.sites["gazette"], project / "archive"
    spider = ("-m", "scrapy", "crawl", "my", "-a", f"base={base}/")
    asked = f"{STORM}?utm_source=front"  # as links of front pages have it; the record has not
    paths = f"paths={FERRY},{asked},/news/"
    ran = run(*spider, "-a", paths, "-O", "items.jsonl", cwd=project)
    items = [json.loads(line) for line in (project / "items.jsonl").read_text().splitlines()]
    assert sorted(item["seen"] for item in items if "seen" in item) == [
        f"{base}/news/", f"{base}{asked}", f"{base}{FERRY}",
    ]  # fmt: skip
    exported = {item["url"]: item for item in items if "title" in item}
    records = {each["url"]: each for each in newscrawl("export", "--archive", archive).lines}
    assert set(exported) == set(records) == {base + FERRY, base + STORM}
    record = records[base + FERRY]
    assert record["tags"] == ["mine"]
    assert record["provenance"]["tags"]["source"] == "pipeline:mine.pipelines.Tags"
    assert "Spidermon" not in ran.err or "Articles/two articles... OK" in ran.err
    proved = newscrawl("verify", "--records", "--archive", archive)
    assert proved.code == 0, proved.out
    assert newscrawl("replay", archive, "--adopt").code == 4  # they are what they were
    # Every exchange is captured, robots.txt and the pages without a record, too.
    captured = newscrawl("verify", "--archive", archive, "--json").lines[-1]["summary"]
    assert captured["answers"] == len(paper.log) == 5


def test_a_spider_of_ones_own_may_have_an_archive_for_a_network(
    project: Path, paper: Newspaper
) -> None:
    base = paper.sites["gazette"]
    spider = ("-m", "scrapy", "crawl", "my", "-a", f"base={base}/", "-a", f"paths={FERRY}")
    run(*spider, cwd=project)
    asked = len(paper.log)
    run(
        *spider, "-s", "NEWSCRAWL_NETWORK=archive", "-s", "NEWSCRAWL_ARCHIVE=again", cwd=project
    )  # fmt: skip
    assert len(paper.log) == asked
    assert [each["url"] for each in newscrawl("export", "--archive", project / "again").lines] == [
        base + FERRY
    ]


def test_the_add_on_adds_what_is_asked_for() -> None:
    def applied(**values: Any) -> Settings:
        settings = Settings({"ROBOTSTXT_OBEY": True, "NEWSCRAWL_ARCHIVE": "a", **values})
        package.NewscrawlAddon().update_settings(settings)
        return settings

    with pytest.raises(NotConfigured, match="NEWSCRAWL_ARCHIVE names no archive"):
        applied(NEWSCRAWL_ARCHIVE="")
    with pytest.raises(UsageError, match="NEWSCRAWL_COMPONENTS: there is no 'everything'"):
        applied(NEWSCRAWL_COMPONENTS="everything")
    captures = applied(NEWSCRAWL_COMPONENTS="capture", USER_AGENT="mine")
    assert not captures.getdict("ITEM_PIPELINES_BASE")
    assert captures["USER_AGENT"] == "mine"
    assert captures.getbool("ROBOTSTXT_OBEY")
    assert captures["NEWSCRAWL_GZIP_LEVEL"] == 6
    robots = "scrapy.downloadermiddlewares.robotstxt.RobotsTxtMiddleware"
    full = applied(NEWSCRAWL_COMPONENTS="records,robots,watchdog,metrics", NEWSCRAWL_GZIP_LEVEL=1)
    middlewares = full.get_component_priority_dict_with_base("DOWNLOADER_MIDDLEWARES")
    assert robots not in middlewares
    assert "newscrawl.middlewares.robots.RobotsMiddleware" in middlewares
    assert len(full.getdict("ITEM_PIPELINES_BASE")) == 4
    assert full["NEWSCRAWL_GZIP_LEVEL"] == 1


def test_scrapys_commands_work_with_newscrawls_settings(tmp_path: Path, paper: Newspaper) -> None:
    url = paper.sites["gazette"] + FERRY
    environment = {"SCRAPY_SETTINGS_MODULE": "newscrawl.settings", "NEWSCRAWL_ARCHIVE": "archive"}
    asked = 'response.css("h1::text").get(), response.meta["capture"].warc'
    shell = run("-m", "scrapy", "shell", url, "-c", asked, cwd=tmp_path, **environment)
    assert "Evening ferries" in shell.out
    assert "news-" in shell.out
    parsed = run("-m", "scrapy", "parse", "--spider", "news", url, cwd=tmp_path, **environment)
    assert url in parsed.out
    # What was captured before, and has no record, gets one.
    (tmp_path / "my.py").write_text(SPIDER)
    ran = run(
        "-m", "scrapy", "runspider", "my.py", "-a", f"base={paper.sites['gazette']}/",
        "-a", f"paths={FERRY}", "-s", "NEWSCRAWL_LOG_OTHERS=1", "-L", "DEBUG", cwd=tmp_path,
        **environment,
    )  # fmt: skip
    assert "WARNING" not in ran.err.replace("'log_count/WARNING'", "")
    [line] = [line for line in ran.err.splitlines() if line.startswith("<article ")]
    assert url in line
    assert "'Evening ferries return" in line
    assert len(line) < 250
    # What the shell's process left open is in order again.
    assert newscrawl("verify", "--archive", tmp_path / "archive").code == 0
    records = newscrawl("export", "--archive", tmp_path / "archive").lines
    assert [record["url"] for record in records] == [url]


@pytest.mark.long
def test_a_script_without_a_guard_crawls_once(tmp_path: Path, paper: Newspaper) -> None:
    (tmp_path / "script.py").write_text(SCRIPT)
    # Of Python itself, whose new processes import the script; a ready process has its own.
    run("script.py", f"{paper.sites['gazette']}/", cwd=tmp_path, STARTED="anew")
    assert newscrawl("export", "--archive", tmp_path / "archive").lines
    assert len(list((tmp_path / "archive" / "warc").iterdir())) == 1
    assert (tmp_path / "starts.txt").read_text() == "started\n"


def test_scrapyd_runs_the_spider(tmp_path: Path, paper: Newspaper) -> None:
    pytest.importorskip(
        "scrapyd",
        reason="scrapyd needs setuptools<81: install it by hand, as docs/how-to/scrapyd.md says",
    )
    archive = tmp_path / "archive"
    # What scrapyd runs for a job of the project in its own folder.
    run(
        "-m", "scrapyd.runner", "crawl", "news", "-a", "_job=1", "-a", f"urls={paper.sites['gazette']}/",
        "-a", "limit=1", "-s", f"NEWSCRAWL_ARCHIVE={archive}", cwd=ROOT, SCRAPY_PROJECT="default",
    )  # fmt: skip
    assert newscrawl("export", "--archive", archive).lines


def test_a_response_that_was_not_captured_is_no_page() -> None:
    from scrapy import Request
    from scrapy.http import HtmlResponse

    response = HtmlResponse("https://paper.example/", request=Request("https://paper.example/"))
    with pytest.raises(UsageError, match="was not captured"):
        page_of(response)
