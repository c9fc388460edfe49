"""pywb as a program of its own: started beside us, asked over HTTP, stopped with us."""

from __future__ import annotations

import http.client
import json
import os
import subprocess
import threading
from collections import deque
from typing import TYPE_CHECKING
from urllib.parse import urlencode, urlsplit

from newscrawl.errors import NewscrawlError
from newscrawl.serving.site import LOOPBACK
from newscrawl.warc import cdxj

if TYPE_CHECKING:
    from pathlib import Path

    from newscrawl.warc.cdxj import IndexEntry

#: How often, and with how many seconds between, it is asked whether it is up.
_ASKED, _BETWEEN = 1200, 0.05
#: Seconds for one answer, and for ending by itself.
_PATIENCE = 10


class Wayback:
    """pywb's `wayback`, run in its working folder; `base` is the collection's address there."""

    def __init__(self, program: Path, folder: Path, *, port: int, collection: str) -> None:
        self.base = f"http://{LOOPBACK}:{port}/{collection}/"
        self._last_lines: deque[str] = deque(maxlen=20)
        self._over = threading.Event()
        try:
            # In a session of its own: Ctrl-C is for us, who then stop it.
            self._process = subprocess.Popen(  # noqa: S603 - the program that the user named
                [program, "--bind", LOOPBACK, "--port", str(port)],
                cwd=folder,
                env=_environment(),
                stdin=subprocess.DEVNULL,
                stdout=subprocess.PIPE,
                stderr=subprocess.STDOUT,
                text=True,
                errors="replace",
                start_new_session=True,
            )
        except OSError as error:
            raise NewscrawlError(f"{program}: {error.strerror}") from error
        self._listener = threading.Thread(target=self._listen, daemon=True)
        self._listener.start()

    def capture_url(self, url: str, captured_at: str) -> str:
        """Where it shows a capture."""
        return f"{self.base}{cdxj.timestamp(captured_at)}/{url}"

    def wait(self) -> None:
        """Wait for its end, which is not expected: raises NewscrawlError with its last words."""
        self._over.wait()
        raise self._death()

    def wait_until_up(self, known: IndexEntry) -> None:
        """Wait until it answers with a capture that the archive is known to have."""
        for _ in range(_ASKED):
            if (answer := self._captures_of(known.url)) is not None:
                break
            if self._over.wait(_BETWEEN):
                raise self._death()
        else:
            raise NewscrawlError(f"pywb does not answer at {self.base}")
        if json.dumps(known.filename).encode() not in answer:
            raise NewscrawlError(f"{self.base} answers, but not from this archive")

    @property
    def lost_its_port(self) -> bool:
        """Whether it has ended because somebody else has the port."""
        return any("Address already in use" in line for line in self._last_lines)

    def stop(self) -> None:
        self._process.terminate()
        try:
            self._process.wait(_PATIENCE)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()
        self._listener.join(_PATIENCE)
        assert self._process.stdout is not None
        self._process.stdout.close()

    def _captures_of(self, url: str) -> bytes | None:
        """Its index lines of a URL, None as long as it does not answer."""
        where = urlsplit(self.base)
        connection = http.client.HTTPConnection(where.netloc, timeout=_PATIENCE)
        try:
            connection.request("GET", f"{where.path}cdx?{urlencode({'url': url})}")
            return connection.getresponse().read()
        except (OSError, http.client.HTTPException):
            return None
        finally:
            connection.close()

    def _listen(self) -> None:
        """Read what it logs, for it would stop at a full pipe; keep the end."""
        assert self._process.stdout is not None
        for line in self._process.stdout:
            if line.strip():
                self._last_lines.append(line.strip())
        self._over.set()

    def _death(self) -> NewscrawlError:
        code = self._process.wait()
        last = self._last_lines[-1] if self._last_lines else "it said nothing"
        return NewscrawlError(f"pywb has ended with exit code {code}: {last}")


def _environment() -> dict[str, str]:
    """Ours, without what would lead another Python astray, or its requests to itself to a proxy."""
    return {
        name: value
        for name, value in os.environ.items()
        if not name.startswith("PYTHON") and not name.lower().endswith("_proxy")
    }
