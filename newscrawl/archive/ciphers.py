"""IANA's names for the cipher suites that OpenSSL calls otherwise."""

from __future__ import annotations

import re

_MACS = re.compile(r"-(SHA\d*|MD5)$")


def iana_name(openssl: str) -> str:
    """`ECDHE-RSA-AES128-GCM-SHA256` is `TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256` in IANA's registry.

    TLS 1.3 suites already carry IANA's name. The rule holds for the ephemeral and static suites that
    OpenSSL still negotiates: key exchange and authentication, WITH, cipher with its key size, MAC.
    """
    if openssl.startswith("TLS_"):
        return openssl
    match = re.match(r"((?:ECDHE|DHE|ECDH|DH|PSK|RSA|SRP)(?:-(?:RSA|ECDSA|PSK|DSS|anon))?-)?", openssl)
    exchange = (match.group(1) if match else None) or "RSA-"
    cipher = openssl[len(match.group(1) or "") if match else 0 :]
    cipher = re.sub(r"^(AES|CAMELLIA|ARIA)(\d{3})", r"\1-\2", cipher)
    cipher = re.sub(r"^CHACHA20-POLY1305$", "CHACHA20-POLY1305-SHA256", cipher)
    if not re.search(r"GCM|CCM|POLY1305|CBC|RC4|NULL|DES", cipher):
        cipher = _MACS.sub(r"-CBC-\1", cipher)
    return "TLS_" + f"{exchange}WITH-{cipher}".replace("-", "_")
