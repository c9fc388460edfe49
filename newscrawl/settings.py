"""Scrapy settings, by room. `#:` describes a NEWSCRAWL_ setting; docs/reference/settings.md is made of it."""

import os
from typing import TYPE_CHECKING

from newscrawl.version import __version__

BOT_NAME = "newscrawl"
SPIDER_MODULES = ["newscrawl.spiders"]
TWISTED_REACTOR = "twisted.internet.asyncioreactor.AsyncioSelectorReactor"

# --- who we are ---------------------------------------------------------------------------------
#: Name and contact of the operator. They go into the User-Agent and into the warcinfo record of every
#: WARC. Default: the environment variable of the same name.
NEWSCRAWL_OPERATOR = os.environ.get("NEWSCRAWL_OPERATOR", "")
USER_AGENT = f"newscrawl/{__version__} (+https://github.com/newscrawl/newscrawl)"

# --- archive ------------------------------------------------------------------------------------
#: Folder of the archive. Read from the environment as well.
NEWSCRAWL_ARCHIVE = os.environ.get("NEWSCRAWL_ARCHIVE") or "archives/news"
#: First part of the names of WARC files.
NEWSCRAWL_PREFIX = "news"
#: Size in bytes at which a WARC is finished and the next one is begun.
NEWSCRAWL_WARC_BYTES = 1 << 30
#: Age in seconds at which a WARC is finished and the next one is begun.
NEWSCRAWL_WARC_SECONDS = 24 * 3600
#: Where crawls and `newscrawl archive upload` put finished WARCs, records and index, such as
#: `s3://bucket/folder`. Read from the environment as well.
NEWSCRAWL_STORE = os.environ.get("NEWSCRAWL_STORE", "")
#: What happens to a WARC on the disk after its upload: `keep`, `move` (it is deleted at once), or an
#: age such as `30d` after which it is deleted. Read from the environment as well.
NEWSCRAWL_STORE_KEEP = os.environ.get("NEWSCRAWL_STORE_KEEP", "keep")
#: Free bytes on the archive's disk below which a crawl warns, and `status --check` reports
#: `disk-space`; 0: never. Read from the environment as well.
NEWSCRAWL_DISK_WARN_BYTES = os.environ.get("NEWSCRAWL_DISK_WARN_BYTES") or 5 << 30
#: Free bytes below which a crawl fetches nothing more and ends with exit code 1; 0: never. Read from
#: the environment as well.
NEWSCRAWL_DISK_STOP_BYTES = os.environ.get("NEWSCRAWL_DISK_STOP_BYTES") or 512 << 20
#: Compression level of WARC records, 1 (fast) to 9 (small).
NEWSCRAWL_GZIP_LEVEL = 6
#: When WARC data is flushed to the disk: at every `commit`, `always` (after each exchange), or only at
#: `close`.
NEWSCRAWL_FSYNC = "commit"
#: Request headers whose values are not stored. Proxy-Authorization never is.
NEWSCRAWL_REDACT = ["Authorization", "Cookie"]

# --- components: those of newscrawl stand in Scrapy's _BASE settings, so that a user's own
# ITEM_PIPELINES, EXTENSIONS, ... are added to them; what a crawl cannot work with is refused
# (newscrawl/components.py)

# --- wire: the one handler that captures; others would let bytes pass unseen ----------------------
DOWNLOAD_HANDLERS_BASE = {
    "http": "newscrawl.wire.handler.CaptureHandler",
    "https": "newscrawl.wire.handler.CaptureHandler",
    "data": None,
    "file": None,
    "ftp": None,
    "s3": None,
}
#: Parts that the add-on puts into a Scrapy project of your own: `capture`, `records`, `robots`,
#: `watchdog`, `metrics`.
NEWSCRAWL_COMPONENTS = ["capture", "records"]
#: An archive that answers all requests instead of the network. No socket is opened.
NEWSCRAWL_NETWORK = ""
#: With NEWSCRAWL_NETWORK: use captures up to this time. Empty: the latest capture of each URL.
NEWSCRAWL_NETWORK_AT = ""
HTTPCACHE_ENABLED = False  # a cached answer is not a capture
DEFAULT_REQUEST_HEADERS = {
    "Accept": "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8",
    "Accept-Encoding": "gzip, deflate",  # readers of WARCs stumble over br
}
TWISTED_DNS_RESOLVER = "newscrawl.wire.resolver.PublicResolver"
#: Networks, such as `10.1.0.0/16`, that may be reached though their addresses are not public.
NEWSCRAWL_ALLOWED_NETWORKS: list[str] = []
DOWNLOAD_TIMEOUT = 60  # for the whole answer
#: Seconds until an answer must begin, connecting included. Scrapy's `DOWNLOAD_TIMEOUT` (60) bounds the
#: whole answer.
NEWSCRAWL_FIRST_BYTE_SECONDS = 30
#: Minimum transfer rate in bytes per second, averaged over NEWSCRAWL_SLOW_SECONDS.
NEWSCRAWL_SLOWEST_BYTES = 100
#: Seconds over which the transfer rate is averaged.
NEWSCRAWL_SLOW_SECONDS = 20
#: Maximum size in bytes of the headers of one answer, interim answers included.
NEWSCRAWL_HEADER_BYTES = 256 * 1024
#: Bytes of a robots.txt that are read; the rest is ignored.
NEWSCRAWL_ROBOTS_BYTES = 512 * 1024
DOWNLOAD_MAXSIZE = 50 * 1024 * 1024  # of one body; the sitemap protocol's limit
DOWNLOAD_WARNSIZE = 0
DOWNLOAD_VERIFY_CERTIFICATES = True

