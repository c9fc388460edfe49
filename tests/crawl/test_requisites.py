"""Pictures, style sheets and fonts of articles: fetched behind them, once, and never counted as pages."""

from __future__ import annotations

import asyncio
import json
import subprocess
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime
from itertools import pairwise
from typing import TYPE_CHECKING, Any, cast

import pytest
from strict_warc import faults

from newscrawl.addresses import AddressPolicy
from newscrawl.archive import cdxj_file
from newscrawl.archive.layout import Layout
from newscrawl.archive.writer import WriterPolicy
from newscrawl.collection.commit import Collection
from newscrawl.crawl.ledger import Ledger
from newscrawl.crawl.page_reader import PageReader
from newscrawl.crawl.requisite_policy import RequisitePolicy
from newscrawl.crawl.requisites import RequisiteClock, RequisiteQueue
from newscrawl.crawl.rules_file import RulesFile
from newscrawl.crawl.source_rules import SourceRules
from newscrawl.database.engine import open_database
from newscrawl.errors import Missed
from newscrawl.frontier import SqlFrontier
from newscrawl.items import Capture, Page
from newscrawl.processing.limits import LIMITS
from newscrawl.store import Store
from newscrawl.wire.recorder import Recorder
from tests.conftest import FAST, crawl, feed, kill_group, newscrawl, start_newscrawl, story
from tests.conftest import SmallSite as Site

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from functools import partial
    from pathlib import Path

    from small_site import SmallSite

    from newscrawl.items import Article

QUICK = ("-s", "NEWSCRAWL_REQUISITE_DELAY=0")


def picture(kind: str = "image/png") -> dict[str, Any]:
    return {"body": "PICTURE", "headers": {"Content-Type": kind}}


def style(text: str) -> dict[str, Any]:
    return {"body": text, "headers": {"Content-Type": "text/css"}}


def answers(**more: Any) -> dict[str, Any]:
    head = '<link rel=stylesheet href="/a.css"><link rel=icon href="/icon.ico">'
    page = story(1, head=head)
    page["body"] = page["body"].replace(
        "</article>",
        '<img src="/lead.jpg" srcset="/small.jpg 320w"><script src="/s.js"></script></article>',
    )
    return {
        "/robots.txt": {"body": "User-agent: *\nDisallow: /private/"},
        "/feed.xml": feed("/story-1.html"),
        "/story-1.html": page,
        "/a.css": style(
            "@import 'b.css'; @font-face { src: url(/f.woff2) } p { background: url(/private/x.png) }"
        ),
        "/b.css": style("p { background: url(/b.png) }"),
        "/f.woff2": picture("font/woff2"),
        "/b.png": picture(),
        "/lead.jpg": {"status": 302, "headers": {"Location": "/moved.jpg"}},
        "/moved.jpg": picture("image/jpeg"),
        "/icon.ico": picture("image/x-icon"),
        "/s.js": {"body": "1", "headers": {"Content-Type": "text/javascript"}},
        **more,
    }  # fmt: skip


LOOK = {
    "/a.css", "/b.css", "/f.woff2", "/b.png", "/lead.jpg", "/moved.jpg", "/small.jpg", "/icon.ico",
}  # fmt: skip


@pytest.fixture
def site(small_site: Callable[..., SmallSite]) -> SmallSite:
    return small_site(answers())


@pytest.fixture(scope="module")
def without(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Path, SmallSite]]:
    """An archive of a crawl without requisites, and its site."""
    site = Site(tmp_path_factory.mktemp("site"), answers())
    archive = tmp_path_factory.mktemp("without") / "news"
    assert crawl(archive, f"{site.base}/feed.xml").code == 0
    yield archive, site
    site.close()


def test_a_crawl_without_the_setting_fetches_none(without: tuple[Path, SmallSite]) -> None:
    assert not LOOK & set(without[1].asked)


@dataclass
class OneProcess:
    """Runs what a PageReader asks of its workers in this process, and notes it by the name of its function.

    If it is `limited`, a page that is read with its requisites exceeds a limit of its worker.
    """

    limited: bool = False
    ran: list[str] = field(default_factory=list)

    async def run(self, timed: Callable[..., Any], call: partial[Any], *arguments: Any) -> Any:
        known = ("with_requisites", "needed_by_page", "read_article")
        self.ran.append(next(name for name in known if name in repr(call)))
        if self.limited and self.ran[-1] == "with_requisites":
            raise Missed("too-complex", "more than a page has")
        return timed(call, *arguments)

    def close(self) -> None:
        """Nothing runs."""


