"""Connections to the sites: where they may lead.

Addresses are checked where the connection is made: after DNS, and the connection goes to the address that
was checked, so that a name cannot lead elsewhere a moment later.
"""

import ipaddress
import socket
from collections.abc import Iterable
from typing import Any, ClassVar
from urllib.parse import urlsplit

from urllib3 import HTTPConnectionPool, HTTPSConnectionPool
from urllib3.connection import HTTPConnection, HTTPSConnection
from urllib3.exceptions import ConnectTimeoutError, NameResolutionError, NewConnectionError

from feedsvc.wordpress.deadline import watch_until_deadline
from feedsvc.wordpress.diagnosis import InnerAddressError, MetadataAddressError

_PORTS = {"http": 80, "https": 443}
_MAX_ADDRESSES = 3
"""Addresses of one name that are tried before we give up."""

# Where clouds tell their machines' secrets. No name and no configuration opens these: no site is there.
_METADATA = tuple(
    ipaddress.ip_network(network)
    for network in (
        # Link-local, RFC 3927: AWS, Google, Azure, Oracle, DigitalOcean, Hetzner, OpenStack and others
        # (169.254.169.254), AWS for containers (169.254.170.2, 169.254.170.23), Scaleway (169.254.42.42),
        # Tencent (169.254.0.23). Each new service takes another one: so all of it.
        "169.254.0.0/16",
        "100.100.100.200",  # Alibaba
        "168.63.129.16",  # Azure's WireServer, which counts as public
        "192.0.0.192",  # Oracle Classic
        "fd00:ec2::/32",  # AWS: ::254, for pods ::23
        "fd20:ce::/32",  # Google: ::254
        "fd00:c1::/32",  # Oracle: ::a9fe:a9fe
        "fd00:42::/32",  # Scaleway: ::42
        "fd00:a9fe:a9fe::/48",  # Akamai
        "fe80::a9fe:a9fe",  # OpenStack
    )
)
# Of networks of their own, though Python calls them global: https://www.iana.org/assignments/
# iana-ipv4-special-registry and iana-ipv6-special-registry.
_SPECIAL = tuple(
    ipaddress.ip_network(network)
    for network in (
        *("192.0.0.0/24", "192.88.99.0/24", "64:ff9b:1::/48", "::/96", "::ffff:0:0:0/96", "fec0::/10"),
        *("3fff::/20", "5f00::/16"),
    )
)
# IPv6 networks whose last four bytes are an IPv4 address that a router connects to: IPv4-compatible (RFC
# 4291, 2.5.5.1), IPv4-mapped (2.5.5.2), IPv4-translated (RFC 2765), NAT64 (RFC 6052; RFC 8215 leaves to the
# network where in its 48 bits, and this is the usual place).
_WRAPPING = tuple(
    ipaddress.ip_network(network)
    for network in ("::/96", "::ffff:0:0/96", "::ffff:0:0:0/96", "64:ff9b::/96", "64:ff9b:1::/48")
)
# As public as what is in them: IPv4-mapped, NAT64, 6to4, Teredo.
_TRANSPARENT = tuple(
    ipaddress.ip_network(network) for network in ("::ffff:0:0/96", "64:ff9b::/96", "2002::/16", "2001::/32")
)
_NAT64_LOCAL = ipaddress.ip_network("64:ff9b:1::/48")
_ISATAP = (0x00005EFE, 0x02005EFE)
Address = ipaddress.IPv4Address | ipaddress.IPv6Address


