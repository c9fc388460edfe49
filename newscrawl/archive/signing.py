"""Signatures of WACZ packages: the anonymous form of the WACZ signing specification, 0.1.0.

https://specs.webrecorder.net/wacz-auth/0.1.0/. What is signed is the text of the hash of `datapackage.json`,
by ECDSA with SHA-256, as ArchiveWeb.page does. The signature is written as r and s of equal length, and
read in DER as well, as authsign writes it.
"""

from __future__ import annotations

import base64
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from cryptography import x509
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.utils import (
    decode_dss_signature,
    encode_dss_signature,
)
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    PublicFormat,
    load_der_public_key,
    load_pem_private_key,
)

from newscrawl.errors import UsageError

if TYPE_CHECKING:
    from pathlib import Path

_ALGORITHM = ec.ECDSA(hashes.SHA256())


@dataclass(frozen=True, slots=True)
class Signer:
    """Signs hashes with an elliptic-curve key."""

    key: ec.EllipticCurvePrivateKey

    def signed_data(self, hash_: str, *, created: str, software: str) -> dict[str, str]:
        """The `signedData` of a package whose `datapackage.json` has this hash (`sha256:...`)."""
        r, s = decode_dss_signature(self.key.sign(hash_.encode(), _ALGORITHM))
        size = (self.key.curve.key_size + 7) // 8
        signature = r.to_bytes(size) + s.to_bytes(size)
        public = self.key.public_key().public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)
        name, _, version = software.partition(" ")
        return {
            "hash": hash_,
            "created": created,
            "software": name,
            "version": version,
            "signature": base64.b64encode(signature).decode(),
            "publicKey": base64.b64encode(public).decode(),
        }


def signer(key: Path) -> Signer:
    """A signer with the private key in this PEM file.

    Raises UsageError if it holds none, one that is locked with a password, or one of another kind.
    """
    try:
        loaded = load_pem_private_key(key.read_bytes(), password=None)
    except OSError as error:
        raise UsageError(f"{key}: {error.strerror}") from error
    except (ValueError, TypeError) as error:
        raise UsageError(f"{key}: no private key that can be read: {error}") from error
    if not isinstance(loaded, ec.EllipticCurvePrivateKey):
        raise UsageError(
            f"{key}: WACZ signatures are ECDSA: make a key with"
            " openssl ecparam -name secp384r1 -genkey -noout"
        )
    return Signer(loaded)


def signature_fault(signed: Any, *, hash_: str) -> str | None:
    """What is wrong with the `signedData` of a package; None if it is sound.

    `hash_` is the hash of its `datapackage.json`.
    Of a signature by the owner of a domain it is checked that its certificate made it, and not who trusts
    that certificate.
    """
    if not isinstance(signed, dict):
        return "signedData is no object"
    if signed.get("hash") != hash_:
        return "what was signed is the hash of another datapackage.json"
    try:
        key = _public_key(signed)
        signature = base64.b64decode(str(signed["signature"]), validate=True)
    except (KeyError, ValueError, TypeError) as error:
        return f"the signature cannot be read: {error}"
    if not isinstance(key, ec.EllipticCurvePublicKey):
        return "the public key is none of ECDSA"
    try:
        key.verify(_as_der(signature, key), hash_.encode(), _ALGORITHM)
    except InvalidSignature:
        return "the signature was not made with the stated key"
    return None


def _public_key(signed: dict[str, Any]) -> Any:
    if "domainCert" in signed:
        certificates = x509.load_pem_x509_certificates(str(signed["domainCert"]).encode())
        return certificates[0].public_key()
    return load_der_public_key(base64.b64decode(str(signed["publicKey"]), validate=True))


def _as_der(signature: bytes, key: ec.EllipticCurvePublicKey) -> bytes:
    size = (key.curve.key_size + 7) // 8
    if len(signature) != 2 * size:
        return signature
    return encode_dss_signature(int.from_bytes(signature[:size]), int.from_bytes(signature[size:]))
