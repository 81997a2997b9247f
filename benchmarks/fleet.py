"""A thousand sites on one worker: whether it keeps up, with how many threads and how much memory.

    python -m benchmarks fleet                 # some minutes
    python -m benchmarks fleet --sites 30

The sites take 200 ms for an answer. First all are read, then all are polled once more; then nothing is due,
and what is left is what the loop itself costs, beside that with a tenth of the sites.
"""

import argparse
import os
import re
import sqlite3
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import closing, contextmanager
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory

from benchmarks.measure import Figures, measure_memory

sys.path.append(str(Path(__file__).parent.parent / "tests"))  # the sites are those of the tests

from fake_wordpress import FakeWordPress, serve_folders

SITES = 1000
ANSWER_SECONDS = 0.2
INTERVAL_SECONDS = 900.0
MAX_THREADS = 80
MAX_MEGABYTES = 250.0
MAX_IDLE_SHARE = 0.05
"""Of a core, while nothing is due."""
MAX_GROWTH = 10.0
"""How many times as much the loop may cost with ten times the sites; by their square it were a hundred."""

MAX_POLL_GROWTH = 1.5
"""What a poll of one site may cost with ten times the sites, times what it costs without."""

_POSTS = 5
_IDLE_SECONDS = 10.0
_PATIENCE_SECONDS = 1800.0
_MAX_ODD_LINES = 10
_POLL = re.compile(r"[?&]orderby=modified\b.*[?&]per_page=10\b|[?&]per_page=10\b.*[?&]orderby=modified\b")


