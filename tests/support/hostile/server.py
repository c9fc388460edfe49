"""A web of many hosts on loopback, most of them hostile: `server.py FOLDER [long|full]`.

With `long` pages have all of their markup; with `full` lists are as long as they can be, too, for benchmarks.

Prints one line of JSON: `named`, the URLs to crawl; `names`, addresses of host names; `expected`, how each
URL may end; `healthy`, the pages of which there must be a record; `scaled`, hosts that announce too much.
FOLDER/requests has the head of every request, FOLDER/canary a line for each connection to the address
that nobody may reach. Serves until its input ends.
"""

from __future__ import annotations

import json
import socket
import struct
import sys
import threading
import time
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING

import list_faults
import page_faults
import scale_faults
import tls_faults
import wire_faults
from answers import CANARY, Fault, answer, feed, story

if TYPE_CHECKING:
    from collections.abc import Callable

LOST = Fault(answer("not here", start=b"HTTP/1.1 404 Not Found\r\n"), "http-404")
LAST = Fault(answer(b"", b"Connection: close"), "", "close")
ROBOTS = b"User-agent: *\nDisallow: /forbidden\n"
_log = threading.Lock()


class Host:
    """One address: what it answers by path; `otherwise` to any other path."""

    def __init__(self, address: str, faults: dict[str, Fault], log: Path, *, port: int = 0) -> None:
        self.faults, self.otherwise, self._log = faults, LOST, log
        #: What is answered to paths that begin so.
        self.begins: dict[str, Callable[[str], Fault]] = {}
        self._socket = socket.create_server((address, port), backlog=256)
        self.base = f"http://{address}:{self._socket.getsockname()[1]}"
        threading.Thread(target=self._accept, daemon=True).start()

    def _accept(self) -> None:
        while True:
            connection, _ = self._socket.accept()
            threading.Thread(target=self._serve, args=(connection,), daemon=True).start()

    def _serve(self, connection: socket.socket) -> None:
        with suppress(OSError, IndexError), connection:
            connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            while request := read_head(connection):
                with _log, self._log.open("ab") as log:
                    log.write(self.base.encode() + b" " + request)
                path = request.split(b" ")[1].decode("latin-1").removeprefix("/")
                if not act(self._fault(path), connection):
                    return

    def _fault(self, path: str) -> Fault:
        if path in self.faults:
            return self.faults[path]
        made = (make(path) for begin, make in self.begins.items() if path.startswith(begin))
        return next(made, self.otherwise)


def read_head(connection: socket.socket) -> bytes:
    data = b""
    while b"\r\n\r\n" not in data:
        if not (more := connection.recv(65536)):
            return b""
        data += more
    return data


def act(fault: Fault, connection: socket.socket) -> bool:
    """Send what there is to be sent; whether the connection goes on."""
    for piece in fault.sent():
        if isinstance(piece, bytes):
            connection.sendall(piece)
        else:
            time.sleep(piece)
    if fault.then == "hang":
        connection.recv(1)
    if fault.then == "reset":
        connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    return fault.then == "keep"


def canary(folder: Path) -> str:
    """Listen where nobody may come."""
    listener = socket.create_server((CANARY, 0))
    (folder / "canary").touch()

    def accept() -> None:
        while True:
            connection, peer = listener.accept()
            with _log, (folder / "canary").open("a") as log:
                log.write(f"{peer}\n")
            connection.close()

    threading.Thread(target=accept, daemon=True).start()
    return f"http://{CANARY}:{listener.getsockname()[1]}"


