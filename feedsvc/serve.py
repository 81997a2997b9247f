"""The service in one command: gunicorn, and the poller in a process beside it."""

import logging
import os
import signal
import sys
import time
from typing import Any

from flask import Flask
from gunicorn.app.base import BaseApplication
from gunicorn.arbiter import Arbiter

from feedsvc.config import Settings
from feedsvc.publish.saved_topics import list_unknown_names
from feedsvc.publish.web import create_app
from feedsvc.store.database import Database
from feedsvc.worker import Poller

log = logging.getLogger(__name__)

_THREADS = 8
_STOP_SECONDS = 10
_RESTART_SECONDS = 5.0
_GUNICORN_SIGNALS = {*Arbiter.SIGNALS, signal.SIGCHLD}


def run_server(settings: Settings) -> None:
    """Serve the feeds and pull the sites until told to stop (SIGTERM, SIGINT)."""
    database = Database(settings.database_url, settings.duplicate_window)
    database.migrate()
    with database.reading() as connection:
        for mistake in list_unknown_names(connection, settings):
            log.warning("%s", mistake)
    database.close()  # nothing that is open may cross the forks that follow
    _Supervisor(_Gunicorn(settings, create_app(settings, database)), settings).run()


# All logs go to stdout, where platforms collect them; gunicorn's own would go to stderr.
_LOG_CONFIG = {
    "formatters": {"line": {"format": "%(asctime)s %(levelname)s %(message)s"}},
    "handlers": {
        "stdout": {"class": "logging.StreamHandler", "stream": "ext://sys.stdout", "formatter": "line"}
    },
    "root": {"level": "INFO", "handlers": ["stdout"]},
    "loggers": {"gunicorn.error": {"level": "WARNING", "propagate": True}},
}


class _Gunicorn(BaseApplication):  # type: ignore[misc]  # gunicorn has no types
    """gunicorn, set up from our settings alone."""

    def __init__(self, settings: Settings, app: Flask) -> None:
        self._settings = settings
        self._app = app
        super().__init__()

    def load_config(self) -> None:
        for name, value in {
            "bind": self._settings.bind,
            "workers": self._settings.web_concurrency,
            "worker_class": "gthread",
            "threads": _THREADS,
            "graceful_timeout": _STOP_SECONDS,
            "preload_app": True,
            "limit_request_line": 8190,  # the most that it takes; a long topic in Thai needs it
            "control_socket_disable": True,
            "proc_name": "feedsvc",
            "forwarder_headers": "",  # gunicorn would let a client set SCRIPT_NAME
            "loglevel": "warning",
            "logconfig_dict": _LOG_CONFIG,
        }.items():
            self.cfg.set(name, value)

    def load(self) -> Flask:
        return self._app


class _Supervisor(Arbiter):  # type: ignore[misc]  # gunicorn has no types
    """gunicorn's master process, which also keeps one poller running, so that one command is the service.

    It starts the poller again when that dies. The poller leaves by itself when this process is gone, as
    gunicorn's workers do, so that `kill -9` leaves nothing behind.
    """

    def __init__(self, app: _Gunicorn, settings: Settings) -> None:
        super().__init__(app)
        self._settings = settings
        self._poller = 0
        self._started = 0.0

    def start(self) -> None:
        super().start()
        log.info("serving on http://%s/", self._settings.bind)

    def manage_workers(self) -> None:
        super().manage_workers()
        if not _is_alive(self._poller) and time.monotonic() - self._started > _RESTART_SECONDS:
            if self._poller:
                log.error("the poller has ended unexpectedly; it is started again")
            self._started = time.monotonic()
            self._poller = _fork_poller(self._settings, self.LISTENERS)

    def stop(self, graceful: bool = True) -> None:
        if _is_alive(self._poller):
            os.kill(self._poller, signal.SIGTERM)
        super().stop(graceful)
        deadline = time.monotonic() + _STOP_SECONDS / 2  # it has had as long as the readers' requests
        while _is_alive(self._poller) and time.monotonic() < deadline:
            time.sleep(0.05)
        if _is_alive(self._poller):
            os.kill(self._poller, signal.SIGKILL)


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
        Poller(settings, Database(settings.database_url, settings.duplicate_window)).run(beside=parent)
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
