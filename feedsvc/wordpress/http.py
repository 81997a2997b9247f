"""The only way out: HTTP GET of a site's REST API, cached by requests-cache, bounded in bytes and time."""

import io
import logging
import sqlite3
import threading
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Any, Protocol
from urllib.parse import urljoin

import requests
from redis import Redis
from redis.exceptions import RedisError
from requests.adapters import HTTPAdapter
from requests_cache import DO_NOT_CACHE, CachedSession
from requests_cache.backends.base import BaseCache
from requests_cache.backends.redis import RedisCache
from requests_cache.backends.sqlite import SQLiteCache
from urllib3 import HTTPResponse
from urllib3.exceptions import HTTPError

from feedsvc import __version__
from feedsvc.wordpress.diagnosis import DowngradeError, TooMuchError, TooSlowError, unanswered
from feedsvc.wordpress.guard import Deadline, Guard
from feedsvc.wordpress.response import Response

log = logging.getLogger(__name__)

INFO_MAX_AGE = timedelta(hours=6)
"""How long what a site says of itself is kept."""
REVALIDATE = timedelta(0)
"""Kept if the site gives a validator (RFC 9110, 8.8), and asked each time whether it still holds."""

_CHUNK = 64 * 1024
_MAX_REDIRECTS = 5
_MOST_KEPT = 200_000
_FORGOTTEN = timedelta(days=1)
_FOR_GOOD = ({301}, {308}, {301, 308})
_ACCEPT = "application/json, text/html;q=0.5"


@dataclass(frozen=True, slots=True)
class Bounds:
    """What one answer may take: megabytes unpacked, seconds to connect, seconds in all."""

    megabytes: int = 16
    connect: float = 10.0
    total: float = 90.0


@dataclass(slots=True)
class Traffic:
    """What requests have cost a site: their number, and the bytes of the bodies that it sent."""

    requests: int = 0
    received: int = 0


class Http(Protocol):
    """What `wordpress.py` needs of this module."""

    def get(self, url: str, *, keep: timedelta | None = None, fresh: bool = False) -> Response:
        """Return the answer to a GET of `url`, see `HttpClient.get`."""


class HttpClient:
    """A session with the sites: one object a process, one connection pool a thread.

    Takes the file or the Redis address where answers are kept, the address to write to about our requests,
    the addresses that the operator named, which alone may be inner ones, and a proxy to ask through. Never
    carry one across a fork.
    """

    def __init__(
        self,
        *,
        cache_file: Path,
        redis_url: str | None = None,
        contact: str = "",
        named: Sequence[str] = (),
        proxy: str | None = None,
        bounds: Bounds | None = None,
    ) -> None:
        self._cache_file = cache_file
        self._redis_url = redis_url
        self._proxy = proxy
        self._guard = Guard(named)
        self._bounds = bounds or Bounds()
        about = f"; +{contact}" if contact else ""
        self.user_agent = f"feedsvc/{__version__} (WordPress REST API to feeds{about})"
        self._local = threading.local()

    def get(self, url: str, *, keep: timedelta | None = None, fresh: bool = False) -> Response:
        """Return the answer to a GET of `url`, whatever its status.

        A good JSON answer is kept for `keep` (see INFO_MAX_AGE, REVALIDATE) and given again without a
        request, unless `fresh`. Raises SiteError when no whole answer came within the bounds.
        """
        keeping = {"expire_after": DO_NOT_CACHE if keep is None else keep, "force_refresh": fresh}
        try:
            with Deadline(self._bounds.total) as deadline:
                try:
                    response = self._ask_once_more(url, **keeping)
                except (requests.RequestException, OSError) as error:
                    self._in_time(deadline, error)
                    raise
                self._in_time(deadline)  # what ends when the connection does, seems to have ended well
        except (requests.RequestException, ValueError) as error:  # ValueError: a redirect to no address
            raise unanswered(url, error) from error
        return Response(
            status=response.status_code,
            headers={name.lower(): value for name, value in response.headers.items()},
            body=response.content or b"",
            url=response.url,
            is_moved={one.status_code for one in response.history} in _FOR_GOOD,
        )

    def forget(self) -> None:
        """Forget answers that were kept long ago."""
        try:
            self._session().cache.delete(older_than=_FORGOTTEN)
        except Exception as error:  # whatever was left there must keep nobody from starting
            log.warning("what is kept between polls can't be tidied: %s", error)

    def _in_time(self, deadline: Deadline, error: Exception | None = None) -> None:
        if deadline.passed:
            raise TooSlowError(f"it had not finished after {self._bounds.total:g} seconds") from error

    def take_traffic(self) -> Traffic:
        """Return what the requests of this thread have cost since this was last asked."""
        spent, self._local.spent = self._spent(), Traffic()
        return spent

    def _spent(self) -> Traffic:
        if not hasattr(self._local, "spent"):
            self._local.spent = Traffic()
        spent: Traffic = self._local.spent
        return spent

    def _ask_once_more(self, url: str, **keeping: Any) -> requests.Response:
        """Ask; where the answer can't be kept, once more, and keep answers in memory from then on: what is
        kept only saves requests.
        """
        try:
            return self._ask(url, **keeping)
        except (RedisError, sqlite3.Error) as error:
            log.warning("answers can't be kept between polls: %s", error)
            self._local.session = self._make_session(BaseCache())
            return self._ask(url, **keeping)

    def _ask(self, url: str, **keeping: Any) -> requests.Response:
        bounds = (self._bounds.connect, self._bounds.total / 3)
        session = self._session()
        return session.get(url, headers={"Accept": _ACCEPT}, timeout=bounds, **keeping)

    def _session(self) -> CachedSession:
        session: CachedSession | None = getattr(self._local, "session", None)
        if session is None:
            session = self._local.session = self._make_session(self._cache())
        return session

    def _make_session(self, cache: BaseCache) -> CachedSession:
        session = _Session(
            backend=cache,
            expire_after=DO_NOT_CACHE,
            allowable_codes=(200,),
            filter_fn=_is_json,
            match_headers=["Accept"],
        )
        session.guard = self._guard
        session.trust_env = False  # a proxy or a password of the machine's is not meant for these sites
        session.max_redirects = _MAX_REDIRECTS
        session.headers["User-Agent"] = self.user_agent
        if self._proxy:
            session.proxies = {"http": self._proxy, "https": self._proxy}
        for scheme in ("http://", "https://"):
            session.mount(scheme, _BoundedAdapter(self._guard, self._bounds, self._spent))
        return session

    def _cache(self) -> BaseCache:
        if self._redis_url:
            return RedisCache("feedsvc-http", connection=Redis.from_url(self._redis_url), serializer="json")
        return SQLiteCache(str(self._cache_file), serializer="json", wal=True, busy_timeout=1_000)


