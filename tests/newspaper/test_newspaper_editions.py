"""What a later edition changes, and that it changes nothing else."""

from __future__ import annotations

import gzip
import re
import urllib.request
from email.utils import parsedate_to_datetime

import pytest

from newscrawl.newspaper import expected, expected_misses
from newscrawl.newspaper.stories import SITES, read_site

#: Bases that no server has, so that paths of both editions can be compared.
BASES = {name: f"http://{name}.example" for name in SITES}

CHANGED = "/news/lighthouse-lamp-47131"
NEW = "/news/gulls-chimney-power-cut-47140"
GONE = "/business/ropewalk-bakery-reopens-47083"
UNTOUCHED = [
    ("meridian", "/"),
    ("meridian", "/atom.xml"),
    ("newsbasket", "/feed/"),
    ("gazette", "/about"),
]
COUNTER = "/transport/bridge-bicycle-counter-47101"


def fetch(paper, url):
    """The body with every site's base URL replaced by its name, and the headers."""
    with urllib.request.urlopen(url) as answer:
        body = answer.read().decode()
    for name, base in paper.sites.items():
        body = body.replace(base, BASES[name])
    return body, answer.headers


def test_only_three_records_differ():
    first, second = expected(BASES), expected(BASES, edition=2)
    gazette = BASES["gazette"]
    assert second.keys() - first.keys() == {gazette + NEW}
    assert first.keys() - second.keys() == {gazette + GONE}
    differing = {u for u in first.keys() & second.keys() if first[u] != second[u]}
    assert differing == {gazette + CHANGED}
    assert expected_misses(BASES, edition=2) == expected_misses(BASES) | {
        gazette + GONE: "http-410"
    }


def test_changed_article_says_when(paper, later_paper):
    before = expected(BASES)[BASES["gazette"] + CHANGED]
    after = expected(BASES, edition=2)[BASES["gazette"] + CHANGED]
    assert (before["modified_at"], after["published_at"]) == (None, before["published_at"])
    assert before["body"] != after["body"]
    texts, changes = [], []
    for edition in (paper, later_paper):
        text, headers = fetch(edition, edition.sites["gazette"] + CHANGED)
        texts.append(text)
        changes.append(parsedate_to_datetime(headers["Last-Modified"]))
    assert changes[0] < changes[1]
    assert after["modified_at"] in texts[1]
    assert after["modified_at"] not in texts[0]


@pytest.mark.parametrize(
    ("path", "pattern"),
    [
        ("/transport/atom.xml", rf"{CHANGED}</id><published>[^<]+</published><updated>([^<]+)"),
        ("/sitemap-news.xml", rf"{CHANGED}</loc><lastmod>([^<]+)"),
    ],
)
def test_surfaces_say_that_it_changed(paper, later_paper, path, pattern):
    stated = [
        re.search(pattern, fetch(p, p.sites["gazette"] + path)[0])[1] for p in (paper, later_paper)
    ]
    assert stated == ["2026-05-20T12:30:00+01:00", "2026-05-20T21:25:00+01:00"]


def test_new_article_is_announced_and_the_gone_one_only_by_a_lagging_sitemap(paper, later_paper):
    surfaces = ["/", "/feed.xml", "/sitemap-news.xml"]
    for edition, count in ((paper, 0), (later_paper, 3)):
        base = edition.sites["gazette"]
        assert sum(NEW in fetch(edition, base + path)[0] for path in surfaces) == count
        assert (GONE in fetch(edition, base + "/feed.xml")[0]) == (edition is paper)
        with urllib.request.urlopen(base + "/sitemap-2026-05.xml.gz") as answer:
            assert GONE in gzip.decompress(answer.read()).decode()


def test_all_other_articles_are_byte_identical(paper, later_paper):
    first, second = expected(paper.sites), expected(later_paper.sites, edition=2)
    compared = 0
    for name in SITES:
        base, later = paper.sites[name], later_paper.sites[name]
        for url in first:
            path = url.removeprefix(base)
            if url == path or path in (CHANGED, GONE, COUNTER):
                continue
            assert later + path in second
            ours, ours_headers = fetch(paper, url)
            theirs, their_headers = fetch(later_paper, later + path)
            assert ours == theirs, path
            assert ours_headers["Last-Modified"] == their_headers["Last-Modified"], path
            compared += 1
    assert compared == len(first) - 3


def test_other_sites_and_pages_do_not_change(paper, later_paper):
    for name, path in UNTOUCHED:
        ours, theirs = (fetch(p, p.sites[name] + path)[0] for p in (paper, later_paper))
        assert ours == theirs, path


def test_every_story_that_a_plan_names_exists():
    for name in SITES:
        editions = [read_site(name, edition) for edition in (1, 2)]
        known = set().union(*(site.stories for site in editions))
        plan = editions[0].plan
        named = {s for part in (*plan["front"], *plan["surfaces"]) for s in part.get("stories", ())}
        assert named <= known
        assert {s for block in plan["front"] for s in block.get("times", ())} <= named
