"""Which requests of a browser does the finder of requisites know? Run by `benchmarks/browser.py finder`."""

from __future__ import annotations

import asyncio
from collections import Counter
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from newscrawl.browser.authority import Authority
from newscrawl.browser.proxy import ProxiedRequest, SentAnswer
from newscrawl.browser.renderer import RenderBounds, Renderer
from newscrawl.discovery.requisites import requisites_of_page
from newscrawl.text.charset import decode
from newscrawl.urls import fetchable, key

if TYPE_CHECKING:
    from newscrawl.browser.proxy import Asked

#: What Sec-Fetch-Dest calls what `look` fetches.
LOOKS = ("image", "style", "font")
_PIXEL = (
    b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR\0\0\0\x01\0\0\0\x01\x08\6\0\0\0\x1f\x15\xc4\x89\0\0\0\rIDATx\x9cc\xf8"
    b"\xcf\xc0\0\0\x03\x01\x01\0\xc9\xfe\x92\xef\0\0\0\0IEND\xaeB`\x82"
)


def answer(body: bytes, media_type: str, *more: str) -> bytes:
    """A response with this body."""
    head = [f"Content-Type: {media_type}", f"Content-Length: {len(body)}", *more]
    return "\r\n".join(["HTTP/1.1 200 OK", *head, "", ""]).encode() + body


class Stubs:
    """Answers for every host: a pixel for a picture, nothing for style sheets and scripts."""

    async def send(self, request: ProxiedRequest) -> SentAnswer:
        asked = dict(request.headers).get("Sec-Fetch-Dest", "")
        body, media_type = {
            "image": (_PIXEL, "image/png"), "style": (b"", "text/css"),
            "script": (b"", "text/javascript"), "font": (b"", "font/woff2"),
        }.get(asked, (b"{}", "application/json"))  # fmt: skip
        return SentAnswer(answer(body, media_type, "Access-Control-Allow-Origin: *"))


async def compare(pages: list[tuple[str, bytes]], program: str) -> None:
    """Print what is asked for, page by page, and how much of it was found in the markup.

    Scripts of others are stubs: what they would ask for is not counted.
    """
    renderer = Renderer(
        program,
        Authority.new(now=datetime.now(UTC)),
        RenderBounds(tabs=1, seconds=120),
        user_agent="benchmark",
        screenshot="no",
    )
    asked, found = Counter[str](), Counter[str]()
    try:
        for url, body in pages:
            text = decode(body).text
            page = answer(text.encode("utf-8", "replace"), "text/html; charset=utf-8")
            drawn = await renderer.render(url, page, Stubs())
            known = {key(each.url) for each in requisites_of_page(text, url=url, level="look")}
            missed = _missed(drawn.asked, known, asked, found)
            said = f"{len(drawn.asked):4} requests, {len(known):4} found  {url[:60]}"
            print(said, *missed, sep="\n  missed ")
    finally:
        await renderer.close()
    for kind in LOOKS:
        print(f"{kind:6} {found[kind]} of {asked[kind]}")
    number = sum(asked.values())
    share = sum(found.values()) / max(number, 1)
    print(f"found  {share:.2%} of {number} pictures, style sheets and fonts of {len(pages)} pages")


def _missed(
    requests: tuple[Asked, ...], known: set[str], asked: Counter[str], found: Counter[str]
) -> list[str]:
    """Count what was asked for and found; return the other addresses."""
    missed = []
    for each in {each.url: each for each in requests if each.kind in LOOKS}.values():
        is_found = key(fetchable(each.url) or each.url) in known
        # Every site is asked for its icon.
        if each.url.endswith("/favicon.ico") and not is_found:
            continue
        asked[each.kind] += 1
        found[each.kind] += is_found
        if not is_found:
            missed.append(f"{each.kind} {each.url[:150]}")
    return missed


def run(pages: list[tuple[str, bytes]], program: str) -> None:
    asyncio.run(compare(pages, program))
