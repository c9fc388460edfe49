"""Tables say what they cut, and cut nothing on a pipe; numbers agree with their nouns."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import pytest
from terminals import on_a_terminal

from tests.conftest import Crawled, crawl, feed, newscrawl, story

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from tests.conftest import SmallSite

PATH = "/the-harbour-council-decides"
LONG = "The harbour council decides " + "on one more point of its long agenda, " * 6


@pytest.fixture
def site(small_site: Callable[..., SmallSite]) -> SmallSite:
    page = story(1)
    body = page["body"].replace("The harbour council decides, part 1", LONG)
    head = '<meta property="article:published_time" content="2026-05-20T10:00:00+05:30"><title>'
    return small_site(
        {"/feed.xml": feed(PATH), PATH: {**page, "body": body.replace("<title>", head)}}
    )


def test_a_pipe_gets_whole_lines(tmp_path: Path, site: SmallSite) -> None:
    ran = crawl(tmp_path / "news", site.base + "/feed.xml")
    _, row = ran.out.splitlines()
    assert row.startswith("2026-05-20 10:00 +05:30  ")
    assert LONG.strip() in row
    assert row.rstrip().endswith(site.base.removeprefix("http://"))


def test_a_terminal_keeps_the_zone_and_marks_what_is_cut(tmp_path: Path, site: SmallSite) -> None:
    start = (site.base + "/feed.xml", "-s", "DOWNLOAD_DELAY=0", "--archive", tmp_path / "news")
    (_, row), _ = on_a_terminal("crawl", *start, width=80)
    assert row.startswith("2026-05-20 10:00 +05:30  ")
    assert (len(row) <= 80, "…" in row) == (True, True), row
    address = site.base.removeprefix("http://")
    assert row.rstrip().endswith(address)
    lines, _ = on_a_terminal("status", "--archive", tmp_path / "news", width=80)
    # Two tables stand where one would be cut.
    counts, row = (line for line in lines if line.startswith(f"{address} "))
    assert "…" not in "".join(lines[:6])
    assert counts.split()[1:3] == ["1", "0"]
    assert re.search(r" 20\d\d-\d\d-\d\d \d\d:\d\d$", row.rstrip())
    audit, _ = on_a_terminal("audit", "--archive", tmp_path / "news", width=60)
    assert any(line.startswith(f"{address} ") for line in audit)


def test_one_is_not_many(tmp_path: Path, site: SmallSite) -> None:
    ran = crawl(tmp_path / "news", site.base + "/feed.xml")
    assert "\n1 new article\n" in ran.err
    said = newscrawl("status", "--archive", tmp_path / "news").out
    assert " captures in 1 WARC, " in said
    assert "\n1 article, 1 record with all revisions\n" in said
    proof = newscrawl("verify", "--archive", tmp_path / "news", "--records").out
    assert proof.splitlines()[0] == "1 record made again, 0 differences"
    assert ", 1 article: no faults, no differences (" in proof


def test_what_to_do_next_can_be_done(tmp_path: Path, site: SmallSite) -> None:
    ran = crawl(tmp_path / "news", site.base + "/feed.xml")
    lines = ran.err.splitlines()
    hints = [line.split()[-1] for line in lines[lines.index("Try next:") + 1 :]]
    shown, word = hints[:2]
    record = newscrawl("show", "--archive", tmp_path / "news", "--json", shown).lines[0]
    assert record["title"] == LONG.strip()
    assert word.lower() in LONG.lower()
    assert newscrawl("search", "--archive", tmp_path / "news", word).code == 0


def test_the_hint_is_a_word_of_a_title_in_any_script(crawled: Crawled) -> None:
    [line] = [each for each in crawled.ran.err.splitlines() if " search " in each]
    word = line.split()[-1]
    titles = [record["title"] for record in crawled.records.values()]
    assert any(word in title for title in titles)
