"""Translate OpenSSL's names of cipher suites to those of the IANA registry."""

from __future__ import annotations

import re

#: Key exchange and authentication: what OpenSSL writes in front of the cipher, the longest first.
_EXCHANGES = {
    "ECDHE-ECDSA-": "ECDHE_ECDSA",
    "ECDHE-RSA-": "ECDHE_RSA",
    "ECDHE-PSK-": "ECDHE_PSK",
    "DHE-RSA-": "DHE_RSA",
    "DHE-DSS-": "DHE_DSS",
    "DHE-PSK-": "DHE_PSK",
    "RSA-PSK-": "RSA_PSK",
    "SRP-RSA-": "SRP_SHA_RSA",
    "SRP-DSS-": "SRP_SHA_DSS",
    "AECDH-": "ECDH_anon",
    "ECDHE-": "ECDHE_RSA",
    "ADH-": "DH_anon",
    "PSK-": "PSK",
    "SRP-": "SRP_SHA",
    "": "RSA",
}


def iana_name(openssl: str) -> str:
    """`ECDHE-RSA-AES128-GCM-SHA256` is `TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256` in IANA's registry.

    TLS 1.3 suites already carry IANA's name; so do those of older versions in some builds.
    """
    if openssl.startswith("TLS_"):
        return openssl
    prefix = next(prefix for prefix in _EXCHANGES if openssl.startswith(prefix))
    exchange = _EXCHANGES[prefix]
    cipher = openssl.removeprefix(prefix)
    cipher = re.sub(r"^(AES|CAMELLIA|ARIA)(\d{3})", r"\1-\2", cipher)
    cipher = re.sub(r"CCM8$", "CCM-8", cipher)
    cipher = re.sub(r"^CHACHA20-POLY1305$", "CHACHA20-POLY1305-SHA256", cipher)
    if not re.search(r"GCM|CCM|POLY1305|CBC|RC4|NULL", cipher):
        cipher = re.sub(r"-(SHA\d*|MD5)$", r"-CBC-\1", cipher)
    if exchange == "DHE_PSK" and cipher.endswith("CCM-8"):
        exchange = "PSK_DHE"  # the registry's own exception (RFC 6655)
    return f"TLS_{exchange}_WITH_{cipher.replace('-', '_')}"
