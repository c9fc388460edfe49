"""A command that was forked from a ready process, while it runs: as `subprocess.Popen` has it."""

from __future__ import annotations

import os
import select
import signal
import socket
import subprocess
import time
from contextlib import suppress
from threading import Thread


class StartedCommand:
    """Its process is the leader of a group and of a session. Text comes from `stderr`, and from `stdout` if
    that is to be a pipe; `returncode` is None until `poll` or `wait` finds its end."""

    def __init__(self, files: socket.socket, *, stdout: int) -> None:
        said, err = os.pipe()
        reported, report = os.pipe()
        self.stdout = None
        if stdout == subprocess.PIPE:
            printed, out = os.pipe()
            self.stdout = os.fdopen(printed)
        else:
            out = os.open(os.devnull, os.O_RDWR)
        self.stderr = os.fdopen(said)
        self._reported = os.fdopen(reported)
        socket.send_fds(files, [b"x"], [out, err, report])
        for file in (out, err, report):
            os.close(file)
        self.pid = int(self._reported.readline())
        self.returncode: int | None = None

    def poll(self) -> int | None:
        with suppress(subprocess.TimeoutExpired):
            self.wait(0)
        return self.returncode

    def wait(self, timeout: float | None = None) -> int:
        if self.returncode is None:
            if not select.select([self._reported], [], [], timeout)[0]:
                raise subprocess.TimeoutExpired("newscrawl", timeout or 0)
            self.returncode = int(self._reported.readline())
            self._reported.close()
        return self.returncode

    def send_signal(self, number: signal.Signals) -> None:
        if self.poll() is None:
            os.kill(self.pid, number)

    def kill(self) -> None:
        self.send_signal(signal.SIGKILL)

    def terminate(self) -> None:
        self.send_signal(signal.SIGTERM)

    def communicate(self, timeout: float = 600) -> tuple[str, str]:
        """What it has said, on standard output and standard error, once it has ended."""
        until = time.monotonic() + timeout
        said: dict[str, str] = {}
        readers = [
            Thread(
                target=lambda name=name, file=file: said.update({name: file.read()}), daemon=True
            )
            for name, file in (("out", self.stdout), ("err", self.stderr))
            if file is not None and not file.closed
        ]
        for reader in readers:
            reader.start()
        for reader in readers:
            reader.join(max(until - time.monotonic(), 0))
            if reader.is_alive():
                raise subprocess.TimeoutExpired("newscrawl", timeout)
        self.wait(max(until - time.monotonic(), 0.1))
        for file in (self.stdout, self.stderr):
            if file is not None:
                file.close()
        return said.get("out", ""), said.get("err", "")
