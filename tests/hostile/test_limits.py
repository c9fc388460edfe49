"""Limits that a small site reaches, one at a time, and what the settings say of them."""

from __future__ import annotations

import gzip
import sqlite3
from typing import TYPE_CHECKING, Any

import pytest

from newscrawl import settings
from newscrawl.addresses import address_policy, is_public
from newscrawl.crawl.list_quota import ListBounds, ListQuota
from newscrawl.discovery.links import BOUNDS
from newscrawl.errors import Bomb, TooLarge, UsageError
from newscrawl.frontier import DiscoveredUrl, Lease
from newscrawl.printable import json_line, printable
from newscrawl.processing.limits import LIMITS, Limits
from newscrawl.processing.markup_limits import markup_excess
from newscrawl.text.decompression import begin, decode
from tests.conftest import crawl, feed, newscrawl, story

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from tests.conftest import SmallSite

    Start = Callable[[dict[str, Any]], SmallSite]

PATHS = [f"/the-harbour-council-decides-{n}" for n in range(5)]
STORIES = {path: story(number) for number, path in enumerate(PATHS)}


def causes(archive: Path) -> list[str]:
    return [miss["cause"] for miss in newscrawl("export", "misses", "--archive", archive).lines]


def test_a_pass_fetches_so_many_pages_of_a_host(tmp_path: Path, small_site: Start) -> None:
    site = small_site({"/feed": feed(*PATHS), **STORIES})
    crawl(tmp_path / "news", f"{site.base}/feed", "-s", "NEWSCRAWL_HOST_PAGES=2")
    assert len(site.asked) == 2 + 2  # robots.txt, the feed and two pages
    assert causes(tmp_path / "news") == ["host-pages"] * 3


def test_a_pass_takes_on_so_many_urls_of_a_host(tmp_path: Path, small_site: Start) -> None:
    archive = tmp_path / "news"
    site = small_site({"/feed": feed(*PATHS), **STORIES})
    crawl(archive, f"{site.base}/feed", "-s", "NEWSCRAWL_HOST_QUEUE=2")
    assert len(site.asked) == 2 + 2
    assert causes(archive) == []
    with sqlite3.connect(archive / "news.db") as database:
        (said,) = database.execute("select detail from urls where outcome = 'links'").fetchone()
    assert said == "3 left out: more than is taken on"
    (account,) = newscrawl("audit", "--json", "--archive", archive).lines
    assert account["pages"]["missed"] == {"host-pages": 3}
    assert account["pages"]["announced"] == 5
    crawl(archive, f"{site.base}/feed", "-s", "NEWSCRAWL_HOST_QUEUE=20")
    assert len(newscrawl("export", "--archive", archive).lines) == 5


def test_the_beginning_of_a_long_robots_txt_is_obeyed(tmp_path: Path, small_site: Start) -> None:
    text = f"User-agent: *\nDisallow: {PATHS[0]}\n" + "# more\n" * 5000 + "Disallow: /\n"
    plain_text = {"Content-Type": "text/plain"}
    site = small_site(
        {
            "/robots.txt": {"body": text, "headers": plain_text},
            "/feed": feed(*PATHS),
            **STORIES,
        }
    )
    crawl(tmp_path / "news", f"{site.base}/feed", "-s", "NEWSCRAWL_ROBOTS_BYTES=10000")
    assert causes(tmp_path / "news") == ["robots"]
    assert len(newscrawl("export", "--archive", tmp_path / "news").lines) == 4


def test_the_defaults_of_the_readers_are_those_of_the_settings() -> None:
    assert Limits.from_settings(vars(settings)) == LIMITS
    assert LIMITS.bounds() == BOUNDS


@pytest.mark.parametrize("coding", ["gzip", "gzip, gzip", "gzip, br, gzip"])
def test_what_grows_too_much_is_a_bomb_before_it_is_too_large(coding: str) -> None:
    packed = gzip.compress(bytes(60_000_000))
    packed = packed if coding == "gzip" else gzip.compress(packed)
    with pytest.raises(Bomb):
        list(decode([packed], coding, limit=50_000_000, ratio=100))


