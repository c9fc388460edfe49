"""A web site of a few answers, in a process of its own: `python small_site.py ANSWERS.json LOG`.

ANSWERS.json maps a path to {"status": ..., "headers": {...}, "body": ...}; what is not there is a 404.
The first line on stdout is the base URL; each request adds its path as a line to LOG. Ends when stdin does.
"""

from __future__ import annotations

import json
import sys
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import ClassVar


class Answer(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    answers: ClassVar[dict[str, dict[str, object]]] = {}
    log: Path
    lock = threading.Lock()

    def do_GET(self) -> None:
        with self.lock, self.log.open("a") as log:
            log.write(self.path + "\n")
        answer = self.answers.get(self.path, {"status": 404, "body": "not here"})
        body = str(answer.get("body", "")).encode()
        self.send_response(int(str(answer.get("status", 200))))
        headers = {"Content-Type": "text/html; charset=utf-8", **dict(answer.get("headers", {}))}  # type: ignore[call-overload]
        for name, value in headers.items():
            self.send_header(name, value)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *args: object) -> None:
        """The log file says what was asked."""


def main() -> None:
    Answer.answers = json.loads(Path(sys.argv[1]).read_text())
    Answer.log = Path(sys.argv[2])
    server = ThreadingHTTPServer(("127.0.0.1", 0), Answer)
    server.daemon_threads = True
    threading.Thread(target=server.serve_forever, daemon=True).start()
    print(f"http://127.0.0.1:{server.server_address[1]}", flush=True)
    sys.stdin.read()


if __name__ == "__main__":
    main()
