"""A static site of real news pages on loopback hosts, with the feeds and sitemaps that announce them.

    python benchmarks/pages_site.py GOLD FOLDER [--hosts 8] [--pages 1000]
    python benchmarks/pages_site.py GOLD FOLDER --anywhere      one feed, at every loopback address (nginx)

GOLD is a folder with gold.jsonl and its pages. Each brand lives on one host; half of the hosts announce
their pages by RSS, half by a sitemap. Pages go out as they are stored, compressed; where more are asked for
than there are, they come again under other paths. nginx serves them, or without it a server of Python's.
The first line on stdout is JSON: the URLs to start from, and those of the pages, each with its file. Ends
when stdin does.
"""

from __future__ import annotations

import argparse
import gzip
import json
import shutil
import socket
import subprocess
import sys
import threading
import time
import zlib
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from itertools import cycle, islice
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import quote, unquote, urlsplit
from xml.sax.saxutils import escape

if TYPE_CHECKING:
    from collections.abc import Iterator

FEED = (
    b'<rss version="2.0"><channel><title>Feed</title>'
    b"<item><title>A story of the harbour</title><link>/news/a-story</link></item></channel></rss>"
)
HTML = "text/html; charset=utf-8"
NGINX = """
daemon off; worker_processes 1; pid {folder}/nginx.pid; error_log {folder}/nginx.log;
events {{ worker_connections 1024; }}
http {{
  access_log off; sendfile on; tcp_nodelay on; keepalive_requests 100000;
  client_body_temp_path {folder}/tmp; proxy_temp_path {folder}/tmp; fastcgi_temp_path {folder}/tmp;
  uwsgi_temp_path {folder}/tmp; scgi_temp_path {folder}/tmp;
  types {{ }} default_type "{html}"; gzip_static always; gunzip off;
  {servers}
}}
"""
SERVER = """server {{
    listen {address}:{port}; root {root};
    location = /feed.xml {{ default_type application/rss+xml; }}
    location = /sitemap.xml {{ default_type application/xml; }}
}}"""


class Host:
    """One host: where its files lie, and what it announces."""

    def __init__(self, folder: Path, address: str, port: int) -> None:
        self.address, self.root = address, folder / address
        self.base = f"http://{address}:{port}"
        self.paths: list[str] = []

    def add(self, path: str, file: Path) -> str:
        """Put a page (compressed) at this path; return its URL."""
        self.put(path, None, file)
        self.paths.append(path)
        return self.base + path

    def put(self, path: str, body: bytes | None, file: Path | None = None) -> None:
        target = self.root / (unquote(path).lstrip("/") + ".gz")
        target.parent.mkdir(parents=True, exist_ok=True)
        if body is not None:
            target.write_bytes(gzip.compress(body))
        elif file is not None:
            target.symlink_to(file.resolve())

    def announce(self, *, by_feed: bool) -> str:
        """Make the feed or the sitemap; return its URL."""
        urls = [escape(self.base + path) for path in self.paths]
        if by_feed:
            items = "".join(f"<item><title>{url}</title><link>{url}</link></item>" for url in urls)
            body = f'<rss version="2.0"><channel><title>Pages</title>{items}</channel></rss>'
            self.put("/feed.xml", body.encode())
            return self.base + "/feed.xml"
        entries = "".join(f"<url><loc>{url}</loc></url>" for url in urls)
        space = "http://www.sitemaps.org/schemas/sitemap/0.9"
        self.put("/sitemap.xml", f'<urlset xmlns="{space}">{entries}</urlset>'.encode())
        return self.base + "/sitemap.xml"


def build(gold: Path, folder: Path, *, hosts: int, pages: int, port: int) -> dict[str, object]:
    """Lay the site's files into the folder; what the first line says."""
    made = [Host(folder, f"127.0.0.{n + 1}", port) for n in range(hosts)]
    where = {}
    for number, page in enumerate(islice(_pages(gold), pages)):
        host = made[zlib.crc32(page["brand"].encode()) % hosts]
        file = gold / page["html"]
        where[host.add(_path(page, number), file)] = str(file)
    seeds = [host.announce(by_feed=n % 2 == 0) for n, host in enumerate(made) if host.paths]
    return {"seeds": seeds, "pages": where}


