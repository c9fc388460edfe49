"""`newscrawl status --check` names what is not as it was, and is silent where all is well."""

from __future__ import annotations

import socket
from typing import TYPE_CHECKING

import pytest

from newscrawl.baselines import FIELDS
from newscrawl.monitoring.alerts import VERDICTS
from tests.conftest import crawl, feed, newscrawl, story
from tests.monitoring.conftest import DAY, HOUR, Past, hourly

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from tests.conftest import SmallSite

MONTHS = 70 * DAY


def fine(past: Past, source: str, *, until: float = 0.0, asked: float = 600) -> None:
    """A paper with an article an hour, whose feed was asked and answered so long ago."""
    past.published(source, hourly(MONTHS, until))
    past.feed(source, asked)
    for n in range(12):
        past.ended(source, f"https://{source}/old-{n}", 10 * DAY, "article", None)


def troubled(past: Past) -> set[tuple[str, str]]:
    """A database of papers that are well and papers that are not; returns who is not, and how."""
    fine(past, "fine.example")
    past.published("slow.example", hourly(MONTHS, 1.6 * DAY, DAY))
    past.feed("slow.example", 600)
    past.published("new.example", hourly(9 * DAY, 4 * DAY))
    past.published("once.example", [300 * DAY] * 40)
    past.ended("once.example", "https://once.example/typo", 300 * DAY, "miss", "http-404",
               kind="seed", depth=0, via=None)  # fmt: skip
    past.published("agency.example", hourly(MONTHS, 0), lacks=FIELDS["author"])
    past.feed("agency.example", 600)

    fine(past, "silent.example", until=2 * DAY)
    fine(past, "unasked.example", until=2 * DAY, asked=2 * DAY)
    past.published("dateless.example", hourly(MONTHS, 30 * HOUR))
    past.published("dateless.example", hourly(30 * HOUR, 0), lacks=FIELDS["date"])
    past.feed("dateless.example", 600)
    fine(past, "blocked.example")
    for n in range(8):
        past.ended("blocked.example", f"https://blocked.example/{n}", n * HOUR, "miss",
                   "http-403" if n % 2 else "bot-wall", status=403)  # fmt: skip
    past.published("feedless.example", hourly(MONTHS, 0))
    past.feed("feedless.example", 600, "miss", "http-404", status=404)
    past.answered("https://feedless.example/feed", hourly(10 * DAY, 2 * DAY))
    fine(past, "away.example")
    past.parked("away.example")
    return {
        ("silent.example", "silent"), ("unasked.example", "unasked"),
        ("dateless.example", "lost-date"), ("blocked.example", "blocked"),
        ("feedless.example", "feeds"), ("away.example", "unreachable"),
    }  # fmt: skip


def test_check_names_who_is_not_well_and_nobody_else(past: Past, tmp_path: Path) -> None:
    wrong = troubled(past)
    ran = newscrawl("status", "--check", "--json", *past.options)
    assert ran.code == 1
    found = {(line["source"], line["what"]): line for line in ran.lines}
    assert set(found) == wrong
    assert {what for _, what in wrong} <= set(VERDICTS)
    silent = found["silent.example", "silent"]
    assert silent["expected"] > 40
    assert silent["since"] is not None
    dateless = found["dateless.example", "lost-date"]
    assert dateless["lacking"] == dateless["of"] == 10
    assert dateless["usual"] == 0
    assert found["blocked.example", "blocked"]["causes"] == {"bot-wall": 4, "http-403": 4}

    said = newscrawl("status", "--check", *past.options)
    assert (said.code, said.err) == (1, "")
    assert len(said.out.splitlines()) == len(wrong)
    assert "silent.example: silent since 20" in said.out
    assert ": no article, " in said.out
    assert "https://feedless.example/feed is gone (http-404)" in said.out

    well = newscrawl("status", "--check", "--source", "fine.example", *past.options)
    assert (well.code, well.out, well.err) == (0, "", "")
    file = tmp_path / "sources.toml"
    file.write_text('[[source]]\nname = "Fine"\nhome = "https://fine.example/"\n')
    listed = newscrawl("status", "--check", "--sources", file, *past.options)
    assert (listed.code, listed.out, listed.err) == (0, "", "")
    file.write_text(file.read_text() + '[[source]]\nname = "New"\nhome = "https://ne.example/"\n')
    never = newscrawl("status", "--check", "--sources", file, *past.options)
    assert (never.code, never.out) == (1, "New: unasked: nothing of it was ever asked for\n")


@pytest.mark.parametrize("past", ["file"], indirect=True)
@pytest.mark.parametrize("command", [("status", "--check"), ("status",), ("audit",)])
def test_a_source_that_is_not_known_is_not_well(past: Past, command: tuple[str, ...]) -> None:
    fine(past, "fine.example")
    ran = newscrawl(*command, "--source", "fin.example", *past.options)
    assert (ran.code, ran.out) == (2, "")
    assert "--source 'fin.example': " in ran.err


