"""When an exchange with a site ends at the latest, whatever the site sends until then."""

import socket
import threading
import time
from contextlib import suppress
from contextvars import ContextVar
from heapq import heappop, heappush
from itertools import count
from types import TracebackType
from typing import Self


class Deadline:
    """The latest end of an exchange with a site, for a `with` block around it, in one thread.

    A socket's own time limit begins again with each byte, also of the headers; so a thread, one for all
    exchanges of the process, shuts the connection down.
    """

    def __init__(self, seconds: float) -> None:
        self.passed = False
        self.is_over = False
        self._seconds = seconds
        self._lock = threading.Lock()
        self._sockets: list[socket.socket] = []

    def __enter__(self) -> Self:
        self._before = _CURRENT.set(self)
        _WATCH.add(self, time.monotonic() + self._seconds)
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        _CURRENT.reset(self._before)
        with self._lock:
            self.is_over = True
            for watched in self._sockets:
                watched.close()
            self._sockets.clear()

    def watch(self, connection: socket.socket) -> None:
        """Shut `connection` down when the time has come."""
        with self._lock:
            # One of our own: TLS takes the socket from whoever made it.
            self._sockets.append(socket.fromfd(connection.fileno(), connection.family, connection.type))
            if self.passed:
                _shut(self._sockets[-1])

    def expire(self) -> None:
        """Shut down what is watched: the time has come."""
        with self._lock:
            self.passed = not self.is_over
            for watched in self._sockets:
                _shut(watched)


class _DeadlineWatch:
    """The thread that ends exchanges in time, and those that it has to look at, the next one first."""

    def __init__(self) -> None:
        self._changed = threading.Condition()
        self._waiting: list[tuple[float, int, Deadline]] = []
        self._numbers = count()
        self._thread: threading.Thread | None = None

    def add(self, deadline: Deadline, moment: float) -> None:
        """Let `deadline` expire at `moment` (by time.monotonic), unless it is over by then."""
        with self._changed:
            while self._waiting and self._waiting[0][2].is_over:
                heappop(self._waiting)
            heappush(self._waiting, (moment, next(self._numbers), deadline))
            if self._thread is None or not self._thread.is_alive():  # it is not after a fork
                self._thread = threading.Thread(
                    target=self._run, name="ends exchanges in time", daemon=True
                )
                self._thread.start()
            self._changed.notify()

    def _run(self) -> None:
        while True:
            with self._changed:
                seconds = self._waiting[0][0] - time.monotonic() if self._waiting else None
                if seconds is None or seconds > 0:
                    self._changed.wait(seconds)
                    continue
                _, _, deadline = heappop(self._waiting)
            deadline.expire()
            del deadline


_WATCH = _DeadlineWatch()
_CURRENT: ContextVar[Deadline | None] = ContextVar("deadline", default=None)


def watch_until_deadline(connection: socket.socket) -> None:
    """Shut `connection` down when the exchange that is under way in this thread has to end."""
    if deadline := _CURRENT.get():
        deadline.watch(connection)


def _shut(connection: socket.socket) -> None:
    with suppress(OSError):  # the other side was quicker
        connection.shutdown(socket.SHUT_RDWR)
