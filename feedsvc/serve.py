"""The service in one command: gunicorn, and the poller in a process beside it."""

import errno
import logging
import os
import re
import signal
import socket
import sys
import time
from contextlib import closing
from typing import Any

from gunicorn.app.base import BaseApplication
from gunicorn.arbiter import Arbiter

from feedsvc.config import Settings
from feedsvc.connect_store import connect_store
from feedsvc.errors import StartError
from feedsvc.process_limits import count_possible_connections, limit_heaps, raise_file_limit, share_objects
from feedsvc.publish.access import describe_open_topics
from feedsvc.publish.client_limit import WsgiApp
from feedsvc.publish.context import EXTENSION
from feedsvc.publish.saved_topics import list_unknown_names
from feedsvc.publish.warm import WarmAnswers
from feedsvc.publish.web import create_app
from feedsvc.request_log import RequestLogger
from feedsvc.service_log import report_left_out
from feedsvc.worker import Poller

log = logging.getLogger(__name__)

THREADS = 8
"""In which a process answers requests, one in each."""

_POLLER_NICENESS = 5
"""Readers go first: a prepared answer takes a fraction of the milliseconds for which the system lets a
process run on that has as much right to a core, and a backfill keeps two cores busy. Where nobody reads,
the poller has the whole machine."""

_STOP_SECONDS = 6  # of the ten that Docker waits before it kills, on a machine that may be busy
_LAST_SECONDS = 1.0
_RESTART_SECONDS = 5.0
_OUT_OF_MEMORY = re.compile(r"\(pid:(\d+)\).*out of memory")
_GUNICORN_SIGNALS = {*Arbiter.SIGNALS, signal.SIGCHLD}

_KEPT_SECONDS = 15
"""How long a client's connection is kept for a further request: as long as a page takes to ask for what it
shows. An idle connection costs a file, and makes room for new ones."""

_KEPT_BY_PROXIES_SECONDS = 100
"""Longer than the 90 s after which Heroku's router gives a connection up, so that it never sends a request
into one that we are closing."""


_PORTS_TO_OFFER = 100  # behind one that is taken


def require_free_port(settings: Settings) -> None:
    """Raise StartError where nobody can listen as the settings say: gunicorn would try five times, and say
    so in as many lines.
    """
    error = _try_to_listen(settings, settings.port)
    if error is None:
        return
    if error.errno != errno.EADDRINUSE:
        raise StartError(
            f"nobody can listen on {settings.bind} here ({error.strerror}): set another host or port"
        ) from error
    behind = range(settings.port + 1, min(settings.port + _PORTS_TO_OFFER, 65536))
    free_port = next((port for port in behind if _try_to_listen(settings, port) is None), None)
    advice = f"take {free_port}, by --port {free_port} or, with make run, PORT={free_port}"
    raise StartError(
        f"port {settings.port} is taken by another program: "
        + (advice if free_port else "take another, by --port")
    ) from error


def _try_to_listen(settings: Settings, port: int) -> OSError | None:
    """Return why `port` can't be listened on, where the settings say; None when it can."""
    host = settings.bind.rpartition(":")[0].strip("[]")
    try:
        with socket.socket(socket.AF_INET6 if ":" in host else socket.AF_INET) as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)  # as gunicorn does
            probe.bind((host, port))
    except OSError as error:
        return error
    return None


def run_server(settings: Settings, *, with_poller: bool = True) -> None:
    """Serve the feeds until told to stop (SIGTERM, SIGINT), and pull the sites if `with_poller`."""
    with closing(
        connect_store(settings)
    ) as database:  # nothing that is open may cross the forks that follow
        database.prepare()
        with database.reading() as connection:
            for mistake in list_unknown_names(connection, settings):
                log.warning("%s", mistake)
    if sentence := describe_open_topics(settings):
        log.warning("%s", sentence)
    if not (settings.base_url or settings.allowed_hosts or settings.listens_on_loopback):
        log.warning(
            "links are made from whatever Host a request names: set base_url (FEEDSVC_BASE_URL) to where "
            "readers reach the service, or allowed_hosts (FEEDSVC_ALLOWED_HOSTS) to its names"
        )
    raise_file_limit()
    limit_heaps()
    app = create_app(settings, database)
    gunicorn = Gunicorn(settings, WarmAnswers(app, app.extensions[EXTENSION]))
    share_objects()
    _Supervisor(gunicorn, settings, with_poller=with_poller).run()


