"""The only way out: HTTP GET of a site's REST API, cached by requests-cache, bounded in bytes and time."""

import io
import json
import logging
import sqlite3
import ssl
import threading
import time
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime
from pathlib import Path
from typing import Any, Protocol

import requests
from redis import Redis
from redis.exceptions import RedisError
from requests.adapters import HTTPAdapter
from requests.utils import parse_header_links
from requests_cache import DO_NOT_CACHE, CachedSession
from requests_cache.backends.base import BaseCache
from requests_cache.backends.redis import RedisCache
from requests_cache.backends.sqlite import SQLiteCache
from urllib3 import HTTPResponse
from urllib3.exceptions import ConnectTimeoutError, HTTPError, NameResolutionError

from feedsvc import __version__
from feedsvc.errors import SiteError

log = logging.getLogger(__name__)

MAX_BYTES = 32 * 1024 * 1024
CONNECT_SECONDS = 15.0
TOTAL_SECONDS = 90.0
KEPT = timedelta(hours=6)

_CHUNK = 64 * 1024
_MAX_REDIRECTS = 5
_ACCEPT = "application/json, text/html;q=0.5"


@dataclass(frozen=True, slots=True)
class Answer:
    """What a site gave: the status, its headers (names in lower case), the body as text, and from where."""

    status: int
    headers: Mapping[str, str]
    text: str
    url: str

    @property
    def kind(self) -> str:
        """The media type without parameters, as in application/json."""
        return self.headers.get("content-type", "").split(";")[0].strip().lower() or "no content type"

    @property
    def date(self) -> datetime:
        """The site's own clock when it answered, in UTC; ours when it does not say."""
        try:
            return parsedate_to_datetime(self.headers["date"]).astimezone(UTC)
        except (KeyError, ValueError):
            return datetime.now(UTC)

    @property
    def links(self) -> list[dict[str, str]]:
        """The links of the Link header (RFC 8288), each with its `url` and `rel`."""
        return parse_header_links(self.headers.get("link", ""))

    def json(self) -> Any:
        """Give the body as JSON; raises ValueError when it is not. A byte order mark does no harm."""
        return json.loads(self.text.removeprefix("\ufeff"))


class Http(Protocol):
    """What `wordpress.py` needs of this module."""

    def get(self, url: str, *, keep: bool = False, fresh: bool = False) -> Answer:
        """Give the answer to a GET of `url`, see `HttpClient.get`."""


class HttpClient:
    """A session with the sites: one object a process, one connection pool a thread.

    Takes the file or the Redis address where answers are kept, and the address to write to about our
    requests. Never carry one across a fork.
    """

    def __init__(self, *, cache_file: Path, redis_url: str | None = None, contact: str = "") -> None:
        self._cache_file = cache_file
        self._redis_url = redis_url
        about = f"; +{contact}" if contact else ""
        self.user_agent = f"feedsvc/{__version__} (WordPress REST API to feeds{about})"
        self._local = threading.local()

    def get(self, url: str, *, keep: bool = False, fresh: bool = False) -> Answer:
        """Give the answer to a GET of `url`, whatever its status.

        With `keep` a good JSON answer is kept for hours and given again without a request, unless
        `fresh`. Raises SiteError when no whole answer came within the bounds.
        """
        keeping = {"expire_after": KEPT if keep else DO_NOT_CACHE, "force_refresh": fresh}
        try:
            try:
                response = self._ask(self._session(), url, **keeping)
            except (RedisError, sqlite3.Error) as error:
                # What is kept only saves requests: without it we go on, keeping it in memory.
                log.warning("answers can't be kept between polls: %s", error)
                self._local.session = self._make_session(BaseCache())
                response = self._ask(self._local.session, url, **keeping)
        except (requests.RequestException, ValueError) as error:  # ValueError: a redirect to no address
            raise _unanswered(url, error) from error
        return Answer(
            status=response.status_code,
            headers={name.lower(): value for name, value in response.headers.items()},
            text=response.content.decode("utf-8", errors="replace"),  # JSON is UTF-8: RFC 8259, 8.1
            url=response.url,
        )

    @staticmethod
    def _ask(session: CachedSession, url: str, **keeping: Any) -> requests.Response:
        bounds = (CONNECT_SECONDS, TOTAL_SECONDS / 3)
        return session.get(url, headers={"Accept": _ACCEPT}, timeout=bounds, **keeping)

    def _session(self) -> CachedSession:
        session: CachedSession | None = getattr(self._local, "session", None)
        if session is None:
            session = self._local.session = self._make_session(self._cache())
        return session

    def _make_session(self, cache: BaseCache) -> CachedSession:
        session = CachedSession(
            backend=cache,
            expire_after=DO_NOT_CACHE,
            allowable_codes=(200,),
            filter_fn=_is_json,
            match_headers=["Accept"],
        )
        session.trust_env = False  # a proxy or a password of the machine's is not meant for these sites
        session.max_redirects = _MAX_REDIRECTS
        session.headers["User-Agent"] = self.user_agent
        for scheme in ("http://", "https://"):
            session.mount(scheme, _BoundedAdapter())
        return session

    def _cache(self) -> BaseCache:
        if self._redis_url:
            return RedisCache("feedsvc-http", connection=Redis.from_url(self._redis_url), serializer="json")
        return SQLiteCache(str(self._cache_file), serializer="json", wal=True, busy_timeout=30_000)


