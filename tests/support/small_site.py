"""A web site of a few answers, in a process of its own: `python small_site.py ANSWERS.json LOG`.

ANSWERS.json maps a path to {"status": ..., "headers": {...}, "body": ...}, or to a list of these that
are given one after the other, the last one for ever; what is not there is a 404. A path "/a*" stands for
all that begin so, and "{path}" in a header for the path that was asked for. "claims" is a Content-Length
other than the body's; "coded" are the codings of the body, `gzip`, `chunked` or both.
An answer with an ETag is a 304 to whoever knows it.
The first line on stdout is the base URL; each request adds its path as a line to LOG, and its moment as one
to LOG.times, and its headers as a JSON object to LOG.headers; that of a
POST adds its path and body to LOG.posts. Ends when stdin does.
"""

from __future__ import annotations

import gzip
import json
import re
import sys
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from time import monotonic
from typing import TYPE_CHECKING, Any, ClassVar

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
    Answer.answers = json.loads(Path(sys.argv[1]).read_text())
    Answer.log, Answer.times = Path(sys.argv[2]), Path(sys.argv[2] + ".times")
    server = ThreadingHTTPServer(("127.0.0.1", 0), Answer)
    server.daemon_threads = True
    threading.Thread(target=server.serve_forever, daemon=True).start()
    print(f"http://127.0.0.1:{server.server_address[1]}", flush=True)
    sys.stdin.read()


if __name__ == "__main__":
    main()
