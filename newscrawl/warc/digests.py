"""Labelled digests, as WARC headers, indexes and records write them."""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING

from newscrawl.warc import http

if TYPE_CHECKING:
    from collections.abc import Iterable


def digest(data: Iterable[bytes | memoryview]) -> str:
    """`sha256:` and the SHA-256 of the data in lower-case hexadecimal."""
    state = hashlib.sha256()
    for block in data:
        state.update(block)
    return f"sha256:{state.hexdigest()}"


def payload_digest(body: Iterable[bytes], head: http.Head) -> str:
    """The digest of the body without its transfer coding (ISO 28500:2017, 5.9)."""
    return digest(http.payload(head, body))
