"""How bytes come from a site: redirects within the guard, bodies within bounds, and what they cost."""

import io
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any
from urllib.parse import urljoin

import requests
from requests.adapters import HTTPAdapter
from requests_cache import CachedSession
from urllib3 import HTTPResponse
from urllib3.exceptions import HTTPError

from feedsvc.wordpress.diagnosis import DowngradeError, TooMuchError
from feedsvc.wordpress.guard import Guard

_CHUNK_BYTES = 64 * 1024


@dataclass(frozen=True, slots=True)
class Bounds:
    """What one response may take: megabytes unpacked, seconds to connect, seconds in all."""

    megabytes: int = 16
    connect: float = 10.0
    total: float = 90.0


@dataclass(slots=True)
class Traffic:
    """What requests have cost a site: their number, and the bytes of the bodies that it sent."""

    requests: int = 0
    received: int = 0


class GuardedSession(CachedSession):
    """A session that follows redirects only where its guard lets it."""

    guard: Guard

    def get_redirect_target(self, resp: requests.Response) -> str | None:
        """Return where `resp` redirects to, or None.

        Raises DowngradeError when that leads from https to http and the operator did not allow it.
        """
        target: str | None = super().get_redirect_target(resp)
        if target and self.guard.is_downgrade(resp.url, urljoin(resp.url, target)):
            raise DowngradeError(response=resp)
        return target


class BoundedAdapter(HTTPAdapter):
    """Reads a whole body within bounds before anything else, the cache included, can touch it."""

    def __init__(self, guard: Guard, bounds: Bounds, get_traffic: Callable[[], Traffic]) -> None:
        self._guard = guard
        self._bounds = bounds
        self._get_traffic = get_traffic
        super().__init__()
        self.poolmanager.pool_classes_by_scheme = guard.make_pools()

    def proxy_manager_for(self, proxy: str, **kwargs: Any) -> Any:
        """Return the manager of connections through `proxy`, which the operator named."""
        manager = super().proxy_manager_for(proxy, **kwargs)
        manager.pool_classes_by_scheme = Guard([proxy]).make_pools()
        return manager

    def send(self, request: requests.PreparedRequest, *args: Any, **kwargs: Any) -> requests.Response:
        if kwargs.get("proxies"):
            self._guard.check_url(str(request.url))
        traffic = self._get_traffic()
        traffic.requests += 1
        response = super().send(request, *args, **{**kwargs, "stream": True})
        body = io.BytesIO()
        try:
            while chunk := response.raw.read1(_CHUNK_BYTES, decode_content=True):
                body.write(chunk)
                if body.tell() > self._bounds.megabytes * 1024**2:
                    raise TooMuchError(f"it sent more than {self._bounds.megabytes} MB")
        except (HTTPError, OSError) as error:
            if isinstance(error, TooMuchError):
                raise
            raise requests.ConnectionError(error, request=request) from error
        finally:
            traffic.received += response.raw.tell()
            response.close()
        body.seek(0)
        headers = {
            name: value
            for name, value in response.raw.headers.items()
            if name.lower() not in ("content-encoding", "content-length", "transfer-encoding")
        }
        return self.build_response(
            request,
            HTTPResponse(
                body=body,
                headers=headers,
                status=response.status_code,
                reason=response.reason,
                preload_content=False,
                request_method=request.method,
                request_url=request.url,
            ),
        )
