"""What is this body by its bytes, whatever it was declared as? https://mimesniff.spec.whatwg.org/."""

from __future__ import annotations

import re

#: Bytes that are looked at (WHATWG, 5: reading the resource header).
HEADER_BYTES = 1445

# Sections 6.1 to 6.4 and 7.1 of the standard: what a body of this type begins with.
_MAGIC = [
    (rb"%PDF-", "application/pdf"),
    (rb"%!PS-Adobe-", "application/postscript"),
    (rb"\x89PNG\r\n\x1a\n", "image/png"),
    (rb"\xff\xd8\xff", "image/jpeg"),
    (rb"GIF8[79]a", "image/gif"),
    (rb"RIFF....WEBPVP", "image/webp"),
    (rb"\x00\x00[\x01\x02]\x00", "image/x-icon"),
    (rb"BM....\x00\x00\x00\x00", "image/bmp"),
    (rb"FORM....AIFF", "audio/aiff"),
    (rb"RIFF....WAVE", "audio/wave"),
    (rb"RIFF....AVI ", "video/avi"),
    (rb"ID3", "audio/mpeg"),
    (rb"OggS\x00", "application/ogg"),
    (rb"MThd\x00\x00\x00\x06", "audio/midi"),
    (rb"\x1a\x45\xdf\xa3", "video/webm"),
    (rb"\x00...ftyp", "video/mp4"),
    (rb"PK\x03\x04", "application/zip"),
    (rb"Rar!\x1a\x07", "application/x-rar-compressed"),
    (rb"\x1f\x8b\x08", "application/gzip"),
    (rb"wOF[F2]", "font/woff"),
]
_TYPES = [(re.compile(begin, re.DOTALL), name) for begin, name in _MAGIC]
_BOMS = (b"\xfe\xff", b"\xff\xfe", b"\xef\xbb\xbf")
#: Section 3: binary data bytes, but for NUL, which UTF-16 without a mark is full of.
_BINARY = re.compile(rb"[\x01-\x08\x0b\x0e-\x1a\x1c-\x1f]")
_MARKUP = re.compile(rb"<\x00?[a-z!/?]", re.IGNORECASE)
#: So many tags are in any few bytes.
_BY_CHANCE = 3
#: Bytes in which a text has some markup, if it is HTML.
_FIRST = 65_536


def binary_type(body: bytes) -> str | None:
    """The media type of a body that is no text by its first bytes; None for what may be a page."""
    start = body[:HEADER_BYTES]
    if start.startswith(_BOMS):
        return None
    found = next((name for begin, name in _TYPES if begin.match(start)), None)
    if found is not None:
        return found
    is_binary = len(_BINARY.findall(start)) > len(start) / 50
    return "application/octet-stream" if is_binary and not _has_markup(body) else None


def _has_markup(body: bytes) -> bool:
    return len(_MARKUP.findall(body[:_FIRST])) > _BY_CHANCE + len(body[:_FIRST]) / 1000
