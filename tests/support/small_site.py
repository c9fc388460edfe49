"""Web sites of a few answers, each in a process of its own, which is forked from one that has imported all.

As a script it reads a line of JSON for each site: the paths of ANSWERS.json and LOG. It prints the process id
and the base URL of the site, as JSON. A line with a process id ends that site; the end of the input ends all.

ANSWERS.json maps a path to {"status": ..., "headers": {...}, "body": ...}, or to a list of these that
are given one after the other, the last one for ever; what is not there is a 404. A path "/a*" stands for
all that begin so, and "{path}" in a header for the path that was asked for. "claims" is a Content-Length
other than the body's; "coded" are the codings of the body, `gzip`, `chunked` or both.
An answer with an ETag is a 304 to whoever knows it.
Each request adds its path as a line to LOG, its moment as one to LOG.times, and its headers as a JSON
object to LOG.headers; that of a POST adds its path and body to LOG.posts.
"""

from __future__ import annotations

import gzip
import json
import os
import re
import signal
import subprocess
import sys
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from time import monotonic
from typing import TYPE_CHECKING, Any, ClassVar, NoReturn

if TYPE_CHECKING:
    from collections.abc import Iterator

_LOST = {"status": 404, "body": "not here"}


class Answer(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    answers: ClassVar[dict[str, Any]] = {}
    log: Path
    times: Path
    lock = threading.Lock()

    def do_GET(self) -> None:
        moment = monotonic()
        # What comes by a proxy has the whole URL (RFC 9112, 3.2.2).
        self.path = re.sub(r"^http://[^/]*", "", self.path)
        with self.lock, self.log.open("a") as log, self.times.open("a") as times:
            log.write(self.path + "\n")
            with Path(f"{self.log}.headers").open("a") as headers:
                headers.write(json.dumps(dict(self.headers.items())) + "\n")
            times.write(f"{moment}\n")
            answer = self.next_answer()
        headers: dict[str, str] = {"Content-Type": "text/html; charset=utf-8", **answer["headers"]}
        body, status, coded = answer["body"].encode(), answer["status"], answer["coded"]
        if "gzip" in coded:
            headers["Content-Encoding"], body = "gzip", gzip.compress(body, mtime=0)
        if "chunked" in coded:
            headers["Transfer-Encoding"], body = "chunked", b"".join(_chunks(body))
        if headers.get("ETag") and headers["ETag"] == self.headers.get("If-None-Match"):
            body, status = b"", 304
        self.send_response(status)
        for name, value in headers.items():
            self.send_header(name, value.replace("{path}", self.path))
        if status != 304 and "chunked" not in coded:
            self.send_header("Content-Length", str(answer["claims"] or len(body)))
        self.end_headers()
        self.wfile.write(body)
        self.close_connection = answer["claims"] is not None

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers["Content-Length"]))
        with self.lock, Path(f"{self.log}.posts").open("a") as posts:
            posts.write(json.dumps({"path": self.path, "body": body.decode()}) + "\n")
        self.do_GET()

    def next_answer(self) -> dict[str, Any]:
        found = self.answers.get(self.path) or self.answers.get(self.path[:2] + "*", _LOST)
        if isinstance(found, list):
            found = found.pop(0) if len(found) > 1 else found[0]
        return {"status": 200, "headers": {}, "body": "", "claims": None, "coded": [], **found}

    def log_message(self, *args: object) -> None:
        """The log file says what was asked."""


def _chunks(body: bytes, size: int = 700) -> Iterator[bytes]:
    for at in range(0, len(body), size):
        chunk = body[at : at + size]
        yield b"%x\r\n%b\r\n" % (len(chunk), chunk)
    yield b"0\r\n\r\n"


def main() -> None:
    # Of the sites, none holds the end that is written to: it closes when this process ends.
    life, held = os.pipe()
    for line in sys.stdin:
        told = json.loads(line)
        if isinstance(told, int):
            os.kill(told, signal.SIGKILL)
            os.waitpid(told, 0)
            print("ended", flush=True)
            continue
        base, its = os.pipe()
        if not (site := os.fork()):
            os.close(held)
            serve(told, its, life)
        os.close(its)
        with os.fdopen(base) as said:
            print(json.dumps([site, said.readline().strip()]), flush=True)


def serve(told: dict[str, str], base: int, life: int) -> NoReturn:
    """Be a site, until the process that has forked this one is gone."""
    Answer.answers = json.loads(Path(told["answers"]).read_text())
    Answer.log, Answer.times = Path(told["log"]), Path(told["log"] + ".times")
    server = ThreadingHTTPServer(("127.0.0.1", 0), Answer)
    server.daemon_threads = True
    threading.Thread(target=server.serve_forever, daemon=True).start()
    os.write(base, b"http://127.0.0.1:%d\n" % server.server_address[1])
    os.close(base)
    os.read(life, 1)
    os._exit(0)


class SiteStarter:
    """Starts sites; its own process starts with the first one."""

    def __init__(self) -> None:
        self._process: subprocess.Popen[str] | None = None

    def start(self, answers: Path, log: Path) -> tuple[int, str]:
        """The id of the process of a new site, and the base URL."""
        if self._process is None:
            self._process = subprocess.Popen(
                [sys.executable, __file__],
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                text=True,
            )
        site, base = json.loads(self._told({"answers": str(answers), "log": str(log)}))
        return site, base

    def end(self, site: int) -> None:
        assert self._told(site) == "ended\n"

    def close(self) -> None:
        if self._process is not None:
            self._process.communicate()

    def _told(self, line: dict[str, str] | int) -> str:
        assert self._process is not None
        assert self._process.stdin is not None and self._process.stdout is not None
        self._process.stdin.write(json.dumps(line) + "\n")
        self._process.stdin.flush()
        return self._process.stdout.readline()


if __name__ == "__main__":
    main()
