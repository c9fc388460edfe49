"""A captured page as it is shown without scripts: its addresses lead into the archive, or nowhere.

That nothing is fetched from elsewhere, and that no script runs, is the Content-Security-Policy's work. What
is rewritten here is what should still be seen and followed.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any
from urllib.parse import urljoin

import lxml.html
from lxml import etree

from newscrawl.urls import fetchable

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    #: Gives the address of a capture of a URL; None where there is none.
    Archived = Callable[[str], str | None]

#: Elements that could do no more than fail here.
_REMOVED = (
    "script", "iframe", "frame", "frameset", "object", "embed", "applet", "base", "portal",
)  # fmt: skip
#: Attributes that hold one address, or a list of candidates.
_ADDRESSES = ("href", "src", "poster", "background", "data-src", "xlink:href")
_LISTS = ("srcset", "imagesrcset")
_OTHERS = (
    "action", "formaction", "ping", "manifest", "integrity", "nonce", "crossorigin", "cite", "longdesc",
)  # fmt: skip
_CSS_ADDRESS = re.compile(
    r"""(?:(@import)\s+(?:"([^"]*)"|'([^']*)')|url\(\s*(?:"([^"]*)"|'([^']*)'|([^)"'\s]*))\s*\))""",
    re.IGNORECASE,
)
_BANNER_STYLE = (
    "all:initial;display:block;box-sizing:border-box;width:100%;padding:8px 14px;background:#1d1b18;"
    "color:#fcfbf8;font:14px/1.5 system-ui,sans-serif"
)


class CapturedPage:
    """The page `text`, captured at `url`, read as browsers read it."""

    def __init__(self, text: str, url: str) -> None:
        parser = lxml.html.HTMLParser(encoding="utf-8", huge_tree=True, remove_comments=True)
        data = text.encode("utf-8", "replace").strip()
        try:
            self._root = lxml.html.document_fromstring(data or b"<p></p>", parser=parser)
        except etree.ParserError:
            self._root = lxml.html.document_fromstring(b"<p></p>")
        stated = next((b.get("href") for b in self._root.iter("base") if b.get("href")), None)
        self._base = _joined(url, stated) if stated else url

    def addresses(self) -> set[str]:
        """All addresses that the page names, as they would be requested."""
        found: set[str] = set()

        def note(url: str) -> None:
            found.add(url)

        for _, name, value in self._attributes():
            self._rewritten(name, value, note)
        for style in self._root.iter("style"):
            css(style.text or "", self._base, note)
        return found

    def shown(self, archived: Archived, banner: str) -> bytes:
        """The page in UTF-8 with its addresses rewritten, below a line of text."""
        self._remove_what_acts()
        for element, name, value in list(self._attributes()):
            new = self._rewritten(name, value, archived)
            if new is not None:
                element.set(name, new)
                continue
            del element.attrib[name]
            if element.tag == "a" and (wanted := fetchable(_joined(self._base, value.strip()))):
                element.set("title", f"not in the archive: {wanted}")
        for style in self._root.iter("style"):
            style.text = css(style.text or "", self._base, archived)
        body = self._root.find("body")
        line = lxml.html.Element("div", style=_BANNER_STYLE, dir="auto")
        line.text = banner
        (self._root if body is None else body).insert(0, line)
        shown: bytes = lxml.html.tostring(self._root, encoding="utf-8", doctype="<!DOCTYPE html>")
        return shown

    def _remove_what_acts(self) -> None:
        for element in list(self._root.iter(*_REMOVED)):
            element.drop_tree()
        for meta in list(self._root.iter("meta")):
            if meta.get("http-equiv") is not None or meta.get("charset") is not None:
                meta.drop_tree()
        for element in self._root.iter(etree.Element):
            for name in list(element.attrib):
                if str(name).lower().startswith("on") or name in _OTHERS:
                    del element.attrib[name]

    def _rewritten(self, name: str, value: str, archived: Archived) -> str | None:
        if name in _LISTS:
            return _candidates(value, self._base, archived)
        if name == "style":
            return css(value, self._base, archived)
        return _led(value, self._base, archived)

    def _attributes(self) -> Iterator[tuple[Any, str, str]]:
        for element in self._root.iter(etree.Element):
            for name, value in element.attrib.items():
                if element.tag != "base" and name in (*_ADDRESSES, *_LISTS, "style"):
                    yield element, str(name), str(value)


def css(text: str, base: str, archived: Archived) -> str:
    """A style sheet with its addresses rewritten; those that lead nowhere become empty."""

    def address(found: re.Match[str]) -> str:
        stated = next((each for each in found.groups()[1:] if each), "")
        led = f'url("{_led(stated, base, archived) or ""}")'
        return f"@import {led}" if found[1] else led

    return _CSS_ADDRESS.sub(address, text)


def _led(value: str, base: str, archived: Archived) -> str | None:
    stated = value.strip()
    if stated.startswith("#"):
        return stated
    if stated.lower().startswith("data:image/"):
        return stated
    url = _joined(base, stated)
    wanted = fetchable(url)
    return archived(wanted) if wanted else None


def _candidates(value: str, base: str, archived: Archived) -> str | None:
    kept = []
    for each in value.split(","):
        parts = each.split()
        if parts and (led := _led(parts[0], base, archived)):
            kept.append(" ".join([led, *parts[1:]]))
    return ", ".join(kept) or None


def _joined(base: str, stated: str) -> str:
    try:
        return urljoin(base, stated)
    except ValueError:
        return ""
