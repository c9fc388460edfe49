"""The small server around ReplayWeb.page: what it serves, how, to whom, and how it ends."""

from __future__ import annotations

import http.client
import json
import re
import signal
import socket
import struct
import zipfile
from typing import TYPE_CHECKING

import pytest

from tests.conftest import newscrawl
from tests.serving.conftest import serve

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from tests.conftest import Crawled
    from tests.serving.conftest import Serving


@pytest.fixture(scope="module")
def own(
    crawled: Crawled, scripts: Path, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Serving]:
    folder = tmp_path_factory.mktemp("own")
    with serve(folder, "--replay-assets", scripts, "--archive", crawled.archive) as serving:
        yield serving


@pytest.fixture
def client(own: Serving) -> Iterator[http.client.HTTPConnection]:
    connection = http.client.HTTPConnection("127.0.0.1", own.port, timeout=10)
    yield connection
    connection.close()


class Answer:
    def __init__(self, raw: http.client.HTTPResponse) -> None:
        self.status, self.headers, self.body = raw.status, raw.headers, raw.read()


def ask(
    client: http.client.HTTPConnection, path: str, method: str = "GET", **headers: str
) -> Answer:
    client.request(method, path, headers=headers)
    return Answer(client.getresponse())


def package_in(page: bytes) -> str:
    found = re.search(rb'source="(/[\w-]+\.wacz)"', page)
    assert found is not None
    return found[1].decode()


def test_what_is_served(client: http.client.HTTPConnection, scripts: Path) -> None:
    page = ask(client, "/")
    assert (page.status, page.headers["Content-Type"]) == (200, "text/html; charset=utf-8")
    for path, file in {
        "/ui.js": "ui.js",
        "/replay/ui.js": "ui.js",
        "/replay/sw.js": "sw.js",
    }.items():
        script = ask(client, path)
        assert (script.status, script.body) == (200, (scripts / file).read_bytes())
        assert script.headers["Content-Type"] == "text/javascript; charset=utf-8"
    frame = ask(client, "/replay/?source=x")
    assert (frame.status, b"<replay-app-main>" in frame.body) == (200, True)
    # As ReplayWeb.page registers its worker.
    assert ask(client, "/replay/sw.js?serveIndex=1").status == 200


def test_the_package_is_of_the_archive(
    client: http.client.HTTPConnection, crawled: Crawled, tmp_path: Path
) -> None:
    package = ask(client, package_in(ask(client, "/").body))
    (tmp_path / "news.wacz").write_bytes(package.body)
    with zipfile.ZipFile(tmp_path / "news.wacz") as opened:
        [warc] = (crawled.archive / "warc").iterdir()
        assert opened.read(f"archive/{warc.name}") == warc.read_bytes()
        _, *pages = map(json.loads, opened.read("pages/pages.jsonl").splitlines())
    assert {page["url"] for page in pages} == set(crawled.records)


def test_the_example_is_a_capture(own: Serving, crawled: Crawled) -> None:
    assert own.example is not None
    base, _, fragment = own.example.partition("#url=")
    url, _, stamp = fragment.partition("&ts=")
    assert base == own.base
    captured = crawled.records[re.sub("%([0-9A-F]{2})", lambda m: chr(int(m[1], 16)), url)]
    assert re.sub(r"\D", "", captured["capture"]["captured_at"])[:14] == stamp


@pytest.mark.parametrize("path", ["/", "/ui.js", "/replay/sw.js", "/nothing"])
def test_policy_on_every_answer(client: http.client.HTTPConnection, path: str) -> None:
    headers = ask(client, path).headers
    policy = dict(
        part.strip().split(" ", 1) for part in headers["Content-Security-Policy"].split(";")
    )
    assert policy["default-src"] == "'none'"
    # Nothing may come from elsewhere, and nothing go there.
    assert not re.search(r"[*]|https?:|//", headers["Content-Security-Policy"])
    assert "unsafe-inline" not in policy["script-src"]
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert headers["Cache-Control"] == "no-store"


@pytest.mark.parametrize(
    "path",
    [
        "/index.html", "/replay", "/replay/index.html", "/package.json", "/replay/package.json",
        "/archive.wacz", "/ui.js/", "/ui.js#", "/[", "/../ui.js", "/./ui.js", "/%2e%2e/package.json",
        "/replay/../package.json",
        "/../../../../../etc/passwd", "/..%2f..%2f..%2fetc/passwd", "/%00", "/ui.js%00.html", "*", "http:",
    ],
)  # fmt: skip
def test_nothing_else_is_served(client: http.client.HTTPConnection, path: str) -> None:
    answer = ask(client, path)
    assert (answer.status, answer.body) == (404, b"404 Not Found\n")