class Guard:
    """What connections may lead to: public addresses, and the hosts that the operator named.

    Takes the addresses (URLs) that the operator named. One with an IP address stands for its own port; one
    with a name for its own port and the web's, since whoever owns the name decides where it leads.
    """

    def __init__(self, named: Iterable[str] = ()) -> None:
        parts = [urlsplit(url) for url in named]
        self._insecure = {part.hostname for part in parts if part.scheme == "http"}
        self._named: set[tuple[str, int]] = set()
        for part in parts:
            host = part.hostname or ""
            own_port = part.port or _PORTS[part.scheme]
            ports = {own_port} if _parse_ip(host) else {own_port, *_PORTS.values()}
            self._named |= {(_normalise_host(host), port) for port in ports}

    def is_named(self, host: str, port: int) -> bool:
        """Return whether the operator named this host, with this port."""
        return (_normalise_host(host), port) in self._named

    def is_downgrade(self, before: str, target: str) -> bool:
        """Return whether to go from the URL `before` on to `target` gives up the security of the
        connection, which is for the operator alone to allow.
        """
        to = urlsplit(target)
        return before.startswith("https:") and to.scheme == "http" and to.hostname not in self._insecure

    def resolve(self, host: str, port: int) -> list[str]:
        """Return the IP addresses of `host`, each of which may be connected to.

        Raises MetadataAddressError when one of them is where a cloud tells its secrets, InnerAddressError
        when another may not be connected to, OSError when there are none.
        """
        records = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
        addresses = list(dict.fromkeys(str(record[4][0]) for record in records))
        if any(_is_metadata(address) for address in addresses):
            raise MetadataAddressError(f"{host} leads to {', '.join(addresses)}")
        if not all(_is_public(address) or self._is_meant(host, port, address) for address in addresses):
            raise InnerAddressError(f"{host} leads to {', '.join(addresses)}")
        return addresses

    def _is_meant(self, host: str, port: int, address: str) -> bool:
        """Return whether an inner address is one that the operator meant. Nobody means a link-local
        address by a name: there networks keep what is for machines alone.
        """
        ip = _parse_ip(address)
        is_link = ip is not None and ip.is_link_local and _parse_ip(host) is None
        return self.is_named(host, port) and not is_link

    def check_url(self, url: str) -> None:
        """Raise InnerAddressError when `url` leads where it must not. A host that can't be found is left to
        who connects to it, be it a proxy that alone knows it; so is an address that is none.
        """
        try:
            parts = urlsplit(url)
            self.resolve(parts.hostname or "", parts.port or _PORTS.get(parts.scheme, 0))
        except InnerAddressError:
            raise
        except (OSError, ValueError):
            return

    def make_pools(self) -> dict[str, type[HTTPConnectionPool]]:
        """Return urllib3's connection pools by scheme, whose connections keep to this guard."""

        class PlainConnection(_GuardedConnection, HTTPConnection):
            guard = self

        class SecureConnection(_GuardedConnection, HTTPSConnection):
            guard = self

        class PlainPool(HTTPConnectionPool):
            ConnectionCls = PlainConnection

        class SecurePool(HTTPSConnectionPool):
            ConnectionCls = SecureConnection

        return {"http": PlainPool, "https": SecurePool}


class _GuardedConnection(HTTPConnection):
    """A connection that keeps to a guard, and to the deadline of whoever asks."""

    guard: ClassVar[Guard]

    def _new_conn(self) -> socket.socket:
        name = self._dns_host
        try:
            addresses = self.guard.resolve(name, self.port)[:_MAX_ADDRESSES]
        except socket.gaierror as error:
            raise NameResolutionError(name, self, error) from error
        except UnicodeError as error:
            raise NewConnectionError(self, f"{name!r} is no host") from error
        try:
            for address in addresses[:-1]:
                try:
                    return self._connect(address)
                except (ConnectTimeoutError, NewConnectionError):
                    continue
            return self._connect(addresses[-1])
        finally:
            self.host = name

    def _connect(self, address: str) -> socket.socket:
        self.host = address  # what was checked, not what the name may lead to a moment later
        connection = super()._new_conn()
        watch_until_deadline(connection)
        return connection

    def request(self, *args: Any, **kwargs: Any) -> None:
        if self.sock:
            watch_until_deadline(self.sock)  # one that was kept from the request before
        super().request(*args, **kwargs)


def _parse_ip(host: str) -> Address | None:
    """Return the IP address that `host` is as a resolver reads it, in whatever form, or None for a name."""
    host = host.strip("[]").partition("%")[0]  # a zone (RFC 4007) says nothing of where it leads
    try:
        return ipaddress.ip_address(host)
    except ValueError:
        pass
    try:  # 0x7f.1, 2130706433, 0177.0.0.1
        return ipaddress.IPv4Address(socket.inet_aton(host))
    except (OSError, UnicodeError):
        return None


def _normalise_host(host: str) -> str:
    ip = _parse_ip(host)
    return str(ip) if ip else host.strip("[]").rstrip(".").lower()


def _unwrap(address: str) -> list[Address]:
    """Return an IP address and every IPv4 address that it may lead to; nothing for what is no address."""
    ip = _parse_ip(address)
    if not isinstance(ip, ipaddress.IPv6Address):
        return [ip] if ip else []
    value = int(ip)
    wrapped: list[Address] = [each for each in (ip.sixtofour, *(ip.teredo or ())) if each]
    if any(ip in network for network in _WRAPPING) or value >> 32 & 0xFFFFFFFF in _ISATAP:
        wrapped.append(ipaddress.IPv4Address(value & 0xFFFFFFFF))
    if ip in _NAT64_LOCAL:  # RFC 6052, 2.2: around the byte that is zero
        wrapped.append(ipaddress.IPv4Address((value >> 64 & 0xFFFF) << 16 | value >> 40 & 0xFFFF))
    return [ip, *wrapped]


def _is_metadata(address: str) -> bool:
    """Return whether an IP address, or one wrapped in it, is where a cloud tells its machines' secrets."""
    return any(ip in network for ip in _unwrap(address) for network in _METADATA)


def _is_public(address: str) -> bool:
    """Return whether an IP address, and each wrapped in it, is reached through the public network."""
    ips = _unwrap(address)
    judged = ips[1:] if ips and any(ips[0] in network for network in _TRANSPARENT) else ips
    return bool(judged) and all(_is_global(ip) for ip in judged)


def _is_global(ip: Address) -> bool:
    return ip.is_global and not ip.is_multicast and not any(ip in network for network in _SPECIAL)