class Gunicorn(BaseApplication):  # type: ignore[misc]  # gunicorn has no types
    """gunicorn, set up from our settings alone."""

    def __init__(self, settings: Settings, app: WsgiApp) -> None:
        self._settings = settings
        self._app = app
        super().__init__()

    def load_config(self) -> None:
        for name, value in {
            "bind": self._settings.bind,
            "workers": self._settings.web_concurrency,
            # Half-sent requests hold gthread's threads for good: the module says more.
            "worker_class": "feedsvc.buffering_worker.BufferingWorker",
            "threads": THREADS,
            "worker_connections": count_possible_connections(),
            "backlog": 2048,  # a thousand clients at once, before any process has come to accept them
            "keepalive": _KEPT_BY_PROXIES_SECONDS if self._settings.trusted_proxies else _KEPT_SECONDS,
            "graceful_timeout": _STOP_SECONDS,
            "preload_app": True,  # made once, before the forks, and shared: see share_objects
            "sendfile": False,  # an answer goes into memory first, so that no thread waits for a client
            "limit_request_line": 8190,  # the most that it takes; a long topic in Thai needs it
            "control_socket_disable": True,
            "proc_name": "feedsvc",
            # gunicorn would believe anyone on this machine, and so a proxy that passes on what it was sent.
            # Which proxies are believed is for `trusted_proxies` to say, in publish/web.py.
            "forwarded_allow_ips": "",
            "secure_scheme_headers": {},
            "forwarder_headers": "",  # a client could set SCRIPT_NAME
            "logger_class": RequestLogger.behind(self._settings.trusted_proxies),
            "worker_exit": lambda server, worker: report_left_out(),
        }.items():
            self.cfg.set(name, value)

    def load(self) -> WsgiApp:
        return self._app


class _Supervisor(Arbiter):  # type: ignore[misc]  # gunicorn has no types
    """gunicorn's master process, which also keeps one poller running, so that one command is the service;
    none where it is told so.

    It starts the poller again when that dies. The poller leaves by itself when this process is gone, as
    gunicorn's workers do, so that `kill -9` leaves nothing behind.
    """

    def __init__(self, app: Gunicorn, settings: Settings, *, with_poller: bool) -> None:
        super().__init__(app)
        self._settings = settings
        self._with_poller = with_poller
        self._poller = 0
        self._started = 0.0
        self._our_kills = _OurKills()
        self.log.error_log.addFilter(self._our_kills)

    def start(self) -> None:
        super().start()
        log.info("serving on http://%s/", self._settings.bind)

    def manage_workers(self) -> None:
        super().manage_workers()
        if not self._with_poller:
            return
        if not _is_alive(self._poller) and time.monotonic() - self._started > _RESTART_SECONDS:
            if self._poller:
                log.error("the poller has ended unexpectedly; it is started again")
            self._started = time.monotonic()
            self._poller = _fork_poller(self._settings, self.LISTENERS)

    def halt(self, reason: str | None = None, exit_status: int = 0) -> None:
        """End the service, and this process at once: to take it apart takes a busy machine seconds."""
        try:
            super().halt(reason, exit_status)
        except SystemExit:
            logging.shutdown()
            sys.stdout.flush()
            os._exit(exit_status)

    def kill_worker(self, pid: int, sig: int) -> None:
        if sig == signal.SIGKILL:
            log.warning("web process %d does not end by itself: it is killed", pid)
            self._our_kills.pids.add(pid)
        super().kill_worker(pid, sig)

    def stop(self, graceful: bool = True) -> None:
        deadline = time.monotonic() + _STOP_SECONDS + _LAST_SECONDS
        if _is_alive(self._poller):
            os.kill(self._poller, signal.SIGTERM)
        super().stop(graceful)
        while _is_alive(self._poller) and time.monotonic() < deadline:
            time.sleep(0.05)
        if _is_alive(self._poller):
            os.kill(self._poller, signal.SIGKILL)


class _OurKills(logging.Filter):
    """Leaves out what gunicorn says of processes that it has killed itself: 'Perhaps out of memory?'"""

    def __init__(self) -> None:
        super().__init__()
        self.pids: set[int] = set()

    def filter(self, record: logging.LogRecord) -> bool:
        """Return whether `record` may be written."""
        told = _OUT_OF_MEMORY.search(record.getMessage())  # whatever has put its arguments in by now
        return not (told and int(told[1]) in self.pids)


def _fork_poller(settings: Settings, listeners: list[Any]) -> int:
    """Start the poller in a process of its own and return its pid; `listeners` are gunicorn's sockets."""
    parent = os.getpid()
    # No signal may come to the child while it still has gunicorn's handlers, which would swallow it.
    signal.pthread_sigmask(signal.SIG_BLOCK, _GUNICORN_SIGNALS)
    pid = os.fork()
    if pid:
        signal.pthread_sigmask(signal.SIG_UNBLOCK, _GUNICORN_SIGNALS)
        return pid
    status = 1
    try:
        for signal_number in _GUNICORN_SIGNALS:
            signal.signal(signal_number, signal.SIG_DFL)
        signal.pthread_sigmask(signal.SIG_UNBLOCK, _GUNICORN_SIGNALS)
        for listener in listeners:
            listener.sock.close()  # else the port stays taken as long as a pull lasts
        os.nice(_POLLER_NICENESS)
        Poller(settings, connect_store(settings)).run(beside=parent)
        status = 0
    except Exception:  # nothing above may run on in this process
        log.exception("the poller has failed")
    finally:
        sys.stdout.flush()
        os._exit(status)


def _is_alive(pid: int) -> bool:
    """Return whether our child `pid` runs; one that has ended is reaped."""
    if not pid:
        return False
    try:
        ended, _ = os.waitpid(pid, os.WNOHANG)
    except ChildProcessError:
        return False  # gunicorn has seen it end
    return ended == 0