# --- politeness ---------------------------------------------------------------------------------
#: Obey robots.txt.
NEWSCRAWL_ROBOTS = True
#: Maximum Crawl-delay in seconds that is honoured; a longer one counts as this.
NEWSCRAWL_LONGEST_CRAWL_DELAY = 30
ROBOTSTXT_OBEY = False  # ours does
CONCURRENT_REQUESTS = 32
CONCURRENT_ITEMS = 1  # of one response, which has one page; Scrapy makes so many tasks for each
CONCURRENT_REQUESTS_PER_DOMAIN = 4
DOWNLOAD_DELAY = 0.5
AUTOTHROTTLE_ENABLED = True
AUTOTHROTTLE_START_DELAY = 0.5
AUTOTHROTTLE_TARGET_CONCURRENCY = 2.0
RETRY_TIMES = 2
RETRY_HTTP_CODES = [500, 502, 504, 522, 524]  # 408, 429, 503: not at once, but later
RETRY_GIVE_UP_LOG_LEVEL = "DEBUG"  # a miss has its cause, and is listed
COOKIES_ENABLED = False  # what is archived is what anyone would have been served
METAREFRESH_ENABLED = False
_DOWNLOADER_MIDDLEWARES = {
    "newscrawl.middlewares.source_requests.SourceRequestsMiddleware": 50,
    "newscrawl.middlewares.robots.RobotsMiddleware": 100,
    "newscrawl.middlewares.pace.PaceMiddleware": 110,
}

# --- what is crawled ----------------------------------------------------------------------------
#: A file or folder of rules for sites, or `none`. Empty: those beside the file of sources. Read from
#: the environment as well.
NEWSCRAWL_RULES = os.environ.get("NEWSCRAWL_RULES", "")
#: A file of sources, which is crawled if no URL is named. Read from the environment as well.
NEWSCRAWL_SOURCES = os.environ.get("NEWSCRAWL_SOURCES", "")

# --- frontier -----------------------------------------------------------------------------------
#: Another database than `news.db` in the archive, as an SQLAlchemy URL. Commands read it from the
#: environment as well.
NEWSCRAWL_DATABASE = ""
#: Seconds that a crawl waits for a database that cannot be reached. `watch` waits for a day.
NEWSCRAWL_DATABASE_SECONDS = 30
#: Maximum number of redirects that are followed from one URL.
NEWSCRAWL_REDIRECTS = 10
#: Maximum number of announced URLs of one host that one pass queues; in a watch, in one day.
NEWSCRAWL_HOST_QUEUE = 200_000
#: Maximum number of pages of one host that one pass fetches; in a watch, in one day.
NEWSCRAWL_HOST_PAGES = 20_000
#: Maximum number of announced feeds and sitemaps fetched per source and pass; 0: no limit.
NEWSCRAWL_LIST_FILES = 300
#: Maximum nesting depth of sitemap indexes and announced feeds; 0: no limit.
NEWSCRAWL_LIST_DEPTH = 4
#: Maximum number of URLs taken from announced feeds and sitemaps per source and pass; 0: no limit.
NEWSCRAWL_LIST_LINKS = 1_000_000
#: Maximum stored size of announced feeds and sitemaps per source and pass, in bytes; 0: no limit.
NEWSCRAWL_LIST_TOTAL_BYTES = 2 << 30
#: Maximum download time of announced feeds and sitemaps per source and pass, in seconds, added up over
#: parallel requests; 0: no limit.
NEWSCRAWL_LIST_SECONDS = 600
#: Stop after this number of new articles; 0: no limit.
NEWSCRAWL_LIMIT = 0
#: Seconds after which a URL that another crawl took and did not finish is taken again.
NEWSCRAWL_LEASE_SECONDS = 900
#: Seconds until a URL is tried again after a transient failure; doubles with each attempt.
NEWSCRAWL_RETRY_SECONDS = 600
#: Maximum number of attempts after transient failures.
NEWSCRAWL_ATTEMPTS = 5
#: Age of the last full answer, in seconds, beyond which a feed or front page is fetched without a
#: conditional request.
NEWSCRAWL_TRUST_SECONDS = 24 * 3600