def test_what_grows_as_pages_do_is_none() -> None:
    page = b"".join(b"<p>Story number %d of the harbour.</p>" % n for n in range(90_000))
    packed = gzip.compress(page)
    assert b"".join(decode([packed], "gzip", limit=len(page), ratio=20)) == page
    with pytest.raises(TooLarge):
        list(decode([packed], "gzip", limit=len(page) - 1, ratio=20))
    assert begin([packed], "gzip", 1000) == page[:1000]


@pytest.mark.parametrize(
    "page", [b"<li><a href=/x>x</a>" * 100_000, b"<a href=/x>" * 300 + b"text" + b"</a>" * 300]
)
def test_what_real_pages_have_is_read(page: bytes) -> None:
    assert markup_excess(b"<html><body>" + page, LIMITS) is None


@pytest.mark.parametrize(
    ("page", "reason"),
    [
        (b"<p>x" * 250_001, "elements"),
        (b"<p " + b"a=b " * 9000 + b">x", "attributes"),
        (b"<div>" * 800 + b"text", "nested"),
        (b"<div>" * 400 + b"<b><i>" * 200 + b"text", "nested"),
    ],
)
def test_what_is_too_complex(page: bytes, reason: str) -> None:
    assert reason in (markup_excess(b"<html><body>" + page, LIMITS) or "")


@pytest.mark.parametrize(
    "page",
    [
        b"<p>x" * 100_000,
        b"<img src='data:image/png;base64," + b"iVBORw0KGgo" * 90_000 + b"'>",
        b"<div>" * 600 + b"text" + b"</div>" * 600,
        b"<font>" * 300 + b"text",
        b"<a href=/x>" * 5000,
        b"<script>var a = '" + b"<li><a href=/x>x</a></li>" * 200_000 + b"'</script>",
        b"<!--" + b"<p>x" * 300_000 + b"-->",
        b"<ul>" + b"<li>x" * 50_000 + b"</ul>",
        b"<script>" + b"if (a <b && c <d) {}" * 9000 + b"</script>",
        b"<script>for(i=0;i<n;)" + b"a[i] = b / c + 'd' ; " * 9000 + b"</script>",
        b"<div data-config='" + b"{&quot;a&quot;: &quot;b&quot;, c: 1} " * 9000 + b"'>text</div>",
        b'<svg><path d = "' + b"M 50 1 A 49 49 0 0 0 1 50 " * 9000 + b'"/></svg>',
    ],
)
def test_what_is_not(page: bytes) -> None:
    assert markup_excess(b"<html><body>" + page, LIMITS) is None


@pytest.mark.parametrize(
    "address",
    [
        "127.0.0.1", "10.1.2.3", "169.254.169.254", "100.100.100.200", "168.63.129.16", "192.0.0.170",
        "224.0.0.1", "239.255.255.255", "255.255.255.255", "0.0.0.0", "::", "::1", "fe80::1", "fd00:ec2::254",
        "ff02::1", "ff0e::1", "::ffff:10.0.0.1", "::ffff:169.254.169.254", "::127.0.0.1", "::ffff:0:7f00:1",
        "64:ff9b::a00:1", "64:ff9b:1::808:808", "2002:a00:1::", "2001:0:a00:1::",
    ],
)  # fmt: skip
def test_addresses_that_are_not_public(address: str) -> None:
    assert not is_public(address)


def test_networks_that_are_allowed() -> None:
    allowed = address_policy(["10.1.0.0/16", "fd00::/8"])
    assert allowed.allows_address("10.1.2.3")
    assert allowed.allows_address("fd00::5")
    assert allowed.allows_url("http://10.1.2.3/")
    assert allowed.allows_url("http://intranet.local/")  # its address decides
    assert not allowed.allows_address("10.2.0.1")
    assert not allowed.allows_url("http://127.0.0.1/")
    assert not address_policy([]).allows_url("http://intranet.local/")
    with pytest.raises(UsageError, match=r"10\.1\.0\.1/16"):
        address_policy(["10.1.0.1/16"])


