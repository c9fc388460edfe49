"""Size and malice cost bounded time and memory."""

from __future__ import annotations

import gzip
import io
import json
import time
import tracemalloc
import zlib

import pytest

from newscrawl.discovery import discover, iter_sitemap
from newscrawl.discovery.links import BOUNDS
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
    many, large = peak(8_000)
    assert (few, many) == (1_000, 8_000)
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


HOSTILE = {
    "flat": b"<html><body>" + b"<p>text <a href='/2026/03/05/one'>One story</a>" * 300_000,
    "deep": b"<html><body>" + b"<div><a href='/2026/03/05/one'>" * 100_000,
    "one link around all": b"<html><body><a href='/2026/03/05/one'>" + b"<b>x</b>" * 300_000,
    "comments": b"<rss><channel><item>" + b"<!--" * 500_000 + b"</item></channel></rss>",
    "doctypes": b"<rss><channel><item>" + b"<!DOCTYPE [" * 200_000 + b"</item></channel></rss>",
    "sections": b"<rss><channel><item>" + b"<![CDATA[" * 300_000 + b"</item></channel></rss>",
    "ampersands": b"<rss><channel><item><title>"
    + b"&" * 2_000_000
    + b"</title></item></channel></rss>",
    "end tags": b"<urlset>" + b"</x>" * 2_000_000,
    "start tags": b"<urlset>" + b"<url>" * 200_000,
    "nested entries": b"<rss><channel>" + b"<item>" * 50_000 + b"</item>" * 50_000,
    "angles": b"<rss><channel><item><title>"
    + b"<a" * 1_000_000
    + b"</title></item></channel></rss>",
    "one line": b"https://paper.example/" + b"a" * 5_000_000,
    "brackets": b'{"version":"https://jsonfeed.org/version/1","items":[' + b'{"a":' * 300_000,
    "deep list": b'{"items":[' + b"[" * 500_000,
    "closed braces": b'{"items":[' + b'{"a":x},' * 200_000,
    "attributes": b"<rss " + b'xmlns:a="b" ' * 200_000 + b"><channel><item/></channel></rss>",
}


@pytest.mark.parametrize("name", HOSTILE)
def test_hostile_bodies_end_within_seconds(name):
    started = time.process_time()
    discover(HOSTILE[name], url=f"{PAPER}/page")
    assert time.process_time() - started < 10


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
                "items": [{"url": LONG}, {"url": "/a-story"}, {"url": LONG}],
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
    assert found.faults[0] == "URLs that are too long: 2"
    assert len(found.links) == (found.kind != "html")
