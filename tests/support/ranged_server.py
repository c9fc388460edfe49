"""A server of files, with ranges or without: prints its address, ends with its input.

`ranged_server.py FOLDER (ranges|none) [LOG]`: each answer adds a line to LOG, its path and how many bytes
of the file it gives. It answers as S3 does to what is asked for a bucket's keys, a folder being a bucket;
objects may be put and deleted.
"""

from __future__ import annotations

import io
import re
import sys
import threading
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from urllib.parse import parse_qs, urlsplit


class Files(SimpleHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    gives_ranges = True
    log: Path | None = None
    lock = threading.Lock()

    def do_HEAD(self) -> None:
        self._answer(with_body=False)

    def do_GET(self) -> None:
        self._answer(with_body=True)

    def do_PUT(self) -> None:
        path, data = Path(self.translate_path(self.path)), self._sent()
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(data)
        self._done(200, ETag=f'"{len(data)}"')

    def do_DELETE(self) -> None:
        Path(self.translate_path(self.path)).unlink(missing_ok=True)
        self._done(204)

    def _sent(self) -> bytes:
        """The body of a request; clients of S3 may send it in chunks of their own, with checksums behind."""
        if "chunked" not in self.headers.get("Transfer-Encoding", ""):
            data = self.rfile.read(int(self.headers["Content-Length"]))
        else:
            data = self._chunks()
        if "aws-chunked" not in self.headers.get("Content-Encoding", ""):
            return data
        stream, out = io.BytesIO(data), b""
        while size := int(stream.readline().partition(b";")[0], 16):
            out += stream.read(size)
            stream.readline()
        return out

    def _chunks(self) -> bytes:
        out = b""
        while size := int(self.rfile.readline().partition(b";")[0], 16):
            out += self.rfile.read(size)
            self.rfile.readline()
        while self.rfile.readline().strip():
            pass
        return out

    def _done(self, status: int, **headers: str) -> None:
        self.send_response(status)
        for name, value in {**headers, "Content-Length": "0"}.items():
            self.send_header(name, value)
        self.end_headers()

    def _answer(self, *, with_body: bool) -> None:
        path = Path(self.translate_path(self.path))
        if "list-type=2" in self.path:
            self._list(path)
            return
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
            if self.log is not None:
                with self.lock, self.log.open("a") as log:
                    log.write(f"{self.path} {len(data)}\n")

    def _list(self, bucket: Path) -> None:
        """ListObjectsV2, as far as a client needs it that looks for files."""
        prefix = parse_qs(urlsplit(self.path).query).get("prefix", [""])[0]
        keys = (p.relative_to(bucket).as_posix() for p in bucket.rglob("*") if p.is_file())
        found = "".join(
            f"<Contents><Key>{key}</Key><Size>{(bucket / key).stat().st_size}</Size>"
            "<LastModified>2026-01-01T00:00:00.000Z</LastModified></Contents>"
            for key in sorted(keys)
            if key.startswith(prefix)
        )
        data = f"<ListBucketResult><IsTruncated>false</IsTruncated>{found}</ListBucketResult>"
        self.send_response(200)
        self.send_header("Content-Type", "application/xml")
        self.send_header("Content-Length", str(len(data)))
        self.end_headers()
        self.wfile.write(data.encode())

    def log_message(self, *_: object) -> None:
        """Nothing is logged."""


folder, ranges, *log = sys.argv[1:]
Files.log = Path(log[0]) if log else None
Files.gives_ranges = ranges == "ranges"
server = ThreadingHTTPServer(
    ("127.0.0.1", 0),
    lambda *a: Files(*a, directory=folder),  # type: ignore[misc]
)
print(f"http://127.0.0.1:{server.server_port}", flush=True)
threading.Thread(target=server.serve_forever, daemon=True).start()
sys.stdin.read()
