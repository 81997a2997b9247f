"""How long `feedsvc serve` takes from its start until it answers: with a new store, and with posts."""

import http.client
import os
import signal
import socket
import statistics
import subprocess
import sys
import time
from contextlib import closing
from pathlib import Path
from tempfile import TemporaryDirectory

from benchmarks import stores
from benchmarks.measure import Report
from feedsvc.store.database import Database

MAX_SECONDS = 3.0

_ROUNDS = 5
_POSTS = 1_000
_PATIENCE_SECONDS = 60.0


def measure(report: Report, rounds: int = _ROUNDS, posts: int = _POSTS) -> None:
    """Measure from the start of the process until `/readyz` has answered, in the median of some starts."""
    report.heading("Starting the service, with its poller")
    with TemporaryDirectory() as folder:
        file = Path(folder) / "filled.db"
        with closing(Database(f"sqlite:///{file}")) as database:
            database.migrate()
            with database.transaction() as connection:
                stores.fill(connection, posts)
        for label, files in (
            ("with a new store", [Path(folder) / f"new{number}.db" for number in range(rounds)]),
            (f"with {posts:,} posts", [file] * rounds),
        ):
            seconds = statistics.median(_start(each) for each in files)
            report.line(f"from the start to the first answer, {label}", seconds * 1000)
            report.figures.add(f"seconds from the start to the first answer, {label}", seconds, MAX_SECONDS)


def _start(store: Path) -> float:
    """Start the service on a store, and stop it again; return after how many seconds it answered."""
    with closing(socket.socket()) as free:
        free.bind(("127.0.0.1", 0))
        port = int(free.getsockname()[1])
    environment = {
        **os.environ, "PORT": str(port), "FEEDSVC_HOST": "127.0.0.1", "DATABASE_URL": f"sqlite:///{store}",
    }  # fmt: skip
    started = time.monotonic()
    process = subprocess.Popen(
        [sys.executable, "-m", "feedsvc", "serve"],
        cwd=store.parent, env=environment, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
    )  # fmt: skip
    try:
        while not _answers(port):
            if process.poll() is not None or time.monotonic() > started + _PATIENCE_SECONDS:
                raise RuntimeError("the service does not start")
            time.sleep(0.01)
        return time.monotonic() - started
    finally:
        process.send_signal(signal.SIGTERM)
        process.wait(_PATIENCE_SECONDS)


def _answers(port: int) -> bool:
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=_PATIENCE_SECONDS)
    with closing(connection):
        try:
            connection.request("GET", "/readyz")
            return connection.getresponse().status == http.client.OK
        except OSError:
            return False
