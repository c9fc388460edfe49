"""Takes the place of pywb's `wayback`, for what pywb itself rarely does. Its name says what."""

from __future__ import annotations

import json
import os
import sys
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path

BEHAVIOUR = Path(sys.argv[0]).resolve().parent.parent.name
NOTES = Path(os.environ["NOTES"])


class Index(BaseHTTPRequestHandler):
    def do_GET(self) -> None:
        lines = Path("index.cdxj").read_bytes()
        self.send_response(200)
        self.end_headers()
        self.wfile.write(b"something else" if BEHAVIOUR == "stranger" else lines)


def main() -> None:
    with NOTES.open("a") as notes:
        noted = {
            "arguments": sys.argv[1:],
            "environment": sorted(os.environ),
            "folder": str(Path.cwd()),
        }
        notes.write(json.dumps(noted) + "\n")
    starts = len(NOTES.read_text().splitlines())
    if BEHAVIOUR == "broken":
        sys.exit("Traceback ...\nModuleNotFoundError: No module named 'pkg_resources'\n")
    if BEHAVIOUR == "unlucky-always" or (BEHAVIOUR == "unlucky-once" and starts == 1):
        sys.exit("OSError: [Errno 98] Address already in use: ('127.0.0.1', 1)")
    server = HTTPServer((sys.argv[2], int(sys.argv[4])), Index)
    server.handle_request()
    if BEHAVIOUR == "dying":
        sys.exit("MemoryError")
    server.serve_forever()


main()
