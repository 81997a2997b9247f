"""How many requests of one client are answered at once."""

import ipaddress
import threading
from collections import Counter
from collections.abc import Callable, Iterable
from typing import Any

from werkzeug.wsgi import ClosingIterator

from feedsvc.publish.respond import respond_text

_RETRY_SECONDS = 5
_IPV6_NETWORK_BITS = 64
"""What one client is given of IPv6 at the least: it has all addresses of it."""

WsgiApp = Callable[[dict[str, Any], Any], Iterable[bytes]]


class ClientLimit:
    """A WSGI layer that answers 429 to more than `limit` requests of one client at once.

    It counts within its process, before anything is looked up, and by the address in `REMOTE_ADDR`, which
    the layer for proxies around it has set.
    """

    def __init__(self, app: WsgiApp, limit: int) -> None:
        self._app = app
        self._limit = limit
        self._lock = threading.Lock()
        self._counts: Counter[str] = Counter()

    def __call__(self, environ: dict[str, Any], start_response: Any) -> Iterable[bytes]:
        client = identify_client(environ.get("REMOTE_ADDR", ""))
        with self._lock:
            is_within = self._counts[client] < self._limit
            if is_within:
                self._counts[client] += 1
        if not is_within:
            are = "is" if self._limit == 1 else "are"
            message = (
                f"{self._limit} of your requests {are} being answered already: send this one again later"
            )
            response = respond_text(message, 429)
            response.headers["Retry-After"] = str(_RETRY_SECONDS)
            return response(environ, start_response)
        try:
            answer = self._app(environ, start_response)
        except BaseException:
            self._release(client)
            raise
        return ClosingIterator(answer, lambda: self._release(client))

    def _release(self, client: str) -> None:
        with self._lock:
            self._counts[client] -= 1
            if not self._counts[client]:
                del self._counts[client]  # or one for each client there ever was


def identify_client(address: str) -> str:
    """Return what the addresses of one client have in common: an IPv4 address, or an IPv6 network."""
    try:
        parsed = ipaddress.ip_address(address)
    except ValueError:
        return address
    if isinstance(parsed, ipaddress.IPv4Address):
        return str(parsed)
    if parsed.ipv4_mapped:
        return str(parsed.ipv4_mapped)
    return str(ipaddress.ip_network((parsed, _IPV6_NETWORK_BITS), strict=False))
