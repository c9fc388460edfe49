"""A server of files, with ranges or without: prints its address, ends with its input."""

from __future__ import annotations

import re
import sys
import threading
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path


class Files(SimpleHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    gives_ranges = True

    def do_HEAD(self) -> None:
        self._answer(with_body=False)

    def do_GET(self) -> None:
        self._answer(with_body=True)

    def _answer(self, *, with_body: bool) -> None:
        path = Path(self.translate_path(self.path))
        if not path.is_file():
            self.send_error(404)
            return
        data, status, more = path.read_bytes(), 200, {}
        asked = re.fullmatch(r"bytes=(\d+)-(\d*)", self.headers.get("Range", ""))
        if self.gives_ranges:
            more["Accept-Ranges"] = "bytes"
        if asked and self.gives_ranges:
            start, end = int(asked[1]), int(asked[2] or len(data) - 1)
            more["Content-Range"] = f"bytes {start}-{min(end, len(data) - 1)}/{len(data)}"
            data, status = data[start : end + 1], 206
        self.send_response(status)
        for name, value in {**more, "Content-Length": str(len(data))}.items():
            self.send_header(name, value)
        self.end_headers()
        if with_body:
            self.wfile.write(data)

    def log_message(self, *_: object) -> None:
        """Nothing is logged."""


folder, ranges = sys.argv[1:]
Files.gives_ranges = ranges == "ranges"
server = ThreadingHTTPServer(
    ("127.0.0.1", 0),
    lambda *a: Files(*a, directory=folder),  # type: ignore[misc]
)
print(f"http://127.0.0.1:{server.server_port}", flush=True)
threading.Thread(target=server.serve_forever, daemon=True).start()
sys.stdin.read()
