"""Signatures with an Ed25519 key of the user."""

from __future__ import annotations

from typing import TYPE_CHECKING

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import load_pem_private_key

from newscrawl.errors import UsageError

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path


def signer(key: Path) -> Callable[[bytes], bytes]:
    """A function that signs with the private key in this PEM file (`openssl genpkey -algorithm ed25519`).

    Raises UsageError if it holds none, or one that is locked with a password.
    """
    try:
        loaded = load_pem_private_key(key.read_bytes(), password=None)
    except OSError as error:
        raise UsageError(f"{key}: {error.strerror}") from error
    except (ValueError, TypeError) as error:
        raise UsageError(f"{key}: no private key that can be read: {error}") from error
    if not isinstance(loaded, Ed25519PrivateKey):
        raise UsageError(f"{key}: not an Ed25519 key")
    return loaded.sign
