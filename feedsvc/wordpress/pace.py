"""How a site is asked: one request at a time, each after a pause as long as the last response took."""

import time
from collections.abc import Callable
from contextlib import AbstractContextManager
from dataclasses import dataclass, field
from datetime import timedelta
from urllib.parse import urlsplit

from feedsvc.errors import SiteError
from feedsvc.wordpress.diagnosis import choose_advice
from feedsvc.wordpress.http import HttpClient
from feedsvc.wordpress.response import Response
from feedsvc.wordpress.transport import Traffic

MAX_PAUSE_SECONDS = 30.0


@dataclass(slots=True)
class PacedHttp:
    """HTTP to one site, for one pull.

    Before each request we wait for as long as the last response took, so that a slow or busy site is asked
    less often by itself. A host that asked us to wait is asked nothing more in this pull.

    `wait` waits for some seconds. `before` may raise StoppedError before each request, and `after` takes
    what each has cost. `meanwhile` is entered for as long as we only wait for the site.
    """

    inner: HttpClient
    wait: Callable[[float], object]
    before: Callable[[], None]
    after: Callable[[Traffic], None]
    meanwhile: Callable[[], AbstractContextManager[None]]
    _last_seconds: float = field(default=0.0, init=False)
    _waiting_hosts: dict[str | None, Response] = field(default_factory=dict, init=False)

    def get(self, url: str, *, max_age: timedelta | None = None, fresh: bool = False) -> Response:
        """Return the response to a GET of `url`, see `HttpClient.get`. Raises SiteError, without a request,
        when its host has asked us to wait.
        """
        if refusal := self._waiting_hosts.get(urlsplit(url).hostname):
            got = f"it answered {refusal.status} before, and is not asked again so soon"
            advice = choose_advice(refusal.status)
            raise SiteError(url, got, advice, refusal.status, retry_at=refusal.retry_at)
        if self._last_seconds:
            with self.meanwhile():
                self.wait(min(self._last_seconds, MAX_PAUSE_SECONDS))
        self.before()
        with self.meanwhile():
            started = time.monotonic()
            try:
                response = self.inner.get(url, max_age=max_age, fresh=fresh)
            finally:
                seconds = time.monotonic() - started
                traffic = self.inner.take_traffic()
                # A response from the cache cost the site nothing.
                self._last_seconds = seconds if traffic.requests else 0.0
                self.after(traffic)
        if response.asks_to_wait:
            for address in (url, response.url):
                self._waiting_hosts[urlsplit(address).hostname] = response
        return response
