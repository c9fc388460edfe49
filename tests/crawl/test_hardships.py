"""What servers do to crawlers: each ends, loses nothing, and says why."""

from __future__ import annotations

import os
import socket
import time
from typing import TYPE_CHECKING, Any

import pytest
from amounts import amount

from newscrawl.addresses import is_private, is_public
from newscrawl.archive.layout import Layout
from newscrawl.urls import fetchable
from tests.conftest import crawl, feed, newscrawl, story

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from tests.conftest import SmallSite

    Start = Callable[[dict[str, Any]], SmallSite]

PATHS = [f"/the-harbour-council-decides-{n}" for n in (1, 2, 3)]
STORIES = {path: story(number) for number, path in enumerate(PATHS, 1)}


def records(archive: Path) -> list[str]:
    return [record["url"] for record in newscrawl("export", "--archive", archive).lines]


def misses(archive: Path) -> dict[str, str]:
    lines = newscrawl("export", "misses", "--archive", archive).lines
    return {miss["url"]: miss["cause"] for miss in lines}


def etagged(answer: dict[str, Any], tag: str = '"1"') -> dict[str, Any]:
    return {**answer, "headers": {**answer.get("headers", {}), "ETag": tag}}


def test_redirects_without_end_end(tmp_path: Path, small_site: Start) -> None:
    site = small_site({"/r*": {"status": 302, "headers": {"Location": "{path}x"}}})
    ran = crawl(tmp_path / "news", f"{site.base}/r")
    assert len(site.asked) < 40
    assert ran.code == 1
    assert list(misses(tmp_path / "news").values()).count("redirects") == 1


def test_what_waits_for_its_next_try_is_tried_at_once_when_named(
    tmp_path: Path, small_site: Start
) -> None:
    """And the crawl does not wait for it for ever: it ends."""
    path = PATHS[0]
    site = small_site({path: [{"status": 500}, story(1)]})
    arguments = (site.base + path, "-s", "RETRY_ENABLED=False")
    first = crawl(tmp_path / "news", *arguments)
    assert (first.code, misses(tmp_path / "news")) == (1, {site.base + path: "http-5xx"})
    assert crawl(tmp_path / "news").code == 4
    assert crawl(tmp_path / "news", *arguments).code == 0
    assert records(tmp_path / "news") == [site.base + path]


@pytest.mark.parametrize("status", [408, 429, 503])
def test_not_now_is_not_never(tmp_path: Path, small_site: Start, status: int) -> None:
    later = {"status": status, "headers": {"Retry-After": "2"}}
    site = small_site({"/feed": feed(PATHS[0]), PATHS[0]: [later, story(1)]})
    quick = ("-s", "NEWSCRAWL_RETRY_SECONDS=0.001")
    first = crawl(tmp_path / "news", f"{site.base}/feed", *quick)
    if status == 408:  # it may be asked again at once
        assert records(tmp_path / "news") == [site.base + PATHS[0]]
        return
    assert site.asked.count(PATHS[0]) == 1, first.err
    until = time.monotonic() + 120
    while not records(tmp_path / "news") and time.monotonic() < until:
        crawl(tmp_path / "news", f"{site.base}/feed", *quick)
    assert records(tmp_path / "news") == [site.base + PATHS[0]]


def test_a_feed_that_was_cut_is_not_taken_for_one_that_was_read(
    tmp_path: Path, small_site: Start
) -> None:
    whole = etagged(feed(*PATHS))
    cut = {**whole, "body": whole["body"][:60], "claims": len(whole["body"])}
    site = small_site({"/feed": [cut, whole], **STORIES})
    arguments = (f"{site.base}/feed", "-s", "RETRY_ENABLED=False")
    assert crawl(tmp_path / "news", *arguments).code == 1
    crawl(tmp_path / "news", *arguments)
    assert sorted(records(tmp_path / "news")) == [site.base + path for path in PATHS]


