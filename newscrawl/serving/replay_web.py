"""A WACZ in ReplayWeb.page, whose two scripts the user has installed."""

from __future__ import annotations

import html
import zipfile
from typing import TYPE_CHECKING
from urllib.parse import quote, urlencode

from newscrawl.errors import UsageError
from newscrawl.serving.site import Site
from newscrawl.warc.cdxj import timestamp

if TYPE_CHECKING:
    from pathlib import Path

INSTALL = "npm pack replaywebpage && tar xzf replaywebpage-*.tgz"

#: For our page, the interface and the service worker: nothing of them may come from elsewhere or go
#: there. What the worker serves, the captured pages, has a policy that the worker sets.
_POLICY = (
    "default-src 'none'; script-src 'self' 'wasm-unsafe-eval'; style-src 'self' 'unsafe-inline'; "
    "img-src 'self' data: blob:; font-src 'self' data:; connect-src 'self' data:; frame-src 'self'; "
    "worker-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'self'"
)
_HEADERS = {
    "Content-Security-Policy": _POLICY,
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    "Cross-Origin-Resource-Policy": "same-origin",
}

_INDEX = """<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<title>{title}</title>
<style>html, body {{ height: 100%; margin: 0; overflow: hidden }}</style>
<script src="/ui.js"></script>
</head>
<body>
<replay-web-page source="{source}" replaybase="/replay/" view="pages" deeplink></replay-web-page>
</body>
</html>
"""

#: What is in the frame of the other one. The worker gives such a page itself once it is at work; the
#: first request may be sooner.
_FRAME = """<!doctype html>
<html lang="en" class="no-overflow">
<head>
<meta charset="utf-8">
<title>{title}</title>
<script src="/replay/ui.js"></script>
</head>
<body><replay-app-main></replay-app-main></body>
</html>
"""


def require_assets(folder: Path) -> None:
    """Raise UsageError unless ui.js and sw.js are in the folder."""
    missing = [name for name in ("ui.js", "sw.js") if not (folder / name).is_file()]
    if missing:
        raise UsageError(
            f"{folder} has no {' and no '.join(missing)}: these are in the folder package/ of {INSTALL}"
        )


def require_wacz(file: Path) -> None:
    """Raise UsageError unless the file can be a WACZ."""
    if not file.is_file() or not zipfile.is_zipfile(file):
        raise UsageError(f"{file} is no WACZ file")


def site(assets: Path, wacz: Path, *, folder: Path, title: str, port: int = 0) -> Site:
    """A site that shows the WACZ; `folder` takes its pages."""
    index, frame = folder / "index.html", folder / "frame.html"
    # ReplayWeb.page remembers a package by its address: another package needs another one.
    source = f"/{quote(folder.name)}.wacz"
    index.write_text(_INDEX.format(title=html.escape(title), source=source), "utf-8")
    frame.write_text(_FRAME.format(title=html.escape(title)), "utf-8")
    files = {
        "/": index,
        "/ui.js": assets / "ui.js",
        "/replay/": frame,
        "/replay/ui.js": assets / "ui.js",
        "/replay/sw.js": assets / "sw.js",
        source: wacz,
    }
    return Site(files, headers=_HEADERS, port=port)


def capture_url(base: str, url: str, captured_at: str) -> str:
    """Where the site at `base` shows a capture."""
    return f"{base}#{urlencode({'url': url, 'ts': timestamp(captured_at)})}"
