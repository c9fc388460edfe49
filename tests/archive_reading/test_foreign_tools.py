"""Files that wget writes, plain, compressed and deduplicated, read as our own."""

from __future__ import annotations

import gzip
import multiprocessing
import shutil
import subprocess
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import TYPE_CHECKING

import pytest

from newscrawl.archive.captures import iter_captures

if TYPE_CHECKING:
    from collections.abc import Iterator
    from multiprocessing.connection import Connection
    from pathlib import Path

pytestmark = pytest.mark.skipif(shutil.which("wget") is None, reason="wget is not installed")

PAGE = b"<html><title>Page</title><p>A page of some length.</p></html>"
CODED = gzip.compress(PAGE, mtime=0)


class _Site(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def log_message(self, *args: object) -> None:
        pass

    def do_GET(self) -> None:
        if self.path == "/moved":
            self.send_response(301)
            self.send_header("Location", "/plain")
            self.send_header("Content-Length", "0")
            self.end_headers()
            return
        body = CODED if "gzip" in self.path else PAGE
        self.send_response(404 if self.path == "/missing" else 200)
        self.send_header("Content-Type", "text/html")
        if "gzip" in self.path:
            self.send_header("Content-Encoding", "gzip")
        if "chunked" in self.path:
            self.send_header("Transfer-Encoding", "chunked")
            body = b"".join(b"%x;e=1\r\n%b\r\n" % (1, body[n : n + 1]) for n in range(len(body)))
            body += b"0\r\n\r\n"
        else:
            self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)


def _serve(port: Connection) -> None:
    server = ThreadingHTTPServer(("127.0.0.1", 0), _Site)
    port.send(server.server_port)
    server.serve_forever()


@pytest.fixture(scope="module")
def site() -> Iterator[str]:
    ours, theirs = multiprocessing.Pipe()
    server = multiprocessing.get_context("spawn").Process(target=_serve, args=(theirs,))
    server.start()
    yield f"http://127.0.0.1:{ours.recv()}"
    server.kill()
    server.join()
    ours.close()
    theirs.close()


PATHS = ["/plain", "/gzip", "/chunked", "/gzip-chunked", "/moved", "/missing"]


def wget(site: str, folder: Path, *options: str) -> None:
    urls = [site + path for path in PATHS]
    # wget's exit code is 8 for the 404 among them.
    done = subprocess.run(
        ["wget", "-q", "-O", "/dev/null", "--no-proxy", *options, *urls], cwd=folder, check=False
    )
    assert done.returncode == 8


@pytest.mark.parametrize("options", [(), ("--no-warc-compression",)], ids=["gzip", "plain"])
def test_every_answer_is_read(site: str, options: tuple[str, ...], tmp_path: Path) -> None:
    wget(site, tmp_path, "--warc-file=one", *options)
    answers = {a.uri.removeprefix(site): a for a in iter_captures([tmp_path], on_damage=_fail)}
    assert sorted(answers) == sorted(PATHS)
    assert answers["/moved"].status == 301
    assert answers["/missing"].status == 404
    assert {path: a.body() for path, a in answers.items()} == {
        path: b"" if path == "/moved" else PAGE for path in PATHS
    }


def test_revisits_of_another_crawl_are_resolved(site: str, tmp_path: Path) -> None:
    wget(site, tmp_path, "--warc-file=one", "--warc-cdx")
    wget(site, tmp_path, "--warc-file=two", "--warc-dedup=one.cdx")
    answers = list(iter_captures([tmp_path], on_damage=_fail))
    revisits = [a for a in answers if a.is_revisit]
    assert len(revisits) >= 4
    for revisit in revisits:
        assert revisit.original is not None
        assert revisit.original.path.name == "one.warc.gz"
        assert revisit.body() == (b"" if revisit.uri.endswith("/moved") else PAGE)


def _fail(damage: Exception) -> None:
    raise damage
