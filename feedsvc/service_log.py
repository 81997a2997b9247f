"""The log of the service: where it goes, and how often a line of one kind may come in it.

What anybody can cause by a request, such as gunicorn's warning of a malformed one, must not fill a disk or
hide what matters: of each kind the first lines are written, and then how many more there were.
"""

import logging
import threading
import time
from collections import Counter

MAX_LINES = 10
"""Of one kind, within WINDOW_SECONDS, for each process; a kind is the place in the code that says it."""

WINDOW_SECONDS = 60.0

_MAX_LINE_LENGTH = 500
_BOUNDED_LOGGERS = ("gunicorn.error", "feedsvc.publish.web")
"""gunicorn's of requests that it does not understand, and Flask's of requests that fail here."""


class LineBound(logging.Filter):
    """Lets a bounded number of lines of each kind through, and counts the others.

    `max_lines` is that number, for each window of `seconds`.
    """

    def __init__(self, max_lines: int = MAX_LINES, seconds: float = WINDOW_SECONDS) -> None:
        super().__init__()
        self._max_lines = max_lines
        self._seconds = seconds
        self._lock = threading.Lock()
        self._windows: dict[tuple[str, int], tuple[float, logging.LogRecord]] = {}
        self._counts: Counter[tuple[str, int]] = Counter()

    def filter(self, record: logging.LogRecord) -> bool:
        """Return whether `record` may be written; what a client sent is cut and made printable in it."""
        kind = (record.pathname, record.lineno)
        now = time.monotonic()
        with self._lock:
            if kind in self._windows and now - self._windows[kind][0] >= self._seconds:
                self._report(kind)
            if kind not in self._windows:
                self._windows[kind] = (now, record)
            self._counts[kind] += 1
            if self._counts[kind] == self._max_lines + 1:
                # A flood may end at any time, and with it the lines that a report could come with.
                timer = threading.Timer(self._seconds, self.report_left_out)
                timer.daemon = True
                timer.start()
            if self._counts[kind] > self._max_lines:
                return False
        if not record.exc_info:
            record.msg, record.args = _shorten(record.getMessage()), ()
        return True

    def report_left_out(self) -> None:
        """Write a line for each kind of which some were left out, and begin to count anew."""
        with self._lock:
            for kind in list(self._windows):
                self._report(kind)

    def _report(self, kind: tuple[str, int]) -> None:
        left_out = self._counts.pop(kind) - self._max_lines
        _, first = self._windows.pop(kind)
        if left_out > 0:
            # Not through the logger whose filter this is.
            logging.getLogger(__name__).log(
                first.levelno,
                "%d more lines were left out, such as: %s",
                left_out,
                _shorten(first.getMessage()),
            )


def _shorten(text: str) -> str:
    """Return `text` on one line that is not endless."""
    printable = "".join(character if character.isprintable() else " " for character in text)
    return printable if len(printable) <= _MAX_LINE_LENGTH else f"{printable[:_MAX_LINE_LENGTH]}…"


def report_left_out() -> None:
    """Write what the filters of this process have left out, before it ends."""
    for name in _BOUNDED_LOGGERS:
        for bound in logging.getLogger(name).filters:
            if isinstance(bound, LineBound):
                bound.report_left_out()


LOG_CONFIG = {
    "formatters": {"line": {"format": "%(asctime)s %(levelname)s %(message)s"}},
    "filters": {"bound": {"()": LineBound}},
    # All logs go to stdout, where platforms collect them; gunicorn's own would go to stderr.
    "handlers": {
        "stdout": {"class": "logging.StreamHandler", "stream": "ext://sys.stdout", "formatter": "line"}
    },
    "root": {"level": "INFO", "handlers": ["stdout"]},
    "loggers": {
        "gunicorn.error": {"level": "WARNING", "propagate": True, "filters": ["bound"]},
        "feedsvc.publish.web": {"filters": ["bound"]},
    },
}
