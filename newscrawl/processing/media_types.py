"""What is this body by its bytes, whatever it was declared as? https://mimesniff.spec.whatwg.org/."""

from __future__ import annotations

import re
from itertools import islice

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
    # Formats of which the standard does not speak.
    (rb"PK\x05\x06", "application/zip"),
    (rb"7z\xbc\xaf\x27\x1c", "application/x-7z-compressed"),
    (rb"BZh[1-9]1AY&SY", "application/x-bzip2"),
    (rb"\xfd7zXZ\x00", "application/x-xz"),
    (rb"\x28\xb5\x2f\xfd", "application/zstd"),
    (rb".{257}ustar[\x00 ]", "application/x-tar"),
    (rb"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "application/x-ole-storage"),
    (rb"II\*\x00|MM\x00\*", "image/tiff"),
    (rb"\{\\rtf", "application/rtf"),
]
#: Readers of PDF find the header anywhere in the first kilobyte (ISO 32000-1, annex H.3.4.1).
_PDF = re.compile(rb"[^<]{0,1024}?%PDF-\d", re.DOTALL)
_TYPES = [(re.compile(begin, re.DOTALL), name) for begin, name in _MAGIC]
_BOMS = (b"\xfe\xff", b"\xff\xfe")
_UTF8_BOM = b"\xef\xbb\xbf"
_SPACE = b"\t\n\x0c\r "
#: Section 3: binary data bytes, but for NUL, which UTF-16 without a mark is full of.
_BINARY = re.compile(rb"[\x01-\x08\x0b\x0e-\x1a\x1c-\x1f]")
#: A tag, a comment or a declaration; NUL stands between the letters of UTF-16.
_MARKUP = re.compile(
    rb"<\x00?(?:!\x00?(?:-\x00?-|d\x00?o\x00?c\x00?t|\[)|\?\x00?x\x00?m\x00?l"
    rb"|/?\x00?[a-z][a-z0-9\x00]{0,24}[\s/>])",
    re.IGNORECASE,
)
#: Bytes in which a text has some markup, if it is HTML.
_FIRST = 65_536
#: Tags in a few random bytes, and random bytes that have one more: several times what chance makes.
_BY_CHANCE, _BYTES_BY_CHANCE = 3, 8_000


def binary_type(body: bytes) -> str | None:
    """The media type of a body that is no text by its first bytes; None for what may be a page.

    White space and a mark of UTF-8 before them do not count.
    """
    if body.startswith(_BOMS):
        return None
    start = body[: 2 * HEADER_BYTES].removeprefix(_UTF8_BOM).lstrip(_SPACE)[:HEADER_BYTES]
    found = next((name for begin, name in _TYPES if begin.match(start)), None)
    if found is not None:
        return found
    if _PDF.match(start):
        return "application/pdf"
    is_binary = len(_BINARY.findall(start)) > len(start) / 50
    if not is_binary:
        return None
    few = _BY_CHANCE + len(body[:_FIRST]) // _BYTES_BY_CHANCE
    tags = sum(1 for _ in islice(_MARKUP.finditer(body[:_FIRST]), few + 1))
    return "application/octet-stream" if tags <= few else None


def has_markup(body: bytes) -> bool:
    """Whether there is a tag in the first bytes of the body."""
    return _MARKUP.search(body[:_FIRST]) is not None