# --- page requisites ----------------------------------------------------------------------------
#: Which page requisites of articles are fetched as well: `look` (style sheets, images, fonts, icons),
#: `all` (scripts and frames, too), or none. A source may have its own. Read from the environment as well.
NEWSCRAWL_REQUISITES = os.environ.get("NEWSCRAWL_REQUISITES", "")
#: Seconds between two requisites of a host that states no pace.
NEWSCRAWL_REQUISITE_DELAY = 0.1
#: Seconds for which a requisite that was fetched is not fetched again.
NEWSCRAWL_REQUISITE_SECONDS = 30 * 24 * 3600
#: Maximum number of requisites of one page, those of its style sheets included.
NEWSCRAWL_REQUISITE_PAGE = 200
#: Maximum number of requisites of one host that one pass fetches.
NEWSCRAWL_REQUISITE_HOST = 5_000

# --- browser ------------------------------------------------------------------------------------
#: A Chromium, such as `/usr/bin/chromium`, that draws pages which scripts make. Read from the environment as
#: well. Empty: none is loaded.
NEWSCRAWL_BROWSER = os.environ.get("NEWSCRAWL_BROWSER", "")
#: Which pages the browser draws: `never`, `empty` (those in which no article is read) or `always`. A source
#: may have its own. Read from the environment as well.
NEWSCRAWL_RENDER = os.environ.get("NEWSCRAWL_RENDER", "empty")
#: Maximum number of pages that the browser has open at the same time.
NEWSCRAWL_BROWSER_TABS = 2
#: Maximum memory of all processes of the browser, in bytes. Beyond, its largest page is ended.
NEWSCRAWL_BROWSER_BYTES = 1536 << 20
#: Number of pages after which a new browser is started.
NEWSCRAWL_BROWSER_PAGES = 1_000
#: Maximum time to draw one page, in seconds.
NEWSCRAWL_RENDER_SECONDS = 30
#: Maximum number of requests of one page that is drawn.
NEWSCRAWL_RENDER_REQUESTS = 300
#: Maximum size of all answers to one page that is drawn, in bytes.
NEWSCRAWL_RENDER_BYTES = 50_000_000
#: The picture that is kept of a drawn page: of the window (`view`), of the `page` down to 6,000 pixels, or
#: `no`.
NEWSCRAWL_SCREENSHOT = "view"

# --- schedule -----------------------------------------------------------------------------------
#: Run until stopped, and poll sources when they are due.
NEWSCRAWL_WATCH = False
#: Grace period for in-flight requests at shutdown, in seconds.
NEWSCRAWL_STOP_SECONDS = 10
#: A crawl in which nothing has moved for this number of seconds ends with exit code 1, and says what
#: it waited for. A pipeline of your own has the same time for one item. 0: no limit.
NEWSCRAWL_STALL_SECONDS = 300
#: Class of the clock. Simulations use their own.
NEWSCRAWL_CLOCK = "newscrawl.wire.clock.Clock"

# --- extraction ---------------------------------------------------------------------------------
#: False (`--no-extract`): pages are captured only. A later crawl, or `newscrawl replay --into`, makes
#: their records.
NEWSCRAWL_EXTRACT = True
#: Number of processes that parse pages; 0: one per core.
NEWSCRAWL_WORKERS = 0
#: Maximum CPU time for one page, in seconds. The limit in real time is three times as long.
NEWSCRAWL_PAGE_SECONDS = 20
#: Maximum address space of one worker process, in bytes.
NEWSCRAWL_WORKER_BYTES = 2 << 30
#: Shared libraries that worker processes load first (LD_PRELOAD), for example jemalloc, with which extraction
#: takes 4 to 9 % less CPU. `newscrawl doctor` names it where it is installed. Read from the environment as
#: well.
NEWSCRAWL_WORKER_PRELOAD = os.environ.get("NEWSCRAWL_WORKER_PRELOAD", "")
#: Maximum size of a decoded page, in bytes.
NEWSCRAWL_PAGE_BYTES = 20_000_000
#: Maximum size of a decoded feed or sitemap, in bytes.
NEWSCRAWL_LIST_BYTES = 50 * 1024 * 1024
#: Maximum decompression ratio. Answers beyond it are rejected as decompression bombs.
NEWSCRAWL_DECODED_RATIO = 200
#: Maximum number of elements of one page. Each 100,000 take 1.3 s and 80 MiB.
NEWSCRAWL_PAGE_ELEMENTS = 250_000
#: Maximum nesting depth of elements of one page.
NEWSCRAWL_PAGE_NESTING = 700
#: Maximum number of links taken from one front page.
NEWSCRAWL_PAGE_LINKS = 3_000
#: Maximum number of entries read from one feed.
NEWSCRAWL_FEED_ENTRIES = 10_000
#: Maximum number of entries read from one sitemap.
NEWSCRAWL_SITEMAP_ENTRIES = 100_000
ITEM_PROCESSOR = "newscrawl.pipelines.processor.ItemProcessor"  # knows what other pipelines change
ITEM_PIPELINES: dict[str, int | None] = {}  # of the user's own; so are EXTENSIONS and the others
ITEM_PIPELINES_BASE = {
    "newscrawl.pipelines.extract.ExtractPipeline": 100,
    "newscrawl.pipelines.normalise.NormalisePipeline": 200,
    "newscrawl.pipelines.validate.ValidatePipeline": 300,
    "newscrawl.pipelines.store.StorePipeline": 400,
}

