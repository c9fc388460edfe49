"""Which characters bytes stand for: of pages, feeds, sitemaps and robots.txt.

Order: byte order mark; UTF-16 told by its NUL bytes; UTF-8 where the bytes are valid UTF-8 that says more
than ASCII, for no other text is that by accident; UTF-8 with single foreign bytes; the header's charset; the
document's own declaration; detection by charset-normalizer. A declaration that the bytes contradict is
passed over. A header that names the default of old servers (Latin-1, ASCII) comes behind the document.
"""

from __future__ import annotations

import codecs
import re
from dataclasses import dataclass, field
from itertools import chain
from typing import TYPE_CHECKING

from w3lib.encoding import html_body_declared_encoding, http_content_type_encoding, read_bom

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

#: How much of a body that comes in pieces is looked at to tell its charset.
SAMPLE = 65_536
#: Bytes shown to the detector; more makes it slower and not surer.
_DETECTED = 32_768
#: Fewer bytes beyond ASCII than this are too few to detect a charset from.
_MIN_DETECTED = 40
#: In UTF-8 but for a few bytes, one fault in so many bytes is foreign text put in.
_FAULT_RATE = 1 / 500
#: Or so many characters beyond ASCII decoded well for each byte that did not.
_GOOD_FOR_BAD = 3

# The legacy charsets of the web, https://encoding.spec.whatwg.org/#names-and-labels
_WEB = [
    "cp1250", "cp1251", "cp1252", "cp1253", "cp1254", "cp1255", "cp1256", "cp1257", "cp1258",
    "iso8859_2", "iso8859_5", "iso8859_7", "koi8_r", "cp866", "cp874", "big5", "gb18030",
    "euc_jp", "shift_jis", "euc_kr",
]  # fmt: skip
# Codecs that a document may name. UTF-16 and -32 would be told by their first bytes; UTF-7 is a trap.
_ON_THE_WEB = re.compile(
    r"utf-8|ascii|cp\d+|iso8859-\d+|koi8-[rut]|mac-\w+|gb\w+|hz|big5\w*|shift_jis\w*|euc_\w+"
    r"|iso2022_\w+|johab|tis-620"
)
# Written in ASCII bytes alone, so that they are valid UTF-8 and mean something else.
_SEVEN_BIT = ("iso2022", "hz")
#: What servers say that nobody has told the charset.
_DEFAULTS = frozenset(("cp1252", "ascii", "iso8859-1", "latin-1"))


#: A byte that was no UTF-8, as the error handler `surrogateescape` leaves it.
_BAD = re.compile("[\udc80-\udcff]")


@dataclass(frozen=True, slots=True)
class Charset:
    """A codec, what told it (`bom`, `utf-8`, `header`, `meta`, `detected`) and what was wrong."""

    encoding: str
    evidence: str
    faults: tuple[str, ...] = ()

    @property
    def errors(self) -> str:
        """The error handler to decode with."""
        return WINDOWS if self.encoding.startswith("utf-8") else "replace"


@dataclass(frozen=True, slots=True)
class Decoded:
    """Text, and how it was read: as of `Charset`, or `text` where it was none but text."""

    text: str
    encoding: str
    evidence: str
    faults: tuple[str, ...] = field(default=())


def decode(body: bytes | str, *, content_type: str | None = None) -> Decoded:
    """The text of a whole body; what cannot be decoded becomes U+FFFD, nothing raises."""
    if isinstance(body, str):
        return Decoded(body, "utf-8", "text")
    found = charset(body, content_type)
    if found.evidence == "bom":
        body = body[len(read_bom(body)[1] or b"") :]
    try:
        text, faults = body.decode(found.encoding), found.faults
    except UnicodeDecodeError:
        text = body.decode(found.encoding, found.errors)
        faults = (*found.faults, f"not all bytes are {found.encoding}")
    return Decoded(text, found.encoding, found.evidence, faults)


def decode_pieces(
    pieces: Iterable[bytes], content_type: str | None, faults: list[str]
) -> Iterator[str]:
    """The text of bytes that come in pieces; the first SAMPLE bytes tell the charset."""
    pieces = iter(pieces)
    first = b""
    while len(first) < SAMPLE and (piece := next(pieces, b"")):
        first += piece
    found = charset(first, content_type, is_cut=True)
    faults.extend(fault for fault in found.faults if fault not in faults)
    if found.evidence == "bom":
        first = first[len(read_bom(first)[1] or b"") :]
    decoder = codecs.getincrementaldecoder(found.encoding)(found.errors)
    for piece in chain([first], pieces):
        if text := decoder.decode(piece):
            yield text
    if text := decoder.decode(b"", final=True):
        yield text


