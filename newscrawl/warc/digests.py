"""Digests with their algorithm, as WARC fields, indexes and records have them.

Ours are `sha256:` and hexadecimal. Other tools also write `sha1:` and base32, which can be verified.
"""

from __future__ import annotations

import base64
import hashlib
from typing import TYPE_CHECKING

from newscrawl.warc import http

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

_ALGORITHMS = frozenset({"md5", "sha1", "sha224", "sha256", "sha384", "sha512"})


def digest(data: Iterable[bytes | memoryview]) -> str:
    """`sha256:` and the SHA-256 of the data in lower-case hexadecimal."""
    state = hashlib.sha256()
    for block in data:
        state.update(block)
    return f"sha256:{state.hexdigest()}"


def payload_digest(body: Iterable[bytes], head: http.Head) -> str:
    """The digest of the body without its transfer coding (ISO 28500:2017, 5.9)."""
    return digest(http.payload(head, body))


class DigestVerifier:
    """Verifies a stated digest, such as `sha1:` and base32, of the bytes that pass through it."""

    def __init__(self, label: str) -> None:
        name, _, stated = label.partition(":")
        algorithm = name.strip().lower().replace("-", "")
        self._stated = stated.strip().rstrip("=").lower()
        self._state = (
            hashlib.new(algorithm, usedforsecurity=False) if algorithm in _ALGORITHMS else None
        )

    def verifying(self, blocks: Iterable[bytes]) -> Iterator[bytes]:
        """The same blocks, which are hashed as they pass."""
        for block in blocks:
            if self._state is not None:
                self._state.update(block)
            yield block

    @property
    def matches(self) -> bool | None:
        """Whether the bytes that have passed have the stated digest; None if its algorithm is not known."""
        if self._state is None:
            return None
        base32 = base64.b32encode(self._state.digest()).decode().rstrip("=").lower()
        return self._stated in (self._state.hexdigest(), base32)


def digest_matches(label: str, blocks: Iterable[bytes]) -> bool | None:
    """Whether the data has the stated digest; None if its algorithm is not known."""
    verifier = DigestVerifier(label)
    for _ in verifier.verifying(blocks):
        pass
    return verifier.matches
