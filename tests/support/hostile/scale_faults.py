"""Faults of number and length: lists without end, feeds of very many entries, a robots.txt of a gigabyte.

Behind each of them are pages that are sound, and must come out. `Size` says how large they are.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import chain, repeat
from typing import TYPE_CHECKING

from answers import HEAD, XML, Fault, answer, feed, sitemap, story

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    Faults = dict[str, Fault]

TEXT = b"Content-Type: text/plain"
INDEX = {"root": "sitemapindex", "entry": "sitemap"}
#: Sound pages behind each fault.
SOUND = 5


@dataclass(frozen=True)
class Size:
    """`entries` of a feed and a sitemap, `fan` of each index, `lines` of a robots.txt that name sitemaps.

    The length of pages with much markup is divided by `parts`.
    """

    entries: int = 2_000
    fan: int = 12
    lines: int = 60
    robots: int = 1 << 20
    parts: int = 4


#: By the words of the server's command.
SIZES = {
    "": Size(),
    "long": Size(parts=1),
    "full": Size(entries=200_000, fan=200, lines=900, robots=1 << 30, parts=1),
}


@dataclass(frozen=True)
class Scene:
    """One host: what it answers by path and by the beginning of a path; what is named, and is sound."""

    faults: Faults
    named: list[str]
    sound: list[str]
    begins: dict[str, Callable[[str], Fault]]


def pages(name: str) -> tuple[list[str], Faults]:
    paths = [f"{name}-of-the-harbour-council-{n}" for n in range(SOUND)]
    titles = {path: f"{path.replace('-', ' ')}" for path in paths}
    return paths, {path: Fault(answer(story(titles[path])), "article") for path in paths}


def entry(path: str, day: int) -> str:
    return f"<item><title>A story</title><link>/{path}</link><pubDate>2026-03-{day:02}</pubDate></item>"


def long_feed(size: Size) -> Scene:
    """The newest entries are sound; all others are gone, and stand before them."""
    paths, faults = pages("feed")
    items = "".join(entry(f"gone-{n}", 1 + n % 27) for n in range(size.entries))
    items += "".join(entry(path, 28) for path in paths)
    body = f'<rss version="2.0"><channel><title>Feed</title>{items}</channel></rss>'
    faults["feed.xml"] = Fault(answer(body, kind=XML), "links")
    return Scene(faults, ["feed.xml"], paths, {})


def long_sitemap(size: Size) -> Scene:
    """The first entries are sound, and no entry says when it was modified."""
    paths, faults = pages("sitemap")
    number = min(size.entries, 50_000 - SOUND)  # the protocol's limit
    body = sitemap(*(f"/{path}" for path in paths), *(f"/gone-{n}" for n in range(number)))
    faults["map.xml"] = Fault(answer(body, kind=XML), "links")
    return Scene(faults, ["map.xml"], paths, {})


def fan_out(size: Size) -> Scene:
    """An index of indexes, each of which names as many more; the newest is sound."""

    def index(path: str) -> Fault:
        names = (f"/{path}{n}/" for n in range(size.fan))
        return Fault(answer(sitemap(*names, **INDEX), kind=XML), "links")

    paths, faults = pages("fan")
    first = "".join(
        f"<sitemap><loc>/{path}</loc><lastmod>{day}</lastmod></sitemap>"
        for path, day in [(f"fan/{n}/", "2020-01-01") for n in range(size.fan)]
        + [("newest.xml", "2026-03-05")]
    )
    faults["index.xml"] = Fault(answer(f"<sitemapindex>{first}</sitemapindex>", kind=XML), "links")
    faults["newest.xml"] = Fault(answer(sitemap(*(f"/{p}" for p in paths)), kind=XML), "links")
    return Scene(faults, ["index.xml"], paths, {"fan/": index})


def many_sitemaps(size: Size) -> Scene:
    """A robots.txt of nothing but sitemaps, each of which names two more; the first is sound."""
    paths, faults = pages("robots")
    lines = "".join(f"Sitemap: /deep/{n}/\n" for n in range(size.lines))
    faults["robots.txt"] = Fault(
        answer(f"User-agent: *\nSitemap: /first.xml\n{lines}", kind=TEXT), ""
    )
    faults["first.xml"] = Fault(answer(sitemap(*(f"/{p}" for p in paths)), kind=XML), "links")
    faults[""] = Fault(answer("<html><body><p>A front page</p></body></html>"), "no-links")

    def two(path: str) -> Fault:
        return Fault(answer(sitemap(f"/{path}a/", f"/{path}b/", **INDEX), kind=XML), "links")

    return Scene(faults, [""], paths, {"deep/": two})


def long_robots(size: Size) -> Scene:
    paths, faults = pages("gigabyte")
    begin = b"User-agent: *\nDisallow: /forbidden\nSitemap: /map.xml\n"
    head = HEAD + TEXT + b"\r\nContent-Length: %d\r\n\r\n" % size.robots
    line = b"# more of it\n" * 5000

    def sent() -> Iterator[bytes]:
        return chain([head + begin], repeat(line, size.robots // len(line)))

    faults["robots.txt"] = Fault(sent, "", "close")
    faults["map.xml"] = Fault(answer(sitemap(*(f"/{p}" for p in paths)), kind=XML), "links")
    faults[""] = Fault(answer("<html><body><p>A front page</p></body></html>"), "no-links")
    return Scene(faults, [""], paths, {})


def by_query(_: Size) -> Scene:
    """Pages that are told apart by their query alone; some call the page without one canonical."""
    canonical = '<link rel=canonical href="/read">'
    queries = [
        "n=1",
        "n=2",
        "n=3;x=1",
        "n=4;x=1",
        "a=1&amp;n=5",
        "a=1&amp;n=6",
        "7",
        "8",
        "id=9",
        "id=10",
        "view=11",
        "view=12",
    ]
    faults = {
        f"read?{query}": Fault(answer(story(f"The harbour council {number}", canonical)), "article")
        for number, query in enumerate(queries)
    }
    body = feed(*(f"/read?{query}" for query in queries))
    faults["feed.xml"] = Fault(answer(body, kind=XML), "links")
    faults["read"] = Fault(answer(story("The latest of the harbour council")), "article")
    return Scene(faults, ["feed.xml"], [f"read?{query}" for query in queries], {})


SCENES = [long_feed, long_sitemap, fan_out, many_sitemaps, long_robots, by_query]
