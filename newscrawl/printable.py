"""How is text shown that somebody else wrote? So that it can act on no terminal, log or file of lines."""

from __future__ import annotations

import json
import re
from typing import Any

#: Controls but tab and line feed, separators that end lines in some readers only, marks that turn the
#: direction of the text around them, and halves of characters.
FORBIDDEN = re.compile(
    "[\x00-\x08\x0b-\x1f\x7f-\x9f\u2028\u2029\u202a-\u202e\u2066-\u2069\ud800-\udfff]"
)

#: ASCII characters that nothing is done to.
_PLAIN = bytes([*b"\t\n", *range(0x20, 0x7F)])

#: What makes a spreadsheet take a cell for a formula.
_FORMULA = re.compile(r"[\t\r]|\s*[=+\-@＝＋－＠]")


def printable(text: object) -> str:
    r"""The text with each forbidden character written out, as `\x1b` or `\u202e`."""
    return FORBIDDEN.sub(lambda found: ascii(found[0])[1:-1], str(text))


def is_printable(text: str) -> bool:
    """Whether `printable` leaves the text as it is; soon found where most characters are ASCII."""
    others = text.encode("utf-8", "surrogatepass").translate(None, _PLAIN)
    return not others or FORBIDDEN.search(others.decode("utf-8", "surrogatepass")) is None


def counted(number: int, noun: str, plural: str | None = None) -> str:
    """`1 article`, `2 articles`; `plural` is that of a noun that takes no s."""
    return f"{number} {noun if number == 1 else plural or noun + 's'}"


def byte_size(number: float) -> str:
    """`950 bytes`, `14.2 kB`, `1.3 GB`: three digits that count, by powers of a thousand."""
    if number < 999.5:
        return counted(round(number), "byte")
    for unit in ("kB", "MB"):
        number /= 1000
        if number < 999.5:
            return f"{number:.3g} {unit}"
    number /= 1000
    return f"{number:.3g} GB" if number < 999.5 else f"{number:,.0f} GB"


def json_line(value: Any) -> str:
    """The value as JSON on one line, without its line feed."""
    text = json.dumps(value, ensure_ascii=False)
    return FORBIDDEN.sub(lambda found: f"\\u{ord(found[0]):04x}", text)


def spreadsheet_cell(text: object) -> str:
    """The text as a spreadsheet shows it, and never as a formula that it runs."""
    shown = printable(text)
    return f"'{shown}" if _FORMULA.match(shown) else shown
