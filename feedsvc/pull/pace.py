"""How a site is asked: one request at a time, each after a pause as long as the last answer took."""

import time
from collections.abc import Callable
from contextlib import AbstractContextManager
from dataclasses import dataclass, field
from datetime import timedelta

from feedsvc.pull.answer import Answer
from feedsvc.pull.http import HttpClient, Spent

_LONGEST_PAUSE = 10.0


@dataclass(slots=True)
class PacedHttp:
    """HTTP to one site, for one pull. So a site that is slow, or busy, is asked less often, and half of the
    time of one of its processes is the most that we ever take.

    `wait` waits for some seconds. `before` is told, ahead of each request, what the ones before have cost;
    it may raise StoppedError. `meanwhile` is entered for as long as we only wait for the site.
    """

    inner: HttpClient
    wait: Callable[[float], object]
    before: Callable[[Spent], None]
    meanwhile: Callable[[], AbstractContextManager[None]]
    _took: float = field(default=0.0, init=False)

    def get(self, url: str, *, keep: timedelta | None = None, fresh: bool = False) -> Answer:
        """Give the answer to a GET of `url`, see `HttpClient.get`."""
        spent = self.inner.take_spent()
        if spent.requests and self._took:  # what we had kept cost the site nothing
            with self.meanwhile():
                self.wait(min(self._took, _LONGEST_PAUSE))
        self.before(spent)
        with self.meanwhile():
            started = time.monotonic()
            try:
                return self.inner.get(url, keep=keep, fresh=fresh)
            finally:
                self._took = time.monotonic() - started