class Web:
    """All hosts, and what is expected of them."""

    def __init__(self, folder: Path, size: scale_faults.Size) -> None:
        self.size = size
        self.folder, self.log = folder, folder / "requests"
        self.log.touch()
        self.canary = canary(folder)
        self.named: list[str] = []
        self.expected: dict[str, str] = {}
        self.healthy: list[str] = []
        #: Hosts of which very much is announced; addresses of names.
        self.scaled: list[str] = []
        self.names: dict[str, list[str]] = {}

    def announce(self, address: str, faults: dict[str, Fault]) -> Host:
        """A host whose feed names all its faults."""
        host = Host(address, dict(faults), self.log)
        host.faults["feed.xml"] = Fault(answer(feed(*(f"/{name}" for name in faults))), "links")
        self.named.append(f"{host.base}/feed.xml")
        self.expected |= {f"{host.base}/{name}": each.ends for name, each in faults.items()}
        return host

    def name(self, address: str, faults: dict[str, Fault]) -> Host:
        """A host whose feeds or sitemaps are faults; they lead to pages that are sound."""
        host = Host(address, faults, self.log)
        host.otherwise = Fault(answer(story(f"A page of {address}")), "article")
        host.faults |= {f"no-such-{n}": LOST for n in range(12_000)}
        host.faults["robots.txt"] = LOST
        names = [name for name in faults if "." in name and name != "robots.txt"]
        self.named += [f"{host.base}/{name}" for name in names]
        self.expected |= {f"{host.base}/{name}": faults[name].ends for name in names}
        return host

    def make(self) -> None:
        for number, faults in enumerate(self._by_area()):
            self.announce(f"127.0.0.{10 + number}", faults)
        self.name("127.0.0.40", list_faults.feeds(self.canary, self.size.parts))
        self.name("127.0.0.41", list_faults.sitemaps(self.canary, self.size.parts))
        self.odd_urls("127.0.0.42")
        Host("127.0.0.77", {}, self.log, port=int(self.canary.rpartition(":")[2])).otherwise = LAST
        self.long_ways("127.0.0.43")
        for number, scene in enumerate(scale_faults.SCENES):
            self.scale(f"127.0.0.{50 + number}", scene(self.size))
        self.mirrors("127.0.0.44")
        robots = list_faults.robots() | list_faults.to_canary(self.canary)
        for number, fault in enumerate(robots.values()):
            host = Host(f"127.0.0.{100 + number}", {"robots.txt": fault}, self.log)
            host.faults["page"] = Fault(answer(story(f"Behind robots {number}")), "article")
            self.named.append(f"{host.base}/page")
            self.expected[f"{host.base}/page"] = fault.ends
        for number in range(4):
            self.healthy_host(f"127.0.1.{1 + number}")
        for url, ends in tls_faults.listen(self.folder, self.log).items():
            self.named.append(url)
            self.expected[url] = ends

    def _by_area(self) -> list[dict[str, Fault]]:
        coding = list(wire_faults.CODING.items())
        framing = list(wire_faults.FRAMING.items())
        return [
            dict(coding),
            dict(framing),
            wire_faults.SIZE,
            wire_faults.TIME,
            wire_faults.HEADERS,
            list_faults.redirects(self.canary),
            page_faults.markup(self.size.parts),
            page_faults.metadata(self.canary, self.size.parts),
        ]

    def odd_urls(self, address: str) -> None:
        host = Host(address, {"robots.txt": LOST}, self.log)
        host.otherwise = Fault(answer(story("A page with an odd address")), "article")
        named = [*page_faults.URLS, *page_faults.NOT_URLS]
        body = feed(*(url.replace("\x1b", "&#27;") for url in named))
        host.faults["feed.xml"] = Fault(answer(body), "links")
        self.named.append(f"{host.base}/feed.xml")

    def scale(self, address: str, scene: scale_faults.Scene) -> None:
        """A host that is too much; what is sound of it must come out."""
        host = Host(address, {"robots.txt": LOST, **scene.faults}, self.log)
        host.begins = scene.begins
        self.named += [f"{host.base}/{name}" for name in scene.named]
        self.healthy += [f"{host.base}/{path}" for path in scene.sound]
        self.scaled.append(host.base)

    def mirrors(self, address: str) -> None:
        """One story of a paper on three of its hosts, and a paper that calls it its own."""
        host = Host(address, {"robots.txt": LOST}, self.log)
        port = host.base.rpartition(":")[2]
        paper, other = "mirrors-paper.org", "other-paper.org"
        original = f"http://www.{paper}:{port}/news/harbour-council-decides"
        page = answer(story("One story", f'<link rel=canonical href="{original}">'))
        variants = [
            f"http://amp.{paper}:{port}/news/harbour-council-decides/amp",
            f"http://print.{paper}:{port}/print/news/harbour-council-decides",
            f"http://mirror.{paper}:{port}/news/harbour-council-decides",
        ]
        stolen = f"http://www.{other}:{port}/news/harbour-council-decides"
        for url in (original, *variants, stolen):
            host.faults[url.split("/", 3)[3]] = Fault(page, "article")
        host.faults["feed.xml"] = Fault(answer(feed(*variants, original, stolen)), "links")
        self.names |= {
            name: [address]
            for name in (
                f"www.{paper}", f"amp.{paper}", f"print.{paper}", f"mirror.{paper}", f"www.{other}"
            )
        }  # fmt: skip
        self.named += [f"{host.base}/feed.xml"]
        self.expected |= dict.fromkeys(variants, "duplicate")
        self.healthy += [original, stolen]

    def long_ways(self, address: str) -> None:
        """Redirects that grow, and a front page that is a calendar."""
        host = self.announce(address, {"way": Fault([], "moved")})
        host.faults |= {
            "way" + "/x" * n: Fault(
                [
                    f"HTTP/1.1 302 Found\r\nLocation: /way{'/x' * (n + 1)}\r\n"
                    "Content-Length: 0\r\n\r\n".encode()
                ],
                "moved",
            )
            for n in range(40)
        }

    def healthy_host(self, address: str) -> None:
        host = Host(address, {}, self.log)
        paths = [f"news/2026/story-{n}.html" for n in range(12)]
        for number, path in enumerate(paths):
            page = story(f"News of {address}, part {number}")
            host.faults[path] = Fault(answer(page), "article")
            self.healthy.append(f"{host.base}/{path}")
        host.faults["feed.xml"] = Fault(answer(feed(*(f"/{path}" for path in paths))), "links")
        host.faults["robots.txt"] = Fault(answer(ROBOTS, kind=b"Content-Type: text/plain"), "")
        self.named.append(f"{host.base}/feed.xml")


def main(folder: Path, size: scale_faults.Size) -> None:
    web = Web(folder, size)
    web.make()
    told = {
        name: getattr(web, name)
        for name in ("named", "expected", "healthy", "canary", "scaled", "names")
    }
    print(json.dumps(told), flush=True)
    sys.stdin.read()


if __name__ == "__main__":
    main(Path(sys.argv[1]), scale_faults.SIZES[" ".join(sys.argv[2:])])
