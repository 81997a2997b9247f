"""What readers notice of a pull: how long prepared answers take while a backfill runs, and while none does.

The readers are a process of their own, which asks a steady number of times a second: `_read` below.
"""

import re
import runpy
import socket
import statistics
import subprocess
import sys
import time
from collections.abc import Sequence
from contextlib import closing
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from benchmarks.measure import Report
from benchmarks.pulling import publish_releases
from benchmarks.stores import fill
from benchmarks.warm import running
from feedsvc.store.database import Database

MAX_RATIO = 2.0
"""The p99 of warm answers during a backfill, as a multiple of that without one."""

_SITE = Path(__file__).parent.parent / "tests" / "fake_wordpress.py"
_PATH = "/feed.rss?site=a"  # which a backfill of another site does not change
_HELD, _POSTS = 100, 3_000
_SECONDS, _ROUNDS = 6.0, 3
_A_SECOND = 200
_BYTES = 2**18
_LENGTH = re.compile(rb"(?i)content-length: *(\d+)")


def measure(
    report: Report, items: Sequence[dict[str, Any]], seconds: float = _SECONDS, rounds: int = _ROUNDS
) -> None:
    """Measure by turns, with posts made of the blocks of `items`."""
    report.heading(f"Prepared answers, {_A_SECOND} a second, beside a backfill and without one")
    serving = runpy.run_path(str(_SITE))["fake_wordpress"]
    times: dict[str, list[float]] = {"without": [], "beside": []}
    with serving() as site:
        publish_releases(site, items, _POSTS)
        for _ in range(rounds):
            for name, sites in (("without", ""), ("beside", site.url)):
                times[name].append(_measure(sites, seconds))
    # What disturbs only adds.
    without, beside = min(times["without"]), min(times["beside"])
    report.line("p99 of prepared answers without a backfill", without)
    report.line("p99 of prepared answers beside a backfill", beside)
    report.figures.add("p99 of prepared answers, beside a backfill / without", beside / without, MAX_RATIO)


def _measure(sites: str, seconds: float) -> float:
    """Return the p99 in milliseconds; where there are sites, they are read meanwhile."""
    with TemporaryDirectory() as folder, closing(Database(f"sqlite:///{folder}/store.db")) as database:
        database.migrate()
        with database.transaction() as connection:
            fill(connection, _HELD)
        with running(Path(folder), "-m", "feedsvc", "serve", variables={"FEEDSVC_SITES": sites}) as port:
            _wait_until_read(database, more_than=_HELD if sites else 0)
            command = [sys.executable, "-m", "benchmarks.beside", str(port), str(seconds)]
            done = subprocess.run(command, capture_output=True, text=True, check=True)
            if sites and _count_posts(database) >= _HELD + _POSTS:
                raise RuntimeError("the backfill has ended before its readers did")
    return float(done.stdout)


def _wait_until_read(database: Database, more_than: int) -> None:
    deadline = time.monotonic() + 60
    while _count_posts(database) <= more_than:
        if time.monotonic() > deadline:
            raise RuntimeError("no post came")
        time.sleep(0.2)


def _count_posts(database: Database) -> int:
    with database.reading() as connection:
        return int(connection.exec_driver_sql("SELECT count(*) FROM posts").scalar() or 0)


def _read(port: int, seconds: float) -> float:
    """Return the p99 of answers, in milliseconds, of so many a second."""
    request = f"GET {_PATH} HTTP/1.1\r\nHost: 127.0.0.1\r\nAccept-Encoding: gzip\r\n\r\n".encode()
    taken = []
    with socket.create_connection(("127.0.0.1", port)) as client:
        client.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        _ask(client, request)  # which prepares it
        started = time.perf_counter()
        for number in range(round(seconds * _A_SECOND)):
            due = started + number / _A_SECOND
            time.sleep(max(0.0, due - time.perf_counter()))
            asked = time.perf_counter()
            _ask(client, request)
            taken.append(time.perf_counter() - asked)
    return statistics.quantiles(taken, n=100)[-1] * 1000


def _ask(client: socket.socket, request: bytes) -> None:
    """Send a request and read its answer. Raises RuntimeError when it is none."""
    client.sendall(request)
    received = client.recv(_BYTES)
    while b"\r\n\r\n" not in received:
        received += client.recv(_BYTES)
    head, _, body = received.partition(b"\r\n\r\n")
    length = _LENGTH.search(head)
    if not head.startswith(b"HTTP/1.1 200 ") or not length:
        raise RuntimeError(head.decode("latin-1"))
    while len(body) < int(length[1]):
        body += client.recv(_BYTES)


if __name__ == "__main__":
    print(_read(int(sys.argv[1]), float(sys.argv[2])))
