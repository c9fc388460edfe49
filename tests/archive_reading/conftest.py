"""WARC files made by hand, byte by byte, so that they can be wrong in any way."""

from __future__ import annotations

import gzip
import hashlib
import uuid
from types import SimpleNamespace
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from newscrawl.errors import DamagedRecord

HTTP = b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\n\r\n"


def record(
    kind: str,
    block: bytes = b"",
    *,
    uri: str | None = "https://paper.example/",
    version: str = "1.1",
    drop: tuple[str, ...] = (),
    end: bytes = b"\r\n\r\n",
    **fields: str,
) -> bytes:
    """One record; a keyword `WARC_Date=...` sets a field, `drop` leaves some out."""
    named = {
        "WARC-Type": kind,
        "WARC-Record-ID": f"<urn:uuid:{uuid.uuid4()}>",
        "WARC-Date": "2026-03-05T14:22:33.123456Z",
        "Content-Length": str(len(block)),
        "WARC-Block-Digest": "sha256:" + hashlib.sha256(block).hexdigest(),
    }
    if uri is not None:
        named["WARC-Target-URI"] = uri
    if kind in ("request", "response", "revisit"):
        msgtype = "request" if kind == "request" else "response"
        named["Content-Type"] = f"application/http;msgtype={msgtype}"
    named |= {name.replace("_", "-"): value for name, value in fields.items()}
    head = "".join(f"{name}: {value}\r\n" for name, value in named.items() if name not in drop)
    return f"WARC/{version}\r\n{head}\r\n".encode() + block + end


def response(body: bytes = b"<html>page</html>", **fields: str) -> bytes:
    return record("response", HTTP + body, **fields)


def info(**fields: str) -> bytes:
    fields.setdefault("Content_Type", "application/warc-fields")
    return record("warcinfo", b"software: test\r\n", uri=None, **fields)


def gz(*records: bytes) -> bytes:
    """A gzip member per record."""
    return b"".join(gzip.compress(r, mtime=0) for r in records)


@pytest.fixture
def make() -> SimpleNamespace:
    return SimpleNamespace(record=record, response=response, info=info, gz=gz, HTTP=HTTP)


@pytest.fixture
def damage() -> list[DamagedRecord]:
    """Collects what a reader complains of: pass `damage.append` as `on_damage`."""
    return []
