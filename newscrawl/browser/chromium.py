"""One headless Chromium, asked over its debugging pipe: no port is opened, no other library is needed."""

from __future__ import annotations

import asyncio
import json
import os
import signal
import subprocess
import sys
import tempfile
from collections import defaultdict
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING, Any

from newscrawl.browser import guardian
from newscrawl.browser.flags import arguments
from newscrawl.errors import NewscrawlError

if TYPE_CHECKING:
    from collections.abc import Callable

    #: Called with the name and the parameters of an event.
    Handler = Callable[[str, dict[str, Any]], None]

#: Seconds that an order may take; a browser that is stopped answers none.
PATIENCE, _START_PATIENCE = 20.0, 60.0
#: Bytes of one message: that of a document of any size.
_MAX_MESSAGE_BYTES = 256 * 1024 * 1024


class BrowserGone(NewscrawlError):
    """The browser, or the process of a page, has ended or does not answer."""


class Chromium:
    """A browser and its processes; `start` makes one."""

    def __init__(self, process: subprocess.Popen[bytes], control: int) -> None:
        self._guardian, self._control = process, control
        self._waiting: dict[int, asyncio.Future[dict[str, Any]]] = {}
        self._handlers: dict[str, list[Handler]] = defaultdict(list)
        self._number = 0
        self._reader = asyncio.StreamReader(limit=_MAX_MESSAGE_BYTES)
        self._transport: asyncio.WriteTransport | None = None
        self._reading: asyncio.Task[None] | None = None
        self.is_alive = False

    @classmethod
    async def start(cls, program: str, *, spki: str, sandbox: bool) -> Chromium:
        """Start the browser. Raises BrowserGone where it does not come up."""
        profile = tempfile.mkdtemp(prefix="newscrawl-chromium-")
        theirs_read, ours_write = os.pipe()
        ours_read, theirs_write = os.pipe()
        control_read, control = os.pipe()
        inherited = (control_read, theirs_read, theirs_write)
        command = [sys.executable, "-I", guardian.__file__, *map(str, inherited), profile, program]
        try:
            process = subprocess.Popen(  # noqa: S603 - the program that the user named
                [*command, *arguments(profile=profile, spki=spki, sandbox=sandbox)],
                pass_fds=inherited,
                stdin=subprocess.DEVNULL,
                stdout=subprocess.DEVNULL,
                stderr=subprocess.DEVNULL,
                start_new_session=True,
            )
        finally:
            for end in inherited:
                os.close(end)
        browser = cls(process, control)
        try:
            await browser._connect(ours_read, ours_write)
            await browser.call("Browser.getVersion", patience=_START_PATIENCE)
        except BrowserGone as error:
            await browser.close()
            raise BrowserGone(f"{program} does not start") from error
        except BaseException:
            await browser.close()
            raise
        return browser

    async def _connect(self, read: int, write: int) -> None:
        loop = asyncio.get_running_loop()
        protocol = asyncio.StreamReaderProtocol(self._reader)
        self._in, _ = await loop.connect_read_pipe(lambda: protocol, os.fdopen(read, "rb", 0))
        self._transport, _ = await loop.connect_write_pipe(
            asyncio.BaseProtocol, os.fdopen(write, "wb", 0)
        )
        self.is_alive = True
        self._reading = asyncio.ensure_future(self._read())

    async def call(
        self, method: str, *, session: str | None = None, patience: float = PATIENCE, **params: Any
    ) -> dict[str, Any]:
        """The result of a method of the DevTools protocol. Raises BrowserGone."""
        if not self.is_alive or self._transport is None:
            raise BrowserGone("the browser has ended")
        self._number += 1
        order: dict[str, Any] = {"id": self._number, "method": method, "params": params}
        if session is not None:
            order["sessionId"] = session
        future: asyncio.Future[dict[str, Any]] = asyncio.get_running_loop().create_future()
        self._waiting[self._number] = future
        self._transport.write(json.dumps(order).encode() + b"\0")
        try:
            return await asyncio.wait_for(future, patience)
        except TimeoutError:
            raise BrowserGone(f"{method}: no answer in {patience:g} s") from None

    def listen(self, session: str, handler: Handler) -> None:
        """Have a handler called for each event of this session."""
        self._handlers[session].append(handler)

    def forget(self, session: str) -> None:
        self._handlers.pop(session, None)

    async def _read(self) -> None:
        try:
            while True:
                self._take(json.loads((await self._reader.readuntil(b"\0"))[:-1]))
        except (asyncio.IncompleteReadError, asyncio.LimitOverrunError, OSError):
            pass  # it has ended: whoever waits is told below
        finally:
            self.is_alive = False
            for future in self._waiting.values():
                if not future.done():
                    future.set_exception(BrowserGone("the browser has ended"))
            self._waiting.clear()

    def _take(self, said: dict[str, Any]) -> None:
        if "id" not in said:
            for handler in list(self._handlers.get(said.get("sessionId", ""), ())):
                handler(said["method"], said["params"])
            return
        future = self._waiting.pop(said["id"], None)
        if future is None or future.done():
            return
        if "error" in said:
            future.set_exception(BrowserGone(str(said["error"].get("message"))))
        else:
            future.set_result(said["result"])

    def processes(self) -> list[int]:
        """All processes of the browser."""
        return guardian.descendants(self._guardian.pid)

    def memory(self) -> int:
        """Bytes of all processes; what they share counts once (PSS)."""
        return sum(map(_memory_of, self.processes()))

    def end_largest_page(self) -> None:
        """End the process of a page that takes the most memory."""
        pages = [each for each in self.processes() if _is_renderer(each)]
        if pages:
            with suppress(ProcessLookupError):
                os.kill(max(pages, key=_memory_of), signal.SIGKILL)

    async def close(self) -> None:
        """End all processes of the browser; on return none is left."""
        if self._reading is not None:
            self._reading.cancel()
            with suppress(asyncio.CancelledError):
                await self._reading
        if self._transport is not None:
            self._transport.close()
            self._in.close()
        if self._control >= 0:
            os.close(self._control)
            self._control = -1
        await asyncio.to_thread(self._guardian.wait)


def _memory_of(process: int) -> int:
    with suppress(OSError):
        for line in Path(f"/proc/{process}/smaps_rollup").read_text("ascii").splitlines():
            if line.startswith("Pss:"):
                return int(line.split()[1]) * 1024
    return 0


def _is_renderer(process: int) -> bool:
    with suppress(OSError):
        return b"--type=renderer" in Path(f"/proc/{process}/cmdline").read_bytes()
    return False
