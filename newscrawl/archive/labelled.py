"""Digests as WARC headers label them, by whichever tool: `sha1:` and base32, `sha256:` and hex."""

from __future__ import annotations

import base64
import hashlib
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable

_ALGORITHMS = frozenset({"md5", "sha1", "sha224", "sha256", "sha384", "sha512"})


def agrees(label: str, data: Iterable[bytes]) -> bool | None:
    """Whether the data has the labelled digest; None for an algorithm that is not known."""
    name, _, stated = label.partition(":")
    algorithm = name.strip().lower().replace("-", "")
    if algorithm not in _ALGORITHMS:
        return None
    state = hashlib.new(algorithm, usedforsecurity=False)
    for block in data:
        state.update(block)
    found = {state.hexdigest(), base64.b32encode(state.digest()).decode().rstrip("=").lower()}
    return stated.strip().rstrip("=").lower() in found