def test_parts(client: http.client.HTTPConnection) -> None:
    path = package_in(ask(client, "/").body)
    whole = ask(client, path).body
    size = len(whole)
    for header, start, stop in [
        ("bytes=0-9", 0, 10),
        ("bytes=100-", 100, size),
        ("bytes=-65558", size - 65558, size),
        (f"bytes=5-{size + 5}", 5, size),
    ]:
        part = ask(client, path, Range=header)
        assert (part.status, part.body) == (206, whole[start:stop])
        assert part.headers["Content-Range"] == f"bytes {start}-{stop - 1}/{size}"
        assert part.headers["Content-Length"] == str(stop - start)
    several = ask(client, path, Range="bytes=0-1,5-6")
    assert (several.status, several.body) == (200, whole)
    beyond = ask(client, path, Range=f"bytes={size}-")
    assert (beyond.status, beyond.headers["Content-Range"]) == (416, f"bytes */{size}")


def test_head_is_the_head_alone(client: http.client.HTTPConnection) -> None:
    whole, head = ask(client, "/ui.js"), ask(client, "/ui.js", "HEAD")
    assert (head.status, head.body) == (200, b"")
    assert head.headers["Content-Length"] == whole.headers["Content-Length"]
    part = ask(client, "/ui.js", "HEAD", Range="bytes=1-3")
    assert (part.status, part.headers["Content-Length"], part.body) == (206, "3", b"")
    missing = ask(client, "/nothing", "HEAD")
    assert (missing.status, missing.body) == (404, b"")


def test_nothing_can_be_written(client: http.client.HTTPConnection) -> None:
    assert ask(client, "/ui.js", "POST").status == 501
    assert ask(client, "/ui.js", "PUT").status == 501


@pytest.mark.parametrize("name", ["paper.example", "127.0.0.1", "localhost:1", ""])
def test_a_name_pointed_at_loopback_reads_nothing(
    client: http.client.HTTPConnection, name: str
) -> None:
    answer = ask(client, "/", Host=name)
    assert (answer.status, answer.body) == (421, b"421 Misdirected Request\n")


def test_localhost_is_a_name_of_ours(client: http.client.HTTPConnection, own: Serving) -> None:
    assert ask(client, "/", Host=f"localhost:{own.port}").status == 200


def test_on_one_address_alone(own: Serving) -> None:
    with pytest.raises(ConnectionRefusedError):
        socket.create_connection(("127.0.0.2", own.port), timeout=10)


@pytest.mark.parametrize("how", [signal.SIGTERM, signal.SIGINT, signal.SIGHUP])
def test_ends_when_told_and_leaves_nothing(
    crawled: Crawled, scripts: Path, tmp_path: Path, how: int
) -> None:
    with serve(tmp_path, "--replay-assets", scripts, "--archive", crawled.archive) as serving:
        [folder] = tmp_path.iterdir()
        assert {file.suffix for file in folder.iterdir()} == {".html", ".wacz"}
        assert serving.end(how) == 0
        assert list(tmp_path.iterdir()) == []
        with pytest.raises(ConnectionRefusedError):
            socket.create_connection(("127.0.0.1", serving.port), timeout=10)


def test_a_browser_that_goes_away_is_no_trouble(scripts: Path, wacz: Path, tmp_path: Path) -> None:
    with serve(tmp_path, "--replay-assets", scripts, "--wacz", wacz) as serving:
        for begun in (
            b"GET / HT",
            f"GET / HTTP/1.1\r\nHost: 127.0.0.1:{serving.port}\r\n".encode(),
        ):
            rude = socket.create_connection(("127.0.0.1", serving.port), timeout=10)
            rude.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
            rude.sendall(begun)
            rude.close()  # with a reset
        polite = http.client.HTTPConnection("127.0.0.1", serving.port, timeout=10)
        assert ask(polite, "/").status == 200
        polite.close()
        assert serving.end() == 0
        assert serving.said == "Ctrl-C ends it.\nnewscrawl: stopped\n"


def test_a_package_of_somebody_else(scripts: Path, wacz: Path, tmp_path: Path) -> None:
    """It needs no archive; its name does not become markup."""
    other = tmp_path / "<script>1&2.zip"
    other.write_bytes(wacz.read_bytes())
    where = ("--archive", tmp_path / "none")
    with serve(tmp_path, "--replay-assets", scripts, "--wacz", other, *where) as serving:
        client = http.client.HTTPConnection("127.0.0.1", serving.port, timeout=10)
        page = ask(client, "/").body
        assert b"<title>&lt;script&gt;1&amp;2.zip</title>" in page
        assert ask(client, package_in(page)).body == wacz.read_bytes()
        client.close()


def test_a_port_that_is_taken(own: Serving, scripts: Path, wacz: Path) -> None:
    ran = newscrawl("serve", "--replay-assets", scripts, "--wacz", wacz, "--port", own.port)
    assert (ran.code, ran.out) == (1, "")
    assert ran.err == f"newscrawl: port {own.port}: Address already in use\n"