def test_a_network_that_is_none_is_one_line(tmp_path: Path) -> None:
    setting = "NEWSCRAWL_ALLOWED_NETWORKS=10.1/99"
    ran = crawl(tmp_path / "news", "http://127.0.0.1:1/", "-s", setting)
    assert ran.code == 2
    assert ran.err.strip().count("\n") == 0
    assert "10.1/99" in ran.err


def test_text_that_could_act_is_written_out() -> None:
    assert printable("a\x1b[2J\u202e\ud800\x85é\n\t") == "a\\x1b[2J\\u202e\\ud800\\x85é\n\t"
    assert json_line({"a": "\x1b\u2028\x9b\udfff é"}) == '{"a": "\\u001b\\u2028\\u009b\\udfff é"}'


def test_urls_of_a_list_that_cannot_be_requested_are_misses(
    tmp_path: Path, small_site: Start
) -> None:
    archive = tmp_path / "news"
    long = [f"/{'a' * 10_000}{n}" for n in range(3)]
    site = small_site(
        {
            "/feed": feed(PATHS[0], *long, "/back\\slash", "mailto:desk@paper.example"),
            PATHS[0]: STORIES[PATHS[0]],
        }
    )
    ran = crawl(archive, f"{site.base}/feed")
    assert ran.code == 0
    assert "3 url-too-long" in ran.err
    assert "2 bad-url" in ran.err
    with sqlite3.connect(archive / "news.db") as database:
        (said,) = database.execute("select detail from urls where outcome = 'links'").fetchone()
    assert said.startswith("5 URLs that cannot be requested; ")
    misses = newscrawl("export", "misses", "--archive", archive).lines
    ends = {miss["url"]: (miss["cause"], miss["target"]) for miss in misses}
    assert len([url for url in ends if url.startswith(f"{site.base}/aaaa") and len(url) < 400]) == 3
    assert ends[f"{site.base}/back\\slash"] == ("bad-url", f"{site.base}/back/slash")
    assert ends["mailto:desk@paper.example"] == ("bad-url", None)
    assert newscrawl("audit", "--archive", archive).code == 0
    again = crawl(archive, f"{site.base}/feed")
    assert again.code == 0
    assert len(newscrawl("export", "misses", "--archive", archive).lines) == len(misses)


SPACE = 'xmlns="http://www.sitemaps.org/schemas/sitemap/0.9"'


def index(*entries: tuple[str, str]) -> dict[str, Any]:
    named = "".join(
        f"<sitemap><loc>{path}</loc><lastmod>{day}</lastmod></sitemap>" for path, day in entries
    )
    return {
        "body": f"<sitemapindex {SPACE}>{named}</sitemapindex>",
        "headers": {"Content-Type": "application/xml"},
    }


def urlset(*paths: str) -> dict[str, Any]:
    named = "".join(f"<url><loc>{path}</loc></url>" for path in paths)
    xml = {"Content-Type": "application/xml"}
    return {"body": f"<urlset {SPACE}>{named}</urlset>", "headers": xml}