class _Session(CachedSession):
    """A session that follows redirects only where its guard lets it."""

    guard: Guard

    def get_redirect_target(self, resp: requests.Response) -> str | None:
        """Return where `resp` redirects to, or None. Raises DowngradeError."""
        target: str | None = super().get_redirect_target(resp)
        if target and self.guard.is_downgrade(resp.url, urljoin(resp.url, target)):
            raise DowngradeError(response=resp)
        return target


class _BoundedAdapter(HTTPAdapter):
    """Reads a whole body within bounds before anyone else, the cache included, can touch it."""

    def __init__(self, guard: Guard, bounds: Bounds, spent: Callable[[], Traffic]) -> None:
        self._guard = guard
        self._bounds = bounds
        self._spent = spent
        super().__init__()
        self.poolmanager.pool_classes_by_scheme = guard.pools()

    def proxy_manager_for(self, proxy: str, **kwargs: Any) -> Any:
        """Return the manager of the connections through `proxy`."""
        manager = super().proxy_manager_for(proxy, **kwargs)
        manager.pool_classes_by_scheme = Guard([proxy]).pools()
        return manager

    def send(self, request: requests.PreparedRequest, *args: Any, **kwargs: Any) -> requests.Response:
        if kwargs.get("proxies"):
            self._guard.check(str(request.url))
        spent = self._spent()
        spent.requests += 1
        response = super().send(request, *args, **{**kwargs, "stream": True})
        body = io.BytesIO()
        try:
            while chunk := response.raw.read1(_CHUNK, decode_content=True):
                body.write(chunk)
                if body.tell() > self._bounds.megabytes * 1024**2:
                    raise TooMuchError(f"it sent more than {self._bounds.megabytes} MB")
        except (HTTPError, OSError) as error:
            if isinstance(error, TooMuchError):
                raise
            raise requests.ConnectionError(error, request=request) from error
        finally:
            spent.received += response.raw.tell()
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


def _is_json(response: requests.Response) -> bool:
    """Keep what a REST API gave, not the page of a guard in front of it that comes with status 200."""
    return "json" in response.headers.get("content-type", "") and len(response.content or b"") <= _MOST_KEPT