class _TooMuch(requests.RequestException):
    """An answer is longer than MAX_BYTES."""


class _TooSlow(requests.RequestException):
    """An answer takes longer than TOTAL_SECONDS."""


class _BoundedAdapter(HTTPAdapter):
    """Reads a whole body within bounds before anyone else, the cache included, can touch it."""

    def send(self, request: requests.PreparedRequest, *args: Any, **kwargs: Any) -> requests.Response:
        deadline = time.monotonic() + TOTAL_SECONDS
        response = super().send(request, *args, **{**kwargs, "stream": True})
        body = io.BytesIO()
        try:
            while chunk := response.raw.read1(_CHUNK, decode_content=True):
                body.write(chunk)
                if body.tell() > MAX_BYTES:
                    raise _TooMuch(request=request)
                if time.monotonic() > deadline:
                    raise _TooSlow(request=request)
        except (HTTPError, OSError) as error:
            raise requests.ConnectionError(error, request=request) from error
        finally:
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
    return "json" in response.headers.get("content-type", "")


def _unanswered(url: str, error: Exception) -> SiteError:
    """Say in plain words why no answer came, from the innermost error that tells."""
    causes = list(_causes(error))
    for kind, got, advice in _REASONS:
        if any(isinstance(cause, kind) for cause in causes):
            return SiteError(url, got, advice)
    return SiteError(url, f"the connection broke ({type(causes[-1]).__name__})", "Try later.")


def _causes(error: object) -> Iterator[BaseException]:
    """Give an error and those within it: requests and urllib3 hand them on as arguments or reasons."""
    while isinstance(error, BaseException):
        yield error
        inner = (getattr(error, "reason", None), *error.args, error.__cause__, error.__context__)
        error = next((one for one in inner if isinstance(one, BaseException)), None)


_REASONS: tuple[tuple[type[BaseException], str, str], ...] = (
    (_TooMuch, f"it sent more than {MAX_BYTES // 1024**2} MB", "Is this a REST API?"),
    (_TooSlow, f"it had not finished after {TOTAL_SECONDS:.0f} seconds", "Try later."),
    (
        requests.TooManyRedirects,
        "it redirects in a circle",
        "Open the address in a browser and use where it ends.",
    ),
    (NameResolutionError, "no such host is known", "Check the spelling of the address."),
    (ConnectionRefusedError, "the connection was refused", "Check the address and its port, or try later."),
    (ssl.SSLCertVerificationError, "its certificate is not valid", "The site's owner has to renew it."),
    (ssl.SSLError, "no secure connection could be made", "Try the address with http://."),
    (requests.Timeout, "it did not answer in time", "Try later; the site may be overloaded."),
    (ConnectTimeoutError, "it did not answer in time", "Try later; the site may be overloaded."),
)