def test_lists_that_fan_out_are_bounded_newest_first(tmp_path: Path, small_site: Start) -> None:
    """Each index names thirty more; a robots.txt names forty; the newest has the only article."""
    archive = tmp_path / "news"
    fan = index(*((f"/m{n}", f"2026-01-{1 + n % 28:02}") for n in range(30)))
    robots = "".join(f"Sitemap: /r{n}.xml\n" for n in range(40))
    site = small_site(
        {
            "/robots.txt": {"body": robots, "headers": {"Content-Type": "text/plain"}},
            "/": {"body": "<html><body><p>A front page</p></body></html>"},
            "/map.xml": index(("/newest.xml", "2026-05-05"), *((f"/m{n}", "2026-01-01") for n in range(9))),
            "/m*": fan,
            "/newest.xml": urlset(PATHS[0]),
            PATHS[0]: STORIES[PATHS[0]],
        }
    )  # fmt: skip
    named = (f"{site.base}/", f"{site.base}/map.xml")
    limits = ("-s", "NEWSCRAWL_LIST_FILES=16")
    assert crawl(archive, *named, *limits).code == 0
    lists = [path for path in site.asked if path.endswith(".xml") or path.startswith("/m")]
    assert len(lists) == 1 + 16
    assert "/newest.xml" in lists
    assert [r["url"] for r in newscrawl("export", "--archive", archive).lines] == [
        site.base + PATHS[0]
    ]
    (account,) = newscrawl("audit", "--json", "--archive", archive).lines
    assert account["lists"]["unaccounted"] == 0
    assert account["lists"]["missed"]["list-quota"] >= 40
    # What was left out is read by the passes that follow.
    before = len(site.asked)
    assert crawl(archive, *named, *limits).code == 0
    unread = {path for path in site.asked[before:] if path.endswith(".xml")} - set(lists)
    assert unread


def test_pages_without_dates_are_fetched_in_the_order_of_their_list(
    tmp_path: Path, small_site: Start
) -> None:
    site = small_site({"/map.xml": urlset(*reversed(PATHS)), **STORIES})
    crawl(tmp_path / "news", f"{site.base}/map.xml", "-s", "NEWSCRAWL_HOST_PAGES=2")
    assert {path for path in site.asked if path in PATHS} == set(PATHS[-2:])


def test_what_no_list_may_cost() -> None:
    quota = ListQuota(ListBounds(files=3, depth=2, entries=4, size=1000, seconds=60))

    def lease(number: int, depth: int = 1, source: str = "a", kind: Any = "sitemap") -> Lease:
        return Lease(f"{source}/{number}", f"http://{source}/{number}", kind, source, depth, 0)

    def refused(each: Lease) -> str:
        return getattr(quota.take(each, now=0), "detail", "")

    assert refused(lease(0, depth=3)) == "behind 3 other lists"
    assert [refused(lease(n)) for n in range(4)] == ["", "", "", "3 lists of a"]
    assert refused(lease(5, depth=0)) == ""  # named by the user
    assert refused(lease(6, kind="article")) == ""
    assert refused(lease(0, source="b")) == ""
    quota.add(lease(0, source="b"), size=10, seconds=61, now=0)
    assert refused(lease(1, source="b")) == "60 seconds of lists of b"
    quota.add(lease(0, source="c"), size=1001, seconds=1, now=0)
    assert refused(lease(1, source="c")) == "1000 bytes of lists of c"
    new = [DiscoveredUrl(f"http://d/{n}", "page", "d", rank=n) for n in range(6)]
    within, beyond = quota.admit(new, "d", now=0)
    assert [each.url[-1] for each in (*within, *beyond)] == list("543210")
    assert len(within) == 4
    assert refused(lease(9)) == "3 lists of a"
    assert quota.take(lease(9), now=90_000) is None  # the next day of a crawl that goes on


def test_of_a_robots_txt_of_a_gigabyte_the_beginning_counts(
    tmp_path: Path, small_site: Start
) -> None:
    site = small_site(
        {
            "/robots.txt": {
                "body": "User-agent: *\nDisallow: /no\nSitemap: /map.xml\n" + "# more\n" * 90_000,
                "headers": {"Content-Type": "text/plain"},
                "claims": 1 << 30,
            },
            "/": {"body": "<html><body><p>A front page</p></body></html>"},
            "/map.xml": urlset(PATHS[0], "/no/story"),
            PATHS[0]: STORIES[PATHS[0]],
        }
    )
    crawl(tmp_path / "news", f"{site.base}/")
    assert len(newscrawl("export", "--archive", tmp_path / "news").lines) == 1
    assert "robots" in causes(tmp_path / "news")