def main(arguments: Sequence[str]) -> int:
    """Measure, print the figures with their limits, and return the exit status."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks fleet", description=__doc__)
    parser.add_argument("--sites", type=int, default=SITES)
    parser.add_argument("--idle-seconds", type=float, default=_IDLE_SECONDS)
    options = parser.parse_args(arguments)
    few, many = max(1, options.sites // 10), options.sites
    small = _measure(few, options.idle_seconds)
    large = _measure(many, options.idle_seconds)
    figures = Figures()
    limit = INTERVAL_SECONDS * many / SITES
    figures.add(f"seconds to read {many} sites for the first time", large.reading, limit)
    figures.add(f"seconds to poll {many} sites once", large.polling, limit)
    figures.add("seconds of CPU for that", large.polling_cpu, limit)
    per_site = large.polling_cpu / many
    print(
        f"  milliseconds of CPU for a site's poll: {per_site * 1000:.1f}, with {few} sites "
        f"{small.polling_cpu / few * 1000:.1f}"
    )
    figures.add(
        f"CPU for a site's poll, times what it is with {few} sites",
        per_site / max(small.polling_cpu / few, 0.0001),
        MAX_POLL_GROWTH,
    )
    figures.add("threads at the most", large.threads, MAX_THREADS)
    figures.add("memory at the most, MB", large.megabytes, MAX_MEGABYTES)
    figures.add("cores that the loop takes while nothing is due", large.idle_share, MAX_IDLE_SHARE)
    growth = large.idle_share / max(small.idle_share, 0.0001)
    figures.add(f"that, times what it takes with {few} sites", growth, MAX_GROWTH)
    return 0 if figures.are_within else 1


@dataclass
class _Worker:
    """`feedsvc worker` in a folder, over a store in SQLite."""

    process: "subprocess.Popen[bytes]"
    store: Path
    log: Path
    threads: int = 0
    megabytes: float = 0.0

    def wait_until_all(self, condition: str, count: int) -> float:
        """Wait until `condition` is so of as many sites, and return the seconds that it took."""
        started = time.monotonic()
        while self._count(condition) < count:
            if self.process.poll() is not None or time.monotonic() > started + _PATIENCE_SECONDS:
                lines = self.log.read_text("utf-8", errors="replace").splitlines()
                raise RuntimeError("\n".join(["the worker does not get on", *lines[-_MAX_ODD_LINES:]]))
            status = Path(f"/proc/{self.process.pid}/status").read_text("ascii")
            self.threads = max(self.threads, int(re.findall(r"^Threads:\s+(\d+)", status, re.MULTILINE)[0]))
            self.megabytes = max(self.megabytes, measure_memory(self.process.pid))
            time.sleep(0.25)
        return time.monotonic() - started

    def measure_cpu(self) -> float:
        """Return the seconds of CPU that it has taken."""
        fields = Path(f"/proc/{self.process.pid}/stat").read_text("ascii").rpartition(")")[2].split()
        return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")

    def make_all_due(self) -> None:
        """Let all sites be due, as if an interval had passed, and have no site read since then."""
        with closing(sqlite3.connect(self.store, timeout=30)) as connection, connection:
            connection.execute("UPDATE sites SET next_pull_at = 0, last_success_at = NULL")

    def _count(self, condition: str) -> int:
        if not self.store.exists():
            return 0
        try:
            with closing(sqlite3.connect(self.store, timeout=30)) as connection:
                statement = f"SELECT count(*) FROM sites WHERE {condition}"
                return int(connection.execute(statement).fetchone()[0])
        except sqlite3.OperationalError:
            return 0  # it is not made yet


@dataclass
class _Costs:
    """Seconds, threads and megabytes."""

    reading: float
    polling: float
    polling_cpu: float
    idle_share: float
    threads: int
    megabytes: float


def _measure(count: int, idle_seconds: float) -> _Costs:
    sites = {f"site{number}": _make_site(number) for number in range(count)}
    with (
        serve_folders(sites, ANSWER_SECONDS),
        TemporaryDirectory() as folder,
        _running(Path(folder), sites) as worker,
    ):
        reading = worker.wait_until_all("backfilled_at > 0 AND claimed_by IS NULL", count)
        before, cpu = _count_polls(sites), worker.measure_cpu()
        worker.make_all_due()
        polling = worker.wait_until_all("last_success_at > 0 AND claimed_by IS NULL", count)
        polling_cpu = worker.measure_cpu() - cpu
        time.sleep(2)
        cpu = worker.measure_cpu()
        time.sleep(idle_seconds)
        idle_share = (worker.measure_cpu() - cpu) / idle_seconds
        polls = _count_polls(sites) - before
        if polls != count:
            raise RuntimeError(f"{count} sites were polled {polls} times")
        return _Costs(reading, polling, polling_cpu, idle_share, worker.threads, worker.megabytes)


def _make_site(number: int) -> FakeWordPress:
    home = f"http://site{number}.example/"
    site = FakeWordPress(home=home)
    for post_id in range(1, _POSTS + 1):
        guid = {"rendered": f"{home}?p={post_id}"}
        body = f"<p>Site {number} writes post {post_id} about things of its own.</p>"
        site.add(
            post_id, guid=guid, link=f"{home}{post_id}/", content={"rendered": body, "protected": False}
        )
    return site


def _count_polls(sites: Mapping[str, FakeWordPress]) -> int:
    return sum(1 for site in sites.values() for target in site.requests if _POLL.search(target))


@contextmanager
def _running(folder: Path, sites: Mapping[str, FakeWordPress]) -> Iterator[_Worker]:
    lines = [f'[[sites]]\nname = "{name}"\nurl = "{site.url}"\n' for name, site in sites.items()]
    (folder / "config.toml").write_text("".join(lines), "utf-8")
    log = folder / "log"
    with log.open("wb") as output:
        process = subprocess.Popen(
            [sys.executable, "-m", "feedsvc", "worker"],
            cwd=folder,
            env={**os.environ, "DATABASE_URL": "sqlite:///feedsvc.db"},
            stdout=output,
            stderr=output,
        )
    try:
        yield _Worker(process, folder / "feedsvc.db", log)
    finally:
        process.terminate()
        try:
            process.wait(30)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()