def _pages(gold: Path) -> Iterator[dict[str, str]]:
    lines = (gold / "gold.jsonl").read_text(encoding="utf-8").splitlines()
    return cycle([json.loads(line) for line in lines])


def _path(page: dict[str, str], number: int) -> str:
    """The page's own path behind a number: no two pages share one."""
    parts = urlsplit(page.get("url") or f"https://x/{page['id']}")
    names = [name[:80] for name in unquote(parts.path).strip("/").split("/")]
    return quote(f"/{page['brand']}/{number}/{'/'.join(names)}".rstrip("/"), safe="/-._~")


def start_nginx(folder: Path, addresses: list[str], port: int) -> subprocess.Popen[bytes]:
    (folder / "tmp").mkdir(exist_ok=True)
    servers = [SERVER.format(address=a, port=port, root=folder / a) for a in addresses]
    conf = folder / "nginx.conf"
    conf.write_text(NGINX.format(folder=folder, html=HTML, servers="\n".join(servers)))
    log = folder / "nginx.log"
    command = ["nginx", "-e", str(log), "-p", str(folder), "-c", str(conf)]
    process = subprocess.Popen(command, stdin=subprocess.DEVNULL)
    for address in addresses:
        _wait_for(address, port, process, log)
    return process


def _wait_for(address: str, port: int, process: subprocess.Popen[bytes], log: Path) -> None:
    while True:
        try:
            socket.create_connection((address, port)).close()
        except ConnectionRefusedError:
            if process.poll() is not None:
                sys.exit(f"nginx ended: {log.read_text()}")
            time.sleep(0.02)
        else:
            return


def start_python(folder: Path, hosts: int, port: int) -> None:
    class Answer(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_GET(self) -> None:
            root = folder / str(self.server.server_address[0])
            path = root / (unquote(self.path).lstrip("/") + ".gz")
            body = path.read_bytes() if path.is_file() else b""
            self.send_response(200 if body else 404)
            xml = self.path in ("/feed.xml", "/sitemap.xml")
            self.send_header("Content-Type", "application/xml" if xml else HTML)
            self.send_header("Content-Length", str(len(body)))
            self.send_header("Content-Encoding", "gzip")
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *args: object) -> None:
            """Nothing: the crawler keeps its own account."""

    for n in range(hosts):
        server = ThreadingHTTPServer((f"127.0.0.{n + 1}", port), Answer)
        threading.Thread(target=server.serve_forever, daemon=True).start()


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("gold", type=Path)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--hosts", type=int, default=8)
    parser.add_argument("--pages", type=int, default=1000)
    parser.add_argument("--anywhere", action="store_true")
    given = parser.parse_args()
    given.folder = given.folder.resolve()  # nginx has another one to work in
    with socket.create_server(("127.0.0.1", 0)) as probe:
        port = probe.getsockname()[1]  # nginx cannot take any free port by itself
    if given.anywhere:
        host = Host(given.folder, "0.0.0.0", port)
        host.put("/feed.xml", FEED)
        site: dict[str, object] = {"seeds": [], "pages": {}, "port": port}
    else:
        site = build(given.gold, given.folder, hosts=given.hosts, pages=given.pages, port=port)
    nginx = None
    if shutil.which("nginx"):
        addresses = [f"127.0.0.{n + 1}" for n in range(given.hosts)]
        nginx = start_nginx(given.folder, ["0.0.0.0"] if given.anywhere else addresses, port)
    else:
        start_python(given.folder, given.hosts, port)
    print(json.dumps({**site, "server": "nginx" if nginx else "python"}), flush=True)
    sys.stdin.read()
    if nginx is not None:
        nginx.terminate()
        nginx.wait()


if __name__ == "__main__":
    main()
