"""Which articles a JSON Feed announces (https://www.jsonfeed.org/version/1.1/)."""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING, Any

from newscrawl.discovery.links import Discovery, Link, leave_out, note, note_address
from newscrawl.discovery.newest import newest
from newscrawl.discovery.stated import origin, read
from newscrawl.discovery.titles import plain
from newscrawl.urls import fetchable, key

if TYPE_CHECKING:
    from collections.abc import Iterator

#: Broken items after which a damaged feed is given up; each costs a pass over what is before it.
BROKEN_MAX = 50

_NEXT = re.compile(r"\}\s*,\s*\{")
_ITEMS = re.compile(r'"items"\s*:\s*\[')


def is_json_feed(text: str) -> bool:
    """Whether the text begins like a JSON Feed; it need not end like one."""
    start = text[:4096].lstrip("\ufeff \t\r\n")
    return start.startswith("{") and ("jsonfeed.org" in start or _ITEMS.search(start) is not None)


def read_json_feed(text: str, *, url: str, faults: list[str], most: int) -> Discovery:
    """The feed's newest items, up to `most`, in its order, each address once."""
    feed = _load(text.lstrip("\ufeff \t\r\n"), faults)
    said = feed.get("items")
    items = said if isinstance(said, list) else []
    if len(items) > most:
        note(faults, f"more than {most} entries")
        leave_out(faults, len(items) - most)
        dates = [_stated_date(item) if isinstance(item, dict) else "" for item in items]
        items = [items[at] for at in newest(dates, most)]
    links: dict[str, Link] = {}
    for number, item in enumerate(items, start=1):
        link = _link(item, feed, url, faults) if isinstance(item, dict) else None
        if link is None:
            note(faults, f"entry {number} has no link")
        else:
            links.setdefault(key(link.url), link)
    if not links:
        note(faults, "no entries")
    return Discovery("feed", tuple(links.values()), tuple(faults), plain(_text(feed, "title")))


def _link(item: dict[str, Any], feed: dict[str, Any], base: str, faults: list[str]) -> Link | None:
    addresses = [_text(item, "url"), _text(item, "external_url")]
    if (name := _text(item, "id")).startswith(("http:", "https:")):
        addresses.append(name)
    url = next((u for said in addresses if said and (u := fetchable(said, base))), None)
    if url is None:
        note_address(faults, next(filter(None, addresses), ""), base)
        return None
    for said in addresses:
        if "\\" in said and fetchable(said, base) == url:
            note_address(faults, said, base, target=url)
    language = _text(item, "language") or _text(feed, "language")
    context = origin(base, language)
    return Link(
        url,
        "article",
        title=plain(_text(item, "title")),
        published_at=read(_date(item, "date_published"), faults, context),
        modified_at=read(_date(item, "date_modified"), faults, context),
        language=language or None,
    )


def _stated_date(item: dict[str, Any]) -> str:
    return _text(item, "date_published") or _text(item, "date_modified")


def _load(text: str, faults: list[str]) -> dict[str, Any]:
    try:
        feed = json.loads(text, strict=False)
    except (ValueError, RecursionError) as error:
        note(faults, f"not JSON: {error}")
        return {**_members(text), "items": list(_whole_items(text))}
    return feed if isinstance(feed, dict) else {}


def _whole_items(text: str) -> Iterator[Any]:
    """The items of a feed that is damaged somewhere, each that can be read on its own."""
    found = _ITEMS.search(text)
    decoder = json.JSONDecoder(strict=False)
    at, broken = found.end() if found else len(text), 0
    while broken < BROKEN_MAX and (at := text.find("{", at)) >= 0:
        try:
            item, at = decoder.raw_decode(text, at)
        except (ValueError, RecursionError):
            broken += 1
            following = _NEXT.search(text, at)
            at = following.end() - 1 if following else len(text)
        else:
            yield item


def _members(text: str) -> dict[str, str]:
    """The plain members before the items."""
    head = text[: m.start()] if (m := _ITEMS.search(text)) else text[:4096]
    return dict(re.findall(r'"(title|language)"\s*:\s*"([^"\\]*)"', head))


def _text(values: dict[str, Any], name: str) -> str:
    value = values.get(name)
    return value.strip() if isinstance(value, str) else ""


def _date(values: dict[str, Any], name: str) -> str:
    """A date as it is stated; some write a number, which is seconds or milliseconds since 1970."""
    value = values.get(name)
    is_number = isinstance(value, int | float) and not isinstance(value, bool)
    return str(value) if is_number else _text(values, name)
