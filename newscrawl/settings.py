"""Scrapy settings, by room. Every NEWSCRAWL_ setting is described in the README."""

import os

from scrapy.settings import default_settings

from newscrawl.version import __version__

BOT_NAME = "newscrawl"
SPIDER_MODULES = ["newscrawl.spiders"]
TWISTED_REACTOR = "twisted.internet.asyncioreactor.AsyncioSelectorReactor"

# --- who we are ---------------------------------------------------------------------------------
NEWSCRAWL_OPERATOR = os.environ.get(
    "NEWSCRAWL_OPERATOR", ""
)  # a name and a contact; goes into the User-Agent and into every WARC
USER_AGENT = f"newscrawl/{__version__} (+https://github.com/newscrawl/newscrawl)"

# --- archive ------------------------------------------------------------------------------------
NEWSCRAWL_ARCHIVE = os.environ.get("NEWSCRAWL_ARCHIVE") or "archives/news"
NEWSCRAWL_PREFIX = "news"  # first part of a WARC's name
NEWSCRAWL_WARC_BYTES = 1 << 30  # a fuller WARC is finished and the next one begun
NEWSCRAWL_WARC_SECONDS = 24 * 3600  # so is an older one
# Where `newscrawl archive upload` puts files (s3://bucket/folder), and what becomes of WARCs here then:
# "keep", "move", or an age such as "30d".
NEWSCRAWL_STORE = os.environ.get("NEWSCRAWL_STORE", "")
NEWSCRAWL_STORE_KEEP = os.environ.get("NEWSCRAWL_STORE_KEEP", "keep")
# With fewer free bytes on the archive's disk a crawl warns, and fetches nothing more; 0: never.
NEWSCRAWL_DISK_WARN_BYTES = os.environ.get("NEWSCRAWL_DISK_WARN_BYTES") or 5 << 30
NEWSCRAWL_DISK_STOP_BYTES = os.environ.get("NEWSCRAWL_DISK_STOP_BYTES") or 512 << 20
NEWSCRAWL_GZIP_LEVEL = 6
NEWSCRAWL_FSYNC = (
    "commit"  # wait for the disk: at every "commit", "always" (each exchange), at "close"
)
NEWSCRAWL_REDACT = ["Authorization", "Cookie"]  # request headers whose values are not kept

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
NEWSCRAWL_COMPONENTS = [
    "capture",
    "records",
]  # of newscrawl in a project of somebody else's (addon.py)
NEWSCRAWL_NETWORK = ""  # an archive that stands for the network; no socket is opened then
NEWSCRAWL_NETWORK_AT = ""  # its captures up to this time; "": all, and the latest of a URL answers
HTTPCACHE_ENABLED = False  # a cached answer is not a capture
DEFAULT_REQUEST_HEADERS = {
    "Accept": "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8",
    "Accept-Encoding": "gzip, deflate",  # readers of WARCs stumble over br
}
TWISTED_DNS_RESOLVER = "newscrawl.wire.resolver.PublicResolver"
NEWSCRAWL_ALLOWED_NETWORKS: list[
    str
] = []  # not public, and may be reached all the same: 10.1.0.0/16
DOWNLOAD_TIMEOUT = 60  # for the whole answer
NEWSCRAWL_FIRST_BYTE_SECONDS = 30  # until it begins, connecting included
NEWSCRAWL_SLOWEST_BYTES = 100  # a second, on the average of NEWSCRAWL_SLOW_SECONDS
NEWSCRAWL_SLOW_SECONDS = 20
NEWSCRAWL_HEADER_BYTES = 256 * 1024  # of one answer's head, with interim answers before it
NEWSCRAWL_ROBOTS_BYTES = 512 * 1024  # of a robots.txt; what comes behind is not read
DOWNLOAD_MAXSIZE = 50 * 1024 * 1024  # of one body; the sitemap protocol's limit
DOWNLOAD_WARNSIZE = 0
DOWNLOAD_VERIFY_CERTIFICATES = True

# --- politeness ---------------------------------------------------------------------------------
NEWSCRAWL_ROBOTS = True
NEWSCRAWL_LONGEST_CRAWL_DELAY = 30  # seconds; a longer Crawl-delay is kept as this
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
DOWNLOADER_MIDDLEWARES_BASE = {
    **default_settings.DOWNLOADER_MIDDLEWARES_BASE,
    "newscrawl.middlewares.source_requests.SourceRequestsMiddleware": 50,
    "newscrawl.middlewares.robots.RobotsMiddleware": 100,
    "newscrawl.middlewares.pace.PaceMiddleware": 110,
}
REFERER_ENABLED = False

# --- what is crawled ----------------------------------------------------------------------------
NEWSCRAWL_RULES = os.environ.get(
    "NEWSCRAWL_RULES", ""
)  # a file or folder of rules for sites, or none
NEWSCRAWL_SOURCES = os.environ.get("NEWSCRAWL_SOURCES", "")  # a file of sources, if no URL is named

