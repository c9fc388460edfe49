"""`newscrawl audit`: every announced URL is in exactly one place, and the percentages add up."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from newscrawl.monitoring.audit import percentages
from newscrawl.urls import key
from tests.conftest import crawl, feed, newscrawl, story
from tests.monitoring.conftest import DAY, HOUR, Past

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from tests.conftest import Crawled

PAPER = "paper.example"


def test_of_the_sample_paper_all_is_accounted_for(crawled: Crawled) -> None:
    ran = newscrawl("audit", "--json", "--archive", crawled.archive)
    assert ran.code == 0
    [facts] = ran.lines
    pages, lists = facts["pages"], facts["lists"]
    for account in (pages, lists, *(a for s in facts["sources"].values() for a in s.values())):
        places = [account[name] for name in ("captured", "elsewhere", "waiting", "unaccounted")]
        assert sum(places) + sum(account["missed"].values()) == account["announced"]
        assert account["unaccounted"] == account["waiting"] == 0
        assert sum(by["announced"] for by in account["by"].values()) == account["announced"]
    assert round(sum(pages["percent"].values()), 6) == 100
    # What was asked for by name was not announced; what redirects led to was, under another name.
    named = {key(url) for url in crawled.paper.seeds}
    assert pages["captured"] == len([u for u in crawled.records if key(u) not in named])
    assert pages["missed"].get("http-404") == 1
    assert "moved" not in pages["missed"]
    assert {"feeds", "front pages"} <= set(pages["by"])
    shown = newscrawl("audit", "--archive", crawled.archive).out
    assert "captured: an article in the archive" in shown
    assert "http-410: removed" in shown


def test_every_kind_of_end_has_its_place(past: Past) -> None:
    past.feed(PAPER, 600)
    end: Any = past.ended
    end(PAPER, f"https://{PAPER}/1", HOUR, "article")
    end(PAPER, f"https://{PAPER}/seen-again-and-gone", HOUR, "miss", "http-410", first_at=1.0)
    end(PAPER, f"https://{PAPER}/old", HOUR, "miss", "moved", target=f"https://{PAPER}/new")
    end(PAPER, f"https://{PAPER}/new", HOUR, "article", via=f"https://{PAPER}/old")
    end(PAPER, f"https://{PAPER}/amp", HOUR, "miss", "duplicate", target=f"https://{PAPER}/old")
    end(PAPER, f"https://{PAPER}/lost", HOUR, "miss", "moved", target=f"https://{PAPER}/nowhere")
    end(PAPER, f"https://{PAPER}/a", HOUR, "miss", "duplicate", target=f"https://{PAPER}/b")
    end(PAPER, f"https://{PAPER}/b", HOUR, "miss", "duplicate", target=f"https://{PAPER}/a")
    end(PAPER, f"https://{PAPER}/sent", HOUR, "miss", "moved", target=f"https://{PAPER}/404")
    end(PAPER, f"https://{PAPER}/404", HOUR, "miss", "http-404", via=f"https://{PAPER}/sent")
    end(PAPER, f"https://{PAPER}/due", None)
    end(PAPER, f"https://{PAPER}/again", HOUR, "miss", "timeout", state="later")
    end(PAPER, f"https://{PAPER}/no", HOUR, "miss", "bot-wall")
    end(PAPER, f"https://{PAPER}/forbidden", HOUR, "miss", "robots", state="later")
    end(PAPER, f"https://{PAPER}/map", HOUR, "links", kind="sitemap",
        via=f"https://{PAPER}/robots.txt")  # fmt: skip
    end(PAPER, f"https://{PAPER}/feed2", HOUR, "miss", "http-404", kind="feed", state="later")
    ran = newscrawl("audit", "--json", *past.options)
    assert ran.code == 1
    [facts] = ran.lines
    pages = facts["pages"]
    assert {n: pages[n] for n in ("announced", "captured", "elsewhere", "waiting", "unaccounted")} == {
        "announced": 12, "captured": 2, "elsewhere": 2, "waiting": 2, "unaccounted": 1,
    }  # fmt: skip
    assert pages["missed"] == {"bot-wall": 1, "duplicate": 2, "http-404": 1, "robots": 1}
    assert sum(by["captured"] for by in pages["by"].values()) == pages["captured"]
    shown = newscrawl("audit", *past.options).out.splitlines()
    # The table says what the list below it says.
    assert shown[1].split()[1:] == ["12", "2", "16.7%", "2", "2", "5", "1"]
    assert "2  16.7 % captured" in "\n".join(shown)
    lists = facts["lists"]
    assert (lists["announced"], lists["captured"], lists["missed"]) == (2, 1, {"http-404": 1})
    assert set(lists["by"]) == {"feeds", "robots.txt"}


@pytest.mark.parametrize("past", ["file"], indirect=True)
def test_the_window_is_when_a_url_was_first_announced(past: Past) -> None:
    past.feed(PAPER, 600)
    for n in range(10):
        past.ended(PAPER, f"https://{PAPER}/{n}", 600 + n * DAY, "article")
    past.feed("other.example", 600)
    past.ended("other.example", "https://other.example/1", 60, "article")

    def announced(*options: str) -> int:
        [facts] = newscrawl("audit", "--json", *past.options, *options).lines
        return facts["pages"]["announced"]

    assert announced() == 11
    assert announced("--since", "2.5d") == 4
    assert announced("--source", PAPER) == 10
    assert announced("--source", PAPER, "--since", "5d", "--until", "2d") == 3
    none = newscrawl("audit", *past.options, "--until", "2001-01-01")
    assert (none.code, none.out) == (4, "")
    assert "nothing was announced until 2001-01-01" in none.err
    bad = newscrawl("audit", *past.options, "--since", "soon")
    assert (bad.code, bad.out) == (2, "")
    assert "--since soon: not a date or time" in bad.err


def test_what_waits_is_not_missed(small_site: Callable[..., Any], tmp_path: Path) -> None:
    site = small_site(
        {"/feed": feed("/1", "/2", "/3"), "/1": story(1), "/2": story(2), "/3": {"status": 503}}
    )
    crawl(tmp_path / "news", site.base + "/feed")
    [facts] = newscrawl("audit", "--json", "--archive", tmp_path / "news").lines
    assert facts["pages"]["percent"] == {"captured": 66.7, "waiting": 33.3}


@given(st.dictionaries(st.text(max_size=5), st.integers(1, 10**7), min_size=1, max_size=30))
def test_percentages_add_up_to_a_hundred(numbers: dict[str, int]) -> None:
    shares = percentages(numbers)
    assert round(sum(shares.values()), 6) == pytest.approx(100)
    whole = sum(numbers.values())
    assert all(abs(shares[n] - 100 * v / whole) < 0.1 + 1e-9 for n, v in numbers.items())
