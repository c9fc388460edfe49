"""What a browser does leaves the machine through its proxy or not at all."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

CHROMIUM = os.environ.get("NEWSCRAWL_TEST_CHROMIUM") or shutil.which("chromium") or ""
SCRIPT = Path(__file__).parents[1] / "support" / "without_network.py"


def _why_not() -> str:
    if not CHROMIUM:
        return "there is no Chromium (NEWSCRAWL_TEST_CHROMIUM)"
    if not os.access("/dev/net/tun", os.R_OK | os.W_OK):
        return "/dev/net/tun may not be used"
    if shutil.which("unshare") is None or shutil.which("ip") is None:
        return "unshare (util-linux) and ip (iproute2) are not installed"
    tried = subprocess.run(["unshare", "-rn", "true"], capture_output=True, text=True, check=False)
    return f"no network namespace may be made: {tried.stderr.strip()}" if tried.returncode else ""


def test_no_packet_leaves_but_through_the_proxy() -> None:
    if reason := _why_not():
        pytest.skip(reason)
    ran = subprocess.run(
        ["unshare", "-rn", sys.executable, str(SCRIPT), CHROMIUM],
        capture_output=True,
        text=True,
        timeout=180,
        check=False,
    )
    if "Operation not permitted" in ran.stderr:
        pytest.skip(f"the namespace may not be set up: {ran.stderr.strip()[-200:]}")
    assert ran.returncode == 0, ran.stderr
    found = json.loads(ran.stdout)
    hosts = {url.split("/")[2] for url in found["asked"]}
    assert {"api.example", "beacon.example", "8.8.8.8"} <= hosts
    assert found["left"] == []
    assert found["left_on_purpose"] == ["8.8.8.8"]
