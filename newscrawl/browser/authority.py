"""A certificate authority of our own, so that a browser's encrypted requests can be read and captured.

A browser of newscrawl's trusts it by the fingerprint of its key, for as long as it runs; nothing else does.
"""

from __future__ import annotations

import base64
import hashlib
import ipaddress
import os
import ssl
import tempfile
from datetime import UTC, datetime, timedelta
from functools import lru_cache
from typing import TYPE_CHECKING

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

from newscrawl.storage.durable import storage_errors

if TYPE_CHECKING:
    from pathlib import Path
    from typing import Self

#: How long certificates hold; that of an authority which is kept holds longer.
VALIDITY, KEPT_VALIDITY = timedelta(days=7), timedelta(days=3650)
#: Hosts whose certificates are held.
_MAX_HOSTS = 2_000
_KEY = "ca-key.pem"


class Authority:
    """Makes a certificate for any host, signed by a key that never leaves this process or its folder."""

    #: The name of the certificate's file in such a folder.
    CERTIFICATE = "ca-certificate.pem"

    def __init__(
        self, key: ec.EllipticCurvePrivateKey, certificate: x509.Certificate, now: datetime
    ) -> None:
        self._key, self.certificate, self._now = key, certificate, now
        self._leaf_key = ec.generate_private_key(ec.SECP256R1())
        self.context = lru_cache(_MAX_HOSTS)(self._context)

    @classmethod
    def new(cls, *, now: datetime, validity: timedelta = VALIDITY) -> Self:
        """An authority with a new key."""
        key = ec.generate_private_key(ec.SECP256R1())
        name = _name("newscrawl capture proxy")
        builder = _builder(name, name, key.public_key(), now, validity)
        usage = x509.KeyUsage(
            digital_signature=False, content_commitment=False, key_encipherment=False,
            data_encipherment=False, key_agreement=False, key_cert_sign=True, crl_sign=True,
            encipher_only=False, decipher_only=False,
        )  # fmt: skip
        builder = builder.add_extension(x509.BasicConstraints(True, 0), critical=True)
        builder = builder.add_extension(usage, critical=True)
        return cls(key, builder.sign(key, hashes.SHA256()), now)

    @classmethod
    def kept_in(cls, folder: Path, *, now: datetime) -> Self:
        """The authority whose key lies in this folder, where it is made the first time. Raises
        StorageError."""
        certificate, key = folder / cls.CERTIFICATE, folder / _KEY
        with storage_errors(folder):
            if not key.exists():
                made = cls.new(now=now, validity=KEPT_VALIDITY)
                folder.mkdir(mode=0o700, parents=True, exist_ok=True)
                handle = os.open(key, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
                with os.fdopen(handle, "wb") as file:
                    file.write(_private_bytes(made._key))
                certificate.write_bytes(made.pem)
            stored = serialization.load_pem_private_key(key.read_bytes(), None)
            assert isinstance(stored, ec.EllipticCurvePrivateKey)
            found = x509.load_pem_x509_certificate(certificate.read_bytes())
            return cls(stored, found, now)

    @property
    def pem(self) -> bytes:
        """The certificate, for those who are to trust it."""
        return self.certificate.public_bytes(serialization.Encoding.PEM)

    @property
    def fingerprint(self) -> str:
        """The SHA-256 of the public key in base64, by which Chromium trusts it."""
        key = self.certificate.public_key().public_bytes(
            serialization.Encoding.DER, serialization.PublicFormat.SubjectPublicKeyInfo
        )
        return base64.b64encode(hashlib.sha256(key).digest()).decode("ascii")

    def _context(self, host: str) -> ssl.SSLContext:
        """What a server that stands for this host answers a TLS connection with."""
        builder = _builder(
            _name(host[:64]),
            self.certificate.subject,
            self._leaf_key.public_key(),
            self._now,
            VALIDITY,
        )
        names = x509.SubjectAlternativeName([_general_name(host)])
        builder = builder.add_extension(names, critical=False)
        server = x509.ExtendedKeyUsage([ExtendedKeyUsageOID.SERVER_AUTH])
        leaf = builder.add_extension(server, critical=False).sign(self._key, hashes.SHA256())
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.set_alpn_protocols(["http/1.1"])
        with tempfile.NamedTemporaryFile() as file:  # ssl reads files only; this one is ours alone
            file.write(_private_bytes(self._leaf_key))
            file.write(leaf.public_bytes(serialization.Encoding.PEM) + self.pem)
            file.flush()
            context.load_cert_chain(file.name)
        return context


def _name(text: str) -> x509.Name:
    return x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, text)])


def _general_name(host: str) -> x509.GeneralName:
    try:
        return x509.IPAddress(ipaddress.ip_address(host.strip("[]")))
    except ValueError:
        return x509.DNSName(host)


def _builder(
    subject: x509.Name,
    issuer: x509.Name,
    key: ec.EllipticCurvePublicKey,
    now: datetime,
    validity: timedelta,
) -> x509.CertificateBuilder:
    now = now.astimezone(UTC)
    return (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(issuer)
        .public_key(key)
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + validity)
    )


def _private_bytes(key: ec.EllipticCurvePrivateKey) -> bytes:
    return key.private_bytes(
        serialization.Encoding.PEM,
        serialization.PrivateFormat.PKCS8,
        serialization.NoEncryption(),
    )