# --- what is shown ------------------------------------------------------------------------------
#: How progress is shown: `live` on a terminal, `lines` in a pipe, `log` in a watch. Empty: the command
#: chooses.
NEWSCRAWL_PROGRESS = ""
#: Write each log line as a JSON object (`watch --json`).
NEWSCRAWL_LOG_JSON = False
#: Also log messages of Scrapy and libraries below WARNING. False in a watch without `-v`.
NEWSCRAWL_LOG_OTHERS = True
#: Shell command that receives alarms and results on standard input. `crawl`, `watch` and `status
#: --check` read it from the environment as well.
NEWSCRAWL_NOTIFY = ""
#: URL to which alarms and results are posted as JSON. `crawl`, `watch` and `status --check` read it
#: from the environment as well.
NEWSCRAWL_WEBHOOK = ""
#: Seconds between two checks for alarms in a watch that has NEWSCRAWL_NOTIFY or NEWSCRAWL_WEBHOOK.
NEWSCRAWL_ALARM_SECONDS = 600
#: Port on which a running crawl serves Prometheus metrics; 0: any free port; -1: none.
NEWSCRAWL_METRICS_PORT = -1
#: Address on which Prometheus metrics are served.
NEWSCRAWL_METRICS_ADDRESS = "127.0.0.1"
_REMOTE_CONTROL = "scrapy.extensions.remote_control.RemoteControl"
# Not only None below: Scrapy would still import it, and aiohttp with it.
#: The extensions of a pass; spiders that only look at a site do without.
PASS_EXTENSIONS = {
    "newscrawl.extensions.outcomes.Outcomes": 0,
    "newscrawl.extensions.stopping.Stopping": 0,
    "newscrawl.extensions.disk_space.DiskSpace": 0,
    "newscrawl.extensions.object_store.ObjectStore": 0,
    "newscrawl.extensions.stall.StallWatchdog": 0,
    "newscrawl.extensions.service.Service": 0,
    "newscrawl.extensions.progress.Progress": 0,
    "newscrawl.extensions.run_history.RunHistory": 0,
    "newscrawl.extensions.article_lines.ArticleLines": 0,
    "newscrawl.extensions.alarms.Alarms": 0,
    "newscrawl.extensions.loop_lag.LoopLag": 0,
    "newscrawl.extensions.metrics.CapturedBytes": 0,
    "newscrawl.extensions.metrics.Metrics": 10,
}
_EXTENSIONS = {
    "newscrawl.wire.extension.Wire": -20,  # before all that asks for its clock or settings
    "newscrawl.assembly.Assembly": -10,
    **PASS_EXTENSIONS,
}
LOG_FORMATTER = "newscrawl.extensions.log_lines.LogLines"
TELNETCONSOLE_ENABLED = False
FEED_EXPORT_ENCODING = "utf-8"
LOG_LEVEL = "INFO"

# --- with Scrapy's own --------------------------------------------------------------------------
DOWNLOADER_MIDDLEWARES_BASE: dict[str, int | None]
EXTENSIONS_BASE: dict[str, int | None]
_WITH_SCRAPY = {
    "DOWNLOADER_MIDDLEWARES_BASE": _DOWNLOADER_MIDDLEWARES,
    "EXTENSIONS_BASE": _EXTENSIONS,
}

if not TYPE_CHECKING:  # a name that no setting has is found by mypy all the same

    def __getattr__(name):
        """Scrapy's components and ours. Made when asked for: commands without a crawl need no Scrapy."""
        if name not in _WITH_SCRAPY:
            raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
        from scrapy.settings import default_settings

        # Its remote control is a server that runs whatever Python it is sent.
        scrapys = {**getattr(default_settings, name)}
        scrapys.pop(_REMOTE_CONTROL, None)
        return {**scrapys, **_WITH_SCRAPY[name]}

    def __dir__():
        return [*globals(), *_WITH_SCRAPY]
