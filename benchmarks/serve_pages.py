"""Serve real news pages from loopback hosts, with the feeds and sitemaps that announce them.

    python benchmarks/serve_pages.py GOLD [--hosts 8]

GOLD is a folder with gold.jsonl and its pages. Each brand lives on one host; half of the hosts announce
their pages by RSS, half by a sitemap. The first line on stdout is JSON: the URLs to start from, and
the URL of each page. Ends when stdin does.
"""

from __future__ import annotations

import argparse
import json
import sys
import threading
import zlib
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from urllib.parse import quote, urlsplit
from xml.sax.saxutils import escape


class Site(ThreadingHTTPServer):
    """One host: its pages by path, and what announces them."""

    daemon_threads = True
    request_queue_size = 128

    def __init__(self, address: str) -> None:
        super().__init__((address, 0), Answer)
        self.base = f"http://{address}:{self.server_address[1]}"
        self.pages: dict[str, Path] = {}
        self.lists: dict[str, tuple[str, bytes]] = {}

    def announce(self, *, by_feed: bool) -> str:
        """Make the feed or the sitemap; return its URL."""
        urls = [escape(self.base + path) for path in self.pages]
        if by_feed:
            items = "".join(f"<item><title>{url}</title><link>{url}</link></item>" for url in urls)
            body = f'<rss version="2.0"><channel><title>Pages</title>{items}</channel></rss>'
            self.lists["/feed.xml"] = ("application/rss+xml", body.encode())
            return self.base + "/feed.xml"
        entries = "".join(f"<url><loc>{url}</loc></url>" for url in urls)
        space = "http://www.sitemaps.org/schemas/sitemap/0.9"
        body = f'<urlset xmlns="{space}">{entries}</urlset>'
        self.lists["/sitemap.xml"] = ("application/xml", body.encode())
        return self.base + "/sitemap.xml"


class Answer(BaseHTTPRequestHandler):
    """Pages go out as they are stored, compressed."""

    protocol_version = "HTTP/1.1"
    server: Site

    def do_GET(self) -> None:
        if self.path in self.server.lists:
            media_type, body = self.server.lists[self.path]
            self._send(200, media_type, body)
        elif self.path in self.server.pages:
            body = self.server.pages[self.path].read_bytes()
            self._send(200, "text/html; charset=utf-8", body, "gzip")
        else:
            self._send(404, "text/plain", b"not here\n")

    def _send(self, status: int, media_type: str, body: bytes, coding: str | None = None) -> None:
        self.send_response(status)
        self.send_header("Content-Type", media_type)
        self.send_header("Content-Length", str(len(body)))
        if coding:
            self.send_header("Content-Encoding", coding)
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *args: object) -> None:
        """Nothing: the crawler keeps its own account."""


def sites(gold: Path, number: int) -> tuple[list[Site], dict[str, str]]:
    """The hosts with their pages, and the URL of each page by its id."""
    hosts = [Site(f"127.0.0.{10 + n}") for n in range(number)]
    where: dict[str, str] = {}
    with (gold / "gold.jsonl").open(encoding="utf-8") as lines:
        for line in lines:
            page = json.loads(line)
            host = hosts[zlib.crc32(page["brand"].encode()) % number]
            path = _path(page, host)
            host.pages[path] = gold / page["html"]
            where[page["id"]] = host.base + path
    return hosts, where


def _path(page: dict[str, str], host: Site) -> str:
    """The page's own path behind its brand, made unique where two pages share it."""
    parts = urlsplit(page.get("url") or f"https://x/{page['id']}")
    path = quote(f"/{page['brand']}{parts.path}", safe="/%:@!$&'()*+,;=~-._").rstrip("/")
    unique = path
    while unique in host.pages:
        unique = f"{path}-{len(host.pages)}"
    return unique


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("gold", type=Path)
    parser.add_argument("--hosts", type=int, default=8)
    arguments = parser.parse_args()
    hosts, where = sites(arguments.gold, arguments.hosts)
    seeds = [host.announce(by_feed=n % 2 == 0) for n, host in enumerate(hosts) if host.pages]
    for host in hosts:
        threading.Thread(target=host.serve_forever, daemon=True).start()
    print(json.dumps({"seeds": seeds, "pages": where}), flush=True)
    sys.stdin.read()


if __name__ == "__main__":
    main()