@pytest.mark.parametrize(
    ("limited", "wanted"),
    [
        # Read in the tree of the article, and not once more.
        (False, ["with_requisites"]),
        # What a page needs does not cost its record, and is then looked for alone.
        (True, ["with_requisites", "read_article", "needed_by_page"]),
    ],
)
def test_requisites_are_read_with_the_article_and_remembered(
    tmp_path: Path, without: tuple[Path, SmallSite], limited: bool, wanted: list[str]
) -> None:
    archive, site = without
    (record,) = newscrawl("export", "--archive", archive).lines
    page = Page(record["url"], Capture(**record["capture"]))
    engine = open_database(tmp_path / "news.db")
    frontier = SqlFrontier(engine)
    collection = Collection(Layout(archive), Store(engine), frontier)
    workers = OneProcess(limited)

    async def read() -> Article:
        recorder = Recorder(
            collection.layout, WriterPolicy(), writer_id="0", now=lambda: datetime.now(UTC)
        )
        ledger = Ledger(collection, recorder, now=lambda: 1.0, notes=False)
        pages = PageReader(
            ledger, cast("Any", workers), limits=LIMITS, max_age=0, rules_file=RulesFile()
        )
        queue = RequisiteQueue(
            ledger,
            pages,
            SourceRules(),
            cast("Any", None),  # it selects what is leased, and nothing is
            RequisitePolicy("look"),
            addresses=AddressPolicy(),
            clock=RequisiteClock(lambda: 1.0, lambda: None, lambda _name, _number: None),
        )
        article = await queue.read_article(page, None)
        await queue.add_of(page.url, page.capture, None)
        await ledger.close(finished=False)
        return article

    assert asyncio.run(read()).title == record["title"]
    assert workers.ran == wanted
    leases = frontier.requisites.lease(owner="a", now=2, count=99, seconds=9, per_host=99)
    of_page = {"/a.css", "/lead.jpg", "/small.jpg", "/icon.ico"}
    assert {lease.url.removeprefix(site.base) for lease in leases} == of_page
    engine.dispose()


def test_they_are_fetched_once_behind_the_articles(tmp_path: Path, site: SmallSite) -> None:
    archive = tmp_path / "news"
    for _ in range(2):
        ran = crawl(archive, f"{site.base}/feed.xml", "--requisites", "look", *QUICK)
        assert ran.code == 0, ran.err
    asked = [path for path in site.asked if path in LOOK]
    assert sorted(asked) == sorted(LOOK)
    assert "/private/x.png" not in site.asked, "robots.txt forbids it"
    assert "/s.js" not in site.asked
    assert site.asked.index("/story-1.html") < min(map(site.asked.index, LOOK))
    index = Layout(archive).index
    for path in LOOK:
        assert len(list(cdxj_file.lookup(index, site.base + path))) == 1, path
    assert newscrawl("verify", archive).code == 0
    assert [f for warc in Layout(archive).finished() for f in faults(warc)] == []


def test_all_takes_scripts_too(tmp_path: Path, site: SmallSite) -> None:
    crawl(tmp_path / "news", f"{site.base}/feed.xml", "--requisites", "all", *QUICK)
    assert "/s.js" in site.asked


def test_they_are_in_no_count_but_their_own(tmp_path: Path, site: SmallSite) -> None:
    archive = tmp_path / "news"
    ran = crawl(archive, f"{site.base}/feed.xml", "--requisites", "look", "--limit", "1", *QUICK)
    assert ran.code == 0, ran.err
    (status,) = newscrawl("status", "--archive", archive, "--json").lines
    (source,) = status["sources"].values()
    assert source["articles"] == 1
    assert source["requisites"] == {"fetched": 6, "http-404": 1, "moved": 1, "robots": 1}
    assert status["missed"] == {}
    assert "Requisites of" in newscrawl("status", "--archive", archive).out
    (audited,) = newscrawl("audit", "--archive", archive, "--json").lines
    assert "/a.css" not in json.dumps(audited)


def test_a_replay_passes_over_them(tmp_path: Path, small_site: Callable[..., SmallSite]) -> None:
    frame = story(2)
    page = story(1)
    page["body"] = page["body"].replace(
        "</article>", '<iframe src="/frame.html"></iframe></article>'
    )
    site = small_site(
        {"/feed.xml": feed("/story-1.html"), "/story-1.html": page, "/frame.html": frame}
    )
    archive = tmp_path / "news"
    crawl(archive, f"{site.base}/feed.xml", "--requisites", "all", *QUICK)
    assert "/frame.html" in site.asked
    check = newscrawl("replay", archive, "--check")
    assert check.code == 0, check.out
    urls = [record["url"] for record in newscrawl("replay", archive).lines]
    assert urls == [f"{site.base}/story-1.html"]


