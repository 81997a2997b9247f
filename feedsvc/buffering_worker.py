"""gunicorn's worker for clients of any speed: it reads heads and sends answers in its loop, not in threads.

gunicorn's own workers (27.0) let a client hold what it answers with. `gthread` waits in a thread for the
first byte (5 s), then without end for the rest of a head and for a client to take its answer, and lingers
in its main loop for up to 2 s at each close; `sync` likewise. `gevent` has no limit for a head either, and
lets one SQLite query stop a whole process. Here a thread sees a request only when its head is there whole,
and its answer goes into memory; what waits for a client is a socket in a selector, with a deadline.
HTTP/1 without TLS alone, as `serve.py` asks for.
"""

import errno
import logging
import os
import selectors
import socket
import threading
import time
from collections.abc import Callable, Iterable
from concurrent.futures import Future
from contextlib import suppress
from functools import partial
from typing import Any, NamedTuple

from gunicorn.http import get_parser
from gunicorn.workers.gthread import STOP_KEEPALIVE_LINGER, ThreadWorker

from feedsvc.connection import Connection, Outbox, has_whole_head, read_whole_head
from feedsvc.publish.client_limit import WsgiApp
from feedsvc.publish.client_presence import has_left
from feedsvc.publish.warm import NotPreparedError, WarmAnswers

HEAD_SECONDS = 10.0
"""From a connection's start, or the first byte of a further request, to the end of a head: time enough to
send one or two packets three times over a bad line."""

MAX_UNSENT_BYTES = 64 * 1024 * 1024
"""Of answers that clients have not taken, for each process; past it those who have had longest go."""

_LEAVE_SECONDS = 0.2
"""From then on that a request has waited for a thread, it is looked whether its client is there still. One
that closes its own side at once, as some tools do, is answered when there is a thread at once."""

_SEND_SECONDS = 30.0
_MIN_SEND_RATE = 4096  # bytes a second that a client has to take of a long answer, on top of that
_LINGER_SECONDS = 2.0  # in which what a client still sends is thrown away, so that it can read our answer
_RECEIVE_BYTES = 16 * 1024
_ACCEPT_BATCH = 32  # connections taken at once, so that those already there have their turn in a flood
_SWEEP_SECONDS = 1.0
_DRAIN_SECONDS = 3.0  # in which a client may take the rest of its answer when the service ends
_REQUEST_TIMEOUT = b"HTTP/1.1 408 Request Timeout\r\nConnection: close\r\nContent-Length: 0\r\n\r\n"


class _Exchange(NamedTuple):
    """What gunicorn's `handle_request` asks of a connection."""

    sock: Outbox
    client: Any
    server: Any


