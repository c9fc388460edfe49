"""Which network addresses may be reached: the public ones, and those of networks that the user allows."""

from __future__ import annotations

import ipaddress
from dataclasses import dataclass
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from newscrawl.errors import UsageError

if TYPE_CHECKING:
    from collections.abc import Iterable

Address = ipaddress.IPv4Address | ipaddress.IPv6Address
Network = ipaddress.IPv4Network | ipaddress.IPv6Network

_LOCAL_NAMES = frozenset({"localhost", "ip6-localhost", "ip6-loopback"})
_LOCAL_SUFFIXES = (".localhost", ".localdomain", ".local", ".internal")

#: IPv6 networks whose last 32 bits are an IPv4 address: mapped (RFC 4291, 2.5.5.2), compatible (2.5.5.1),
#: translated (RFC 2765, 2.1) and behind a NAT64 (RFC 6052, 2.1).
_WITH_IPV4 = tuple(
    map(ipaddress.IPv6Network, ("::ffff:0:0/96", "::/96", "::ffff:0:0:0/96", "64:ff9b::/96"))
)
#: Networks that the registries count as global, and that are not for the public: the NAT64 of a site
#: (RFC 8215), and the address by which machines of Azure ask their host.
_NOT_PUBLIC = (ipaddress.ip_network("64:ff9b:1::/48"), ipaddress.ip_network("168.63.129.16/32"))


@dataclass(frozen=True, slots=True)
class AddressPolicy:
    """What may be connected to without having been named: public addresses, and `allowed` networks."""

    allowed: tuple[Network, ...] = ()

    def allows_address(self, address: str) -> bool:
        """Whether this IP address may be reached."""
        ip = _parsed(address)
        if ip is None:
            return False
        return is_public(address) or any(ip in network for network in self.allowed)

    def allows_url(self, url: str) -> bool:
        """Whether this URL may be asked for, as far as it can be read; its name resolves later."""
        name = (urlsplit(url).hostname or "").rstrip(".")
        if _parsed(name) is not None:
            return self.allows_address(name)
        return bool(self.allowed) or not is_private(url)


def address_policy(networks: Iterable[str]) -> AddressPolicy:
    """The policy with these networks allowed, as `10.1.0.0/16`. Raises UsageError, naming one that is
    none."""
    allowed = []
    for text in networks:
        try:
            allowed.append(ipaddress.ip_network(text.strip()))
        except ValueError as error:
            raise UsageError(f"NEWSCRAWL_ALLOWED_NETWORKS: {error}") from None
    return AddressPolicy(tuple(allowed))


def is_private(url: str) -> bool:
    """Whether the host is written as an address that is not public, or names this machine."""
    name = (urlsplit(url).hostname or "").rstrip(".")
    if name in _LOCAL_NAMES or name.endswith(_LOCAL_SUFFIXES):
        return True
    return _parsed(name) is not None and not is_public(name)


def is_public(address: str) -> bool:
    """Whether this IP address can be reached from anywhere; also for IPv4 written as IPv6."""
    ip = ipaddress.ip_address(address)
    if not ip.is_global or ip.is_multicast or any(ip in network for network in _NOT_PUBLIC):
        return False
    inner = _inside(ip)
    return inner is None or is_public(str(inner))


def is_address(host: str) -> bool:
    """Whether the host is an IP address, and not a name."""
    return _parsed(host) is not None


def _inside(ip: Address) -> ipaddress.IPv4Address | None:
    """The IPv4 address that an IPv6 address leads to."""
    if isinstance(ip, ipaddress.IPv4Address):
        return None
    if any(ip in network for network in _WITH_IPV4):
        return ipaddress.IPv4Address(int(ip) & 0xFFFFFFFF)
    return ip.sixtofour or (ip.teredo[1] if ip.teredo else None)


def _parsed(text: str) -> Address | None:
    try:
        return ipaddress.ip_address(text)
    except ValueError:
        return None
