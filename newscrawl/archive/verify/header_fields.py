"""Check the named fields of a record by WARC 1.0 and 1.1 (ISO 28500:2017, 5 and 6)."""

from __future__ import annotations

import re
from collections import Counter
from datetime import datetime
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

    from newscrawl.warc.record_header import Fields, RecordHeader

_MANDATORY = ("WARC-Type", "WARC-Record-ID", "WARC-Date", "Content-Length")
#: WARC-Protocol is no field of the standard; tools agree on repeating it (warc-specifications#42).
_REPEATABLE = frozenset({"warc-concurrent-to", "warc-protocol"})
_WITH_TARGET = frozenset({"response", "request", "resource", "revisit", "conversion"})
_ID = re.compile(r"<[a-zA-Z][a-zA-Z0-9+.-]*:[^<>\s]+>")
_DATES = {
    "1.0": re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ"),
    "1.1": re.compile(r"\d{4}(-\d\d(-\d\d(T\d\d:\d\d(:\d\d(\.\d{1,9})?)?Z)?)?)?"),
}
_IDS = ("WARC-Record-ID", "WARC-Concurrent-To", "WARC-Refers-To", "WARC-Warcinfo-ID")


def field_faults(header: RecordHeader) -> Iterator[str]:
    """What is wrong with the fields of a record, one cause at a time."""
    fields = header.fields
    first = {name.lower(): value for name, value in reversed(fields)}
    yield from _presence(fields, first)
    yield from _forms(header.version, fields, first)
    kind = first.get("warc-type", "")
    uri = first.get("warc-target-uri")
    if kind in _WITH_TARGET and not uri:
        yield f"a {kind} record without WARC-Target-URI"
    if kind == "warcinfo" and uri:
        yield "a warcinfo record with WARC-Target-URI"
    if kind in ("request", "response") and (uri or "").startswith("http"):
        yield from _media_type(kind, first.get("content-type", ""))
    if header.is_revisit:
        yield from _revisit(first)


def _presence(fields: Fields, first: dict[str, str]) -> Iterator[str]:
    for name in _MANDATORY:
        if not first.get(name.lower()):
            yield f"no {name}"
    for name, count in Counter(name.lower() for name, _ in fields).items():
        if count > 1 and name not in _REPEATABLE:
            yield f"the field {name} stands there {count} times"
    if "warc-block-digest" not in first:
        yield "no WARC-Block-Digest"


def _forms(version: str, fields: Fields, first: dict[str, str]) -> Iterator[str]:
    if (date := first.get("warc-date")) and not _is_date(date, version):
        yield f"WARC-Date is {date!r}"
    for name, value in fields:
        if name in _IDS and not _ID.fullmatch(value):
            yield f"{name} is {value!r}"
    uri = first.get("warc-target-uri", "")
    if re.search(r"\s", uri) or (version != "1.0" and uri.startswith("<")):
        yield f"WARC-Target-URI is {uri!r}"


def _is_date(date: str, version: str) -> bool:
    if not _DATES[version].fullmatch(date):
        return False
    filled = date.rstrip("Z") + "0000-01-01T00:00:00"[len(date.rstrip("Z")) :]
    try:
        datetime.fromisoformat(filled[:26])
    except ValueError:
        return False
    return True


def _media_type(kind: str, stated: str) -> Iterator[str]:
    plain = stated.replace(" ", "").lower()
    if plain != f"application/http;msgtype={kind}":
        yield f"Content-Type of a {kind} record is {stated!r}"


def _revisit(first: dict[str, str]) -> Iterator[str]:
    profile = first.get("warc-profile")
    if not profile:
        yield "a revisit record without WARC-Profile"
    elif profile.endswith("identical-payload-digest") and "warc-payload-digest" not in first:
        yield "a revisit by payload digest without WARC-Payload-Digest"
