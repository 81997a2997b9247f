"""How far a long pull is, told to the log now and then."""

import logging
import time

log = logging.getLogger(__name__)

SECONDS_BETWEEN_LINES = 10.0


class ProgressLog:
    """Logs how many posts of a site are read, when `seconds` have passed since its beginning or the last
    line: to be called after each page.
    """

    def __init__(self, site_name: str, seconds: float = SECONDS_BETWEEN_LINES) -> None:
        self._site_name = site_name
        self._seconds = seconds
        self._next_line = time.monotonic() + seconds

    def __call__(self, done: int, total: int) -> None:
        now = time.monotonic()
        if now >= self._next_line:
            self._next_line = now + self._seconds
            log.info("site %s: %s of %s posts", self._site_name, f"{min(done, total):,}", f"{total:,}")
