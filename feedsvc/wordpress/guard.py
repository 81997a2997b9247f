"""Connections to the sites: where they may lead, and how long they may take.

Addresses are checked where the connection is made: after DNS, and the connection goes to the address that
was checked, so that a name cannot lead elsewhere a moment later.
"""

import ipaddress
import socket
import threading
from collections.abc import Iterable
from contextlib import suppress
from contextvars import ContextVar
from types import TracebackType
from typing import Any, ClassVar, Self
from urllib.parse import urlsplit

from urllib3 import HTTPConnectionPool, HTTPSConnectionPool
from urllib3.connection import HTTPConnection, HTTPSConnection
from urllib3.exceptions import ConnectTimeoutError, NameResolutionError, NewConnectionError

from feedsvc.wordpress.diagnosis import InnerAddressError

_PORTS = {"http": 80, "https": 443}
_MAX_ADDRESSES = 3
"""Addresses of one name that are tried before we give up."""

_NAT64 = ipaddress.ip_network("64:ff9b::/96")
# Of networks of their own, though Python calls them global: https://www.iana.org/assignments/
# iana-ipv4-special-registry and iana-ipv6-special-registry.
_SPECIAL = tuple(
    ipaddress.ip_network(network)
    for network in (
        *("192.0.0.0/24", "192.88.99.0/24", "64:ff9b:1::/48", "::/96", "::ffff:0:0:0/96", "fec0::/10"),
        *("3fff::/20", "5f00::/16"),
    )
)
Address = ipaddress.IPv4Address | ipaddress.IPv6Address


class Guard:
    """What connections may lead to: public addresses, and the hosts that the operator named.

    Takes the addresses (URLs) that the operator named. One with an IP address stands for all its ports;
    one with a name for its own port and the web's, since whoever owns the name decides where it leads.
    """

    def __init__(self, named: Iterable[str] = ()) -> None:
        parts = [urlsplit(url) for url in named]
        self._insecure = {part.hostname for part in parts if part.scheme == "http"}
        self._named: set[tuple[str, int | None]] = set()
        for part in parts:
            host = part.hostname or ""
            is_name = _parse_ip(host) is None
            ports = {part.port or _PORTS[part.scheme], *_PORTS.values()} if is_name else {None}
            self._named |= {(host, port) for port in ports}

    def is_named(self, host: str, port: int | None) -> bool:
        """Return whether the operator named this host, with this port."""
        host = host.strip("[]").rstrip(".").lower()
        return (host, port) in self._named or (host, None) in self._named

    def is_downgrade(self, before: str, target: str) -> bool:
        """Return whether to go from the URL `before` on to `target` gives up the security of the
        connection, which is for the operator alone to allow.
        """
        to = urlsplit(target)
        return before.startswith("https:") and to.scheme == "http" and to.hostname not in self._insecure

    def resolve(self, host: str, port: int) -> list[str]:
        """Return the IP addresses of `host`, each of which may be connected to.

        Raises InnerAddressError when one of them may not, OSError when there are none.
        """
        records = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
        addresses = list(dict.fromkeys(str(record[4][0]) for record in records))
        if not all(_is_public(address) or self._is_meant(host, port, address) for address in addresses):
            raise InnerAddressError(f"{host} leads to {', '.join(addresses)}")
        return addresses

    def _is_meant(self, host: str, port: int, address: str) -> bool:
        """Return whether an inner address is one that the operator meant. Nobody means a link-local
        address by a name: there clouds keep their machines' secrets.
        """
        ip = _parse_ip(address)
        is_link = ip is not None and ip.is_link_local and _parse_ip(host) is None
        return self.is_named(host, port) and not is_link

    def check_url(self, url: str) -> None:
        """Raise InnerAddressError when `url`, asked through a proxy, leads where it must not. A host that
        only the proxy can find is left to it.
        """
        parts = urlsplit(url)
        try:
            self.resolve(parts.hostname or "", parts.port or _PORTS.get(parts.scheme, 0))
        except OSError as error:
            if isinstance(error, InnerAddressError):
                raise

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


class Deadline:
    """The latest end of an exchange with a site, for a `with` block around it, in one thread.

    A socket's own time limit begins again with each byte, also of the headers; so a timer shuts the
    connection down.
    """

    def __init__(self, seconds: float) -> None:
        self.passed = False
        self._timer = threading.Timer(seconds, self._expire)
        self._timer.daemon = True
        self._lock = threading.Lock()
        self._sockets: list[socket.socket] = []

    def __enter__(self) -> Self:
        self._before = _CURRENT_DEADLINE.set(self)
        self._timer.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        _CURRENT_DEADLINE.reset(self._before)
        self._timer.cancel()
        with self._lock:
            for watched in self._sockets:
                watched.close()
            self._sockets.clear()

    def watch(self, connection: socket.socket) -> None:
        """Shut `connection` down when the time has come."""
        with self._lock:
            # One of our own: TLS takes the socket from whoever made it.
            self._sockets.append(socket.fromfd(connection.fileno(), connection.family, connection.type))
            if self.passed:
                _shut(self._sockets[-1])

    def _expire(self) -> None:
        with self._lock:
            self.passed = True
            for watched in self._sockets:
                _shut(watched)


_CURRENT_DEADLINE: ContextVar[Deadline | None] = ContextVar("deadline", default=None)


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
        if deadline := _CURRENT_DEADLINE.get():
            deadline.watch(connection)
        return connection

    def request(self, *args: Any, **kwargs: Any) -> None:
        if self.sock and (deadline := _CURRENT_DEADLINE.get()):
            deadline.watch(self.sock)  # one that was kept from the request before
        super().request(*args, **kwargs)


def _shut(connection: socket.socket) -> None:
    with suppress(OSError):  # the other side was quicker
        connection.shutdown(socket.SHUT_RDWR)


def _parse_ip(host: str) -> Address | None:
    try:
        return ipaddress.ip_address(host.strip("[]").partition("%")[0])
    except ValueError:
        return None


def _is_public(address: str) -> bool:
    """Return whether an IP address, or the one wrapped in it, is reached through the public network."""
    ip = _parse_ip(address)
    if isinstance(ip, ipaddress.IPv6Address):
        wrapped = ip.ipv4_mapped or ip.sixtofour or (ip.teredo or (None, None))[1]
        if ip in _NAT64:
            wrapped = ipaddress.IPv4Address(int(ip) & 0xFFFFFFFF)
        ip = wrapped or ip
    if ip is None or any(ip in network for network in _SPECIAL):
        return False
    return ip.is_global and not ip.is_multicast
