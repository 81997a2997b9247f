"""How a site is asked: one request at a time, each after a pause as long as the last response took."""

import time
from collections.abc import Callable
from contextlib import AbstractContextManager
from dataclasses import dataclass, field
from datetime import timedelta

from feedsvc.wordpress.http import HttpClient
from feedsvc.wordpress.response import Response
from feedsvc.wordpress.transport import Traffic

MAX_PAUSE_SECONDS = 30.0


@dataclass(slots=True)
class PacedHttp:
    """HTTP to one site, for one pull.

    Before each request we wait for as long as the last response took, so that a slow or busy site is asked
    less often by itself.

    `wait` waits for some seconds. `before` may raise StoppedError before each request, and `after` takes
    what each has cost. `meanwhile` is entered for as long as we only wait for the site.
    """

    inner: HttpClient
    wait: Callable[[float], object]
    before: Callable[[], None]
    after: Callable[[Traffic], None]
    meanwhile: Callable[[], AbstractContextManager[None]]
    _last_seconds: float = field(default=0.0, init=False)

    def get(self, url: str, *, max_age: timedelta | None = None, fresh: bool = False) -> Response:
        """Return the response to a GET of `url`, see `HttpClient.get`."""
        if self._last_seconds:
            with self.meanwhile():
                self.wait(min(self._last_seconds, MAX_PAUSE_SECONDS))
        self.before()
        with self.meanwhile():
            started = time.monotonic()
            try:
                return self.inner.get(url, max_age=max_age, fresh=fresh)
            finally:
                seconds = time.monotonic() - started
                traffic = self.inner.take_traffic()
                # A response from the cache cost the site nothing.
                self._last_seconds = seconds if traffic.requests else 0.0
                self.after(traffic)
