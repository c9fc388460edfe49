"""What a crawl is measured against: Scrapy alone, Scrapy with trafilatura in `parse`, extraction alone.

    python benchmarks/plain_spiders.py count|trafilatura SITE.json
    python benchmarks/plain_spiders.py extract SITE.json

SITE.json is the first line of pages_site.py. Each prints one JSON object.
"""

from __future__ import annotations

import json
import multiprocessing
import sys
import time
import zlib
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import scrapy
from scrapy.crawler import AsyncCrawlerProcess

#: As the crawl's own, so that nobody is faster by asking more at once.
SETTINGS = {
    "CONCURRENT_REQUESTS": 32,
    "CONCURRENT_REQUESTS_PER_DOMAIN": 8,
    "DOWNLOAD_DELAY": 0,
    "LOG_LEVEL": "ERROR",
    "TELNETCONSOLE_ENABLED": False,
}


class Count(scrapy.Spider):
    """Counts bytes."""

    name = "count"
    urls: list[str]
    pages = number = 0

    async def start(self):  # type: ignore[no-untyped-def]
        self.began = time.perf_counter()
        for url in self.urls:
            yield scrapy.Request(url, dont_filter=True)

    def parse(self, response):  # type: ignore[no-untyped-def]
        self.number += len(response.body)
        self.pages += 1
        self.ended = time.perf_counter()


class Trafilatura(Count):
    """Extracts in `parse`, as the examples on the web do."""

    name = "trafilatura"

    def parse(self, response):  # type: ignore[no-untyped-def]
        import trafilatura

        trafilatura.extract(
            response.body, url=response.url, output_format="json", with_metadata=True
        )
        super().parse(response)


def crawl(spider: type[Count], urls: list[str]) -> dict[str, float]:
    process = AsyncCrawlerProcess(SETTINGS)
    crawler = process.create_crawler(spider)
    process.crawl(crawler, urls=urls)
    process.start()
    done: Any = crawler.spider
    return {"pages": done.pages, "seconds": done.ended - done.began}


def extract(pages: dict[str, str]) -> dict[str, float]:
    """extract_article over all pages, in as many processes as a crawl has."""
    context = multiprocessing.get_context("forkserver")
    context.set_forkserver_preload(["newscrawl.extraction"])
    with context.Pool() as pool:
        pool.map(_ready, range(multiprocessing.cpu_count() * 2))
        began = time.perf_counter()
        cpu = sum(pool.imap_unordered(_extract, pages.items(), chunksize=4))
        return {"pages": len(pages), "seconds": time.perf_counter() - began, "cpu": cpu}


def _ready(_: int) -> None:
    time.sleep(0.05)


def _extract(page: tuple[str, str]) -> float:
    from newscrawl import extract_article

    url, file = page
    began = time.process_time()
    html = zlib.decompress(Path(file).read_bytes(), 31)
    extract_article(
        html, url=url, captured_at=datetime.now(UTC), content_type="text/html; charset=utf-8"
    )
    return time.process_time() - began


def main() -> None:
    what, site = sys.argv[1], json.loads(Path(sys.argv[2]).read_text())
    if what == "extract":
        print(json.dumps(extract(site["pages"])))
    else:
        spider = {"count": Count, "trafilatura": Trafilatura}[what]
        print(json.dumps(crawl(spider, list(site["pages"]))))


if __name__ == "__main__":
    main()
