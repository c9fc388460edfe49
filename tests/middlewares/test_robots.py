"""robots.txt as RFC 9309 has it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from tests.conftest import crawl, feed, newscrawl, story

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from tests.conftest import SmallSite


def text(body: str, status: int = 200, **headers: str) -> dict[str, Any]:
    return {"body": body, "status": status, "headers": {"Content-Type": "text/plain", **headers}}


def causes(archive: Path) -> dict[str, str]:
    lines = newscrawl("export", "misses", "--archive", archive).lines
    return {miss["url"]: miss["cause"] for miss in lines}


def test_sixteen_first_requests_at_once_wait_for_one_answer(
    tmp_path: Path, small_site: Callable[[dict[str, dict[str, Any]]], SmallSite]
) -> None:
    paths = [f"/no/the-harbour-council-decides-{n}" for n in range(16)]
    site = small_site(
        {"/robots.txt": text("User-agent: *\nDisallow: /no/\n"), **{p: story(1) for p in paths}}
    )
    wide = ("-s", "CONCURRENT_REQUESTS_PER_DOMAIN=16")
    ran = crawl(tmp_path / "news", *(site.base + path for path in paths), *wide)
    assert site.asked == ["/robots.txt"]
    assert set(causes(tmp_path / "news").values()) == {"robots"}
    assert ran.code == 1


FORBIDDING = text("User-agent: *\nDisallow: /\n")
#: What a server answers for robots.txt, and whether a page may then be fetched.
ANSWERS = [
    (text("User-agent: *\nAllow: /\n"), True),
    (text("", status=404), True),
    (text("", status=403), True),
    ({**FORBIDDING, "status": 404}, True),
    (text("", status=503), False),
    (text("User-agent: *\nAllow: /\n", status=500), False),
    (text("User-agent: other\nDisallow: /\n"), True),
    (text("User-agent: newscrawl\nDisallow: /\n\nUser-agent: *\nAllow: /\n"), False),
    (text("\ufeffUser-agent: *\nDisallow: /\n"), False),
    (text("", status=301, Location="/other-robots.txt"), False),
    (text("", status=301, Location="/robots.txt"), True),  # in a circle: as if there were none
    (text("#" * 600_000 + "\nUser-agent: *\nDisallow: /\n"), True),
]


def test_what_each_answer_allows(
    tmp_path: Path, small_site: Callable[[dict[str, dict[str, Any]]], SmallSite]
) -> None:
    path = "/the-harbour-council-decides"
    sites = [
        small_site({"/robots.txt": robots, "/other-robots.txt": FORBIDDING, path: story(1)})
        for robots, _ in ANSWERS
    ]
    crawl(tmp_path / "news", *(site.base + path for site in sites), "-s", "RETRY_ENABLED=False")
    fetched = [path in site.asked for site in sites]
    assert fetched == [allowed for _, allowed in ANSWERS]
    # What could not tell will be asked again.
    assert causes(tmp_path / "news") == {
        site.base + path: "http-5xx" if robots["status"] >= 500 else "robots"
        for site, (robots, allowed) in zip(sites, ANSWERS, strict=True)
        if not allowed
    }


def test_robots_is_captured(
    tmp_path: Path, small_site: Callable[[dict[str, dict[str, Any]]], SmallSite]
) -> None:
    site = small_site({"/robots.txt": text("User-agent: *\n"), "/feed.xml": feed()})
    crawl(tmp_path / "news", f"{site.base}/feed.xml")
    assert f"{site.base}/robots.txt" in (tmp_path / "news" / "index.cdxj").read_text()
