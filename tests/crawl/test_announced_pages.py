"""What feeds, news sitemaps and the table of a source say of pages that say little themselves."""

from __future__ import annotations

import shutil
import sqlite3
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from strict_warc import faults, read_warc

from newscrawl.warc.warc_fields import parse_warc_fields
from tests.conftest import SmallSite, crawl, newscrawl, story

if TYPE_CHECKING:
    from collections.abc import Callable

FED, MAPPED, NAIVE, LINKED, MOVED, TRACKED, WALLED = (
    f"/news/the-harbour-council-decides-{n}" for n in range(1, 8)
)
TITLE = "Räte & Räuber\x0b im Hafen"


#: With as much text as an article has.
CONSENT = story(6)["body"].replace("The harbour council decides, part 6", "Before you continue")
CONSENT = CONSENT.replace("</article>", "<form><button>Accept all</button></form></article>")


def rss(*entries: tuple[str, str, str]) -> dict[str, Any]:
    items = "".join(
        f"<item><title>{title}</title><link>{path}</link>{rest}</item>"
        for path, title, rest in entries
    )
    body = f'<rss version="2.0"><channel><language>de-AT</language>{items}</channel></rss>'
    return {"body": body, "headers": {"Content-Type": "application/rss+xml"}}


def news_sitemap() -> dict[str, Any]:
    body = (
        '<urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9"'
        ' xmlns:news="http://www.google.com/schemas/sitemap-news/0.9">'
        f"<url><loc>{MAPPED}</loc><news:news><news:publication><news:name>P</news:name>"
        "<news:language>en</news:language></news:publication>"
        "<news:publication_date>2026-03-05T23:30:00-05:00</news:publication_date>"
        "<news:title>Decided</news:title></news:news></url></urlset>"
    )
    return {"body": body, "headers": {"Content-Type": "application/xml"}}


@dataclass(frozen=True)
class Paper:
    archive: Path
    base: str
    records: dict[str, dict[str, Any]]

    @property
    def warc(self) -> Path:
        (warc,) = (self.archive / "warc").iterdir()
        return warc

    def metadata(self, path: str) -> dict[str, str]:
        """The fields beside the capture of this path."""
        (block,) = (
            r.block
            for r in read_warc(self.warc)
            if r.type == "metadata" and r.url == self.base + path
        )
        return parse_warc_fields(block)


@pytest.fixture(scope="module")
def paper(tmp_path_factory: pytest.TempPathFactory) -> Paper:
    """A paper from a table with a zone, crawled once; its site is gone."""
    root = tmp_path_factory.mktemp("announced")
    said = "<pubDate>Thu, 05 Mar 2026 10:15:00 +0100</pubDate>"
    wall = '<meta property="article:published_time" content="2026-07-05T09:00:00">'
    site = SmallSite(
        tmp_path_factory.mktemp("site"),
        {
            "/": {"body": f'<html><body><a href="{LINKED}">Anchor of it</a></body></html>'},
            "/robots.txt": {"body": "User-agent: *\nDisallow: /private/\n"},
            "/feed": rss(
                (FED, TITLE.replace("&", "&amp;").replace("\x0b", "&#13;&#10;"), said),
                (NAIVE, "N", ""),
                (TRACKED, "T", said),
                (WALLED, "W", said),
            ),
            TRACKED: {"status": 302, "headers": {"Location": MOVED}},
            "/news.xml": news_sitemap(),
            FED: story(1),
            MAPPED: story(2),
            NAIVE: story(3, head=wall),
            LINKED: story(4),
            MOVED: story(5),
            WALLED: {"body": CONSENT},
        },
    )
    file, archive = root / "sources.toml", root / "news"
    file.write_text(
        f'[[source]]\nname = "Harbour: News"\nhome = "{site.base}/"\nfeeds = ["{site.base}/feed"]\n'
        f'sitemaps = ["{site.base}/news.xml"]\nzone = "Europe/Vienna"\nlanguage = "de"\n'
    )
    ran = crawl(archive, "--sources", file, "--json")
    site.close()
    assert ran.code == 0, ran.err
    base = site.base
    return Paper(archive, base, {r["url"].removeprefix(base): r for r in ran.lines})


def test_a_feed_or_sitemap_is_the_witness_where_the_page_is_silent(paper: Paper) -> None:
    fed, mapped = paper.records[FED], paper.records[MAPPED]
    assert fed["published_at"] == "2026-03-05T10:15:00+01:00"
    assert fed["provenance"]["published_at"] == {
        "source": "announcement",
        "raw": "2026-03-05T10:15:00+01:00",
        "note": f"announced by {paper.base}/feed",
    }
    assert mapped["published_at"] == "2026-03-05T23:30:00-05:00"
    assert mapped["provenance"]["published_at"]["note"] == f"announced by {paper.base}/news.xml"
    # Its own headline is better, and a bare link on the front page is no witness.
    assert fed["title"] == "The harbour council decides, part 1"
    assert paper.records[LINKED]["published_at"] is None


