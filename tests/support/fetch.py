"""Fetches URLs with plain Scrapy and the capturing handler.

Its input is JSON: `requests` (keyword arguments of scrapy.Request), `settings`. It prints, as JSON,
for each request its status or its error, the response, and the capture that the callback saw.
"""

from __future__ import annotations

import hashlib
import json
import sys

import scrapy
from scrapy.crawler import AsyncCrawlerProcess
from scrapy.settings import Settings

from newscrawl.settings import PASS_EXTENSIONS

PLAIN = {
    "EXTENSIONS": dict.fromkeys(PASS_EXTENSIONS),
    "ITEM_PIPELINES_BASE": {},
    "DOWNLOADER_MIDDLEWARES": {
        "newscrawl.middlewares.robots.RobotsMiddleware": None,
        "newscrawl.middlewares.pace.PaceMiddleware": None,
    },
    "COMPRESSION_ENABLED": False,
    "RETRY_ENABLED": False,
    "REDIRECT_ENABLED": False,
    "AUTOTHROTTLE_ENABLED": False,
    "DOWNLOAD_DELAY": 0,
    "DOWNLOAD_VERIFY_CERTIFICATES": False,
    "HTTPERROR_ALLOW_ALL": True,
    "LOG_LEVEL": "CRITICAL",
    "NEWSCRAWL_FSYNC": "close",
}


class Fetch(scrapy.Spider):
    name = "fetch"
    has_session = False

    async def start(self):
        self.ended = []
        for number, wanted in enumerate(self.wanted):
            request = scrapy.Request(
                **wanted, callback=self.parse, errback=self.failed, dont_filter=True
            )
            yield request.replace(cb_kwargs={"number": number}, priority=-number)

    def parse(self, response, number):
        self.note(
            number,
            response.request,
            status=response.status,
            length=len(response.body),
            response={
                "url": response.url,
                "headers": [
                    [name.decode("latin-1"), *(value.decode("latin-1") for value in values)]
                    for name, values in response.headers.items()
                ],
                "body": hashlib.sha256(response.body).hexdigest(),
                "flags": response.flags,
                "address": str(response.ip_address),
                "protocol": response.protocol,
                "class": type(response).__name__,
            },
        )

    def failed(self, failure):
        number = failure.request.cb_kwargs["number"]
        self.note(number, failure.request, error=type(failure.value).__name__)

    def note(self, number, request, **outcome):
        capture = request.meta.get("capture")
        self.ended.append(
            {"number": number, **outcome, "capture": capture.to_dict() if capture else None}
        )


def main() -> None:
    asked = json.load(sys.stdin)
    settings = Settings()
    settings.setmodule("newscrawl.settings", priority="project")
    settings.setdict({**PLAIN, **asked["settings"]}, priority="cmdline")
    process = AsyncCrawlerProcess(settings)
    crawler = process.create_crawler(Fetch)
    process.crawl(crawler, wanted=asked["requests"])
    process.start()
    print(json.dumps(sorted(crawler.spider.ended, key=lambda each: each["number"])))


if __name__ == "__main__":
    main()