# --- frontier -----------------------------------------------------------------------------------
NEWSCRAWL_DATABASE = ""  # another database than news.db in the archive, as an SQLAlchemy URL
NEWSCRAWL_DATABASE_SECONDS = 30  # that a crawl waits for a database that cannot be reached
NEWSCRAWL_REDIRECTS = 10  # behind one URL
NEWSCRAWL_HOST_QUEUE = 200_000  # URLs of one host that one pass takes on from announcements
NEWSCRAWL_HOST_PAGES = 20_000  # of one host that are fetched in one pass
# What feeds and sitemaps that others name may cost one source and pass; 0: no limit.
NEWSCRAWL_LIST_FILES = 300
NEWSCRAWL_LIST_DEPTH = 4  # one named by the other
NEWSCRAWL_LIST_LINKS = 1_000_000  # that are taken on from them
NEWSCRAWL_LIST_TOTAL_BYTES = 2 << 30  # as they lie in the WARC
NEWSCRAWL_LIST_SECONDS = 600  # of answers, those side by side added up
NEWSCRAWL_LIMIT = 0  # stop after so many articles; 0: no limit
NEWSCRAWL_LEASE_SECONDS = 900  # a URL that is not settled by then is taken again
NEWSCRAWL_RETRY_SECONDS = 600  # first wait after a passing failure; doubles with each attempt
NEWSCRAWL_ATTEMPTS = 5
NEWSCRAWL_TRUST_SECONDS = (
    24 * 3600
)  # a feed's last answer is asked after; an older one is fetched anew

# --- schedule -----------------------------------------------------------------------------------
NEWSCRAWL_WATCH = False  # go on, polling the sources when they are due, until told to stop
NEWSCRAWL_STOP_SECONDS = 10  # what is on the wire has so long, once a crawl is told to stop
NEWSCRAWL_STALL_SECONDS = 300  # a crawl ends in which nothing has moved for so long; 0: never
NEWSCRAWL_CLOCK = "newscrawl.wire.clock.Clock"  # class of the clock; simulations have their own

# --- extraction ---------------------------------------------------------------------------------
NEWSCRAWL_EXTRACT = True  # False: pages are captured, and read by a later crawl or replay
NEWSCRAWL_WORKERS = 0  # processes that read pages; 0: one a core
NEWSCRAWL_PAGE_SECONDS = 20  # of CPU for one page; by the clock three times as long
NEWSCRAWL_WORKER_BYTES = 2 << 30  # address space of one worker
NEWSCRAWL_PAGE_BYTES = 20_000_000  # of a page, once decoded; the longest of real ones have 5 MB
NEWSCRAWL_LIST_BYTES = 50 * 1024 * 1024  # of a feed or sitemap, once decoded
NEWSCRAWL_DECODED_RATIO = 200  # times as long as it came; what grows more is a bomb
NEWSCRAWL_PAGE_ELEMENTS = 200_000
NEWSCRAWL_PAGE_NESTING = 700  # elements one inside the other
NEWSCRAWL_PAGE_LINKS = 3_000  # that one front page announces
NEWSCRAWL_FEED_ENTRIES = 10_000
NEWSCRAWL_SITEMAP_ENTRIES = 100_000  # the protocol allows 50,000
ITEM_PROCESSOR = "newscrawl.pipelines.processor.ItemProcessor"  # knows what other pipelines change
ITEM_PIPELINES: dict[str, int | None] = {}  # of the user's own; so are EXTENSIONS and the others
ITEM_PIPELINES_BASE = {
    "newscrawl.pipelines.extract.ExtractPipeline": 100,
    "newscrawl.pipelines.normalise.NormalisePipeline": 200,
    "newscrawl.pipelines.validate.ValidatePipeline": 300,
    "newscrawl.pipelines.store.StorePipeline": 400,
}

# --- what is shown ------------------------------------------------------------------------------
NEWSCRAWL_PROGRESS = ""  # "live" on a terminal, "lines" on a pipe, "log"; the command chooses
NEWSCRAWL_LOG_JSON = False  # each line of the log as a JSON object
NEWSCRAWL_LOG_OTHERS = True  # what Scrapy and libraries log below WARNING, too
NEWSCRAWL_NOTIFY = ""  # a command that is run with what there is to tell on its standard input
NEWSCRAWL_WEBHOOK = ""  # a URL to which it is posted as JSON
NEWSCRAWL_ALARM_SECONDS = 600  # between two looks of a watch at what `status --check` says
NEWSCRAWL_METRICS_PORT = -1  # where Prometheus may ask; 0: any free port; -1: nowhere
NEWSCRAWL_METRICS_ADDRESS = "127.0.0.1"
_REMOTE_CONTROL = "scrapy.extensions.remote_control.RemoteControl"
# Not only None below: Scrapy would still import it, and aiohttp with it.
#: The extensions of a pass; spiders that only look at a site do without.
PASS_EXTENSIONS = {
    "newscrawl.extensions.outcomes.Outcomes": 0,
    "newscrawl.extensions.stopping.Stopping": 0,
    "newscrawl.extensions.disk_space.DiskSpace": 0,
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
EXTENSIONS_BASE = {
    **{
        name: order
        for name, order in default_settings.EXTENSIONS_BASE.items()
        if name != _REMOTE_CONTROL  # a server that runs whatever Python it is sent
    },
    "newscrawl.wire.extension.Wire": -20,  # before all that asks for its clock or settings
    "newscrawl.assembly.Assembly": -10,
    **PASS_EXTENSIONS,
}
LOG_FORMATTER = "newscrawl.extensions.log_lines.LogLines"
TELNETCONSOLE_ENABLED = False
FEED_EXPORT_ENCODING = "utf-8"
LOG_LEVEL = "INFO"
