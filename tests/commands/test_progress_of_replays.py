"""What a replay says of how far it is."""

from __future__ import annotations

import io
import json
import os
import pty
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING

from rich.console import Console

from newscrawl.commands import progress

if TYPE_CHECKING:
    from tests.conftest import Crawled


def test_a_terminal_shows_count_rate_and_time_left() -> None:
    out = io.StringIO()
    console = Console(file=out, force_terminal=True, width=100)
    assert list(progress.shown(iter("abc"), 4, console=console)) == ["a", "b", "c"]
    assert "3/4" in out.getvalue()
    assert "pages/s" in out.getvalue()
    assert ":" in out.getvalue()


def test_shards_are_counted_and_their_pages_if_they_are_known() -> None:
    out = io.StringIO()
    console = Console(file=out, force_terminal=True, width=100)
    with progress.Shards(console=console) as shown:
        shown.expect(2)
        shown.expect(1)
        shown.shard_done()
        counted = out.tell()
    assert "1/3" in out.getvalue()
    assert "pages" not in out.getvalue()[:counted]
    out = io.StringIO()
    console = Console(file=out, force_terminal=True, width=100)
    with progress.Shards(console=console) as shown:
        shown.expect(1)
        shown.page_done()
    assert "0/1" in out.getvalue()
    assert "1 pages, " in out.getvalue()


def test_records_go_to_stdout_all_the_same(crawled: Crawled) -> None:
    terminal, end = pty.openpty()
    command = [
        sys.executable,
        "-m",
        "newscrawl",
        "replay",
        crawled.archive,
        "--domain",
        "127.0.0.3",
    ]
    with ThreadPoolExecutor(1) as reader:
        # A terminal holds 4 KiB, and whoever writes more waits until they are read.
        shown = reader.submit(all_of, terminal)
        done = subprocess.run(command, stdout=subprocess.PIPE, stderr=end, text=True, check=True)
        os.close(end)
        assert b"pages/s" in shown.result()
    os.close(terminal)
    urls = {json.loads(line)["url"] for line in done.stdout.splitlines()}
    assert urls == {url for url in crawled.records if "127.0.0.3" in url}


def all_of(terminal: int) -> bytes:
    """What a terminal shows until its other end is closed."""
    shown = b""
    while True:
        try:
            shown += os.read(terminal, 4096)
        except OSError:  # EIO: the other end is closed
            return shown


def test_a_pipe_is_told_nothing() -> None:
    out = io.StringIO()
    assert list(progress.shown(iter("abc"), 3, console=Console(file=out))) == ["a", "b", "c"]
    assert out.getvalue() == ""
