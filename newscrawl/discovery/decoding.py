"""Which characters are these bytes? UTF-8 is tried before any declaration is believed."""

from __future__ import annotations

import codecs
import re

from charset_normalizer import from_bytes
from w3lib.encoding import http_content_type_encoding, resolve_encoding

from newscrawl.discovery.links import note

#: How much of a body is looked at to tell its charset and its kind.
SAMPLE = 65_536

#: Fewer bytes beyond ASCII than this are too few to guess a charset from.
GUESS_MIN = 40

_BOMS = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
_DECLARED = re.compile(rb"""(?:encoding|charset)\s*=\s*["']?\s*([A-Za-z][\w.:-]{2,30})""")
# Written in ASCII bytes alone, so that they are valid UTF-8 and mean something else.
_SEVEN_BIT = ("iso2022", "hz")
# Codecs that a page may name. UTF-16 and -32 would be told by their first bytes; UTF-7 is a trap.
_ON_THE_WEB = re.compile(
    r"utf-8|ascii|cp\d+|iso8859-\d+|koi8-[ru]|mac-\w+|gb\w+|hz|big5\w*|shift_jis\w*|euc_\w+"
    r"|iso2022_\w+|johab|tis-620"
)
# The legacy charsets of the web, https://encoding.spec.whatwg.org/#names-and-labels
_WEB = [
    "cp1250", "cp1251", "cp1252", "cp1253", "cp1254", "cp1255", "cp1256", "cp1257", "cp1258",
    "iso8859_2", "iso8859_5", "iso8859_7", "koi8_r", "cp866", "cp874", "big5", "gb18030",
    "euc_jp", "shift_jis", "euc_kr",
]  # fmt: skip
# Characters beyond ASCII that decoded well, for each one that did not, for UTF-8 to be believed.
_GOOD_FOR_BAD = 3


def decode(body: bytes, content_type: str | None, faults: list[str]) -> str:
    """The text of a whole body; what was wrong with its charset is added to `faults`."""
    encoding = charset(body, content_type, faults)
    try:
        return body.decode(encoding)
    except UnicodeDecodeError:
        note(faults, f"not all bytes are {encoding}")
    return body.decode(encoding, ERRORS)


def charset(sample: bytes, content_type: str | None, faults: list[str]) -> str:
    """The name of the codec for a body that begins with `sample`."""
    for bom, encoding in _BOMS:
        if sample.startswith(bom):
            declared = _declarations(sample.replace(b"\0", b""), None)
            if declared and not encoding.startswith(declared[0][:6]):
                note(faults, f"the charset is declared {declared[0]} and is {encoding}")
            return encoding
    if sample[:2] in (b"<\0", b"\0<"):
        return "utf-16-le" if sample[0:1] == b"<" else "utf-16-be"
    declared = _declarations(sample, content_type)
    if _is_utf8(sample):
        seven = [d for d in declared if d.replace("-", "").replace("_", "").startswith(_SEVEN_BIT)]
        if seven and b"\x1b" in sample:
            return seven[0]
        if declared and "utf-8" not in declared and not sample.isascii():
            note(faults, f"the charset is declared {declared[0]} and is utf-8")
        return "utf-8"
    return _legacy(sample, declared, faults)


def _legacy(sample: bytes, declared: list[str], faults: list[str]) -> str:
    text = sample.decode("utf-8", "replace")
    bad = text.count("\ufffd")
    good = sum(1 for c in text if c > "\x7f") - bad
    if good >= _GOOD_FOR_BAD * bad:
        return "utf-8"
    for encoding in declared:
        if encoding != "utf-8":
            return encoding
    guess = None
    if sum(b > 0x7F for b in sample[:SAMPLE]) >= GUESS_MIN:
        guess = from_bytes(sample[:SAMPLE], cp_isolation=_WEB).best()
    encoding = guess.encoding if guess is not None else "cp1252"
    note(faults, f"the charset is not declared or wrong, taken for {encoding}")
    return encoding


def _as_windows(error: UnicodeError) -> tuple[str, int]:
    """A byte that is no UTF-8 is mostly one of Windows-1252 that was pasted in."""
    if not isinstance(error, UnicodeDecodeError):
        raise error
    return error.object[error.start : error.end].decode("cp1252", "replace"), error.end


ERRORS = "newscrawl.windows"
codecs.register_error(ERRORS, _as_windows)


def _declarations(sample: bytes, content_type: str | None) -> list[str]:
    """The codecs that the document itself and then the header name, as browsers read the names."""
    inside = _DECLARED.search(sample[:2048])
    named = [inside[1].decode("ascii")] if inside else []
    if content_type and (header := http_content_type_encoding(content_type)):
        named.append(header)
    found = (resolve_encoding(name) for name in named)
    return [codec for codec in found if codec and _ON_THE_WEB.fullmatch(codec)]


def _is_utf8(sample: bytes) -> bool:
    """Whether all is UTF-8, but for a character that the sample's end may cut."""
    try:
        codecs.getincrementaldecoder("utf-8")().decode(sample, final=False)
    except UnicodeDecodeError:
        return False
    return True
