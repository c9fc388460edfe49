"""`newscrawl proxy`: what a tool of the user's asks for is captured and read, by the rules of a crawl."""

from __future__ import annotations

import re
import signal
import ssl
import stat
import subprocess
import urllib.error
import urllib.request
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread
from typing import TYPE_CHECKING, Any

import pytest
from strict_warc import faults

from newscrawl.archive import cdxj_file
from newscrawl.archive.layout import Layout
from tests.conftest import FAST, newscrawl, start_newscrawl, story

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from small_site import SmallSite

ALLOWED = ("-s", "NEWSCRAWL_ALLOWED_NETWORKS=127.0.0.0/8", "-s", "NEWSCRAWL_REQUISITE_DELAY=0")


class Proxy:
    """The command while it runs, and an opener that uses it."""

    def __init__(self, archive: Path, *more: str) -> None:
        self._process = start_newscrawl(
            "proxy", "--archive", archive, *FAST, *ALLOWED, *more, stdout=subprocess.PIPE
        )
        assert self._process.stdout is not None
        self.url = self._process.stdout.readline().split()[-1]
        self.certificate = Path(self._process.stdout.readline().split()[-1])
        self.port = int(self.url.rpartition(":")[2])
        self._opener = urllib.request.build_opener(
            urllib.request.ProxyHandler({"http": self.url, "https": self.url}),
            urllib.request.HTTPSHandler(
                context=ssl.create_default_context(cafile=self.certificate)
            ),
        )

    def get(self, url: str, **headers: str) -> bytes:
        request = urllib.request.Request(url, headers=headers)
        with self._opener.open(request, timeout=60) as response:
            return bytes(response.read())

    def end(self) -> tuple[str, str]:
        if self._process.poll() is None:
            self._process.send_signal(signal.SIGTERM)
        return self._process.communicate(timeout=60)


@pytest.fixture
def proxy(tmp_path: Path) -> Iterator[Proxy]:
    proxy = Proxy(tmp_path / "news")
    yield proxy
    proxy.end()


def test_what_passes_is_captured_and_read(
    tmp_path: Path, proxy: Proxy, small_site: Callable[..., SmallSite]
) -> None:
    pages = {"/robots.txt": {"body": "User-agent: *\nDisallow: /private/"}, "/story.html": story(1)}
    site = small_site({**pages, "/private/a.html": story(2)})
    body = proxy.get(f"{site.base}/story.html", Cookie="session=secret")
    assert body.decode() == story(1)["body"]
    with pytest.raises(urllib.error.HTTPError, match="502") as refused:
        proxy.get(f"{site.base}/private/a.html")
    with refused.value as answer:
        assert b"robots" in answer.read()
    for number in range(6):
        with pytest.raises(urllib.error.HTTPError, match="502"):
            proxy.get(f"http://10.0.0.1/{number}")
    assert "/private/a.html" not in site.asked
    asked = dict(zip(site.asked, site.headers, strict=True))["/story.html"]
    assert asked["Cookie"] == "session=secret"
    out, err = proxy.end()
    assert "Traceback" not in err
    assert "1 article" in out
    assert f"WARNING: no answer to GET {site.base}/private/a.html: robots: " in err
    assert err.count("no answer to GET http://10.0.0.1/") == 5
    assert "newscrawl: 1 request without an answer: robots\n" in err
    assert "newscrawl: 6 requests without an answer: private-address\n" in err
    archive = tmp_path / "news"
    (record,) = newscrawl("export", "--archive", archive).lines
    assert record["url"] == f"{site.base}/story.html"
    assert newscrawl("verify", archive).code == 0
    layout = Layout(archive)
    assert [f for warc in layout.finished() for f in faults(warc)] == []
    assert len(list(cdxj_file.lookup(layout.index, record["url"]))) == 1
    stored = b"".join(
        subprocess.run(["zcat", str(warc)], capture_output=True, check=True).stdout
        for warc in layout.finished()
    )
    assert b"secret" not in stored


def test_it_is_for_this_machine_and_its_certificate_for_this_archive(
    tmp_path: Path, proxy: Proxy
) -> None:
    listening = Path("/proc/net/tcp").read_text() + Path("/proc/net/tcp6").read_text()
    places = re.findall(rf"^ *\d+: (\w+):{proxy.port:04X} \w+:0000 0A", listening, re.MULTILINE)
    assert places == ["0100007F"]
    key = proxy.certificate.with_name("ca-key.pem")
    assert stat.S_IMODE(key.stat().st_mode) == 0o600
    assert stat.S_IMODE(key.parent.stat().st_mode) == 0o700
    taken = newscrawl("proxy", "--archive", tmp_path / "other", "--port", proxy.port)
    assert taken.code == 2
    assert f"--port {proxy.port}" in taken.err
    before = proxy.certificate.read_bytes()
    proxy.end()
    again = Proxy(tmp_path / "news")
    try:
        assert again.certificate.read_bytes() == before
    finally:
        again.end()


def test_encrypted_requests_are_captured_as_they_came(
    tmp_path: Path, tls_site: Any, proxy_for_tls: Proxy
) -> None:
    body = proxy_for_tls.get(f"https://localhost:{tls_site}/story.html")
    assert body.decode() == story(1)["body"]
    proxy_for_tls.end()
    (record,) = newscrawl("export", "--archive", tmp_path / "news").lines
    assert record["url"] == f"https://localhost:{tls_site}/story.html"


def test_a_certificate_that_nobody_vouches_for_is_refused_in_one_clear_line(
    tmp_path: Path, tls_site: Any
) -> None:
    proxy = Proxy(tmp_path / "news", "-v")
    url = f"https://localhost:{tls_site}/story.html"
    try:
        with pytest.raises(urllib.error.HTTPError, match="502") as refused:
            proxy.get(url)
        with refused.value as answer:
            assert answer.read() == b"newscrawl: tls: certificate verify failed\n"
    finally:
        _, err = proxy.end()
    lines = err.splitlines()
    assert (
        sum(f"no answer to GET {url}: tls: certificate verify failed" in line for line in lines)
        == 1
    )
    # With -v each request has a line, and Scrapy's own lines are left out.
    assert not [line for line in lines if "Enabled" in line or "Overridden" in line]


@pytest.fixture
def proxy_for_tls(tmp_path: Path) -> Iterator[Proxy]:
    # The site's certificate is of nobody: the proxy refuses it, unless it is told otherwise.
    proxy = Proxy(tmp_path / "news", "-s", "DOWNLOAD_VERIFY_CERTIFICATES=False")
    yield proxy
    proxy.end()


@pytest.fixture
def tls_site(tmp_path: Path) -> Iterator[int]:
    from certificate import make_certificate

    class Answer(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_GET(self) -> None:
            body = story(1)["body"].encode() if self.path == "/story.html" else b""
            self.send_response(200 if body else 404)
            self.send_header("Content-Type", "text/html; charset=utf-8")
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *args: object) -> None:
            """Nobody reads it."""

    folder = tmp_path / "certificate"
    folder.mkdir()
    certificate = make_certificate(folder)
    server = ThreadingHTTPServer(("127.0.0.1", 0), Answer)
    server.daemon_threads = True
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate)
    server.socket = context.wrap_socket(server.socket, server_side=True)
    thread = Thread(target=server.serve_forever)
    thread.start()
    yield server.server_address[1]
    server.shutdown()
    thread.join()
    server.server_close()
