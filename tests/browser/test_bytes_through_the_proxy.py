"""Whatever a server answers, the WARC has it byte for byte, and so has the tool that asked by the proxy."""

from __future__ import annotations

import socket
import ssl
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from typing import TYPE_CHECKING, Any

import pytest
from comparing import differences
from processes import exchanges, serving
from strict_warc import faults, read_warc

from tests.browser.test_capture_proxy import Proxy

if TYPE_CHECKING:
    from pathlib import Path

SETTINGS = (
    "-s", "NEWSCRAWL_ROBOTS=False", "-s", "DOWNLOAD_TIMEOUT=10", "-s", "DOWNLOAD_MAXSIZE=10000000",
    "-s", "NEWSCRAWL_FIRST_BYTE_SECONDS=10", "-s", "NEWSCRAWL_SLOWEST_BYTES=0",
    # The certificate of the server is its own.
    "-s", "DOWNLOAD_VERIFY_CERTIFICATES=False",
)  # fmt: skip


#: How a connection to the proxy is ended: this is no request, so it is answered with 400 and closed.
END = b"END\r\n\r\n"


@pytest.mark.filterwarnings("ignore")
@pytest.mark.parametrize("scheme", ["http", "https"])
def test_every_odd_answer_is_captured_and_given_as_it_came(tmp_path: Path, scheme: str) -> None:
    with serving("raw_server.py", tmp_path) as server:
        proxy = Proxy(tmp_path / "news", *SETTINGS)
        base = f"{scheme}://127.0.0.1:{server[scheme]}"
        try:
            # At once, for some servers keep one waiting.
            with ThreadPoolExecutor(8) as threads:
                found = {
                    name: threads.submit(ask, proxy, f"{base}/{name}", expected)
                    for name, expected in server["expected"].items()
                }
            given = {name: each.result() for name, each in found.items()}
        finally:
            _, err = proxy.end()
        assert "Traceback" not in err
        seen = exchanges(server["log"])
    warcs = sorted((tmp_path / "news" / "warc").glob("*.warc.gz"))
    records = [record for path in warcs for record in read_warc(path)]
    assert differences(seen, records, server["expected"]) == []
    assert [fault for path in warcs for fault in faults(path)] == []
    whole = 0
    for exchange in seen:
        name = exchange.target.rpartition("/")[2]
        excess = server["expected"][name].get("excess", 0)
        received = exchange.received[: len(exchange.received) - excess]
        if given[name].startswith(b"HTTP/1.1 502 Refused") or not received:
            continue
        assert given[name] == received, name
        whole += 1
    assert whole > 30


def ask(proxy: Proxy, url: str, expected: dict[str, Any]) -> bytes:
    """The answer of the proxy, to its last byte."""
    body = (expected["body"] or "").encode()
    target, end = url, b""
    with socket.create_connection(("127.0.0.1", proxy.port), timeout=60) as connection:
        if url.startswith("https"):
            host, _, target = url.removeprefix("https://").partition("/")
            connection = tunnel(connection, host, proxy.certificate)
            target, end = f"/{target}", END
        head = f"{expected['method']} {target} HTTP/1.1\r\nHost: 127.0.0.1\r\n"
        head += f"Content-Length: {len(body)}\r\n\r\n"
        connection.sendall(head.encode() + body + end)
        if not end:
            connection.shutdown(socket.SHUT_WR)
        found = b""
        with suppress(ssl.SSLEOFError, ConnectionError):
            while data := connection.recv(65536):
                found += data
    answer, at, _ = found.rpartition(b"HTTP/1.1 400 Bad Request\r\n")
    return answer if end and at else found


def tunnel(connection: socket.socket, host: str, certificate: Path) -> ssl.SSLSocket:
    """A TLS connection to a host through the proxy, whose certificate for it is checked."""
    connection.sendall(f"CONNECT {host} HTTP/1.1\r\nHost: {host}\r\n\r\n".encode())
    said = b""
    while not said.endswith(b"\r\n\r\n"):
        said += connection.recv(1)
    assert b" 200 " in said
    context = ssl.create_default_context(cafile=certificate)
    return context.wrap_socket(connection, server_hostname=host.partition(":")[0])
