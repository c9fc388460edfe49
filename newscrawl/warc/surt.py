"""The key of a URL in an index (SURT): `example,paper)/path?query`.

It equals the key that pywb, cdxj-indexer and the Wayback Machine make, so that they find our captures. The
host is reversed (IP addresses too) and has no `www.`; the default port, needless escapes and session ids are
left out; the query is sorted; everything is in lower case. Many spellings of a URL have one key.
"""

from __future__ import annotations

import re
from functools import lru_cache
from urllib.parse import quote_from_bytes, unquote_to_bytes

_URL = re.compile(
    r"(?P<scheme>https?)://(?:https?://)*(?:[^/?#]*@)?(?P<host>\[[^/?#]*\]|[^/?#:]*)(?::(?P<port>\d*))?"
    r"(?P<path>[^?#]*)(?:\?(?P<query>[^#]*))?",
    re.IGNORECASE,
)
_DEFAULT_PORTS = {"http": "80", "https": "443"}
_UNESCAPED = "!\"$&'()*+,-./:;<=>?@[\\]^_`{|}~"
_SESSION_IDS = tuple(
    re.compile(rf"(.*){parameter}(?:&(.*))?", re.IGNORECASE | re.DOTALL)
    for parameter in (
        "jsessionid=[0-9a-z]{32}",
        "phpsessid=[0-9a-z]{32}",
        "sid=[0-9a-z]{32}",
        "aspsessionid[a-z]{8}=[a-z]{24}",
        "cfid=[^&]+&cftoken=[^&]+",
    )
)


def surt(url: str) -> str:
    """The key of a URL. It has no blanks, whatever the URL has."""
    text = re.sub(r"[\t\r\n]", "", url.strip())
    parts = _URL.match(text)
    if parts is None:
        return _other(text)
    key = _host(parts["host"])
    port = parts["port"]
    if port and port != _DEFAULT_PORTS[parts["scheme"].lower()]:
        key += f":{int(port)}"
    key += ")" + _path(parts["path"])
    query = _query(parts["query"] or "")
    return f"{key}?{query}" if query else key


def _other(text: str) -> str:
    """The key of a URI of another scheme, such as `urn:view:https://...`."""
    before, mark, query = _normal(text).partition("?")
    return before.rstrip("/").lower() + (mark and f"?{_query(query)}")


def _normal(text: str) -> str:
    """The text without needless escapes, however often it was escaped."""
    return quote_from_bytes(_plain(text), safe=_UNESCAPED)


def _plain(text: str) -> bytes:
    data = text.encode("utf-8", "surrogatepass")
    while (plain := unquote_to_bytes(data)) != data:
        data = plain
    return data


@lru_cache(4096)
def _host(host: str) -> str:
    plain = _plain(host.strip("[]")).decode("utf-8", "ignore")
    try:
        name = plain.encode("idna").decode("ascii")
    except UnicodeError:
        name = plain  # no name that could be registered
    name = _normal(name.replace("..", ".").strip(".")).lower()
    return ",".join(reversed(re.sub(r"^www\d*\.", "", name).split(".")))


def _path(path: str) -> str:
    kept: list[bytes] = []
    for part in _plain(path).split(b"/"):
        if part == b".." and kept:
            kept.pop()
        elif part not in (b"", b"."):
            kept.append(part)
    return quote_from_bytes(b"/" + b"/".join(kept), safe=_UNESCAPED).lower()


def _query(query: str) -> str:
    query = _normal(query)
    for session_id in _SESSION_IDS:
        if found := session_id.fullmatch(query):
            query = found[1] + (found[2] or "")
    pairs = sorted(tuple(pair.split("=", 1)) for pair in query.lower().split("&"))
    return "&".join("=".join(pair) for pair in pairs)