def test_a_crawl_that_stopped_is_one_line(past: Past) -> None:
    for source in ("one.example", "two.example", "three.example"):
        fine(past, source, until=DAY, asked=DAY)
    ran = newscrawl("status", "--check", *past.options)
    assert ran.code == 1
    [line] = ran.out.splitlines()
    assert line.startswith("all sources: stopped since ")


def test_status_compares_each_source_with_its_past(past: Past) -> None:
    troubled(past)
    [facts] = newscrawl("status", "--json", *past.options).lines
    sources = facts["sources"]
    usual = sources["fine.example"]["day"]
    assert usual["articles"] in (23, 24, 25)
    assert usual["usual"] == [24, 24, 24]
    assert sources["silent.example"]["day"] == {"articles": 0, "usual": [24, 24, 24]}
    assert sources["new.example"]["day"]["usual"] is None
    dateless = sources["dateless.example"]["lacking"]["date"]
    assert dateless["latest"] > 0.7
    assert dateless["before"] == 0
    assert sources["agency.example"]["lacking"]["author"] == {
        "latest": 1.0,
        "of": 40,
        "before": 1.0,
    }
    [feed] = sources["feedless.example"]["feeds"]
    assert (feed["state"], feed["why"]) == ("gone", "http-404")
    assert sources["fine.example"]["feeds"][0]["new"] is not None
    assert sources["blocked.example"]["failures"] == {"bot-wall": 4, "http-403": 4}
    assert {verdict["source"] for verdict in facts["verdicts"]} > {"silent.example"}
    shown = newscrawl("status", *past.options).out
    assert "feedless.example: https://feedless.example/feed is gone (http-404)" in shown
    assert "blocked.example: blocked" in shown


def test_a_new_archive_is_well(past: Past) -> None:
    ran = newscrawl("status", "--check", *past.options)
    assert (ran.code, ran.out, ran.err) == (0, "", "")


def test_a_source_that_never_worked_is_named_after_its_second_failed_pass(
    tmp_path: Path, small_site: Callable[..., SmallSite]
) -> None:
    """One whose feed and front page are not there, and one whose host is dead; not one that works."""
    gone = small_site({"/robots.txt": {"body": ""}})
    well = small_site(
        {"/": {"body": "<html><p>News</p></html>"}, "/feed": feed("/1"), "/1": story(1)}
    )
    with socket.create_server(("127.0.0.1", 0)) as server:
        dead = f"http://127.0.0.1:{server.getsockname()[1]}"
    file, archive = tmp_path / "sources.toml", tmp_path / "news"
    bases = {"Gone": gone.base, "Dead": dead, "Well": well.base}
    file.write_text(
        "".join(
            f'[[source]]\nname = "{name}"\nhome = "{base}/"\nfeeds = ["{base}/feed"]\n'
            for name, base in bases.items()
        )
    )
    check = ("status", "--check", "--archive", archive, "--sources", file)
    options = ("--sources", file, "--now", "-s", "RETRY_ENABLED=False")
    crawl(archive, *options)
    first = newscrawl(*check)
    assert (first.code, first.out) == (0, "")
    crawl(archive, *options)
    ran = newscrawl(*check, "--json")
    assert ran.code == 1
    assert {(line["source"], line["what"]) for line in ran.lines} == {
        ("Gone", "never"), ("Dead", "never"),
    }  # fmt: skip
    assert f"{gone.base}/ is gone (http-404) and 1 more; asked 2 times" in newscrawl(*check).out
    where = ("--archive", archive)
    assert newscrawl("sources", "pause", "Gone", *where).code == 0
    assert {line["source"] for line in newscrawl(*check, "--json").lines} == {"Dead"}


def test_status_says_of_how_many_and_when_feeds_are_due(
    tmp_path: Path, small_site: Callable[..., SmallSite]
) -> None:
    site = small_site({"/feed": feed("/1", "/2"), "/1": story(1), "/2": story(2)})
    file, archive = tmp_path / "sources.toml", tmp_path / "news"
    file.write_text(f'[[source]]\nname = "A"\nhome = "{site.base}/feed"\n')
    assert crawl(archive, "--sources", file).code == 0
    status = ("status", "--archive", archive)
    shown = newscrawl(*status, "--feeds").out
    assert "100% of 2" in shown
    assert f"A: {site.base}/feed" in shown
    assert shown.count(f"{site.base}/feed") == 2
    [feeds] = newscrawl(*status, "--json").lines[0]["sources"]["A"]["feeds"]
    assert feeds["due"] > feeds["answered"]
