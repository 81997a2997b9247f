"""The log of the service: where it goes, in which form, and how often a line of one kind may come in it.

What anybody can cause by a request, such as gunicorn's warning of a malformed one, must not fill a disk or
hide what matters: of each kind the first lines are written, and then how many more there were.
"""

import json
import logging
import re
import sys
import threading
import time
from collections import Counter
from datetime import UTC, datetime
from logging.config import dictConfig
from typing import Literal, TextIO

from feedsvc.config import Settings

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


# As it stands in an address; a letter may be written in percent.
_KEY = re.compile(r"([?&;](?:k|%6b)(?:e|%65)(?:y|%79)=)[^&\s\"'<>]*", re.IGNORECASE)


def hide_keys(text: str) -> str:
    """Return `text` without the keys to private feeds that stand in addresses (`?key=`)."""
    return _KEY.sub(r"\1…", text)


class LineFormatter(logging.Formatter):
    """Writes a line for people: the time, the level, what happened."""

    def __init__(self) -> None:
        super().__init__("%(asctime)s %(levelname)s %(message)s")

    def format(self, record: logging.LogRecord) -> str:
        """Return the line of `record`; where feedsvc itself has failed, its traceback stands below."""
        return hide_keys(super().format(record))


class JsonFormatter(logging.Formatter):
    """Writes a line for machines: an object in JSON, a traceback within it."""

    def format(self, record: logging.LogRecord) -> str:
        """Return the line of `record`. What a record has as its `fields` stands there by its own names."""
        said = {
            "time": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds"),
            "level": record.levelname.lower(),
            "logger": record.name,
            "process": record.process,
            "message": record.getMessage(),
            **getattr(record, FIELDS, {}),
        }
        if record.exc_info:
            said["exception"] = self.formatException(record.exc_info)
        return hide_keys(json.dumps(said, ensure_ascii=False, default=str))


FIELDS = "fields"
"""The attribute of a record with what belongs to its message, by names."""

REQUEST_LOGGER = "feedsvc.request"
"""Says a line for each request, where `access_log` asks for it."""

_FORMATTERS = {"text": LineFormatter, "json": JsonFormatter}


class OutputHandler(logging.StreamHandler[TextIO]):
    """Writes to what is the process's standard output or standard error now, whoever replaced it."""

    def __init__(self, name: Literal["stdout", "stderr"]) -> None:
        self._stream_name = name
        super().__init__()

    @property
    def stream(self) -> TextIO:
        """The stream that is written to."""
        stream: TextIO = getattr(sys, self._stream_name)
        return stream

    @stream.setter
    def stream(self, _stream: TextIO) -> None:
        """Do nothing: logging sets it when the handler is made."""


def set_up_log(settings: Settings, output: Literal["stdout", "stderr"] = "stdout", level: str = "") -> None:
    """Write the log to an output from now on, from `level` on, that of the settings if it is left out."""
    level = (level or settings.log_level).upper()
    others = (
        "ERROR" if level == "ERROR" else "WARNING"
    )  # what they say below that is of no use to operators
    for name in _BOUNDED_LOGGERS:
        logging.getLogger(name).filters.clear()  # of an earlier time: they would be added to
    dictConfig(
        {
            "version": 1,
            "disable_existing_loggers": False,
            "formatters": {"line": {"()": _FORMATTERS[settings.log_format]}},
            "filters": {"bound": {"()": LineBound}},
            "handlers": {"output": {"()": OutputHandler, "name": output, "formatter": "line"}},
            "root": {"level": level, "handlers": ["output"]},
            "loggers": {
                **{name: {"filters": ["bound"]} for name in _BOUNDED_LOGGERS},
                **{name: {"level": others} for name in ("requests_cache", "urllib3", "alembic")},
                "gunicorn.error": {"level": others, "filters": ["bound"]},
                REQUEST_LOGGER: {"level": "INFO" if settings.access_log else "CRITICAL"},
            },
        }
    )
