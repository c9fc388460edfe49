"""One crawl of a hostile web, with what it cost.

With NEWSCRAWL_HOSTILE=defaults in the environment the limits are those of the settings: the crawl takes two
minutes, and other faults reach them. For `test_the_command_ends_by_itself_in_bounded_memory` alone.

With NEWSCRAWL_THOROUGH=1 pages of much markup have four times the length, and limits in proportion.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from amounts import IS_THOROUGH, amount
from processes import serving

from tests.conftest import UNPACED, newscrawl

if TYPE_CHECKING:
    from collections.abc import Iterator

SUPPORT = Path(__file__).parents[1] / "support"

#: Small enough that each is reached within seconds. Where pages are shorter, less may be read of one.
LIMITS = {
    "DOWNLOAD_TIMEOUT": amount(8, thorough=12),
    "NEWSCRAWL_FIRST_BYTE_SECONDS": amount(4, thorough=6),
    "NEWSCRAWL_SLOW_SECONDS": 2,
    "NEWSCRAWL_PAGE_BYTES": 2_000_000,
    "NEWSCRAWL_LIST_BYTES": 4_000_000,
    "DOWNLOAD_MAXSIZE": 5_000_000,
    "NEWSCRAWL_DECODED_RATIO": 20,
    "NEWSCRAWL_FEED_ENTRIES": 80,
    "NEWSCRAWL_SITEMAP_ENTRIES": 80,
    "NEWSCRAWL_LIST_FILES": 30,
    "NEWSCRAWL_PAGE_SECONDS": amount(2, thorough=10),
    "NEWSCRAWL_PAGE_ELEMENTS": amount(62_500, thorough=250_000),
    "NEWSCRAWL_WORKER_BYTES": 800_000_000,
}

#: What a web of one machine's loopback needs.
HERE = {
    "RETRY_TIMES": 0,
    "NEWSCRAWL_ALLOWED_NETWORKS": "127.0.0.77/32,127.0.0.44/32",
    "DNSCACHE_ENABLED": False,
    "CONCURRENT_REQUESTS_PER_DOMAIN": 12,
    "CONCURRENT_REQUESTS": 64,
}


@dataclass(frozen=True)
class HostileWeb:
    """The web as it was served, and what a crawl of it left and cost. `peak` is in bytes."""

    web: dict[str, Any]
    folder: Path
    archive: Path
    code: int
    out: str
    err: str
    peak: int

    @property
    def ends(self) -> dict[str, str]:
        """How each URL ended that is no list: `article`, or the cause of its miss."""
        misses = newscrawl("export", "misses", "--archive", self.archive).lines
        records = newscrawl("export", "--archive", self.archive).lines
        ends = {miss["url"]: miss["cause"] for miss in misses}
        return ends | {record["url"]: "article" for record in records}


@pytest.fixture(scope="session")
def hostile(tmp_path_factory: pytest.TempPathFactory) -> Iterator[HostileWeb]:
    folder = tmp_path_factory.mktemp("hostile")
    size = ["long"] if IS_THOROUGH else []
    with serving("hostile/server.py", folder, *size) as web:
        archive = folder / "news"
        settings = HERE if os.environ.get("NEWSCRAWL_HOSTILE") == "defaults" else {**LIMITS, **HERE}
        given = [part for name, value in settings.items() for part in ("-s", f"{name}={value}")]
        command = [sys.executable, "-m", "newscrawl", "crawl", "--archive", str(archive)]
        names = {
            "canary.paper.test": ["127.0.0.66"],
            "rebinding.paper.test": ["127.0.0.77", "127.0.0.66"],
        }
        names |= web["names"]
        env = {
            "PYTHONPATH": str(SUPPORT / "names"),
            "NAMES": json.dumps(names),
        }
        with (folder / "out").open("wb") as out, (folder / "err").open("wb") as err:
            crawl = subprocess.Popen(
                [*command, *UNPACED, *given, *web["named"]],
                stdout=out,
                stderr=err,
                env={**os.environ, **env},
            )
            peak = _peak(crawl, seconds=200)
        yield HostileWeb(
            web,
            folder,
            archive,
            crawl.returncode,
            (folder / "out").read_text("utf-8", "surrogateescape"),
            (folder / "err").read_text("utf-8", "surrogateescape"),
            peak,
        )


def _peak(process: subprocess.Popen[bytes], *, seconds: float) -> int:
    """Wait for its end; the most memory that it and its children have had at one moment."""
    until, peak = time.monotonic() + seconds, 0
    while True:
        try:
            process.wait(0.4)
        except subprocess.TimeoutExpired:
            peak = max(peak, sum(map(_resident, _tree(process.pid))))
            if time.monotonic() > until:
                process.kill()
                process.wait()
                raise AssertionError("the crawl does not end") from None
        else:
            return peak


def _tree(pid: int) -> list[int]:
    """The process and its descendants."""
    found = [pid]
    try:
        for task in Path(f"/proc/{pid}/task").iterdir():
            for child in (task / "children").read_text().split():
                found += _tree(int(child))
    except OSError:
        pass  # it has just ended
    return found


def _resident(pid: int) -> int:
    """Bytes of memory that this process has, its share of what it has with others."""
    try:
        told = Path(f"/proc/{pid}/smaps_rollup").read_text()
    except OSError:
        return 0
    return sum(int(line.split()[1]) for line in told.splitlines() if line.startswith("Pss:")) << 10