class BufferingWorker(ThreadWorker):  # type: ignore[misc]  # gunicorn has no types
    """gunicorn's threaded worker, with threads that never wait for a client.

    All that waits for one is in `_waiting`, those who wait longest first: where connections or memory run
    out, they make room, so that a new client is never the one to be turned away.
    """

    def __init__(self, *args: Any) -> None:
        super().__init__(*args)
        self._waiting: dict[Connection, None] = {}
        self._unsent_bytes = 0
        self._next_sweep = 0.0
        self._is_draining = False
        self._has_prepared = False

    def run(self) -> None:
        """Serve until told to stop, then end at once: to take a process apart takes a busy machine long."""
        super().run()
        self.cfg.worker_exit(self, self)
        logging.shutdown()
        os._exit(0)

    def load_wsgi(self) -> None:
        """Load the application; in the loop, where nothing may wait, it answers what is prepared alone."""
        super().load_wsgi()
        app: WsgiApp = self.app.wsgi()
        self._has_prepared = isinstance(app, WarmAnswers)
        answer_at_once = app.answer_at_once if isinstance(app, WarmAnswers) else app
        loop = threading.get_ident()

        def dispatch(environ: dict[str, Any], start_response: Any) -> Iterable[bytes]:
            # The application looks there whether the client has left; an outbox could not tell.
            environ["gunicorn.socket"] = environ["gunicorn.socket"].client_socket
            return (answer_at_once if threading.get_ident() == loop else app)(environ, start_response)

        self.wsgi = dispatch

    def accept(self, listener: Any) -> None:
        """Take the connections that have come; override of ThreadWorker, called by its loop."""
        for _ in range(_ACCEPT_BATCH):
            try:
                sock, client = listener.accept()
            except OSError as error:
                if error.errno in (errno.EMFILE, errno.ENFILE):
                    self._make_room()
                return
            sock.setblocking(False)
            self.nr_conns += 1
            self._wait(
                Connection(sock, client, listener.getsockname()),
                selectors.EVENT_READ,
                self._read_head,
                HEAD_SECONDS,
            )
            if self.nr_conns >= self.worker_connections:
                self._make_room()

    def handle(self, conn: Connection) -> bool:
        """Answer the request whose head has come, and return whether another may follow. In a thread, or
        in the loop; there it raises NotPreparedError when that would have to wait.
        """
        outbox = Outbox(conn.sock)
        request, keeps = None, False
        parser = get_parser(self.cfg, read_whole_head(bytes(conn.head)), conn.client)
        try:
            request = next(parser)
            if _announces_body(request):
                # No address wants one. It is not read either: the application answers 413.
                request.force_close()
            keeps = self.handle_request(request, _Exchange(outbox, conn.client, conn.server))
        except NotPreparedError:
            raise  # before anything was written or thrown away
        except StopIteration:
            pass  # gunicorn's way to say that an answer broke off
        except Exception as error:  # whatever it is, gunicorn makes an answer of it and a line of the log
            self.handle_error(request, outbox, conn.client, error)
        conn.head = bytearray(parser.unreader.take_buffered())
        conn.unsent = outbox.pieces
        try:
            conn.send()
        except OSError:
            conn.unsent.clear()
            return False
        return keeps

    def enqueue_req(self, conn: Connection) -> None:
        """Let a thread answer a request when one is free; override of ThreadWorker."""
        future = self.tpool.submit(self._answer_if_wanted, conn, time.monotonic())
        future.add_done_callback(lambda done: self.method_queue.defer(self.finish_request, conn, done))

    def _answer_if_wanted(self, conn: Connection, since: float) -> bool:
        """Answer a request that has waited for a thread, unless its client has left meanwhile."""
        may_have_left = time.monotonic() - since > _LEAVE_SECONDS
        return not (may_have_left and has_left(conn.sock)) and self.handle(conn)

    def finish_request(self, conn: Connection, future: "Future[bool]") -> None:
        """Go on with a connection whose request was answered; override, called by the loop."""
        self._finish(conn, future.exception() is None and future.result())

    def _finish(self, conn: Connection, keeps: bool) -> None:
        conn.keeps = keeps
        if not conn.unsent:
            self._end_answer(conn)
            return
        conn.unsent_bytes = sum(map(len, conn.unsent))
        self._unsent_bytes += conn.unsent_bytes
        patience = _SEND_SECONDS + conn.unsent_bytes / _MIN_SEND_RATE
        self._wait(conn, selectors.EVENT_WRITE, self._send_rest, patience)
        while self._unsent_bytes > MAX_UNSENT_BYTES:
            self._close(next(other for other in self._waiting if other.unsent_bytes))

    def murder_pending(self) -> None:
        """Close what has waited too long for its client; override, called by the loop once a second."""
        now = time.monotonic()
        if not self.alive and not self._is_draining:
            self._is_draining = True
            # A request may be under way to us; one that is not here by then is not waited for, and no
            # answer that is not taken by then.
            for conn in self._waiting:
                seconds = _DRAIN_SECONDS if conn.unsent else STOP_KEEPALIVE_LINGER
                conn.deadline = min(conn.deadline, now + seconds)
        if now < self._next_sweep:
            return
        self._next_sweep = now + _SWEEP_SECONDS
        for conn in [conn for conn in self._waiting if conn.deadline <= now]:
            if conn.head:
                conn.unsent.append(memoryview(_REQUEST_TIMEOUT))
                with suppress(OSError):
                    conn.send()
            self._close(conn)

    def _wait(
        self, conn: Connection, event: int, go_on: Callable[[Connection], None], seconds: float
    ) -> None:
        """Let a connection wait for its client: `go_on` is called when `event` comes, within `seconds`."""
        if self._is_draining:
            seconds = min(seconds, STOP_KEEPALIVE_LINGER)
        conn.deadline = time.monotonic() + seconds
        self._waiting[conn] = None
        self.poller.register(conn.sock, event, partial(self._resume, conn, go_on))

    def _resume(self, conn: Connection, go_on: Callable[[Connection], None], _sock: Any) -> None:
        if conn not in self._waiting:
            return  # it has made room since this event was seen
        try:
            go_on(conn)
        except BlockingIOError:
            pass
        except OSError:
            self._close(conn)  # the client is gone

    def _end_wait(self, conn: Connection) -> None:
        self.poller.unregister(conn.sock)
        del self._waiting[conn]
        self._unsent_bytes -= conn.unsent_bytes
        conn.unsent_bytes = 0

    def _close(self, conn: Connection) -> None:
        """Close a connection that waits for its client."""
        self._end_wait(conn)
        self.nr_conns -= 1
        conn.sock.close()

    def _make_room(self) -> None:
        """Close the connection that has waited longest for its client; those being answered stay."""
        if self._waiting:
            self._close(next(iter(self._waiting)))

    def _read_head(self, conn: Connection) -> None:
        data = conn.sock.recv(_RECEIVE_BYTES)
        if not data:
            self._close(conn)
            return
        if not conn.head and not self._is_draining:
            conn.deadline = time.monotonic() + HEAD_SECONDS
        begin = len(conn.head)
        conn.head += data
        if has_whole_head(conn.head, begin):
            self._answer(conn)

    def _answer(self, conn: Connection) -> None:
        """Answer a request whose head has come: at once where the answer is prepared, else in a thread."""
        try:
            keeps = self._answer_at_once(conn)
        except NotPreparedError:
            self._end_wait(conn)
            self.enqueue_req(conn)
            return
        if keeps and not conn.unsent and not conn.head:
            # Nothing is left to do but to wait for the next request, as before.
            del self._waiting[conn]
            self._waiting[conn] = None
            conn.deadline = time.monotonic() + self._keep_seconds
            return
        self._end_wait(conn)
        self._finish(conn, keeps)

    def _send_rest(self, conn: Connection) -> None:
        conn.send()
        if not conn.unsent:
            self._end_wait(conn)
            self._end_answer(conn)

    def _end_answer(self, conn: Connection) -> None:
        """Wait for the next request, or for the client to close its side."""
        if not conn.keeps:
            with suppress(OSError):  # it is gone, as the next read says
                conn.sock.shutdown(socket.SHUT_WR)
            self._wait(conn, selectors.EVENT_READ, self._discard, _LINGER_SECONDS)
        elif has_whole_head(conn.head, 0):
            self.enqueue_req(conn)
        else:
            seconds = HEAD_SECONDS if conn.head else self._keep_seconds
            self._wait(conn, selectors.EVENT_READ, self._read_head, seconds)

    def _answer_at_once(self, conn: Connection) -> bool:
        if not self._has_prepared:
            raise NotPreparedError
        return self.handle(conn)

    @property
    def _keep_seconds(self) -> float:
        """How long an idle connection is kept."""
        return STOP_KEEPALIVE_LINGER if self._is_draining else float(self.cfg.keepalive)

    def _discard(self, conn: Connection) -> None:
        if not conn.sock.recv(_RECEIVE_BYTES):
            self._close(conn)


def _announces_body(request: Any) -> bool:
    """Return whether a body follows the head of a request (RFC 9112, section 6.3)."""
    headers = dict(request.headers)
    return "TRANSFER-ENCODING" in headers or headers.get("CONTENT-LENGTH", "0") != "0"