def test_what_was_said_of_an_address_holds_where_it_leads(paper: Paper) -> None:
    assert paper.records[MOVED]["published_at"] == "2026-03-05T10:15:00+01:00"
    said = paper.metadata(MOVED)
    assert (said["via"], said["announced-url"]) == (f"{paper.base}/feed", paper.base + TRACKED)
    assert "announced-url" not in paper.metadata(TRACKED)


def test_a_time_that_was_announced_makes_no_article_of_a_wall(paper: Paper) -> None:
    misses = newscrawl("export", "misses", "--archive", paper.archive).lines
    assert paper.base + WALLED in {m["url"] for m in misses if m["cause"] == "consent-wall"}
    assert len(paper.records) == 5


def test_the_zone_of_the_source_is_that_of_its_times(paper: Paper) -> None:
    assert paper.records[NAIVE]["published_at"] == "2026-07-05T09:00:00+02:00"
    note = paper.records[NAIVE]["provenance"]["published_at"]["note"]
    assert note == "zone of the source, Europe/Vienna"


def test_a_language_that_was_announced_is_a_witness_which_the_text_can_contradict(
    paper: Paper,
) -> None:
    # The pages are English and say so.
    assert paper.records[FED]["language"] == "en"
    against = paper.records[FED]["provenance"]["language"]["against"]
    assert {"source": "announcement", "raw": "de-AT"} in against


def test_all_that_is_known_lies_beside_the_capture(paper: Paper) -> None:
    assert faults(paper.warc) == []
    assert paper.metadata(FED) == {
        "via": f"{paper.base}/feed",
        "announced-published": "2026-03-05T10:15:00+01:00",
        "announced-title": "Räte & Räuber im Hafen",
        "announced-language": "de-AT",
        "source": "Harbour: News",
        "source-zone": "Europe/Vienna",
        "source-language": "de",
        "url-kind": "article",
        "url-depth": "1",
        "robots": f"allowed by {paper.base}/robots.txt",
    }
    assert set(paper.metadata(LINKED)) == {
        "via", "source", "source-zone", "source-language", "url-kind", "url-depth", "robots",
    }  # fmt: skip
    assert newscrawl("verify", "--archive", paper.archive, "--records").code == 0


@pytest.mark.parametrize(
    ("setting", "word"),
    [("True", "allowed, {}/robots.txt answered 404"), ("False", "ignored")],
)
def test_how_robots_allowed_it_is_kept(
    tmp_path: Path, small_site: Callable[..., SmallSite], setting: str, word: str
) -> None:
    site = small_site({FED: story(1)})
    crawl(tmp_path / "news", "-s", f"NEWSCRAWL_ROBOTS={setting}", site.base + FED)
    said = Paper(tmp_path / "news", site.base, {}).metadata(FED)
    assert said == {
        "source": site.base.removeprefix("http://"),
        "url-kind": "seed",
        "url-depth": "0",
        "robots": word.format(site.base),
    }


def test_a_replay_knows_it_from_the_bare_warc(paper: Paper, tmp_path: Path) -> None:
    assert newscrawl("replay", paper.archive, "--check").code == 0
    bare = shutil.copy(paper.warc, tmp_path)
    again = {r["url"]: r for r in newscrawl("replay", bare).lines}
    assert again == {r["url"]: r for r in paper.records.values()}


def test_what_a_dead_crawl_captured_is_read_with_its_witnesses(
    paper: Paper, tmp_path: Path
) -> None:
    """As if killed between captures and records. The site is gone, the tables know nothing: the WARC does."""
    archive = Path(shutil.copytree(paper.archive, tmp_path / "news"))
    shutil.rmtree(archive / "records")
    (archive / "index.cdxj").unlink()
    (archive / "warc" / paper.warc.name).rename(archive / "warc" / f"{paper.warc.name}.open")
    with closing(sqlite3.connect(archive / "news.db")) as tables, tables:
        for table in ("warcs", "captures", "articles"):
            tables.execute(f"DELETE FROM {table}")
        tables.execute("INSERT INTO articles_text (articles_text) VALUES ('delete-all')")
        # One that moved ended with that.
        pages = "WHERE kind IN ('article', 'page') AND cause IS NULL"
        tables.execute(
            f"UPDATE urls SET state = 'due', due_at = 0, announcement = NULL, source = 'x' {pages}"
        )
    ran = crawl(archive, "--json", "-s", "RETRY_TIMES=0")
    assert {r["url"].removeprefix(paper.base): r for r in ran.lines} == paper.records
