"""Servers and crawls in processes of their own."""

from __future__ import annotations

import base64
import json
import subprocess
import sys
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from tests.conftest import python

if TYPE_CHECKING:
    from collections.abc import Iterator

    from started_commands import StartedCommand

HERE = Path(__file__).parent


@dataclass(frozen=True)
class Exchange:
    """What a server saw of one exchange."""

    connection: str
    sent: bytes
    received: bytes

    @property
    def target(self) -> str:
        return self.sent.split(b" ")[1].decode()


def still_runs(process: subprocess.Popen[Any] | StartedCommand, seconds: float = 0.01) -> bool:
    """Whether a process runs after so many seconds, in which who waits for it needs no processor."""
    try:
        process.wait(seconds)
    except subprocess.TimeoutExpired:
        return True
    return False


@contextmanager
def serving(script: str, *args: str | Path) -> Iterator[dict[str, Any]]:
    """Run a server script; gives what its first line says."""
    command = [sys.executable, str(HERE / script), *map(str, args)]
    process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE)
    assert process.stdout is not None and process.stdin is not None
    try:
        yield json.loads(process.stdout.readline())
    finally:
        process.stdin.close()
        process.stdout.close()
        process.terminate()
        process.wait(10)


def fetch(requests: list[dict[str, Any]], archive: Path, **settings: Any) -> list[dict[str, Any]]:
    """Fetch with a crawl of its own process; how each request ended, in order."""
    settings = {"NEWSCRAWL_ARCHIVE": str(archive), **settings}
    asked = json.dumps({"requests": requests, "settings": settings})
    ran = python(HERE / "fetch.py", given=asked)
    assert (ran.code, ran.err) == (0, "")
    return json.loads(ran.out)


def exchanges(log: str | Path) -> list[Exchange]:
    """What a server has noted, connection by connection."""
    found = []
    for path in sorted(Path(log).glob("*.jsonl"), key=lambda path: int(path.stem)):
        for line in path.read_text().splitlines():
            noted = json.loads(line)
            sent, received = base64.b64decode(noted["in"]), base64.b64decode(noted["out"])
            found.append(Exchange(noted["connection"], sent, received))
    return found
