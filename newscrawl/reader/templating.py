"""The templates, and the filters that they show captured text with. All is escaped."""

from __future__ import annotations

import re
from datetime import UTC, datetime
from functools import cache
from typing import TYPE_CHECKING, Any
from urllib.parse import quote, urlencode, urlsplit

from jinja2 import Environment, PackageLoader, StrictUndefined
from markupsafe import Markup, escape

from newscrawl.printable import counted, printable
from newscrawl.reader.addresses import HERE

if TYPE_CHECKING:
    from collections.abc import Iterable

#: What stands around the words that a search found, in snippets on their way to a template.
MARKS = ("\x02", "\x03")
_MARKED = re.compile("\x02(.*?)\x03", re.DOTALL)
_TAG = re.compile(r"[A-Za-z]{2,8}(?:-[A-Za-z0-9]{1,8})*")
#: What stands in the path of a URL behind a time as it is.
IN_PATH = ":/?=&;,+@!$'()*~[]%"
_MONTHS = ("January", "February", "March", "April", "May", "June", "July", "August", "September",
           "October", "November", "December")  # fmt: skip
_WEEKDAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")


@cache
def environment() -> Environment:
    """The environment that all pages are rendered in."""
    made = Environment(
        loader=PackageLoader("newscrawl.reader"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        finalize=_shown,
    )
    made.filters |= {
        "when": when, "moment": moment, "day": day, "counted": counted, "snippet": snippet, "href": href,
        "language": language, "paragraphs": paragraphs, "bytes": size, "query": urlencode,
        "number": number,
        "segment": lambda text: quote(str(text), safe=""),
        "urlpath": lambda url: quote(url, safe=IN_PATH),
    }  # fmt: skip
    made.globals["here"] = HERE
    return made


def _shown(value: Any) -> Any:
    """What a template writes: characters that act on what stands around them are written out."""
    if value is None:
        return ""
    return value if isinstance(value, Markup | int) else printable(value)


def moment(stated: str | None) -> str:
    """As `when`, with its second: for captures, of which two may lie in one minute."""
    return when(stated, form="%H:%M:%S")


def when(stated: str | None, *, form: str = "%H:%M") -> str:
    """A stated time as readers read it, with the zone as it was stated; a bare day stays one."""
    if not stated:
        return "no date stated"
    if len(stated) <= 10:
        return day(stated)
    try:
        at = datetime.fromisoformat(stated)
    except ValueError:
        return stated
    zone = "" if at.tzinfo is None else " UTC" if not at.utcoffset() else f" {at.strftime('%:z')}"
    if zone and zone != " UTC":
        offset = at.strftime("%z")
        zone = f" {offset[:3]}:{offset[3:5]}"
    return f"{at.day} {_MONTHS[at.month - 1]} {at.year}, {at.strftime(form)}{zone}"


def day(stated: str) -> str:
    """A day in words."""
    try:
        at = datetime.fromisoformat(stated[:10])
    except ValueError:
        return stated
    return f"{_WEEKDAYS[at.weekday()]}, {at.day} {_MONTHS[at.month - 1]} {at.year}"


def stamp(seconds: float) -> str:
    """Seconds since the epoch as a time in UTC."""
    return datetime.fromtimestamp(seconds, UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def snippet(text: str) -> Markup:
    """A snippet of `MARKS` as markup: what was found is in `mark`."""
    out, at = Markup(""), 0
    for found in _MARKED.finditer(text):
        out += _escaped(text[at : found.start()])
        out += Markup("<mark>") + _escaped(found[1]) + Markup("</mark>")
        at = found.end()
    return out + _escaped(text[at:])


def href(url: str | None) -> str | None:
    """An address of the web that may be linked to; None for any other."""
    if url is None:
        return None
    try:
        return url if urlsplit(url).scheme in ("http", "https") else None
    except ValueError:
        return None


def language(tag: str | None) -> Markup:
    """The attribute `lang`, with a space before it, if the tag is well-formed (RFC 5646)."""
    if tag and _TAG.fullmatch(tag):
        return Markup(' lang="{}"').format(tag)
    return Markup("")


def paragraphs(text: str | None) -> Iterable[str]:
    """The paragraphs of a text, which are its lines."""
    return filter(None, (line.strip() for line in (text or "").split("\n")))


def size(number_of_bytes: float) -> str:
    """A number of bytes in words."""
    shown = float(number_of_bytes)
    for unit in ("bytes", "KB", "MB", "GB"):
        if shown < 1000:
            return f"{shown:.0f} {unit}" if unit == "bytes" else f"{shown:.1f} {unit}"
        shown /= 1000
    return f"{shown:.1f} TB"


def number(value: float) -> str:
    """A number with its thousands apart."""
    return f"{value:,}"


def _escaped(text: str) -> Markup:
    return escape(printable(text))
