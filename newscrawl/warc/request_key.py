"""How a request that is no GET is told apart in an index: by its method and body, as if they were a query.

pywb, cdxj-indexer and ReplayWeb.page look an answer to a POST up under the URL with
`__wb_method=POST&<body as a query>` behind it, so that it is not given to a GET of the same URL. The forms of
bodies are those of cdxj-indexer (https://specs.webrecorder.net/request-body-canonicalization/latest/).
"""

from __future__ import annotations

import json
from base64 import b64encode
from dataclasses import dataclass
from email.parser import BytesParser
from email.policy import HTTP
from typing import TYPE_CHECKING, Any
from urllib.parse import unquote_plus, urlencode

from newscrawl.warc import http

if TYPE_CHECKING:
    from collections.abc import Iterator

    from newscrawl.warc.http import Head

#: Bytes of a request that are looked at; what is longer is known by its beginning.
MAX_REQUEST_BYTES = 1024 * 1024
#: Characters of a body's query that are kept, as by the other tools.
MAX_QUERY_LENGTH = 4096

_WITH_BODY = frozenset({"POST", "PUT"})


@dataclass(frozen=True, slots=True)
class RequestKey:
    """Method and body of a request; `query` is the body as a query, empty where it has none."""

    method: str
    query: str

    @property
    def is_head(self) -> bool:
        return self.method == "HEAD"

    def append_to(self, url: str) -> str:
        """The URL under which the answer is looked up."""
        query = f"&{self.query}" if self.query else ""
        return f"{url}{'&' if '?' in url else '?'}__wb_method={self.method}{query}"


def request_key(sent: bytes) -> RequestKey | None:
    """What tells this request, its head and body as they were sent, apart from a GET; None for a GET."""
    method = sent[:16].split(b" ", 1)[0].decode("latin-1").upper()
    if method == "GET" or not method.isascii() or not method.isalpha():
        return None
    if method not in _WITH_BODY:
        return RequestKey(method, "")
    sent = sent[:MAX_REQUEST_BYTES]
    head = http.read_head(sent)
    if head is None:
        return RequestKey(method, "")
    body = b"".join(http.payload(head, [sent[head.length :]]))
    return RequestKey(method, _query(head, body)[:MAX_QUERY_LENGTH])


def _query(head: Head, body: bytes) -> str:
    declared = head.get("content-type") or ""
    kind = declared.partition(";")[0].strip().lower()
    if not body:
        return ""
    if kind == "application/x-www-form-urlencoded":
        return _form(body)
    if kind.startswith("multipart/"):
        return _multipart(declared, body)
    if kind == "application/json":
        return _json(body) or ""
    if kind == "text/plain" and (query := _json(body)) is not None:
        return query
    return _binary(body)


def _binary(body: bytes) -> str:
    return "__wb_post_data=" + b64encode(body).decode("ascii")


def _form(body: bytes) -> str:
    try:
        return unquote_plus(body.decode())
    except UnicodeDecodeError:
        return _binary(body)


def _multipart(declared: str, body: bytes) -> str:
    if "boundary=" not in declared:
        return _binary(body)
    head = f"Content-Type: {declared}\r\n\r\n".encode("latin-1")
    parsed: Any = BytesParser(policy=HTTP).parsebytes(head + body)
    values = [
        (part.get_param("name", header="content-disposition"), part.get_payload(decode=True))
        for part in parsed.walk()
        if not part.is_multipart()
    ]
    return urlencode([(name, value) for name, value in values if name is not None])


def _json(body: bytes) -> str | None:
    """The scalar members of a JSON text, or of its lines, each under its name; None for other texts."""
    try:
        documents = [json.loads(body)]
    except (ValueError, RecursionError):
        try:
            documents = [json.loads(line) for line in body.splitlines() if line.strip()]
        except (ValueError, RecursionError):
            return None
    found: dict[str, str] = {}
    seen: dict[str, int] = {}
    for document in documents:
        for name, value in _members(document):
            seen[name] = seen.get(name, 0) + 1
            key = name if seen[name] == 1 else f"{name}.{seen[name]}_"
            found[key] = str(value)
    return urlencode({key: value.encode("utf-8", "replace") for key, value in found.items()})


def _members(value: Any, name: str = "") -> Iterator[tuple[str, Any]]:
    """Names and scalars, in the order of the text."""
    waiting = [(name, value)]
    while waiting:
        name, value = waiting.pop()
        if isinstance(value, dict):
            waiting += reversed(value.items())
        elif isinstance(value, list):
            waiting += [(name, each) for each in reversed(value)]
        elif name:
            yield name, value
