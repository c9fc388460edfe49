"""Pipelines and spiders of a user's own: what they drop, change or add is no fault of newscrawl's."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from tests.conftest import FAST, Ran, feed, newscrawl, python, story

if TYPE_CHECKING:
    from tests.conftest import Start

ROOT = Path(__file__).parents[2]

PIPELINES = """
from scrapy.exceptions import DropItem


class DropsSome:
    def process_item(self, item):
        if str(item.url).endswith("1.html"):
            raise DropItem("not wanted")
        return item


class Fails:
    def process_item(self, item):
        raise ValueError("mine")
"""

SPIDER = """
from dataclasses import dataclass

import attrs
import pydantic
import scrapy


class Record(scrapy.Item):
    url, title, body, authors = scrapy.Field(), scrapy.Field(), scrapy.Field(), scrapy.Field()


@dataclass
class Plain:
    url: str
    title: str
    published_at: str = "2026-05-19T09:00+02:00"


@attrs.define
class Attrs:
    url: str
    title: str
    language: str = "en"


class Pydantic(pydantic.BaseModel):
    url: str
    title: str
    tags: list[str] = ["a", "b"]


class Mine(scrapy.Spider):
    name = "mine"

    async def start(self):
        for path in ("dict", "item", "dataclass", "attrs", "pydantic", "other", "wrong"):
            yield scrapy.Request(f"{self.base}/{path}")

    def parse(self, response):
        url, kind = response.url, response.url.rpartition("/")[2]
        title = f"  The   {kind} "
        if kind == "dict":
            yield {"url": url, "title": title, "body": "One.\\nTwo.", "authors": ["A. Writer"]}
        elif kind == "item":
            yield Record(url=url, title=title, body="One.", authors=["A. Writer"])
        elif kind == "dataclass":
            yield Plain(url, title)
        elif kind == "attrs":
            yield Attrs(url, title)
        elif kind == "pydantic":
            yield Pydantic(url=url, title=title)
        elif kind == "other":
            yield {"url": url, "price": 3}
        else:
            yield {"url": url, "title": 7}
        yield {"url": "https://never.example/asked", "title": "Not captured"} if kind == "other" else None
"""


def scrapy(*arguments: object, path: Path) -> Ran:
    return python("-m", "scrapy", *arguments, cwd=ROOT, env={"PYTHONPATH": str(path)})


@pytest.mark.parametrize(
    ("pipeline", "order", "articles", "missed"),
    [
        ("DropsSome", 500, 3, {}),
        ("DropsSome", 50, 2, {"dropped": 1}),
        ("Fails", 500, 3, {}),
        ("Fails", 50, 0, {"error": 3}),
    ],
)
def test_what_a_pipeline_drops_or_fails_on(
    tmp_path: Path,
    small_site: Start,
    pipeline: str,
    order: int,
    articles: int,
    missed: dict[str, int],
) -> None:
    paths = [f"/news/2026/{n}.html" for n in range(3)]
    site = small_site({"/feed.xml": feed(*paths), **{p: story(n) for n, p in enumerate(paths)}})
    (tmp_path / "my_pipelines.py").write_text(PIPELINES)
    archive, ours = tmp_path / "news", "newscrawl.pipelines"
    stages = {
        f"{ours}.extract.ExtractPipeline": 100,
        f"{ours}.normalise.NormalisePipeline": 200,
        f"{ours}.validate.ValidatePipeline": 300,
        f"{ours}.store.StorePipeline": 400,
        f"my_pipelines.{pipeline}": order,
    }
    ran = scrapy(
        "crawl", "news", "-a", f"urls={site.base}/feed.xml", "-s", f"NEWSCRAWL_ARCHIVE={archive}",
        "-s", f"ITEM_PIPELINES={json.dumps(stages)}", "-s", "LOG_LEVEL=INFO", *FAST,
        path=tmp_path,
    )  # fmt: skip
    assert ran.code == 0, ran.err
    assert f"'newscrawl/article': {articles}" in ran.err or not articles
    counted = {c: ran.err.count(f"'newscrawl/missed/{c}': {n}") for c, n in missed.items()}
    assert counted == dict.fromkeys(missed, 1), ran.err
    assert missed or "newscrawl/missed" not in ran.err
    assert len(newscrawl("export", "--archive", archive).lines) == articles
    misses = newscrawl("export", "misses", "--archive", archive).lines
    assert len(misses) == sum(missed.values())


def test_items_of_any_kind_with_the_fields_of_a_record_are_records(
    tmp_path: Path, small_site: Start
) -> None:
    kinds = ("dict", "item", "dataclass", "attrs", "pydantic", "other", "wrong")
    site = small_site({f"/{kind}": story(n) for n, kind in enumerate(kinds)})
    (tmp_path / "mine.py").write_text(SPIDER)
    archive, feeds = tmp_path / "news", tmp_path / "items.jsonl"
    ran = scrapy(
        "runspider", tmp_path / "mine.py", "-a", f"base={site.base}", "-o", feeds,
        "-s", f"NEWSCRAWL_ARCHIVE={archive}", "-s", "LOG_LEVEL=INFO", *FAST,
        path=tmp_path,
    )  # fmt: skip
    assert ran.code == 0, ran.err
    assert "Traceback" not in ran.err
    records: dict[str, dict[str, Any]] = {
        record["url"].rpartition("/")[2]: record
        for record in newscrawl("export", "--archive", archive).lines
    }
    assert set(records) == {"dict", "item", "dataclass", "attrs", "pydantic"}
    assert {kind: record["title"] for kind, record in records.items()} == {
        kind: f"The {kind}" for kind in records
    }
    assert records["dict"]["authors"] == ["A. Writer"]
    assert records["dataclass"]["published_at"] == "2026-05-19T09:00:00+02:00"
    assert records["dict"]["provenance"]["title"]["source"] == "item:mine"
    assert all(record["capture"]["warc"] for record in records.values())
    exported = [json.loads(line) for line in feeds.read_text().splitlines()]
    assert {"url": f"{site.base}/other", "price": 3} in exported
    assert len(exported) == len(records) + 1
    assert "the item's title is int, and not text" in ran.err
    assert "an item without a capture" in ran.err
    assert newscrawl("verify", "--archive", archive).code == 0
