"""Size and malice cost bounded time and memory."""

from __future__ import annotations

import gzip
import io
import json
import time
import tracemalloc
import zlib

import pytest
from amounts import amount

from newscrawl.discovery import discover, iter_sitemap
from newscrawl.discovery.links import BOUNDS, MAX_UNFETCHABLE, Bounds
from newscrawl.discovery.sitemaps import unpacked as chunks
from newscrawl.text.decompression import CHUNK

PAPER = "https://paper.example"
ENTRY = b"<url><loc>https://paper.example/2026/03/05/a-story-%d</loc></url>\n"
HEAD = b'<urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9">'


class Stream:
    """A sitemap that is made while it is read."""

    def __init__(self, entries):
        self.left, self.rest = entries, HEAD

    def read(self, size):
        while len(self.rest) < size and self.left:
            self.left -= 1
            self.rest += ENTRY % self.left
        out, self.rest = self.rest[:size], self.rest[size:]
        return out


def peak(entries):
    tracemalloc.start()
    try:
        count = sum(1 for _ in iter_sitemap(Stream(entries), url=f"{PAPER}/sitemap.xml"))
        return count, tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()


def test_memory_does_not_grow_with_a_sitemap():
    peak(100)  # fills the caches
    few, small = peak(1_000)
    many, large = peak(5_000)
    assert (few, many) == (1_000, 5_000)
    assert large < small * 1.5 + 100_000


