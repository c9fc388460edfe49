"""Draws a page in a network namespace from which everything that leaves is counted: run by `unshare -rn`.

    unshare -rn python without_network.py CHROMIUM

The namespace has loopback, and a tunnel to which all other routes lead. Prints as JSON the URLs that were
asked for through the proxy, where the packets that left through the tunnel while the page was drawn were to
go, and the same once something was sent on purpose.
"""

from __future__ import annotations

import asyncio
import fcntl
import json
import os
import socket
import struct
import subprocess
import sys
from contextlib import suppress
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

from newscrawl.browser.authority import Authority
from newscrawl.browser.proxy import SentAnswer
from newscrawl.browser.renderer import RenderBounds, Renderer

if TYPE_CHECKING:
    from newscrawl.browser.proxy import ProxiedRequest

_URL = "https://paper.example/story"
_PAGE = """<!doctype html><title>Story</title>
<link rel=dns-prefetch href=//dns.example><link rel=preconnect href=https://connect.example>
<link rel=prefetch href=https://fetch.example/next><img src=http://192.0.2.7/a.png><img src=https://8.8.8.8/b.png>
<script type=speculationrules>{"prefetch": [{"source": "list", "urls": ["https://other.example/next"]}]}</script>
<script>
fetch('https://api.example/story.json').catch(() => {});
navigator.sendBeacon('https://beacon.example/b', 'x');
try { new WebSocket('wss://socket.example/s'); new EventSource('https://events.example/e') } catch {}
const peer = new RTCPeerConnection({iceServers: [{urls: ['stun:9.9.9.9:3478', 'stun:1.1.1.1']}]});
peer.createDataChannel('x');
peer.createOffer().then(offer => peer.setLocalDescription(offer)).catch(() => {});
</script><p>text</p>"""
#: linux/if_tun.h
_TUNSETIFF, _IFF_TUN, _IFF_NO_PI = 0x400454CA, 1, 0x1000
_COMMANDS = (
    "ip link set lo up", "ip addr add 198.51.100.1/24 dev outside",
    "ip link set outside up", "ip route add default via 198.51.100.2",
)  # fmt: skip


class Site:
    """Answers nothing, and notes what it was asked for."""

    def __init__(self) -> None:
        self.asked: list[str] = []

    async def send(self, request: ProxiedRequest) -> SentAnswer:
        self.asked.append(request.url)
        return SentAnswer()


def _open_tunnel() -> int:
    """Lead all routes but that of loopback to a descriptor, which gives the packets."""
    # Without IPv6: its interfaces announce themselves to their neighbours.
    for each in ("all", "default"):
        Path(f"/proc/sys/net/ipv6/conf/{each}/disable_ipv6").write_text("1")
    tunnel = os.open("/dev/net/tun", os.O_RDWR | os.O_NONBLOCK)
    fcntl.ioctl(tunnel, _TUNSETIFF, struct.pack("16sH", b"outside", _IFF_TUN | _IFF_NO_PI))
    for command in _COMMANDS:
        subprocess.run(command.split(), check=True)
    return tunnel


def _destinations(tunnel: int) -> list[str]:
    """Where the packets were to go that came since the last time."""
    found = []
    with suppress(BlockingIOError):
        while packet := os.read(tunnel, 65536):
            found.append(socket.inet_ntoa(packet[16:20]) if packet[0] >> 4 == 4 else "IPv6")
    return found


async def main(program: str) -> None:
    tunnel = _open_tunnel()
    site = Site()
    renderer = Renderer(
        program,
        Authority.new(now=datetime.now(UTC)),
        RenderBounds(seconds=120.0),
        user_agent="newscrawl/test",
        screenshot="no",
    )
    body = _PAGE.encode()
    head = f"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nContent-Length: {len(body)}\r\n\r\n"
    try:
        await renderer.render(_URL, head.encode() + body, site)
    finally:
        await renderer.close()
    found = {"asked": site.asked, "left": _destinations(tunnel)}
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as probe:
        probe.sendto(b"x", ("8.8.8.8", 53))
    print(json.dumps({**found, "left_on_purpose": _destinations(tunnel)}))


if __name__ == "__main__":
    asyncio.run(main(sys.argv[1]))
