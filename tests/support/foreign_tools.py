"""WARC, ARC and WACZ files of given URLs, as other people's tools write them."""

from __future__ import annotations

import hashlib
import json
import re
import shutil
import subprocess
import sys
import threading
import zipfile
from collections import deque
from http.client import HTTPConnection
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING

from warcio.archiveiterator import ArchiveIterator

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable

ROOT = Path(__file__).parents[2]
WARCPROX = ROOT / ".venv-warcprox" / "bin" / "python"

#: Run in a process of its own: `capture_http` changes the standard library's HTTP client for good.
_WITH_WARCIO = """
import sys
from warcio.capture_http import capture_http
import http.client
from urllib.parse import urlsplit

name, *urls = sys.argv[1:]
with capture_http(name):
    for url in urls:
        parts = urlsplit(url)
        connection = http.client.HTTPConnection(parts.netloc)
        connection.request("GET", parts.path)
        connection.getresponse().read()
        connection.close()
"""

#: Run by its own Python, which is never ours: warcprox is GPL. From loopback it gets nothing otherwise.
_WARCPROX = """
from warcprox.main import main
from warcprox.warcproxy import WarcProxyHandler

WarcProxyHandler.allow_localhost = True
main()
"""


def missing(tool: str) -> str | None:
    """Why this tool cannot be used here; None if it can."""
    if tool == "wget" and shutil.which("wget") is None:
        return "wget is not installed"
    if tool == "warcprox" and not WARCPROX.is_file():
        return "warcprox is not installed: .ci/run does it, into .venv-warcprox/"
    return None


def with_wget(urls: Iterable[str], folder: Path) -> Path:
    command = ["wget", "-q", "-O", "/dev/null", "--no-proxy", "--max-redirect=0"]
    # Its exit code is 8 where something is redirected or not found.
    subprocess.run([*command, "--warc-file=by-wget", *urls], cwd=folder, check=False, timeout=60)
    return folder / "by-wget.warc.gz"


def with_warcprox(urls: Collection[str], folder: Path) -> Path:
    """Through the proxy, which writes a revisit where a payload comes again."""
    options = ["-v", "-p0", "-b127.0.0.1", "-z", "-dwarcs", "-nby-warcprox"]
    with subprocess.Popen(
        [WARCPROX, "-c", _WARCPROX, *options, "--dedup-min-text-size=1"],
        cwd=folder,
        stdout=subprocess.PIPE,
        text=True,
    ) as proxy:
        overdue = threading.Timer(60, proxy.kill)
        overdue.start()
        try:
            assert proxy.stdout is not None
            listening = (re.search(r"listening on (\S+)", line) for line in proxy.stdout)
            address = next(found[1] for found in listening if found)
            # It listens before its table of payloads is there; this thread is its last to start.
            next(line for line in proxy.stdout if "RunningStats" in line and "starting" in line)
            for url in urls:
                connection = HTTPConnection(address, timeout=30)
                connection.request("GET", url)
                connection.getresponse().read()
                connection.close()
            # It answers first, and says later what it has written.
            written = (line for line in proxy.stdout if " offset=" in line)
            deque(islice(written, len(urls)), maxlen=0)
        finally:
            proxy.terminate()  # then it finishes its file
            proxy.communicate()
            overdue.cancel()
    [warc] = (folder / "warcs").glob("*.warc.gz")
    return warc


def with_warcio(urls: Iterable[str], folder: Path) -> Path:
    warc = folder / "by-warcio.warc.gz"
    subprocess.run([sys.executable, "-c", _WITH_WARCIO, warc, *urls], check=True, timeout=60)
    return warc


def as_arc(warc: Path, folder: Path) -> Path:
    """The answers of a WARC as ARC has them: the URL record, then the bytes that came."""
    arc = folder / "old.arc"
    about = b"1 0 Old Crawler\nURL IP-address Archive-date Content-type Archive-length\n\n"
    with warc.open("rb") as file, arc.open("wb") as out:
        out.write(b"filedesc://old.arc 0.0.0.0 20040101000000 text/plain %d\n" % len(about))
        out.write(about)
        for record in ArchiveIterator(file, no_record_parse=True):
            if record.rec_type == "response":
                block = record.raw_stream.read()
                date = re.sub(r"\D", "", record.rec_headers["WARC-Date"])[:14]
                url = record.rec_headers["WARC-Target-URI"]
                line = f"{url} 127.0.0.1 {date} text/html {len(block)}\n"
                out.write(b"\n" + line.encode() + block)
    return arc


def as_wacz(warc: Path, folder: Path) -> Path:
    wacz = folder / "site.wacz"
    data = warc.read_bytes()
    pages = b'{"format": "json-pages-1.0", "id": "pages"}\n'
    described = {
        "profile": "data-package",
        "wacz_version": "1.1.1",
        "resources": [
            {
                "name": "data.warc.gz",
                "path": "archive/data.warc.gz",
                "hash": f"sha256:{hashlib.sha256(data).hexdigest()}",
                "bytes": len(data),
            },
            {
                "name": "pages.jsonl",
                "path": "pages/pages.jsonl",
                "hash": f"sha256:{hashlib.sha256(pages).hexdigest()}",
                "bytes": len(pages),
            },
        ],
    }
    with zipfile.ZipFile(wacz, "w") as package:
        package.writestr("archive/data.warc.gz", data)
        package.writestr("pages/pages.jsonl", pages)
        description = json.dumps(described).encode()
        package.writestr("datapackage.json", description)
        proof = {
            "path": "datapackage.json",
            "hash": f"sha256:{hashlib.sha256(description).hexdigest()}",
        }
        package.writestr("datapackage-digest.json", json.dumps(proof))
    return wacz
