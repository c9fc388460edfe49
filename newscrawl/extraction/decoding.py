"""Which characters a page's bytes stand for.

Order: byte order mark; UTF-8 where the bytes are valid UTF-8 that says more than ASCII, for no other
text is that by accident; the header's charset; the page's own declaration; detection by
charset-normalizer. A declaration that the bytes contradict is passed over.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from w3lib.encoding import (
    html_body_declared_encoding,
    http_content_type_encoding,
    read_bom,
)

#: Bytes shown to the detector; more makes it slower and not surer.
_SAMPLE = 32_768
#: In a page that is UTF-8 but for a few bytes, one fault a so many bytes is foreign text put in.
_FAULT_RATE = 1 / 500


@dataclass(frozen=True, slots=True)
class Decoded:
    """The page's text, and how it was read: `bom`, `utf-8`, `header`, `meta`, `detected` or `text`."""

    text: str
    encoding: str
    evidence: str


def decode(html: bytes | str, *, content_type: str | None = None) -> Decoded:
    """The text of `html`; what cannot be decoded becomes U+FFFD, nothing raises."""
    if isinstance(html, str):
        return Decoded(html, "utf-8", "text")
    encoding, evidence = _encoding(html, content_type)
    if evidence == "bom":
        html = html[len(read_bom(html)[1] or b"") :]
    if encoding == "utf-8":
        return Decoded(_utf8(html), encoding, evidence)
    return Decoded(html.decode(encoding, "replace"), encoding, evidence)


def _encoding(html: bytes, content_type: str | None) -> tuple[str, str]:
    bom, _mark = read_bom(html)
    if bom:
        return bom, "bom"
    if (wide := _wide(html)) is not None:
        return wide, "detected"
    if not html.isascii() and _faults(html) == 0:
        return "utf-8", "utf-8"
    declared = [
        (http_content_type_encoding(content_type), "header"),
        (html_body_declared_encoding(html[:8192]), "meta"),
    ]
    for encoding, evidence in declared:
        if encoding and _fits(html, encoding):
            return encoding, evidence
    if html.isascii() or _faults(html) <= len(html) * _FAULT_RATE:
        return "utf-8", "utf-8"
    return _detected(html), "detected"


def _fits(html: bytes, encoding: str) -> bool:
    """Whether the bytes can be what was declared; a few faults are the publisher's."""
    if encoding == "utf-8":
        return _faults(html) <= len(html) * _FAULT_RATE
    if encoding.startswith(("utf-16", "utf-32")):
        return False  # there would be NUL bytes, and `_wide` would have seen them
    try:
        text = html.decode(encoding, "replace")
    except LookupError:
        return False
    return text.count("\ufffd") <= len(html) * _FAULT_RATE


def _wide(html: bytes) -> str | None:
    """UTF-16 without a mark: markup is ASCII, so that every other byte is NUL."""
    head = html[:200]
    if len(head) < 4 or head.count(0) < len(head) // 3:
        return None
    return "utf-16-le" if head[1::2].count(0) > head[::2].count(0) else "utf-16-be"


def _faults(html: bytes) -> int:
    try:
        html.decode("utf-8")
    except UnicodeDecodeError:
        return html.decode("utf-8", "replace").count("\ufffd") - html.count(b"\xef\xbf\xbd")
    return 0


def _utf8(html: bytes) -> str:
    """UTF-8 in which single foreign bytes are read as Windows-1252, as they mostly are."""
    try:
        return html.decode("utf-8")
    except UnicodeDecodeError:
        text = html.decode("utf-8", "surrogateescape")
    return re.sub(
        "[\udc80-\udcff]+",
        lambda m: m[0].encode("utf-8", "surrogateescape").decode("cp1252", "replace"),
        text,
    )


def _detected(html: bytes) -> str:
    from charset_normalizer import from_bytes  # only few pages need it

    visible = re.sub(rb"<[^<>]*>|[\x00-\x09\x0b-\x1f]+", b" ", html)
    visible = b" ".join(w for w in visible.split() if not w.isascii()) or visible
    best = from_bytes(visible[:_SAMPLE]).best()
    return best.encoding if best is not None else "cp1252"
