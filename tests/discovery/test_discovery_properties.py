"""`discover` never raises, and a fault in one entry leaves the others alone."""

from __future__ import annotations

import gzip
from datetime import datetime
from pathlib import Path

from amounts import amount
from hypothesis import given, settings
from hypothesis import strategies as st

from newscrawl.discovery import Discovery, discover, same_story
from newscrawl.discovery.links import BOUNDS
from newscrawl.text.context import context_of
from newscrawl.text.dates import stated
from newscrawl.urls import fetchable

PAPER = "https://paper.example"
SEEDS = [path.read_bytes() for path in sorted(Path(__file__).with_name("faulty").iterdir())]
FIRST, LAST = datetime.fromisoformat("1990-01-01"), datetime.fromisoformat("2099-12-30")
KINDS = {"feed", "sitemap", "html", "robots", "other"}
PATHS = st.sampled_from(["/", "/feed", "/robots.txt", "/sitemap.xml.gz"])
FAULTS = [b"&", b"&nbsp;", b"<", b"\x92", b"</b>", b"<br>", b"<b>", b"\x0b", b"<![CDATA[",
          b"</item>", b"</title>", b"<!--"]  # fmt: skip
SNIPPETS = st.sampled_from(
    [*FAULTS, b">", b"]]>", b"-->", b"<item>", b"</channel>", b"<entry ", b"\x00", b"\xff\xfe",
     b"&#0;", b"&lol;", b"<!DOCTYPE x [", b'"', b"{", b"]}", b"\x1f\x8b"]
)  # fmt: skip


def check(found: Discovery) -> None:
    assert found.kind in KINDS
    assert len(found.links) <= max(BOUNDS.pages, BOUNDS.links)
    for link in found.links:
        assert fetchable(link.url) == link.url
        for time in (link.published_at, link.modified_at):
            assert time is None or datetime.fromisoformat(time)
    assert all("\n" not in fault and len(fault) <= 160 for fault in found.faults)


@given(st.binary(max_size=400), PATHS, st.none() | st.text(max_size=40))
@settings(deadline=None)
def test_any_bytes(body, path, content_type):
    check(discover(body, url=PAPER + path, content_type=content_type))


@given(st.sampled_from(SEEDS), st.data(), PATHS)
@settings(deadline=None, max_examples=amount(100, thorough=300))
def test_any_damage(seed, data, path):
    body = bytearray(seed)
    for _ in range(data.draw(st.integers(0, 6))):
        at = data.draw(st.integers(0, len(body)))
        cut = data.draw(st.integers(0, 30))
        body[at : at + cut] = data.draw(SNIPPETS | st.binary(max_size=6))
    check(discover(bytes(body), url=PAPER + path))
    check(discover(gzip.compress(bytes(body)), url=PAPER + path))


@given(st.integers(0, 9), st.sampled_from(FAULTS), st.booleans())
@settings(deadline=None)
def test_a_fault_in_one_title_leaves_the_other_entries(number, fault, atom):
    urls = [f"{PAPER}/story-{n}" for n in range(10)]
    titles = [b"Br\xc3\xbccke %d" % n for n in range(10)]
    titles[number] = b"Br\xc3\xbccke " + fault + b" offen"
    name, link = ("entry", '<link href="%s"/>') if atom else ("item", "<link>%s</link>")
    rows = b"".join(
        f"<{name}>{link % url}<title>".encode() + title + f"</title></{name}>\n".encode()
        for url, title in zip(urls, titles, strict=True)
    )
    body = b"<feed>" + rows + b"</feed>" if atom else b"<rss><channel>" + rows + b"</channel></rss>"
    found = discover(body, url=f"{PAPER}/feed")
    assert [link.url for link in found.links] == urls


@given(st.text(max_size=60), st.none() | st.sampled_from(["en", "de", "ar", "zz", "en-US"]))
@settings(deadline=None)
def test_any_text_is_a_date_or_none(text, language):
    found = stated(text, context_of(language or ""))
    assert found is None or datetime.fromisoformat(found)


@given(st.datetimes(FIRST, LAST), st.integers(-14 * 4, 14 * 4))
@settings(deadline=None)
def test_offsets_are_kept(moment, quarters):
    sign, (hours, minutes) = "-" if quarters < 0 else "+", divmod(abs(quarters) * 15, 60)
    offset = f"{sign}{hours:02}:{minutes:02}"
    expected = moment.isoformat(timespec="seconds") + (offset if quarters else "+00:00")
    assert stated(moment.isoformat(timespec="seconds") + offset) == expected
    rfc = moment.strftime("%d %b %Y %H:%M:%S ") + offset.replace(":", "")
    assert stated(rfc) == expected


@given(st.text(max_size=30), st.text(max_size=30))
@settings(deadline=None)
def test_sameness_is_symmetric(a, b):
    one, other = f"{PAPER}/{a}", f"{PAPER}/{b}"
    assert same_story(one, one)
    assert same_story(one, other) == same_story(other, one)
