"""Whatever a server answers, the WARC has it byte for byte, and so has the tool that asked by the proxy."""

from __future__ import annotations

import socket
from concurrent.futures import ThreadPoolExecutor
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
)  # fmt: skip


@pytest.mark.filterwarnings("ignore")
def test_every_odd_answer_is_captured_and_given_as_it_came(tmp_path: Path) -> None:
    with serving("raw_server.py", tmp_path) as server:
        proxy = Proxy(tmp_path / "news", *SETTINGS)
        base = f"http://127.0.0.1:{server['http']}"
        try:
            # At once, for some servers keep one waiting.
            with ThreadPoolExecutor(8) as threads:
                found = {
                    name: threads.submit(ask, proxy.port, f"{base}/{name}", expected)
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


def ask(port: int, url: str, expected: dict[str, Any]) -> bytes:
    """The answer of the proxy, to its last byte."""
    body = (expected["body"] or "").encode()
    head = f"{expected['method']} {url} HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Length: {len(body)}\r\n\r\n"
    with socket.create_connection(("127.0.0.1", port), timeout=60) as connection:
        connection.sendall(head.encode() + body)
        connection.shutdown(socket.SHUT_WR)
        found = b""
        while data := connection.recv(65536):
            found += data
        return found
