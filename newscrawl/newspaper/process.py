"""Runs the sample newspaper in a process of its own for as long as a block lasts."""

from __future__ import annotations

import json
import subprocess
import sys
import tempfile
from http.client import HTTPConnection, HTTPException
from pathlib import Path
from typing import TYPE_CHECKING, Any, Self

from newscrawl.errors import NewscrawlError

if TYPE_CHECKING:
    from types import TracebackType

#: Seconds that the process has for ending by itself; it needs a tenth of one.
_PATIENCE = 10
#: What the first site's front page has, and no other program's.
_SIGN = b"The Quayminster Gazette"


def answers_at(port: int) -> bool:
    """Whether a sample newspaper answers at this port of 127.0.0.1."""
    connection = HTTPConnection("127.0.0.1", port, timeout=2)
    try:
        connection.request("GET", "/")
        return _SIGN in connection.getresponse().read(100_000)
    except (OSError, HTTPException):
        return False
    finally:
        connection.close()


class Newspaper:
    """The three sites, started on entry and stopped on exit.

    `sites` maps each site's name to its base URL. With `fallback`, a taken `port` is no error: the
    paper then takes free ones.
    """

    def __init__(self, *, edition: int = 1, port: int = 0, fallback: bool = False) -> None:
        self.edition, self.port, self.fallback = edition, port, fallback
        #: Whether it has another port than it was to have.
        self.port_was_taken = False
        self.sites: dict[str, str] = {}
        self._process: subprocess.Popen[str] | None = None
        self._last_log: list[dict[str, Any]] = []
        self._folder: tempfile.TemporaryDirectory[str] | None = None

    @property
    def seeds(self) -> list[str]:
        """The three front pages."""
        return [f"{base}/" for base in self.sites.values()]

    @property
    def own_port(self) -> int:
        """The port that it got, to start another edition in its place."""
        return int(self.seeds[0].rstrip("/").rpartition(":")[2])

    @property
    def log(self) -> list[dict[str, Any]]:
        """The requests answered so far, oldest first; all of them once the paper has stopped."""
        if self._folder is None:
            return self._last_log
        # The last line may be just being written.
        whole, _, _ = self._log_file.read_text("utf-8").rpartition("\n")
        return [json.loads(line) for line in whole.splitlines()]

    def turn_to(self, edition: int) -> None:
        """Serve another edition at the same addresses."""
        port = self.own_port
        self._stop()
        self.edition = edition
        if not self._start(port):
            raise NewscrawlError(f"the sample newspaper did not start anew at port {port}")

    def __enter__(self) -> Self:
        self._folder = tempfile.TemporaryDirectory(prefix="newspaper-")
        self._log_file.touch()
        started = self._start(self.port)
        if not started and self.port and self.fallback:
            self.port_was_taken = True
            started = self._start(0)
        if not started:
            said = self._complaints.read_text("utf-8").strip()
            self._folder.cleanup()
            raise NewscrawlError(f"the sample newspaper did not start: {said}")
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._stop()
        self._last_log = self.log
        if self._folder is not None:
            self._folder.cleanup()
            self._folder = None

    @property
    def _log_file(self) -> Path:
        if self._folder is None:
            raise NewscrawlError("the sample newspaper has not been started")
        return Path(self._folder.name) / "requests.jsonl"

    @property
    def _complaints(self) -> Path:
        return self._log_file.with_name("stderr.txt")

    def _start(self, port: int) -> bool:
        command = [sys.executable, "-m", "newscrawl.newspaper", "--edition", str(self.edition)]
        command += ["--port", str(port), "--log", str(self._log_file)]
        with self._complaints.open("w", encoding="utf-8") as complaints:
            # In a session of its own: Ctrl-C is for the crawl, which then ends its requests in peace.
            self._process = subprocess.Popen(  # noqa: S603 - our own interpreter and module
                command,
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=complaints,
                text=True,
                start_new_session=True,
            )
        line = self._process.stdout.readline() if self._process.stdout else ""
        if line:
            self.sites = json.loads(line)
            return True
        self._stop()
        return False

    def _stop(self) -> None:
        if self._process is None:
            return
        try:
            # Closes its stdin, which is its sign to end, and reads what is left on its outputs.
            self._process.communicate(timeout=_PATIENCE)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.communicate()
        self._process = None
