"""When the work of a reading connection has to end: looked at between statements, and within them."""

import time
from collections.abc import Callable

from sqlalchemy import Connection

from feedsvc.errors import TooLongError

_KEY = "deadline"
_LOOK_SECONDS = 0.2  # between two questions whether the work is wanted still


class TimeLimit:
    """When work ends: `seconds` after it began, or earlier where nobody wants it any more."""

    def __init__(self, seconds: float, is_unwanted: Callable[[], bool]) -> None:
        self.seconds = seconds
        self._is_unwanted = is_unwanted
        self._next_look = time.monotonic() + _LOOK_SECONDS
        self._end = time.monotonic() + seconds

    @property
    def seconds_left(self) -> float:
        """How long the work may go on; negative when it should have ended."""
        return self._end - time.monotonic()

    def is_over(self) -> bool:
        """Return whether the work has to end."""
        now = time.monotonic()
        if now > self._next_look:
            self._next_look = now + _LOOK_SECONDS
            if self._is_unwanted():
                return True
        return now > self._end


def set_deadline(connection: Connection, deadline: TimeLimit | None) -> None:
    """Note when the work of a connection has to end; None when it has none any more."""
    if deadline is None:
        connection.info.pop(_KEY, None)
    else:
        connection.info[_KEY] = deadline


def get_deadline(connection: Connection) -> TimeLimit | None:
    """Return when the work of a connection has to end."""
    deadline: TimeLimit | None = connection.info.get(_KEY)
    return deadline


def check_deadline(connection: Connection) -> None:
    """Raise TooLongError when the time of `limit_time` is over: for what is done between statements."""
    deadline = get_deadline(connection)
    if deadline and deadline.is_over():
        raise TooLongError(deadline.seconds)
