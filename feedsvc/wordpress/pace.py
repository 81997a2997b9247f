"""How a site is asked: one request at a time, each after a pause as long as the last answer took."""

import time
from collections.abc import Callable
from contextlib import AbstractContextManager
from dataclasses import dataclass, field
from datetime import timedelta

from feedsvc.wordpress.http import HttpClient, Traffic
from feedsvc.wordpress.response import Response

LONGEST_PAUSE = 30.0


@dataclass(slots=True)
class PacedHttp:
    """HTTP to one site, for one pull. So a site that is slow, or busy, is asked less often by itself.

    `wait` waits for some seconds. `before` may raise StoppedError before each request, and `after` is told
    what each has cost. `meanwhile` is entered for as long as we only wait for the site.
    """

    inner: HttpClient
    wait: Callable[[float], object]
    before: Callable[[], None]
    after: Callable[[Traffic], None]
    meanwhile: Callable[[], AbstractContextManager[None]]
    _took: float = field(default=0.0, init=False)

    def get(self, url: str, *, keep: timedelta | None = None, fresh: bool = False) -> Response:
        """Return the answer to a GET of `url`, see `HttpClient.get`."""
        if self._took:
            with self.meanwhile():
                self.wait(min(self._took, LONGEST_PAUSE))
        self.before()
        started = time.monotonic()
        try:
            with self.meanwhile():
                return self.inner.get(url, keep=keep, fresh=fresh)
        finally:
            spent = self.inner.take_traffic()
            # What we had kept cost the site nothing.
            self._took = time.monotonic() - started if spent.requests else 0.0
            self.after(spent)
