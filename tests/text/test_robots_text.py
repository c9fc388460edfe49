"""robots.txt as text: its charset, its rules, its sitemaps."""

from __future__ import annotations

import codecs

import pytest

from newscrawl.text.robots import RobotsTxt

TEXT = "User-agent: *\nDisallow: /büro\nSitemap: https://a.example/map.xml # all\nSite-map: /more.xml\n"


@pytest.mark.parametrize(
    "body",
    [
        TEXT.encode(),
        codecs.BOM_UTF8 + TEXT.encode(),
        codecs.BOM_UTF16_LE + TEXT.encode("utf-16-le"),
        codecs.BOM_UTF16_BE + TEXT.encode("utf-16-be"),
        TEXT.replace("\n", "\r").encode(),
        TEXT.replace("\n", "\r\n").encode(),
    ],
)
def test_its_text_is_read_in_every_charset_with_a_mark(body):
    robots = RobotsTxt.decoded(body)
    assert not robots.allows("https://a.example/b%C3%BCro/1", "newscrawl")
    assert robots.allows("https://a.example/news", "newscrawl")
    assert robots.sitemaps == ("https://a.example/map.xml", "/more.xml")
    assert robots.rules_for("newscrawl/1") == ("Disallow: /büro",)


def test_a_page_in_its_place_names_nothing():
    robots = RobotsTxt("<!DOCTYPE html>\nSitemap: /no.xml\nDisallow: /")
    assert robots.is_markup
    assert robots.sitemaps == ()


def test_what_is_no_text_forbids_nothing():
    robots = RobotsTxt.decoded(bytes(range(256)) * 4)
    assert robots.allows("https://a.example/", "newscrawl")
    assert robots.crawl_delay("newscrawl") is None
