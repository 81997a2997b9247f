"""The only way out: HTTP GET, cached by requests-cache, bounded in bytes and time."""

import logging
import sqlite3
import threading
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Protocol

import requests
from requests_cache import DO_NOT_CACHE, CachedSession, create_key
from requests_cache.backends.base import BaseCache

from feedsvc import __version__
from feedsvc.wordpress.answer_cache import MAX_AGE, open_answer_cache
from feedsvc.wordpress.deadline import Deadline
from feedsvc.wordpress.diagnosis import TooSlowError, diagnose_failure
from feedsvc.wordpress.guard import Guard
from feedsvc.wordpress.response import Response
from feedsvc.wordpress.transport import BoundedAdapter, Bounds, GuardedSession, Traffic

log = logging.getLogger(__name__)

INFO_MAX_AGE = timedelta(hours=6)
"""How long what a site says of itself stays in the cache."""

REVALIDATE = timedelta(0)
"""Cached if the site gives a validator (RFC 9110, 8.8), and asked each time whether it is still good."""

_MAX_REDIRECTS = 5
_MAX_CACHED_BYTES = 200_000
_PERMANENT_REDIRECTS = ({301}, {308}, {301, 308})
_ACCEPT = "application/json, text/html;q=0.5"


@dataclass(frozen=True, slots=True)
class _CacheUse:
    """How long a response may come from the cache (None: not at all), and whether to ask all the same."""

    max_age: timedelta | None
    is_fresh: bool


class Http(Protocol):
    """What api.py and discover.py need of this module."""

    def get(self, url: str, *, max_age: timedelta | None = None, fresh: bool = False) -> Response:
        """Return the response to a GET of `url`, see `HttpClient.get`."""


class HttpClient:
    """HTTP to one site, with one connection pool a thread.

    Takes the file or the Redis address of the cache and whether to verify its certificate (see
    answer_cache.py), the address to write to about our requests, the addresses that the operator named for
    this site, which alone may be inner ones, and a proxy to ask through. Never carry one across a fork.
    """

    def __init__(
        self,
        *,
        cache_file: Path,
        redis_url: str | None = None,
        redis_verify: bool = True,
        contact: str = "",
        named: Sequence[str] = (),
        proxy: str | None = None,
        bounds: Bounds | None = None,
    ) -> None:
        self._cache_file = cache_file
        self._redis_url = redis_url
        self._redis_verify = redis_verify
        self._proxy = proxy
        self._guard = Guard(named)
        self._owner = " ".join(sorted(named))
        self._bounds = bounds or Bounds()
        about = f"; +{contact}" if contact else ""
        self.user_agent = f"feedsvc/{__version__} (WordPress REST API to feeds{about})"
        self._local = threading.local()

    def get(self, url: str, *, max_age: timedelta | None = None, fresh: bool = False) -> Response:
        """Return the response to a GET of `url`, whatever its status.

        A good JSON response is cached for `max_age` (see INFO_MAX_AGE, REVALIDATE) and returned again
        without a request, unless `fresh`. Raises SiteError when no whole response came within the bounds.
        """
        cache_use = _CacheUse(max_age, fresh)
        try:
            with Deadline(self._bounds.total) as deadline:
                try:
                    response = self._ask_once_more(url, cache_use)
                except (requests.RequestException, OSError) as error:
                    self._require_in_time(deadline, error)
                    raise
                # A body that ends when the connection does seems whole.
                self._require_in_time(deadline)
        except (requests.RequestException, ValueError) as error:  # ValueError: a redirect to no address
            raise diagnose_failure(url, error) from error
        return Response(
            status=response.status_code,
            headers={name.lower(): value for name, value in response.headers.items()},
            body=response.content or b"",
            url=response.url,
            is_moved={redirect.status_code for redirect in response.history} in _PERMANENT_REDIRECTS,
        )

    def forget(self) -> None:
        """Delete from the cache what is a day old."""
        try:
            self._get_session().cache.delete(older_than=MAX_AGE)
        except Exception as error:  # whatever was left there must keep nobody from starting
            log.warning("what is kept between polls can't be tidied: %s", error)

    def close(self) -> None:
        """Close the connections of this thread, to the site and to the cache."""
        if session := getattr(self._local, "session", None):
            session.close()
            del self._local.session

    def _require_in_time(self, deadline: Deadline, error: Exception | None = None) -> None:
        if deadline.passed:
            raise TooSlowError(f"it had not finished after {self._bounds.total:g} seconds") from error

    def take_traffic(self) -> Traffic:
        """Return what the requests of this thread have cost since the last call."""
        spent, self._local.spent = self._get_traffic(), Traffic()
        return spent

    def _get_traffic(self) -> Traffic:
        if not hasattr(self._local, "spent"):
            self._local.spent = Traffic()
        spent: Traffic = self._local.spent
        return spent

    def _ask_once_more(self, url: str, cache_use: _CacheUse) -> requests.Response:
        """Return the response. Where the file of the cache fails, ask once more, with a cache in memory
        from then on: the cache only saves requests.
        """
        try:
            return self._ask(url, cache_use)
        except sqlite3.Error as error:
            log.warning("answers can't be kept between polls: %s", error)
            self._local.session = self._make_session(BaseCache())
            return self._ask(url, cache_use)

    def _ask(self, url: str, cache_use: _CacheUse) -> requests.Response:
        return self._get_session().get(
            url,
            headers={"Accept": _ACCEPT},
            timeout=(self._bounds.connect, self._bounds.total / 3),
            expire_after=DO_NOT_CACHE if cache_use.max_age is None else cache_use.max_age,
            force_refresh=cache_use.is_fresh,
        )

    def _get_session(self) -> CachedSession:
        session: CachedSession | None = getattr(self._local, "session", None)
        if session is None:
            session = self._local.session = self._make_session(
                open_answer_cache(self._cache_file, self._redis_url, redis_verify=self._redis_verify)
            )
        return session

    def _make_session(self, cache: BaseCache) -> CachedSession:
        session = GuardedSession(
            backend=cache,
            expire_after=DO_NOT_CACHE,
            allowable_codes=(200,),
            filter_fn=_is_json,
            match_headers=["Accept"],
            # Of this site's own: for what another site has told, no connection would be made, and so none
            # checked.
            key_fn=lambda request, **options: f"{create_key(request, **options)} {self._owner}",
        )
        session.guard = self._guard
        session.trust_env = False  # a proxy or a password of the machine's is not meant for these sites
        session.max_redirects = _MAX_REDIRECTS
        session.headers["User-Agent"] = self.user_agent
        if self._proxy:
            session.proxies = {"http": self._proxy, "https": self._proxy}
        for scheme in ("http://", "https://"):
            session.mount(scheme, BoundedAdapter(self._guard, self._bounds, self._get_traffic))
        return session


def _is_json(response: requests.Response) -> bool:
    """Return whether to cache a response: JSON that is not too long.

    A guard in front of a site may send a page of its own with status 200, which is not cached.
    """
    return (
        "json" in response.headers.get("content-type", "")
        and len(response.content or b"") <= _MAX_CACHED_BYTES
    )
