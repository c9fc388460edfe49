"""Headless Chromium, driven over its debugging pipe: no port, no other library."""

from __future__ import annotations

import base64
import json
import os
import select
import subprocess
import sys
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

#: Seconds within which something must be seen.
PATIENCE = 40

_FLAGS = (
    "--headless=new", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run",
    "--disable-background-networking", "--disable-component-update", "--disable-sync",
    "--disable-dev-shm-usage", "--window-size=1100,900", "--remote-debugging-pipe",
)  # fmt: skip

#: Chromium reads its orders from descriptor 3 and answers on 4.
_LAUNCH = """
import fcntl, os, sys
ends = [fcntl.fcntl(int(n), fcntl.F_DUPFD, 20) for n in sys.argv[1:3]]
os.dup2(ends[0], 3)
os.dup2(ends[1], 4)
os.execv(sys.argv[3], sys.argv[3:])
"""

#: All documents of a page, in its frames and shadow trees, that can be looked into.
_DOCUMENTS = """
const documents = root => [root, ...[...root.querySelectorAll('*')].flatMap(element => [
  ...(element.shadowRoot ? documents(element.shadowRoot) : []),
  ...(element.contentDocument ? documents(element.contentDocument) : []),
])];
"""


class Page:
    """One tab."""

    def __init__(self, browser: Browser) -> None:
        self._browser = browser
        self._target = browser.call("Target.createTarget", url="about:blank")["targetId"]
        attached = browser.call("Target.attachToTarget", targetId=self._target, flatten=True)
        self._session = attached["sessionId"]
        self._call("Page.enable")
        self._call("Network.enable")
        self._call("Log.enable")

    def open(self, url: str) -> None:
        self._call("Page.navigate", url=url)
        self._loaded()

    def enter(self) -> None:
        """Press Enter, and wait for the page that it leads to."""
        self.press("Enter")
        self._loaded()

    def close(self) -> None:
        self._browser.call("Target.closeTarget", targetId=self._target)

    def _loaded(self) -> None:
        self._browser.read_until(
            lambda said: (
                said.get("method") == "Page.loadEventFired" and said["sessionId"] == self._session
            )
        )

    def text_with(self, wanted: str) -> str:
        """The text of the document that shows `wanted`, once there is one."""
        return self._eventually(
            f"documents(document).map(d => d.body ? d.body.innerText : d.textContent || '')"
            f".find(text => text.includes({json.dumps(wanted)}))"
        )

    def emulate(self, *, width: int, scheme: str) -> None:
        """Have the page as wide as this, in the color scheme `light` or `dark`."""
        self._call(
            "Emulation.setDeviceMetricsOverride",
            width=width, height=900, deviceScaleFactor=1, mobile=width < 600,
        )  # fmt: skip
        feature = {"name": "prefers-color-scheme", "value": scheme}
        self._call("Emulation.setEmulatedMedia", features=[feature])

    def press(self, key: str) -> None:
        """Press a key and let it go."""
        more: dict[str, Any] = {"text": key}
        if key == "Enter":
            more = {"code": "Enter", "text": "\r", "windowsVirtualKeyCode": 13}
        self._call("Input.dispatchKeyEvent", type="keyDown", key=key, **more)

    def evaluate(self, expression: str) -> Any:
        """The value of an expression, or of its promise."""
        found = self._call(
            "Runtime.evaluate", expression=expression, awaitPromise=True, returnByValue=True
        )
        assert "exceptionDetails" not in found, found
        return found["result"].get("value")

    def screenshot(self, out: Path, *, whole: bool = False) -> None:
        found = self._call("Page.captureScreenshot", format="png", captureBeyondViewport=whole)
        out.write_bytes(base64.b64decode(found["data"]))

    def _eventually(self, expression: str) -> Any:
        looking = (
            f"(() => {{ {_DOCUMENTS} return new Promise(resolve => {{ const look = () => {{"
            f" const found = {expression}; found ? resolve(found) : setTimeout(look, 50)"
            " }; look() }) })()"
        )
        found = self._call(
            "Runtime.evaluate", expression=looking, awaitPromise=True, returnByValue=True
        )
        assert "exceptionDetails" not in found, found
        return found["result"]["value"]

    def _call(self, method: str, **parameters: Any) -> dict[str, Any]:
        return self._browser.call(method, session=self._session, **parameters)


class Browser:
    def __init__(self, orders: int, answers: int) -> None:
        self._orders, self._answers = orders, answers
        self._number = 0
        self._unread = b""
        self.requested: list[str] = []
        #: What a policy has forbidden.
        self.refused: list[str] = []

    def call(self, method: str, *, session: str | None = None, **parameters: Any) -> dict[str, Any]:
        self._number += 1
        number = self._number
        order = {"id": number, "method": method, "params": parameters}
        if session is not None:
            order["sessionId"] = session
        os.write(self._orders, json.dumps(order).encode() + b"\0")
        answer = self.read_until(lambda said: said.get("id") == number)
        assert "error" not in answer, answer
        result: dict[str, Any] = answer["result"]
        return result

    def read_until(self, wanted: Any) -> dict[str, Any]:
        while True:
            while b"\0" not in self._unread:
                ready, _, _ = select.select([self._answers], [], [], PATIENCE)
                assert ready, f"nothing seen within {PATIENCE} s; requested: {self.requested}"
                self._unread += os.read(self._answers, 1 << 20)
            message, _, self._unread = self._unread.partition(b"\0")
            said: dict[str, Any] = json.loads(message)
            if said.get("method") == "Network.requestWillBeSent":
                self.requested.append(said["params"]["request"]["url"])
            if said.get("method") == "Log.entryAdded":
                entry = said["params"]["entry"]
                if "Content Security Policy" in entry["text"]:
                    self.refused.append(entry["text"])
            if wanted(said):
                return said


@contextmanager
def chromium(program: str, profile: Path) -> Iterator[Browser]:
    """A browser with a new profile, for as long as the block lasts."""
    their_orders, orders = os.pipe()
    answers, their_answers = os.pipe()
    launch = [sys.executable, "-c", _LAUNCH, str(their_orders), str(their_answers)]
    process = subprocess.Popen(
        [*launch, program, *_FLAGS, f"--user-data-dir={profile}", "about:blank"],
        pass_fds=(their_orders, their_answers),
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    os.close(their_orders)
    os.close(their_answers)
    browser = Browser(orders, answers)
    try:
        yield browser
    finally:
        browser.call("Browser.close")
        process.wait(PATIENCE)
        os.close(orders)
        os.close(answers)