def test_a_gzip_bomb_is_unpacked_only_as_it_is_read():
    packer = zlib.compressobj(9, wbits=31)
    line = b"<url><loc>https://paper.example/one</loc></url>" * 20_000
    bomb = packer.compress(HEAD)
    for _ in range(BOUNDS.unpacked // len(line) + 2):
        bomb += packer.compress(line)
    bomb += packer.flush()
    assert len(bomb) < BOUNDS.unpacked / 200

    stream = io.BytesIO(bomb)
    assert next(iter_sitemap(stream, url=f"{PAPER}/s.xml.gz")).url == f"{PAPER}/one"
    assert stream.tell() < len(bomb)


def test_what_is_unpacked_is_bounded():
    faults = []
    packed = gzip.compress(b"x" * 5_000_000)
    sizes = [len(piece) for piece in chunks(io.BytesIO(packed), faults, limit=1_000_000)]
    assert max(sizes) <= CHUNK
    assert sum(sizes) <= 1_000_000
    assert faults == ["cut at 1000000 bytes"]


#: How many quarters of each body are read.
QUARTERS = amount(1, thorough=4)

HOSTILE = {
    "flat": b"<html><body>"
    + b"<p>text <a href='/2026/03/05/one'>One story</a>" * 75_000 * QUARTERS,
    "deep": b"<html><body>" + b"<div><a href='/2026/03/05/one'>" * 25_000 * QUARTERS,
    "one link around all": b"<html><body><a href='/2026/03/05/one'>"
    + b"<b>x</b>" * 75_000 * QUARTERS,
    "comments": b"<rss><channel><item>" + b"<!--" * 125_000 * QUARTERS + b"</item></channel></rss>",
    "doctypes": b"<rss><channel><item>"
    + b"<!DOCTYPE [" * 50_000 * QUARTERS
    + b"</item></channel></rss>",
    "sections": b"<rss><channel><item>"
    + b"<![CDATA[" * 75_000 * QUARTERS
    + b"</item></channel></rss>",
    "ampersands": b"<rss><channel><item><title>"
    + b"&" * 500_000 * QUARTERS
    + b"</title></item></channel></rss>",
    "end tags": b"<urlset>" + b"</x>" * 500_000 * QUARTERS,
    "start tags": b"<urlset>" + b"<url>" * 50_000 * QUARTERS,
    "nested entries": b"<rss><channel>"
    + b"<item>" * 12_500 * QUARTERS
    + b"</item>" * 12_500 * QUARTERS,
    "angles": b"<rss><channel><item><title>"
    + b"<a" * 250_000 * QUARTERS
    + b"</title></item></channel></rss>",
    "one line": b"https://paper.example/" + b"a" * 1_250_000 * QUARTERS,
    "brackets": b'{"version":"https://jsonfeed.org/version/1","items":['
    + b'{"a":' * 75_000 * QUARTERS,
    "deep list": b'{"items":[' + b"[" * 125_000 * QUARTERS,
    "closed braces": b'{"items":[' + b'{"a":x},' * 50_000 * QUARTERS,
    "attributes": b"<rss "
    + b'xmlns:a="b" ' * 50_000 * QUARTERS
    + b"><channel><item/></channel></rss>",
}


@pytest.mark.parametrize("name", HOSTILE)
def test_hostile_bodies_end_within_seconds(name):
    started = time.process_time()
    discover(HOSTILE[name], url=f"{PAPER}/page")
    assert time.process_time() - started < 2.5 * QUARTERS


def test_links_of_a_page_are_bounded():
    anchors = "".join(
        f'<a href="/2026/03/05/{n}">Story number {n}</a>'
        for n in range(10_000, 10_009 + BOUNDS.links)
    )
    page = discover(f"<html>{anchors}".encode(), url=f"{PAPER}/")
    assert len(page.links) == BOUNDS.links
    assert page.faults == (f"more than {BOUNDS.links} links",)


LONG = "/news/" + "a" * 2100
RSS = "<rss><channel>{}</channel></rss>"


@pytest.mark.parametrize(
    "body",
    [
        RSS.format(
            f"<item><link>{LONG}1</link></item><item><link>/a-story</link></item>"
            f"<item><link>{LONG}2</link></item><item><link>nowhere://</link></item>"
        ),
        f"<urlset><url><loc>https://paper.example{LONG}</loc></url><url><loc>https://paper.example/a-story"
        f"</loc></url><url><loc>https://paper.example{LONG}2</loc></url></urlset>",
        f"https://paper.example{LONG}\nhttps://paper.example/a-story\nhttps://paper.example{LONG}2\n",
        json.dumps(
            {
                "version": "https://jsonfeed.org/version/1",
                "items": [{"url": LONG}, {"url": "/a-story"}, {"url": LONG + "2"}],
            }
        ),
        f"<html><body><a href='{LONG}'>x</a><a href='/a-story-of-the-harbour-council'>y</a>"
        f"<a href='data:image/png;base64,{LONG}'>z</a><a href='{LONG}2'>x</a></body></html>",
    ],
    ids=["rss", "sitemap", "lines", "json", "html"],
)
def test_urls_that_are_too_long_are_counted(body: str) -> None:
    found = discover(body.encode(), url="https://paper.example/")
    assert found.too_long == 2, found.faults
    long = [each for each in found.unfetchable if each.cause == "url-too-long"]
    assert [len(each.url) < 400 for each in long] == [True, True]
    assert len({each.url for each in long}) == 2
    assert all(each.url.startswith("https://paper.example/") for each in long)
    assert len(found.links) == (found.kind != "html")


@pytest.mark.parametrize(
    ("address", "cause", "target"),
    [
        ("/back\\slash", "bad-url", "https://paper.example/back/slash"),
        ("https:\\\\paper.example\\x", "bad-url", "https://paper.example/x"),
        ("http://[::1", "bad-url", None),
        ("mailto:desk@paper.example", "bad-url", None),
        ("/" + "long" * 2500, "url-too-long", None),
    ],
)
def test_what_cannot_be_requested_as_it_stands_is_listed(
    address: str, cause: str, target: str | None
) -> None:
    bodies = [
        RSS.format(f"<item><link>{address}</link></item>"),
        f"<urlset><url><loc>{address}</loc></url></urlset>",
        json.dumps({"version": "https://jsonfeed.org/version/1", "items": [{"url": address}]}),
    ]
    for body in bodies:
        found = discover(body.encode(), url="https://paper.example/")
        assert [(u.cause, u.target) for u in found.unfetchable] == [(cause, target)], body[:200]
        assert [link.url for link in found.links] == ([target] if target else [])


def test_so_many_of_them_are_listed_and_the_rest_counted() -> None:
    items = "".join(f"<item><link>{LONG}{n}</link></item>" for n in range(MAX_UNFETCHABLE + 7))
    found = discover(RSS.format(items).encode(), url="https://paper.example/")
    assert len(found.unfetchable) == MAX_UNFETCHABLE
    assert found.left_out == (("url-too-long", 7),)
    assert found.too_long == MAX_UNFETCHABLE + 7


def test_of_a_long_feed_the_newest_entries_are_read() -> None:
    def item(number: int, date: str) -> str:
        return f"<item><link>/story-{number}</link>{date}</item>"

    def read(items: list[str]) -> tuple[list[str], int]:
        found = discover(
            RSS.format("".join(items)).encode(),
            url="https://paper.example/",
            bounds=Bounds(entries=8),
        )
        return [u.url.rpartition("-")[2] for u in found.links], dict(found.left_out)["list-quota"]

    dated = [item(n, f"<pubDate>2026-03-{n:02}T10:00:00Z</pubDate>") for n in range(1, 29)]
    assert read(dated) == ([str(n) for n in range(21, 29)], 20)
    assert read(dated[::-1]) == ([str(n) for n in range(28, 20, -1)], 20)
    # Without dates the newest may stand at either end.
    assert read([item(n, "") for n in range(20)]) == (
        ["0", "1", "2", "3", "4", "5", "18", "19"],
        12,
    )
    assert read([item(n, "") for n in (1, 1, 1, *range(20))])[1] == 12


def test_of_a_long_json_feed_too() -> None:
    items = [{"url": f"/{n}", "date_published": f"2026-03-{n:02}T10:00:00Z"} for n in range(1, 29)]
    body = json.dumps({"version": "https://jsonfeed.org/version/1", "items": items})
    found = discover(body.encode(), url="https://paper.example/", bounds=Bounds(entries=3))
    assert [link.url[-2:] for link in found.links] == ["26", "27", "28"]
    assert found.left_out == (("list-quota", 25),)


def test_the_rest_of_a_long_sitemap_is_counted() -> None:
    entries = "".join(f"<url><loc>https://paper.example/{n}</loc></url>" for n in range(9000))
    body = f"<urlset>{entries}</urlset>".encode()
    found = discover(body, url="https://paper.example/", bounds=Bounds(pages=100))
    assert len(found.links) == 100
    assert found.left_out == (("list-quota", 8900),)
