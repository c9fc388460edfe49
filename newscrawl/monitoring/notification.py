"""Tells a command or a web address of the operator's that something is wrong, or that a pass has ended.

Nothing here raises for a receiver that fails: the crawl goes on, and one line says so.
"""

from __future__ import annotations

import os
import subprocess
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any
from urllib.error import HTTPError, URLError
from urllib.parse import urlsplit
from urllib.request import HTTPRedirectHandler, Request, build_opener

from newscrawl.errors import UsageError
from newscrawl.printable import json_line, printable
from newscrawl.version import __version__

if TYPE_CHECKING:
    from collections.abc import Sequence
    from http.client import HTTPMessage
    from typing import IO

#: Seconds that a receiver may take.
_COMMAND_SECONDS, _WEBHOOK_SECONDS = 60.0, 15.0


@dataclass(frozen=True, slots=True)
class Notifier:
    """`command` is run by the shell, with lines of text on its standard input and the name of the event in
    `$NEWSCRAWL_EVENT`; a JSON object is posted to `webhook`. Either may be empty."""

    command: str = ""
    webhook: str = ""

    @classmethod
    def named(cls, command: str, webhook: str) -> Notifier:
        """From what a user wrote. Raises UsageError."""
        parts = urlsplit(webhook)
        if webhook and not (parts.scheme in ("http", "https") and parts.hostname):
            raise UsageError("--webhook: not an http or https URL")
        return cls(command, webhook)

    @property
    def is_given(self) -> bool:
        return bool(self.command or self.webhook)

    def send(self, event: str, lines: Sequence[str], facts: dict[str, Any]) -> list[str]:
        """Tell both; return a line for each that could not be told. `text` of the JSON object: the lines."""
        failures = []
        if self.command and (why := self._run(event, lines)):
            failures.append(f"--notify {self.command}: {why}")
        if self.webhook and (
            why := self._post({"event": event, "text": "\n".join(lines), **facts})
        ):
            # Its path is a secret more often than not.
            failures.append(f"--webhook {urlsplit(self.webhook).netloc.rpartition('@')[2]}: {why}")
        return [printable(failure) for failure in failures]

    def _run(self, event: str, lines: Sequence[str]) -> str | None:
        try:
            done = subprocess.run(  # noqa: S602 - the operator's own command, as in a crontab
                self.command,
                shell=True,
                input="".join(f"{printable(line)}\n" for line in lines),
                text=True,
                stdout=subprocess.DEVNULL,
                stderr=subprocess.PIPE,
                timeout=_COMMAND_SECONDS,
                check=False,
                env={**os.environ, "NEWSCRAWL_EVENT": event},
            )
        except (OSError, subprocess.TimeoutExpired) as error:
            return "took too long" if isinstance(error, subprocess.TimeoutExpired) else str(error)
        if done.returncode == 0:
            return None
        said = done.stderr.strip().splitlines()
        return f"exit code {done.returncode}" + (f": {said[-1][:200]}" if said else "")

    def _post(self, facts: dict[str, Any]) -> str | None:
        headers = {"Content-Type": "application/json", "User-Agent": f"newscrawl/{__version__}"}
        data = json_line(facts).encode("utf-8", "replace")
        request = Request(self.webhook, data, headers, method="POST")  # noqa: S310 - checked in `named`
        try:
            with build_opener(_NoRedirects).open(request, timeout=_WEBHOOK_SECONDS):
                return None
        except HTTPError as error:
            return f"HTTP {error.code}"
        except URLError as error:
            return str(error.reason)
        except (OSError, ValueError) as error:
            return str(error) or type(error).__name__


class _NoRedirects(HTTPRedirectHandler):
    """A redirected POST would be a GET, to somebody that the operator has not named."""

    def redirect_request(
        self, req: Request, fp: IO[bytes], code: int, msg: str, headers: HTTPMessage, newurl: str
    ) -> None:
        del req, fp, code, msg, headers, newurl
