"""What a user leaves out by dates, patterns and sections, and that a later crawl takes it after all."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from tests.conftest import crawl, feed, newscrawl, story

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from newscrawl.newspaper import Newspaper
    from tests.conftest import SmallSite

    Start = Callable[..., SmallSite]

IN, OUT, UNDATED, DAY = (f"/news/the-harbour-council-decides-part-{n}" for n in range(4))


def dated(number: int, at: str) -> dict[str, Any]:
    return story(number, head=f'<meta property="article:published_time" content="{at}">')


def of_section(number: int, name: str) -> dict[str, Any]:
    return story(number, head=f'<meta property="article:section" content="{name}">')


def misses(archive: Path, base: str) -> dict[str, tuple[str, str]]:
    found = newscrawl("export", "misses", "--archive", archive).lines
    return {m["url"].removeprefix(base): (m["cause"], m["detail"]) for m in found}


def paths(ran: Any, base: str) -> list[str]:
    assert ran.code == 0, ran.err
    return sorted(record["url"].removeprefix(base) for record in ran.lines)


DATED = {
    "/feed.xml": feed(IN, OUT, UNDATED, DAY),
    IN: dated(0, "2026-05-19T10:00:00+01:00"),
    OUT: dated(1, "2026-05-20T10:00:00+01:00"),
    UNDATED: story(2),
    DAY: dated(3, "2026-05-19"),
}


def test_the_date_that_an_article_states_decides(tmp_path: Path, small_site: Start) -> None:
    site, archive = small_site(DATED), tmp_path / "news"
    day = ("--since", "2026-05-19", "--until", "2026-05-19")
    ran = crawl(archive, site.base + "/feed.xml", *day, "--json")
    assert paths(ran, site.base) == [IN, UNDATED, DAY]
    assert "1 article without a date was taken" in ran.err
    assert "ended otherwise: 1 out-of-range" in ran.err
    said = ("out-of-range", "published 2026-05-20T10:00:00+01:00")
    assert misses(archive, site.base) == {OUT: said}
    [miss] = newscrawl("export", "misses", "--archive", archive).lines
    assert miss["capture"]["status"] == 200
    assert newscrawl("verify", "--archive", archive).code == 0
    checked = newscrawl("replay", archive, "--check")
    assert checked.code == 0
    assert checked.out.splitlines() == [
        "1 page left out by the dates or sections of the crawl", "3 records, 3 identical"
    ]  # fmt: skip
    # The same range again reads nothing anew; another one, and none, read what was captured.
    assert paths(crawl(archive, site.base + "/feed.xml", *day, "--json"), site.base) == []
    later = crawl(archive, site.base + "/feed.xml", "--since", "2026-05-20", "--json")
    assert paths(later, site.base) == [OUT]
    assert site.asked.count(OUT) == 1
    assert misses(archive, site.base) == {}
    assert newscrawl("replay", archive, "--check").code == 0


def test_an_article_out_of_range_is_taken_by_a_crawl_without_dates(
    tmp_path: Path, small_site: Start
) -> None:
    site, archive = small_site(DATED), tmp_path / "news"
    first = crawl(archive, site.base + OUT, "--until", "2026-05-19", "--json")
    assert (first.code, first.lines) == (1, [])
    assert f"{site.base}{OUT}: out-of-range (published 2026-05-20" in first.err
    assert paths(crawl(archive, "--json"), site.base) == [OUT]


def test_patterns_leave_out_what_is_announced(tmp_path: Path, small_site: Start) -> None:
    site, archive = small_site(DATED), tmp_path / "news"
    start = site.base + "/feed.xml"
    ran = crawl(archive, start, "--include", "part-[012]", "--exclude", "part-2$", "--json")
    assert paths(ran, site.base) == [IN, OUT]
    assert misses(archive, site.base) == {
        UNDATED: ("not-selected", "matches --exclude 'part-2$'"),
        DAY: ("not-selected", "matches no --include"),
    }
    assert not {UNDATED, DAY} & set(site.asked)
    again = crawl(archive, start, "--exclude", "part-2$", "--json")
    assert paths(again, site.base) == [DAY]
    assert paths(crawl(archive, start, "--json"), site.base) == [UNDATED]
    wrong = crawl(archive, start, "--include", "(")
    assert (wrong.code, "--include '(': not a regular expression" in wrong.err) == (2, True)


TRANSPORT, NEWS, OTHER, SILENT = "/transport/ferry-1", "/news/storm-2", "/a/rail-3", "/a/bus-4"


def front(*paths: str, nav: tuple[str, ...] = ()) -> dict[str, Any]:
    links = "".join(f'<h2><a href="{p}">The harbour council decides</a></h2>' for p in paths)
    menu = "".join(f'<li><a href="{p}">{p.strip("/")}</a></li>' for p in nav)
    body = f"<title>Paper</title><body><nav><ul>{menu}</ul></nav>{links}</body>"
    return {"body": f"<!doctype html><html lang=en>{body}</html>"}


@pytest.mark.parametrize(
    ("start", "section"),
    [("/transport/", "/transport/"), ("/", "Transport"), ("/transport/", "URL")],
)
def test_a_section_is_its_path_and_what_its_page_announces_as_its_own(
    tmp_path: Path, small_site: Start, start: str, section: str
) -> None:
    site = small_site(
        {
            "/": front("/news/first-0", NEWS, nav=("/transport/", "/news/")),
            # "Most read" of all sections stands on the page of each.
            "/transport/": front(TRANSPORT, NEWS, OTHER, SILENT),
            "/news/first-0": of_section(0, "News"),
            TRANSPORT: of_section(1, "Sailing"),
            NEWS: of_section(2, "News"),
            OTHER: of_section(3, "Transport"),
            SILENT: story(4),
        }
    )
    archive = tmp_path / "news"
    named = site.base + start if section == "URL" else section
    ran = crawl(archive, site.base + start, "--section", named, "--json")
    assert paths(ran, site.base) == sorted([TRANSPORT, OTHER, SILENT])
    assert "/news/" not in site.asked
    assert misses(archive, site.base)[NEWS][0] == "not-selected"
    rest = crawl(archive, site.base + start, "--json")
    assert set(paths(rest, site.base)) == {NEWS} | ({"/news/first-0"} if start == "/" else set())


def test_one_source_of_a_file(tmp_path: Path, small_site: Start) -> None:
    one, two = (small_site({"/": front(f"/news/story-of-the-harbour-{n}"),
                            f"/news/story-of-the-harbour-{n}": story(n)}) for n in (1, 2))  # fmt: skip
    file, archive = tmp_path / "sources.toml", tmp_path / "news"
    # Both have one address, and so one site: their names tell them apart.
    file.write_text(
        f'[[source]]\nname = "One"\nhome = "{one.base}/"\n'
        f'[[source]]\nname = "Two"\nhome = "{two.base}/"\n'
    )
    ran = crawl(archive, "--sources", file, "--source", "Two", "--json")
    assert paths(ran, two.base) == ["/news/story-of-the-harbour-2"]
    assert one.asked == []
    wrong = crawl(archive, "--sources", file, "--source", "Tow")
    assert wrong.code == 2
    assert f"--source 'Tow': {file} has no such source; did you mean 'Two'?" in wrong.err
    watched = newscrawl("watch", "--sources", file, "--source", "Tow", "--archive", archive)
    assert (watched.code, "has no such source" in watched.err) == (2, True)
    assert "NEWSCRAWL_SOURCES" in crawl(archive, "--source", "Two").err
    # From the environment, which a URL overrules.
    env = {"NEWSCRAWL_SOURCES": str(file), "NEWSCRAWL_ARCHIVE": str(tmp_path / "other")}
    named = newscrawl("crawl", "--source", "One", "--json", env=env)
    assert paths(named, one.base) == ["/news/story-of-the-harbour-1"]
    asked = len(two.asked)
    assert newscrawl("crawl", one.base + "/", "--now", env=env).code == 0
    assert len(two.asked) == asked
    assert newscrawl("status", "--json", env=env).lines[0]["articles"] == 1
    assert "One" in newscrawl("sources", "list", env=env).out


def test_what_is_said_after_a_pass_is_of_this_pass(tmp_path: Path, small_site: Start) -> None:
    site = small_site({"/feed.xml": feed(IN), IN: story(1), "/gone": {"status": 404}})
    archive = tmp_path / "news"
    first = crawl(archive, site.base + "/gone", site.base + "/feed.xml")
    assert (first.code, f"{site.base}/gone: http-404" in first.err) == (0, True)
    assert "1 new article; ended otherwise: 1 http-404" in first.err
    second = crawl(archive, site.base + "/feed.xml")
    assert (second.code, "http-404" in second.err) == (0, False)


def test_most_read_articles_of_other_sections_do_not_leak(tmp_path: Path, paper: Newspaper) -> None:
    start = paper.seeds[0] + "transport/"
    ran = crawl(tmp_path / "news", start, "--section", "/transport/", "--limit", 3, "--json")
    assert ran.code == 0
    assert {record["section"] for record in ran.lines} == {"Transport"}
    assert len(ran.lines) == 3