def charset(body: bytes, content_type: str | None, *, is_cut: bool = False) -> Charset:
    """The codec of a body, or of one that begins with `body` if that `is_cut`."""
    declared = _declared(body, content_type)
    bom, _ = read_bom(body)
    if bom:
        return Charset(bom, "bom", _contradicted(declared, bom))
    if (wide := _wide(body)) is not None:
        return Charset(wide, "detected", _contradicted(declared, wide))
    if body.isascii():
        return _of_ascii(body, declared)
    good, bad = _counts(body, is_cut=is_cut)
    if bad == 0:
        return Charset("utf-8", "utf-8", _contradicted(declared, "utf-8"))
    if good >= _GOOD_FOR_BAD * bad:
        return Charset("utf-8", "utf-8")
    few = bad <= max(1, len(body) * _FAULT_RATE) and good > 0
    for named, evidence in declared:
        if few if named == "utf-8" else _fits(body, named):
            return Charset(named, evidence)
    if few and not declared:
        return Charset("utf-8", "utf-8")
    encoding = _detected(body)
    return Charset(
        encoding, "detected", (f"the charset is not declared or wrong, taken for {encoding}",)
    )


def _of_ascii(body: bytes, declared: list[tuple[str, str]]) -> Charset:
    if b"\x1b" in body or b"~{" in body:
        for encoding, evidence in declared:
            if encoding.replace("-", "").replace("_", "").startswith(_SEVEN_BIT):
                return Charset(encoding, evidence)
    told = [by for encoding, by in declared if encoding == "utf-8"] or [by for _, by in declared]
    return Charset("utf-8", next(iter(told), "utf-8"))


def _contradicted(declared: list[tuple[str, str]], encoding: str) -> tuple[str, ...]:
    """What is wrong with declarations none of which names the encoding that it is."""
    if not declared or any(d[:6] == encoding[:6] for d, _ in declared):
        return ()
    return (f"the charset is declared {declared[0][0]} and is {encoding}",)


def _declared(body: bytes, content_type: str | None) -> list[tuple[str, str]]:
    """The codecs that the header and the document itself name, as browsers read the names."""
    header = (http_content_type_encoding(content_type), "header")
    inside = (html_body_declared_encoding(body[:8192].replace(b"\0", b"")), "meta")
    found = [(e, by) for e, by in (header, inside) if e and _ON_THE_WEB.fullmatch(e)]
    return found[::-1] if len(found) > 1 and found[0][0] in _DEFAULTS else found


def _fits(body: bytes, encoding: str) -> bool:
    """Whether the bytes can be what was declared; a few faults are the publisher's."""
    try:
        text = body.decode(encoding, "replace")
    except LookupError:
        return False
    return text.count("\ufffd") <= max(1, len(body) * _FAULT_RATE)


def _wide(body: bytes) -> str | None:
    """UTF-16 without a mark: markup is ASCII, so that every other byte is NUL."""
    head = body[:200]
    if len(head) < 4 or head.count(0) < len(head) // 3:
        return None
    return "utf-16-le" if head[1::2].count(0) > head[::2].count(0) else "utf-16-be"


def _counts(body: bytes, *, is_cut: bool) -> tuple[int, int]:
    """Characters beyond ASCII that are UTF-8 (1 for any number where all are), and bytes that are not."""
    decoder = codecs.getincrementaldecoder("utf-8")
    try:
        decoder().decode(body, final=not is_cut)
    except UnicodeDecodeError:
        text = decoder("surrogateescape").decode(body, final=not is_cut)
    else:
        return 1, 0
    bad = len(_BAD.findall(text))
    return len(text) - len(text.encode("ascii", "ignore")) - bad, bad


def _detected(body: bytes) -> str:
    from charset_normalizer import from_bytes  # only few bodies need it

    visible = re.sub(rb"<[^<>]*>|[\x00-\x09\x0b-\x1f]+", b" ", body)
    visible = b" ".join(w for w in visible.split() if not w.isascii()) or visible
    if sum(byte > 0x7F for byte in visible[:_DETECTED]) < _MIN_DETECTED:
        return "cp1252"
    best = from_bytes(visible[:_DETECTED], cp_isolation=_WEB).best()
    return best.encoding if best is not None else "cp1252"


def _as_windows(error: UnicodeError) -> tuple[str, int]:
    """Bytes that are no UTF-8 are mostly Windows-1252 that was pasted in."""
    if not isinstance(error, UnicodeDecodeError):
        raise error
    return error.object[error.start : error.end].decode("cp1252", "replace"), error.end


#: The error handler that reads foreign bytes as Windows-1252.
WINDOWS = "newscrawl.windows"
codecs.register_error(WINDOWS, _as_windows)
