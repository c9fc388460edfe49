"""ARC, the format before WARC: its records, with the fields that a WARC would give them.

https://archive.org/web/researcher/ArcFileFormat.php, versions 1 and 2 of the URL record.
"""

from __future__ import annotations

import re
import uuid
from typing import TYPE_CHECKING

from newscrawl.warc.record_header import RecordHeader

if TYPE_CHECKING:
    from newscrawl.warc.member_reader import MemberReader

#: The version that the header of an ARC record has.
VERSION = "ARC"

_MAX_LINE_BYTES = 64 * 1024
_BEGIN = r"(?P<uri>[a-z][a-z0-9+.-]*:.+) (?P<ip>[0-9a-fA-F.:]+) (?P<date>\d{8,14}) (?P<type>.*?)"
_URL_RECORDS = (
    re.compile(_BEGIN + r" (?:\d{3}|-) \S+ \S+ (?:\d+|-) \S+ (?P<length>\d{1,18})", re.DOTALL),
    re.compile(_BEGIN + r" (?P<length>\d{1,18})", re.DOTALL),
)
_HTTP = b"HTTP/"


def read_header(members: MemberReader) -> RecordHeader:
    """The header of the URL record that begins here. Raises DamagedRecord where none does."""
    line = members.read_until(b"\n", _MAX_LINE_BYTES)
    if line is None:
        raise members.damaged("no record begins here")
    text = line.decode("latin-1").strip()
    found = next((m for m in (form.fullmatch(text) for form in _URL_RECORDS) if m), None)
    if found is None:
        raise members.damaged("no record begins here")
    uri = found["uri"]
    is_http = uri.startswith("http") and members.peek(len(_HTTP)) == _HTTP
    kind = "warcinfo" if uri.startswith("filedesc:") else "response" if is_http else "resource"
    # ARC has no record ids; this one is the same each time the file is read.
    name = f"{members.path.name}@{members.record_offset}"
    fields = [
        ("WARC-Type", kind),
        ("WARC-Record-ID", f"<urn:uuid:{uuid.uuid5(uuid.NAMESPACE_URL, name)}>"),
        ("WARC-Date", _date(found["date"])),
        ("Content-Type", "application/http;msgtype=response" if is_http else found["type"]),
        ("Content-Length", found["length"]),
    ]
    if kind != "warcinfo":
        fields += [("WARC-Target-URI", uri), ("WARC-IP-Address", found["ip"])]
    return RecordHeader(VERSION, line, tuple(fields))


def _date(digits: str) -> str:
    """`20260305142233` as a WARC-Date; old files leave out the time."""
    d = digits.ljust(14, "0")
    return f"{d[:4]}-{d[4:6]}-{d[6:8]}T{d[8:10]}:{d[10:12]}:{d[12:14]}Z"