def test_a_front_page_that_has_not_changed_still_leads_to_its_feed(
    tmp_path: Path, small_site: Start
) -> None:
    front = (
        '<html><head><link rel="alternate" type="application/rss+xml" href="/feed"></head></html>'
    )
    site = small_site(
        {"/": etagged({"body": front}), "/feed": [feed(PATHS[0]), feed(*PATHS)], **STORIES}
    )
    crawl(tmp_path / "news", f"{site.base}/")
    crawl(tmp_path / "news", f"{site.base}/")
    assert site.asked.count("/") == 2
    assert sorted(records(tmp_path / "news")) == [site.base + path for path in PATHS]


def test_a_capture_that_is_gone_does_not_stop_a_crawl(tmp_path: Path, small_site: Start) -> None:
    archive = tmp_path / "news"
    site = small_site({"/feed": [etagged(feed(PATHS[0])), feed(*PATHS)], **STORIES})
    crawl(archive, f"{site.base}/feed")
    for warc in Layout(archive).finished():
        warc.unlink()
    assert crawl(archive, f"{site.base}/feed").code == 0
    assert sorted(records(archive)) == [site.base + path for path in PATHS]


def test_pages_told_apart_by_their_query_are_articles_unless_they_say_the_same(
    tmp_path: Path, small_site: Start
) -> None:
    """Whether their canonical page is read before them or after them; a replay says the same."""
    canonical = {"head": f'<link rel="canonical" href="{PATHS[0]}">'}
    others = [f"{PATHS[0]}?view=1", f"{PATHS[0]}?view=2", f"{PATHS[0]}?id=7"]
    pages = {path: story(n, **canonical) for n, path in enumerate(others, 1)}
    site = small_site({PATHS[0]: story(1), **pages, f"{PATHS[0]}?id=8": story(1, **canonical)})
    named = [site.base + path for path in (*others, f"{PATHS[0]}?id=8", PATHS[0])]
    for order in (named, named[::-1]):
        archive = tmp_path / f"news{len(list(tmp_path.iterdir()))}"
        crawl(archive, *order, "-s", "CONCURRENT_REQUESTS=1", "-s", "NEWSCRAWL_WORKERS=1")
        assert sorted(records(archive)) == sorted([named[4], named[1], named[2]])
        assert misses(archive) == {named[0]: "duplicate", named[3]: "duplicate"}
        assert newscrawl("replay", "--check", archive).code == 0


def test_two_pages_that_name_each_other_are_one_article(tmp_path: Path, small_site: Start) -> None:
    one, other = "/amp/the-harbour-council-decides-1", "/news/the-harbour-council-decides-1"
    site = small_site(
        {
            "/feed": feed(one, other),
            one: story(1, head=f'<link rel="canonical" href="{other}">'),
            other: story(1, head=f'<link rel="canonical" href="{one}">'),
        }
    )
    crawl(tmp_path / "news", f"{site.base}/feed")
    assert records(tmp_path / "news") == [site.base + one]
    assert misses(tmp_path / "news") == {site.base + other: "duplicate"}
    assert newscrawl("replay", tmp_path / "news", "--check").code == 0


def test_a_variant_waits_while_its_original_may_yet_come(tmp_path: Path, small_site: Start) -> None:
    variant, original = f"/amp{PATHS[0]}", PATHS[0]
    site = small_site(
        {
            "/feed": feed(variant),
            variant: story(1, head=f'<link rel="canonical" href="{original}">'),
            original: [{"status": 500}, story(1)],
        }
    )
    fails = ("-s", "RETRY_ENABLED=False")
    crawl(tmp_path / "news", f"{site.base}/feed", *fails)
    assert records(tmp_path / "news") == []
    assert newscrawl("replay", tmp_path / "news", "--check").out.startswith("0 records")
    crawl(tmp_path / "news", site.base + original, *fails)
    assert records(tmp_path / "news") == [site.base + original]
    assert newscrawl("replay", tmp_path / "news", "--check").code == 0


def test_a_slow_host_is_asked_once_for_each_page_however_long_it_takes(
    tmp_path: Path, small_site: Start
) -> None:
    """Leases run out meanwhile; what is in hand is not leased again."""
    site = small_site({"/feed": feed(*PATHS), **STORIES})
    slow = ("-s", "DOWNLOAD_DELAY=0.8", "-s", "NEWSCRAWL_LEASE_SECONDS=1")
    crawl(tmp_path / "news", f"{site.base}/feed", *slow)
    assert sorted(site.asked) == sorted(["/robots.txt", "/feed", *PATHS])
    assert len(records(tmp_path / "news")) == 3


