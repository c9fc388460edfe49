"""What may the keys of a source hold that say what its requests carry? What they may not raises Wrong."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from newscrawl.text.toml_mistakes import Wrong, meant

if TYPE_CHECKING:
    from newscrawl.text.toml_mistakes import Place

#: RFC 9110, 5.6.2.
_TOKEN = re.compile(r"[!#$%&'*+.^_`|~0-9A-Za-z-]+")
_VARIABLE = re.compile(r"[A-Za-z_][A-Za-z0-9_]*")
#: Headers that the crawler makes itself, or that another key is for.
_OURS = {
    "host": "the URL says it",
    "connection": "the crawler says it",
    "content-length": "requests have no body",
    "transfer-encoding": "requests have no body",
    "accept-encoding": "the WARC depends on it",
    "if-none-match": "the crawler says it",
    "if-modified-since": "the crawler says it",
    "cookie": "give a file: cookies",
    "user-agent": "the key is user_agent",
    "authorization": "the key is auth, whose values are not in the file",
    "proxy-authorization": "give it in the URL of proxy",
}


def headers(value: Any, at: Place) -> tuple[tuple[str, str], ...]:
    if not isinstance(value, dict):
        raise Wrong('is not a table such as { "Accept-Language" = "de" }')
    found = []
    for name, text in value.items():
        with at.item(name).noting():
            if not _TOKEN.fullmatch(name):
                raise Wrong("is not the name of a header")
            if why := _OURS.get(name.lower()):
                raise Wrong(f"cannot be given here: {why}")
            found.append((name, header_value(text, at.item(name))))
    return tuple(found)


def header_value(value: Any, _: Place) -> str:
    # RFC 9110, 5.5: no control characters; what is not ASCII has no agreed meaning.
    if (
        not isinstance(value, str)
        or not value.strip()
        or not value.isascii()
        or not value.isprintable()
    ):
        raise Wrong("is not the value of a header: printable ASCII")
    return value.strip()


def path(value: Any, _: Place) -> str:
    if not isinstance(value, str) or not value or "\0" in value:
        raise Wrong("is not the path of a file")
    return value


def proxy(value: Any, _: Place) -> str:
    # The value is not quoted: it may hold a password.
    form = 'is not the URL of a proxy such as "http://proxy.example:3128"'
    if not isinstance(value, str) or not value.isprintable():
        raise Wrong(form)
    try:
        parts = urlsplit(value)
        is_good = parts.scheme == "http" and bool(parts.hostname) and parts.port != 0
    except ValueError:
        is_good = False
    if not is_good or parts.path not in ("", "/") or parts.query or parts.fragment:
        raise Wrong(form)
    return value


def auth(value: Any, at: Place) -> tuple[str, str]:
    names = ("user", "password")
    if not isinstance(value, dict):
        raise Wrong('is not a table such as { user = "PAPER_USER", password = "PAPER_PASSWORD" }')
    for key, name in value.items():
        with at.item(key).noting():
            if key not in names:
                raise Wrong(f"is not a key of auth{meant(key, names)}")
            if not isinstance(name, str) or not _VARIABLE.fullmatch(name):
                raise Wrong("is not the name of an environment variable")
    for key in names:
        if key not in value:
            at.item(key).wrong("is missing")
    return str(value.get("user")), str(value.get("password"))