def test_a_source_has_its_own_level(tmp_path: Path, site: SmallSite) -> None:
    sources = tmp_path / "sources.toml"
    table = f'[[source]]\nname = "Paper"\nhome = "{site.base}/"\nfeeds = ["{site.base}/feed.xml"]\n'
    sources.write_text(table + 'requisites = "no"\n')
    crawl(tmp_path / "a", "--sources", sources, "--requisites", "look", *QUICK)
    assert not LOOK & set(site.asked)
    sources.write_text(table + 'requisites = "look"\n')
    crawl(tmp_path / "b", "--sources", sources, *QUICK)
    assert set(site.asked) >= LOOK


def test_of_one_page_only_so_many_are_fetched(tmp_path: Path, site: SmallSite) -> None:
    bound = ("-s", "NEWSCRAWL_REQUISITE_PAGE=3")
    crawl(tmp_path / "news", f"{site.base}/feed.xml", "--requisites", "look", *QUICK, *bound)
    # The style sheet and two pictures, and where one of these has moved to.
    assert set(site.asked) & LOOK == {"/a.css", "/lead.jpg", "/small.jpg", "/moved.jpg"}


def test_of_one_host_only_so_many_are_fetched(tmp_path: Path, site: SmallSite) -> None:
    bound = ("-s", "NEWSCRAWL_REQUISITE_HOST=2")
    crawl(tmp_path / "news", f"{site.base}/feed.xml", "--requisites", "look", *QUICK, *bound)
    assert len(set(site.asked) & LOOK) == 2


def test_no_private_address_is_reached_by_them(
    tmp_path: Path, small_site: Callable[..., SmallSite]
) -> None:
    other = small_site({"/x.png": picture()})
    page = story(1)
    page["body"] = page["body"].replace("</article>", f'<img src="{other.base}/x.png"></article>')
    site = small_site({"/feed.xml": feed("/story-1.html"), "/story-1.html": page})
    archive = tmp_path / "news"
    crawl(archive, f"{site.base}/feed.xml", "--requisites", "look", *QUICK)
    assert other.asked == []
    (status,) = newscrawl("status", "--archive", archive, "--json").lines
    (source,) = status["sources"].values()
    assert source["requisites"] == {"private-address": 1}


def test_a_stated_pace_holds_for_them(tmp_path: Path, site: SmallSite) -> None:
    sources = tmp_path / "sources.toml"
    sources.write_text(
        f'[[source]]\nname = "Paper"\nhome = "{site.base}/"\nfeeds = ["{site.base}/feed.xml"]\nrate = 5\n'
    )
    crawl(tmp_path / "news", "--sources", sources, "--requisites", "look", *QUICK)
    moments = site.times
    assert len(moments) > len(LOOK)
    gaps = [later - before for before, later in pairwise(moments)]
    assert min(gaps) > 0.15


def test_a_killed_crawl_goes_on_and_fetches_none_twice(
    tmp_path: Path, small_site: Callable[..., SmallSite]
) -> None:
    images = [f"/i{n}.png" for n in range(30)]
    page = story(1)
    shown = "".join(f'<img src="{path}">' for path in images)
    page["body"] = page["body"].replace("</article>", shown + "</article>")
    site = small_site(
        {
            "/feed.xml": feed("/story-1.html"),
            "/story-1.html": page,
            **{path: picture() for path in images},
        }
    )
    archive = tmp_path / "news"
    slow = ("-s", "NEWSCRAWL_REQUISITE_DELAY=0.1")
    arguments = (
        "crawl",
        "--archive",
        archive,
        *FAST,
        "--requisites",
        "look",
        f"{site.base}/feed.xml",
    )
    process = start_newscrawl(*arguments, *slow)
    try:
        while "/i5.png" not in site.asked and process.poll() is None:
            with suppress(subprocess.TimeoutExpired):
                process.wait(0.02)
    finally:
        kill_group(process)
        process.communicate()
    before = list(site.asked)
    assert len(before) < len(images)
    ran = newscrawl(*arguments, *QUICK)
    assert ran.code == 0, ran.err
    again = [path for path in set(images) if site.asked.count(path) > 1]
    # What was on the wire when it died has no whole record, and is fetched once more.
    assert len(again) <= 2, again
    assert set(images) <= set(site.asked)
    assert newscrawl("verify", archive).code == 0