def test_a_redirect_does_not_open_what_was_not_named(tmp_path: Path, small_site: Start) -> None:
    secret = small_site({"/the-secret-admin-page-of-this-house": story(1)})
    elsewhere = secret.base.replace("127.0.0.1", "127.0.0.9")
    target = f"{elsewhere}/the-secret-admin-page-of-this-house"
    site = small_site({"/go": {"status": 302, "headers": {"Location": target}}})
    for _ in range(2):  # what was refused must not count as named the next time
        crawl(tmp_path / "news", f"{site.base}/go")
    assert secret.asked == []
    assert misses(tmp_path / "news")[target] == "private-address"


def test_nothing_is_sent_to_an_address_that_a_name_hides(tmp_path: Path, small_site: Start) -> None:
    """The name is public as far as anyone can read it; its address is looked at once connected."""
    site = small_site({"/feed": feed(), **STORIES})
    port = site.base.rpartition(":")[2]
    hidden = f"http://{os.uname().nodename}:{port}{PATHS[0]}"
    announcing = small_site({"/feed": feed(hidden)})
    crawl(tmp_path / "news", f"{announcing.base}/feed")
    assert misses(tmp_path / "news")[hidden] in ("private-address", "connection", "dns")
    assert site.asked == []


@pytest.mark.parametrize(
    "url",
    [
        "http://127.1/", "http://2130706433/", "http://0x7f.0.0.1/", "http://0177.0.0.1/",
        "http://localhost.localdomain/", "http://[::ffff:127.0.0.1]/", "http://[64:ff9b::7f00:1]/",
        "http://169.254.169.254/", "http://10.0.0.1/", "http://[fe80::1]/", "http://a.internal/",
    ],
)  # fmt: skip
def test_every_spelling_of_a_private_address_is_one(url: str) -> None:
    fetched = fetchable(url)
    assert fetched is not None
    assert is_private(fetched)


def test_public_addresses_are_public() -> None:
    assert fetchable("http://93.184.216.34/") == "http://93.184.216.34/"
    assert not is_private("http://93.184.216.34/")
    assert not is_private("https://paper.example/")
    assert is_public("2606:2800:220:1:248:1893:25c8:1946")


def test_a_robots_redirect_reaches_nothing_private(tmp_path: Path, small_site: Start) -> None:
    secret = small_site({"/admin": {"body": "User-agent: *\nDisallow:\n"}})
    target = secret.base.replace("127.0.0.1", "127.0.0.9") + "/admin"
    site = small_site(
        {"/robots.txt": {"status": 302, "headers": {"Location": target}}, PATHS[0]: story(1)}
    )
    crawl(tmp_path / "news", site.base + PATHS[0])
    assert secret.asked == []
    assert records(tmp_path / "news") == []


def test_hundreds_of_sources_that_are_all_down(tmp_path: Path) -> None:
    """Each has a line among the misses, and the report stays short."""
    with socket.socket() as closed:
        closed.bind(("127.0.0.1", 0))
        port = closed.getsockname()[1]
    number = amount(200, thorough=500)
    homes = [f"http://127.0.{n // 250 + 1}.{n % 250 + 1}:{port}/" for n in range(number)]
    tables = (f'[[source]]\nname = "Paper {n}"\nhome = "{home}"\n' for n, home in enumerate(homes))
    sources = tmp_path / "sources.toml"
    sources.write_text("\n".join(tables))
    ran = crawl(tmp_path / "news", "--sources", sources, "-s", "RETRY_ENABLED=False")
    assert (ran.code, "Traceback" in ran.err) == (1, False), ran.err
    assert len(ran.err.splitlines()) < 100
    assert misses(tmp_path / "news") == dict.fromkeys(homes, "connection")
    assert newscrawl("status", "--archive", tmp_path / "news").code == 0
