"""Digests as WARC headers label them, by whichever tool: `sha1:` and base32, `sha256:` and hex."""

from __future__ import annotations

import base64
import hashlib
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

_ALGORITHMS = frozenset({"md5", "sha1", "sha224", "sha256", "sha384", "sha512"})


class Check:
    """Takes the digest that a label states, to see whether it is the same."""

    def __init__(self, label: str) -> None:
        name, _, stated = label.partition(":")
        algorithm = name.strip().lower().replace("-", "")
        self._stated = stated.strip().rstrip("=").lower()
        self._state = (
            hashlib.new(algorithm, usedforsecurity=False) if algorithm in _ALGORITHMS else None
        )

    def over(self, blocks: Iterable[bytes]) -> Iterator[bytes]:
        """The same blocks, taken into account as they pass."""
        for block in blocks:
            if self._state is not None:
                self._state.update(block)
            yield block

    @property
    def agrees(self) -> bool | None:
        """Whether what has passed has the stated digest; None for an algorithm that is not known."""
        if self._state is None:
            return None
        base32 = base64.b32encode(self._state.digest()).decode().rstrip("=").lower()
        return self._stated in (self._state.hexdigest(), base32)


def agrees(label: str, blocks: Iterable[bytes]) -> bool | None:
    """Whether the data has the labelled digest; None for an algorithm that is not known."""
    check = Check(label)
    for _ in check.over(blocks):
        pass
    return check.agrees
